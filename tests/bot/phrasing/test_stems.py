"""Words as they are compared: stems, and one word for what differs in each sentence."""

from __future__ import annotations

import pytest

from bot.phrasing.stems import compared, stem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("abgegeben", "abzugeben"),
        ("eingetragen", "eintragen"),
        ("gestrichen", "strichen"),
        ("aufgeräumt", "aufräumen"),
        ("geputzt", "putzen"),
        ("cleaned", "cleaning"),
        ("entries", "entrie"),
        ("stunden", "stunde"),
    ],
)
def test_forms_of_one_word_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize("word", ["", "a", "ge", "get", "geben", "zu", "☃", "\u202e"])
def test_of_a_short_word_nothing_is_taken_away_that_makes_it_another(word: str) -> None:
    assert len(stem(word)) >= min(len(word), 3)


@pytest.mark.parametrize(
    ("sentence", "by_what_it_is"),
    [
        ("3h for @bo", "<n> <hours> for <who>"),
        ("drei Stunden", "<n> <hours>"),
        ("31 euro 90", "<n> <money> <n>"),
        ("12,50€ for C2!", "<n> <money> for <c>"),
        ("an hour", "an <hours>"),
        ("...", ""),
    ],
)
def test_numbers_units_things_and_people_are_one_word_each(sentence: str, by_what_it_is: str) -> None:
    assert " ".join(compared(sentence.split())) == by_what_it_is
