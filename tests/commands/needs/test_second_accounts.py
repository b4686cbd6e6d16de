"""What stands under the number of a second account is its person's; and what is not yet, or no more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.chat import Kind
from tests.house.house import House


@pytest.fixture
def house() -> Iterator[House]:
    with House().enter("ann", "bo", "cem") as house:
        yield house


def link(house: House, who: str, other: str) -> None:
    code = house.say(who, "/me link", private=True).text.split("/me link ")[1].split()[0]
    assert not house.say(other, f"/me link {code} yes").refused


def test_what_the_second_account_took_before_the_two_were_one_is_taken_by_both(house: House) -> None:
    house.say("ann", "/need 2h carry --people 3")
    house.say("cem", "/take N1")
    link(house, "bo", "cem")

    assert [*house.state().needs.open[1].taken] == [3]
    assert house.say("bo", "/take N1").error == "taken-already"
    assert not house.say("bo", "/done N1").refused


def test_what_the_second_account_did_before_the_two_were_one_is_done_by_both(house: House) -> None:
    house.say("ann", "/need 2h carry --people 3")
    house.say("cem", "/take N1")
    house.say("cem", "/done N1")
    link(house, "bo", "cem")

    assert house.say("bo", "/done N1").error == "done-already"
    assert house.say("bo", "/drop N1").error == "done-already"


def test_what_the_second_account_asked_for_is_ones_own(house: House) -> None:
    house.say("ann", "/rules set own-needs off --in collective")
    house.say("bo", "/need 2h carry")
    link(house, "ann", "bo")

    for who in ("ann", "bo"):
        assert house.say(who, "/take N1").rows[0].reply.facts["rule"] == "own-needs"


@pytest.mark.parametrize("line", ["/need 2h till", "/need 2h till --by 2026-01-20"])
def test_giving_back_what_is_not_soon_calls_nobody(house: House, line: str) -> None:
    house.say("ann", line)
    house.say("bo", "/take N1")

    told = house.say("bo", "/drop N1")
    assert not told.refused
    assert not [row for row in told.rows if row.reply.kind is Kind.REMINDER]


def test_who_is_no_coordinator_puts_nobody_down_for_anything(house: House) -> None:
    house.say("ann", "/need 2h carry")

    assert house.say("cem", "/take N1 @bo").rows[0].reply.facts["rule"] == "take-for-others"
    assert not house.say("ann", "/take N1 @bo").refused


def test_a_shift_is_done_and_given_on_only_in_its_time_and_to_who_has_none(house: House) -> None:
    house.say("ann", '/need 2h till --every "every day 18:00" --people 2')
    house.say("bo", "/take N2")
    assert house.say("bo", "/done N2").error == "need-early"
    assert house.say("bo", "/swap N2 @bo").error == "own-swap"
    house.say("cem", "/take N2")
    assert house.say("bo", "/swap N2 @cem").error == "taken-already"

    house.later(days=2)
    assert house.state().needs.open[2].over
    assert house.say("bo", "/swap N2 @ann").error == "need-over"
