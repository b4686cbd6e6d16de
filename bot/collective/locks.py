"""Locks: which locked rules some events would change, by whatever road.

A value in force changes by more than setting it: a circle closes and takes its layer along, a room goes
to another circle or leaves. Every road asks the lock, which `bot.writer.asking` does.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.collective.circles import CircleClosed
from bot.collective.events import Event
from bot.collective.rooms import RoomLeft, RoomPlaced
from bot.collective.rulebook import RuleBook, RuleSet, RuleUnlocked, RuleUnset, Scope
from bot.collective.rules import Layer
from bot.collective.state import State


def locked_by(state: State, events: Iterable[Event]) -> frozenset[str]:
    """The locked rules of which a value that is in force somewhere changes by these events."""
    if not state.rules.locked:
        return frozenset()
    changed = {rule for event in events for rule in _changed(state, event)}
    return frozenset(changed & state.rules.locked.keys())


def _changed(state: State, event: Event) -> Iterable[str]:
    match event:
        case RuleSet() | RuleUnset() | RuleUnlocked():
            return (event.rule,)
        case CircleClosed():
            return _set_in(state.rules, Scope(Layer.CIRCLE, event.name))
        case RoomPlaced():
            return _moved(state, event.number, event.circle)
        case RoomLeft():
            own = _set_in(state.rules, Scope(Layer.ROOM, str(event.number)))
            return {*own, *_moved(state, event.number, "")}
        case _:
            return ()


def _set_in(rules: RuleBook, scope: Scope) -> set[str]:
    return set(rules.settings.get(scope, {}))


def _moved(state: State, number: int, circle: str) -> set[str]:
    """What is in force otherwise in a room that goes from its circle to another one, or to none."""
    room = state.rooms.by_number.get(number)
    layers = [
        state.rules.settings.get(Scope(Layer.CIRCLE, name), {})
        for name in (room.circle if room else "", circle)
    ]
    before, after = ({name: setting.value for name, setting in layer.items()} for layer in layers)
    return {name for name in before | after if before.get(name) != after.get(name)}
