"""An offered place goes over whole, to whom it may go, and nobody loses one by it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.house.house import House
from tests.house.told import plain

PEOPLE = ("ann", "bo", "cem", "dora")


@pytest.fixture
def house() -> Iterator[House]:
    with House({"circle-needs": "circle"}).enter(*PEOPLE) as house:
        yield house


def holders(house: House, number: int) -> dict[str, int]:
    state = house.state()
    taken = state.needs.open[number].taken
    return {state.members.name(each).name: held.count for each, held in taken.items()}


def test_a_place_is_not_lost_where_whoever_is_offered_it_has_one_by_now(house: House) -> None:
    house.say("ann", '/need 2h till --every "every day 18:00" --people 3')
    house.say("bo", "/take N2")
    house.say("bo", "/swap N2 @cem")
    house.say("cem", "/take N2 --every")

    told = house.say("cem", "/take N2")

    assert told.error == "taken-already"
    assert holders(house, 2) == {"bo": 120, "cem": 120}


def test_a_circles_need_is_not_swapped_to_somebody_outside_of_it(house: House) -> None:
    house.say("ann", "/circle create garden")
    house.say("bo", "/circle join garden")
    house.say("dora", "/circle join garden")
    house.say("ann", "/need 2h dig --circle garden")
    house.say("bo", "/take N1")

    refused = house.say("bo", "/swap N1 @cem")
    assert refused.rows[0].reply.facts["rule"] == "circle-needs"

    house.say("bo", "/swap N1 @dora")
    house.say("dora", "/circle leave garden")
    assert house.say("dora", "/take N1").refused
    assert holders(house, 1) == {"bo": 120}


def test_a_part_is_of_what_is_free_and_no_word_for_the_whole_place_of_another(house: House) -> None:
    house.say("ann", "/need 2h carry --people 2")
    house.say("bo", "/take N1")
    house.say("bo", "/swap N1 @cem")

    house.say("cem", "/take N1 --part 1h")

    assert holders(house, 1) == {"bo": 120, "cem": 60}


def test_what_is_over_is_not_taken_over_any_more(house: House) -> None:
    house.say("ann", "/need 2h carry --by tomorrow")
    house.say("bo", "/take N1")
    house.say("bo", "/swap N1 @cem")
    house.later(days=2)

    assert house.say("cem", "/take N1").error == "need-over"
    assert holders(house, 1) == {"bo": 120}


def test_whoever_is_put_down_for_an_offered_place_is_told(house: House) -> None:
    house.say("ann", "/need 2h carry")
    house.say("bo", "/take N1")
    house.say("bo", "/swap N1 @cem")

    told = house.say("ann", "/take N1 @cem")

    assert holders(house, 1) == {"cem": 120}
    assert "ann put you down for N1" in told.text


def test_why_somebody_says_no_to_a_swap_is_told_to_who_offered_it(house: House) -> None:
    house.say("ann", "/need 2h carry")
    house.say("bo", "/take N1")
    house.say("bo", "/swap N1 @cem")
    told = house.say("cem", "/drop N1 I am away")
    assert [row.person for row in told.rows if "Because: I am away" in plain(row)] == ["cem", "bo"]
