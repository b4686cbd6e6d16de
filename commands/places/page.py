"""The first page of the book, and what is planned: made of what the features know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from bot.collective.digests import Every as Often
from bot.collective.state import State
from bot.decision import Ask, Query
from bot.feature import features_of
from bot.language.periods import Period
from bot.page import ROWS, WORK, Listed, Page, Shown, Wanted
from bot.text.wording import Day, Node, Table, Time, lines, say, say_n
from bot.value.periods import Every, period_of
from commands.contributions.digest import HOURS_BY, hours_by_kind

MONTHS_SHOWN: Final = 12


def _start(state: State, ask: Ask[Wanted]) -> Shown:
    people = sum(1 for _ in state.members.here)
    body = say_n("{count} member.", "{count} members.", people)
    months = _months(period_of(ask.today(), Every.MONTH))
    named = [Day(each.first.isoformat(), month=True) for each in months]
    chart = hours_by_kind(state, months, named, HOURS_BY[Often.MONTHLY])
    facts: dict[str, object] = {
        "name": state.name,
        "members": people,
        "open": len(state.proposals.open),
    }
    facts["open_polls"] = len(state.polls.open)
    return Shown(body=body, facts=facts, charts=(chart,) if chart else ())


def _months(last: Period) -> list[Period]:
    """A year of months, of which this is the last."""
    found = [last]
    while len(found) < MONTHS_SHOWN and found[0].first > dt.date.min:
        found.insert(0, period_of(found[0].first - dt.timedelta(days=1), Every.MONTH))
    return found


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
        else _nothing(ask.args, coming_without=any(it.at >= ask.moment.at for it in every)),
        say("and {count} more", count=left) if left else None,
    )
    facts = [{"at": it.at, "ref": it.ref or None} for it in shown]
    return Shown(body=body, facts={"planned": facts})


def _nothing(want: Wanted, *, coming_without: bool) -> Node:
    if want.circle and coming_without:
        return say("Nothing here is what was asked for.")
    return say("Nothing is planned.")


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
    part=WORK,
    wants=_planned_reads,
    takes=frozenset({"circle"}),
    listed=Listed("planned", ("at", "ref")),
    books=("ics",),
)
