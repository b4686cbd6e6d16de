"""Recurring bills: what is paid out of the treasury again and again, such as the hosting of each month.

What is due is asked for by the clock, as a transfer that waits, once for each day. Whoever says that it
recurs moves nothing by that.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from bot.collective.events import Changes, Event, Seal, When
from bot.collective.treasury import reference as transfer_ref

RUNNING_MAX = 100
"""More than any treasurer looks after; a bound on what the clock does."""


class RecurringTerms(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What is paid, out of which fund (empty: the treasury), and how often.

    `count` is in smallest parts of `unit`. It began at the instant `first` (ms) and comes `every` so
    often by the clocks of `zone`, until the instant `until` (ms, 0 for no end); `clock` is the local
    time that is meant, where the clocks skip it on the first day.
    """

    unit: str
    count: int
    kind: str
    first: int
    every: str
    zone: str
    fund: str = ""
    circle: str = ""
    until: int = 0
    clock: str = ""


class _RecurringEvent(Event, frozen=True, kw_only=True):
    moves_clock = True
    number: int
    by: int = 0
    proposal: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The recurring bill."""
        return (reference(self.number),)


class RecurringSet(_RecurringEvent, frozen=True, kw_only=True, tag="recurring.set"):
    """Something is to be paid again and again; its cards stand in `room`. `next` (ms) is when first."""

    sealed_fields = ("what",)
    terms: RecurringTerms
    what: Seal
    next: int
    room: int = 0


class RecurringChanged(_RecurringEvent, frozen=True, kw_only=True, tag="recurring.changed"):
    """It is another amount, or comes at other times; `next` (ms) is when, 0 while it is paused."""

    terms: RecurringTerms
    next: int


class RecurringCame(_RecurringEvent, frozen=True, kw_only=True, tag="recurring.came"):
    """It was due on a day (ISO), for which a transfer was asked for or made; `next` (ms), 0: never.

    `missed` are the days (ISO) before that nothing was asked for, since nobody was there to be told.
    """

    day: str
    transfer: int
    next: int
    missed: tuple[str, ...] = ()

    @property
    def subjects(self) -> tuple[str, ...]:
        """The recurring bill and the transfer."""
        return (reference(self.number), transfer_ref(self.transfer))


class RecurringPaused(_RecurringEvent, frozen=True, kw_only=True, tag="recurring.paused"):
    """Nothing is asked for until it is resumed."""


class RecurringResumed(_RecurringEvent, frozen=True, kw_only=True, tag="recurring.resumed"):
    """It goes on at an instant (ms); what was due meanwhile is not asked for."""

    next: int


class RecurringEnded(_RecurringEvent, frozen=True, kw_only=True, tag="recurring.ended"):
    """It comes no more."""

    sealed_fields = ("reason",)
    reason: Seal = ""


@dataclass(slots=True)
class Recurring:
    """One recurring bill: when it comes `next` (ms, 0: never), and the day (ISO) it came for last."""

    number: int
    terms: RecurringTerms
    what: Seal
    by: int
    proposal: int
    room: int
    next: int
    last: str = ""
    paused: bool = False
    ended: bool = False

    @property
    def ref(self) -> str:
        """Its short name."""
        return reference(self.number)


@dataclass(slots=True)
class RecurringBills:
    """All of them by number, those that ended too."""

    by_number: dict[int, Recurring] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many there ever were."""
        return len(self.by_number)

    @property
    def running(self) -> list[Recurring]:
        """Those that did not end, what comes first before; what is paused last."""
        found = (it for it in self.by_number.values() if not it.ended)
        return sorted(found, key=lambda it: (it.paused, it.next, it.number))

    def due(self) -> Recurring | None:
        """The one that comes first."""
        found = (it for it in self.by_number.values() if it.next)
        return min(found, key=lambda it: (it.next, it.number), default=None)

    def set(self, event: RecurringSet, _: When) -> None:
        """One more."""
        self.by_number[event.number] = Recurring(
            event.number, event.terms, event.what, event.by, event.proposal, event.room, event.next
        )

    def change(self, event: RecurringChanged, _: When) -> None:
        """It is another amount, or comes at other times."""
        it = self.by_number[event.number]
        it.terms, it.next = event.terms, event.next
        it.by, it.proposal = event.by, event.proposal

    def come(self, event: RecurringCame, _: When) -> None:
        """It was due; where it never comes again it ended."""
        it = self.by_number[event.number]
        it.last, it.next, it.ended = event.day, event.next, not event.next

    def pause(self, event: RecurringPaused, _: When) -> None:
        """It waits to be resumed."""
        it = self.by_number[event.number]
        it.paused, it.next = True, 0

    def resume(self, event: RecurringResumed, _: When) -> None:
        """It goes on."""
        it = self.by_number[event.number]
        it.paused, it.next = False, event.next

    def end(self, event: RecurringEnded, _: When) -> None:
        """It comes no more."""
        it = self.by_number[event.number]
        it.ended, it.paused, it.next = True, False, 0


def reference(number: int) -> str:
    """The short name of a recurring bill in chat: S, for a standing order."""
    return f"S{number}"


CHANGES: Changes = {
    RecurringSet: RecurringBills.set,
    RecurringChanged: RecurringBills.change,
    RecurringCame: RecurringBills.come,
    RecurringPaused: RecurringBills.pause,
    RecurringResumed: RecurringBills.resume,
    RecurringEnded: RecurringBills.end,
}
