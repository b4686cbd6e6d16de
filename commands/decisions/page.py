"""Proposals and decisions as a page, the newest first, and what is open on the first page."""

from __future__ import annotations

from bot.collective.proposals import Proposal, fold_proposal
from bot.collective.state import State
from bot.decision import About, Ask, Query
from bot.page import Listed, News, Page, Shown, Wanted, older_than
from bot.text.wording import Node, Strong, Words, items, lines, say
from commands.decisions.decisions import line_told
from commands.decisions.lookups import texts_of

OPEN_MAX = 20
"""How many open ones the first page lists."""


def _wants(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    return tuple(About(f"P{number}") for number in ask.args.numbers(state.proposals.count))


def _proposal(state: State, ask: Ask[Wanted], number: int) -> Proposal | None:
    """The proposal of this number, unless it was never put to anybody."""
    found = ask.found.get(About(f"P{number}"), ())
    it = state.proposals.alive.get(number) or fold_proposal((entry.at, event) for entry, event in found)
    return it if it is not None and it.terms is not None else None


def _view(state: State, ask: Ask[Wanted]) -> Shown:
    numbers, texts = ask.args.numbers(state.proposals.count), texts_of(ask)
    words = ask.args.search.casefold().split()
    chosen: list[tuple[Proposal, str]] = []
    for number in numbers:
        it = _proposal(state, ask, number)
        title = texts(it.latest.title) if it else ""
        if it is not None and all(word in title.casefold() for word in words):
            chosen.append((it, title))
    body: Node = (
        items(line_told(it, Words(title)) for it, title in chosen)
        if chosen
        else nothing_told(ask.args, older_than(numbers))
    )
    facts = [
        {"ref": it.ref, "title": title, "status": it.verdict or "open", "ended_at": it.ended_at or None}
        for it, title in chosen
    ]
    return Shown(body=body, facts={"decisions": facts}, older=older_than(numbers))


def _news(state: State, ask: Ask[Wanted]) -> tuple[News, ...]:
    """What was put to the members, and what became of it."""
    texts = texts_of(ask)
    return tuple(
        News(it.ref, line_told(it, Words(texts(it.latest.title))), it.ended_at or it.latest.at)
        for number in ask.args.numbers(state.proposals.count)
        if (it := _proposal(state, ask, number)) is not None
    )


def nothing_told(want: Wanted, older: int, count: int | None = None) -> Node:
    """Why a list is empty: it goes on (`older`), there is nothing yet, or it is left out of `count`."""
    if older:
        return say("There is nothing in this stretch; the list goes on with what is older.")
    if count == 0 or not (want.is_narrowed or want.before):
        return say("There is nothing here yet.")
    if count is None:
        return say("Nothing here is what was asked for.")
    return say("Nothing here is what was asked for; there are {count} without that.", count=count)


def _open_reads(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    return tuple(About(it.ref) for it in state.proposals.open[:OPEN_MAX])


def _front(state: State, ask: Ask[Wanted]) -> Node | None:
    texts = texts_of(ask)
    points = [line_told(it, Words(texts(it.latest.title))) for it in state.proposals.open[:OPEN_MAX]]
    return lines(Strong(say("Open for decision:")), items(points)) if points else None


PAGE = Page(
    name="decisions",
    title=say("Decisions"),
    about=say("What was decided and what is open, newest first; each with why it came out so."),
    view=_view,
    wants=_wants,
    takes=frozenset({"search"}),
    front=_front,
    front_reads=_open_reads,
    listed=Listed("decisions", ("ref", "title", "status", "ended_at")),
    news=_news,
)
