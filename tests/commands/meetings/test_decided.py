"""What minutes say of a decision: who stood in its way before, and what it was at first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.house.house import House

RULES: dict[str, str | int] = {"method": "consensus", "fallback": "modified-consensus", "call-time": 0}


@pytest.fixture
def house() -> Iterator[House]:
    with House(RULES).enter("ann", "bo", "cem", "dora") as house:
        house.say("ann", "/meeting open")
        for who in ("bo", "cem", "dora"):
            house.say(who, "/here")
        house.say("ann", "/call The oven --by @bo")
        yield house


def minutes(house: House) -> str:
    """What the minutes say of the decision."""
    told = house.say("ann", "/meeting close").text
    (line,) = [each for each in told.splitlines() if "(P1)" in each]
    return line.removeprefix("- ")


def all_agree(house: House, *others: str) -> None:
    for who in ("ann", "bo", *others):
        house.say(who, "/vote P1 agree")
    house.say("ann", "/meeting count")


def test_a_block_that_was_taken_back_is_told_with_its_reason(house: House) -> None:
    house.say("cem", "/vote P1 block It smokes")
    house.say("cem", "/vote P1 stand-aside I am asleep by then")
    all_agree(house, "dora")

    assert minutes(house) == (
        "The oven (P1) was passed: 3 agreed, 1 stood aside. cem had blocked it (“It smokes”), and took"
        " that back. cem stood aside: “I am asleep by then”."
    )


def test_also_where_nothing_is_said_in_its_place(house: House) -> None:
    house.say("cem", "/vote P1 block It smokes")
    house.say("cem", "/vote P1 withdraw")
    all_agree(house, "dora")

    assert minutes(house) == (
        "The oven (P1) was passed: 3 agreed. cem had blocked it (“It smokes”), and took that back."
    )


def test_a_block_of_an_earlier_text_is_not_said_to_be_taken_back(house: House) -> None:
    house.say("cem", "/vote P1 block It smokes")
    house.say("bo", "/amend-proposal P1 The oven, outside")
    all_agree(house, "dora")

    assert minutes(house) == (
        "The oven, outside (P1) was passed: 3 agreed. cem had blocked an earlier text: “It smokes”. It"
        " was amended; at first it was “The oven”."
    )


def test_a_block_that_stands_is_told_once_however_often_it_was_said(house: House) -> None:
    house.say("cem", "/vote P1 block It smokes")
    house.say("cem", "/vote P1 agree")
    house.say("cem", "/vote P1 block It stinks")
    for _ in range(3):
        all_agree(house, "dora")

    assert minutes(house) == (
        "The oven (P1) was blocked: 3 agreed, 1 blocked it. A block had stood, so it went on as"
        " modified-consensus. cem blocked it: “It stinks”."
    )


def test_a_reason_that_was_erased_is_not_told(house: House) -> None:
    house.say("cem", "/vote P1 block It smokes")
    house.say("cem", "/vote P1 agree")
    all_agree(house, "dora")
    house.say("cem", "/me forget yes", private=True)

    assert "smokes" not in minutes(house)
