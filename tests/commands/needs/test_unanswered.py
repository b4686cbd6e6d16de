"""Who took something and never says what became of it: after three days the coordinators see it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.chat import Kind
from tests.house.house import House
from tests.house.told import plain

UNANSWERED = "N1: no word yet from bo on what became of it"


@pytest.fixture
def house() -> Iterator[House]:
    """Bo took what was wanted by noon; it is a minute past that, and bo was asked."""
    with House().enter("ann", "bo", "cem") as house:
        house.say("ann", "/need 2h carry --by tomorrow 12:00")
        house.say("bo", "/take N1")
        at = house.state().needs.open[1].terms.at
        told = house.later(minutes=(at - house.now) / 60_000 + 1)
        assert [row.person for row in told.rows if "What became of it?" in plain(row)] == ["bo"]
        yield house


def preview(house: House) -> str:
    return house.say("ann", "/digest preview", private=True).text


def test_no_answer_in_three_days_is_told_to_the_coordinators_and_not_before(house: House) -> None:
    house.later(days=2, hours=23, minutes=58)
    assert "no word yet" not in preview(house)
    told = house.later(minutes=2)
    assert UNANSWERED in preview(house)
    assert not [row for row in told.rows if row.person == "bo"], "bo is asked once"


@pytest.mark.parametrize("line", ["/done N1", "/done N1 1h", "/drop N1 ill"])
def test_who_answered_is_not_told_of(house: House, line: str) -> None:
    assert not house.say("bo", line).refused
    house.later(days=4)
    assert "no word yet" not in preview(house)


def test_the_coordinators_copy_of_the_digest_tells_of_it_and_the_room_s_does_not(house: House) -> None:
    house.say("ann", "/log 1h swept")
    rows = [row for _ in range(9) for row in house.later(days=1).rows]

    digests = [row for row in rows if row.reply.kind is Kind.DIGEST]
    assert digests
    telling = [row for row in digests if UNANSWERED in plain(row)]
    assert [row.person for row in telling], [(row.person, plain(row)) for row in digests]
    assert all(row.person == "ann" for row in telling)
    assert not any("no word yet" in plain(row) for row in rows if not row.person)
