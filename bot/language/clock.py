"""The local clock of a zone: which day it is there, and the instant that its clocks show.

A local time that does not exist is the first valid minute after it; one that exists twice is the
first.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from zoneinfo import ZoneInfo


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


def is_behind_gap(at: dt.datetime, zone: str) -> bool:
    """Whether the zone's clocks were put forward to show this instant, so that an hour is missing."""
    place = ZoneInfo(zone)
    now, before = (each.astimezone(place).utcoffset() for each in (at, at - dt.timedelta(minutes=1)))
    assert now is not None
    assert before is not None
    return now > before


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
