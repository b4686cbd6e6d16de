"""The dates of shifts: each exactly once, at the same local hour, in every zone."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot.books.audit import compare
from bot.collective.needevents import NeedTerms
from bot.language.clock import instant
from commands.needs.needs import coming_dates
from tests.house.cases import first
from tests.house.house import House

FIRST, LAST = dt.date(2025, 1, 1), dt.date(2035, 12, 31)

SOME = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "America/Santiago",
)

STEP_MS = 20 * 86_400_000


def ms(day: dt.date, time: dt.time, zone: str) -> int:
    return int(instant(day, time, zone).timestamp() * 1000)


def made(terms: NeedTerms, until: int) -> list[int]:
    """What the clock makes, looking every few weeks, until an instant."""
    dates: list[int] = []
    now = terms.at
    while now < until:
        now = min(now + STEP_MS, until)
        dates += coming_dates(terms, dates[-1] if dates else 0, now)
    return dates


def check(zone: str, every: str, days: int, time: dt.time) -> None:
    """Each day once, and at the hour that the clocks there show, or at the first one behind a gap."""
    terms = NeedTerms(at=ms(FIRST, time, zone), every=every, zone=zone)
    until = ms(LAST, dt.time(23, 59), zone)
    expected, day = [], FIRST
    while day <= LAST:
        expected.append(ms(day, time, zone))
        day += dt.timedelta(days=days)

    dates = made(terms, until)

    assert dates == [each for each in expected if each <= until], zone
    assert len(set(dates)) == len(dates)
    shown = [dt.datetime.fromtimestamp(at / 1000, ZoneInfo(zone)) for at in dates]
    assert all(at.date() == FIRST + dt.timedelta(days=days * n) for n, at in enumerate(shown)), zone
    moved = [at for at in shown if at.time() != time]
    assert len(moved) <= 4 * 11, f"{zone}: only an hour that does not exist is another one"


@pytest.mark.parametrize("zone", first(len(SOME), (*SOME, *sorted(available_timezones() - {*SOME}))))
def test_every_date_comes_once_through_ten_years_of_clock_changes_in_every_zone(zone: str) -> None:
    check(zone, "day", 1, dt.time(2, 30))
    check(zone, "week", 7, dt.time(9))


def test_a_shift_by_the_month_keeps_to_its_day_or_the_last_one() -> None:
    zone = "Europe/Berlin"
    terms = NeedTerms(at=ms(dt.date(2025, 1, 31), dt.time(18), zone), every="month", zone=zone)

    days = [
        dt.datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).day
        for at in made(terms, ms(dt.date(2025, 12, 31), dt.time(23), zone))
    ]

    assert days == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def test_the_clock_makes_each_date_once_whenever_it_looks() -> None:
    with House().enter("ann", "bo") as house:
        house.say("ann", '/need 2h till --every "every day 18:00"')
        for days in (1, 9, 3, 40, 1):
            house.later(days=days)
        dates = [each.terms.at for each in house.state("alpha").needs.dates(1)]

        made_at = [
            at
            for event in house.events("alpha")
            for at in getattr(event, "at", ()) or ()
            if type(event).__name__ == "ShiftsMade"
        ]

        assert len(dates) == 28
        assert len(made_at) == len(set(made_at))
        assert {b - a for a, b in pairwise(made_at)} == {86_400_000}
        assert not list(compare(house.folded("alpha"), house.state("alpha")))
