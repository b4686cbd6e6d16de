"""What waits for somebody: what they took, and places that are offered to them."""

from __future__ import annotations

from collections.abc import Iterator

from bot.collective.needs import Need
from bot.collective.state import State
from bot.decision import Ask, Query
from bot.feature import Waits
from bot.text.wording import Node, Typed, say
from commands.needs.lookups import called, doer, held_by, time_line, words_queries
from commands.needs.swaps import offered_to


def _mine(state: State, ask: Ask) -> Iterator[Need]:
    """What is theirs to do, or offered to them."""
    me = ask.me.number
    for it in state.needs.by_time:
        does = any(doer(state, it, taker) == me for taker in it.taken)
        if does or offered_to(state, it, me):
            yield it


def _wants(state: State, ask: Ask) -> tuple[Query, ...]:
    return words_queries(_mine(state, ask))


def _told(state: State, ask: Ask) -> Iterator[Node]:
    me = ask.me.number
    for it in _mine(state, ask):
        what = called(ask, it)
        if offered_to(state, it, me) and held_by(state, it, me) is None:
            yield say(
                "{take}: a place is offered to you: {what}", take=Typed(f"take {it.ref}"), what=what
            )
            continue
        when = time_line(it)
        if when is None:
            yield say("{done}: you took {what}", done=Typed(f"done {it.ref}"), what=what)
        elif ask.moment.at < it.terms.at:
            yield say(
                "{show}: you took {what}. {when}", show=Typed(f"show {it.ref}"), what=what, when=when
            )
        else:
            yield say(
                "{done}: you took {what}. {when}", done=Typed(f"done {it.ref}"), what=what, when=when
            )


WAITS = Waits(_told, _wants)
