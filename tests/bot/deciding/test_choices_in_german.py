"""Choices in German: what is shown can be typed, and so can what people would say."""

from __future__ import annotations

import pytest

from bot.deciding.ballots import read_choice
from bot.deciding.methods import METHODS, choices_of
from bot.deciding.terms import Terms
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import Typed
from commands.decisions.cards import buttons
from tests.house import House

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


NAMED = (
    # what a German types, and how the choice is named in what comes back
    ("consent", "Einwand", "„Einwand“ braucht", "/vote P1 Einwand ich habe Bedenken"),
    ("consent", "object", "„Einwand“ braucht", "/vote P1 object ich habe Bedenken"),
    ("consensus", "Block", "„Block“ braucht", "/vote P1 Block ich habe Bedenken"),
    ("advice", "machen", "„machen“ ist", "Rat"),
    ("consent", "Einwant", "Meinst du Einwand?", "Konsent, Bedenken, Einwand, Enthaltung"),
    ("consensus", "beiseit", "Meinst du beiseite?", "beiseite"),
)


@pytest.mark.parametrize(("method", "typed", "told", "line"), NAMED)
def test_a_refusal_names_a_choice_in_the_language_of_its_reader(
    method: str, typed: str, told: str, line: str
) -> None:
    house = House()
    house.say("ann", "/me")
    for who in ("bo", "cem"):
        house.say(who, "/me language de")
    asked = " --affected @bo --experts @cem" if method == "advice" else ""
    house.say("ann", f"/propose Paint it --method {method}{asked}")
    answer = house.say("bo", f"/vote P1 {typed}")

    assert answer.refused
    assert told in answer.text
    assert line in answer.text
    house.close()


def test_who_is_asked_for_advice_is_told_the_line_in_their_language() -> None:
    house = House()
    house.say("ann", "/me")
    for who in ("bo", "cem"):
        house.say(who, "/me language de")
    asked = house.say("ann", "/propose Paint it --method advice --affected @bo --experts @cem")

    assert "/vote P1 Rat …" in asked.text
    assert not house.say("bo", "/vote P1 Rat nimm grün").refused
    house.close()


@pytest.mark.parametrize("method", METHODS)
def test_the_line_beside_a_button_is_in_the_language_of_its_reader_and_works(method: str) -> None:
    house = House()
    house.say("ann", "/me")
    house.say("bo", "/me")
    asked = " --affected @bo --experts @ann" if method == "advice" else ""
    house.say("cem", f"/propose Paint it --method {method}{asked}")
    for button in buttons(house.state().proposals.alive[1]):
        assert button.typed is not None
        line = render(button.typed, GERMAN).removeprefix("/vote P1 ")
        word = line.removesuffix(" …")
        choice = read_choice(choices_of(Terms(method)), word)

        assert word == render(choice.typed, GERMAN)
        assert button.line == f"vote P1 {choice.word}"
        assert line.endswith("…") == (button.asks is not None)
