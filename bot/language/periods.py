"""Periods as people write them: `last month`, `2026-Q4`, `since monday`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from bot.chat import Misread
from bot.language.calendar_words import (
    MARKS_BEFORE,
    MARKS_BEHIND,
    OF,
    SINCE_BEFORE,
    SINCE_BEHIND,
    TO,
    UNITS,
    Span,
    phrases,
)
from bot.language.days import MONTHS, YEAR, day_at, last_of_month, made_day, shifted_day
from bot.language.line import Found, Line, line_of, longest
from bot.language.refusals import period_examples, unknown_period
from bot.text.wording import Day, Node, say


class Period(msgspec.Struct, frozen=True):
    """Days from the first to the last, both included; making one that runs backwards raises."""

    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        """Refuse what cannot be a period."""
        if self.last < self.first:
            raise Misread(
                "period-backwards",
                say("A period cannot end before it begins."),
                instead=say("Try {period}.", period=f"{self.last}..{self.first}"),
            )

    @property
    def shown(self) -> Node:
        """The period, for an answer."""
        first, last = Day(self.first.isoformat()), Day(self.last.isoformat())
        return first if first == last else say("{first} to {last}", first=first, last=last)


def read_period(words: Sequence[str], language: str, today: dt.date) -> tuple[Period, int]:
    """The period that the words begin with, and how many words it took. Raises Misread."""
    line = line_of(words, language, today)
    try:
        found = _period(line, 0, _PERIOD_FORMS)
    except Misread as refusal:
        if refusal.word:
            raise
        raise refusal.but(word=line.shown) from None
    if found is None:
        raise unknown_period(line)
    return found


_PeriodForm = Callable[[Line, int], Found[Period]]
_IN_PERIOD: Final = phrases({True: "in, im, en, on, the, am, den, le, la, el"})


def _period(line: Line, at: int, forms: Sequence[_PeriodForm]) -> Found[Period]:
    start = line.skip(at, _IN_PERIOD)
    return longest([form(line, at) for form in forms]) or (
        longest([form(line, start) for form in forms]) if start > at else None
    )


_YEAR_AND_MONTH: Final = re.compile(r"([0-9]{4})(?:-([0-9]{1,2}))?")
_QUARTER: Final = re.compile(r"(?:([0-9]{4})-?)?q([1-4])")
_WEEK: Final = re.compile(r"(?:([0-9]{4})-?)?(?:w|kw)([0-9]{1,2})")
_WEEK_NUMBER: Final = re.compile(r"[0-9]{1,2}")
_WEEK_WORDS: Final = phrases({True: "week, kw, woche, vk, viikko, semaine, semana"})


def _figures(line: Line, at: int) -> Found[Period]:
    """`2026`, `2026-11`."""
    found = line.match(at, _YEAR_AND_MONTH)
    if not found:
        return None
    first = made_day(line, int(found[1]), int(found[2] or "1"), 1)
    return containing(line, "month" if found[2] else "year", first), at + 1


def _quarter(line: Line, at: int) -> Found[Period]:
    """`2026-Q4`, `Q4 2026`, `Q4`: the most recent one that has begun."""
    found = line.match(at, _QUARTER)
    if not found:
        return None
    year, end = _year(line, found[1], at + 1)
    month = 3 * int(found[2]) - 2
    first = made_day(line, int(year or line.today.year), month, 1)
    if not year and first > line.today:
        first = made_day(line, first.year - 1, month, 1)
    return containing(line, "quarter", first), end


def _week(line: Line, at: int) -> Found[Period]:
    """`2026-W47`, `week 47`: by ISO 8601, the most recent one that has begun."""
    found, word = line.match(at, _WEEK), line.phrase(at, _WEEK_WORDS)
    number = line.match(word[1], _WEEK_NUMBER) if word else None
    if found:
        (year, end), week = _year(line, found[1], at + 1), int(found[2])
    elif word and number:
        (year, end), week = _year(line, None, word[1] + 1), int(number[0])
    else:
        return None
    this_year = line.today.isocalendar().year
    years = (int(year),) if year else (this_year, this_year - 1)
    mondays = [monday for each in years if (monday := _monday(each, week))]
    begun = [monday for monday in mondays if year or monday <= line.today]
    if not begun:
        raise Misread(
            "period-impossible",
            say("There is no week {week}.", week=f"{years[0]}-W{week:02}"),
            word=line.shown,
            instead=period_examples(line),
        )
    return containing(line, "week", shifted_day(line, begun[0], 0)), end


def _year(line: Line, year: str | None, at: int) -> tuple[str | None, int]:
    """The year in front or behind, and where reading goes on."""
    behind = None if year else line.match(line.skip(at, OF), YEAR)
    return (behind[0], line.skip(at, OF) + 1) if behind else (year, at)


def _monday(year: int, week: int) -> dt.date | None:
    try:
        return dt.date.fromisocalendar(year, week, 1)
    except ValueError:
        return None


def marked_unit(line: Line, at: int) -> Found[tuple[int, Span]]:
    """`last month`, `le mois dernier`, `week`."""
    before = line.phrase(at, MARKS_BEFORE)
    unit = line.phrase(before[1] if before else at, UNITS)
    if unit is None:
        return None
    if before:
        return (before[0], unit[0]), unit[1]
    behind = line.phrase(unit[1], MARKS_BEHIND)
    return ((behind[0], unit[0]), behind[1]) if behind else ((0, unit[0]), unit[1])


def _unit_period(line: Line, at: int) -> Found[Period]:
    found = marked_unit(line, at)
    return (neighbour(line, found[0][1], found[0][0]), found[1]) if found else None


def _month_period(line: Line, at: int) -> Found[Period]:
    """`november`: the most recent one that has begun; `november 2026`."""
    month = line.name(at, "month")
    if month is None:
        return None
    year, end = _year(line, None, at + 1)
    begun = line.today.year if month <= line.today.month else line.today.year - 1
    return containing(line, "month", made_day(line, int(year or begun), month, 1)), end


def _one_day(line: Line, at: int) -> Found[Period]:
    found = day_at(line, at, "past")
    return (Period(found[0], found[0]), found[1]) if found else None


def _from_to(line: Line, at: int) -> Found[Period]:
    """`2026-11-01..2026-11-15`, `october .. november`: from the first to the last day of both."""
    word = line.words[at] if at < len(line.words) else ""
    left, dots, right = word.partition("..")
    if dots and left and right:
        ends = [
            _period(line_of([each], line.language, line.today), 0, _SINGLE) for each in (left, right)
        ]
        return (Period(ends[0][0].first, ends[1][0].last), at + 1) if ends[0] and ends[1] else None
    first = _period(line, at, _SINGLE)
    to = line.phrase(first[1], TO) if first else None
    last = _period(line, to[1], _SINGLE) if to else None
    return (Period(first[0].first, last[0].last), last[1]) if first and last else None


def _since(line: Line, at: int) -> Found[Period]:
    """`since 2026-11-01`: until today."""
    before = line.phrase(at, SINCE_BEFORE)
    found = _period(line, before[1] if before else at, _SINGLE)
    behind = line.phrase(found[1], SINCE_BEHIND) if found else None
    if found is None or not (before or behind):
        return None
    return Period(found[0].first, line.today), behind[1] if behind else found[1]


_SINGLE: Final[tuple[_PeriodForm, ...]] = (
    _figures,
    _quarter,
    _week,
    _unit_period,
    _month_period,
    _one_day,
)
_PERIOD_FORMS: Final[tuple[_PeriodForm, ...]] = (_from_to, _since, *_SINGLE)


def containing(line: Line, unit: Span, day: dt.date) -> Period:
    """The week, month, … that the day is in."""
    if unit == "day":
        return Period(day, day)
    if unit == "week":
        monday = shifted_day(line, day, -day.weekday())
        return Period(monday, shifted_day(line, monday, 6))
    months = MONTHS[unit]
    first = day.replace(month=day.month - (day.month - 1) % months, day=1)
    return Period(first, last_of_month(first.replace(month=first.month + months - 1)))


def neighbour(line: Line, unit: Span, mark: int) -> Period:
    """The present one (0), the last (-1) or the next (1)."""
    this = containing(line, unit, line.today)
    if mark == 0:
        return this
    return containing(line, unit, shifted_day(line, this.first if mark < 0 else this.last, mark))
