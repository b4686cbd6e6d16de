"""Distributions: income shared out among members, line by line, and what was shared on by it.

A distribution is one event for the whole and one for each person, which carries their lines: from them
follow the postings, what is covered, and every word of why. Its number is that of a transfer, T9.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import msgspec

from bot.collective.events import Event, Posting, Seal, When, about_member
from bot.collective.grades import Grade
from bot.collective.rules import TOGETHER, Group, Rule, RulesByGroup, weighing
from bot.collective.ruletypes import one_of
from bot.collective.treasury import reference
from bot.text.wording import say
from bot.value.equations import Equation
from bot.value.reckoning import Cut, ShareLine
from bot.value.weighing import Key, Parts


class DistributionMade(Event, frozen=True, kw_only=True, tag="distribution.made"):
    """`count` smallest parts of the treasury, or of `fund`, were shared out by a copy of an equation.

    `rest` stayed where it was; `seed` settled ties. The postings are those into funds; each person's
    are in their share. `reverses` is the number of the distribution that this undoes, 0 for none.
    """

    sealed_fields = ("what",)
    number: int
    unit: str
    count: int
    day: str
    equation: Equation
    name: str = ""
    version: int = 0
    fund: str = ""
    seed: str = ""
    cuts: tuple[Cut, ...] = ()
    rest: int = 0
    what: Seal = ""
    by: int = 0
    proposal: int = 0
    reverses: int = 0
    postings: tuple[Posting, ...] = ()

    @property
    def subjects(self) -> tuple[str, ...]:
        """The distribution, and what it undoes."""
        undone = (reference(self.reverses),) if self.reverses else ()
        return (reference(self.number), *undone)


class ShareAllotted(Event, frozen=True, kw_only=True, tag="share.allotted"):
    """What one person gets of a distribution, and why; `needed` of it meets a need of theirs."""

    number: int
    member: int
    unit: str
    count: int
    day: str = ""
    lines: tuple[ShareLine, ...] = ()
    needed: int = 0
    reverses: int = 0
    postings: tuple[Posting, ...] = ()

    @property
    def subjects(self) -> tuple[str, ...]:
        """The distribution, and whose share it is."""
        return (reference(self.number), about_member(self.member))


class Made(msgspec.Struct, frozen=True, gc=False):
    """A distribution, as the next one, rehearsals and reports need it; `undone` on which day (ISO)."""

    number: int
    day: str
    unit: str
    count: int
    undone: str = ""


@dataclass(slots=True)
class Distributions:
    """What decisions need to know of all distributions.

    `count` is how many there ever were; `made` are those that stand, `undone` the others. `covered` is
    what was shared on, in smallest parts of the work; `earned` what members got, by member and unit;
    `last` the shares of each unit's last distribution; `reached` what members got of a distribution
    together, by its number.
    """

    count: int = 0
    made: list[Made] = field(default_factory=list)
    undone: list[Made] = field(default_factory=list)
    covered: dict[Key, Parts] = field(default_factory=dict)
    earned: dict[tuple[int, str], int] = field(default_factory=dict)
    last: dict[str, dict[int, int]] = field(default_factory=dict)
    reached: dict[int, int] = field(default_factory=dict)

    def make(self, event: DistributionMade, _: When) -> None:
        """Enter a distribution, or undo one."""
        self.last[event.unit] = {}
        if event.reverses:
            undone = (each for each in self.made if each.number == event.reverses)
            self.made = [each for each in self.made if each.number != event.reverses]
            self.undone += (msgspec.structs.replace(each, undone=event.day) for each in undone)
            return
        self.count += 1
        self.made.append(Made(event.number, event.day, event.unit, event.count))

    def allot(self, event: ShareAllotted, _: When) -> None:
        """Enter somebody's share of it."""
        sign = -1 if event.reverses else 1
        if not event.reverses:
            self.last[event.unit][event.member] = event.count
            self.reached[event.number] = self.reached.get(event.number, 0) + event.count
        key = (event.member, event.unit)
        self.earned[key] = self.earned.get(key, 0) + sign * event.count
        for line in event.lines:
            for basis in line.basis:
                if basis.covers:
                    work = (basis.month, basis.member, basis.kind, basis.unit, basis.circle)
                    self._cover(work, sign * _parts(basis.covers))

    def between(self, first: str, last: str) -> tuple[list[Made], list[Made]]:
        """What was shared out from day to day (ISO), and what was undone in these days."""
        every = sorted((*self.made, *self.undone), key=lambda it: it.number)
        out = [it for it in every if first <= it.day <= last]
        return out, [it for it in every if first <= it.undone <= last]

    def _cover(self, work: Key, parts: Parts) -> None:
        covered = self.covered.get(work, 0) + parts
        if covered:
            self.covered[work] = covered
        else:
            self.covered.pop(work, None)


def _parts(text: str) -> Parts:
    """Exact parts, as a plain whole number wherever they are one."""
    return int(text) if text.isdecimal() else Fraction(text)


RULES: RulesByGroup = {
    Group.MONEY: weighing(
        Grade.MONEY,
        Rule(
            "distributions",
            say("Who has a distribution by the equation in force carried out."),
            "treasurer",
            one_of("treasurer", "proposal"),
            TOGETHER,
        ),
    )
}
