"""Needs and offers: what is to be done, who took it, and what became of it.

A shift is a need that repeats: it makes its next dates ahead, and each of them is a need of its own.
The state holds what is not over; the life of the others is read from the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import msgspec

from bot.collective.events import Changes, Event, Seal, When, about_member
from bot.language.amounts import Amount
from bot.language.units import UnitClass, unit_of
from bot.text.wording import Quantity

OPEN_MAX: Final = 200
"""The most needs and offers of one author that are open; more fits no board."""

PLACES_MAX: Final = 100

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


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody took: so many smallest parts, when (ms), whether they were reminded.

    `to` is whom they offer it to.
    """

    count: int
    at: int
    reminded: bool = False
    to: int = 0


@dataclass(frozen=True, slots=True)
class Did:
    """What somebody did of it: the smallest parts of the place, and the contribution."""

    member: int
    count: int
    contribution: int


@dataclass(slots=True)
class Need:
    """A need or an offer; of a shift each date, and beside them the series that makes them.

    `series` is the number of what it is a date of (0: of none). `last` (ms) is the last date that a
    series made, `standing` who takes each. `found` says that anybody ever took it. `over` (ms) is when
    its time was over.
    """

    number: int
    author: int
    what: Seal
    terms: NeedTerms
    room: int
    posted_at: int
    series: int = 0
    taken: dict[int, Held] = field(default_factory=dict)
    done: list[Did] = field(default_factory=list)
    missed: list[int] = field(default_factory=list)
    standing: list[int] = field(default_factory=list)
    last: int = 0
    found: bool = False
    called: bool = False
    over: int = 0
    ended: bool = False

    @property
    def ref(self) -> str:
        """Its short name."""
        return reference(self.number)

    @property
    def is_series(self) -> bool:
        """Whether it makes dates, and is none itself."""
        return bool(self.terms.every) and not self.series

    @property
    def free(self) -> int:
        """What nobody has taken, in smallest parts."""
        held = sum(each.count for each in self.taken.values())
        return self.terms.places * self.terms.size - held - sum(each.count for each in self.done)

    @property
    def ends_at(self) -> int:
        """When its time is over (ms), 0 for never."""
        return self.terms.at + self.terms.length_ms if self.terms.at else 0

    @property
    def settled(self) -> bool:
        """Whether nothing more can become of it."""
        return self.ended or (
            not self.is_series and not self.taken and (self.over > 0 or not self.free)
        )

    @property
    def subjects(self) -> tuple[str, ...]:
        """Under what its words stand in the journal."""
        own = (words_of(self.number),)
        return (words_of(self.series), *own) if self.series else own


@dataclass(slots=True)
class Needs:
    """What is on the board, by number.

    Of paid ones `waits` has by unit how often and how long (ms) they waited to be taken, `unfilled` how
    many had an open place when their time was over.
    """

    count: int = 0
    open: dict[int, Need] = field(default_factory=dict)
    waits: dict[str, tuple[int, int]] = field(default_factory=dict)
    unfilled: dict[str, int] = field(default_factory=dict)

    def post(self, event: NeedPosted, when: When) -> None:
        """One more on the board."""
        self.count = event.number
        self.open[event.number] = Need(
            event.number, event.author, event.what, event.terms, event.room, when.at
        )

    def make(self, event: ShiftsMade, when: When) -> None:
        """The next dates of a series."""
        series = self.open[event.number]
        for number, at in enumerate(event.at, event.first):
            terms = msgspec.structs.replace(series.terms, at=at, until=0, clock="")
            self.open[number] = Need(
                number, series.author, series.what, terms, series.room, when.at, series.number
            )
        series.last = max(series.last, *event.at)
        self.count = max(self.count, event.first + len(event.at) - 1)

    def change(self, event: NeedChanged, _: When) -> None:
        """It is otherwise; who took it keeps their place, and is reminded of the new time."""
        it = self.open[event.number]
        if event.terms.at != it.terms.at:
            it.taken = {each: replace(held, reminded=False) for each, held in it.taken.items()}
            it.called = False
        it.terms, it.what = event.terms, event.what or it.what
        it.last = event.last or it.last

    def take(self, event: NeedTaken, when: When) -> None:
        """Somebody will do it."""
        it = self.open[event.number]
        if it.terms.pays and not it.found:
            count, waited = self.waits.get(it.terms.pays_unit, (0, 0))
            self.waits[it.terms.pays_unit] = (count + 1, waited + when.at - it.posted_at)
        it.found = True
        it.taken[event.member] = Held(event.count, when.at)

    def take_all(self, event: ShiftsTaken, _: When) -> None:
        """Somebody takes all that come; or no more."""
        series = self.open[event.number]
        if event.ended:
            series.standing.remove(event.member)
        else:
            series.standing.append(event.member)

    def drop(self, event: NeedDropped, _: When) -> None:
        """A place is free again; where it is over, only not done."""
        it = self.open[event.number]
        del it.taken[event.member]
        if event.missed:
            it.missed.append(event.member)
        self._settle(it)

    def offer_swap(self, event: SwapOffered, _: When) -> None:
        """Somebody offers their place to another one."""
        held = self.open[event.number].taken
        held[event.member] = replace(held[event.member], to=event.to)

    def swap(self, event: NeedSwapped, when: When) -> None:
        """The place is another one's."""
        held = self.open[event.number].taken
        held[event.to] = Held(held.pop(event.member).count, when.at)

    def do(self, event: NeedDone, _: When) -> None:
        """Somebody did it."""
        it = self.open[event.number]
        del it.taken[event.member]
        it.done.append(Did(event.member, event.count, event.contribution))
        self._settle(it)

    def remind(self, event: NeedReminded, _: When) -> None:
        """Nobody is reminded of the same twice."""
        held = self.open[event.number].taken
        for number in event.members:
            held[number] = replace(held[number], reminded=True)

    def call(self, event: NeedCalled, _: When) -> None:
        """The room knows."""
        self.open[event.number].called = True

    def pass_by(self, event: NeedOver, when: When) -> None:
        """Its time is over."""
        it = self.open[event.number]
        it.over = when.at
        if it.terms.pays and it.free > 0:
            self.unfilled[it.terms.pays_unit] = self.unfilled.get(it.terms.pays_unit, 0) + 1
        self._settle(it)

    def end(self, event: NeedEnded, _: When) -> None:
        """It is off the board."""
        it = self.open[event.number]
        it.ended = True
        self._settle(it)

    def _settle(self, it: Need) -> None:
        if it.settled:
            del self.open[it.number]

    def of(self, numbers: Iterable[int]) -> Iterator[Need]:
        """What whoever has these numbers has taken, in time."""
        mine = set(numbers)
        yield from (it for it in self.by_time if mine & it.taken.keys())

    @property
    def by_time(self) -> list[Need]:
        """All that can be taken or done, what comes first before; what has no time last."""
        things = (it for it in self.open.values() if not it.is_series)
        return sorted(things, key=lambda it: (it.terms.at or 1 << 62, it.number))

    def dates(self, series: int) -> list[Need]:
        """The dates of a series whose time is not over."""
        return [it for it in self.by_time if it.series == series and not it.over]


def life_of(events: Iterable[tuple[Event, When]], number: int) -> Need | None:
    """A need of which nothing is open any more, folded from its own events and its series'."""
    book = _Kept()
    for event, when in events:
        change = CHANGES.get(type(event))
        if change is not None and (isinstance(event, NeedPosted) or book.knows(event)):
            change(book, event, when)
    return book.open.get(number)


@dataclass(slots=True)
class _Kept(Needs):
    """A board from which nothing goes."""

    def knows(self, event: Event) -> bool:
        return getattr(event, "number", 0) in self.open

    def _settle(self, it: Need) -> None:
        """It stays."""


CHANGES: Changes = {
    NeedPosted: Needs.post,
    ShiftsMade: Needs.make,
    NeedChanged: Needs.change,
    NeedTaken: Needs.take,
    ShiftsTaken: Needs.take_all,
    NeedDropped: Needs.drop,
    SwapOffered: Needs.offer_swap,
    NeedSwapped: Needs.swap,
    NeedDone: Needs.do,
    NeedReminded: Needs.remind,
    NeedCalled: Needs.call,
    NeedOver: Needs.pass_by,
    NeedEnded: Needs.end,
}
