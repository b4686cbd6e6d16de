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
    day = _month_later(local.date()) if every == "month" else _later(local.date(), _DAYS[every])
    return _instant(day, local.time(), zone)


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


def _month_later(day: dt.date) -> dt.date:
    year, month = (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _instant(day: dt.date, time: dt.time, zone: str) -> int:
    return int(instant(day, time, zone).timestamp() * 1000)
