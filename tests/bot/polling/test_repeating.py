"""When a poll is asked again: by the local clock, whatever summer time does."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.language.repeating import PERIODS, next_close, next_of

BERLIN = "Europe/Berlin"


def ms(text: str) -> int:
    return int(dt.datetime.fromisoformat(text).timestamp() * 1000)


@pytest.mark.parametrize(
    ("at", "every", "then"),
    [
        ("2026-03-28T10:00+01:00", "day", "2026-03-29T10:00+02:00"),
        ("2026-10-19T18:00+02:00", "week", "2026-10-26T18:00+01:00"),
        ("2026-10-19T18:00+02:00", "fortnight", "2026-11-02T18:00+01:00"),
        ("2026-01-31T09:00+01:00", "month", "2026-02-28T09:00+01:00"),
        ("2026-12-15T09:00+01:00", "month", "2027-01-15T09:00+01:00"),
        ("2026-03-28T02:30+01:00", "day", "2026-03-29T03:00+02:00"),
    ],
)
def test_the_next_time_is_at_the_same_local_time(at: str, every: str, then: str) -> None:
    assert next_of(ms(at), every, BERLIN, ms(at)) == ms(then)


def test_it_closes_at_the_same_local_time() -> None:
    opened, closes = ms("2026-03-26T10:00+01:00"), ms("2026-03-27T18:00+01:00")

    assert next_close(opened, closes, ms("2026-03-28T10:00+01:00"), BERLIN) == ms(
        "2026-03-29T18:00+02:00"
    )


@pytest.mark.parametrize("every", PERIODS)
def test_a_period_always_leads_on(every: str) -> None:
    at = ms("2026-03-29T00:30+01:00")
    for _ in range(400):
        later = next_of(at, every, BERLIN, at)
        assert later > at
        at = later


def test_a_poll_that_opens_late_still_opens_for_some_time() -> None:
    opened, closes = ms("2026-01-05T10:00+01:00"), ms("2026-01-05T11:00+01:00")

    assert next_close(opened, closes, ms("2026-01-06T12:00+01:00"), BERLIN) == ms(
        "2026-01-06T13:00+01:00"
    )
