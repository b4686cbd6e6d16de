"""Moments: worked examples in five languages, refusals, and what is shown read back."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.moments import read_when
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import Say, Time, Words
from tests.bot.language.calendars import (
    HELSINKI,
    LANGUAGES,
    NOW,
    ZONES,
    in_plain_words,
    january,
    refusal,
    split,
)

MOMENTS = [
    # typed, language, local time in Helsinki, words taken
    ("in 3 days", "en", "2026-11-28 14:34", 3),
    ("+3d", "en", "2026-11-28 14:34", 1),
    ("3d", "en", "2026-11-28 14:34", 1),
    ("in a week", "en", "2026-12-02 14:34", 3),
    ("in 3 days 18:00", "en", "2026-11-28 18:00", 4),
    ("in 2h", "en", "2026-11-25 16:34", 2),
    ("+2h", "en", "2026-11-25 16:34", 1),
    ("2h", "en", "2026-11-25 16:34", 1),
    ("18h", "en", "2026-11-26 08:34", 1),
    ("in 90 minutes", "en", "2026-11-25 16:04", 3),
    ("in 1:30", "en", "2026-11-25 16:04", 2),
    ("fri 18:00", "en", "2026-11-27 18:00", 2),
    ("fri", "en", "2026-11-27 18:00", 1),
    ("wed 18:00", "en", "2026-11-25 18:00", 2),
    ("wed 9:00", "en", "2026-12-02 09:00", 2),
    ("fri at 6:30pm", "en", "2026-11-27 18:30", 3),
    ("fri 18h", "en", "2026-11-27 18:00", 2),
    ("tomorrow 9:30", "en", "2026-11-26 09:30", 2),
    ("tomorrow", "en", "2026-11-26 18:00", 1),
    ("tomorrow at noon", "en", "2026-11-26 12:00", 3),
    ("2026-12-01 20:00", "en", "2026-12-01 20:00", 2),
    ("2026-12-01T20:00", "en", "2026-12-01 20:00", 1),
    ("2026-12-01 and then", "en", "2026-12-01 18:00", 1),
    ("18:00", "en", "2026-11-25 18:00", 1),
    ("9:00", "en", "2026-11-26 09:00", 1),
    ("18:00 fri", "en", "2026-11-27 18:00", 2),
    ("6pm", "en", "2026-11-25 18:00", 1),
    ("6 p.m.", "en", "2026-11-25 18:00", 2),
    ("12am", "en", "2026-11-26 00:00", 1),
    ("12pm", "en", "2026-11-26 12:00", 1),
    ("6.30pm tomorrow", "en", "2026-11-26 18:30", 2),
    ("next week", "en", "2026-11-30 18:00", 2),
    ("next month 9:00", "en", "2026-12-01 09:00", 3),
    ("end of month", "en", "2026-11-30 23:59", 3),
    ("end of the week 12:00", "en", "2026-11-29 12:00", 5),
    ("end of year", "en", "2026-12-31 23:59", 3),
    ("24 nov 18:00", "en", "2027-11-24 18:00", 3),
    ("yesterday", "en", "2026-11-24 18:00", 1),
    ("18 Uhr", "de", "2026-11-25 18:00", 2),
    ("morgen um 18 Uhr", "de", "2026-11-26 18:00", 4),
    ("18h", "de", "2026-11-25 18:00", 1),
    ("48h", "de", "2026-11-27 14:34", 1),
    ("in 18h", "de", "2026-11-26 08:34", 2),
    ("nächsten Freitag 18.30 Uhr", "de", "2026-11-27 18:30", 4),
    ("Fr 18.30", "de", "2026-11-27 18:30", 2),
    ("12:00 am Freitag", "de", "2026-11-27 12:00", 3),
    ("am Ende des Monats", "de", "2026-11-30 23:59", 4),
    ("klo 18.30", "fi", "2026-11-25 18:30", 2),
    ("huomenna klo 9", "fi", "2026-11-26 09:00", 3),
    ("2 tunnin päästä", "fi", "2026-11-25 16:34", 3),
    ("kuun lopussa", "fi", "2026-11-30 23:59", 2),
    ("ensi viikolla", "fi", "2026-11-30 18:00", 2),
    ("18h30", "fr", "2026-11-25 18:30", 1),
    ("demain à 18h", "fr", "2026-11-26 18:00", 3),
    ("48 heures", "fr", "2026-11-27 14:34", 2),
    ("dans 3 jours", "fr", "2026-11-28 14:34", 3),
    ("la semaine prochaine", "fr", "2026-11-30 18:00", 3),
    ("fin de l'année", "fr", "2026-12-31 23:59", 3),
    ("mañana a las 18:00", "es", "2026-11-26 18:00", 4),
    ("la semana que viene", "es", "2026-11-30 18:00", 4),
    ("fin de mes", "es", "2026-11-30 23:59", 3),
]

NO_MOMENTS = [
    # typed, language, code, word
    ("", "en", "when-missing", ""),
    ("banana", "en", "when-unknown", "banana"),
    ("tomorow", "en", "when-unknown", "tomorow"),
    ("12 EUR", "en", "when-unknown", "12"),
    ("nov", "en", "when-unknown", "nov"),
    ("2h ago", "en", "when-unknown", "2h"),
    ("24:00", "en", "time-unclear", "24:00"),
    ("25:00", "en", "time-unclear", "25:00"),
    ("23:59:60", "en", "time-unclear", "23:59:60"),
    ("13pm", "en", "time-unclear", "13pm"),
    ("0am", "en", "time-unclear", "0am"),
    ("fri 18:60", "en", "time-unclear", "18:60"),
    ("fri 18:00:30", "en", "time-unclear", "18:00:30"),
    ("fri 18.30", "en", "time-unclear", "18.30"),
    ("fri at 18", "en", "time-unclear", "18"),
    ("fri midnight", "en", "time-unclear", "midnight"),
    ("25 Uhr", "de", "time-unclear", "25"),
    ("2026-02-29 18:00", "en", "day-impossible", "2026-02-29"),
    ("01/12/2026 18:00", "en", "day-ambiguous", "01/12/2026"),
    ("in 99999 years", "en", "day-out-of-range", "in"),
    ("in 99999999999h", "en", "day-out-of-range", "in"),
]


@pytest.mark.parametrize(("typed", "language", "local", "used"), MOMENTS)
def test_a_moment_is_read_by_the_clocks_of_the_zone(
    typed: str, language: str, local: str, used: int
) -> None:
    at, taken = read_when(split(typed), language, NOW, HELSINKI)
    shown = f"{at.astimezone(ZoneInfo(HELSINKI)):%Y-%m-%d %H:%M}"
    assert (shown, taken) == (local, used)
    assert at.tzinfo is dt.UTC


@pytest.mark.parametrize(("typed", "language", "code", "word"), NO_MOMENTS)
def test_what_is_no_moment_is_refused_at_its_word(
    typed: str, language: str, code: str, word: str
) -> None:
    refused = refusal(lambda: read_when(split(typed), language, NOW, HELSINKI))
    assert (refused.code, refused.word) == (code, word)
    assert refused.instead is not None
    assert "{" not in in_plain_words(refused, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_moments_that_a_refusal_gives_as_examples_can_be_typed(language: str) -> None:
    instead = refusal(lambda: read_when(["…"], language, NOW, HELSINKI)).instead
    assert isinstance(instead, Say)
    for example in instead.places.values():
        assert isinstance(example, Words)
        words = example.text.split()
        assert read_when(words, language, NOW, HELSINKI)[1] == len(words)


def test_the_hour_that_a_day_alone_means_is_given() -> None:
    at, _ = read_when(["tomorrow"], "en", NOW, "UTC", hour=9)
    assert at == dt.datetime(2026, 11, 26, 9, tzinfo=dt.UTC)


def test_days_later_keep_the_local_hour_over_a_clock_change_and_hours_later_do_not() -> None:
    before = dt.datetime(2026, 10, 24, 15, tzinfo=dt.UTC)
    assert read_when(["in", "1", "day"], "en", before, HELSINKI)[0] == before + dt.timedelta(hours=25)
    assert read_when(["in", "24h"], "en", before, HELSINKI)[0] == before + dt.timedelta(hours=24)


def test_the_last_hours_of_the_year_9999_are_refused_where_utc_is_already_beyond() -> None:
    words = ["9999-12-31", "23:00"]
    assert read_when(words, "en", NOW, HELSINKI)[0].year == 9999
    refused = refusal(lambda: read_when(words, "en", NOW, "America/New_York"))
    assert refused.code == "day-out-of-range"


@settings(deadline=None)
@given(
    at=st.datetimes(january(2000), january(2035)),
    zone=st.sampled_from(ZONES),
    language=st.sampled_from(LANGUAGES),
)
def test_a_moment_is_read_back_from_how_it_is_shown(at: dt.datetime, zone: str, language: str) -> None:
    at = at.replace(second=0, microsecond=0, tzinfo=dt.UTC)
    *shown, _ = render(Time(int(at.timestamp()) * 1000), reader(language, zone)).split()
    found, used = read_when(shown, language, NOW, zone)
    place = ZoneInfo(zone)
    assert used == len(shown)
    assert found.astimezone(place).replace(fold=0) == at.astimezone(place).replace(fold=0)


@settings(deadline=None)
@given(
    now=st.datetimes(january(2025), january(2035)),
    zone=st.sampled_from(ZONES),
    minutes=st.integers(0, 24 * 60 - 1),
)
def test_a_time_alone_is_the_next_one_within_little_more_than_a_day(
    now: dt.datetime, zone: str, minutes: int
) -> None:
    now = now.replace(tzinfo=dt.UTC)
    at, _ = read_when([f"{minutes // 60}:{minutes % 60:02}"], "en", now, zone)
    assert dt.timedelta() < at - now <= dt.timedelta(hours=26)
