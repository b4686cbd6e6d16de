"""Repeating: when the same comes again, by local clocks: summer time moves nothing.

How often is a word (`week`), or a number and a word (`3 day`). `month-2-tue` is the second Tuesday of
a month and `month-last-fri` its last Friday. Hours alone are none of the
local clock's: six hours are six hours.
"""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

from bot.language.clock import instant

_DAYS: Final = {"day": 1, "week": 7, "fortnight": 14}
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}

PERIODS: Final = (*_DAYS, "month")
"""How often a poll can be repeated."""

HOUR: Final = "hour"
"""So many hours later, whatever local clocks show."""

OF_MONTH: Final = "month-"
"""What begins the weekday of a month: `month-2-tue`."""

LAST: Final = "last"
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOUR_MS: Final = 3_600_000

WORKDAY: Final = "workday"
"""Each day from Monday to Friday."""

_SATURDAY: Final = 5


def next_of(first: int, every: str, zone: str, after: int, clock: str = "") -> int:
    """The first repetition behind an instant (ms) of what began at `first` (ms), by the local clock.

    A month later is the same day, or the last one of a shorter month.
    Counted from the first one, so that a local time that was missing once, or a shorter month, moves
    only that one. Where the first one's own time was missing, `clock` is the time that was meant.
    """
    number, _, unit = every.rpartition(" ")
    if unit == HOUR:
        stride_ms = int(number or 1) * _HOUR_MS
        return first + (max(0, (after - first) // stride_ms) + 1) * stride_ms
    begun = _local(first, zone)
    time = dt.time.fromisoformat(clock) if clock else begun.time()
    days = (_local(after, zone).date() - begun.date()).days
    stride, months = _step(every)
    count = max(0, days // (stride + 31 * months) - 1)
    while True:
        count += 1
        day = _repeated(begun.date(), every, count)
        at = _instant(day, time, zone)
        if at > after and (every != WORKDAY or is_workday(day)):
            return at


def is_workday(day: dt.date) -> bool:
    """Whether it is one of Monday to Friday."""
    return day.weekday() < _SATURDAY


def _step(every: str) -> tuple[int, int]:
    """How many days, or how many months, lie between two times."""
    number, _, unit = every.rpartition(" ")
    times = int(number or 1)
    days = 1 if unit == WORKDAY else _DAYS.get(unit, 0)
    months = 1 if unit.startswith(OF_MONTH) else _MONTHS.get(unit, 0)
    return times * days, times * months


def _repeated(begun: dt.date, every: str, number: int) -> dt.date:
    days, months = _step(every)
    if not months:
        return _later(begun, number * days)
    later = _months_later(begun, number * months)
    unit = every.rpartition(" ")[2]
    return weekday_of_month(later, unit) if unit.startswith(OF_MONTH) else later


def of_month(place: int, weekday: int) -> str:
    """The word for the weekday (0 Monday) at a place (1 to 4, -1 the last) of each month."""
    return f"{OF_MONTH}{LAST if place < 0 else place}-{_WEEKDAYS[weekday]}"


def place_in_month(unit: str) -> tuple[int, int]:
    """The place (-1 the last) and the weekday (0 Monday) that such a word says."""
    _, place, weekday = unit.split("-")
    return -1 if place == LAST else int(place), _WEEKDAYS.index(weekday)


def weekday_of_month(month: dt.date, unit: str) -> dt.date:
    """The day of a month that `month-2-tue` says; `month` is any of its days."""
    place, weekday = place_in_month(unit)
    length = calendar.monthrange(month.year, month.month)[1]
    if place < 0:
        last = month.replace(day=length)
        return last - dt.timedelta(days=(last.weekday() - weekday) % 7)
    first = month.replace(day=1)
    return first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (place - 1))


def next_close(opened_at: int, closes: int, again_at: int, zone: str) -> int:
    """When a poll that opens again closes: as many days later as before, at the same local time."""
    begun, ended = _local(opened_at, zone), _local(closes, zone)
    days = (ended.date() - begun.date()).days
    planned = _instant(_later(_local(again_at, zone).date(), days), ended.time(), zone)
    return planned if planned > again_at else again_at + max(closes - opened_at, 1)


def _local(at: int, zone: str) -> dt.datetime:
    return dt.datetime.fromtimestamp(at / 1000, tz=dt.UTC).astimezone(ZoneInfo(zone))


def _later(day: dt.date, days: int) -> dt.date:
    return day + dt.timedelta(days=days)


def _months_later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _instant(day: dt.date, time: dt.time, zone: str) -> int:
    return int(instant(day, time, zone).timestamp() * 1000)
