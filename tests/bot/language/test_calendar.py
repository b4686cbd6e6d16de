"""Days, moments and periods: worked examples in five languages, refusals, and every clock change."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat import Misread, Refusal
from bot.language.clock import instant, local_day
from bot.language.days import read_day
from bot.language.moments import read_when
from bot.language.periods import Period, read_period
from bot.text.languages import reader
from bot.text.wording import Day, Say, Time, Words, render
from tests.house.steps import grows_with, halved

LANGUAGES = ("en", "de", "fi", "fr", "es")
ZONES = ("UTC", "Europe/Helsinki", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")

TODAY = dt.date(2026, 11, 25)
"""A Wednesday."""

NOW = dt.datetime(2026, 11, 25, 12, 34, tzinfo=dt.UTC)
"""14:34 in Helsinki."""

HELSINKI = "Europe/Helsinki"


def split(typed: str) -> list[str]:
    return typed.split(" ") if typed else []


def january(year: int) -> dt.datetime:
    return dt.datetime(year, 1, 1)  # noqa: DTZ001 - bounds and clock faces have no zone


def refusal(read: Callable[[], Any]) -> Refusal:
    with pytest.raises(Misread) as caught:
        read()
    return caught.value


def in_plain_words(refused: Refusal, language: str) -> str:
    """Both sentences of a refusal as somebody reads them; fails if a place has no value."""
    parts = [part for part in (refused.reason, refused.instead) if part is not None]
    return " ".join(render(part, reader(language, "UTC")) for part in parts)


# Days.

DAYS = [
    # typed, language, the most recent one, words taken
    ("today", "en", "2026-11-25", 1),
    ("Yesterday", "en", "2026-11-24", 1),
    ("tomorrow", "en", "2026-11-26", 1),
    ("day before yesterday", "en", "2026-11-23", 3),
    ("2026-12-01", "en", "2026-12-01", 1),
    ("2026-1-5", "en", "2026-01-05", 1),
    ("2026/12/01", "en", "2026-12-01", 1),
    ("２０２６-１２-０１", "en", "2026-12-01", 1),
    ("2024-02-29", "en", "2024-02-29", 1),
    ("1970-01-01", "en", "1970-01-01", 1),
    ("9999-12-31", "en", "9999-12-31", 1),
    ("1.12.2026", "en", "2026-12-01", 1),
    ("1.12.26", "de", "2026-12-01", 1),
    ("1.12.", "de", "2025-12-01", 1),
    ("25.11.", "de", "2026-11-25", 1),
    ("25/12/2026", "en", "2026-12-25", 1),
    ("12/25/2026", "en", "2026-12-25", 1),
    ("05/05/2026", "en", "2026-05-05", 1),
    ("01/12/2026", "en-US", "2026-01-12", 1),
    ("01/12/2026", "en-GB", "2026-12-01", 1),
    ("01/12/2026", "de", "2026-12-01", 1),
    ("01/12/2026", "fr", "2026-12-01", 1),
    ("01-12-2026", "es", "2026-12-01", 1),
    ("24/11", "fr", "2026-11-24", 1),
    ("fri", "en", "2026-11-20", 1),
    ("Friday,", "en", "2026-11-20", 1),
    ("wednesday", "en", "2026-11-25", 1),
    ("thurs", "en", "2026-11-19", 1),
    ("on friday", "en", "2026-11-20", 2),
    ("last friday", "en", "2026-11-20", 2),
    ("last wednesday", "en", "2026-11-18", 2),
    ("this monday", "en", "2026-11-23", 2),
    ("this friday", "en", "2026-11-27", 2),
    ("next friday", "en", "2026-11-27", 2),
    ("next wednesday", "en", "2026-12-02", 2),
    ("3 days ago", "en", "2026-11-22", 3),
    ("a week ago", "en", "2026-11-18", 3),
    ("1 month ago", "en", "2026-10-25", 3),
    ("2 quarters ago", "en", "2026-05-25", 3),
    ("a year ago", "en", "2025-11-25", 3),
    ("in 3 days", "en", "2026-11-28", 3),
    ("+3d", "en", "2026-11-28", 1),
    ("12 Nov", "en", "2026-11-12", 2),
    ("Nov 12", "en", "2026-11-12", 2),
    ("12 December", "en", "2025-12-12", 2),
    ("Nov 12, 2025", "en", "2025-11-12", 3),
    ("12th of November 2025", "en", "2025-11-12", 4),
    ("Fri 27 Nov 2026", "en", "2026-11-27", 4),
    ("12 nov at home", "en", "2026-11-12", 2),
    ("mar 3", "en", "2026-03-03", 2),
    ("gestern", "en", "2026-11-24", 1),
    ("vorgestern", "de", "2026-11-23", 1),
    ("letzten Freitag", "de", "2026-11-20", 2),
    ("vor 3 Tagen", "de", "2026-11-22", 3),
    ("vor einer Woche", "de", "2026-11-18", 3),
    ("am Freitag", "de", "2026-11-20", 2),
    ("di", "de", "2026-11-24", 1),
    ("12. November 2026", "de", "2026-11-12", 3),
    ("Fr. 27. Nov. 2026", "de", "2026-11-27", 4),
    ("eilen", "fi", "2026-11-24", 1),
    ("viime perjantaina", "fi", "2026-11-20", 2),
    ("3 päivää sitten", "fi", "2026-11-22", 3),
    ("viikko sitten", "fi", "2026-11-18", 2),
    ("3 päivän päästä", "fi", "2026-11-28", 3),
    ("12. marraskuuta 2026", "fi", "2026-11-12", 3),
    ("to", "fi", "2026-11-19", 1),
    ("hier", "fr", "2026-11-24", 1),
    ("aujourd’hui", "fr", "2026-11-25", 1),
    ("vendredi dernier", "fr", "2026-11-20", 2),
    ("il y a 3 jours", "fr", "2026-11-22", 5),
    ("le 12 novembre", "fr", "2026-11-12", 3),
    ("1er décembre 2025", "fr", "2025-12-01", 3),
    ("mar", "fr", "2026-11-24", 1),
    ("ayer", "es", "2026-11-24", 1),
    ("el viernes pasado", "es", "2026-11-20", 3),
    ("pasado mañana", "es", "2026-11-27", 2),
    ("hace 3 días", "es", "2026-11-22", 3),
    ("12 de noviembre de 2026", "es", "2026-11-12", 5),
    ("mar 3 mar 2026", "es", "2026-03-03", 4),
    ("sabado", "es", "2026-11-21", 1),
    ("fredag", "sv", "2026-11-20", 1),
]

COMING = [
    # typed, the next one
    ("fri", "2026-11-27"),
    ("wed", "2026-12-02"),
    ("12 Nov", "2027-11-12"),
    ("25 Nov", "2026-11-25"),
    ("24.12.", "2026-12-24"),
    ("2026-11-01", "2026-11-01"),
]

NO_DAYS = [
    # typed, language, code, word, what is offered
    ("", "en", "day-missing", "", "2026-11-25"),
    ("banana", "en", "day-unknown", "banana", "yesterday"),
    ("banana", "fi", "day-unknown", "banana", "eilen"),
    ("firday", "en", "day-unknown", "firday", "friday"),
    ("novembre", "en", "day-unknown", "novembre", "november"),
    ("to", "en", "day-unknown", "to", "2026-11-25"),
    ("do", "en", "day-unknown", "do", "2026-11-25"),
    ("1.12", "en", "day-unknown", "1.12", "2026-11-25"),
    ("3d", "en", "day-unknown", "3d", "2026-11-25"),
    ("in week 3", "en", "day-unknown", "in", "2026-11-25"),
    ("10000-01-01", "en", "day-unknown", "10000-01-01", "2026-11-25"),
    ("01/12/2026", "en", "day-ambiguous", "01/12/2026", "2026-12-01 or 2026-01-12"),
    ("01/12", "en", "day-ambiguous", "01/12", "2025-12-01 or 2026-01-12"),
    ("01/12/2026", "sv", "day-ambiguous", "01/12/2026", "2026-12-01"),
    ("2026-02-29", "en", "day-impossible", "2026-02-29", "2026-11-25"),
    ("29 Feb", "en", "day-impossible", "29", "2026-11-25"),
    ("31.11.2026", "de", "day-impossible", "31.11.2026", "2026-11-25"),
    ("0/5/2026", "en", "day-impossible", "0/5/2026", "2026-11-25"),
    ("2026-00-10", "en", "day-impossible", "2026-00-10", "2026-11-25"),
    ("1969-12-31", "en", "day-out-of-range", "1969-12-31", "2026-11-25"),
    ("0.0.0000", "en", "day-out-of-range", "0.0.0000", "2026-11-25"),
    ("99999 years ago", "en", "day-out-of-range", "99999", "2026-11-25"),
    ("+99999y", "en", "day-out-of-range", "+99999y", "2026-11-25"),
    ("Thu 27 Nov 2026", "en", "day-mismatch", "Thu", "Leave out the weekday"),
]


@pytest.mark.parametrize(("typed", "language", "day", "used"), DAYS)
def test_a_day_is_the_most_recent_one_that_the_words_can_mean(
    typed: str, language: str, day: str, used: int
) -> None:
    found = read_day(split(typed), language, TODAY)
    assert found == (dt.date.fromisoformat(day), used)


@pytest.mark.parametrize(("typed", "language", "day", "used"), DAYS)
def test_what_follows_a_day_does_not_change_it(typed: str, language: str, day: str, used: int) -> None:
    words = [*split(typed)[:used], "with", "everybody"]
    assert read_day(words, language, TODAY) == (dt.date.fromisoformat(day), used)


@pytest.mark.parametrize(("typed", "day"), COMING)
def test_a_day_is_the_next_one_where_the_future_is_meant(typed: str, day: str) -> None:
    found, _ = read_day(split(typed), "en", TODAY, prefer="future")
    assert found == dt.date.fromisoformat(day)


@pytest.mark.parametrize(("typed", "language", "code", "word", "offered"), NO_DAYS)
def test_what_is_no_day_is_refused_with_one_that_works(
    typed: str, language: str, code: str, word: str, offered: str
) -> None:
    refused = refusal(lambda: read_day(split(typed), language, TODAY))
    assert (refused.code, refused.word) == (code, word)
    assert offered in in_plain_words(refused, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_days_that_a_refusal_gives_as_examples_can_be_typed(language: str) -> None:
    instead = refusal(lambda: read_day(["…"], language, TODAY)).instead
    assert isinstance(instead, Say)
    for example in instead.places.values():
        assert isinstance(example, Words)
        assert read_day(example.text.split(), language, TODAY)


@settings(deadline=None)
@given(day=st.dates(dt.date(1970, 1, 1)), language=st.sampled_from(LANGUAGES))
def test_a_day_is_read_back_from_every_way_it_is_written(day: dt.date, language: str) -> None:
    shown = render(Day(day.isoformat()), reader(language, "UTC"))
    longer = format_date(day, "EEEE d. MMMM y", locale=language)
    dotted = f"{day.day}.{day.month}.{day.year}"
    for text in (day.isoformat(), shown, longer, dotted):
        assert read_day(text.split(), language, TODAY) == (day, len(text.split())), text


@settings(deadline=None)
@given(
    today=st.dates(dt.date(1971, 1, 1), dt.date(9998, 12, 31)),
    weekday=st.integers(0, 6),
    language=st.sampled_from(LANGUAGES),
)
def test_a_weekday_is_within_a_week_on_the_side_that_is_preferred(
    today: dt.date, weekday: int, language: str
) -> None:
    name = format_date(dt.date(2026, 11, 23 + weekday), "EEEE", locale=language)
    past, _ = read_day([name], language, today)
    future, _ = read_day([name], language, today, prefer="future")
    assert past.weekday() == future.weekday() == weekday
    assert 0 <= (today - past).days <= 6
    assert 1 <= (future - today).days <= 7


# Moments.

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


# Periods.

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


# Whatever is typed.

NOW_AND_THEN = st.datetimes(january(1971), january(9998)).map(lambda at: at.replace(tzinfo=dt.UTC))
ODD = st.text(st.characters(exclude_categories=()), max_size=8)
PIECES = (
    *("1", "12", "31", "99999", "2026", "9999", "0000", ".", "..", "/", "-", ":", "+", ",", "T"),
    *("in", "ago", "last", "next", "since", "il y a", "d", "h", "pm", "Uhr", "at", "klo", "Q4", "W53"),
    *("fri", "mar", "nov", "may", "hier", "pe", "la", "today", "week", "month", "end of month"),
    *("\x00", "\u202e", "\u200b", "\ud800", "😀", "מחר", "İ", "ß", "½", "١"),
)
WORDS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=8),
    st.lists(st.lists(st.one_of(st.sampled_from(PIECES), ODD), max_size=5).map("".join), max_size=8),
    st.lists(ODD, max_size=14),
)


@settings(max_examples=600, deadline=None)
@given(
    words=WORDS,
    language=st.sampled_from((*LANGUAGES, "en-US", "sv", "xx", "", "not a language")),
    now=NOW_AND_THEN,
    zone=st.sampled_from(ZONES),
)
def test_any_words_are_a_value_or_a_refusal_and_nothing_else(
    words: list[str], language: str, now: dt.datetime, zone: str
) -> None:
    today = local_day(now, zone)
    wants: tuple[Callable[[Sequence[str]], tuple[Any, int]], ...] = (
        lambda some: read_day(some, language, today),
        lambda some: read_day(some, language, today, prefer="future"),
        lambda some: read_when(some, language, now, zone),
        lambda some: read_period(some, language, today),
    )
    for read in wants:
        try:
            value, used = read(words)
        except Refusal as misread:
            in_plain_words(misread, "en")
        else:
            assert 1 <= used <= len(words)
            assert read(words[:used]) == (value, used)


HOSTILE: list[list[str]] = [
    ["x" * 60_000],
    ["1" * 60_000],
    ["1." * 30_000],
    ["2026-" * 12_000],
    [".." * 30_000],
    ["2026-01-01.." * 5_000],
    ["firda" * 12_000],
    ["½" * 60_000],
    ["\ufdfa" * 60_000],
    ["firdax", *["last"] * 15_000],
    ["a"] * 30_000,
    ["in"] * 30_000,
]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_sixty_thousand_characters_are_refused_with_work_in_proportion(words: list[str]) -> None:
    def read(words: list[str]) -> None:
        refusal(lambda: read_day(words, "en", TODAY))
        refusal(lambda: read_when(words, "en", NOW, HELSINKI))
        refusal(lambda: read_period(words, "en", TODAY))

    assert grows_with(read, halved(words), words)


# The local clock.


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
