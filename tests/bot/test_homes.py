"""Whose room: arriving, founding, joining by code or space, moving, private messages, floods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from bot.chat import Actor, Incoming, Place
from tests.security.house import House, Told, told

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
    return told(house.engine.handle([message])[0])


def code(answer: Told) -> str:
    return str(answer.rows[0].reply.facts["line"])


def test_a_bot_that_comes_into_an_unknown_room_says_what_it_is_once(house: House) -> None:
    first, again = arrived(house, "hall"), arrived(house, "hall")
    assert "This is Talkoot" in first.text
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


def test_a_room_that_the_platform_replaced_goes_on(house: House) -> None:
    tell(house, "ann", "/collective create Garden")
    tell(house, "ann", "/rules set confirmations 1")
    moved = Incoming(
        "moved", Place("m", "new"), Actor("m", "bot", "bot"), "", former="hall", arrived=True
    )
    # The platform hands the new room in as one of no collective: the old one says whose it is.
    assert told(house.engine.handle([moved])[0]).rows == ()
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
    assert "These are the commands" in tell(house, "ann", "/help").text
    assert "Talkoot" in tell(house, "ann", "/about").text
    assert tell(house, "ann", "/rubbish").error == "no-collective"
    assert house.tables() == kept


def test_talk_in_a_room_of_nobody_is_not_answered(house: House) -> None:
    assert tell(house, "ann", "hello / there").answer is None
