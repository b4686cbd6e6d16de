"""Rules: what one is, and which values are in force.

A rule stands with what it rules, in `RULES` of a part of the state: typed, bounded, with a default and
one sentence of plain words. Its value is looked up in layers, the later over the earlier: built-in
default, `config.toml`, collective, circle, room.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from typing import TypeVar

from bot.chat import Refusal
from bot.collective.grades import Grade
from bot.collective.ruletypes import RuleType, Value, count_of
from bot.collective.spans import minutes_by
from bot.language.units import UnitClass, unit_of
from bot.text.wording import Say, say

T = TypeVar("T")


class Layer(StrEnum):
    """Where a rule can be set, beside `config.toml`, which covers all rules of all rooms."""

    COLLECTIVE = "collective"
    CIRCLE = "circle"
    ROOM = "room"


EVERYWHERE = frozenset(Layer)
TOGETHER = frozenset({Layer.COLLECTIVE})
"""What is one thing for the whole collective has no meaning in a room."""

PLACES = frozenset({Layer.COLLECTIVE, Layer.ROOM})
INSTANCE: frozenset[Layer] = frozenset()
"""What only whoever runs the program can say."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: name, meaning, default, type, where it can be set, what changing it weighs."""

    name: str
    about: Say
    default: Value
    type: RuleType
    layers: frozenset[Layer] = EVERYWHERE
    grade: Grade = Grade.RULES


class Group(Enum):
    """What rules are told under, in this order."""

    CONTRIBUTIONS = say("Contributions")
    NEEDS = say("Needs, offers and shifts")
    MEMBERS = say("Members, roles and circles")
    ROOMS = say("Rooms")
    DECISIONS = say("Decisions and polls")
    MEETINGS = say("Meetings")
    MONEY = say("Money and value")
    CLOCK = say("By the clock, and in the open")


RulesByGroup = Mapping[Group, tuple[Rule, ...]]
"""The rules of a part of the state, by what they are told under."""


def weighing(grade: Grade, *rules: Rule) -> tuple[Rule, ...]:
    """Rules of which changing one weighs as much as that."""
    return tuple(replace(rule, grade=grade) for rule in rules)


class Rules:
    """The values in force somewhere, typed by the caller's question.

    A row that no layer sets has the default of the catalogue it is asked with.
    """

    __slots__ = ("_catalogue", "_values")

    def __init__(self, catalogue: Mapping[str, Rule], *layers: Mapping[str, Value]) -> None:
        """Lay the layers over one another; every name must be in the catalogue."""
        self._catalogue = catalogue
        self._values: dict[str, Value] = {}
        for layer in layers:
            self._values.update(layer)

    def but(self, name: str, value: Value) -> Rules:
        """The same, with one rule otherwise."""
        return Rules(self._catalogue, self._values, {name: value})

    def value(self, name: str) -> Value:
        """The value of any rule."""
        values = self._values
        return values[name] if name in values else self._catalogue[name].default

    def _of(self, name: str, kind: type[T]) -> T:
        value = self.value(name)
        assert isinstance(value, kind)
        return value

    def number(self, name: str) -> int:
        """The value of a rule that is a whole number, or a length of time in minutes."""
        return self._of(name, int)

    def text(self, name: str) -> str:
        """The value of a rule that is a word."""
        return self._of(name, str)

    def on(self, name: str) -> bool:
        """The value of a rule that is a switch."""
        return self._of(name, bool)

    def patterns(self, name: str) -> tuple[str, ...]:
        """The value of a rule that is a list."""
        return self._of(name, tuple)

    def minutes(self, name: str, word: str) -> int:
        """What a rule of lengths of time says of a word, in minutes."""
        lengths = minutes_by(self.patterns(name))
        return lengths.get(word, lengths[""])

    def limit(self, name: str, unit: str) -> int | None:
        """What a rule of amounts says of a unit, in smallest parts; None where it says nothing.

        A currency that a value does not name is bound by the value's `*`, or else by the default's:
        who sets a limit for one currency has not lifted it for the others. `none` lifts all.
        """
        texts = self.patterns(name)
        counts = dict(map(count_of, texts))
        known = unit_of(unit)
        if unit in counts or not texts or known.unit_class is not UnitClass.MONEY:
            return counts.get(unit)
        usual = self._catalogue[name].default
        assert isinstance(usual, tuple)
        others = {**dict(map(count_of, usual)), **counts}.get("*")
        return None if others is None else others * known.parts

    def day(self, name: str) -> dt.date | None:
        """The value of a rule that is a day, or none."""
        value = self.value(name)
        assert value is None or isinstance(value, dt.date)
        return value


def refused_by(rule: str, reason: Say, *, instead: Say | None = None) -> Refusal:
    """A refusal that names its rule; who may change that is added where it is told."""
    return Refusal(rule, reason, rule=rule, instead=instead)
