"""The local clock: every change of every zone."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.clock import instant, local_day
from tests.bot.language.calendars import ZONES, january


class Change(NamedTuple):
    """The first second of another offset in a zone."""

    zone: str
    at: int
    before: int
    after: int


def offset(second: int, zone: ZoneInfo) -> int:
    found = dt.datetime.fromtimestamp(second, zone).utcoffset()
    assert found is not None
    return round(found.total_seconds())


def changes(first_year: int, last_year: int) -> Iterator[Change]:
    """All changes of all zones; no zone changes twice within five days."""
    begin = int(dt.datetime(first_year, 1, 1, tzinfo=dt.UTC).timestamp())
    end = int(dt.datetime(last_year + 1, 1, 1, tzinfo=dt.UTC).timestamp())
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        steps = ((at, offset(at, zone)) for at in range(begin, end, 5 * 86_400))
        for (left, before), (right, after) in pairwise(steps):
            if before != after:
                yield Change(name, first_second_after(left, right, zone), before, after)


def first_second_after(left: int, right: int, zone: ZoneInfo) -> int:
    before = offset(left, zone)
    return left + bisect_left(
        range(left, right + 1), x=True, key=lambda second: offset(second, zone) != before
    )


def wall(second: int) -> dt.datetime:
    """What a clock shows that is so many seconds after its 1970."""
    return january(1970) + dt.timedelta(seconds=second)


def at_wall(shown: dt.datetime, zone: str) -> int:
    return int(instant(shown.date(), shown.time(), zone).timestamp())


def test_every_clock_change_from_2025_to_2035_keeps_the_two_rules() -> None:
    """In a gap the first valid minute after it; where an hour comes twice, the first of them."""
    gaps = folds = 0
    for zone, at, before, after in changes(2025, 2035):
        last_before, first_after = wall(at + before), wall(at + after)
        minute = dt.timedelta(minutes=1)
        if after > before:
            gaps += 1
            for shown in (last_before, last_before + minute, first_after - minute):
                assert at_wall(shown, zone) == at, (zone, shown)
        else:
            folds += 1
            for shown in (first_after, first_after + minute, last_before - minute):
                assert at_wall(shown, zone) == at - (last_before - shown).seconds, (zone, shown)
        earlier, later = sorted((last_before, first_after))
        assert at_wall(earlier - minute, zone) == at - (last_before - earlier).seconds - 60
        assert at_wall(later, zone) == at + (later - first_after).seconds
    assert gaps > 2_000
    assert folds > 2_000


@pytest.mark.parametrize(
    ("zone", "day", "shown", "utc"),
    [
        # Midnight does not exist: a day that begins at one.
        ("Africa/Cairo", "2026-04-24", "00:00", "2026-04-23T22:00"),
        ("Europe/Helsinki", "2026-03-29", "03:30", "2026-03-29T01:00"),
        ("Europe/Helsinki", "2026-10-25", "03:30", "2026-10-25T00:30"),
        # Half an hour, and two hours.
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30"),
        ("Antarctica/Troll", "2026-03-29", "02:30", "2026-03-29T01:00"),
        # A day that Samoa never had, when it went over the date line.
        ("Pacific/Apia", "2011-12-30", "12:00", "2011-12-30T10:00"),
        # Liberia's offset was 44 minutes and 30 seconds: the first whole minute is half one later.
        ("Africa/Monrovia", "1972-01-07", "00:10", "1972-01-07T00:45"),
    ],
)
def test_a_local_time_that_does_not_exist_or_comes_twice_is_settled(
    zone: str, day: str, shown: str, utc: str
) -> None:
    at = instant(dt.date.fromisoformat(day), dt.time.fromisoformat(shown), zone)
    assert at == dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)


@given(
    at=st.datetimes(january(1971), january(2100)),
    zone=st.sampled_from(ZONES),
)
def test_the_day_of_an_instant_is_the_day_that_its_clocks_show(at: dt.datetime, zone: str) -> None:
    now = at.replace(tzinfo=dt.UTC)
    local = now.astimezone(ZoneInfo(zone))
    assert local_day(now, zone) == local.date()
    again = instant(local.date(), local.time(), zone)
    assert again == now if local.fold == 0 else again < now


def test_an_instant_without_a_zone_is_a_mistake_of_ours() -> None:
    with pytest.raises(AssertionError):
        local_day(january(2026), "UTC")
