"""The layers of rules: which one a line is about, what is set there, and what it is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from bot.arguments import OptionType, takes
from bot.chat import Refusal
from bot.collective.catalogue import CATALOGUE
from bot.collective.rulebook import (
    WHOLE,
    LayerValue,
    Scope,
)
from bot.collective.rules import Layer
from bot.collective.state import State
from bot.decision import Ask
from bot.text.wording import (
    Node,
    Words,
    say,
)

IN = takes(
    OptionType.WORD,
    say("for the room (if it can be), its circle, or the collective"),
    choices=tuple(layer.value for layer in Layer),
    default="",
)


class WithIn(Protocol):
    """Arguments with a layer of rules."""

    @property
    def in_(self) -> str:
        """The layer, empty where it was left out."""


def scope_of(state: State, ask: Ask[WithIn], layers: Iterable[Layer]) -> Scope:
    """The layer that is named, or the narrowest of those that it may be. Raises Refusal.

    What the members decide is for the collective, unless it names a room.
    """
    named = ask.args.in_
    if not named:
        narrow = Layer.ROOM in layers and bool(ask.room) and not ask.proposal
        return Scope(Layer.ROOM, str(ask.room)) if narrow else WHOLE
    layer = Layer(named)
    if layer is Layer.COLLECTIVE:
        return WHOLE
    name = str(ask.room or "") if layer is Layer.ROOM else state.rooms.circle(ask.place)
    if not name:
        raise Refusal(
            "scope-none",
            say("This room belongs to no circle.")
            if layer is Layer.CIRCLE
            else say("This is no room."),
            word=named,
            instead=say("{option} sets it for all.", option=Words("--in collective")),
        )
    return Scope(layer, name)


def where_told(state: State, scope: Scope) -> Node:
    """For whom a layer holds, in words."""
    if scope.layer is Layer.COLLECTIVE:
        return say("for the collective")
    if scope.layer is Layer.CIRCLE:
        return say("for the circle {name}", name=scope.name)
    room = state.rooms.by_number.get(int(scope.name))
    return say("for the room {name}", name=room.shown) if room else say("for this room")


def layers_here(state: State, ask: Ask) -> Iterator[tuple[Node, Mapping[str, LayerValue]]]:
    """The layers over the defaults that count here, the widest first."""
    yield (
        say("configuration"),
        {
            name: LayerValue(value, 0, 0)
            for name, value in ask.configured.items()
            if value != CATALOGUE[name].default
        },
    )
    for scope, layer in state.rules.over(ask.room, state.rooms.circle(ask.place)):
        yield where_told(state, scope), layer
