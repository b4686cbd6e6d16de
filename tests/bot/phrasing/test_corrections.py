"""Sentences that say how much something was not: they put an entry right, and log nothing."""

from __future__ import annotations

import pytest

from bot.language.tokens import tokenize
from bot.phrasing.sentences import corrects
from tests.first_lines.test_first_lines import First, offered, said


def lines(language: str, who: str, sentence: str) -> list[str]:
    told, left = said(First(language, "direct", who, sentence, "?"), sentence)
    assert told.refused
    assert not left
    return [each for each in offered(told) if " " in each]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "eva's sweeping was one hour and not two"),
        ("en", "eva only swept one hour"),
        ("de", "evas fegen war eine stunde und nicht zwei"),
        ("de", "eva hat nur eine stunde gefegt, nicht zwei"),
    ],
)
def test_an_entry_of_somebody_else_that_was_less_is_disputed(language: str, sentence: str) -> None:
    assert [each.split()[:2] for each in lines(language, "cem", sentence)] == [["dispute", "C2"]]


def test_ones_own_entry_that_was_less_is_amended() -> None:
    assert lines("en", "eva", "my sweeping was one hour and not two") == ["amend C2 1h"]


def test_what_somebody_has_no_entry_of_is_not_made_theirs() -> None:
    assert not any("C1" in each for each in lines("en", "ann", "bo's baking was one hour and not two"))


@pytest.mark.parametrize("sentence", ["add me to the kitchen group", "put me in the kitchen circle"])
def test_who_wants_into_a_group_logs_nothing(sentence: str) -> None:
    assert lines("en", "cem", sentence) == ["help circle join"]


def test_who_asks_how_a_poll_stands_is_shown_it() -> None:
    assert lines("en", "cem", "who is ahead, mon or tue?") == ["show Q1"]
    assert lines("de", "cem", "wer liegt vorn, mo oder di?") == ["show Q1"]


@pytest.mark.parametrize(
    ("sentence", "so"),
    [
        ("it was one hour and not two", True),
        ("should be 2h instead of 3h", True),
        ("das waren nur 2 stunden, nicht 3", True),
        ("swept 2h, not 3", False),
        ("it was not me", False),
        ("it was two hours", False),
    ],
)
def test_a_correction_says_what_it_was_and_what_it_was_not(sentence: str, so: bool) -> None:
    assert corrects([*tokenize(sentence)]) is so
