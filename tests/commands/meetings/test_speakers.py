"""Who speaks, how often, and how one feels: each person once, and anew at each point."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.chat import Kind
from tests.commands.meetings.test_meetings import link
from tests.house.house import House
from tests.house.told import plain


@pytest.fixture
def house() -> Iterator[House]:
    with House().enter("ann", "bo", "cem") as house:
        house.say("ann", "/meeting open")
        house.say("ann", "/next The oven")
        yield house


def test_who_speaks_is_off_the_list_by_both_their_accounts(house: House) -> None:
    for who in ("bo", "cem", "ann"):
        house.say(who, "/stack")
    link(house, "bo", "cem")
    house.say("ann", "/speak @bo")
    assert "Next: ann." in house.say("ann", "/meeting").text


def test_who_leaves_is_off_the_list_and_speaks_no_more(house: House) -> None:
    for line in ("/stack", "/here"):
        house.say("cem", line)
        house.say("bo", line)
    house.say("ann", "/speak")
    assert "cem speaks. Next: bo." in house.say("ann", "/meeting").text
    for who in ("bo", "cem"):
        house.say(who, "/away")
    told = house.say("ann", "/meeting").text
    assert "speaks" not in told
    assert "Next:" not in told
    # Whoever comes again has to ask again.
    house.say("bo", "/here")
    assert house.say("ann", "/speak").error == "nobody-listed"


def test_whoever_leaves_the_collective_speaks_no_more(house: House) -> None:
    house.say("bo", "/stack")
    house.say("ann", "/speak")
    house.say("bo", "/me leave yes", private=True)
    assert "speaks" not in house.say("ann", "/meeting").text


def test_who_spoke_less_is_counted_anew_at_each_point(house: House) -> None:
    house.say("bo", "/stack")
    house.say("ann", "/speak")
    house.say("ann", "/next The yard")
    house.say("bo", "/stack")
    house.say("cem", "/stack")
    assert "Next: bo, cem." in house.say("ann", "/meeting").text


@pytest.mark.parametrize("line", ["/next The yard", "/meeting table"])
def test_with_a_point_its_list_and_its_question_end(house: House, line: str) -> None:
    house.say("bo", "/stack")
    house.say("cem", "/stack")
    house.say("ann", "/speak")
    house.say("ann", "/temp The oven?")
    house.say("bo", "/signal up")
    assert not house.say("ann", line).refused
    told = house.say("ann", "/meeting").text
    for word in ("speaks", "Next:", "Temperature"):
        assert word not in told
    assert house.say("cem", "/signal up").error == "nothing-asked"
    house.say("ann", "/temp The yard?")
    assert (
        "Temperature, The yard?: for it 0, unsure 0, against it 0." in house.say("ann", "/meeting").text
    )


def test_what_is_asked_anew_is_counted_anew(house: House) -> None:
    house.say("ann", "/temp The oven?")
    house.say("bo", "/signal up")
    house.say("ann", "/temp Today?")
    assert "Temperature, Today?: for it 0, unsure 0, against it 0." in house.say("ann", "/meeting").text
    assert not house.say("bo", "/signal up").refused
    assert "“The oven?”: 1 for it, 0 unsure" in house.say("ann", "/minutes").text


def test_what_jumps_the_list_is_everybodys_once_at_each_point(house: House) -> None:
    house.say("bo", "/stack info")
    house.say("ann", "/speak")
    assert house.say("bo", "/stack info").error == "jumped-already"
    house.say("ann", "/next The yard")
    assert not house.say("bo", "/stack info").refused


def test_turns_in_the_minutes_are_those_of_people(house: House) -> None:
    for who in ("bo", "cem"):
        house.say(who, "/stack")
        house.say("ann", "/speak")
    link(house, "bo", "cem")
    told = house.say("ann", "/meeting close").text
    assert "One person spoke from the list, 2 times." in told


def test_who_says_the_same_again_is_told_by_either_account(house: House) -> None:
    house.say("ann", "/temp The oven?")
    assert not house.say("bo", "/signal up").refused
    assert house.say("bo", "/signal up").error == "nothing-changed"
    link(house, "bo", "cem")
    assert house.say("cem", "/signal up").error == "nothing-changed"


@pytest.mark.parametrize("second", ["bo", "cem"])
@pytest.mark.parametrize("first", ["bo", "cem", "bo cem", "cem bo"])
def test_who_feels_otherwise_by_either_account_is_counted_as_now(
    house: House, second: str, first: str
) -> None:
    house.say("ann", "/temp The oven?")
    for who in first.split():
        house.say(who, "/signal up")
    link(house, "bo", "cem")
    assert not house.say(second, "/signal down").refused
    assert "for it 0, unsure 0, against it 1." in house.say("ann", "/meeting").text
    assert not house.say(second, "/signal up").refused
    assert "for it 1, unsure 0, against it 0." in house.say("ann", "/meeting").text


def told_to(house: House, who: str, line: str) -> dict[str, str]:
    """What is told of a line, by person; by "" to the room, but for the card."""
    rows = house.say(who, line).rows
    return {row.person: plain(row) for row in rows if row.reply.kind is not Kind.EDIT}


def test_what_somebody_needs_is_told_to_whoever_facilitates_and_else_to_all(house: House) -> None:
    house.say("bo", "/here")
    assert told_to(house, "bo", "/signal louder") == {"ann": "bo cannot hear.", "bo": "ann is told."}
    assert told_to(house, "ann", "/signal louder") == {"": "ann cannot hear."}
    house.say("ann", "/away")
    assert told_to(house, "bo", "/signal lost") == {"": "bo does not follow any more."}


def test_what_is_asked_is_short_enough_for_the_card(house: House) -> None:
    assert house.say("ann", f"/temp {'x' * 201}").error == "question-long"
    assert not house.say("ann", f"/temp {'x' * 200}").refused


@pytest.mark.parametrize("line", ["/stack bo", "/stack @bo", "q+ bo", "q+ @bo", "/stack --who @bo"])
def test_a_name_on_the_list_is_whose_it_is(house: House, line: str) -> None:
    assert house.say("cem", line).error == "not-facilitator"
    assert "bo is number 1 on the list." in house.say("ann", line).text
    assert "Next: bo." in house.say("ann", "/meeting").text


def test_a_name_before_what_it_is_about_is_whose_it_is_with_its_sign(house: House) -> None:
    assert "bo is number 1 on the list: it smokes" in house.say("ann", "q+ @bo to say it smokes").text
    assert "bo (question)" in house.say("ann", "/stack @bo question").text
    assert "cem is number 2 on the list: bo was here" in house.say("cem", "q+ bo was here").text
    assert house.say("ann", "/stack @nobody").refused


def test_whoever_is_called_as_a_sort_of_speaking_takes_nobodys_words() -> None:
    with House().enter("ann", "bo", "info") as house:
        house.say("ann", "/meeting open")
        assert "You are number 1 on the list." in house.say("bo", "/stack info").text


def test_how_one_feels_is_taken_back_or_only_if_one_still_shows_it(house: House) -> None:
    house.say("ann", "/temp The oven?")
    assert house.say("bo", "/signal none").error == "nothing-changed"
    house.say("bo", "/signal up")
    house.say("bo", "/signal down")
    assert house.say("bo", "/signal none --was up").error == "nothing-changed"
    assert "against it 1" in house.say("ann", "/meeting").text
    assert "Your sign is taken back." in house.say("bo", "/signal none --was down").text
    assert "for it 0, unsure 0, against it 0" in house.say("ann", "/meeting").text
    house.say("bo", "/signal flat")
    link(house, "bo", "cem")
    house.say("cem", "/signal none")
    assert "for it 0, unsure 0, against it 0" in house.say("ann", "/meeting").text
    assert "0 for it, 0 unsure, 0 against it." in house.say("ann", "/meeting close").text
