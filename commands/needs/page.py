"""The board as a page: what is open, what comes first before; and all that ever was, newest first."""

from __future__ import annotations

from collections.abc import Iterator

from bot.collective.events import When
from bot.collective.needevents import ShiftsMade, reference
from bot.collective.needs import Need, life_of
from bot.collective.state import State
from bot.decision import About, Ask, Query
from bot.page import WORK, Ahead, Listed, Page, Shown, Wanted, older_than
from bot.text.wording import Node, Strong, Table, Words, joined, lines, say
from commands.decisions.page import nothing_told
from commands.needs.lookups import asked_by, free_told, takers_told, when_told, words_queries

BOARD_MAX = 100
"""How many the board shows: more than anybody looks through."""

AHEAD_MAX = 50


def _wants(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    own = tuple(About(reference(number)) for number in ask.args.numbers(state.needs.count))
    # A date of a shift has its beginning with that.
    made = (
        event.number
        for it in own
        for _, event in ask.found.get(it, ())
        if isinstance(event, ShiftsMade)
    )
    series = tuple(About(reference(number)) for number in made)
    return tuple(dict.fromkeys((*own, *series, *words_queries(_open(state)))))


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


def _is_wanted(ask: Ask[Wanted], it: Need) -> bool:
    want, text = ask.args, ask.text(it.what).casefold()
    words = all(word in text for word in want.search.casefold().split())
    return words and (not want.circle or it.terms.circle.casefold() == want.circle)


def _view(state: State, ask: Ask[Wanted]) -> Shown:
    numbers = ask.args.numbers(state.needs.count)
    every = [it for number in numbers if (it := _need(state, ask, number)) is not None]
    found = [it for it in every if it.number not in state.needs.open and _is_wanted(ask, it)]
    board = [] if ask.args.before else [it for it in _open(state) if _is_wanted(ask, it)]
    left = 0 if ask.args.before else len(state.needs.by_time) - len(_open(state))
    body = lines(
        *(_board(state, ask, board, left) if not ask.args.before else ()),
        Strong(say("What was on it, newest first:")) if found else None,
        _table(state, ask, found, whole=True) if found else _none(state, ask, board),
    )
    facts = {
        "open": [_facts(state, ask, it) for it in board],
        "needs": [_facts(state, ask, it) for it in found],
    }
    return Shown(body=body, facts=facts, older=older_than(numbers))


def _none(state: State, ask: Ask[Wanted], board: list[Need]) -> Node | None:
    """Why nothing of before is told; None where what is open is all there is."""
    numbers = ask.args.numbers(state.needs.count)
    if board and not older_than(numbers):
        return None
    return nothing_told(ask.args, older_than(numbers), state.needs.count)


def _board(state: State, ask: Ask[Wanted], board: list[Need], left: int) -> Iterator[Node]:
    yield Strong(say("On the board, what comes first before:"))
    yield _table(state, ask, board) if board else say("Nothing is open.")
    if left:
        yield say("and {count} more", count=left)


def _table(state: State, ask: Ask[Wanted], some: list[Need], *, whole: bool = False) -> Node:
    heading = (say("Entry"), say("What"), say("When"), say("Amount"), say("Circle"), say("Places"))
    rows: list[tuple[Node, ...]] = [
        (
            Words(it.ref),
            _what(state, ask, it),
            when_told(it) or Words(""),
            it.terms.amount or Words(""),
            Words(f":{it.terms.circle}" if it.terms.circle else ""),
            _state(state, it) if whole else _places(state, it),
        )
        for it in some
    ]
    return Table(heading, tuple(rows))


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
)
