"""The calendar: what has a time, as iCalendar (RFC 5545), for every calendar program."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from bot.books.exporting.transactions import Days, Texts
from bot.collective.events import Seal
from bot.collective.state import State

PRODUCT: Final = "-//Talkoot//Talkoot//EN"


@dataclass(frozen=True, slots=True)
class Dated:
    """Something with a time: when it begins and ends (ms), which sort it is, and what it is called."""

    ref: str
    sort: str
    at: int
    until: int
    what: Seal = ""
    more: str = ""
    circle: str = ""


def calendar(state: State, texts: Texts, days: Days | None = None, zone: str = "UTC") -> Iterator[str]:
    """Shifts, needs and offers with a time, deadlines of what is asked, and reviews, in time.

    The same journal gives the same bytes: it is stamped with the time of its last entry.
    """
    dated = sorted(_dated(state), key=lambda it: (it.at, it.ref))
    shown = [it for it in dated if days is None or days[0] <= _day(it.at, zone) <= days[1]]
    words = texts([it.what for it in shown if it.what])
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("x-wr-calname", state.name)
    for it in shown:
        made.add_component(_event(state, it, words.get(it.what, "")))
    yield made.to_ical().decode()


def _event(state: State, it: Dated, words: str) -> Event:
    event = Event()
    event.add("uid", f"{it.sort}-{it.ref.lower()}@{state.collective}")
    event.add("dtstamp", _instant(state.head.at))
    event.add("dtstart", _instant(it.at))
    if it.until > it.at:
        event.add("dtend", _instant(it.until))
    event.add("summary", " ".join(filter(None, (f"{it.ref}:", words, it.more))))
    event.add("categories", [each for each in (it.sort, it.circle) if each])
    return event


def _dated(state: State) -> Iterator[Dated]:
    for it in state.needs.by_time:
        if it.terms.at and not it.over:
            sort = "offer" if it.terms.offer else "shift" if it.terms.every else "need"
            held = f"({len(it.taken)}/{it.terms.places})"
            until = it.ends_at
            yield Dated(it.ref, sort, it.terms.at, until, it.what, held, it.terms.circle)
    for proposal in state.proposals.open:
        title = proposal.latest.title
        at = proposal.closes
        yield Dated(proposal.ref, "deadline", at, at, title, circle=proposal.circle)
    for poll in state.polls.open:
        yield Dated(poll.ref, "deadline", poll.closes, poll.closes, poll.question, circle=poll.circle)
    for number, at in state.proposals.reviews.items():
        yield Dated(f"P{number}", "review", at, at)


def _day(at: int, zone: str) -> str:
    return _instant(at).astimezone(ZoneInfo(zone)).date().isoformat()


def _instant(at: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(at // 1000, dt.UTC)
