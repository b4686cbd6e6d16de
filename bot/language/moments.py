"""Moments as people write them: `fri 18:00`, `in 2h`, `end of month`.

Not known here: what time it is (`now` is given), and what happens then.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final
from zoneinfo import ZoneInfo

from bot.chat import Misread
from bot.language.amounts import read_amount
from bot.language.calendar_words import (
    AGO_BEHIND,
    AND,
    ARTICLES,
    AT,
    CLOCK_H,
    CLOCK_POINT,
    DAY_PARTS,
    DAY_PARTS_ALONE,
    ENDS,
    HALF_HOUR,
    HOURS,
    IN_BEFORE,
    IN_BEHIND,
    MIDNIGHT,
    NOON,
    ONE,
    SECONDS,
    base_language,
)
from bot.language.clock import instant, local_day
from bot.language.days import Leaning, day_at, length_at, moved_day, shifted_day, span_at
from bot.language.line import Found, Line, line_of, longest
from bot.language.periods import containing, marked_unit, neighbour
from bot.language.refusals import out_of_range, unclear_time, unknown_when
from bot.language.units import UnitClass
from bot.language.zones import zone_at
from bot.text.wording import Words, say

CLOSING_HOUR: Final = 18
"""The hour that is meant where only a day is named."""


@dataclass(frozen=True, slots=True)
class _Here:
    """The time it is, where, and the time of the day that is meant where none is named."""

    now: dt.datetime
    zone: str
    time: dt.time

    def at(self, line: Line, day: dt.date, time: dt.time) -> dt.datetime:
        """The instant; the last hours before the year 10000 are beyond what there is."""
        try:
            return instant(day, time, self.zone)
        except OverflowError:
            raise out_of_range(line) from None


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
    line = line_of(words, language, local_day(now, zone))
    here = _Here(now.astimezone(dt.UTC), zone, dt.time(hour))
    _refuse_seconds(line)
    found = longest([form(line, here) for form in _WHEN_FORMS])
    if found is None:
        raise unknown_when(line)
    return found


def _clock_time(line: Line, here: _Here) -> Found[dt.datetime]:
    """`18:00`: the next time that the clocks show it; also `18:00 tomorrow`."""
    found = time_of_day(line, 0, behind_day=False)
    if found is None:
        return None
    time, end = found
    named = zone_at(line, end, here.at(line, line.today, time), here.zone)
    if named:
        line, here, end = _line_there(line, here, named[0]), replace(here, zone=named[0]), named[1]
    day = day_at(line, end, "coming")
    if day is not None and day[0] >= line.today:
        return _in_zone(line, day[1], _next_moment(line, here, end, time), here)
    today = here.at(line, line.today, time)
    if today > here.now:
        return today, end
    return here.at(line, shifted_day(line, line.today, 1), time), end


def _line_there(line: Line, here: _Here, zone: str) -> Line:
    """The same line, read on the day that it is in another zone."""
    return replace(line, today=local_day(here.now, zone))


def _in_zone(line: Line, at: int, moment: dt.datetime, here: _Here) -> Found[dt.datetime]:
    """The moment as the zone behind it says, if one stands there."""
    named = zone_at(line, at, moment, here.zone)
    if named is None:
        return moment, at
    wall = moment.astimezone(ZoneInfo(here.zone))
    return replace(here, zone=named[0]).at(line, wall.date(), wall.time()), named[1]


def _day_and_time(line: Line, here: _Here) -> Found[dt.datetime]:
    """`fri 18:00`, `tomorrow`, `2026-12-01 20:00`."""
    day = day_at(line, 0, "coming")
    if day is None:
        return None
    found = time_of_day(line, day[1], behind_day=True)
    if found is None:
        part = _day_part(line, day[1])
        time, end = part or (here.time, day[1])
        return _next_moment(line, here, 0, time), end
    return _in_zone(line, found[1], _next_moment(line, here, 0, found[0]), here)


def _day_part(line: Line, at: int) -> Found[dt.time]:
    """`morning`, `in the evening`, behind a day."""
    found = line.phrase(at, DAY_PARTS_ALONE) or line.phrase(line.skip(at, ARTICLES), DAY_PARTS)
    return (dt.time(found[0]), found[1]) if found else None


def _part_alone(line: Line, here: _Here) -> Found[dt.datetime]:
    """`tonight`, `in the morning`: the next time that the clocks show its hour."""
    found = line.phrase(0, DAY_PARTS_ALONE)
    if found is None:
        return None
    today = here.at(line, line.today, dt.time(found[0]))
    if today > here.now:
        return today, found[1]
    return here.at(line, shifted_day(line, line.today, 1), dt.time(found[0])), found[1]


def _next_moment(line: Line, here: _Here, at: int, time: dt.time) -> dt.datetime:
    """The time on the day that stands at `at`: `fri` is today only while it is still to come."""
    prefers: tuple[Leaning, ...] = ("coming", "future")
    days = [found[0] for prefer in prefers if (found := day_at(line, at, prefer))]
    moments = [here.at(line, day, time) for day in days]
    return next((moment for moment in moments if moment > here.now), moments[-1])


_COUNT: Final = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,3})?")
_ISO_MOMENT: Final = re.compile(r"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})t([0-9]{1,2}:[0-9]{2})")


def _iso_moment(line: Line, here: _Here) -> Found[dt.datetime]:
    """`2026-12-01T20:00`, by the clocks here."""
    found = line.match(0, _ISO_MOMENT)
    moment = found and _day_and_time(line_of(found.groups(), line.language, line.today), here)
    return (moment[0], 1) if moment else None


def _days_later(line: Line, here: _Here) -> Found[dt.datetime]:
    """`in 3 days`, `+3d`, `3d`: that many days later, at the same time of the day."""
    found = span_at(line, 0) or length_at(line, 0)
    if found is None:
        return None
    (count, unit), end = found
    clock = here.now.astimezone(ZoneInfo(here.zone)).time()
    return here.at(line, moved_day(line, count, unit), clock), end


def _together_later(line: Line, here: _Here) -> Found[dt.datetime]:
    """`in 2 days and 3 hours`, `in an hour`, `half an hour`: spans of days first, then of the clock."""
    at = line.skip(0, IN_BEFORE)
    day, parts, minutes = line.today, 0, 0
    while (length := length_at(line, at)) is not None:
        (count, unit), at = length
        day = moved_day(replace(line, today=day), count, unit)
        parts += 1
        at = _behind_and(line, at)
    clock = _clock_span(line, at)
    if clock is not None:
        minutes, at = clock
        parts += 1
    if not parts or (parts == 1 and clock is None) or line.phrase(at, AGO_BEHIND):
        return None
    now = here.now.astimezone(ZoneInfo(here.zone)).time()
    try:
        moment = here.at(line, day, now) if day != line.today else here.now
        return moment + dt.timedelta(minutes=minutes), line.skip(at, IN_BEHIND)
    except OverflowError:
        raise out_of_range(line) from None


def _behind_and(line: Line, at: int) -> int:
    """Behind an `and` that another span follows, else where it was."""
    end = line.skip(at, AND)
    follows = length_at(line, end) is not None or _clock_span(line, end) is not None
    return end if end > at and follows else at


def _clock_span(line: Line, at: int) -> Found[int]:
    """Minutes: `3 hours`, `an hour`, `half an hour`, `90m`."""
    if half := line.phrase(at, HALF_HOUR):
        return half
    one = line.phrase(at, ONE)
    if one and (unit := line.phrase(one[1], HOURS)):
        return unit
    bare = line.phrase(at, HOURS)
    if bare and line.phrase(bare[1], IN_BEHIND):
        return bare
    if line.match(at, _CLOCK_LIKE):
        return None
    try:
        amount, used = read_amount(line.typed[at:], line.language)
    except Misread:
        return None
    return (amount.count, at + used) if amount.unit.unit_class is UnitClass.TIME else None


_ALMOST: Final = re.compile(r"([0-9]{1,2})h[0-9]{2}")


def _refuse_seconds(line: Line) -> None:
    """Seconds are below what is kept; a number of them is no text."""
    at = line.skip(0, IN_BEFORE)
    number = line.match(at, _COUNT)
    if number and line.phrase(at + 1, SECONDS):
        raise Misread(
            "time-seconds",
            say("I count in minutes, not in seconds."),
            word=line.typed[at + 1],
            instead=say("The shortest is {example}.", example=Words("in 1m")),
        )


def _refuse_almost(line: Line) -> None:
    """`15h30` without `in`: a time for some, and for others so long from now."""
    found = line.match(0, _ALMOST)
    if found and 6 <= int(found[1]) < 24 and base_language(line.language) not in CLOCK_H:
        word = line.typed[0]
        raise Misread(
            "time-ambiguous",
            say("“{word}” can be a time, or so long from now.", word=word),
            word=word,
            instead=say(
                "Type {time} or {later}.",
                time=Words(line.words[0].replace("h", ":")),
                later=Words(f"in {word}"),
            ),
        )


def _hours_later(line: Line, here: _Here) -> Found[dt.datetime]:
    """`in 2h`, `in 90 minutes`, `2 tunnin päästä`: that much time later."""
    start = line.skip(0, IN_BEFORE)
    if not start:
        _refuse_almost(line)
    try:
        amount, used = read_amount(line.typed[start:], line.language)
    except Misread:
        return None
    end = start + used
    if amount.unit.unit_class is not UnitClass.TIME or line.phrase(end, AGO_BEHIND):
        return None
    try:
        return here.now + dt.timedelta(minutes=amount.count), line.skip(end, IN_BEHIND)
    except OverflowError:
        raise out_of_range(line) from None


def _end_of(line: Line, here: _Here) -> Found[dt.datetime]:
    """`end of month`: the last minute of its last day, or another time of that day."""
    found = line.phrase(0, ENDS) or line.phrase(line.skip(0, ARTICLES), ENDS)
    if found is None:
        return None
    day = containing(line, found[0], line.today).last
    time, end = time_of_day(line, found[1], behind_day=True) or (dt.time(23, 59), found[1])
    return here.at(line, day, time), end


def _next_unit(line: Line, here: _Here) -> Found[dt.datetime]:
    """`next week`: its first day."""
    found = marked_unit(line, 0) or marked_unit(line, line.skip(0, ARTICLES))
    if found is None or found[0][0] != 1:
        return None
    day = neighbour(line, found[0][1], 1).first
    time, end = time_of_day(line, found[1], behind_day=True) or (here.time, found[1])
    return here.at(line, day, time), end


# On a tie the first wins: `18h` is a time of the day where the language says so.
_WHEN_FORMS: Final[tuple[Callable[[Line, _Here], Found[dt.datetime]], ...]] = (
    _iso_moment,
    _clock_time,
    _days_later,
    _hours_later,
    _together_later,
    _part_alone,
    _end_of,
    _next_unit,
    _day_and_time,
)

_TIME: Final = re.compile(r"([0-9]{1,2})(?:([:.h])([0-9]{2}))?([a-z.]*)")
_CLOCK_LIKE: Final = re.compile(r"[0-9]{1,2}:.*")
_POINT_LIKE: Final = re.compile(r"[0-9]{1,2}(?::.*|\.[0-9]{2})")
_HOUR_LIKE: Final = re.compile(r"[0-9]{1,2}(?:[:.].*)?")
_HALVES: Final = {"am": 0, "pm": 12}
_CLOCK_WORDS: Final = frozenset(["uhr", "o'clock", "oclock"])
_HOUR_WORDS: Final = frozenset(["h", "heures", "horas"])


def time_of_day(line: Line, at: int, *, behind_day: bool) -> Found[dt.time]:
    """`18:00`, `6pm`, `18 Uhr`, `klo 18.30`; `18h` where it cannot be a duration."""
    named = line.phrase(at, AT)
    start = named[1] if named else at
    if line.phrase(start, NOON):
        return dt.time(12), start + 1
    if line.phrase(start, MIDNIGHT):
        # It begins a day for some and ends it for others.
        raise unclear_time(line, start)
    found = line.match(start, _TIME)
    word, end = _time_word(line, start, found[4]) if found else ("", start)
    placed = named[0] if named else "behind a day" if behind_day else ""
    if found and _is_time(line, found, word, placed):
        return _made_time(line, start, found, word), end
    # What looks like a time and is none is refused: taking it for text would shift the deadline.
    like = _HOUR_LIKE if named else _POINT_LIKE if behind_day else _CLOCK_LIKE
    if line.match(start, like):
        raise unclear_time(line, start)
    return None


def _time_word(line: Line, at: int, glued: str) -> tuple[str, int]:
    """What stands at the hour: `pm`, `Uhr`; a German `am` before a day is none."""
    if glued or at + 1 >= len(line.words):
        return glued.replace(".", ""), at + 1
    word = line.words[at + 1].replace(".", "")
    if word == "am" and base_language(line.language) == "de":
        return "", at + 1
    known = word in _HALVES or word in _HOUR_WORDS or word in _CLOCK_WORDS
    return (word, at + 2) if known else ("", at + 1)


def _is_time(line: Line, found: re.Match[str], word: str, placed: str) -> bool:
    """Whether an hour, its mark and its word are a time of the day at this place."""
    base, mark = base_language(line.language), found[2] or ""
    if word in _HALVES or word in _CLOCK_WORDS:
        return mark != "h"
    # `48h` is no hour of a day, so it is a duration.
    hour = bool(placed) or (base in CLOCK_H and int(found[1]) < 24)
    if word in _HOUR_WORDS:
        return hour and (bool(placed) or word == "h")
    point = placed in ("at", "clock") or (bool(placed) and base in CLOCK_POINT)
    return not word and {":": True, "h": hour, ".": point, "": placed == "clock"}[mark]


def _made_time(line: Line, at: int, found: re.Match[str], word: str) -> dt.time:
    hour, minute = int(found[1]), int(found[3] or "0")
    twelve = word in _HALVES
    if twelve and 1 <= hour <= 12:
        hour = hour % 12 + _HALVES[word]
    elif twelve:
        raise unclear_time(line, at)
    if hour >= 24 or minute >= 60:
        raise unclear_time(line, at)
    return dt.time(hour, minute)
