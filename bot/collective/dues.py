"""Dues: what every member, or everyone of a circle, gives in each month, quarter or year.

When a period begins, it is noted who owes for it; what is paid is an income like others. On a sliding
scale each chooses their own step. That is sealed, as is nobody's reason to be exempt: none is asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bot.collective.events import Changes, Event, Seal, When, about_member
from bot.collective.treasury import TransferApproved, TransferMade
from bot.value.periods import Every, next_period, period_of

KIND = "dues"
"""The kind of income that dues are."""

FOR_GOOD = "9999-12-31"


class DuesSet(Event, frozen=True, kw_only=True, tag="dues.set"):
    """From the period that begins on the day `first` (ISO) on, so much is owed for each.

    Of `circle` alone, where it is named; the steps of a sliding scale are its `choices`, in smallest
    parts. It takes the place of what was set for the same circle, or for all.
    """

    moves_clock = True
    circle: str = ""
    unit: str
    count: int
    every: Every
    choices: tuple[int, ...] = ()
    first: str
    by: int = 0
    proposal: int = 0


class DuesEnded(Event, frozen=True, kw_only=True, tag="dues.ended"):
    """No dues fall due any more, of a circle or of all; what is owed stays owed."""

    moves_clock = True
    circle: str = ""
    by: int = 0
    proposal: int = 0


class DuesChosen(Event, frozen=True, kw_only=True, tag="dues.chosen"):
    """A member chose their step, in smallest parts; it is theirs to know, and so a sealed text."""

    sealed_fields = identity_fields = kept_back_fields = ("step",)
    member: int
    circle: str = ""
    step: Seal

    @property
    def subjects(self) -> tuple[str, ...]:
        """The member."""
        return (about_member(self.member),)


class DuesExempted(Event, frozen=True, kw_only=True, tag="dues.exempted"):
    """A member owes nothing for periods that begin up to a day (ISO); an empty one takes it back."""

    member: int
    last: str
    by: int = 0
    proposal: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The member."""
        return (about_member(self.member),)


class DuesFell(Event, frozen=True, kw_only=True, tag="dues.fell"):
    """A period began on the day `first` (ISO): each of these owes their step for it."""

    moves_clock = True
    circle: str = ""
    first: str
    members: tuple[int, ...]

    @property
    def subjects(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(map(about_member, self.members))


@dataclass(frozen=True, slots=True)
class Terms:
    """What is owed for each period, and the first day (ISO) of the next one that falls due."""

    unit: str
    count: int
    every: Every
    choices: tuple[int, ...]
    next: str


@dataclass(slots=True)
class Dues:
    """The dues by circle (empty: of all), each member's steps, exemptions, and what is owed.

    `owed` is by member and unit, in smallest parts; below nothing what was paid ahead.
    """

    terms: dict[str, Terms] = field(default_factory=dict)
    steps: dict[tuple[int, str], int] = field(default_factory=dict)
    exempt: dict[int, str] = field(default_factory=dict)
    owed: dict[tuple[int, str], int] = field(default_factory=dict)

    def owed_by(self, numbers: Iterable[int]) -> dict[str, int]:
        """What a person owes over all their numbers, by unit; what is nothing is left out."""
        mine, sums = set(numbers), dict[str, int]()
        for (number, unit), count in self.owed.items():
            if number in mine:
                sums[unit] = sums.get(unit, 0) + count
        return {unit: count for unit, count in sorted(sums.items()) if count}

    def exempt_until(self, numbers: Iterable[int], day: str) -> str:
        """Until which day (ISO) a person is exempt, on a day; empty where they are not."""
        last = max((self.exempt.get(each, "") for each in numbers), default="")
        return last if last >= day else ""

    def step_of(self, numbers: Iterable[int], circle: str) -> int:
        """What a person owes for each period of some dues."""
        it = self.terms[circle]
        chosen = (self.steps.get((each, circle), 0) for each in numbers)
        return next((step for step in chosen if step in it.choices), it.count)

    # --- What events do ---------------------------------------------------------------------------

    def set(self, event: DuesSet, _: When) -> None:
        """Other dues, or the first."""
        self.terms[event.circle] = Terms(
            event.unit, event.count, event.every, event.choices, event.first
        )

    def end(self, event: DuesEnded, _: When) -> None:
        """No dues of these any more."""
        del self.terms[event.circle]

    def choose(self, event: DuesChosen, when: When) -> None:
        """Somebody's own step; of who was forgotten it is nobody's."""
        step = when.names.get(event.step, "")
        self.steps.pop((event.member, event.circle), None)
        if step:
            self.steps[event.member, event.circle] = int(step)

    def exempted(self, event: DuesExempted, _: When) -> None:
        """Somebody owes nothing, or does again."""
        self.exempt.pop(event.member, None)
        if event.last:
            self.exempt[event.member] = event.last

    def fall(self, event: DuesFell, numbers: Callable[[int], tuple[int, ...]]) -> None:
        """A period began; a person's step is looked for under all their `numbers`."""
        it = self.terms[event.circle]
        for number in event.members:
            key = (number, it.unit)
            self.owed[key] = self.owed.get(key, 0) + self.step_of(numbers(number), event.circle)
        after = next_period(period_of(dt.date.fromisoformat(event.first), it.every), it.every)
        first = after.first.isoformat()
        self.terms[event.circle] = Terms(it.unit, it.count, it.every, it.choices, first)

    def paid(self, event: TransferMade | TransferApproved) -> None:
        """Dues were paid, or that was undone."""
        order = event.order
        if order.dues:
            key = (order.member, order.unit)
            sign = 1 if event.reverses else -1
            self.owed[key] = self.owed.get(key, 0) + sign * order.count

    def forget(self, numbers: Iterable[int]) -> None:
        """Nobody knows any more who owes it."""
        gone = set(numbers)
        self.steps = {key: step for key, step in self.steps.items() if key[0] not in gone}
        self.owed = {key: count for key, count in self.owed.items() if key[0] not in gone}
        self.exempt = {number: last for number, last in self.exempt.items() if number not in gone}


CHANGES: Changes = {
    DuesSet: Dues.set,
    DuesEnded: Dues.end,
    DuesChosen: Dues.choose,
    DuesExempted: Dues.exempted,
}
