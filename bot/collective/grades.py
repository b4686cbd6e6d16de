"""Grades of effects: how much what a proposal has done weighs, and rules that say something of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.collective.ruletypes import RuleType, Value
from bot.text.wording import Say, joined, say


class Grade(StrEnum):
    """What an effect changes; several may come together."""

    ROLES = "roles"
    """Who may do what here."""
    DECIDING = "deciding"
    """By which rules all decide, effects too."""
    RULES = "rules"
    """What else is in force, and what is locked."""
    MEMBERSHIP = "membership"
    MONEY = "money"
    """Money, own units, and what they are shared out by."""
    HARMLESS = "harmless"
    """What any coordinator does without asking, and anybody can undo."""


GRADE_WORDS: Mapping[Grade, Say] = {
    Grade.ROLES: say("roles"),
    Grade.DECIDING: say("how all decide"),
    Grade.RULES: say("rules"),
    Grade.MEMBERSHIP: say("membership"),
    Grade.MONEY: say("money"),
    Grade.HARMLESS: say("nothing grave"),
}

SILENCE_CARRIES = frozenset({Grade.RULES, Grade.HARMLESS})
"""What may come about without anybody's agreement, where a rule says so; locked rules never."""


@dataclass(frozen=True, slots=True)
class ByGrade:
    """A value for each grade: `roles 7d, money 1d`, or one for all; who is not named has the usual."""

    each: RuleType
    usual: Mapping[Grade, str]

    @property
    def allowed(self) -> Say:
        """The grades, and what each takes."""
        return say(
            "one value for all, or some of {grades} with a value each, such as {example}; a value is"
            " {each}",
            grades=joined(Grade),
            example=f"{Grade.ROLES} {self.usual[Grade.ROLES]}",
            each=self.each.allowed,
        )

    def read(self, text: str) -> tuple[str, ...]:
        """All grades with their values, in their order."""
        found = dict(self.usual)
        for part in filter(None, re.split(r"\s*,\s*", text.strip())):
            word, _, value = part.partition(" ")
            if value:
                found[Grade(word.casefold())] = self._written(value)
            else:
                found = dict.fromkeys(Grade, self._written(word))
        return tuple(f"{grade} {found[grade]}" for grade in Grade)

    def write(self, value: Value) -> str:
        """As it is read."""
        assert isinstance(value, tuple)
        return ", ".join(value)

    def of(self, value: tuple[str, ...], grade: Grade) -> Value:
        """The value of one grade."""
        return self.each.read(dict(part.split(" ", 1) for part in value)[grade])

    def _written(self, text: str) -> str:
        return self.each.write(self.each.read(text.strip()))
