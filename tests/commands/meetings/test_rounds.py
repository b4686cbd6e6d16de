"""Rounds: everybody speaks once, who begins is drawn, and the next round goes the other way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from bot.collective.meetingevents import RoundOpened
from commands.meetings.rounds import round_order
from tests.house.house import House


@pytest.fixture
def house() -> Iterator[House]:
    with House().enter("ann", "bo", "cem", "dora") as house:
        house.say("ann", "/meeting open")
        for who in ("bo", "cem"):
            house.say(who, "/here")
        yield house


def names(house: House, numbers: tuple[int, ...]) -> list[str]:
    return [house.state().members.name(number).name for number in numbers]


def order(house: House) -> list[str]:
    (*_, opened) = [each for each in house.events() if isinstance(each, RoundOpened)]
    return names(house, opened.order)


def speaking(house: House) -> str:
    it = house.state().meetings.open[1]
    return house.state().members.name(it.speaking).name if it.speaking else ""


def test_everybody_who_is_there_speaks_once_in_the_order_that_was_drawn(house: House) -> None:
    told = house.say("ann", "/go-round How is everybody?").text
    people = order(house)
    assert sorted(people) == ["ann", "bo", "cem"]
    assert f"{people[0]} begins, as drawn. Then: {people[1]}, {people[2]}." in told
    spoke = [speaking(house)]
    for _ in range(2):
        house.say("ann", "/speak")
        spoke.append(speaking(house))
    assert spoke == people
    assert "The round is done." in house.say("ann", "/speak").text
    assert speaking(house) == ""
    assert house.say("ann", "/speak").error == "nobody-listed"


def test_anybody_may_begin_and_the_seed_says_who() -> None:
    people = [3, 1, 7, 5]
    firsts = Counter(round_order(people, str(seed), back=False)[0] for seed in range(4_000))
    assert sorted(firsts) == [1, 3, 5, 7]
    assert all(850 < count < 1_150 for count in firsts.values())
    for seed in range(50):
        onward, back = (round_order(people, str(seed), back=back) for back in (False, True))
        assert onward[0] == back[0]
        assert onward[1:] == back[1:][::-1]
        ring = people.index(onward[0])
        assert list(onward) == people[ring:] + people[:ring]


def test_the_next_round_goes_the_other_way(house: House) -> None:
    people = ["ann", "bo", "cem"]
    ways = []
    for _ in range(3):
        house.say("ann", "/go-round")
        first, second, third = order(house)
        ways.append((people.index(second) - people.index(first)) % 3)
        for who in (second, third, ""):
            house.say("ann", "/speak")
            assert speaking(house) == who
    assert ways == [1, 2, 1]


def test_nobody_draws_until_it_is_who_suits_them_that_begins(house: House) -> None:
    broken = "The draw is that of the last round, which was broken off."
    assert broken not in house.say("ann", "/go-round").text
    drawn = order(house)
    for steps in (("/next The oven",), ("/next The flag", "/table", "/next The door")):
        for line in steps:
            house.say("ann", line)
        assert broken in house.say("ann", "/go-round").text
        assert order(house) == drawn
    for _ in range(3):
        house.say("ann", "/speak")
    assert broken not in house.say("ann", "/go-round").text
    assert len({each.seed for each in house.events() if isinstance(each, RoundOpened)}) == 2


def test_a_round_in_which_all_were_called_was_gone_through(house: House) -> None:
    """Whoever left is not waited for, and whoever comes back was heard."""
    house.say("dora", "/here")
    house.say("ann", "/go-round")
    first, second, third, last = order(house)
    house.say(third, "/away")
    for who in (second, last):
        house.say("ann", "/speak")
        assert speaking(house) == who
    house.say(first, "/away")
    house.say(first, "/here")
    house.say("ann", "/next The oven")
    house.say("ann", "/go-round")
    assert len({each.seed for each in house.events() if isinstance(each, RoundOpened)}) == 2


def test_whoever_passes_is_not_called_and_the_next_one_speaks(house: House) -> None:
    house.say("ann", "/go-round")
    first, second, third = order(house)
    assert house.say(third, "/pass").text.startswith(f"{third} passes.")
    assert speaking(house) == first
    assert f"{first} passes. {second} speaks." in house.say(first, "/pass").text
    assert speaking(house) == second
    assert "The round is done." in house.say(second, "/pass").text
    assert not house.state().meetings.open[1].rounding


def test_nobody_passes_twice_or_outside_a_round(house: House) -> None:
    assert house.say("bo", "/pass").error == "no-round"
    house.say("ann", "/go-round")
    first, second, _ = order(house)
    house.say(second, "/pass")
    assert house.say(second, "/pass").error == "no-round"
    assert house.say("dora", "/pass").error == "no-round"
    house.say("ann", "/speak")
    assert house.say(first, "/pass").error == "no-round"


def test_minutes_tell_how_many_spoke_and_passed(house: House) -> None:
    house.say("ann", "/go-round How is everybody?")
    house.say(order(house)[0], "/pass")
    house.say("ann", "/speak")
    house.say("ann", "/speak")
    told = house.say("ann", "/meeting close").text
    assert "- A round, “How is everybody?”: 2 people spoke, 1 passed." in told
    assert "spoke from the list" not in told


def test_one_round_at_a_time_and_none_amid_a_decision(house: House) -> None:
    assert house.say("bo", "/go-round").error == "not-facilitator"
    house.say("ann", "/go-round")
    assert house.say("ann", "/go-round").error == "round-open"
    house.say("ann", "/next The oven")
    assert not house.say("ann", "/go-round").refused
    house.say("ann", "/next The flag")
    house.say("ann", "/call")
    assert house.say("ann", "/go-round").error == "call-open"


def test_a_point_of_process_stops_a_round_and_takes_nobody_s_turn(house: House) -> None:
    house.say("ann", "/go-round")
    first, second, third = order(house)
    house.say(third, "/stack process")
    house.say("ann", "/speak")
    assert speaking(house) == third
    for who in (second, third):
        house.say("ann", "/speak")
        assert speaking(house) == who
    assert first != third


def test_whoever_waits_on_the_list_speaks_behind_the_round(house: House) -> None:
    house.say("ann", "/go-round")
    people = order(house)
    house.say(people[0], "/stack")
    for who in people[1:]:
        house.say("ann", "/speak")
        assert speaking(house) == who
    house.say("ann", "/speak")
    assert speaking(house) == people[0]
    assert not house.state().meetings.open[1].rounding


def test_who_comes_later_speaks_last_and_who_leaves_is_not_waited_for(house: House) -> None:
    house.say("ann", "/go-round")
    _, second, third = order(house)
    house.say("dora", "/here")
    house.say(second, "/away")
    for who in (third, "dora"):
        house.say("ann", "/speak")
        assert speaking(house) == who
    assert "The round is done." in house.say("ann", "/speak").text


def test_who_leaves_and_comes_back_is_called_where_they_stood(house: House) -> None:
    house.say("ann", "/go-round")
    _, second, third = order(house)
    house.say(second, "/away")
    house.say(second, "/here")
    for who in (second, third):
        house.say("ann", "/speak")
        assert speaking(house) == who
    # Whoever was heard is not called again for that.
    house.say(second, "/away")
    house.say(second, "/here")
    assert "The round is done." in house.say("ann", "/speak").text


def test_who_was_there_before_and_comes_back_in_the_middle_speaks_last(house: House) -> None:
    house.say("cem", "/away")
    house.say("ann", "/go-round")
    assert sorted(order(house)) == ["ann", "bo"]
    house.say("cem", "/here")
    house.say("ann", "/speak")
    house.say("ann", "/speak")
    assert speaking(house) == "cem"


def link(house: House, one: str, other: str) -> None:
    code = house.say(one, "/me link", private=True).text.split("/me link ")[1].split()[0]
    assert not house.say(other, f"/me link {code} yes", private=True).refused


@pytest.mark.parametrize("how", ["before", "spoke", "passed"])
def test_two_accounts_that_turn_out_to_be_one_person_are_called_once(house: House, how: str) -> None:
    house.say("ann", "/go-round")
    begins, one, other = order(house)
    if how == "spoke":
        house.say("ann", "/speak")
    elif how == "passed":
        house.say(one, "/pass")
    link(house, one, other)
    if how == "before":
        assert f"{begins} speaks. In the round: {one}.\n" in house.say("ann", "/meeting").text
        house.say("ann", "/speak")
    assert "The round ends with them." in house.say("ann", "/meeting").text
    house.say(begins, "/stack")
    assert house.say("ann", "/speak").text.startswith(f"{begins} speaks.\n")
    assert not house.state().meetings.open[1].rounding


def test_whoever_was_heard_by_another_account_has_nothing_to_pass(house: House) -> None:
    house.say("dora", "/here")
    house.say("ann", "/go-round")
    _, one, other, last = order(house)
    house.say("ann", "/speak")
    link(house, one, other)
    house.say("ann", "/speak")
    assert speaking(house) == last
    assert house.say(other, "/pass").error == "no-round"


def test_whoever_leaves_the_collective_is_not_called(house: House) -> None:
    house.say("ann", "/go-round")
    people = [who for who in order(house)[1:] if who != "ann"]
    house.say(people[0], "/me leave yes", private=True)
    spoke = set()
    for _ in range(2):
        house.say("ann", "/speak")
        spoke.add(speaking(house))
    assert people[0] not in spoke


def test_a_round_survives_a_restart(house: House) -> None:
    house.say("ann", "/go-round")
    people = order(house)
    house.restart()
    house.say("ann", "/speak")
    assert speaking(house) == people[1]
    assert house.state() == house.folded()
