"""Days: worked examples in five languages, refusals, and every way a day is written."""

from __future__ import annotations

import datetime as dt

import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.days import read_day
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import Day, Say, Words
from tests.bot.language.calendars import LANGUAGES, TODAY, in_plain_words, refusal, split

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
    ("december", "en", "day-unknown", "december", "1 december"),
    ("märz", "de", "day-unknown", "märz", "1 märz"),
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
