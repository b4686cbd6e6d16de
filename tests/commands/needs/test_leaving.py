"""Who leaves, is removed or forgotten gives all back: told once, and seen on the cards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.chat import Kind
from tests.house.house import House
from tests.house.told import Told, plain

SHIFTS = '/need 2h till --every "every day 18:00" --people 3'


@pytest.fixture
def house() -> Iterator[House]:
    with House({"shifts-ahead": 12 * 24 * 60}).enter("ann", "bo", "cem") as house:
        house.say("ann", SHIFTS)
        house.say("bo", "/take N1 --every")
        house.say("cem", "/take N2")
        yield house


def cards(told: Told) -> list[str]:
    return [plain(row) for row in told.rows if row.reply.kind is Kind.EDIT]


@pytest.mark.parametrize(
    ("who", "line", "private"),
    [
        ("bo", "/me leave yes", False),
        ("bo", "/me leave yes", True),
        ("bo", "/me forget yes", False),
        ("bo", "/me forget yes", True),
        ("ann", "/member remove @bo --sure", False),
        ("ann", "/member remove @bo --sure", True),
    ],
)
def test_twelve_shifts_are_freed_told_once_and_seen_on_their_one_card(
    house: House, who: str, line: str, *, private: bool
) -> None:
    assert len(house.state().needs.open) == 13, "twelve dates, and what makes them"

    told = house.say(who, line, private=private)

    board = house.state().needs.open.values()
    assert not any(2 in it.taken for it in board)
    assert not house.state().needs.open[1].standing
    (card,) = cards(told)
    assert "bo" not in card
    assert "cem" in card
    assert "till" in card
    here = [plain(row) for row in told.rows if not row.person and row.reply.kind is not Kind.EDIT]
    assert sum("free again" in text for text in here) == 1
    assert "forget" not in line or not any("bo" in text for text in here)


def test_forgetting_erases_no_words_of_a_need_that_somebody_else_asked_for(house: House) -> None:
    house.say("bo", "/me forget yes", private=True)

    assert "till" in house.say("ann", "/show N1").text
    assert "till" in house.say("ann", "/show N2").text
