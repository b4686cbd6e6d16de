"""What nobody said is offered as an example or not at all; of what does not exist nothing is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.house import House
from tests.test_transcripts import typed


@pytest.fixture
def house() -> Iterator[House]:
    it = House({"confirmations": 1}).enter("ann", "bo", "cem")
    yield it
    it.close()


def told(house: House, line: str) -> tuple[str, list[str]]:
    """What is told instead, and the lines in it."""
    told = house.say("ann", f"/{line}")
    return told.text.partition("\n")[2], list(typed(told.rows[0].reply.body))


@pytest.mark.parametrize("line", ["vote", "vote ja", "vote P3", "take", "done", "done 2h", "confirm"])
def test_where_nothing_is_open_it_is_said_and_nothing_that_does_not_exist_is_offered(
    house: House, line: str
) -> None:
    text, lines = told(house, line)
    assert text.startswith("Nothing like that is open here")
    assert {each for each in lines if " " in each} == set()


def test_what_may_wait_for_approval_is_said_where_to_read(house: House) -> None:
    assert told(house, "approve")[1] == ["approve", "treasury"]


@pytest.mark.parametrize(
    "line", ["vote", "vote P1", "vote Q1", "ballot", "vote P1 maybe", "vote Q1 Wed"]
)
def test_nobody_is_offered_a_vote_that_they_did_not_name(house: House, line: str) -> None:
    house.say("ann", "/propose Buy a mixer")
    house.say("ann", "/poll Which day? | Mon | Tue")
    text, lines = told(house, line)
    assert [each for each in lines if each.startswith("vote ")] == []
    assert "/show " in text or lines[1:] == ["ballot Q1"]  # a paper says all that can be chosen


def test_no_choice_is_made_for_anybody(house: House) -> None:
    house.say("ann", "/propose Buy a mixer")
    assert "me privacy web off" not in told(house, "me privacy web maybe")[1]
    assert "me privacy web on" not in told(house, "me privacy web maybe")[1]
    assert not any(each.startswith("setup kind ") for each in told(house, "setup kind wg")[1])
    assert not any(each.startswith("role give") for each in told(house, "me forget")[1])
    assert "/setup kind housing" in told(house, "setup kind housin")[0]
    assert "vote P1 consent" in told(house, "vote P1 consnt")[1]


@pytest.mark.parametrize("line", ["member remove", "rules lock", "setup kind", "digest mine", "log"])
def test_what_nobody_said_is_an_example(house: House, line: str) -> None:
    assert told(house, line)[0].startswith(("It works like this: ", "Send it so: /log")), line


@pytest.mark.parametrize(
    ("line", "right"),
    [("vote P1 ja but", "vote P1"), ("log baked 2h 3", "log"), ("remind tomorrow water", "remind me")],
)
def test_what_was_said_is_no_example(house: House, line: str, right: str) -> None:
    house.say("ann", "/propose Buy a mixer")
    row = house.say("ann", f"/{line}")
    assert "It works like this: /" + right not in row.text
