"""Locks: which locked rules some events would change, by whatever road.

A value in force changes by more than setting it: a circle closes and takes its layer along, a room goes
to another circle or leaves. Every road asks the lock, and asks it here.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.chat import Refused
from bot.collective.circles import CircleClosed
from bot.collective.events import Event
from bot.collective.proposals import EffectDone
from bot.collective.rooms import RoomLeft, RoomPlaced
from bot.collective.rulebook import RuleBook, RuleSet, RuleUnlocked, RuleUnset, Scope
from bot.collective.rules import Layer
from bot.collective.state import State
from bot.decision import Ask, Decision
from bot.wording import Typed, say


def kept(state: State, ask: Ask, decision: Decision) -> Decision:
    """The decision, or the refusal of one that changes what is locked: only a passed proposal does.

    What a proposal has done was asked when it was carried out.
    """
    if isinstance(decision, Refused) or any(isinstance(each, EffectDone) for each in decision.events):
        return decision
    locked = sorted(locked_by(state, decision.events))
    if not locked:
        return decision
    return Refused(
        say("{rule} is locked.", rule=locked[0]),
        error="rule-locked",
        rule=locked[0],
        word=locked[0],
        instead=say("Propose it: {line}", line=Typed(_proposed(ask, locked[0]))),
    )


def _proposed(ask: Ask, rule: str) -> str:
    """The line that proposes what was typed; of what cannot be proposed, that the lock goes."""
    command = ask.commands[ask.command]
    words = [command.name]
    for option in command.options:
        value = ask.arguments.get(option.name)
        if value is not None:
            words += [str(value)] if option.positional else [f"--{option.name}", str(value)]
    line = " ".join(words)
    if command.effect is None or "\n" in line or "toml" in ask.arguments:
        return f"propose Unlock {rule} --do rules unlock {rule}"
    return f'propose Change {rule} --do "{line}"'


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
