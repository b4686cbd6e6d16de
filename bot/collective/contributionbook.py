"""What a collective remembers of its contributions: sums for good, single ones while they are fresh."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from sys import intern
from typing import TypeVar

import msgspec

from bot.collective.contributions import (
    FIRST_KINDS,
    ContributionAmended,
    ContributionConfirmed,
    ContributionDisputed,
    ContributionKind,
    ContributionLogged,
    ContributionWithdrawn,
    DisputeLifted,
    KindAdded,
    Share,
    Status,
    Step,
    fold_contributions,
    reference,
)
from bot.collective.digests import Every
from bot.collective.events import Changes, When
from bot.language.units import UnitClass

DAY_BOOK_DAYS = 62
"""How many days of single entries stay in memory; older days are read from the journal when asked."""


_DAY_MS = 86_400_000
_EPOCH = dt.date(1970, 1, 1).toordinal()

_NOTHING = (0, 0)
_RECORDED, _CONFIRMED = Status.RECORDED, Status.CONFIRMED
"""To look one up takes longer than to call a function, and a fold asks that the most."""


class DayEntry(msgspec.Struct, frozen=True, gc=False):
    """One entry of a person's day, as the guards need it."""

    number: int
    kind: str
    unit: str
    count: int


DigestKey = tuple[int, Every]
"""Which digest: a room's number, and how often it comes."""


Work = tuple[str, str, str]
"""What was given where: kind, unit and circle (empty for none)."""


Sum = tuple[int, int]
"""How many entries, and how many smallest parts together. It is replaced and never changed, so that a
state that is only tried (`apart`) can share it."""


@dataclass(slots=True)
class Contributions:
    """What a collective's decisions need to know of all its contributions.

    `monthly` holds (entries, smallest parts) of what is confirmed, by month, member, kind, unit and
    circle, and `daily` the same of everybody, by day, then by kind, unit and circle; `unsettled` what
    is recorded or disputed, and `waiting` the numbers of that by member; `confirming` who confirmed of
    that what needs more than they; `withdrawn` the numbers of what was; `days` the single entries of
    late, by day and member. `told` holds the last day (ISO) that each digest was about, `behind` what
    changed since in those days (smallest parts, by kind and unit). `givers` are the numbers of all who
    ever entered something of their own.
    """

    kinds: dict[str, ContributionKind] = field(
        default_factory=lambda: {kind.name: kind for kind in FIRST_KINDS}
    )
    count: int = 0
    unsettled: dict[int, tuple[Status, Share]] = field(default_factory=dict)
    waiting: dict[int, dict[int, None]] = field(default_factory=dict)
    confirming: dict[int, list[int]] = field(default_factory=dict)
    monthly: dict[tuple[str, int, str, str, str], Sum] = field(default_factory=dict)
    daily: dict[str, dict[Work, Sum]] = field(default_factory=dict)
    days: dict[str, dict[int, tuple[DayEntry, ...]]] = field(default_factory=dict)
    withdrawn: set[int] = field(default_factory=set)
    givers: set[int] = field(default_factory=set)
    told: dict[DigestKey, str] = field(default_factory=dict)
    behind: dict[DigestKey, dict[tuple[str, str], int]] = field(default_factory=dict)

    def add_kind(self, event: KindAdded, _: When) -> None:
        """Enter a new kind."""
        unit_class = UnitClass(event.unit_class) if event.unit_class else None
        self.kinds[event.name] = ContributionKind(event.name, unit_class, event.stream)

    def log(self, event: ContributionLogged, at: int) -> None:
        """Enter a new contribution."""
        self.count = max(self.count, event.number)  # what an import held back comes late
        self._enter(event.number, event.share, _RECORDED if event.needs else _CONFIRMED, at)

    def confirm(self, event: ContributionConfirmed, when: When) -> None:
        """Count it, when that was the last confirmation it needed; else remember whose it was."""
        if event.complete and event.was is not Status.CONFIRMED:
            if event.number in self.confirming:
                del self.confirming[event.number]
            self._move(event.number, event.share, event.was, Status.CONFIRMED, when.at)
        elif event.number in self.unsettled:
            self.confirming.setdefault(event.number, []).append(when.actor)

    def dispute(self, event: ContributionDisputed, at: int) -> None:
        """Set it apart."""
        self._move(event.number, event.share, event.was, Status.DISPUTED, at)

    def lift(self, event: DisputeLifted, at: int) -> None:
        """Put it where it stands without that dispute."""
        self._move(event.number, event.share, event.was, event.becomes, at)

    def amend(self, event: ContributionAmended, at: int) -> None:
        """Replace it; where that has to be confirmed anew, by whomever."""
        if event.number in self.confirming:
            del self.confirming[event.number]
        self._leave(event.number, event.share, event.was)
        self._enter(event.number, event.now, event.becomes, at)

    def withdraw(self, event: ContributionWithdrawn) -> None:
        """Take it out."""
        if event.number in self.confirming:
            del self.confirming[event.number]
        self._leave(event.number, event.share, event.was)
        self.withdrawn.add(event.number)

    def between(self, first: str, last: str) -> Iterator[tuple[Work, int, int]]:
        """What is confirmed of each day (ISO) from first to last: what, entries, smallest parts."""
        for day, sums in self.daily.items():
            if first <= day <= last:
                for work, (entries, count) in sums.items():
                    yield work, entries, count

    def unsettled_of(self, members: Iterable[int]) -> Iterator[tuple[int, Status, Share]]:
        """What is recorded or disputed of these members: number, which of both, and what it is."""
        for member in members:
            for number in self.waiting.get(member, ()):
                yield number, *self.unsettled[number]

    def confirmable(self, members: Container[int]) -> Iterator[int]:
        """The numbers of what others gave and these have not confirmed, what waits longest first."""
        for number, (status, share) in self.unsettled.items():
            if status is _RECORDED and share.member not in members:
                confirmed = self.confirming.get(number, ())
                if not any(each in members for each in confirmed):
                    yield number

    def note_told(self, digest: DigestKey, until: str) -> None:
        """A digest told all days until this one (ISO)."""
        self.told[digest], self.behind[digest] = until, {}

    def of_day(self, member: int, day: str) -> tuple[DayEntry, ...]:
        """The entries of a member's day, if the day is in memory."""
        return self.days.get(day, {}).get(member, ())

    def _move(self, number: int, share: Share, was: Status, becomes: Status, at: int) -> None:
        self._leave(number, share, was)
        self._enter(number, share, becomes, at)

    def _enter(self, number: int, share: Share, status: Status, at: int) -> None:
        if status is _CONFIRMED:
            self._count(share, 1)
        else:
            self.unsettled[number] = (status, share)
            self.waiting.setdefault(share.member, {})[number] = None
        book = self.days.get(share.day)
        if book is None:
            if not in_day_book(share.day, at):
                return
            book = self._open_day(share.day, at)
        entry = DayEntry(number, intern(share.kind), intern(share.unit), share.count)
        book[share.member] = (*book.get(share.member, ()), entry)

    def _leave(self, number: int, share: Share, status: Status) -> None:
        """It stands no more where it stood. Raises ValueError where it did not, or was withdrawn."""
        stood = self.unsettled.get(number)
        if number in self.withdrawn or stood != (
            None if status is Status.CONFIRMED else (status, share)
        ):
            message = f"{reference(number)} is not {status} any more"
            raise ValueError(message)
        if status is Status.CONFIRMED:
            self._count(share, -1)
        else:
            del self.unsettled[number]
            waiting = self.waiting[share.member]
            del waiting[number]
            if not waiting:
                del self.waiting[share.member]
        entries = self.of_day(share.member, share.day)
        if entries:
            left = [entry for entry in entries if entry.number != number]
            self.days[share.day][share.member] = (*left,)

    def _count(self, share: Share, sign: int) -> None:
        day, kind, unit, circle = share.day, share.kind, share.unit, share.circle
        count = sign * share.count
        of_day = self.daily.get(day)
        if of_day is None:
            of_day = self.daily[day] = {}
        _add(self.monthly, (day[:7], share.member, kind, unit, circle), sign, count)
        _add(of_day, (kind, unit, circle), sign, count)
        if not of_day:
            del self.daily[day]
        for digest, last in self.told.items():
            if day <= last:
                behind = self.behind[digest]
                behind[kind, unit] = behind.get((kind, unit), 0) + count

    def _open_day(self, day: str, at: int) -> dict[int, tuple[DayEntry, ...]]:
        past = dt.date.fromordinal(_today(at) - DAY_BOOK_DAYS).isoformat()
        for old in [each for each in self.days if each <= past]:
            del self.days[old]
        book = self.days[day] = {}
        return book


Key = TypeVar("Key")


def _add(sums: dict[Key, Sum], key: Key, sign: int, count: int) -> None:
    """Add an entry to a running sum, or take one from it; a sum without entries goes."""
    entries, parts = sums.get(key, _NOTHING)
    if entries + sign:
        sums[key] = (entries + sign, parts + count)
    else:
        del sums[key]


def in_day_book(day: str, at: int) -> bool:
    """Whether the single entries of a day are still in memory at an instant (ms)."""
    return dt.date.fromisoformat(day).toordinal() > _today(at) - DAY_BOOK_DAYS


def _today(at: int) -> int:
    return at // _DAY_MS + _EPOCH


def day_entries(steps: Iterable[Step], members: Container[int], day: str) -> list[DayEntry]:
    """The entries of a person's day, folded from the journal's entries about their numbers."""
    return [
        DayEntry(it.number, it.share.kind, it.share.unit, it.share.count)
        for it in fold_contributions(steps)
        if it.status is not Status.WITHDRAWN and it.share.day == day and it.share.member in members
    ]


CHANGES: Changes = {KindAdded: Contributions.add_kind}
