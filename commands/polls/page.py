"""Polls as a page, the newest first, and what is open on the first page."""

from __future__ import annotations

from collections.abc import Iterator

from bot.collective.polls import life_of
from bot.collective.state import State
from bot.decision import About, Ask, Query
from bot.page import DECIDING, Ahead, Listed, News, Page, Row, Rows, Wanted
from bot.text.wording import Node, Strong, Words, items, lines, say
from commands.decisions.lookups import texts_of
from commands.decisions.page import OFTEN, OPEN_MAX, has_words, nothing_told, only_rows
from commands.polls.listing import line_told


def _wants(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    return tuple(About(f"Q{number}") for number in ask.args.numbers(state.polls.count))


def _row(state: State, ask: Ask[Wanted], number: int) -> Row | None:
    found = life_of(ask.found.get(About(_reference(number)), ()))
    if found is None:
        return None
    it, texts = state.polls.known.get(number, found), texts_of(ask)
    facts = {"ref": it.ref, "question": texts(it.question), "status": it.status}
    return Row(number, (line_told(it, texts),), facts)


def _nothing(state: State, want: Wanted, older: int) -> Node:
    """Why none is told; numbers were given to drafts as well, so how many there are is not said."""
    return nothing_told(want, older, None if state.polls.count else 0)


def _reference(number: int) -> str:
    return f"Q{number}"


def _news(state: State, ask: Ask[Wanted]) -> tuple[News, ...]:
    """What was asked, and what became of it."""
    texts = texts_of(ask)
    found = (life_of(ask.found.get(About(f"Q{n}"), ())) for n in ask.args.numbers(state.polls.count))
    polls = (state.polls.known.get(it.number, it) for it in found if it is not None)
    return tuple(News(it.ref, line_told(it, texts), it.ended_at or it.opened_at) for it in polls)


def _open_reads(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    return tuple(About(it.ref) for it in state.polls.open[:OPEN_MAX])


def _front(state: State, ask: Ask[Wanted]) -> Node | None:
    points = [line_told(it, texts_of(ask)) for it in state.polls.open[:OPEN_MAX]]
    return lines(Strong(say("Open polls:")), items(points)) if points else None


def _ahead(state: State, ask: Ask[Wanted]) -> Iterator[Ahead]:
    """What closes."""
    for it in state.polls.open[:OPEN_MAX]:
        title = Words(texts_of(ask)(it.question))
        yield Ahead(it.closes, say("{ref} closes: {title}", ref=it.ref, title=title), it.ref, it.circle)


PAGE = Page(
    name="polls",
    title=say("Polls"),
    about=say("What was asked, newest first. A poll informs and binds nobody by itself."),
    view=only_rows,
    part=DECIDING,
    takes=frozenset({"search"}),
    front=_front,
    front_reads=_open_reads,
    ahead=_ahead,
    ahead_reads=_open_reads,
    listed=Listed("polls", ("ref", "question", "status")),
    news=_news,
    news_reads=_wants,
    rows=Rows(
        last=lambda state: state.polls.count,
        about=_reference,
        row=_row,
        fits=lambda row, want: has_words(row.facts["question"], want),
        nothing=_nothing,
        spared=OFTEN,
    ),
)
