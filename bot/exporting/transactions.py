"""Transactions: what the journal's entries post, with what a reader of the books wants beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from bot.chain import Entry
from bot.collective.events import Event, Posting
from bot.collective.state import State, read_event
from bot.units import unit_of
from bot.wording import unit_name

MINUTES = "min"

Texts = Callable[[Iterable[str]], Mapping[str, str]]
"""Looks up the texts behind commitments; those that were erased are missing."""

AT_ONCE = 500
"""For how many entries the texts are looked up together."""


class Flow(msgspec.Struct, frozen=True, gc=False):
    """So many smallest parts of a unit from one account to another."""

    source: str
    target: str
    unit: str
    count: int


class Transaction(msgspec.Struct, frozen=True):
    """An entry that posts something: which, when, what it is called, who did it, and its postings.

    `day` is the day that it counts for, in ISO form; `at` when it was written (ms since 1970 UTC);
    `event` the kind of the entry; `tags` what else is known, by name.
    """

    seq: int
    at: int
    day: str
    ref: str
    event: str
    what: str
    by: int
    postings: tuple[Posting, ...]
    tags: dict[str, str]

    @property
    def title(self) -> str:
        """Its words, or where there are none the kind of its entry."""
        return self.what or self.event


def transactions(entries: Iterable[Entry], texts: Texts) -> Iterator[Transaction]:
    """What these entries post, in their order; entries that post nothing are left out."""
    waiting: list[tuple[Entry, Event]] = []
    for entry in entries:
        if '"postings":[' not in entry.payload:
            continue
        waiting.append((entry, read_event(entry.payload)))
        if len(waiting) == AT_ONCE:
            yield from _told(waiting, texts)
            waiting.clear()
    yield from _told(waiting, texts)


def _told(waiting: list[tuple[Entry, Event]], texts: Texts) -> Iterator[Transaction]:
    words = texts(seal for _, event in waiting if (seal := getattr(event, "what", "")))
    for entry, event in waiting:
        postings: tuple[Posting, ...] = getattr(event, "postings", ())
        if not postings:
            continue
        subjects = event.subjects
        yield Transaction(
            entry.seq,
            entry.at,
            _day(event) or day_of(entry.at),
            subjects[0] if subjects else f"E{entry.seq}",
            str(msgspec.to_builtins(event)["event"]),
            words.get(getattr(event, "what", ""), ""),
            entry.actor,
            postings,
            _tags(event),
        )


def _day(event: Event) -> str:
    """The day that it counts for; what changes an earlier entry counts on the day of the change."""
    counted: Any = getattr(event, "share", None) if not hasattr(event, "was") else None
    counted = counted or getattr(event, "order", None)
    return str(counted.day) if counted is not None else ""


def _tags(event: Event) -> dict[str, str]:
    counted: Any = getattr(event, "now", None) or getattr(event, "share", None)
    counted = counted or getattr(event, "order", None)
    found = {
        name: str(getattr(counted, name, "") or "") for name in ("kind", "circle", "fund", "partner")
    }
    return {name: value for name, value in found.items() if value}


def day_of(at: int) -> str:
    """The day of an instant (ms), in UTC."""
    return dt.datetime.fromtimestamp(at / 1000, dt.UTC).date().isoformat()


def instant_of(at: int) -> str:
    """An instant (ms) as text, in UTC (RFC 3339)."""
    return dt.datetime.fromtimestamp(at / 1000, dt.UTC).isoformat(timespec="milliseconds")


def flows(postings: Iterable[Posting]) -> Iterator[Flow]:
    """Postings as flows from account to account, which make the same sums."""
    given: list[list[Any]] = []
    taken: list[list[Any]] = []
    for each in postings:
        side = given if each.count < 0 else taken
        side.append([each.account, each.unit, abs(each.count)])
    for target, unit, wanted in taken:
        left = wanted
        for source in given:
            part = min(left, source[2]) if source[1] == unit else 0
            if part:
                yield Flow(source[0], target, unit, part)
                source[2] -= part
                left -= part


# --- Amounts and names ----------------------------------------------------------------------------


def commodity(unit: str) -> str:
    """What a unit is called in books: as people call it; hours are kept in minutes."""
    return MINUTES if unit == "h" else unit_name(unit)


def exact(count: int, unit: str) -> str:
    """An amount as a decimal with nothing rounded."""
    parts = 1 if unit == "h" else unit_of(unit).parts
    places = len(str(parts)) - 1
    whole, rest = divmod(abs(count), parts)
    sign = "-" if count < 0 else ""
    return f"{sign}{whole}.{rest:0{places}}" if places else f"{sign}{whole}"


def member_name(state: State, number: int) -> str:
    """A member's name as it is known now; who was forgotten has none."""
    known = state.members.by_number.get(number)
    return known.name if known is not None else ""


def one_line(text: str) -> str:
    """A text without line ends, tabs and other signs that control something."""
    kept = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(kept.split())


def headline(state: State) -> str:
    """Whose books these are, and up to which head of the journal."""
    name = one_line(state.name) or state.collective
    return f"{name}, up to {state.head.seq}:{state.head.hash.hex()}"
