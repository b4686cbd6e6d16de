"""What is suggested while somebody types: what begins so first, of their own collective only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.chat import Actor, Place
from bot.collective.state import State
from bot.languages import reader
from bot.suggestions import SUGGESTIONS_MAX, Asked, Suggestion, suggestions
from bot.wording import render
from tests.security.house import COMMANDS, House

ANNA = Actor("a", "anna", "anna")


@pytest.fixture
def house() -> Iterator[House]:
    house = House({"confirmations": 1})
    for who in ("anna", "bo", "bianca"):
        house.say(who, "/me")
    for circle in ("kitchen", "garden"):
        house.say("bo", f"/circle create {circle}")
        assert not house.say("anna", f"/circle create {circle}").refused
    house.say("bo", "/log 2h baked bread #baking --circle kitchen")
    house.say("anna", "/log 1h dug #care --circle garden")
    house.say("anna", "/confirm C1")
    house.say("bo", "/dispute C2 it was two")
    yield house
    house.close()


def state_of(house: House) -> State:
    state = house.engine.look(Place("a", "hall"))
    assert state is not None
    return state


def found(house: House, command: str, option: str, typed: str, who: Actor = ANNA) -> list[Suggestion]:
    return suggestions(state_of(house), who, COMMANDS, Asked(command, option, typed))


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
        ("log", "circle", "", ["garden", "kitchen"]),
        ("show", "ref", "", ["C2", "C1"]),
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
