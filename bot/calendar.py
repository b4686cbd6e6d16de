"""Days, times and periods as people write them, and the local clock of a zone.

The same words on the same day always mean the same. What can be read in two ways, or names a day
that does not exist, is refused with a form that works.
Not known here: what time it is (`today` and `now` are given), and what happens when.

A local time that does not exist is the first valid minute after it; one that exists twice is the
first. Weeks begin on Monday (ISO 8601); "next friday" is the first Friday after today.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
import unicodedata
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from babel.core import Locale, UnknownLocaleError

from bot.amounts import plain, read_amount
from bot.chat import Misread, misread
from bot.units import UnitClass
from bot.wording import Day, Node, say

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 9999
"""Instants are counted from 1970; ISO 8601 writes years in four digits."""

CLOSING_HOUR: Final = 18
"""The hour that is meant where only a day is named."""

_WORDS_READ: Final = 12
_WORD_CHARACTERS: Final = 40

T = TypeVar("T")
Prefer = Literal["past", "future"]
_Prefer = Literal["past", "future", "coming"]
_Kind = Literal["weekday", "month"]
_Unit = Literal["day", "week", "month", "quarter", "year"]
_Found = tuple[T, int] | None
"""What was read, and where in the line reading goes on; None where it is something else."""


# The local clock.


def local_day(now: dt.datetime, zone: str) -> dt.date:
    """The day it is in the zone."""
    assert now.tzinfo is not None, "an instant has a zone"
    return now.astimezone(ZoneInfo(zone)).date()


def instant(day: dt.date, time: dt.time, zone: str) -> dt.datetime:
    """The instant (UTC) at which the zone's clocks show this; the first if they show it twice.

    If they never do, because they are put forward over it: the first whole minute after the gap.
    """
    place = ZoneInfo(zone)
    wall = dt.datetime.combine(day, time.replace(tzinfo=None, fold=0))
    at = wall.replace(tzinfo=place).astimezone(dt.UTC)
    shown = at.astimezone(place).replace(tzinfo=None, fold=0)
    return at if shown == wall else _after_gap(wall, place)


def _after_gap(wall: dt.datetime, place: ZoneInfo) -> dt.datetime:
    """PEP 495: in a gap, fold 0 gives the offset before the change and fold 1 the one after it."""
    before, after = (place.utcoffset(wall.replace(fold=fold)) for fold in (0, 1))
    assert before is not None
    assert after is not None
    start = (wall - after).replace(tzinfo=dt.UTC)
    seconds = (after - before) // dt.timedelta(seconds=1)

    def changed(second: int) -> bool:
        at = start + dt.timedelta(seconds=second)
        return at.astimezone(place).utcoffset() != before

    at = start + dt.timedelta(seconds=bisect_left(range(seconds), x=True, key=changed))
    return at + dt.timedelta(seconds=-at.astimezone(place).second % 60)


# Words. Each table holds the words of all languages: none means two things within one table.

_LANGUAGES: Final = ("en", "de", "fi", "fr", "es")


def _phrases(table: Mapping[T, str]) -> dict[tuple[str, ...], T]:
    return {
        tuple(phrase.split()): value
        for value, phrases in table.items()
        for phrase in phrases.split(",")
    }


_DAYS_FROM_TODAY: Final = _phrases(
    {
        0: "today, heute, tänään, aujourd'hui, hoy",
        -1: "yesterday, gestern, eilen, hier, ayer",
        1: "tomorrow, morgen, huomenna, demain, mañana, manana",
        -2: "day before yesterday, vorgestern, toissapäivänä, avant-hier, anteayer, antier",
        2: "day after tomorrow, übermorgen, ylihuomenna, après-demain, pasado mañana",
    }
)

_UNITS: Final[dict[tuple[str, ...], _Unit]] = _phrases(
    {
        "day": "d, day, days, tag, tage, tagen, pv, päivä, päivää, päivän, jour, jours, día, días,"
        "dia, dias",
        "week": "w, week, weeks, woche, wochen, vk, viikko, viikkoa, viikon, viikolla, semaine,"
        "semaines, semana, semanas",
        "month": "month, months, monat, monate, monaten, kk, kuukausi, kuukautta, kuukauden,"
        "kuu, kuun, kuussa, mois, mes, meses",
        "quarter": "quarter, quarters, quartal, quartale, quartalen, neljännes, neljännestä,"
        "neljänneksen, neljänneksellä, trimestre, trimestres",
        "year": "y, year, years, jahr, jahre, jahren, vuosi, vuotta, vuoden, vuonna, an, ans,"
        "année, années, annee, annees, año, años, ano, anos",
    }
)

_MARKS_BEFORE: Final = _phrases(
    {
        -1: "last, letzte, letzten, letzter, letztes, letztem, vorige, vorigen, voriger, voriges,"
        "vorigem, viime, último, última, ultimo, ultima",
        0: "this, diese, diesen, dieser, dieses, diesem, tämä, tämän, tällä, tässä, tänä, ce, cet,"
        "cette, este, esta",
        1: "next, coming, nächste, nächsten, nächster, nächstes, nächstem, kommende, kommenden,"
        "kommender, kommendes, ensi, próximo, próxima, proximo, proxima",
    }
)
_MARKS_BEHIND: Final = _phrases(
    {
        -1: "dernier, dernière, derniere, passé, passée, pasado, pasada",
        1: "prochain, prochaine, próximo, próxima, proximo, proxima, que viene",
    }
)

_ONE: Final = _phrases(
    {1: "a, an, one, ein, eine, einem, einer, einen, yksi, yhden, un, une, una, uno"}
)
_AGO_BEFORE: Final = _phrases({-1: "vor, il y a, hace"})
_AGO_BEHIND: Final = _phrases({-1: "ago, sitten"})
_IN_BEFORE: Final = _phrases({1: "in, dans, en, dentro de, +"})
_IN_BEHIND: Final = _phrases({1: "päästä, kuluttua"})
_SINCE_BEFORE: Final = _phrases({True: "since, seit, depuis, desde"})
_SINCE_BEHIND: Final = _phrases({True: "alkaen, lähtien"})
_TO: Final = _phrases({True: ".."})
_ARTICLES: Final = _phrases({True: "on, the, am, den, le, la, el"})
_OF: Final = _phrases({True: "of, de, del"})
_AT: Final = _phrases({"at": "at, à, a las, a la", "clock": "klo, kello, um"})
_NOON: Final = _phrases({12: "noon, mittag, keskipäivä, midi, mediodía"})
_MIDNIGHT: Final = _phrases({0: "midnight, mitternacht, keskiyö, minuit, medianoche"})
_ENDS: Final[dict[tuple[str, ...], _Unit]] = _phrases(
    {
        "day": "end of day, end of the day, ende des tages, fin de journée",
        "week": "end of week, end of the week, ende der woche, viikon lopussa, fin de semaine,"
        "fin de la semaine",
        "month": "end of month, end of the month, ende des monats, monatsende, kuun lopussa,"
        "kuukauden lopussa, fin du mois, fin de mois, fin de mes, fin del mes",
        "quarter": "end of quarter, end of the quarter, quartalsende, fin du trimestre,"
        "fin del trimestre",
        "year": "end of year, end of the year, jahresende, ende des jahres, vuoden lopussa,"
        "fin d'année, fin de année, fin de año, fin del año",
    }
)

_CLOCK_H: Final = frozenset(["de", "fr", "es"])
"""Languages in which `18h` is a time of the day rather than eighteen hours."""

_CLOCK_POINT: Final = frozenset(["de", "fi"])
"""Languages in which `18.30` behind a day is a time."""

_DAY_EXAMPLE: Final = {"de": "gestern", "fi": "eilen", "fr": "hier", "es": "ayer"}
_WHEN_EXAMPLE: Final = {
    "de": ("morgen 18:00", "in 3 Tagen"),
    "fi": ("huomenna 18:00", "3 päivän päästä"),
    "fr": ("demain 18:00", "dans 3 jours"),
    "es": ("mañana 18:00", "en 3 días"),
}
_PERIOD_EXAMPLE: Final = {
    "de": "letzter Monat",
    "fi": "viime kuukausi",
    "fr": "le mois dernier",
    "es": "el mes pasado",
}


class _Name(NamedTuple):
    """What a calendar name means: weekday 0 (Monday) to 6, or month 1 to 12."""

    kind: _Kind
    number: int


_Names = Mapping[str, frozenset[_Name]]

_SPOKEN: Final = {
    "en": {"tues": 1, "weds": 2, "thur": 3, "thurs": 3},
    "de": {"sonnabend": 5},
}
"""Weekday names that people write and CLDR does not list."""


@lru_cache(maxsize=64)
def _names(language: str) -> _Names:
    """Names of days and months: the language's own, then others' that mean one thing only.

    A name of two letters (`do`, `ma`, `to`) is only understood in its own language.
    """
    tables = [_own_names(each) for each in _LANGUAGES]
    known: dict[str, frozenset[_Name]] = {}
    for word in dict.fromkeys(word for table in tables for word in table):
        meanings = frozenset[_Name]().union(*(table.get(word, ()) for table in tables))
        if len(meanings) == 1 and len(word) > 2:
            known[word] = meanings
    return {**known, **_own_names(language)}


@lru_cache(maxsize=64)
def _own_names(language: str) -> _Names:
    locale = _locale(language)
    found: dict[str, set[_Name]] = {}
    tables: tuple[tuple[_Kind, Any], ...] = (("weekday", locale.days), ("month", locale.months))
    for kind, widths in tables:
        for width in ("wide", "abbreviated", "short"):
            for form in ("format", "stand-alone"):
                for number, name in dict(widths[form].get(width) or {}).items():
                    _add_name(found, name, _Name(kind, number))
    for name, number in _SPOKEN.get(_base(language), {}).items():
        _add_name(found, name, _Name("weekday", number))
    return {word: frozenset(meanings) for word, meanings in found.items()}


def _add_name(found: dict[str, set[_Name]], name: str, meaning: _Name) -> None:
    word = name.casefold().rstrip(".")
    bare = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    for each in {word, bare}:
        found.setdefault(each, set()).add(meaning)


@lru_cache(maxsize=256)
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale("en")


def _base(language: str) -> str:
    return language.partition("-")[0].casefold()


# Reading: each form looks at the words from a place on, and takes some of them or none.


@dataclass(frozen=True, slots=True)
class _Line:
    """The words as typed and as compared, and what their meaning depends on."""

    typed: Sequence[str]
    words: tuple[str, ...]
    language: str
    today: dt.date

    def name(self, at: int, kind: _Kind) -> int | None:
        """The weekday or month that the word is."""
        word = self.words[at].rstrip(".") if at < len(self.words) else ""
        found = _names(self.language).get(word, frozenset())
        return next((name.number for name in sorted(found) if name.kind == kind), None)

    def match(self, at: int, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The word, if the whole of it is like the pattern."""
        return pattern.fullmatch(self.words[at]) if at < len(self.words) else None

    def phrase(self, at: int, table: Mapping[tuple[str, ...], T]) -> _Found[T]:
        """The longest phrase of the table that stands here."""
        for length in (4, 3, 2, 1):
            words = self.words[at : at + length]
            if len(words) == length and words in table:
                return table[words], at + length
        return None

    def skip(self, at: int, table: Mapping[tuple[str, ...], T]) -> int:
        """Behind a phrase of the table, if one stands here."""
        found = self.phrase(at, table)
        return found[1] if found else at

    @property
    def shown(self) -> str:
        """What was typed, for a refusal."""
        return self.typed[0] if self.typed else ""


def _line(words: Sequence[str], language: str, today: dt.date) -> _Line:
    compared = (_compared(word) for word in words[:_WORDS_READ])
    return _Line(words, tuple(compared), language, today)


def _compared(word: str) -> str:
    return plain(word[:_WORD_CHARACTERS]).casefold().rstrip(",;").removeprefix("l'")


def _longest(found: Sequence[_Found[T]]) -> _Found[T]:
    """The reading that takes the most words; the first of those."""
    return max((each for each in found if each), key=lambda each: each[1], default=None)


def read_day(
    words: Sequence[str], language: str, today: dt.date, *, prefer: Prefer = "past"
) -> tuple[dt.date, int]:
    """The day that the words begin with, and how many words it took. Raises Misread.

    `friday` is the most recent one, today included, or with `prefer` the first one after today;
    `12 Nov` is the most recent or the next one, both times today included.
    """
    line = _line(words, language, today)
    found = _day(line, 0, prefer)
    if found is None:
        raise _unknown_day(line)
    return found


def _day(line: _Line, at: int, prefer: _Prefer) -> _Found[dt.date]:
    start = line.skip(at, _ARTICLES)
    return _longest([form(line, at, prefer) for form in _DAY_FORMS]) or (
        _longest([form(line, start, prefer) for form in _DAY_FORMS]) if start > at else None
    )


_ISO_DAY: Final = re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})")
_DOTTED_DAY: Final = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4}|[0-9]{2})?")
_SLASHED_DAY: Final = re.compile(
    r"([0-9]{1,2})(?:/([0-9]{1,2})(?:/([0-9]{4}|[0-9]{2}))?|-([0-9]{1,2})-([0-9]{4}))"
)
_DAY_NUMBER: Final = re.compile(r"([0-9]{1,2})(?:\.|st|nd|rd|th|er|º|ª)?")
_YEAR: Final = re.compile(r"[0-9]{4}")
_NUMBER: Final = re.compile(r"\+?([0-9]{1,5})")
_GLUED: Final = re.compile(r"\+?([0-9]{1,5})([^\W\d_]+)")


def _relative_day(line: _Line, at: int, prefer: _Prefer) -> _Found[dt.date]:  # noqa: ARG001 - a form
    """`yesterday`."""
    found = line.phrase(at, _DAYS_FROM_TODAY)
    return (_shifted(line, line.today, found[0]), found[1]) if found else None


def _iso_day(line: _Line, at: int, prefer: _Prefer) -> _Found[dt.date]:  # noqa: ARG001 - a form
    """`2026-12-01`."""
    found = line.match(at, _ISO_DAY)
    if not found:
        return None
    year, _, month, day = found.groups()
    return _made(line, int(year), int(month), int(day)), at + 1


def _dotted_day(line: _Line, at: int, prefer: _Prefer) -> _Found[dt.date]:
    """`1.12.2026`, `1.12.26` and `1.12.`: the day is always first."""
    found = line.match(at, _DOTTED_DAY)
    if not found:
        return None
    day, month, year = found.groups()
    return _dated(line, year, int(month), int(day), prefer), at + 1


def _slashed_day(line: _Line, at: int, prefer: _Prefer) -> _Found[dt.date]:
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
    return _dated(line, year, month, day, prefer), at + 1


def _order(language: str) -> str:
    """Whether day or month comes first in figures; English says so only together with a country."""
    pattern = str(_locale(language).date_formats["short"].pattern)
    if pattern.startswith("d"):
        return "dm"
    return "md" if pattern.startswith("M") and "-" in language else ""


def _marked_weekday(line: _Line, at: int, prefer: _Prefer) -> _Found[dt.date]:  # noqa: ARG001 - a form
    """`last friday`, `vendredi prochain`."""
    before = line.phrase(at, _MARKS_BEFORE)
    weekday = line.name(before[1] if before else at, "weekday")
    if weekday is None:
        return None
    mark = before or line.phrase(at + 1, _MARKS_BEHIND)
    if mark is None:
        return None
    end = mark[1] + 1 if before else mark[1]
    today = line.today.weekday()
    days = {
        -1: -((today - weekday - 1) % 7 + 1),
        0: weekday - today,
        1: (weekday - today - 1) % 7 + 1,
    }[mark[0]]
    return _shifted(line, line.today, days), end


def _weekday(line: _Line, at: int, prefer: _Prefer) -> _Found[dt.date]:
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
    return _shifted(line, line.today, days), at + 1


def _distant_day(line: _Line, at: int, prefer: _Prefer) -> _Found[dt.date]:  # noqa: ARG001 - a form
    """`3 days ago`, `in a week`, `viikko sitten`."""
    span = _span(line, at)
    if span is None:
        return None
    (count, unit), end = span
    return _moved(line, count, unit), end


def _named_day(line: _Line, at: int, prefer: _Prefer) -> _Found[dt.date]:
    """`12 Nov`, `November 12th, 2026`, `12 de noviembre`, also behind its weekday, as figures are."""
    plainly = _month_and_day(line, at, prefer)
    weekday = line.name(at, "weekday")
    forms = (_month_and_day, _iso_day, _dotted_day, _slashed_day)
    behind = None if weekday is None else _longest([form(line, at + 1, prefer) for form in forms])
    found = _longest([plainly, behind])
    if found and found is behind and found[0].weekday() != weekday:
        raise misread(
            "day-mismatch",
            say("{day} is not a {weekday}.", day=Day(found[0].isoformat()), weekday=line.typed[at]),
            word=line.typed[at],
            instead=say("Leave out the weekday or change the day."),
        )
    return found


def _month_and_day(line: _Line, at: int, prefer: _Prefer) -> _Found[dt.date]:
    middle = line.skip(at + 1, _OF)
    month_first, day_first = line.name(at, "month"), line.match(at, _DAY_NUMBER)
    if month_first is not None and (number := line.match(at + 1, _DAY_NUMBER)):
        month, day, end = month_first, int(number[1]), at + 2
    elif day_first and (named := line.name(middle, "month")) is not None:
        month, day, end = named, int(day_first[1]), middle + 1
    else:
        return None
    year = line.match(line.skip(end, _OF), _YEAR)
    day_found = _dated(line, year[0] if year else None, month, day, prefer)
    return day_found, line.skip(end, _OF) + 1 if year else end


_DayForm = Callable[[_Line, int, _Prefer], _Found[dt.date]]
_DAY_FORMS: Final[tuple[_DayForm, ...]] = (
    _relative_day,
    _iso_day,
    _dotted_day,
    _slashed_day,
    _named_day,
    _marked_weekday,
    _weekday,
    _distant_day,
)


def _span(line: _Line, at: int) -> _Found[tuple[int, _Unit]]:
    """A distance from today with its direction: `in 3 days`, `+3d`, `3 days ago`."""
    before = line.phrase(at, _AGO_BEFORE) or line.phrase(at, _IN_BEFORE)
    length = _length(line, before[1]) if before else _length(line, at, at_least=0)
    if length is None:
        return None
    (count, unit), end = length
    behind = line.phrase(end, _AGO_BEHIND) or line.phrase(end, _IN_BEHIND)
    if before:
        return (count * before[0], unit), end
    if behind:
        return (count * behind[0], unit), behind[1]
    return ((count, unit), end) if line.words[at].startswith("+") else None


def _length(line: _Line, at: int, at_least: int = 1) -> _Found[tuple[int, _Unit]]:
    """`3 days`, `3d`, `a week`; `viikko` alone (`at_least` 0) is completed by what is behind it."""
    glued = line.match(at, _GLUED)
    if glued and (unit := _UNITS.get((glued[2],))):
        return (int(glued[1]), unit), at + 1
    number, one = line.match(at, _NUMBER), line.phrase(at, _ONE)
    count, start = (int(number[1]), at + 1) if number else one or (1, at)
    found = line.phrase(start, _UNITS)
    return ((count, found[0]), found[1]) if found and found[1] - at > at_least else None


# Making days, within what exists.


def _made(line: _Line, year: int, month: int, day: int) -> dt.date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _out_of_range(line)
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise misread(
            "day-impossible",
            say("There is no day {day}.", day=f"{year}-{month:02}-{day:02}"),
            word=line.shown,
            instead=_day_examples(line),
        ) from None


def _dated(line: _Line, year: str | None, month: int, day: int, prefer: _Prefer) -> dt.date:
    """The day in a year as typed, or in the nearest year on the preferred side."""
    if year is not None:
        return _made(line, int(year) + (2000 if len(year) == 2 else 0), month, day)
    wanted, today = (month, day), (line.today.month, line.today.day)
    if prefer == "past":
        return _made(line, line.today.year - (wanted > today), month, day)
    return _made(line, line.today.year + (wanted < today), month, day)


def _shifted(line: _Line, day: dt.date, days: int) -> dt.date:
    try:
        moved = day + dt.timedelta(days=days)
    except OverflowError:
        raise _out_of_range(line) from None
    return _made(line, moved.year, moved.month, moved.day)


_MONTHS: Final[dict[_Unit, int]] = {"month": 1, "quarter": 3, "year": 12}


def _moved(line: _Line, count: int, unit: _Unit) -> dt.date:
    """So many units from today; a month later is the same day, or the last of a shorter month."""
    if unit not in _MONTHS:
        return _shifted(line, line.today, count * (7 if unit == "week" else 1))
    year, month = divmod(line.today.year * 12 + line.today.month - 1 + count * _MONTHS[unit], 12)
    first = _made(line, year, month + 1, 1)
    return _made(line, year, month + 1, min(line.today.day, _last(first).day))


def _last(day: dt.date) -> dt.date:
    return day.replace(day=monthrange(day.year, day.month)[1])


# Moments.


@dataclass(frozen=True, slots=True)
class _Here:
    """The time it is, where, and the time of the day that is meant where none is named."""

    now: dt.datetime
    zone: str
    time: dt.time

    def at(self, line: _Line, day: dt.date, time: dt.time) -> dt.datetime:
        """The instant; the last hours before the year 10000 are beyond what there is."""
        try:
            return instant(day, time, self.zone)
        except OverflowError:
            raise _out_of_range(line) from None


def read_when(
    words: Sequence[str],
    language: str,
    now: dt.datetime,
    zone: str,
    *,
    hour: int = CLOSING_HOUR,
) -> tuple[dt.datetime, int]:
    """The instant (UTC) that the words begin with, and how many words it took. Raises Misread.

    `hour` is meant where only a day is named. An instant in the past is no error here.
    """
    line = _line(words, language, local_day(now, zone))
    here = _Here(now.astimezone(dt.UTC), zone, dt.time(hour))
    found = _longest([form(line, here) for form in _WHEN_FORMS])
    if found is None:
        raise _unknown_when(line)
    return found


def _clock_time(line: _Line, here: _Here) -> _Found[dt.datetime]:
    """`18:00`: the next time that the clocks show it; also `18:00 tomorrow`."""
    found = _time(line, 0, behind_day=False)
    if found is None:
        return None
    time, end = found
    day = _day(line, end, "coming")
    if day is not None and day[0] >= line.today:
        return _next_moment(line, here, end, time), day[1]
    today = here.at(line, line.today, time)
    if today > here.now:
        return today, end
    return here.at(line, _shifted(line, line.today, 1), time), end


def _day_and_time(line: _Line, here: _Here) -> _Found[dt.datetime]:
    """`fri 18:00`, `tomorrow`, `2026-12-01 20:00`."""
    day = _day(line, 0, "coming")
    if day is None:
        return None
    time, end = _time(line, day[1], behind_day=True) or (here.time, day[1])
    return _next_moment(line, here, 0, time), end


def _next_moment(line: _Line, here: _Here, at: int, time: dt.time) -> dt.datetime:
    """The time on the day that stands at `at`: `fri` is today only while it is still to come."""
    prefers: tuple[_Prefer, ...] = ("coming", "future")
    days = [found[0] for prefer in prefers if (found := _day(line, at, prefer))]
    moments = [here.at(line, day, time) for day in days]
    return next((moment for moment in moments if moment > here.now), moments[-1])


_ISO_MOMENT: Final = re.compile(r"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})t([0-9]{1,2}:[0-9]{2})")


def _iso_moment(line: _Line, here: _Here) -> _Found[dt.datetime]:
    """`2026-12-01T20:00`, by the clocks here."""
    found = line.match(0, _ISO_MOMENT)
    moment = found and _day_and_time(_line(found.groups(), line.language, line.today), here)
    return (moment[0], 1) if moment else None


def _days_later(line: _Line, here: _Here) -> _Found[dt.datetime]:
    """`in 3 days`, `+3d`, `3d`: that many days later, at the same time of the day."""
    found = _span(line, 0) or _length(line, 0)
    if found is None:
        return None
    (count, unit), end = found
    clock = here.now.astimezone(ZoneInfo(here.zone)).time()
    return here.at(line, _moved(line, count, unit), clock), end


def _hours_later(line: _Line, here: _Here) -> _Found[dt.datetime]:
    """`in 2h`, `in 90 minutes`, `2 tunnin päästä`: that much time later."""
    start = line.skip(0, _IN_BEFORE)
    try:
        amount, used = read_amount(line.typed[start:], line.language)
    except Misread:
        return None
    end = start + used
    if amount.unit.unit_class is not UnitClass.TIME or line.phrase(end, _AGO_BEHIND):
        return None
    try:
        return here.now + dt.timedelta(minutes=amount.count), line.skip(end, _IN_BEHIND)
    except OverflowError:
        raise _out_of_range(line) from None


def _end_of(line: _Line, here: _Here) -> _Found[dt.datetime]:
    """`end of month`: the last minute of its last day, or another time of that day."""
    found = line.phrase(0, _ENDS) or line.phrase(line.skip(0, _ARTICLES), _ENDS)
    if found is None:
        return None
    day = _containing(line, found[0], line.today).last
    time, end = _time(line, found[1], behind_day=True) or (dt.time(23, 59), found[1])
    return here.at(line, day, time), end


def _next_unit(line: _Line, here: _Here) -> _Found[dt.datetime]:
    """`next week`: its first day."""
    found = _marked_unit(line, 0) or _marked_unit(line, line.skip(0, _ARTICLES))
    if found is None or found[0][0] != 1:
        return None
    day = _neighbour(line, found[0][1], 1).first
    time, end = _time(line, found[1], behind_day=True) or (here.time, found[1])
    return here.at(line, day, time), end


# On a tie the first wins: `18h` is a time of the day where the language says so.
_WHEN_FORMS: Final[tuple[Callable[[_Line, _Here], _Found[dt.datetime]], ...]] = (
    _iso_moment,
    _clock_time,
    _days_later,
    _hours_later,
    _end_of,
    _next_unit,
    _day_and_time,
)

_TIME: Final = re.compile(r"([0-9]{1,2})(?:([:.h])([0-9]{2}))?([a-z.]*)")
_CLOCK_LIKE: Final = re.compile(r"[0-9]{1,2}:.*")
_POINT_LIKE: Final = re.compile(r"[0-9]{1,2}(?::.*|\.[0-9]{2})")
_HOUR_LIKE: Final = re.compile(r"[0-9]{1,2}(?:[:.].*)?")
_HALVES: Final = {"am": 0, "pm": 12}
_HOUR_WORDS: Final = frozenset(["h", "heures", "horas"])


def _time(line: _Line, at: int, *, behind_day: bool) -> _Found[dt.time]:
    """`18:00`, `6pm`, `18 Uhr`, `klo 18.30`; `18h` where it cannot be a duration."""
    named = line.phrase(at, _AT)
    start = named[1] if named else at
    if line.phrase(start, _NOON):
        return dt.time(12), start + 1
    if line.phrase(start, _MIDNIGHT):
        # It begins a day for some and ends it for others.
        raise _unclear_time(line, start)
    found = line.match(start, _TIME)
    word, end = _time_word(line, start, found[4]) if found else ("", start)
    placed = named[0] if named else "behind a day" if behind_day else ""
    if found and _is_time(line, found, word, placed):
        return _made_time(line, start, found, word), end
    # What looks like a time and is none is refused: taking it for text would shift the deadline.
    like = _HOUR_LIKE if named else _POINT_LIKE if behind_day else _CLOCK_LIKE
    if line.match(start, like):
        raise _unclear_time(line, start)
    return None


def _time_word(line: _Line, at: int, glued: str) -> tuple[str, int]:
    """What stands at the hour: `pm`, `Uhr`; a German `am` before a day is none."""
    if glued or at + 1 >= len(line.words):
        return glued.replace(".", ""), at + 1
    word = line.words[at + 1].replace(".", "")
    if word == "am" and _base(line.language) == "de":
        return "", at + 1
    known = word in _HALVES or word in _HOUR_WORDS or word == "uhr"
    return (word, at + 2) if known else ("", at + 1)


def _is_time(line: _Line, found: re.Match[str], word: str, placed: str) -> bool:
    """Whether an hour, its mark and its word are a time of the day at this place."""
    base, mark = _base(line.language), found[2] or ""
    if word in _HALVES or word == "uhr":
        return mark != "h"
    # `48h` is no hour of a day, so it is a duration.
    hour = bool(placed) or (base in _CLOCK_H and int(found[1]) < 24)
    if word in _HOUR_WORDS:
        return hour and (bool(placed) or word == "h")
    point = placed in ("at", "clock") or (bool(placed) and base in _CLOCK_POINT)
    return not word and {":": True, "h": hour, ".": point, "": placed == "clock"}[mark]


def _made_time(line: _Line, at: int, found: re.Match[str], word: str) -> dt.time:
    hour, minute = int(found[1]), int(found[3] or "0")
    twelve = word in _HALVES
    if twelve and 1 <= hour <= 12:
        hour = hour % 12 + _HALVES[word]
    elif twelve:
        raise _unclear_time(line, at)
    if hour >= 24 or minute >= 60:
        raise _unclear_time(line, at)
    return dt.time(hour, minute)


# Periods.


class Period(msgspec.Struct, frozen=True):
    """Days from the first to the last, both included; making one that runs backwards raises."""

    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        """Refuse what cannot be a period."""
        if self.last < self.first:
            raise misread(
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
    line = _line(words, language, today)
    try:
        found = _period(line, 0, _PERIOD_FORMS)
    except Misread as refusal:
        if refusal.refused.word:
            raise
        raise Misread(msgspec.structs.replace(refusal.refused, word=line.shown)) from None
    if found is None:
        raise _unknown_period(line)
    return found


_PeriodForm = Callable[[_Line, int], _Found[Period]]
_IN_PERIOD: Final = _phrases({True: "in, im, en, on, the, am, den, le, la, el"})


def _period(line: _Line, at: int, forms: Sequence[_PeriodForm]) -> _Found[Period]:
    start = line.skip(at, _IN_PERIOD)
    return _longest([form(line, at) for form in forms]) or (
        _longest([form(line, start) for form in forms]) if start > at else None
    )


_YEAR_AND_MONTH: Final = re.compile(r"([0-9]{4})(?:-([0-9]{1,2}))?")
_QUARTER: Final = re.compile(r"(?:([0-9]{4})-?)?q([1-4])")
_WEEK: Final = re.compile(r"(?:([0-9]{4})-?)?(?:w|kw)([0-9]{1,2})")
_WEEK_NUMBER: Final = re.compile(r"[0-9]{1,2}")
_WEEK_WORDS: Final = _phrases({True: "week, kw, woche, vk, viikko, semaine, semana"})


def _figures(line: _Line, at: int) -> _Found[Period]:
    """`2026`, `2026-11`."""
    found = line.match(at, _YEAR_AND_MONTH)
    if not found:
        return None
    first = _made(line, int(found[1]), int(found[2] or "1"), 1)
    return _containing(line, "month" if found[2] else "year", first), at + 1


def _quarter(line: _Line, at: int) -> _Found[Period]:
    """`2026-Q4`, `Q4 2026`, `Q4`: the most recent one that has begun."""
    found = line.match(at, _QUARTER)
    if not found:
        return None
    year, end = _year(line, found[1], at + 1)
    month = 3 * int(found[2]) - 2
    first = _made(line, int(year or line.today.year), month, 1)
    if not year and first > line.today:
        first = _made(line, first.year - 1, month, 1)
    return _containing(line, "quarter", first), end


def _week(line: _Line, at: int) -> _Found[Period]:
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
        raise misread(
            "period-impossible",
            say("There is no week {week}.", week=f"{years[0]}-W{week:02}"),
            word=line.shown,
            instead=_period_examples(line),
        )
    return _containing(line, "week", _shifted(line, begun[0], 0)), end


def _year(line: _Line, year: str | None, at: int) -> tuple[str | None, int]:
    """The year in front or behind, and where reading goes on."""
    behind = None if year else line.match(line.skip(at, _OF), _YEAR)
    return (behind[0], line.skip(at, _OF) + 1) if behind else (year, at)


def _monday(year: int, week: int) -> dt.date | None:
    try:
        return dt.date.fromisocalendar(year, week, 1)
    except ValueError:
        return None


def _marked_unit(line: _Line, at: int) -> _Found[tuple[int, _Unit]]:
    """`last month`, `le mois dernier`, `week`."""
    before = line.phrase(at, _MARKS_BEFORE)
    unit = line.phrase(before[1] if before else at, _UNITS)
    if unit is None:
        return None
    if before:
        return (before[0], unit[0]), unit[1]
    behind = line.phrase(unit[1], _MARKS_BEHIND)
    return ((behind[0], unit[0]), behind[1]) if behind else ((0, unit[0]), unit[1])


def _unit_period(line: _Line, at: int) -> _Found[Period]:
    found = _marked_unit(line, at)
    return (_neighbour(line, found[0][1], found[0][0]), found[1]) if found else None


def _month_period(line: _Line, at: int) -> _Found[Period]:
    """`november`: the most recent one that has begun; `november 2026`."""
    month = line.name(at, "month")
    if month is None:
        return None
    year, end = _year(line, None, at + 1)
    begun = line.today.year if month <= line.today.month else line.today.year - 1
    return _containing(line, "month", _made(line, int(year or begun), month, 1)), end


def _one_day(line: _Line, at: int) -> _Found[Period]:
    found = _day(line, at, "past")
    return (Period(found[0], found[0]), found[1]) if found else None


def _from_to(line: _Line, at: int) -> _Found[Period]:
    """`2026-11-01..2026-11-15`, `october .. november`: from the first to the last day of both."""
    word = line.words[at] if at < len(line.words) else ""
    left, dots, right = word.partition("..")
    if dots and left and right:
        ends = [_period(_line([each], line.language, line.today), 0, _SINGLE) for each in (left, right)]
        return (Period(ends[0][0].first, ends[1][0].last), at + 1) if ends[0] and ends[1] else None
    first = _period(line, at, _SINGLE)
    to = line.phrase(first[1], _TO) if first else None
    last = _period(line, to[1], _SINGLE) if to else None
    return (Period(first[0].first, last[0].last), last[1]) if first and last else None


def _since(line: _Line, at: int) -> _Found[Period]:
    """`since 2026-11-01`: until today."""
    before = line.phrase(at, _SINCE_BEFORE)
    found = _period(line, before[1] if before else at, _SINGLE)
    behind = line.phrase(found[1], _SINCE_BEHIND) if found else None
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


def _containing(line: _Line, unit: _Unit, day: dt.date) -> Period:
    """The week, month, … that the day is in."""
    if unit == "day":
        return Period(day, day)
    if unit == "week":
        monday = _shifted(line, day, -day.weekday())
        return Period(monday, _shifted(line, monday, 6))
    months = _MONTHS[unit]
    first = day.replace(month=day.month - (day.month - 1) % months, day=1)
    return Period(first, _last(first.replace(month=first.month + months - 1)))


def _neighbour(line: _Line, unit: _Unit, mark: int) -> Period:
    """The present one (0), the last (-1) or the next (1)."""
    this = _containing(line, unit, line.today)
    if mark == 0:
        return this
    return _containing(line, unit, _shifted(line, this.first if mark < 0 else this.last, mark))


# Refusals.


def _out_of_range(line: _Line) -> Misread:
    return misread(
        "day-out-of-range",
        say(
            "I know the days of the years {first} to {last}.",
            first=str(FIRST_YEAR),
            last=str(LAST_YEAR),
        ),
        word=line.shown,
        instead=_day_examples(line),
    )


def _ambiguous_day(line: _Line, year: str | None, one: int, two: int, prefer: _Prefer) -> Misread:
    choices = [_dated(line, year, month, day, prefer) for month, day in ((two, one), (one, two))]
    return misread(
        "day-ambiguous",
        say("“{word}” can be two days.", word=line.shown),
        word=line.shown,
        instead=say(
            "Type {first} or {second}.", first=choices[0].isoformat(), second=choices[1].isoformat()
        ),
    )


def _unclear_time(line: _Line, at: int) -> Misread:
    return misread(
        "time-unclear",
        say("“{word}” is not a time that I know.", word=line.typed[at]),
        word=line.typed[at],
        instead=say("Type it like {one} or {two}.", one="18:30", two="6:30pm"),
    )


def _unknown_day(line: _Line) -> Misread:
    reason = say("“{word}” is not a day that I know.", word=line.shown)
    return _unknown(line, "day", reason if line.shown else say("A day is missing."), _day_examples)


def _unknown_when(line: _Line) -> Misread:
    reason = say("“{word}” is not a time that I know.", word=line.shown)
    return _unknown(line, "when", reason if line.shown else say("A time is missing."), _when_examples)


def _unknown_period(line: _Line) -> Misread:
    reason = say("“{word}” is not a period that I know.", word=line.shown)
    missing = say("A period is missing.")
    return _unknown(line, "period", reason if line.shown else missing, _period_examples)


def _unknown(line: _Line, what: str, reason: Node, examples: Callable[[_Line], Node]) -> Misread:
    near = _near(line)
    return misread(
        f"{what}-unknown" if line.shown else f"{what}-missing",
        reason,
        word=line.shown,
        instead=say("Did you mean “{near}”?", near=near) if near else examples(line),
    )


def _day_examples(line: _Line) -> Node:
    word = _DAY_EXAMPLE.get(_base(line.language), "yesterday")
    weekday = str(_locale(line.language).days["stand-alone"]["wide"][4])
    return say(
        "For example {word}, {weekday} or {iso}.",
        word=word,
        weekday=weekday,
        iso=line.today.isoformat(),
    )


def _when_examples(line: _Line) -> Node:
    examples = _WHEN_EXAMPLE.get(_base(line.language), ("tomorrow 18:00", "in 3 days"))
    iso = f"{line.today.isoformat()} 20:00"
    return say("For example {one}, {two} or {iso}.", one=examples[0], two=examples[1], iso=iso)


def _period_examples(line: _Line) -> Node:
    example = _PERIOD_EXAMPLE.get(_base(line.language), "last month")
    month = line.today.replace(day=1)
    return say(
        "For example {word}, {month} or {days}.",
        word=example,
        month=f"{month:%Y-%m}",
        days=f"{month}..{line.today}",
    )


def _near(line: _Line) -> str:
    """The name of a day or month that was probably meant, or nothing."""
    word = line.words[0] if line.words else ""
    if len(word) > 20 or not word.isalpha():
        return ""
    known = [name for name in _own_names(line.language) if len(name) > 3]
    known += ["today", "yesterday", "tomorrow"]
    return "".join(difflib.get_close_matches(word, known, 1, 0.75))
