"""Digests: when one is due, what it covers, and which were told.

A digest has a slot: an instant of the local clock in the room's zone. The slot is what makes it come
once: `digest.told` carries it, and only a later slot is due after it. Whoever was away tells the latest
slot, once, for all days since the last one that was told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from bot.collective.events import Changes, Event, When, about_member
from bot.collective.rules import PLACES, Group, Rule, RulesByGroup
from bot.collective.ruletypes import SomeOf, Switch, WeekTime, one_of
from bot.language.clock import instant
from bot.language.periods import Period
from bot.text.wording import say

DAYS_MAX: Final = 366
"""The most days that one digest covers."""

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Every(StrEnum):
    """How often a digest comes."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


class DigestTold(Event, frozen=True, kw_only=True, tag="digest.told"):
    """A slot's (ms) digest was told to a room or a member, by number, or there was nothing to tell.

    `until` is the last day (ISO) that it was about.
    """

    moves_clock = True
    every: Every
    slot: int
    room: int = 0
    member: int = 0
    empty: bool = False
    until: str = ""

    @property
    def subjects(self) -> tuple[str, ...]:
        """The member who took it, if one did."""
        return (about_member(self.member),) if self.member else ()


class DigestTaken(Event, frozen=True, kw_only=True, tag="digest.taken"):
    """A member wants a digest of their own."""

    moves_clock = True
    member: int
    every: Every
    by: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The member."""
        return (about_member(self.member),)


class DigestStopped(Event, frozen=True, kw_only=True, tag="digest.stopped"):
    """A member wants no digest of their own any more."""

    moves_clock = True
    member: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The member."""
        return (about_member(self.member),)


# --- Slots ----------------------------------------------------------------------------------------


def next_slot(after: int, every: Every, at: str, zone: str) -> int:
    """The first slot (ms) behind an instant (ms); `at` is a weekday and a time: `mon 09:00`.

    Daily and weekly ones come at that time of the local clock, monthly ones on the first of a month,
    quarterly ones on the first of January, April, July and October. A time that the clocks leave out
    is the first one behind the gap; one that they show twice is the first of the two.
    """
    word, _, clock = at.partition(" ")
    time = dt.time.fromisoformat(clock)
    day = _local(after, zone).date()
    while True:
        slot = int(instant(day, time, zone).timestamp() * 1000)
        if slot > after and _fits(day, every, word):
            return slot
        day += dt.timedelta(days=1)


@lru_cache(maxsize=4096)
def untold_slot(told: int, begun: int, every: Every, at: str, zone: str) -> int:
    """The first slot (ms) behind the last one told and behind the beginning that has days to tell.

    Another time or zone set on the day of a digest brings no second one on that day.
    """
    slot = next_slot(max(told, begun), every, at, zone)
    while told and _local(slot, zone).date() <= _local(told, zone).date():
        slot = next_slot(slot, every, at, zone)
    return slot


def latest_slot(now: int, after: int, every: Every, at: str, zone: str) -> int:
    """The last slot (ms) that is not behind `now`; there must be one behind `after`."""
    slot = next_slot(after, every, at, zone)
    if now - slot > DAYS_MAX * 86_400_000:
        slot = next_slot(now - DAYS_MAX * 86_400_000, every, at, zone)
    while (later := next_slot(slot, every, at, zone)) <= now:
        slot = later
    return slot


def _fits(day: dt.date, every: Every, weekday: str) -> bool:
    match every:
        case Every.DAILY:
            return True
        case Every.WEEKLY:
            return WEEKDAYS[day.weekday()] == weekday
        case Every.MONTHLY:
            return day.day == 1
        case Every.QUARTERLY:
            return day.day == 1 and day.month in {1, 4, 7, 10}


def covered(slot: int, every: Every, zone: str, told: int = 0, begun: int = 0) -> Period:
    """The days that the digest of a slot is about: those before it, since the last one told (ms).

    Where none was told yet, a whole stretch, and all days since it was `begun` (ms).
    """
    end = _local(slot, zone).date() - dt.timedelta(days=1)
    if told:
        first = min(_local(told, zone).date(), end)
    else:
        first = min(_one_before(end, every), _local(begun or slot, zone).date())
    return Period(max(first, end - dt.timedelta(days=DAYS_MAX - 1)), end)


def before(period: Period, every: Every) -> Period:
    """The days before, to be compared with: as many, and never less than a whole stretch."""
    end = period.first - dt.timedelta(days=1)
    whole = _one_before(end, every)
    if every in {Every.MONTHLY, Every.QUARTERLY}:
        return Period(whole, end)
    return Period(min(whole, end - (period.last - period.first)), end)


def running(now: int, every: Every, at: str, zone: str) -> Period:
    """The days of a digest that is asked for before its slot: up to today."""
    today = _local(now, zone).date()
    slot = _local(next_slot(now, every, at, zone), zone).date() - dt.timedelta(days=1)
    return Period(min(_one_before(slot, every), today), today)


def _one_before(end: dt.date, every: Every) -> dt.date:
    """The first day of the stretch that ends with this day."""
    match every:
        case Every.DAILY:
            return end
        case Every.WEEKLY:
            return end - dt.timedelta(days=6)
        case Every.MONTHLY:
            return end.replace(day=1)
        case Every.QUARTERLY:
            return dt.date(end.year, (end.month - 1) // 3 * 3 + 1, 1)


def _local(at: int, zone: str) -> dt.datetime:
    return dt.datetime.fromtimestamp(at / 1000, dt.UTC).astimezone(ZoneInfo(zone))


def starts(period: Period, zone: str) -> int:
    """The instant (ms) at which a period begins."""
    return int(instant(period.first, dt.time(), zone).timestamp() * 1000)


# --- What is known of them ------------------------------------------------------------------------


@dataclass(slots=True)
class Digests:
    """What was told last (slots in ms) by room or member, since when, and who takes one.

    `begun` says since when a room is here, `changed` when a rule was last set anew: what lies before
    is not due any more. `own` holds the members who take one, `own_begun` since when (ms), and
    `own_told` the last one that each was told.
    """

    told: dict[tuple[int, Every], int] = field(default_factory=dict)
    begun: dict[int, int] = field(default_factory=dict)
    changed: int = 0
    own: dict[int, Every] = field(default_factory=dict)
    own_begun: dict[int, int] = field(default_factory=dict)
    own_told: dict[int, int] = field(default_factory=dict)

    def note(self, event: DigestTold, _: When) -> None:
        """One was told, or passed over."""
        if event.member:
            self.own_told[event.member] = event.slot
        else:
            self.told[event.room, event.every] = event.slot

    def take(self, event: DigestTaken, when: When) -> None:
        """A member begins to get one."""
        self.own[event.member], self.own_begun[event.member] = event.every, when.at
        self.own_told.pop(event.member, None)

    def stop(self, event: DigestStopped, _: When) -> None:
        """A member gets none any more."""
        for known in (self.own, self.own_begun, self.own_told):
            known.pop(event.member, None)

    def taken(self, numbers: Iterable[int]) -> list[int]:
        """Those of somebody's numbers under which they take one; what counts is the first."""
        return [number for number in numbers if number in self.own]


CHANGES: Changes = {DigestTaken: Digests.take, DigestStopped: Digests.stop}

RULES: RulesByGroup = {
    Group.CLOCK: (
        Rule(
            "digest",
            say("Which rooms get a digest: the first one (home), all of them (on), or none (off)."),
            "home",
            one_of("home", "on", "off"),
            PLACES,
        ),
        Rule(
            "digest-every",
            say("How often the digest comes."),
            ("weekly",),
            SomeOf(("daily", "weekly", "monthly", "quarterly")),
            PLACES,
        ),
        Rule(
            "digest-sections",
            say("What the digest tells; people lists who gave how much."),
            (
                "contributions",
                "thanks",
                "decided",
                "meetings",
                "open",
                "needs",
                "waiting",
                "money",
                "partners",
                "reviews",
                "openness",
                "journal",
            ),
            SomeOf(
                (
                    "contributions",
                    "people",
                    "thanks",
                    "decided",
                    "meetings",
                    "open",
                    "needs",
                    "waiting",
                    "money",
                    "partners",
                    "reviews",
                    "openness",
                    "journal",
                )
            ),
            PLACES,
        ),
        Rule("digest-at", say("When the digest comes."), "mon 09:00", WeekTime(), PLACES),
        Rule(
            "digest-to",
            say("Who gets the digest as a direct message beside the room."),
            ("coordinators",),
            SomeOf(("coordinators", "treasurers", "facilitators", "admins", "members"), least=0),
            PLACES,
        ),
        Rule(
            "digest-empty",
            say("Whether a digest comes even when nothing happened."),
            False,
            Switch(),
            PLACES,
        ),
    )
}
