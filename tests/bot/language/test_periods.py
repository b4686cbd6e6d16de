"""Periods: worked examples in five languages, refusals, and stretches without gaps."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.periods import Period, read_period
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import Say, Words
from tests.bot.language.calendars import LANGUAGES, TODAY, in_plain_words, refusal, split

PERIODS = [
    # typed, language, first day, last day, words taken
    ("2026", "en", "2026-01-01", "2026-12-31", 1),
    ("9999", "en", "9999-01-01", "9999-12-31", 1),
    ("2026-11", "en", "2026-11-01", "2026-11-30", 1),
    ("2024-02", "en", "2024-02-01", "2024-02-29", 1),
    ("2026-Q4", "en", "2026-10-01", "2026-12-31", 1),
    ("Q4 2026", "en", "2026-10-01", "2026-12-31", 2),
    ("q1", "en", "2026-01-01", "2026-03-31", 1),
    ("2026-W47", "en", "2026-11-16", "2026-11-22", 1),
    ("2026-W53", "en", "2026-12-28", "2027-01-03", 1),
    ("week 47", "en", "2026-11-16", "2026-11-22", 2),
    ("week 50", "en", "2025-12-08", "2025-12-14", 2),
    ("today", "en", "2026-11-25", "2026-11-25", 1),
    ("yesterday", "en", "2026-11-24", "2026-11-24", 1),
    ("week", "en", "2026-11-23", "2026-11-29", 1),
    ("this week", "en", "2026-11-23", "2026-11-29", 2),
    ("last week", "en", "2026-11-16", "2026-11-22", 2),
    ("next week", "en", "2026-11-30", "2026-12-06", 2),
    ("month", "en", "2026-11-01", "2026-11-30", 1),
    ("last month", "en", "2026-10-01", "2026-10-31", 2),
    ("quarter", "en", "2026-10-01", "2026-12-31", 1),
    ("last quarter", "en", "2026-07-01", "2026-09-30", 2),
    ("year", "en", "2026-01-01", "2026-12-31", 1),
    ("last year", "en", "2025-01-01", "2025-12-31", 2),
    ("2026-11-01..2026-11-15", "en", "2026-11-01", "2026-11-15", 1),
    ("1.11.2026..15.11.2026", "de", "2026-11-01", "2026-11-15", 1),
    ("2026-01..2026-03", "en", "2026-01-01", "2026-03-31", 1),
    ("october .. november", "en", "2026-10-01", "2026-11-30", 3),
    ("since 2026-11-01", "en", "2026-11-01", "2026-11-25", 2),
    ("since november", "en", "2026-11-01", "2026-11-25", 2),
    ("november", "en", "2026-11-01", "2026-11-30", 1),
    ("december", "en", "2025-12-01", "2025-12-31", 1),
    ("in november", "en", "2026-11-01", "2026-11-30", 2),
    ("november 2025", "en", "2025-11-01", "2025-11-30", 2),
    ("friday", "en", "2026-11-20", "2026-11-20", 1),
    ("nov 12", "en", "2026-11-12", "2026-11-12", 2),
    ("3 days ago", "en", "2026-11-22", "2026-11-22", 3),
    ("letzte Woche", "de", "2026-11-16", "2026-11-22", 2),
    ("seit 1.11.2026", "de", "2026-11-01", "2026-11-25", 2),
    ("KW 47", "de", "2026-11-16", "2026-11-22", 2),
    ("letztes Quartal", "de", "2026-07-01", "2026-09-30", 2),
    ("viime kuussa", "fi", "2026-10-01", "2026-10-31", 2),
    ("tänä vuonna", "fi", "2026-01-01", "2026-12-31", 2),
    ("1.11.2026 alkaen", "fi", "2026-11-01", "2026-11-25", 2),
    ("le mois dernier", "fr", "2026-10-01", "2026-10-31", 3),
    ("l'année dernière", "fr", "2025-01-01", "2025-12-31", 2),
    ("depuis novembre", "fr", "2026-11-01", "2026-11-25", 2),
    ("el mes pasado", "es", "2026-10-01", "2026-10-31", 3),
    ("noviembre de 2025", "es", "2025-11-01", "2025-11-30", 3),
]

NO_PERIODS = [
    # typed, code, word
    ("", "period-missing", ""),
    ("banana", "period-unknown", "banana"),
    ("novmeber", "period-unknown", "novmeber"),
    ("last fortnight", "period-unknown", "last"),
    ("2026-11-01..", "period-unknown", "2026-11-01.."),
    ("..", "period-unknown", ".."),
    ("2026-W54", "period-impossible", "2026-W54"),
    ("2025-W53", "period-impossible", "2025-W53"),
    ("week 0", "period-impossible", "week"),
    ("2026-13", "day-impossible", "2026-13"),
    ("1969", "day-out-of-range", "1969"),
    ("0000", "day-out-of-range", "0000"),
    ("1970-W01", "day-out-of-range", "1970-W01"),
    ("9999-W52", "day-out-of-range", "9999-W52"),
    ("2026-11-15..2026-11-01", "period-backwards", "2026-11-15..2026-11-01"),
    ("since tomorrow", "period-backwards", "since"),
]


@pytest.mark.parametrize(("typed", "language", "first", "last", "used"), PERIODS)
def test_a_period_is_read_from_its_first_to_its_last_day(
    typed: str, language: str, first: str, last: str, used: int
) -> None:
    period = Period(dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    assert read_period(split(typed), language, TODAY) == (period, used)


@pytest.mark.parametrize(("typed", "code", "word"), NO_PERIODS)
def test_what_is_no_period_is_refused_at_its_word(typed: str, code: str, word: str) -> None:
    refused = refusal(lambda: read_period(split(typed), "en", TODAY))
    assert (refused.code, refused.word) == (code, word)
    assert refused.instead is not None
    assert "{" not in in_plain_words(refused, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_periods_that_a_refusal_gives_as_examples_can_be_typed(language: str) -> None:
    instead = refusal(lambda: read_period(["…"], language, TODAY)).instead
    assert isinstance(instead, Say)
    for example in instead.places.values():
        assert isinstance(example, Words)
        words = example.text.split()
        assert read_period(words, language, TODAY)[1] == len(words)


def test_a_period_that_runs_backwards_cannot_be_made() -> None:
    refused = refusal(lambda: Period(TODAY, TODAY - dt.timedelta(days=1)))
    assert refused.code == "period-backwards"
    assert "2026-11-24..2026-11-25" in in_plain_words(refused, "en")


def test_a_period_is_shown_as_its_days_and_a_single_day_once() -> None:
    english = reader("en", "UTC")
    assert render(Period(TODAY, TODAY).shown, english) == "Wed, 25 Nov 2026"
    two = Period(TODAY, TODAY + dt.timedelta(days=1))
    assert render(two.shown, english) == "Wed, 25 Nov 2026 to Thu, 26 Nov 2026"


@settings(deadline=None)
@given(
    today=st.dates(dt.date(1972, 1, 1), dt.date(9997, 12, 31)),
    unit=st.sampled_from(["day", "week", "month", "quarter", "year"]),
)
def test_the_last_this_and_next_of_a_unit_follow_one_another_without_gap(
    today: dt.date, unit: str
) -> None:
    last, this, following = (
        read_period([mark, unit], "en", today)[0] for mark in ("last", "this", "next")
    )
    one = dt.timedelta(days=1)
    assert this.first <= today <= this.last
    assert last.last + one == this.first
    assert this.last + one == following.first


@given(first=st.dates(dt.date(1970, 1, 1)), last=st.dates(dt.date(1970, 1, 1)))
def test_a_period_of_two_days_is_read_back_from_its_iso_form(first: dt.date, last: dt.date) -> None:
    first, last = sorted((first, last))
    assert read_period([f"{first}..{last}"], "en", TODAY)[0] == Period(first, last)
