"""When a digest is due: through every change of clocks of ten years, in every zone that has one."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.collective.digests import (
    WEEKDAYS,
    Every,
    before,
    covered,
    latest_slot,
    next_slot,
    running,
)
from bot.language.repeating import next_of

DAY = 86_400_000
FIRST, LAST = dt.datetime(2025, 1, 1, tzinfo=dt.UTC), dt.datetime(2036, 1, 1, tzinfo=dt.UTC)


def ms(moment: dt.datetime) -> int:
    return int(moment.timestamp() * 1000)


def local(at: int, zone: str) -> dt.datetime:
    return dt.datetime.fromtimestamp(at / 1000, dt.UTC).astimezone(ZoneInfo(zone))


def changes(zone: str) -> Iterator[dt.datetime]:
    """The instants of 2025 to 2035 at which the zone's clocks are set, to the minute."""
    place, step = ZoneInfo(zone), dt.timedelta(days=7)
    at = FIRST
    while at < LAST:
        later = at + step
        if at.astimezone(place).utcoffset() != later.astimezone(place).utcoffset():
            low, high = at, later
            while high - low > dt.timedelta(minutes=1):
                middle = low + (high - low) / 2
                same = middle.astimezone(place).utcoffset() == low.astimezone(place).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            yield high.replace(second=0, microsecond=0)
        at = later


@lru_cache(maxsize=1)
def zones() -> list[tuple[str, list[dt.datetime]]]:
    """All zones with their changes."""
    return [(zone, list(changes(zone))) for zone in sorted(available_timezones())]


@pytest.mark.parametrize("clock", ["09:00", "02:30", "00:00"])
def test_summer_time_never_shifts_the_local_hour_nor_drops_nor_doubles_a_day(clock: str) -> None:
    """Daily over each change: each local day once, at its hour, or the next that there is."""
    tried = 0
    wanted = dt.time.fromisoformat(clock)
    for zone, found in zones():
        for change in found:
            tried += 1
            at = ms(change - dt.timedelta(days=2))
            days = []
            for _ in range(4):
                at = next_slot(at, Every.DAILY, f"mon {clock}", zone)
                here = local(at, zone)
                days.append(here.date())
                if here.time() != wanted:
                    gone = dt.datetime.combine(here.date(), wanted, ZoneInfo(zone))
                    back = gone.astimezone(dt.UTC).astimezone(ZoneInfo(zone))
                    assert back.time() != wanted, f"{zone} {here}: the hour was there"
                    assert here.time() > wanted
            assert [day - days[0] for day in days] == [dt.timedelta(days=n) for n in range(4)], zone
    assert tried > 4_000


@pytest.mark.parametrize("every", ["day", "week", "fortnight", "month"])
def test_what_repeats_keeps_its_local_hour_over_each_change(every: str) -> None:
    """For the hour that a change leaves out or shows twice: only that once is moved."""
    days = {"day": 1, "week": 7, "fortnight": 14, "month": 31}[every]
    tried = 0
    for zone, found in zones():
        place = ZoneInfo(zone)
        for change in found:
            for minutes in (-30, 30):
                tried += 1
                first = ms(change + dt.timedelta(minutes=minutes) - dt.timedelta(days=days))
                wanted, at = local(first, zone), first
                for number in (1, 2):
                    at = next_of(first, every, zone, at)
                    then = local(at, zone)
                    if every != "month":
                        day = wanted.date() + dt.timedelta(days=number * days)
                        assert day <= then.date() <= day + dt.timedelta(days=1), zone
                    if then.time() != wanted.time():
                        gone = dt.datetime.combine(
                            then.date() - dt.timedelta(days=then.time() < wanted.time()),
                            wanted.time(),
                            place,
                        )
                        there = gone.astimezone(dt.UTC).astimezone(place).time()
                        assert there != wanted.time(), f"{zone} {wanted} {then}"
    assert tried > 8_000


def test_a_day_that_a_month_lacks_comes_again_in_the_next() -> None:
    first = ms(dt.datetime(2026, 1, 31, 9, 0, tzinfo=dt.UTC))
    at, days = first, []
    for _ in range(4):
        at = next_of(first, "month", "UTC", at)
        days.append(local(at, "UTC").date().isoformat())
    assert days == ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]


@pytest.mark.parametrize("every", [Every.WEEKLY, Every.MONTHLY, Every.QUARTERLY])
def test_the_longer_ones_come_on_their_days_through_ten_years(every: Every) -> None:
    for zone in ("Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Africa/Cairo"):
        at, slots = ms(FIRST), []
        while at < ms(LAST):
            at = next_slot(at, every, "sun 00:30", zone)
            slots.append(local(at, zone))
        years = Counter(slot.year for slot in slots)
        if every is Every.WEEKLY:
            assert {slot.weekday() for slot in slots} == {6}
            assert all(years[year] in {52, 53} for year in range(2025, 2035))
        else:
            assert {slot.day for slot in slots} == {1}
            assert all(
                years[year] == (12 if every is Every.MONTHLY else 4) for year in range(2026, 2035)
            )


AT = st.integers(ms(FIRST), ms(LAST))
ZONES = st.sampled_from(["Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Asia/Kolkata"])
TIMES = st.builds(lambda day, time: f"{day} {time:%H:%M}", st.sampled_from(WEEKDAYS), st.times())


@given(now=AT, every=st.sampled_from(Every), at=TIMES, zone=ZONES)
@settings(max_examples=150, deadline=None)
def test_a_slot_is_to_come_and_its_days_are_over(now: int, every: Every, at: str, zone: str) -> None:
    slot = next_slot(now, every, at, zone)
    period = covered(slot, every, zone)

    assert slot > now
    assert period.last == local(slot, zone).date() - dt.timedelta(days=1)
    assert before(period, every).last == period.first - dt.timedelta(days=1)
    assert running(now, every, at, zone).last == local(now, zone).date()
    following = covered(next_slot(slot, every, at, zone), every, zone)
    assert following.first == period.last + dt.timedelta(days=1)


@given(told=AT, away=st.integers(0, 400 * DAY), every=st.sampled_from(Every), at=TIMES, zone=ZONES)
@settings(max_examples=100, deadline=None)
def test_whoever_was_away_tells_the_latest_one_for_all_days_since(
    told: int, away: int, every: Every, at: str, zone: str
) -> None:
    last = next_slot(told, every, at, zone)
    now = next_slot(last, every, at, zone) + away
    slot = latest_slot(now, last, every, at, zone)

    assert last < slot <= now < next_slot(slot, every, at, zone)
    period = covered(slot, every, zone, last)
    gap = (period.first - local(last, zone).date()).days
    assert gap == 0 or (period.last - period.first).days == 365


@given(at=AT, every=st.sampled_from(["day", "week", "fortnight", "month"]), zone=ZONES)
@settings(max_examples=150, deadline=None)
def test_what_repeats_keeps_its_local_hour(at: int, every: str, zone: str) -> None:
    later = next_of(at, every, zone, at)
    here, then = local(at, zone), local(later, zone)

    assert later > at
    if here.time() != then.time():
        gone = dt.datetime.combine(then.date(), here.time(), ZoneInfo(zone))
        there = gone.astimezone(dt.UTC).astimezone(ZoneInfo(zone)).time()
        # Only a gap moves it; of an hour that came twice the first is meant.
        assert there != here.time() or here.fold
