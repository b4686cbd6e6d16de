"""Drafts: what a thing looks like once what was decided is written down, for its new card."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.chat import Kind, Reply
from bot.collective.apart import apart
from bot.collective.events import Event, Seal, When
from bot.collective.needs import LIFE, Need, Needs
from bot.collective.state import State
from bot.decision import Ask
from commands.decisions.lookups import texts_of
from commands.needs.cards import card_of


def after(state: State, ask: Ask, events: Iterable[Event]) -> State:
    """The state with the board as it is after these events; nothing of it is kept."""
    needs = apart(state.needs)
    when = When(ask.moment.at, 0, {})
    for event in events:
        if type(event) in LIFE:
            LIFE[type(event)](needs, event, when)
    return replace(state, needs=needs)


def edited(
    state: State, ask: Ask, it: Need, events: Iterable[Event], typed: Mapping[Seal, str] | None = None
) -> tuple[Reply, ...]:
    """The new picture of its card, once these events are written down."""
    then = after(state, ask, events)
    number = it.series or it.number
    shown = then.needs.open.get(it.number)
    if shown is None:
        shown = _gone(state, ask, it, events)
    head = then.needs.open.get(number, shown)
    return card_of(then, head, texts_of(ask, typed), Kind.EDIT)


def shown_first(
    state: State, ask: Ask, it: Need, events: Iterable[Event], typed: Mapping[Seal, str]
) -> tuple[Reply, ...]:
    """Its card, where it is asked for; what is typed in private is shown in the first room."""
    then = after(state, ask, events)
    here = None if ask.private else ask.place
    return card_of(then, then.needs.open[it.number], texts_of(ask, typed), Kind.CARD, here)


def _gone(state: State, ask: Ask, it: Need, events: Iterable[Event]) -> Need:
    """A thing that leaves the board by what was decided, as it stands at the end."""
    book = Needs(open={it.number: apart(state.needs.open[it.number])})
    gone = book.open[it.number]
    when = When(ask.moment.at, 0, {})
    for event in events:
        if getattr(event, "number", 0) == it.number and type(event) in LIFE:
            LIFE[type(event)](book, event, when)
    return gone
