"""Who is new is welcomed once, in one line beside the answer that they get anyway; never in a storm."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from bot.chat import Actor, Incoming, Place
from tests.house import House, Told

WELCOME = "Welcome to"
FIRST_ENTRY = "If something is wrong"
ALONE = "Only you read"


@pytest.fixture
def house() -> Iterator[House]:
    it = House({"welcome": True}, homes={})
    yield it
    it.close()


def tell(house: House, who: str, words: str, room: str = "hall", **more: object) -> Told:
    message = house.message(who, words, "m", room=room)
    message = replace(message, actor=replace(message.actor, standing=("power:100",)), **more)
    return house.hand_in([message])[0]


def arrived(house: House, room: str, key: str = "", **more: object) -> Told:
    message = Incoming(key or f"arrived:{room}", Place("m", room), Actor("m", "bo", "bo"), "")
    return house.hand_in([replace(message, arrived=True, **more)])[0]


def founded(house: House) -> None:
    tell(house, "ann", "/collective create Garden", space="s")


def test_a_founder_is_asked_the_first_question_with_its_buttons(house: House) -> None:
    told = tell(house, "ann", "/collective create Garden")
    lines = [button.line for button in told.rows[0].reply.buttons]
    assert "1 of 3" in told.text
    assert lines == [
        *(f"setup kind {it}" for it in ("co-op", "housing", "software", "club")),
        "setup usual",
    ]
    for number, press in enumerate(("setup kind software", "setup place de Europe/Berlin"), 2):
        told = tell(house, "ann", f"/{press}")
        house.restart()
        assert f"{number} " in told.text
        assert told.rows[0].reply.buttons
    told = tell(house, "ann", "/setup digest fri 17:00")
    assert not told.rows[0].reply.buttons
    assert tell(house, "ann", "/setup usual").error == "nothing-changed"


def test_one_press_takes_all_that_is_usual(house: House) -> None:
    tell(house, "ann", "/collective create Garden")
    told = tell(house, "ann", "/setup usual")
    assert not told.refused
    assert {"method", "language", "zone", "digest-at"} <= told.facts["rules"].keys()
    assert not told.rows[0].reply.buttons


def test_a_member_s_first_entry_is_answered_once_with_how_to_put_it_right(house: House) -> None:
    founded(house)
    assert FIRST_ENTRY in tell(house, "ann", "/log 2h baked").text
    assert FIRST_ENTRY not in tell(house, "ann", "/log 1h swept").text
    first = tell(house, "bo", "/log 2h baked")
    assert first.text.count(FIRST_ENTRY) == 1
    assert WELCOME in first.text
    assert len(first.rows) == 1
    for line in ("/amend C3 1h", "/withdraw C3"):
        assert line in first.text
        assert not tell(house, "bo", line).refused
    house.restart()
    assert FIRST_ENTRY not in tell(house, "bo", "/log 2h baked").text


def test_what_others_enter_for_somebody_is_not_their_first_entry(house: House) -> None:
    founded(house)
    tell(house, "bo", "/balance")
    assert FIRST_ENTRY in tell(house, "ann", "/log 2h baked @bo @ann").text
    assert FIRST_ENTRY in tell(house, "bo", "/log 1h swept").text


def test_each_of_a_storm_of_newcomers_gets_a_line_in_the_answer_they_get_anyway(
    house: House,
) -> None:
    founded(house)
    for number in range(40):
        told = tell(house, f"new{number}", "/balance")
        assert len(told.rows) == 1
        assert told.text.count(WELCOME) == 1
    for number in range(40):
        assert WELCOME not in tell(house, f"new{number}", "/balance").text


def test_a_refusal_of_a_first_line_uses_the_welcome_up_for_nobody(house: House) -> None:
    founded(house)
    assert tell(house, "bo", "/log").refused
    assert WELCOME in tell(house, "bo", "/log 2h baked").text


def test_a_room_that_comes_into_a_known_space_is_greeted_once(house: House) -> None:
    founded(house)
    first, again = arrived(house, "kitchen", space="s"), arrived(house, "kitchen", space="s")
    assert "the books of Garden" in first.text
    assert first.rows[0].person == ""
    assert again.answer is not None
    assert again.answer.repeated
    assert "collective create" not in first.text


def test_a_first_room_of_a_space_that_speaks_is_told_where_it_belongs(house: House) -> None:
    founded(house)
    told = tell(house, "ann", "/balance", room="kitchen", space="s")
    assert "This room belongs to Garden" in told.text
    assert "This room belongs" not in tell(house, "ann", "/balance", room="kitchen", space="s").text


def test_a_first_private_message_is_told_once_who_reads_along(house: House) -> None:
    founded(house)
    first = tell(house, "ann", "/balance", room="dm", private=True)
    assert "counts for Garden" in first.text
    house.restart()
    assert ALONE not in tell(house, "ann", "/balance", room="dm", private=True).text
    assert ALONE not in tell(house, "ann", "/balance", room="another", private=True).text


def test_a_private_room_is_greeted_as_one_and_its_first_message_not_again(house: House) -> None:
    founded(house)
    told = arrived(house, "dm", private=True)
    assert ALONE in told.text
    assert "collective join" not in told.text
    assert ALONE not in tell(house, "bo", "hello", room="dm", private=True, addressed=True).text


def test_a_stranger_in_private_is_told_what_this_is_and_that_no_room_is_missing(house: House) -> None:
    told = tell(house, "cem", "hello", room="dm", private=True, addressed=True)
    assert told.error == "no-collective"
    assert ALONE in told.text
    assert "This room" not in told.text
    assert ALONE not in tell(house, "cem", "hello", room="dm", private=True, addressed=True).text


def test_two_first_private_messages_in_one_batch_are_greeted_once(house: House) -> None:
    founded(house)
    messages = [replace(house.message("ann", "/balance", "m", room="dm"), private=True) for _ in "ab"]
    both = house.hand_in(messages)
    assert [ALONE in told.text for told in both] == [True, False]


def test_the_rule_turns_all_of_it_off() -> None:
    with House({"welcome": False}, homes={}) as house:
        founded(house)
        assert FIRST_ENTRY not in tell(house, "ann", "/log 2h baked").text
        assert WELCOME not in tell(house, "bo", "/balance").text
        assert ALONE not in tell(house, "bo", "/balance", room="dm", private=True).text
        assert arrived(house, "kitchen", space="s").answer is None
        assert arrived(house, "dm2", private=True).answer is None
