"""Of what somebody says no to nothing is offered that does it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from commands import FEATURES
from tests.house import House
from tests.test_transcripts import typed


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House().enter("ann", "bo", "cem", "eva") as house:
        for who, line in (
            ("bo", "/propose Buy a mixer"),
            ("bo", "/propose Open on Mondays --method majority"),
            ("eva", "/log 2h swept"),
        ):
            assert not house.say(who, line).refused
        yield house


def offered(house: House, line: str) -> list[str]:
    told = [each for row in house.say("eva", line).rows for each in typed(row.reply.body)]
    return [each for each in told if each.split()[0] in FEATURES.commands]


@pytest.mark.parametrize(
    "line",
    [
        "/i don't agree with P2",
        "/i don\u2019t agree with P2",
        "/I do not support P2 at all",
        "/ich bin nicht einverstanden mit P2",
        "/bin nicht daf\u00fcr P2",
        "/ich stimme P2 nicht zu",
    ],
)
def test_who_does_not_agree_is_offered_a_no(house: House, line: str) -> None:
    assert [each.split()[2] for each in offered(house, line) if each.startswith("vote P2")] == ["no"]


def test_who_does_not_agree_objects_where_that_is_how_it_is_said(house: House) -> None:
    assert "vote P1 object I have a concern" in offered(house, "/i don't agree with P1")


@pytest.mark.parametrize("line", ["/i am not against P2", "/ich bin nicht gegen P2"])
def test_of_a_no_to_a_no_nobody_makes_a_vote(house: House, line: str) -> None:
    assert [each for each in offered(house, line) if each.startswith("vote")] == []


@pytest.mark.parametrize(
    "line",
    [
        "/don't delete C1",
        "/do not take back C1",
        "/please don't withdraw C1",
        "/never delete C1",
        "/l\u00f6sch C1 nicht",
        "/bitte nicht C1 l\u00f6schen",
    ],
)
def test_what_is_not_to_be_done_is_not_offered(house: House, line: str) -> None:
    doing = [each for each in offered(house, line) if not each.startswith(("show", "help", "why"))]
    assert doing == []


@pytest.mark.parametrize("line", ["/i can't do N1", "/ich kann N1 leider nicht"])
def test_who_cannot_forbids_nothing(house: House, line: str) -> None:
    house.say("ann", "/need 3h Saturday stall")
    house.say("eva", "/take N1")
    assert any(each.startswith("drop N1") for each in offered(house, line))
