"""The first page of the book, and what is planned: made of what the features know."""

from __future__ import annotations

from collections.abc import Iterator

from bot.collective.state import State
from bot.decision import Ask, Query
from bot.feature import features_of
from bot.page import ROWS, Listed, Page, Shown, Wanted
from bot.text.wording import Table, Time, lines, say, say_n


def _start(state: State, ask: Ask[Wanted]) -> Shown:
    people = sum(1 for _ in state.members.here)
    body = say_n("{count} member.", "{count} members.", people)
    facts = {"name": state.name, "members": people, "open": len(state.proposals.open)}
    return Shown(body=body, facts={**facts, "open_polls": len(state.polls.open)})


# --- What is planned ------------------------------------------------------------------------------


def _planning(ask: Ask[Wanted]) -> Iterator[Page]:
    """The pages that know of something ahead."""
    for page in features_of(ask).pages.values():
        if page.ahead is not None and not (page.inside and ask.args.outside):
            yield page


def _planned_reads(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    found = (page.ahead_reads(state, ask) for page in _planning(ask) if page.ahead_reads is not None)
    return tuple(dict.fromkeys(query for some in found for query in some))


def _planned(state: State, ask: Ask[Wanted]) -> Shown:
    """All that is ahead, what comes first before."""
    every = [each for page in _planning(ask) if page.ahead for each in page.ahead(state, ask)]
    circle = ask.args.circle
    found = (it for it in every if it.at >= ask.moment.at and (not circle or it.circle == circle))
    coming = sorted(found, key=lambda it: (it.at, it.ref))
    shown = coming[:ROWS]
    left = len(coming) - len(shown)
    body = lines(
        Table((say("When"), say("What")), tuple((Time(it.at), it.what) for it in shown))
        if shown
        else say("Nothing is planned."),
        say("and {count} more", count=left) if left else None,
    )
    facts = [{"at": it.at, "ref": it.ref or None} for it in shown]
    return Shown(body=body, facts={"planned": facts})


START_PAGE = Page(
    name="start",
    title=say("Overview"),
    about=say("What is open now, what was decided last, and what came together this month."),
    view=_start,
)
PLANNED_PAGE = Page(
    name="planned",
    title=say("What is planned"),
    about=say("What closes, what is looked at again, and the shifts ahead, what comes first before."),
    view=_planned,
    wants=_planned_reads,
    takes=frozenset({"circle"}),
    listed=Listed("planned", ("at", "ref")),
    books=("ics",),
)
