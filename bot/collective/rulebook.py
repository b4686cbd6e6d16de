"""The rule book of a collective: which layer sets which rule, since when, by whom; what is locked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.collective.events import Changes, Event, When
from bot.collective.rules import Layer, Rule
from bot.collective.ruletypes import Value
from bot.deciding.terms import Terms


class Scope(NamedTuple):
    """A layer of one collective: itself, one circle (`name`), or one room (`name` is its number)."""

    layer: Layer
    name: str = ""


WHOLE = Scope(Layer.COLLECTIVE)
"""The collective itself."""


class _RuleEvent(Event, frozen=True, kw_only=True):
    """What all changes of a rule have in common."""

    moves_clock = True
    rule: str

    @property
    def subjects(self) -> tuple[str, ...]:
        """The rule, and all rules together: their histories."""
        return (about_rule(self.rule), RULES)


class RuleSet(_RuleEvent, frozen=True, kw_only=True, tag="rule.set"):
    """A rule was given a value in a layer; the value is written as the rule's type writes it."""

    value: str
    layer: Layer = Layer.COLLECTIVE
    name: str = ""
    proposal: int = 0

    @property
    def scope(self) -> Scope:
        """Where it was set."""
        return Scope(self.layer, self.name)


class RuleUnset(_RuleEvent, frozen=True, kw_only=True, tag="rule.unset"):
    """A layer lost its value of a rule: the layer below is in force again."""

    layer: Layer = Layer.COLLECTIVE
    name: str = ""
    proposal: int = 0

    @property
    def scope(self) -> Scope:
        """Where it was unset."""
        return Scope(self.layer, self.name)


class RuleLocked(_RuleEvent, frozen=True, kw_only=True, tag="rule.locked"):
    """From now on only a passed proposal changes the rule, in any layer.

    `terms` are those by which the members decided where it was locked: it asks at least as much.
    """

    terms: Terms | None = None


class RuleUnlocked(_RuleEvent, frozen=True, kw_only=True, tag="rule.unlocked"):
    """A passed proposal gave the rule back to the admins."""

    proposal: int = 0


RULES = "rules"
"""The index subject of all changes of rules."""


def about_rule(name: str) -> str:
    """The index subject of a rule's changes."""
    return f"rule:{name}"


@dataclass(frozen=True, slots=True)
class LayerValue:
    """A value that a layer sets: since when (ms), and by which member or proposal (0: none)."""

    value: Value
    at: int
    by: int
    proposal: int = 0


@dataclass(slots=True)
class RuleBook:
    """What a collective's layers set, and what is locked, with the terms that this asks for."""

    settings: dict[Scope, dict[str, LayerValue]] = field(default_factory=dict)
    locked: dict[str, Terms | None] = field(default_factory=dict)

    def set(self, event: RuleSet, rule: Rule | None, when: When) -> None:
        """Take a value in of the rule that today's catalogue has under that name.

        A value that it does not take any more (bounds may narrow with a new release) is passed over,
        so the layer below is in force; a rule that is no more is passed over too.
        """
        if rule is None:
            return
        layer = self.settings.setdefault(event.scope, {})
        try:
            value = rule.type.read(event.value)
            layer[event.rule] = LayerValue(value, when.at, when.actor, event.proposal)
        except ValueError:
            layer.pop(event.rule, None)

    def unset(self, event: RuleUnset, _: When) -> None:
        """Take a value out."""
        self.settings.get(event.scope, {}).pop(event.rule, None)

    def lock(self, event: RuleLocked, _: When) -> None:
        """Only a passed proposal changes it from now on."""
        self.locked[event.rule] = event.terms

    def unlock(self, event: RuleUnlocked, _: When) -> None:
        """Admins may change it again."""
        self.locked.pop(event.rule, None)

    def drop(self, scope: Scope) -> None:
        """Forget a layer: its room left, or its circle closed."""
        self.settings.pop(scope, None)

    def over(self, room: int, circle: str) -> Iterator[tuple[Scope, Mapping[str, LayerValue]]]:
        """The layers that lie over one another in a room, the widest first."""
        for scope in (WHOLE, Scope(Layer.CIRCLE, circle), Scope(Layer.ROOM, str(room))):
            layer = self.settings.get(scope)
            if layer:
                yield scope, layer

    def layers(self, room: int, circle: str) -> list[dict[str, Value]]:
        """The values of those layers."""
        if not self.settings:
            return []
        return [
            {name: setting.value for name, setting in layer.items()}
            for _, layer in self.over(room, circle)
        ]


CHANGES: Changes = {RuleLocked: RuleBook.lock, RuleUnlocked: RuleBook.unlock}
