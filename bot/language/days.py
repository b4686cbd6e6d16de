"""Days as people write them, and days made within what exists.

The same words on the same day always mean the same. What can be read in two ways, or names a day
that does not exist, is refused with a form that works. Weeks begin on Monday (ISO 8601); "next
friday" is the first Friday after today.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, Literal

from bot.chat import Misread
from bot.language.calendar_words import (
    AGO_BEFORE,
    AGO_BEHIND,
    ARTICLES,
    DAYS_FROM_TODAY,
    IN_BEFORE,
    IN_BEHIND,
    MARKS_BEFORE,
    MARKS_BEHIND,
    OF,
    ONE,
    UNITS,
    Span,
    locale_of,
    names_of,
)
from bot.language.line import Found, Line, line_of, longest
from bot.language.refusals import FIRST_YEAR, LAST_YEAR, day_examples, out_of_range, unknown_day
from bot.text.wording import Day, say

Prefer = Literal["past", "future"]
Leaning = Literal["past", "future", "coming"]


def read_day(
    words: Sequence[str], language: str, today: dt.date, *, prefer: Prefer = "past"
) -> tuple[dt.date, int]:
    """The day that the words begin with, and how many words it took. Raises Misread.

    `friday` is the most recent one, today included, or with `prefer` the first one after today;
    `12 Nov` is the most recent or the next one, both times today included.
    """
    line = line_of(words, language, today)
    found = day_at(line, 0, prefer)
    if found is None:
        raise unknown_day(line)
    return found


def day_at(line: Line, at: int, prefer: Leaning) -> Found[dt.date]:
    """The day that stands at a place of the line, also behind an article."""
    found = _day_right_at(line, at, prefer)
    start = line.skip(at, ARTICLES)
    return found or (_day_right_at(line, start, prefer) if start > at else None)


def _day_right_at(line: Line, at: int, prefer: Leaning) -> Found[dt.date]:
    word = line.words[at] if at < len(line.words) else ""
    if word.startswith(_DIGITS):
        return longest([form(line, at, prefer) for form in _FIGURES])
    if word.rstrip(".") in _first_words(line.language):
        return longest([form(line, at, prefer) for form in _WORDS])
    return None


def may_begin_day(word: str, language: str) -> bool:
    """Whether a day may begin with a word as it is compared: of most texts no word is one."""
    bare = word.rstrip(".")
    return word.startswith(_DIGITS) or bare in _first_words(language) or (bare,) in ARTICLES


@lru_cache(maxsize=64)
def _first_words(language: str) -> frozenset[str]:
    """The words that the form of a day can begin with, besides its figures."""
    tables = (DAYS_FROM_TODAY, MARKS_BEFORE, AGO_BEFORE, IN_BEFORE, ONE, UNITS)
    return frozenset([*names_of(language), *(words[0] for table in tables for words in table)])


@lru_cache(maxsize=64)
def telling_words(language: str) -> frozenset[str]:
    """The words of which one is in any day that is told without figures, as they are compared.

    Such a day is a name, a word such as yesterday, or has a unit in it: `a week ago`.
    """
    tables = (DAYS_FROM_TODAY, UNITS)
    return frozenset([*names_of(language), *(words[0] for table in tables for words in table)])


_DIGITS: Final = tuple("+0123456789")
_ISO_DAY: Final = re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})")
_DOTTED_DAY: Final = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4}|[0-9]{2})?")
_SLASHED_DAY: Final = re.compile(
    r"([0-9]{1,2})(?:/([0-9]{1,2})(?:/([0-9]{4}|[0-9]{2}))?|-([0-9]{1,2})-([0-9]{4}))"
)
_DAY_NUMBER: Final = re.compile(r"([0-9]{1,2})(?:\.|st|nd|rd|th|er|º|ª)?")
YEAR: Final = re.compile(r"[0-9]{4}")
_NUMBER: Final = re.compile(r"\+?([0-9]{1,5})")
_GLUED: Final = re.compile(r"\+?([0-9]{1,5})([^\W\d_]+)")


def _relative_day(line: Line, at: int, prefer: Leaning) -> Found[dt.date]:  # noqa: ARG001 - a form
    """`yesterday`."""
    found = line.phrase(at, DAYS_FROM_TODAY)
    return (shifted_day(line, line.today, found[0]), found[1]) if found else None


def _iso_day(line: Line, at: int, prefer: Leaning) -> Found[dt.date]:  # noqa: ARG001 - a form
    """`2026-12-01`."""
    found = line.match(at, _ISO_DAY)
    if not found:
        return None
    year, _, month, day = found.groups()
    return made_day(line, int(year), int(month), int(day)), at + 1


def _dotted_day(line: Line, at: int, prefer: Leaning) -> Found[dt.date]:
    """`1.12.2026`, `1.12.26` and `1.12.`: the day is always first."""
    found = line.match(at, _DOTTED_DAY)
    if not found:
        return None
    day, month, year = found.groups()
    return dated_day(line, year, int(month), int(day), prefer), at + 1


def _slashed_day(line: Line, at: int, prefer: Leaning) -> Found[dt.date]:
    """`24/12/2026`; the language decides which is the month where both numbers could be."""
    found = line.match(at, _SLASHED_DAY)
    if not found:
        return None
    first, slashed, slashed_year, dashed, dashed_year = found.groups()
    year = slashed_year or dashed_year
    one, two = int(first), int(slashed or dashed)
    order = "dm" if one > 12 else "md" if two > 12 else _order(line.language)
    if one != two and not order:
        raise _ambiguous_day(line, year, one, two, prefer)
    month, day = (one, two) if order == "md" else (two, one)
    return dated_day(line, year, month, day, prefer), at + 1


def _order(language: str) -> str:
    """Whether day or month comes first in figures; English says so only together with a country."""
    pattern = str(locale_of(language).date_formats["short"].pattern)
    if pattern.startswith("d"):
        return "dm"
    return "md" if pattern.startswith("M") and "-" in language else ""


def _marked_weekday(line: Line, at: int, prefer: Leaning) -> Found[dt.date]:  # noqa: ARG001 - a form
    """`last friday`, `vendredi prochain`."""
    before = line.phrase(at, MARKS_BEFORE)
    weekday = line.name(before[1] if before else at, "weekday")
    if weekday is None:
        return None
    mark = before or line.phrase(at + 1, MARKS_BEHIND)
    if mark is None:
        return None
    end = mark[1] + 1 if before else mark[1]
    today = line.today.weekday()
    days = {
        -1: -((today - weekday - 1) % 7 + 1),
        0: weekday - today,
        1: (weekday - today - 1) % 7 + 1,
    }[mark[0]]
    return shifted_day(line, line.today, days), end


def _weekday(line: Line, at: int, prefer: Leaning) -> Found[dt.date]:
    """`friday`."""
    weekday = line.name(at, "weekday")
    if weekday is None:
        return None
    today = line.today.weekday()
    days = {
        "past": -((today - weekday) % 7),
        "coming": (weekday - today) % 7,
        "future": (weekday - today - 1) % 7 + 1,
    }[prefer]
    return shifted_day(line, line.today, days), at + 1


def _distant_day(line: Line, at: int, prefer: Leaning) -> Found[dt.date]:  # noqa: ARG001 - a form
    """`3 days ago`, `in a week`, `viikko sitten`."""
    span = span_at(line, at)
    if span is None:
        return None
    (count, unit), end = span
    return moved_day(line, count, unit), end


def _named_day(line: Line, at: int, prefer: Leaning) -> Found[dt.date]:
    """`12 Nov`, `November 12th, 2026`, `12 de noviembre`, also behind its weekday, as figures are."""
    plainly = _month_and_day(line, at, prefer)
    weekday = line.name(at, "weekday")
    forms = (_month_and_day, _iso_day, _dotted_day, _slashed_day)
    behind = None if weekday is None else longest([form(line, at + 1, prefer) for form in forms])
    found = longest([plainly, behind])
    if found and found is behind and found[0].weekday() != weekday:
        raise Misread(
            "day-mismatch",
            say("{day} is not a {weekday}.", day=Day(found[0].isoformat()), weekday=line.typed[at]),
            word=line.typed[at],
            instead=say("Leave out the weekday or change the day."),
        )
    return found


def _month_and_day(line: Line, at: int, prefer: Leaning) -> Found[dt.date]:
    middle = line.skip(at + 1, OF)
    month_first, day_first = line.name(at, "month"), line.match(at, _DAY_NUMBER)
    if month_first is not None and (number := line.match(at + 1, _DAY_NUMBER)):
        month, day, end = month_first, int(number[1]), at + 2
    elif day_first and (named := line.name(middle, "month")) is not None:
        month, day, end = named, int(day_first[1]), middle + 1
    else:
        return None
    year = line.match(line.skip(end, OF), YEAR)
    day_found = dated_day(line, year[0] if year else None, month, day, prefer)
    return day_found, line.skip(end, OF) + 1 if year else end


_DayForm = Callable[[Line, int, Leaning], Found[dt.date]]
_FIGURES: Final[tuple[_DayForm, ...]] = (
    _iso_day,
    _dotted_day,
    _slashed_day,
    _named_day,
    _distant_day,
)
"""The forms of a day that may begin with a figure."""

_WORDS: Final[tuple[_DayForm, ...]] = (
    _relative_day,
    _named_day,
    _marked_weekday,
    _weekday,
    _distant_day,
)
"""And with a word."""


def span_at(line: Line, at: int) -> Found[tuple[int, Span]]:
    """A distance from today with its direction: `in 3 days`, `+3d`, `3 days ago`."""
    before = line.phrase(at, AGO_BEFORE) or line.phrase(at, IN_BEFORE)
    length = length_at(line, before[1]) if before else length_at(line, at, at_least=0)
    if length is None:
        return None
    (count, unit), end = length
    behind = line.phrase(end, AGO_BEHIND) or line.phrase(end, IN_BEHIND)
    if before:
        return (count * before[0], unit), end
    if behind:
        return (count * behind[0], unit), behind[1]
    return ((count, unit), end) if line.words[at].startswith("+") else None


def length_at(line: Line, at: int, at_least: int = 1) -> Found[tuple[int, Span]]:
    """`3 days`, `3d`, `a week`; `viikko` alone (`at_least` 0) is completed by what is behind it."""
    glued = line.match(at, _GLUED)
    if glued and (unit := UNITS.get((glued[2],))):
        return (int(glued[1]), unit), at + 1
    number, one = line.match(at, _NUMBER), line.phrase(at, ONE)
    count, start = (int(number[1]), at + 1) if number else one or (1, at)
    found = line.phrase(start, UNITS)
    return ((count, found[0]), found[1]) if found and found[1] - at > at_least else None


# Making days, within what exists.


def made_day(line: Line, year: int, month: int, day: int) -> dt.date:
    """The day with these numbers. Raises Misread where there is none."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise out_of_range(line)
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise Misread(
            "day-impossible",
            say("There is no day {day}.", day=f"{year}-{month:02}-{day:02}"),
            word=line.shown,
            instead=day_examples(line),
        ) from None


def dated_day(line: Line, year: str | None, month: int, day: int, prefer: Leaning) -> dt.date:
    """The day in a year as typed, or in the nearest year on the preferred side."""
    if year is not None:
        return made_day(line, int(year) + (2000 if len(year) == 2 else 0), month, day)
    wanted, today = (month, day), (line.today.month, line.today.day)
    if prefer == "past":
        return made_day(line, line.today.year - (wanted > today), month, day)
    return made_day(line, line.today.year + (wanted < today), month, day)


def shifted_day(line: Line, day: dt.date, days: int) -> dt.date:
    """So many days later. Raises Misread beyond the years that are known."""
    try:
        moved = day + dt.timedelta(days=days)
    except OverflowError:
        raise out_of_range(line) from None
    return made_day(line, moved.year, moved.month, moved.day)


MONTHS: Final[dict[Span, int]] = {"month": 1, "quarter": 3, "year": 12}


def moved_day(line: Line, count: int, unit: Span) -> dt.date:
    """So many units from today; a month later is the same day, or the last of a shorter month."""
    if unit not in MONTHS:
        return shifted_day(line, line.today, count * (7 if unit == "week" else 1))
    year, month = divmod(line.today.year * 12 + line.today.month - 1 + count * MONTHS[unit], 12)
    first = made_day(line, year, month + 1, 1)
    return made_day(line, year, month + 1, min(line.today.day, last_of_month(first).day))


def last_of_month(day: dt.date) -> dt.date:
    """The last day of a day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def _ambiguous_day(line: Line, year: str | None, one: int, two: int, prefer: Leaning) -> Misread:
    choices = [dated_day(line, year, month, day, prefer) for month, day in ((two, one), (one, two))]
    return Misread(
        "day-ambiguous",
        say("“{word}” can be two days.", word=line.shown),
        word=line.shown,
        instead=say(
            "Type {first} or {second}.", first=choices[0].isoformat(), second=choices[1].isoformat()
        ),
    )
