"""Where the card of what is typed in private stands: in a room of whoever it is for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.chat import Kind
from tests.house.house import House
from tests.house.told import Told


@pytest.fixture
def house() -> Iterator[House]:
    with House().enter("ann", "bo") as house:
        house.say("ann", "/circle create garden")
        house.say("ann", "/room circle garden", room="garden")
        house.say("bo", "/circle join garden")
        yield house


def cards(told: Told) -> list[str]:
    return [row.place.room for row in told.rows if row.reply.kind is Kind.CARD]


@pytest.mark.parametrize("line", ["/need 2h dig --circle garden", "/offer 2h dig --circle garden"])
def test_what_is_for_a_circle_stands_in_its_room(house: House, line: str) -> None:
    assert cards(house.say("bo", line, private=True)) == ["garden"]
    assert cards(house.say("bo", line)) == ["hall"], "where it was typed openly"


def test_what_is_for_all_stands_in_a_room_of_all(house: House) -> None:
    house.say("ann", "/room circle garden")
    house.say("ann", "/room circle none", room="garden")

    assert cards(house.say("bo", "/need 2h cook", private=True)) == ["garden"]
