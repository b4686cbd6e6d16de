"""The board as a page: what is open, what comes first before; and all that ever was, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from bot.collective.events import When
from bot.collective.needevents import (
    NeedCalled,
    NeedDone,
    NeedDropped,
    NeedPosted,
    NeedReminded,
    NeedSwapped,
    NeedTaken,
    ShiftsMade,
    SwapOffered,
    reference,
)
from bot.collective.needs import Need, life_of
from bot.collective.state import State
from bot.decision import About, Ask, Query
from bot.page import WORK, Ahead, Listed, Page, Row, Rows, Shown, Wanted
from bot.text.wording import Node, Strong, Table, Words, joined, lines, say
from commands.decisions.page import OFTEN, has_words, nothing_told
from commands.needs.lookups import asked_by, free_told, takers_told, when_told, words_queries

_OF_ONE: Final = (
    NeedPosted,
    NeedTaken,
    NeedDropped,
    NeedDone,
    NeedReminded,
    NeedCalled,
    SwapOffered,
    NeedSwapped,
)
"""What changes no row but of what it is about; what happens to a shift may change all its dates."""

BOARD_MAX = 100
"""How many the board shows: more than anybody looks through."""

AHEAD_MAX = 50


def _wants(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    return words_queries(_open(state))


def _reads(numbers: Iterable[int], ask: Ask[Wanted]) -> tuple[Query, ...]:
    own = tuple(About(reference(number)) for number in numbers)
    # A date of a shift has its beginning with that.
    made = (
        event.number
        for it in own
        for _, event in ask.found.get(it, ())
        if isinstance(event, ShiftsMade)
    )
    series = tuple(About(reference(number)) for number in made)
    return tuple(dict.fromkeys((*own, *series)))


def _open(state: State) -> list[Need]:
    return state.needs.by_time[:BOARD_MAX]


def _need(state: State, ask: Ask[Wanted], number: int) -> Need | None:
    """The need or offer of a number, also one that is over."""
    it = state.needs.open.get(number)
    if it is not None:
        return it
    own = About(reference(number))
    made = (event.number for _, event in ask.found.get(own, ()) if isinstance(event, ShiftsMade))
    readings = (own, *(About(reference(series)) for series in dict.fromkeys(made)))
    entries = ask.entries(*(each for each in readings if each in ask.found))
    return life_of(((event, When(e.at, e.actor, {})) for e, event in entries), number)


def _is_wanted(want: Wanted, what: object, circle: object) -> bool:
    return has_words(what, want) and (not want.circle or str(circle).casefold() == want.circle)


def _view(state: State, ask: Ask[Wanted]) -> Shown:
    """What is open; all that was stands below it."""
    if ask.args.before:
        return Shown(body=lines())
    opened = _open(state)
    board = [it for it in opened if _is_wanted(ask.args, ask.text(it.what), it.terms.circle)]
    left = len(state.needs.by_time) - len(opened)
    nothing = say("Nothing that is open is what was asked for.") if opened else say("Nothing is open.")
    body = lines(
        *_board(state, ask, board, nothing, left),
        Strong(say("What was on it, newest first:")),
    )
    return Shown(body=body, facts={"open": [_facts(state, ask, it) for it in board]})


def _row(state: State, ask: Ask[Wanted], number: int) -> Row | None:
    """What was on the board, and is not any more."""
    it = None if number in state.needs.open else _need(state, ask, number)
    if it is None:
        return None
    return Row(number, _cells(state, ask, it, _state(state, it)), _facts(state, ask, it))


def _nothing(state: State, want: Wanted, older: int) -> Node:
    """Why nothing of before is told: what is open stands above it, and may be all there ever was."""
    if state.needs.count and not (older or want.before or want.search or want.circle):
        return say("All that was ever on it is open.")
    return nothing_told(want, older, state.needs.count)


def _board(
    state: State, ask: Ask[Wanted], board: list[Need], nothing: Node, left: int
) -> Iterator[Node]:
    yield Strong(say("On the board, what comes first before:"))
    rows = tuple(_cells(state, ask, it, _places(state, it)) for it in board)
    yield Table(_HEADING, rows) if rows else nothing
    if left:
        yield say("and {count} more", count=left)


_HEADING = (say("Entry"), say("What"), say("When"), say("Amount"), say("Circle"), say("Places"))


def _cells(state: State, ask: Ask[Wanted], it: Need, stands: Node) -> tuple[Node, ...]:
    return (
        Words(it.ref),
        _what(state, ask, it),
        when_told(it) or Words(""),
        it.terms.amount or Words(""),
        Words(f":{it.terms.circle}" if it.terms.circle else ""),
        stands,
    )


def _what(state: State, ask: Ask[Wanted], it: Need) -> Node:
    what = Words(ask.text(it.what))
    if it.terms.offer:
        return say("{who} offers: {what}", who=asked_by(state, it).shown, what=what)
    return what


def _places(state: State, it: Need) -> Node:
    """What is free of it, and who took the rest."""
    told = [free_told(it), takers_told(state, it)]
    return joined([each for each in told if each is not None], " · ")


def _state(state: State, it: Need) -> Node:
    """What became of it."""
    if it.done:
        doers = [it.author] if it.terms.offer else dict.fromkeys(did.member for did in it.done)
        who = joined(state.members.name(number) for number in doers)
        return say("done by {who}", who=who)
    if it.ended:
        return say("taken back")
    return say("its time is over") if it.over else _places(state, it)


def _facts(state: State, ask: Ask[Wanted], it: Need) -> dict[str, object]:
    return {
        "ref": it.ref,
        "what": ask.text(it.what),
        "offer": it.terms.offer,
        "at": it.terms.at or None,
        "circle": it.terms.circle,
        "places": it.terms.places,
        "free": max(it.free, 0) // it.terms.size,
        "taken": [state.members.name(number).name for number in it.taken],
        "done": [state.members.name(did.member).name for did in it.done],
    }


# --- What is planned ------------------------------------------------------------------------------


def _dated(state: State, ask: Ask[Wanted]) -> list[Need]:
    found = [it for it in state.needs.by_time if it.terms.at >= ask.moment.at and not it.over]
    return found[:AHEAD_MAX]


def _ahead_reads(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    return words_queries(_dated(state, ask))


def _ahead(state: State, ask: Ask[Wanted]) -> Iterator[Ahead]:
    """The shifts, and what is needed by a time."""
    for it in _dated(state, ask):
        what, places = _what(state, ask, it), _places(state, it)
        told = say("{ref}: {what}, {places}", ref=it.ref, what=what, places=places)
        yield Ahead(it.terms.at, told, it.ref, it.terms.circle)


PAGE = Page(
    name="needs",
    title=say("Needs and offers"),
    about=say("What is needed and offered, what comes first before, and who took it."),
    view=_view,
    part=WORK,
    wants=_wants,
    takes=frozenset({"search", "circle"}),
    listed=Listed("needs", ("ref", "what", "offer", "at", "circle", "places", "free")),
    ahead=_ahead,
    ahead_reads=_ahead_reads,
    rows=Rows(
        heading=_HEADING,
        last=lambda state: state.needs.count,
        about=reference,
        row=_row,
        fits=lambda row, want: _is_wanted(want, row.facts["what"], row.facts["circle"]),
        nothing=_nothing,
        spared=(*OFTEN, *_OF_ONE),
        read=_reads,
    ),
)
