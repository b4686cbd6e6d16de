"""`+1`, `yes`, `no`, an option's name as an answer to a card count, or are asked; talk is talk."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from msgspec.structs import replace

from bot.ports import Mark
from tests.house import House, Told
from tests.test_transcripts import typed

RECEIPTS = count(1)


@pytest.fixture
def house() -> Iterator[House]:
    it = House({"confirmations": 1})
    for who in ("ann", "bo", "cem"):
        it.say(who, "/me")
    yield it
    it.close()


def card(house: House, who: str, line: str) -> str:
    """The receipt of what a line puts into the room."""
    row = house.say(who, line).rows[0]
    receipt = f"$r{next(RECEIPTS)}"
    house.engine.handle([], [Mark(row.key, row.number, receipt)])
    return receipt


def answer(house: House, who: str, words: str, receipt: str) -> Told:
    message = house.message(who, words, answering=True, answers=receipt)
    return house.hand_in([message])[0]


@pytest.mark.parametrize(
    ("words", "vote"),
    [
        ("+1", "consent"),
        ("yes", "consent"),
        ("Yes!", "consent"),
        ("agree", "consent"),
        ("I agree.", "consent"),
        ("ok", "consent"),
        ("👍", "consent"),
        ("👍️", "consent"),
        ("ja", "consent"),
        ("bin dafür", "consent"),
        ("abstain", "abstain"),
        ("Enthaltung", "abstain"),
    ],
)
def test_a_yes_as_an_answer_to_a_card_is_a_vote(house: House, words: str, vote: str) -> None:
    told = answer(house, "bo", words, card(house, "ann", "/propose Buy a mixer"))
    assert told.text.startswith(f"You on P1: {vote}")


@pytest.mark.parametrize("words", ["no", "-1", "nein", "dagegen", "No."])
def test_a_no_where_the_method_has_none_is_asked_with_whole_lines(house: House, words: str) -> None:
    told = answer(house, "bo", words, card(house, "ann", "/propose Buy a mixer"))
    lines = [line for line in typed(told.rows[0].reply.body) if "…" not in line]
    assert told.error == "choice-unknown"
    assert lines
    for line in lines:
        assert not house.say("cem", f"/{line}").refused


def test_yes_and_no_count_where_the_method_has_both(house: House) -> None:
    receipt = card(house, "ann", "/propose Buy a mixer --method majority")
    assert "You on P1: no" in answer(house, "bo", "nope", receipt).text
    assert "You on P1: yes" in answer(house, "bo", "sure", receipt).text


@pytest.mark.parametrize("words", ["Mon", "mon", "2", "Tue"])
def test_an_option_as_an_answer_to_a_poll_is_a_vote(house: House, words: str) -> None:
    told = answer(house, "bo", words, card(house, "ann", "/poll Which day? | Mon | Tue"))
    assert told.text.startswith("You on Q1: ")


def test_yes_on_a_poll_without_such_an_option_is_asked(house: House) -> None:
    told = answer(house, "bo", "+1", card(house, "ann", "/poll Which day? | Mon | Tue"))
    assert told.refused
    assert list(typed(told.rows[0].reply.body)) == ["show Q1"]  # nobody named an option
    told = answer(house, "bo", "yes", card(house, "ann", "/poll Open? | yes | no"))
    assert told.text.startswith("You on Q2: yes")


def test_what_is_written_into_a_poll_that_takes_it_is_no_option_by_accident(house: House) -> None:
    receipt = card(house, "ann", "/poll Which day? | Mon | Tue --write-ins --method score")
    assert answer(house, "bo", "haha", receipt).answer is None


@pytest.mark.parametrize(
    "words",
    [
        "yes, but I would rather wait until spring",
        "no idea what that is about",
        "haha",
        "who pays?",
        "I agree with what Cem said yesterday",
        "ja mei",
        "thanks!",
        "yes\nno",
    ],
)
def test_talk_that_answers_a_card_stays_talk(house: House, words: str) -> None:
    assert answer(house, "bo", words, card(house, "ann", "/propose Buy a mixer")).answer is None
    assert answer(house, "bo", words, card(house, "ann", "/poll Which? | Mon | Tue")).answer is None


def test_entries_and_money_that_wait_are_confirmed_and_approved_so(house: House) -> None:
    entry = card(house, "ann", "/log 2h baked")
    assert "confirms C1" in answer(house, "bo", "yes", entry).text
    disputed = answer(house, "cem", "no", card(house, "ann", "/log 1h swept"))
    assert disputed.refused or "disputes C2" in disputed.text
    house.say("ann", "/role give @ann treasurer")
    house.say("ann", "/income 100 EUR a client")
    money = card(house, "bo", "/expense 20 EUR flour")
    assert not answer(house, "ann", "ok", money).refused


def test_a_need_is_not_taken_on_by_a_mere_yes(house: House) -> None:
    told = answer(house, "bo", "+1", card(house, "ann", "/need 2h clean the oven"))
    (line,) = typed(told.rows[0].reply.body)
    assert told.error == "open-meaning"
    assert line == "take N1"
    assert not house.say("bo", f"/{line}").refused


@pytest.mark.parametrize("words", ["I'll do it", "count me in!", "bin dabei", "Ich übernehme das."])
def test_who_says_so_takes_a_need_on(house: House, words: str) -> None:
    assert "takes N1" in answer(house, "bo", words, card(house, "ann", "/need 2h clean the oven")).text


@pytest.mark.parametrize(
    ("words", "method", "line"),
    [
        ("Nein, so nicht!", "consent", "vote P1 object so nicht!"),
        ("I'm against this, it costs too much", "majority", "vote P1 no it costs too much"),
    ],
)
def test_a_no_with_its_reason_is_asked_about(house: House, words: str, method: str, line: str) -> None:
    told = answer(house, "bo", words, card(house, "ann", f"/propose Buy --method {method}"))
    assert list(typed(told.rows[0].reply.body)) == [line]
    assert not house.say("bo", f"/{line}").refused


@pytest.mark.parametrize("words", ["no, but tell me more", "Nein, aber vielleicht", "No idea, sorry"])
def test_a_no_that_is_none_stays_talk(house: House, words: str) -> None:
    assert answer(house, "bo", words, card(house, "ann", "/propose Buy a mixer")).answer is None


def test_an_entry_that_is_said_to_be_wrong_is_asked_about(house: House) -> None:
    receipt = card(house, "ann", "/log 2h baked")
    for who, line in (("ann", "amend C1 3h"), ("bo", "dispute C1 thats wrong, 3h not 2h")):
        told = answer(house, who, "thats wrong, 3h not 2h", receipt)
        assert list(typed(told.rows[0].reply.body)) == [line]
        assert not house.say(who, f"/{line}").refused
    assert answer(house, "ann", "3h of baking, wow", receipt).answer is None


def test_what_only_told_something_is_answered_by_talk(house: House) -> None:
    receipt = card(house, "bo", "/balance")
    assert answer(house, "ann", "yes", receipt).answer is None
    assert answer(house, "ann", "ok", "$unknown").answer is None


def test_a_vote_by_an_answer_is_once_and_as_private_as_one_that_was_typed(house: House) -> None:
    receipt = card(house, "ann", "/propose Buy a mixer")
    message = house.message("bo", "+1", answering=True, answers=receipt)
    first, again = house.hand_in([message, message])
    assert first.rows[0].person == "bo"
    assert again.answer is not None
    assert again.answer.repeated


def test_in_a_direct_room_an_amount_and_words_are_answered_with_the_line_to_send(house: House) -> None:
    for words in ("2h watering", "watering 2h", "2 hours of watering", "2 Stunden gießen"):
        message = house.message("bo", words, private=True, addressed=True)
        told = house.hand_in([message])[0]
        (line,) = [each for each in typed(told.rows[0].reply.body) if each.startswith("log ")]
        assert not house.say("bo", f"/{line}", private=True).refused


def test_an_answer_to_the_card_of_another_collective_is_no_vote_on_what_is_called_so_here() -> None:
    """The room may have gone from one collective to another, and its old cards stand there still."""
    with House(homes={}) as house:
        for who, room in (("ann", "east"), ("zoe", "west")):
            founder = house.message(who, f"/collective create {room}", "m", room=room)
            house.hand_in([replace(founder, actor=replace(founder.actor, standing=("power:100",)))])
        asked = house.message("ann", "/propose Buy a mixer", "m", room="east")
        house.hand_in([asked])
        house.engine.handle([], [Mark(asked.key, 0, "$east")])
        house.hand_in([house.message("zoe", "/propose Leave the house", "m", room="west")])
        for room, heard in (("west", False), ("east", True)):
            who = "zoe" if room == "west" else "ann"
            message = house.message(who, "yes", "m", room=room, answering=True, answers="$east")
            assert (house.hand_in([message])[0].answer is not None) == heard


def test_an_answer_that_votes_in_secret_where_all_read_is_told_so_and_talk_is_not(house: House) -> None:
    house.say("dee", "/me")
    receipt = card(house, "ann", "/poll Which day? | Mon | Tue --secret")
    for words in ("Mon", "2"):
        assert answer(house, "bo", words, receipt).error == "not-private"
    assert answer(house, "bo", "haha", receipt).answer is None
