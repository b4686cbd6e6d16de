"""Times that come once or again and again, as people write them."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.chat import Misread
from bot.language.recurrence import read_times
from bot.language.repeating import next_of

NOW = dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC)
"""A Monday."""


@pytest.mark.parametrize(
    ("typed", "language", "every", "first", "rest"),
    [
        ("tomorrow 10:00 plants", "en", "", "2026-01-06T10:00", "plants"),
        ("every monday 09:00 stand-up", "en", "week", "2026-01-12T09:00", "stand-up"),
        ("every day 18:00 cook", "en", "day", "2026-01-05T18:00", "cook"),
        ("daily 9:00 pills", "en", "day", "2026-01-06T09:00", "pills"),
        ("weekly fri 9:00 bins", "en", "week", "2026-01-09T09:00", "bins"),
        ("every 3 days 9:00 water", "en", "3 day", "2026-01-06T09:00", "water"),
        ("every 2 weeks friday 9:00 bins", "en", "2 week", "2026-01-09T09:00", "bins"),
        ("every other friday 9:00 bins", "en", "2 week", "2026-01-09T09:00", "bins"),
        ("every fortnight friday 9:00 bins", "en", "fortnight", "2026-01-09T09:00", "bins"),
        ("every weekday 9:00 stand-up", "en", "workday", "2026-01-06T09:00", "stand-up"),
        ("every weekday sat 9:00 stand-up", "en", "workday", "2026-01-12T09:00", "stand-up"),
        ("every month 1st 9:00 rent", "en", "month", "2026-02-01T09:00", "rent"),
        ("every month 5th 9:00 rent", "en", "month", "2026-02-05T09:00", "rent"),
        ("every month 31st 9:00 rent", "en", "month", "2026-01-31T09:00", "rent"),
        ("every quarter 2026-04-01 9:00 tax", "en", "quarter", "2026-04-01T09:00", "tax"),
        ("every 6 months 2026-04-01 9:00 tax", "en", "6 month", "2026-04-01T09:00", "tax"),
        ("every year 2026-04-01 9:00 meeting", "en", "year", "2026-04-01T09:00", "meeting"),
        ("alle zwei Wochen freitag 9:00 Müll", "de", "2 week", "2026-01-09T09:00", "Müll"),
        ("jeden Montag 10:00 Treffen", "de", "week", "2026-01-05T10:00", "Treffen"),
        ("täglich 10:00 Treffen", "de", "day", "2026-01-05T10:00", "Treffen"),
        ("tous les jours 18:00 cuisine", "fr", "day", "2026-01-05T18:00", "cuisine"),
        (
            "every monday 9:00 and be there",
            "en",
            "week",
            "2026-01-12T09:00",
            "and be there",
        ),
    ],
)
def test_what_is_written_is_when_it_comes(
    typed: str, language: str, every: str, first: str, rest: str
) -> None:
    words = typed.split()

    times, used = read_times(words, language, NOW, "UTC")

    assert (times.every, times.first) == (every, dt.datetime.fromisoformat(f"{first}+00:00"))
    assert " ".join(words[used:]) == rest


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("every", "times-unclear"),
        ("every 2 weeks", "times-unclear"),
        ("every tomorrow clean", "times-unclear"),
        ("every 2026-12-01 clean", "times-unclear"),
        ("every december clean", "times-unclear"),
        ("every 9:00 clean", "times-unclear"),
        ("every 0 days 9:00 x", "times-unclear"),
        ("every 1000 days 9:00 x", "times-unclear"),
        ("every 3 fridays 9:00 x", "times-unclear"),
        ("every 2 weekdays 9:00 x", "times-unclear"),
        ("every month 32nd 9:00 x", "times-unclear"),
        ("every monday and thursday 9:00 x", "times-several"),
        ("every monday, thursday 9:00 x", "times-several"),
        ("every 2 weeks stand-up", "when-unknown"),
    ],
)
def test_what_can_be_meant_in_two_ways_is_refused(typed: str, error: str) -> None:
    with pytest.raises(Misread) as raised:
        read_times(typed.split(), "en", NOW, "UTC")
    assert raised.value.code == error


@pytest.mark.parametrize(
    ("every", "days"),
    [
        ("3 day", ["2026-01-12", "2026-01-15", "2026-01-18"]),
        ("2 week", ["2026-01-23", "2026-02-06", "2026-02-20"]),
        ("workday", ["2026-01-12", "2026-01-13", "2026-01-14"]),
        ("quarter", ["2026-04-09", "2026-07-09", "2026-10-09"]),
        ("6 month", ["2026-07-09", "2027-01-09", "2027-07-09"]),
        ("year", ["2027-01-09", "2028-01-09", "2029-01-09"]),
    ],
)
def test_it_comes_again_counted_from_the_first(every: str, days: list[str]) -> None:
    first = int(dt.datetime(2026, 1, 9, 9, tzinfo=dt.UTC).timestamp() * 1000)
    at, found = first, []
    for _ in days:
        at = next_of(first, every, "UTC", at)
        found.append(dt.datetime.fromtimestamp(at / 1000, dt.UTC).date().isoformat())
    assert found == days
