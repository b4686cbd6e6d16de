"""Needs and offers: what is to be done, who took it, and what became of it.

A shift is a need that repeats: it makes its next dates ahead, and each of them is a need of its own.
The state holds what is not over; the life of the others is read from the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import msgspec

from bot.collective.deadlines import TOLD_MS
from bot.collective.events import Changes, Event, Seal, When
from bot.collective.needevents import (
    NeedCalled,
    NeedChanged,
    NeedDone,
    NeedDropped,
    NeedEnded,
    NeedOver,
    NeedPosted,
    NeedReminded,
    NeedSwapped,
    NeedTaken,
    NeedTerms,
    ShiftsMade,
    ShiftsTaken,
    SwapOffered,
    reference,
    words_of,
)
from bot.collective.rules import TOGETHER, Group, Rule, RulesByGroup
from bot.collective.ruletypes import Switch, one_of
from bot.collective.spans import DAY, HOUR, WEEK, Span
from bot.text.wording import say

OPEN_MAX: Final = 200
"""The most needs and offers of one author that are open; more fits no board."""

PLACES_MAX: Final = 100


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
    its time was over. For calendars: `given` are those who gave it back, `changes` how often it was
    another, the last time at `changed_at` (ms).
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
    given: set[int] = field(default_factory=set)
    changes: int = 0
    changed_at: int = 0

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

    `past` are those of late that left it, for calendars. Of paid ones `waits` has by unit how often and
    how long (ms) they waited to be taken, `unfilled` how many had an open place at their end.
    """

    count: int = 0
    open: dict[int, Need] = field(default_factory=dict)
    past: dict[int, Need] = field(default_factory=dict)
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

    def change(self, event: NeedChanged, when: When) -> None:
        """It is otherwise; who took it keeps their place, and is reminded of the new time."""
        it = self.open[event.number]
        if event.terms.at != it.terms.at:
            it.taken = {each: replace(held, reminded=False) for each, held in it.taken.items()}
            it.called = False
        it.terms, it.what = event.terms, event.what or it.what
        it.last = event.last or it.last
        self._touch(it, when)

    def take(self, event: NeedTaken, when: When) -> None:
        """Somebody will do it."""
        it = self.open[event.number]
        if it.terms.pays and not it.found:
            count, waited = self.waits.get(it.terms.pays_unit, (0, 0))
            self.waits[it.terms.pays_unit] = (count + 1, waited + when.at - it.posted_at)
        it.found = True
        it.taken[event.member] = Held(event.count, when.at)
        self._touch(it, when)

    def take_all(self, event: ShiftsTaken, _: When) -> None:
        """Somebody takes all that come; or no more."""
        series = self.open[event.number]
        if event.ended:
            series.standing.remove(event.member)
        else:
            series.standing.append(event.member)

    def drop(self, event: NeedDropped, when: When) -> None:
        """A place is free again; where it is over, only not done."""
        it = self.open[event.number]
        del it.taken[event.member]
        it.given.add(event.member)
        if event.missed:
            it.missed.append(event.member)
        self._settle(it, when)

    def offer_swap(self, event: SwapOffered, _: When) -> None:
        """Somebody offers their place to another one."""
        held = self.open[event.number].taken
        held[event.member] = replace(held[event.member], to=event.to)

    def swap(self, event: NeedSwapped, when: When) -> None:
        """The place is another one's."""
        it = self.open[event.number]
        it.taken[event.to] = Held(it.taken.pop(event.member).count, when.at)
        it.given.add(event.member)
        self._touch(it, when)

    def do(self, event: NeedDone, when: When) -> None:
        """Somebody did it."""
        it = self.open[event.number]
        del it.taken[event.member]
        it.done.append(Did(event.member, event.count, event.contribution))
        self._settle(it, when)

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
        self._settle(it, when)

    def end(self, event: NeedEnded, when: When) -> None:
        """It is off the board."""
        it = self.open[event.number]
        it.ended = True
        self._settle(it, when)

    def _touch(self, it: Need, when: When) -> None:
        """It is another now."""
        it.changes += 1
        it.changed_at = when.at

    def _settle(self, it: Need, when: When) -> None:
        """It is another now; what nothing more can become of leaves the board."""
        self._touch(it, when)
        if it.settled:
            self._leave(it, when.at)

    def _leave(self, it: Need, at: int) -> None:
        del self.open[it.number]
        if it.terms.at:
            oldest = at - TOLD_MS
            self.past = {n: each for n, each in self.past.items() if each.ends_at > oldest}
            self.past[it.number] = it

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
        change = LIFE.get(type(event))
        if change is not None and (isinstance(event, NeedPosted) or book.knows(event)):
            change(book, event, when)
    return book.open.get(number)


@dataclass(slots=True)
class _Kept(Needs):
    """A board from which nothing goes."""

    def knows(self, event: Event) -> bool:
        return getattr(event, "number", 0) in self.open

    def _leave(self, it: Need, at: int) -> None:
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
    NeedReminded: Needs.remind,
    NeedCalled: Needs.call,
    NeedOver: Needs.pass_by,
    NeedEnded: Needs.end,
}

LIFE: Changes = {**CHANGES, NeedDone: Needs.do}
"""What each event changes on the board alone; that something is done is counted elsewhere too."""

RULES: RulesByGroup = {
    Group.NEEDS: (
        Rule(
            "shifts-ahead",
            say("How long ahead a need that repeats makes its next dates."),
            4 * WEEK,
            Span(DAY, 26 * WEEK),
            TOGETHER,
        ),
        Rule(
            "shift-reminder",
            say("How long before it whoever has taken something is reminded."),
            DAY,
            Span(HOUR, 2 * WEEK),
        ),
        Rule(
            "open-places",
            say("How long before it the room is told, once, that a place is still open."),
            DAY,
            Span(HOUR, 2 * WEEK),
        ),
        Rule(
            "own-needs",
            say("Whether one may take what one asked for oneself."),
            True,
            Switch(),
        ),
        Rule(
            "circle-needs",
            say("Who may take what a circle needs: anyone, or who works in the circle."),
            "anyone",
            one_of("anyone", "circle"),
        ),
        Rule(
            "take-for-others",
            say("Who may take something for somebody else, who is told so."),
            "coordinators",
            one_of("anyone", "coordinators", "nobody"),
        ),
    )
}
