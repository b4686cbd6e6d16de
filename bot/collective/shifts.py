"""The balance of shifts: how many each member did, how many they owe, and who is excused for a time.

As food co-operatives keep it: whoever belongs to it for a whole time of the rule `shift-balance` owes
one shift for it. Nothing follows from it by itself, and it orders nobody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

from bot.collective.contributions import Share, Status
from bot.collective.events import Changes, Event, When, about_member
from bot.collective.needevents import NeedDone
from bot.collective.needs import Need
from bot.collective.rules import TOGETHER, Group, Rule, RulesByGroup
from bot.collective.spans import WEEK, Span
from bot.text.wording import say

FOR_GOOD: Final = "9999-12-31"

KEPT_MS: Final = 366 * 86_400_000
"""How long a shift stands by itself, so that it counts no more when its entry is taken back."""


class ShiftAccountBegun(Event, frozen=True, kw_only=True, tag="shift.account.begun"):
    """From a day (ISO) on it is counted who owes shifts."""

    moves_clock = True
    day: str


class ShiftsOwed(Event, frozen=True, kw_only=True, tag="shifts.owed"):
    """A time is over, for which each of these owes a shift; the next one begins on a day (ISO)."""

    moves_clock = True
    members: tuple[int, ...]
    day: str

    @property
    def subjects(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(map(about_member, self.members))


class ShiftAccountEnded(Event, frozen=True, kw_only=True, tag="shift.account.ended"):
    """Nobody owes shifts any more; what is owed and done stays as it is, in case it begins anew."""

    moves_clock = True


class ShiftsExcused(Event, frozen=True, kw_only=True, tag="shifts.excused"):
    """A member owes no shifts from a day to a day (ISO); `by` is who said so, or a `proposal`."""

    member: int
    first: str
    last: str
    by: int = 0
    proposal: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The member."""
        return (about_member(self.member),)


class ShiftsOwedAgain(Event, frozen=True, kw_only=True, tag="shifts.owed.again"):
    """A member owes shifts again, from a day (ISO) on."""

    member: int
    day: str
    by: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The member."""
        return (about_member(self.member),)


@dataclass(frozen=True, slots=True)
class Worked:
    """A shift that somebody did: whose, when (ms), what part of it, and whether its entry counts.

    `size` is the whole of it and `taken` what they had taken, in smallest parts of `unit`.
    """

    member: int
    at: int
    count: int
    taken: int
    size: int
    unit: str
    counts: bool

    @property
    def part(self) -> Fraction:
        """What it counts for."""
        return Fraction(self.count, self.size) if self.counts else Fraction(0)


@dataclass(frozen=True, slots=True)
class Excuse:
    """From which day to which day (ISO) somebody owes nothing."""

    first: str
    last: str


@dataclass(slots=True)
class Shifts:
    """Since which day (ISO) it is counted (empty: never), and the one that the present time began on.

    `owed` is how many by member, `worked` the shifts of the last year by their contributions, `before`
    what was done earlier.
    """

    since: str = ""
    begun: str = ""
    owed: dict[int, int] = field(default_factory=dict)
    worked: dict[int, Worked] = field(default_factory=dict)
    before: dict[int, Fraction] = field(default_factory=dict)
    excused: dict[int, list[Excuse]] = field(default_factory=dict)

    def begin(self, event: ShiftAccountBegun, _: When) -> None:
        """It is counted from now on."""
        self.since = self.since or event.day
        self.begun = event.day

    def owe(self, event: ShiftsOwed, _: When) -> None:
        """One more for each."""
        for number in event.members:
            self.owed[number] = self.owed.get(number, 0) + 1
        self.begun = event.day
        self._forget_excuses()

    def end(self, _: ShiftAccountEnded, __: When) -> None:
        """It is not counted any more."""
        self.begun = ""

    def excuse(self, event: ShiftsExcused, _: When) -> None:
        """Somebody owes nothing for a time."""
        self.excused.setdefault(event.member, []).append(Excuse(event.first, event.last))

    def owe_again(self, event: ShiftsOwedAgain, _: When) -> None:
        """What was to come of it is over."""
        eve = (dt.date.fromisoformat(event.day) - dt.timedelta(days=1)).isoformat()
        left = [replace(each, last=min(each.last, eve)) for each in self.excused.get(event.member, ())]
        self.excused[event.member] = [each for each in left if each.first <= each.last]

    def do(self, event: NeedDone, it: Need, when: When, *, counts: bool) -> None:
        """A shift was done, by who had taken it."""
        if not self.since:
            return
        for number, each in [*self.worked.items()]:
            if each.at > when.at - KEPT_MS:
                break
            del self.worked[number]
            self.before[each.member] = self.before.get(each.member, Fraction(0)) + each.part
        self.worked[event.contribution] = Worked(
            event.member,
            when.at,
            event.count,
            it.taken[event.member].count,
            it.terms.size,
            it.terms.unit,
            counts,
        )

    def contribution_changed(self, number: int, share: Share, status: Status) -> None:
        """An entry is another, or counts otherwise, than before: so does the shift that it was for."""
        known = self.worked.get(number)
        if known is None:
            return
        count = min(known.taken, share.count) if share.unit == known.unit else known.count
        counts = status is Status.CONFIRMED
        self.worked[number] = replace(known, member=share.member, count=count, counts=counts)

    def _forget_excuses(self) -> None:
        """What was over before this time began is needed no more."""
        for number, excuses in [*self.excused.items()]:
            left = [each for each in excuses if each.last >= self.begun]
            if left:
                self.excused[number] = left
            else:
                del self.excused[number]

    # --- What is asked of it ----------------------------------------------------------------------

    def done_by(self, numbers: Iterable[int]) -> Fraction:
        """How many shifts whoever has these numbers did that count."""
        mine = set(numbers)
        recent = (each.part for each in self.worked.values() if each.member in mine)
        return sum(recent, start=sum((self.before.get(n, Fraction(0)) for n in mine), Fraction(0)))

    def owed_by(self, numbers: Iterable[int]) -> int:
        """How many they owe, done ones too."""
        return sum(self.owed.get(number, 0) for number in numbers)

    def excused_until(self, numbers: Iterable[int], day: str) -> str:
        """Until which day (ISO) somebody is excused who is so on a day; empty where they are not."""
        mine = [each for number in numbers for each in self.excused.get(number, ())]
        last = ""
        at = day
        while found := [each.last for each in mine if each.first <= at <= each.last]:
            last = max(found)
            if last == FOR_GOOD:
                break
            at = (dt.date.fromisoformat(last) + dt.timedelta(days=1)).isoformat()
        return last

    def days_excused(self, numbers: Iterable[int], first: dt.date, days: int) -> int:
        """On how many of so many days from one on they were excused."""
        mine = [each for number in numbers for each in self.excused.get(number, ())]
        shown = ((first + dt.timedelta(days=n)).isoformat() for n in range(days))
        return sum(1 for day in shown if any(each.first <= day <= each.last for each in mine))


CHANGES: Changes = {
    ShiftAccountBegun: Shifts.begin,
    ShiftsOwed: Shifts.owe,
    ShiftAccountEnded: Shifts.end,
    ShiftsExcused: Shifts.excuse,
    ShiftsOwedAgain: Shifts.owe_again,
}

RULES: RulesByGroup = {
    Group.NEEDS: (
        Rule(
            "shift-balance",
            say("How long a time is for which each member owes one shift; off: nobody owes any."),
            0,
            Span(WEEK, 26 * WEEK, nothing="off"),
            TOGETHER,
        ),
    )
}
