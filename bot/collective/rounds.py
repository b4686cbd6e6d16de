"""Rounds: what members say for the next distribution, the points they give and the money they need.

Points are given from everybody's same budget; a distribution that shares out by them ends the round,
and what was not given lapses (Coordinape). A need stands until it is met or taken back.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.collective.events import Changes, Event, When, about_member
from bot.collective.grades import Grade
from bot.collective.rules import TOGETHER, Group, Rule, RulesByGroup, weighing
from bot.collective.ruletypes import Whole
from bot.text.wording import say


class PointsGiven(Event, frozen=True, kw_only=True, tag="points.given"):
    """A member gives another so many points in this round, instead of those before."""

    giver: int
    to: int
    points: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """Who gives, and who gets."""
        return about_member(self.giver), about_member(self.to)


class NeedSaid(Event, frozen=True, kw_only=True, tag="need.said"):
    """A member says how much they need, in smallest parts; nothing takes it back."""

    member: int
    unit: str
    count: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """Whose need it is."""
        return (about_member(self.member),)


@dataclass(slots=True)
class Rounds:
    """The points of the round by giver and getter, and the needs by member and unit."""

    given: dict[int, dict[int, int]] = field(default_factory=dict)
    needs: dict[tuple[int, str], int] = field(default_factory=dict)

    def give(self, event: PointsGiven, _: When) -> None:
        """Enter the points."""
        by_giver = self.given.setdefault(event.giver, {})
        by_giver[event.to] = event.points
        if not event.points:
            del by_giver[event.to]

    def need(self, event: NeedSaid, _: When) -> None:
        """Enter the need."""
        self.needs[event.member, event.unit] = event.count
        if not event.count:
            del self.needs[event.member, event.unit]

    def meet(self, member: int, unit: str, count: int) -> int:
        """So much of a need is met; returns what is beyond it. A negative count undoes that."""
        left = self.needs.pop((member, unit), 0) - count
        if left > 0:
            self.needs[member, unit] = left
        return max(0, -left)


CHANGES: Changes = {PointsGiven: Rounds.give, NeedSaid: Rounds.need}

RULES: RulesByGroup = {
    Group.MONEY: weighing(
        Grade.MONEY,
        Rule(
            "points",
            say("How many points each member has to give others in a giving round."),
            100,
            Whole(1, 10_000),
            TOGETHER,
        ),
    )
}
