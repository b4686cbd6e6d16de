"""What happens to a need or an offer: its terms and its events."""

from __future__ import annotations

from typing import Final

import msgspec

from bot.collective.events import Event, Seal, about_member
from bot.language.amounts import Amount
from bot.language.units import UnitClass, unit_of
from bot.text.wording import Quantity

_MINUTE_MS: Final = 60_000

NEEDS: Final = "needs"
"""The index subject of what all needs and offers are called."""


class NeedTerms(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What is needed or offered: how much of which kind, until when, for how many people.

    `count` is for each place, in smallest parts of the unit; 0 where nobody knows. `at` (ms) is when a
    shift begins, and otherwise the last instant; 0 for none. `every` says how often again, and
    `until` (ms) is the last instant at which it may begin again; `zone` is whose clocks that is by, and
    `clock` the time (`02:30`) that is meant where they skip it on the first day.
    """

    offer: bool = False
    kind: str = ""
    unit: str = ""
    count: int = 0
    at: int = 0
    places: int = 1
    circle: str = ""
    pays_unit: str = ""
    pays: int = 0
    every: str = ""
    zone: str = ""
    until: int = 0
    clock: str = ""

    @property
    def size(self) -> int:
        """One place, in smallest parts."""
        return self.count or 1

    @property
    def amount(self) -> Quantity | None:
        """How much one place is, where that is known."""
        return _shown(self.unit, self.count)

    @property
    def wage(self) -> Quantity | None:
        """What whoever does it is paid, where it is paid."""
        return _shown(self.pays_unit, self.pays)

    @property
    def length_ms(self) -> int:
        """How long a shift is."""
        hours = self.unit and unit_of(self.unit).unit_class is UnitClass.TIME
        return self.count * _MINUTE_MS if self.every and hours else 0

    def of(self, amount: Amount | None) -> NeedTerms:
        """The same, of another amount."""
        if amount is None:
            return self
        return msgspec.structs.replace(self, unit=amount.unit.code, count=amount.count)


def _shown(unit: str, count: int) -> Quantity | None:
    return Quantity(count, unit, unit_of(unit).parts) if count else None


class _NeedEvent(Event, frozen=True, kw_only=True):
    number: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The need or offer."""
        return (reference(self.number),)


class _OfMember(_NeedEvent, frozen=True, kw_only=True):
    member: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The need, and whom it is about."""
        return (reference(self.number), about_member(self.member))


class NeedPosted(_NeedEvent, frozen=True, kw_only=True, tag="need.posted"):
    """Somebody said what is needed, or what they offer."""

    sealed_fields = ("what",)
    moves_clock = True
    author: int
    what: Seal
    terms: NeedTerms
    room: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The need, its words, and whose it is; and all needs together."""
        return (reference(self.number), words_of(self.number), about_member(self.author), NEEDS)


class ShiftsMade(_NeedEvent, frozen=True, kw_only=True, tag="shifts.made"):
    """A need that repeats got its next dates (ms): needs from the number `first` on."""

    moves_clock = True
    first: int
    at: tuple[int, ...]

    @property
    def subjects(self) -> tuple[str, ...]:
        """What repeats, and each of its dates."""
        numbers = range(self.first, self.first + len(self.at))
        return (reference(self.number), *map(reference, numbers))


class NeedChanged(_NeedEvent, frozen=True, kw_only=True, tag="need.changed"):
    """It is otherwise now. `last` (ms) is the last date that a repeating one has made."""

    sealed_fields = ("what",)
    moves_clock = True
    terms: NeedTerms
    what: Seal = ""
    last: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The need, and its words; and all needs together."""
        return (reference(self.number), words_of(self.number), NEEDS)


class NeedTaken(_OfMember, frozen=True, kw_only=True, tag="need.taken"):
    """A member will do it, or so many smallest parts of it; `by` is who said so for them."""

    moves_clock = True
    count: int
    by: int = 0


class ShiftsTaken(_OfMember, frozen=True, kw_only=True, tag="shifts.taken"):
    """A member takes all coming dates, also those that are not made yet; or no more (`ended`)."""

    ended: bool = False


class NeedDropped(_OfMember, frozen=True, kw_only=True, tag="need.dropped"):
    """A member gives their place back; with `missed` it is over, and they could not do it."""

    sealed_fields = ("reason",)
    moves_clock = True
    reason: Seal = ""
    missed: bool = False


class SwapOffered(_OfMember, frozen=True, kw_only=True, tag="swap.offered"):
    """A member offers their place to another one; 0 takes that back, or says no to it."""

    to: int = 0


class NeedSwapped(_OfMember, frozen=True, kw_only=True, tag="need.swapped"):
    """A member's place is another one's now."""

    moves_clock = True
    to: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The need, and both."""
        return (reference(self.number), about_member(self.member), about_member(self.to))


class NeedDone(_OfMember, frozen=True, kw_only=True, tag="need.done"):
    """Who took it did it: so many smallest parts of the place, logged as a contribution."""

    moves_clock = True
    count: int
    contribution: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The need, the contribution that it led to, and whose it was to do."""
        return (reference(self.number), f"C{self.contribution}", about_member(self.member))


class NeedReminded(_NeedEvent, frozen=True, kw_only=True, tag="need.reminded"):
    """Who has taken it was reminded."""

    moves_clock = True
    members: tuple[int, ...]


class NeedCalled(_NeedEvent, frozen=True, kw_only=True, tag="need.called"):
    """The room was told that a place is still open."""

    moves_clock = True


class NeedOver(_NeedEvent, frozen=True, kw_only=True, tag="need.over"):
    """Its time is over; who had taken it was asked what became of it."""

    moves_clock = True


class NeedEnded(_NeedEvent, frozen=True, kw_only=True, tag="need.ended"):
    """It was taken off the board: by a person, or by the clock when nobody said what became of it."""

    sealed_fields = ("reason",)
    moves_clock = True
    reason: Seal = ""


def reference(number: int) -> str:
    """The short name of a need or an offer in chat."""
    return f"N{number}"


def words_of(number: int) -> str:
    """The index subject of what a need is called."""
    return f"need:{number}"
