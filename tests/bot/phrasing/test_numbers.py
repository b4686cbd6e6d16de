"""Amounts and times of the day as they are spoken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.tokens import tokenize
from bot.phrasing.clocks import clocked
from bot.phrasing.numbers import number_at, spoken_at


@pytest.mark.parametrize(
    ("words", "typed", "used"),
    [
        ("two and a half hours today", "2h30", 5),
        ("an hour and three quarters", "1h45", 5),
        ("a quarter of an hour taking", "15m", 5),
        ("half an huor watering", "30m", 3),
        ("ne stunde gefegt", "1h", 2),
        ("dreieinviertel Stunden Brot", "3h15", 2),
        ("drei stunden und eine viertelstunde im", "3h15", 5),
        ("5 studnen am marktstand", "5h", 2),
        ("2 std 30 fürs", "2h30", 3),
        ("31 euro 90 out", "31.90 EUR", 3),
        ("einunddreißig Euro neunzig für", "31.90 EUR", 3),
        ("two hundred and fifty euros for", "250 EUR", 5),
        ("zweihundertfünfzig euro", "250 EUR", 2),
        ("a hundred pounds", "100 GBP", 3),
    ],
)
def test_an_amount_is_read_as_it_is_spoken(words: str, typed: str, used: int) -> None:
    assert spoken_at(words.split()) == (typed, used)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "123456789 euros",
        "one person",
        "a minute taker",
        "two people",
        "half a day",
        "our house",
        "euro 5",
    ],
)
def test_what_only_begins_like_an_amount_is_none(words: str) -> None:
    assert spoken_at(words.split()) is None


def test_a_number_behind_hours_that_counts_something_else_is_no_minutes() -> None:
    assert spoken_at(["two", "hours", "30", "people"]) == ("2h", 2)


@given(st.integers(1, 99_999))
def test_digits_are_the_number_that_they_are(number: int) -> None:
    assert number_at([str(number)]) == (number, 1)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_not(text: str) -> None:
    found = spoken_at(text.split())
    assert found is None or 0 < found.used <= len(text.split())
    assert len(clocked(list(tokenize(text)))) <= 2 * len(list(tokenize(text)))


@pytest.mark.parametrize(
    ("said", "typed"),
    [
        ("tomorrow at nine in the morning to ring", "tomorrow 09:00 to ring"),
        ("@bo on Friday at six in the evening", "@bo on Friday 18:00"),
        ("am Freitag um halb vier nachmittags an", "am Freitag 15:30 an"),
        ("in zwei stunden an", "in 2h an"),
        ("am sonntagabend um sechs", "am sonntag 18:00"),
        ("quarter to six", "05:45"),
        ("um drei stunden", "um drei stunden"),
        ("friday 5pm to bring", "friday 5pm to bring"),
    ],
)
def test_a_time_of_the_day_is_read_as_it_is_spoken(said: str, typed: str) -> None:
    assert " ".join(token.text for token in clocked(list(tokenize(said)))) == typed
