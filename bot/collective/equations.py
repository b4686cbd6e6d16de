"""Equations: the rules by which income is shared out, named, in versions; one of them is in force.

An equation is never changed in place and never goes: a new version stands beside the old one, and a
distribution keeps a copy of what it was shared out by. The presets are always there by their names.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.collective.events import Changes, Event, When
from bot.collective.grades import Grade
from bot.collective.rules import TOGETHER, Group, Rule, RulesByGroup, weighing
from bot.collective.ruletypes import one_of
from bot.text.wording import say
from bot.value.equations import Equation
from bot.value.presets import PRESETS, USUAL

EQUATIONS_MAX = 50
"""More names than anybody can keep apart; a bound on what the state holds."""


class EquationSet(Event, frozen=True, kw_only=True, tag="equation.set"):
    """A new equation, or a new version of one."""

    name: str
    version: int
    equation: Equation
    by: int = 0
    proposal: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The equation."""
        return (f"equation:{self.name}",)


class EquationChosen(Event, frozen=True, kw_only=True, tag="equation.chosen"):
    """From now on this equation is in force."""

    name: str
    by: int = 0
    proposal: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The equation."""
        return (f"equation:{self.name}",)


@dataclass(slots=True)
class Equations:
    """All versions of the members' own equations, by name, and which equation is in force."""

    named: dict[str, list[Equation]] = field(default_factory=dict)
    chosen: str = USUAL

    def set(self, event: EquationSet, _: When) -> None:
        """Enter a new version."""
        self.named.setdefault(event.name, []).append(event.equation)

    def choose(self, event: EquationChosen, _: When) -> None:
        """Put it in force."""
        self.chosen = event.name

    def latest(self, name: str) -> Equation | None:
        """The newest version of an equation, or a preset; None where there is no such name."""
        versions = self.named.get(name)
        return versions[-1] if versions else PRESETS.get(name)

    def version(self, name: str) -> int:
        """The number of the newest version; 0 for a preset."""
        return len(self.named.get(name, ()))


CHANGES: Changes = {EquationSet: Equations.set, EquationChosen: Equations.choose}

RULES: RulesByGroup = {
    Group.MONEY: weighing(
        Grade.MONEY,
        Rule(
            "equations",
            say("Who sets an equation, puts it in force, or shares out by another one."),
            "proposal",
            one_of("proposal", "treasurer"),
            TOGETHER,
        ),
    )
}
