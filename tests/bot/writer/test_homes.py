"""Whose room: arriving, founding, joining by code or space, moving, private messages, floods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from bot.chat import Actor, Incoming, Place
from bot.ports import Mark
from tests.house import House, Told

GUILD = "g1"


@pytest.fixture
def house() -> Iterator[House]:
    it = House(homes={})
    yield it
    it.close()


def tell(house: House, who: str, words: str, room: str = "hall", **more: object) -> Told:
    """Say something on the platform `m`, as somebody who runs the room unless told otherwise."""
    message = house.message(who, words, "m", room=room)
    standing = more.pop("standing", ("power:100",))
    message = replace(message, actor=replace(message.actor, standing=standing), **more)
    return house.hand_in([message])[0]


def arrived(house: House, room: str, key: str = "") -> Told:
    message = Incoming(
        key or f"arrived:{room}", Place("m", room), Actor("m", "bot", "bot"), "", arrived=True
    )
    return house.hand_in([message])[0]


def code(answer: Told) -> str:
    return str(answer.rows[0].reply.facts["line"])


def test_a_bot_that_comes_into_an_unknown_room_says_what_it_is_once(house: House) -> None:
    first, again = arrived(house, "hall"), arrived(house, "hall")
    assert "I am Talkoot" in first.text
    assert "/collective create" in first.text
    assert first.rows[0].person == ""
    assert again.answer is not None
    assert again.answer.repeated
    tell(house, "ann", "/collective create Garden")
    assert arrived(house, "hall", "later").answer is None


def test_only_who_runs_a_room_founds_a_collective_in_it(house: House) -> None:
    kept = house.tables()
    for standing in ((), ("power:49",), ("power:x",), ("role:Admin",), ("permission:send",)):
        assert tell(house, "ann", "/collective create X", standing=standing).error == "founders"
    assert house.tables() == kept
    assert not tell(house, "ann", "/collective create X", standing=("permission:manage-guild",)).refused


@pytest.mark.parametrize(("who", "error"), [("anyone", ""), ("nobody", "founders")])
def test_the_operator_says_who_founds(who: str, error: str) -> None:
    house = House({"founders": who}, homes={})
    assert tell(house, "ann", "/collective create X", standing=()).error == error
    house.close()


def test_rooms_of_two_platforms_share_one_ledger(house: House) -> None:
    tell(house, "ann", "/collective create Garden")
    tell(house, "ann", "/log 2h dug")
    line = code(tell(house, "ann", "/collective invite"))
    joining = house.message("kim", f"/{line}", "d", room="channel")
    joining = replace(joining, actor=replace(joining.actor, standing=("permission:administrator",)))
    assert "belongs to Garden" in house.hand_in([joining])[0].text
    assert house.say("kim", "/balance @ann", "d", room="channel").text == "ann: 2h"
    assert house.say("kim", "/log 1h watered", "d", room="channel").text.startswith("C2: kim")
    again = replace(joining, message="again", place=Place("d", "other"))
    assert house.hand_in([again])[0].error == "code-unknown"


def test_a_code_lapses(house: House) -> None:
    tell(house, "ann", "/collective create Garden")
    line = code(tell(house, "ann", "/collective invite"))
    house.clock.move_by(dt.timedelta(days=7))
    assert tell(house, "kim", f"/{line}", "attic").error == "code-unknown"
    assert tell(house, "kim", "/log 1h", "attic").error == "no-collective"


def test_rooms_of_a_space_join_by_themselves_unless_the_rule_says_otherwise(house: House) -> None:
    tell(house, "ann", "/collective create Garden", space=GUILD)
    assert tell(house, "bo", "/log 1h watered", "second", space=GUILD).text.startswith("C1: bo")
    assert tell(house, "bo", "/log 1h watered", "third", space="g2").error == "no-collective"
    tell(house, "ann", "/rules set new-rooms none")
    assert tell(house, "bo", "/log 1h dug", "fourth", space=GUILD).error == "no-collective"
    assert not tell(house, "bo", "/log 1h mowed", "second", space=GUILD).refused
    assert not tell(house, "bo", "/collective create Other", "fourth", space=GUILD).refused
    assert tell(house, "bo", "/balance @ann", "fourth", space=GUILD).error == "person-unknown"


@pytest.mark.parametrize("new_rooms", ["space", "none"])
def test_a_room_that_the_platform_replaced_goes_on(house: House, new_rooms: str) -> None:
    tell(house, "ann", "/collective create Garden")
    # It is no new room.
    tell(house, "ann", f"/rules set new-rooms {new_rooms}")
    tell(house, "ann", "/rules set confirmations 1")
    moved = Incoming(
        "moved", Place("m", "new"), Actor("m", "bot", "bot"), "", former="hall", arrived=True
    )
    # The platform hands the new room in as one of no collective: the old one says whose it is.
    assert house.hand_in([moved])[0].rows == ()
    assert "needs" not in tell(house, "ann", "/me", "new").text
    assert "/confirm C1" in tell(house, "ann", "/log 1h dug", "new").text
    assert tell(house, "ann", "/log 1h dug", "hall").error == "no-collective"
    house.restart()
    assert tell(house, "ann", "/show C1", "new").text.startswith("C1")


def test_a_room_leaves_and_joins_another_collective(house: House) -> None:
    tell(house, "ann", "/collective create Garden", "one")
    line = code(tell(house, "ann", "/collective invite", "one"))
    tell(house, "ann", f"/{line}", "two")
    assert not tell(house, "ann", "/room leave", "two").refused
    assert tell(house, "ann", "/me", "two").error == "no-collective"
    assert "begins here" in tell(house, "ann", "/collective create Other", "two").text
    house.restart()
    assert "Other" in tell(house, "ann", "/collective info", "two").text
    assert "Garden" in tell(house, "ann", "/collective info", "one").text


def test_a_private_message_finds_the_collective_of_its_author(house: House) -> None:
    tell(house, "ann", "/collective create Garden", "one")
    tell(house, "ann", "/log 2h dug", "one")
    house.restart()
    mine = tell(house, "ann", "/balance", "direct-ann", private=True)
    assert mine.text == "ann: 2h"
    assert mine.rows[0].person == "ann"
    assert tell(house, "eve", "/balance", "direct-eve", private=True).error == "no-collective"
    assert tell(house, "ann", "/balance", "direct-ann").error == "no-collective"
    # What is logged in private belongs to no room, and makes none.
    tell(house, "ann", "/log 1h thought", "direct-ann", private=True)
    assert "1 room" in tell(house, "ann", "/collective info", "one").text
    tell(house, "ann", "/collective create Attic", "two")
    several = tell(house, "ann", "/balance", "direct-ann", private=True)
    assert several.error == "several-collectives"
    assert "Garden" in several.text
    assert "Attic" in several.text


@pytest.fixture
def twice(house: House) -> House:
    """Garden and Attic Rooms, and four people who are in both."""
    for room, name in (("one", "Garden"), ("two", "Attic Rooms")):
        tell(house, "ann", f"/collective create {name}", room)
        for who in ("bo", "cem", "dee"):
            tell(house, who, "/me", room, standing=())
    return house


def alone(house: House, who: str, words: str, **more: object) -> Told:
    return tell(house, who, words, f"direct-{who}", private=True, standing=(), **more)


SECRET = "/poll Who? | Anna | Bo --secret"


def test_nobody_is_guessed_for_and_the_refusal_says_how(twice: House) -> None:
    several = alone(twice, "bo", "/balance")
    assert several.error == "several-collectives"
    line = several.text.splitlines()[-1].partition(": ")[2]
    assert line in {'/in "Attic Rooms" balance', '/in "Garden" balance'}
    assert not alone(twice, "bo", line).refused


def test_a_secret_vote_finds_the_poll_that_is_open(twice: House) -> None:
    tell(twice, "ann", SECRET, "two")
    assert tell(twice, "bo", "/vote Q1 1", "two", standing=()).error == "not-private"
    voted = alone(twice, "bo", "/vote Q1 1")
    assert voted.text == "Attic Rooms:\nYour vote on Q1 is recorded and sealed."
    assert voted.rows[0].reply.facts["collective"] == "Attic Rooms"
    assert alone(twice, "cem", "/ballot q1").text.startswith("Attic Rooms:\nQ1: Who?")


def test_of_two_open_polls_of_one_number_none_is_guessed(twice: House) -> None:
    for room in ("one", "two"):
        tell(twice, "ann", SECRET, room)
    assert alone(twice, "bo", "/vote Q1 1").error == "several-collectives"
    for line in (
        "/in Garden vote Q1 1",
        "/in garden /vote Q1 1",
        '/in "Garden" vote Q1 1',
        "/in G vote Q1 1",
    ):
        assert alone(twice, "bo", line).text.startswith("Garden:\nYour vote on Q1"), line
    assert alone(twice, "bo", "/in attic rooms vote Q1 2").text.startswith("Attic Rooms:\nYour vote")
    tell(twice, "ann", "/cancel Q1", "one")
    assert alone(twice, "bo", "/vote Q1 1").text.startswith("Attic Rooms:\nYour vote")


def test_who_may_not_vote_there_is_not_sent_there(twice: House) -> None:
    tell(twice, "ann", SECRET, "one")
    tell(twice, "ann", "/rules set secrecy-floor 2", "two")
    tell(twice, "ann", "/circle create loft", "two")
    for who in ("bo", "cem"):
        tell(twice, who, "/circle join loft", "two", standing=())
    assert not tell(twice, "bo", f"{SECRET} --circle loft", "two", standing=()).refused
    assert alone(twice, "dee", "/vote Q1 1").text.startswith("Garden:\nYour vote")


def test_the_last_one_used_is_remembered_and_keeps_no_account(twice: House) -> None:
    now = "Garden:\nYour private messages are for Garden now."
    assert alone(twice, "bo", "/in Garden").text == now
    assert alone(twice, "bo", "/balance").text.startswith("Garden:\n")
    twice.restart()
    assert alone(twice, "bo", "/balance").text.startswith("Garden:\n")
    assert alone(twice, "bo", "/in attic balance").text.startswith("Attic Rooms:\n")
    twice.restart()
    assert alone(twice, "bo", "/balance").text.startswith("Attic Rooms:\n")
    assert not [row for row in twice.tables(but=())["cursors"] if "'bo'" in row]
    # What others do, or what is said in a room, changes nothing for anybody.
    tell(twice, "bo", "/balance", "one", standing=())
    tell(twice, "ann", "/thank @bo for all", "one")
    assert alone(twice, "bo", "/balance").text.startswith("Attic Rooms:\n")


def test_an_answer_to_a_message_is_for_who_sent_it(twice: House) -> None:
    sent = alone(twice, "bo", "/in Garden balance").rows[0]
    alone(twice, "bo", "/in Attic balance")
    twice.engine.handle([], [Mark(sent.key, sent.number, "$receipt")])
    assert alone(twice, "bo", "/balance", answers="$receipt").text.startswith("Garden:\n")
    alone(twice, "bo", "/in Attic balance")
    assert alone(twice, "bo", "/balance", answers="$unknown").text.startswith("Attic Rooms:\n")
    # Whoever is in one of them only is not led into the other by somebody's receipt.
    tell(twice, "eve", "/me", "two", standing=())
    assert "Garden" not in alone(twice, "eve", "/collective info", answers="$receipt").text


def test_a_button_is_for_the_collective_whose_books_it_was_made_from(twice: House) -> None:
    for room in ("one", "two"):
        tell(twice, "ann", SECRET, room)
    shown = alone(twice, "bo", "/in Garden ballot Q1").rows[0]
    assert shown.as_of
    alone(twice, "bo", "/in Attic balance")
    pressed = alone(twice, "bo", "vote Q1 1", as_of=shown.as_of, addressed=True)
    assert pressed.text.startswith("Garden:\nYour vote on Q1 is recorded")


def test_a_collective_that_one_is_not_in_is_as_one_that_is_not_there(twice: House) -> None:
    tell(twice, "eve", "/me", "one", standing=())
    there = alone(twice, "eve", "/in attic rooms balance")
    nowhere = alone(twice, "eve", "/in cellar rooms balance")
    assert there.error == nowhere.error == "collective-unknown"
    assert there.text == nowhere.text
    assert "Attic" not in there.text
    # One is enough to be called by its name, and then no answer has to say which it is.
    assert alone(twice, "eve", "/in Garden balance").text == alone(twice, "eve", "/balance").text
    assert tell(twice, "bo", "/in Attic balance", "one", standing=()).error == "not-private"


def test_in_a_room_nothing_is_named(twice: House) -> None:
    said = tell(twice, "bo", "/thank @cem for all", "two", standing=())
    assert said.rows[0].person == ""
    assert "Attic Rooms" not in said.text


def test_what_is_told_to_somebody_of_several_says_who_speaks(twice: House) -> None:
    """A refusal in a room is told to one person alone, whatever the platform makes of it."""
    refused = tell(twice, "bo", "/close Q9", "two", standing=())
    assert refused.rows[0].person == "bo"
    assert refused.text.startswith("Attic Rooms:\n")


def test_a_name_that_is_somebody_s_account_opens_nothing(house: House) -> None:
    tell(house, "ann", "/collective create Garden", "one")
    tell(house, "ann", "/me name eve", "one")
    assert tell(house, "eve", "/balance", "direct-eve", private=True).error == "no-collective"


def test_a_flood_is_answered_once_and_slows_nobody_else() -> None:
    house = House({"flood": 5}, homes={})
    tell(house, "ann", "/collective create Garden")
    answers = [tell(house, "bo", "/me") for _ in range(50)]
    assert [a.error for a in answers[:6]] == ["", "", "", "", "", "flood"]
    assert "12 seconds" in answers[5].text
    assert all(a.answer is None for a in answers[6:])
    assert not tell(house, "cem", "/me").refused
    house.clock.move_by(dt.timedelta(seconds=12))
    assert not tell(house, "bo", "/me").refused
    assert tell(house, "bo", "/me").error == "flood"
    house.close()


def test_what_was_said_while_the_bot_was_away_is_no_flood_and_makes_none() -> None:
    house = House({"flood": 5}, homes={})
    tell(house, "ann", "/collective create Garden")
    missed = [tell(house, "bo", "/me", missed=True) for _ in range(50)]
    assert not any(each.refused for each in missed)
    answers = [tell(house, "bo", "/me") for _ in range(6)]
    assert [a.error for a in answers] == ["", "", "", "", "", "flood"]
    house.close()


def test_places_and_people_that_are_not_listened_to() -> None:
    house = House({"places": ("m:*hall",), "people": ("*",)}, homes={})
    assert not tell(house, "ann", "/collective create Garden", "great hall").refused
    assert tell(house, "ann", "/collective create Attic", "attic").answer is None
    house.close()
    house = House({"people": ("@*:example.org",)}, homes={})
    assert tell(house, "@ann:evil.org", "/help").answer is None
    assert tell(house, "@ann:example.org", "/help").answer is not None
    house.close()


def test_help_works_in_a_room_of_nobody(house: House) -> None:
    kept = house.tables()
    assert "/log 3h baked bread" in tell(house, "ann", "/help").text
    assert "Talkoot" in tell(house, "ann", "/about").text
    assert tell(house, "ann", "/rubbish").error == "no-collective"
    assert house.tables() == kept


def test_talk_in_a_room_of_nobody_is_not_answered(house: House) -> None:
    assert tell(house, "ann", "hello / there").answer is None
