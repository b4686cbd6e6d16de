"""Choices in German: what is shown can be typed, and so can what people would say."""

from __future__ import annotations

import pytest

from bot.deciding.ballots import read_choice
from bot.deciding.methods import METHODS, choices_of
from bot.deciding.terms import Terms
from bot.text.languages import reader
from bot.text.wording import Typed, render

GERMAN = reader("de", "Europe/Berlin")

SAID = (
    ("consent", "Zustimmung Konsent ja", "consent"),
    ("consent", "Bedenken", "concern"),
    ("consent", "Einwand einwenden", "object"),
    ("consent", "Enthaltung", "abstain"),
    ("consensus", "dafür Zustimmung ja", "agree"),
    ("consensus", "beiseite", "stand-aside"),
    ("consensus", "Block blockieren", "block"),
    ("modified-consensus", "Nein dagegen", "no"),
    ("majority", "Ja dafür Zustimmung", "yes"),
    ("supermajority", "nein dagegen", "no"),
    ("majority", "Enthaltung", "abstain"),
    ("lazy", "ja dafür", "+1"),
    ("lazy", "Einwand", "object"),
    ("advice", "Rat", "advice"),
    ("advice", "machen ja", "go-ahead"),
    ("advice", "fallenlassen nein", "drop"),
    ("apache", "ja dafür", "+1"),
    ("apache", "Enthaltung", "0"),
    ("apache", "nein dagegen", "-1"),
    ("gradient", "Enthaltung", "4"),
    ("gradient", "blockieren", "8"),
)


@pytest.mark.parametrize(("method", "words", "choice"), SAID)
def test_what_a_german_would_type_is_read(method: str, words: str, choice: str) -> None:
    for word in words.split():
        assert read_choice(choices_of(Terms(method)), word).word == choice


@pytest.mark.parametrize("veto", [False, True])
@pytest.mark.parametrize("method", METHODS)
def test_every_choice_is_read_back_as_it_is_shown(method: str, veto: bool) -> None:
    choices = choices_of(Terms(method, veto=veto))
    for choice in choices:
        assert read_choice(choices, render(choice.typed, GERMAN)) is choice
    shown = [*(each.word for each in choices), *(word for each in choices for word in each.also)]
    assert len(shown) == len(set(shown)), "no word means two choices"


def test_the_line_to_type_has_the_choices_in_the_language_of_its_reader() -> None:
    choices = tuple(each.typed for each in choices_of(Terms("consent")))

    line = render(Typed("vote P1", choices), GERMAN)
    assert line == "/vote P1 Konsent|Bedenken|Einwand|Enthaltung"
    assert render(Typed("vote P1", choices), reader("en", "UTC")) == (
        "/vote P1 consent|concern|object|abstain"
    )
