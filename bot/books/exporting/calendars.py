"""The calendar: what has a time, as iCalendar (RFC 5545), for every calendar program."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot.books.exporting.transactions import Days, Texts
from bot.collective.deadlines import TOLD_MS, Deadline
from bot.collective.events import Seal
from bot.collective.needs import Need
from bot.collective.state import State

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT: Final = "-//Talkoot//Talkoot//EN"
REFRESH: Final = "PT1H"
"""How often a program is asked to look again; what it does is its own."""


@dataclass(frozen=True, slots=True)
class Dated:
    """Something with a time: when it begins and ends (ms), which sort it is, and what it is called.

    `people` are those whose calendar it stands in. `changes` counts how often it was another, the last
    time at `changed_at` (ms); what is `off` was to be, and is not.
    """

    ref: str
    sort: str
    at: int
    until: int
    what: Seal = ""
    more: str = ""
    circle: str = ""
    people: frozenset[int] | None = None
    changes: int = 0
    changed_at: int = 0
    off: bool = False


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose calendar it is: everybody's, a circle's, or a member's, by all their numbers.

    `said` says how words are told to who reads.
    """

    circle: str = ""
    numbers: frozenset[int] = frozenset()
    said: Callable[[str], str] = str


EVERYBODY: Final = Whose()


def calendar(
    state: State,
    texts: Texts,
    days: Days | None = None,
    zone: str = "UTC",
    whose: Whose = EVERYBODY,
) -> Iterator[str]:
    """Shifts, needs and offers with a time, deadlines of what is asked, reviews and meetings.

    The same journal gives the same bytes: it is stamped with the time of its last entry.
    """
    from icalendar import Calendar  # noqa: PLC0415 - loading it takes a tenth of a second

    shown = [
        it for it in dated(state, whose) if days is None or days[0] <= _day(it.at, zone) <= days[1]
    ]
    words = texts([it.what for it in shown if it.what], {})
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    is_one = whose.circle in state.circles.by_name
    made.add("x-wr-calname", f"{state.name}: {whose.circle}" if is_one else state.name)
    made.add("refresh-interval", dt.timedelta(hours=1), parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", REFRESH)
    for it in shown:
        made.add_component(_event(state, it, whose.said(words.get(it.what, ""))))
    yield made.to_ical().decode()


def _event(state: State, it: Dated, words: str) -> Event:
    from icalendar import Event  # noqa: PLC0415 - as above

    event = Event()
    # Two instances may call a collective the same; none of two began in the same millisecond.
    event.add("uid", f"{it.sort}-{it.ref.lower()}@{state.collective}.{state.founded_at:x}")
    event.add("dtstamp", _instant(state.head.at))
    if it.changed_at:
        event.add("last-modified", _instant(it.changed_at))
    event.add("sequence", it.changes)
    event.add("status", "CANCELLED" if it.off else "CONFIRMED")
    event.add("dtstart", _instant(it.at))
    if it.until > it.at:
        event.add("dtend", _instant(it.until))
    event.add("summary", " ".join(filter(None, (f"{it.ref}:", words, it.more))))
    event.add("categories", [each for each in (it.sort, it.circle) if each])
    # A deadline takes nobody's time.
    event.add("transp", "OPAQUE" if it.until > it.at else "TRANSPARENT")
    return event


def dated(state: State, whose: Whose = EVERYBODY) -> list[Dated]:
    """What has a time, in time: what is to come, and for a while what was, or was to be."""
    circle, numbers = whose.circle, whose.numbers
    found = (
        it
        for it in _all(state, whose)
        if (not circle or it.circle == circle)
        and (not numbers or it.people is None or numbers & it.people)
    )
    return sorted(found, key=lambda it: (it.at, it.ref))


def _all(state: State, whose: Whose) -> Iterator[Dated]:
    oldest = state.head.at - TOLD_MS
    for it in (*state.needs.by_time, *state.needs.past.values()):
        if it.terms.at and it.ends_at > oldest:
            yield from _need(it, whose)
    for letter, sort, kept in (
        ("P", "deadline", state.proposals.deadlines),
        ("Q", "deadline", state.polls.deadlines),
        ("P", "review", state.proposals.looked_at),
        ("M", "meeting", state.meetings.dates),
    ):
        for each in kept.by_number.values():
            if each.at > oldest:
                yield _deadline(f"{letter}{each.number}", sort, each)


def _need(it: Need, whose: Whose) -> Iterator[Dated]:
    """In a member's own calendar it stands for who does it; and as off for who gave it back."""
    sort = "offer" if it.terms.offer else "shift" if it.terms.every else "need"
    did = {each.member for each in it.done}
    holders = frozenset({*it.taken, *did, *({it.author} if it.terms.offer else ())})
    gave = frozenset(it.given) - holders
    off = it.ended or bool(whose.numbers & gave and not whose.numbers & holders)
    held = "" if whose.numbers else f"({len(it.taken) + len(did)}/{it.terms.places})"
    yield Dated(
        it.ref,
        sort,
        it.terms.at,
        it.ends_at,
        it.what,
        held,
        it.terms.circle,
        holders | gave,
        it.changes,
        it.changed_at,
        off,
    )


def _deadline(ref: str, sort: str, it: Deadline) -> Dated:
    more = f"({sort})" if sort in {"review", "meeting"} else ""
    people = it.people or None
    return Dated(
        ref, sort, it.at, it.at, it.what, more, it.circle, people, it.changes, it.changed_at, it.off
    )


def _day(at: int, zone: str) -> str:
    return _instant(at).astimezone(ZoneInfo(zone)).date().isoformat()


def _instant(at: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(at // 1000, dt.UTC)
