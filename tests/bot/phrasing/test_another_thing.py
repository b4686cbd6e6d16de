"""A reference that is something else: that is meant, and never another thing that fits the command."""

from __future__ import annotations

import pytest

from tests.house import House, cooperative


@pytest.fixture(scope="module")
def house() -> House:
    it = cooperative("bo", "cem")
    for who, line in (
        ("ann", "/income 500 EUR market"),
        ("bo", "/expense 40 EUR flour"),
        ("bo", "/propose Buy an oven"),
        ("bo", "/poll Bread? | Rye | Wheat"),
        ("bo", "/need 2h clean the oven"),
        ("bo", "/log 1h swept"),
        ("bo", "/remind me tomorrow 9:00 water the plants"),
    ):
        assert not it.say(who, line).refused, line
    return it


OFFERED = {
    "/withdraw P1": "/cancel P1",
    "/withdraw Q1": "/cancel Q1",
    "/withdraw N1": "/cancel N1",
    "/withdraw R1": "/reminders cancel R1",
    "/withdraw T2": "/decline T2",
    "/withdraw T2 typed twice": "/decline T2 typed twice",
    "/cancel C1": "/withdraw C1",
    "/cancel R1": "/reminders cancel R1",
    "/amend P1 Buy a mixer": "/amend-proposal P1 Buy a mixer",
    "/amend N1 3h": "/show N1",
    "/amend T2 30 EUR": "/show T2",
    "/amend Q1 Which bread?": "/show Q1",
    "/vote C1 yes": "/show C1",
    "/vote T2 yes": "/show T2",
    "/close N1": "/show N1",
    "/close C1": "/show C1",
    "/dispute T2 it was less": "/show T2",
    "/take P1": "/show P1",
    "/done C1": "/show C1",
    "/confirm P1": "/show P1",
}


@pytest.mark.parametrize(("line", "offered"), OFFERED.items())
def test_what_is_named_is_what_is_meant(house: House, line: str, offered: str) -> None:
    it = house.copy()
    told = it.say("bo", line)

    assert told.refused
    way = f"{offered} says more." if offered.startswith("/show") else f"Send it so: {offered}"
    assert told.text.splitlines()[1:] == [way]
    assert not it.say("bo", offered).refused, "it works as it is offered"


def test_a_treasurer_agrees_to_what_is_confirmed_otherwise(house: House) -> None:
    assert "Send it so: /approve T2" in house.say("ann", "/confirm T2").text
    assert "Send it so: /confirm C1" in house.say("ann", "/approve C1").text


def test_what_is_not_there_is_mended_as_before(house: House) -> None:
    assert "Send it so: /vote P1 yes" in house.say("bo", "/vote P9 yes").text
    assert "Send it so: /withdraw C1" in house.say("bo", "/withdraw P7").text
