"""Repeating: when the same question is asked again, by local clocks: summer time moves nothing."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

from bot.calendar import instant

_DAYS: Final = {"day": 1, "week": 7, "fortnight": 14}

PERIODS: Final = (*_DAYS, "month")
"""How often a poll can be repeated."""


def next_time(at: int, every: str, zone: str) -> int:
    """The instant (ms) one period after another, at the same time of the local clock.

    A month later is the same day, or the last one of a shorter month.
    """
    local = _local(at, zone)
    day = _months_later(local.date(), 1) if every == "month" else _later(local.date(), _DAYS[every])
    return _instant(day, local.time(), zone)


def next_of(first: int, every: str, zone: str, after: int) -> int:
    """The first repetition behind an instant (ms) of what began at `first` (ms).

    Counted from the first one, so that a local time that was missing once, or a shorter month, moves
    only that one.
    """
    begun = _local(first, zone)
    days = (_local(after, zone).date() - begun.date()).days
    number = max(0, days // (31 if every == "month" else _DAYS[every]) - 1)
    while True:
        number += 1
        if every == "month":
            day = _months_later(begun.date(), number)
        else:
            day = _later(begun.date(), number * _DAYS[every])
        at = _instant(day, begun.time(), zone)
        if at > after:
            return at


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
