"""What is suggested while somebody types: what begins so first, of their own collective only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.chat import Actor
from bot.command import Asked, Suggestion
from bot.suggestions import SUGGESTIONS_MAX, suggestions
from bot.text.languages import reader
from bot.text.rendering import render
from commands import FEATURES
from tests.house import House

ANNA = Actor("a", "anna", "anna")


@pytest.fixture
def house() -> Iterator[House]:
    house = House({"confirmations": 1})
    for who in ("anna", "bo", "bianca"):
        house.say(who, "/me")
    house.say("anna", "/circle create kitchen")
    house.say("anna", "/circle create garden")
    house.say("anna", "/role give @anna treasurer")
    house.say("anna", "/partner add bakery")
    house.say("bo", "/log 2h baked bread #baking --circle kitchen")
    house.say("anna", "/log 1h dug #care --circle garden")
    house.say("anna", "/propose Buy a mixer --method consensus")
    house.say("bo", "/draft Buy a spade")
    house.say("bo", "/poll Which day? | Monday | Tuesday")
    house.say("anna", "/confirm C1")
    house.say("anna", "/fund create tools")
    house.say("anna", "/rules set units treasurer")
    house.say("anna", "/unit create leaf credit")
    house.say("bo", "/dispute C2 it was two")
    yield house
    house.close()


def found(house: House, command: str, option: str, typed: str, who: Actor = ANNA) -> list[Suggestion]:
    return suggestions(house.state(), who, FEATURES, Asked(command, option, typed))


def words(house: House, command: str, option: str, typed: str, who: Actor = ANNA) -> list[str]:
    return [each.word for each in found(house, command, option, typed, who)]


@pytest.mark.parametrize(
    ("command", "option", "typed", "suggested"),
    [
        ("log", "kind", "ba", ["baking"]),
        ("log", "kind", "#CA", ["care"]),
        ("log", "kind", "ing", ["making", "teaching", "organising", "baking"]),
        ("log", "who", "b", ["bo", "bianca"]),
        ("role give", "who", "@an", ["anna", "bianca"]),
        ("log", "circle", "", ["kitchen", "garden"]),
        ("circle create", "name", "", []),
        ("income", "fund", "", ["tools"]),
        ("equation use", "name", "dis", ["disco"]),
        ("unit report", "name", "", ["leaf"]),
        ("unit create", "name", "", []),
        ("partner classify", "name", "", ["bakery"]),
        ("income", "partner", "ba", ["bakery"]),
        ("partner add", "name", "ba", []),
        ("show", "ref", "", ["P3", "P2", "P1", "Q1", "C2", "C1"]),
        ("vote", "ref", "", ["P3", "P2", "P1", "Q1"]),
        ("vote", "ref", "p1", ["P1"]),
        ("hide", "ref", "", ["Q1"]),
        (
            "rules set",
            "name",
            "quo",
            ["quorum", "effect-quorum", "effect-quorum-most", "meeting-quorum"],
        ),
        ("show", "ref", "c1", ["C1"]),
        ("confirm", "ref", "anna", ["C2"]),
        ("role give", "role", "tr", ["treasurer"]),
        ("log", "what", "b", []),
        ("log", "nothing", "b", []),
        ("nothing", "ref", "b", []),
    ],
)
def test_what_begins_so_comes_first(
    house: House, command: str, option: str, typed: str, suggested: list[str]
) -> None:
    assert words(house, command, option, typed) == suggested


def test_a_reference_is_shown_with_what_it_is(house: House) -> None:
    labels = [render(each.label, reader("en", "UTC")) for each in found(house, "confirm", "ref", "")]

    assert labels == ["C2, anna, 1h, #care, disputed", "C1, bo, 2h, #baking"]


def test_what_can_be_said_about_a_proposal_is_suggested(house: House) -> None:
    def choices(ref: str, typed: str) -> list[str]:
        asked = Asked("vote", "choice", typed, {"ref": ref})
        return [each.word for each in suggestions(house.state(), ANNA, FEATURES, asked)]

    assert choices("p1", "") == ["agree", "stand-aside", "block", "abstain"]
    assert choices("P1", "a") == ["agree", "abstain", "stand-aside"]
    assert choices("P2", "") == choices("P9", "") == choices("", "") == []


def test_a_person_comes_with_their_account_on_the_platform_that_asks(house: House) -> None:
    (bianca,) = found(house, "balance", "who", "bianc")

    assert (bianca.word, bianca.account) == ("bianca", "bianca")


def test_who_is_no_member_sees_nothing_of_the_collective(house: House) -> None:
    stranger = Actor("a", "eve", "eve")

    assert words(house, "log", "kind", "", stranger) == []
    assert words(house, "show", "ref", "", stranger) == []
    assert words(house, "role give", "role", "", stranger) != []


def test_there_are_never_more_than_fit(house: House) -> None:
    for number in range(40):
        house.say(f"p{number}", "/me", name=f"person {number}")

    assert len(words(house, "log", "who", "person")) == SUGGESTIONS_MAX
