"""Tables of hours: what the programs that keep them have in common, and how a duration is written."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bot.books.importing.planned import Found, Left
from bot.books.importing.reasons import Misfit, names_nobody, no_columns, no_day, no_duration, theirs
from bot.books.importing.tables import (
    Row,
    day,
    decimal_of,
    header_of,
    number,
    order_of,
    read_table,
    untaken,
    words,
)
from bot.text.wording import Say, joined, say

DAY_MINUTES = 24 * 60

_CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)(?::([0-5]\d))?")
_MINUTES = re.compile(r"(\d{1,4}):([0-5]\d) ?min")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))? ?([AaPp])?\.?[Mm]?\.?")
Answers = Mapping[str, str]
"""What the map says: `dates` and `decimal`."""


_COLUMNS = {"person": say("person"), "date": say("day"), "duration": say("duration")}
"""What is called how that a file of hours has to have."""


@dataclass(frozen=True, slots=True)
class Hours:
    """How a program writes hours: its headings by our names, and where the facts of a row stand."""

    headings: dict[str, str]
    wanted: tuple[str, ...]
    """Columns without which it is another export."""
    text: tuple[str, ...]
    """Of these columns the first that is filled says what it was."""
    kind: tuple[str, ...]
    """And of these the first says of which kind."""
    hint: Say | None = None
    skipped: Callable[[Row], Say | None] = lambda _: None

    def read(self, text: str, answers: Answers) -> Iterator[Found | Left]:
        """The rows of a file. Raises Misfit or Doubt."""
        missing = [name for name in self.wanted if name not in header_of(text, self.headings)]
        if missing:
            told = no_columns([_COLUMNS[name] for name in missing])
            raise Misfit(joined([told, self.hint], ". ") if self.hint else told)
        if note := untaken(text, self.headings):
            yield Left(0, note)
        rows = list(read_table(text, self.headings))
        whole = [each for each in rows if isinstance(each, Row)]
        order = order_of((it.get("date") for it in whole), answers.get("dates", ""))
        numbers = (it.get("duration") for it in whole if ":" not in it.get("duration"))
        decimal = decimal_of(numbers, answers.get("decimal", ""))
        for each in rows:
            if isinstance(each, Row):
                yield self._found(each, order, decimal)
            else:
                yield Left(*each)

    def _found(self, row: Row, order: str, decimal: str) -> Found | Left:
        if why := self.skipped(row):
            return Left(row.line, why)
        date = day(row.get("date"), order)
        if date is None:
            return Left(row.line, no_day(row.get("date")))
        minutes, why = _minutes(row, date, order, decimal)
        if why:
            return Left(row.line, why)
        person = words(row.get("person"))
        if not person:
            return Left(row.line, names_nobody())
        return Found(
            row.line,
            person,
            "h",
            minutes,
            date.isoformat(),
            _first(row, self.kind),
            _first(row, self.text),
        )


def _first(row: Row, names: tuple[str, ...]) -> str:
    """The first of these cells that is filled."""
    return next((words(row.get(name)) for name in names if row.get(name)), "")


def _minutes(row: Row, date: dt.date, order: str, decimal: str) -> tuple[int, Say | None]:
    """How many minutes, or why none. From begin to end where both are there, else as it is written."""
    spanned, written = _span(row, date, order), row.get("duration")
    seconds = spanned if spanned is not None else duration(written, decimal)
    if seconds is None:
        return 0, no_duration(written) if written else say("has no end: it was still running")
    minutes = int((seconds / 60).quantize(Decimal(1), ROUND_HALF_UP))
    if seconds < 0:
        return 0, say("“{text}” is negative", text=theirs(written))
    if not minutes:
        return 0, say("is less than half a minute")
    if minutes > DAY_MINUTES:
        return 0, say("is {count} hours, more than a day has", count=minutes // 60)
    return minutes, None


def duration(text: str, decimal: str) -> Decimal | None:
    """Seconds of `1:30`, `02:30:00`, `18:25 min` or `1.5` hours; None for what is none."""
    text = text.strip()
    negative, text = text.startswith("-"), text.removeprefix("-")
    seconds: Decimal | None = None
    if match := _MINUTES.fullmatch(text):
        seconds = Decimal(int(match[1]) * 60 + int(match[2]))
    elif match := _CLOCK.fullmatch(text):
        seconds = Decimal(int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0))
    elif (hours := number(text.removesuffix("h").strip(), decimal)) is not None:
        seconds = hours * 3600
    return -seconds if negative and seconds is not None else seconds


def _span(row: Row, date: dt.date, order: str) -> Decimal | None:
    """Seconds from begin to end; over midnight where the end has no day of its own."""
    begin, end = time(row.get("from")), time(row.get("to"))
    if begin is None or end is None:
        return None
    last = day(row.get("end-date"), order) if row.get("end-date") else None
    days = (last - date).days if last is not None else int(end < begin)
    return Decimal(days * 86_400 + end - begin)


def time(text: str) -> int | None:
    """Seconds of the day; None for what is no time."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    hour, half = int(match[1]), (match[4] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or int(match[2]) > 59:
        return None
    return hour * 3600 + int(match[2]) * 60 + int(match[3] or 0)
