"""S5, K8: an edited message never acts, whoever edits what, before or after it was handled."""

from __future__ import annotations

import pytest

from bot.chat import Incoming
from bot.command import Command
from tests.house import COMMANDS, House, Told, hidden, line, settled
from tests.security.payloads import ALL

ANSWER_CHARACTERS_MAX = 9_000


def edit(house: House, key: str, words: str, who: str = "anna", room: str = "hall") -> Incoming:
    return house.message(who, words, key=key, room=room, edited=True)


def say_one(house: House, message: Incoming) -> Told:
    return house.hand_in([message])[0]


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.name)
def test_an_edit_into_any_command_changes_nothing(command: Command) -> None:
    house = settled()
    original = house.message("anna", "/log 1h swept", key="first")
    talk = house.message("anna", "good morning", key="talk")
    house.hand_in([original, talk])
    kept = house.tables()
    for key in ("first", "talk", "never seen"):
        for full in (False, True):
            message = edit(house, f"{key}", line(command, full=full))
            told = say_one(house, message)
            assert told.error == "edited"
    assert house.tables() == kept
    house.close()


@pytest.mark.parametrize("who", ["anna", "bo", "stranger"])
@pytest.mark.parametrize("room", ["hall", "kitchen"])
@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("was_command", [True, False])
@pytest.mark.parametrize("becomes_command", [True, False])
def test_all_combinations_of_an_edit_do_nothing(
    who: str, room: str, before: bool, was_command: bool, becomes_command: bool
) -> None:
    house, plain = settled(), settled()
    first, second = ("/log 1h swept" if was_command else "hello"), "hello again"
    later = "/log 9h swept" if becomes_command else second
    for each, edited in ((house, True), (plain, False)):
        original = each.message("anna", first, key="it")
        changed = edit(each, "it", later, who, room)
        batch = [changed, original] if before else [original, changed]
        each.hand_in(batch if edited else [original])
    assert len(house.tables()["entries"]) == len(plain.tables()["entries"])
    assert house.say("anna", "/balance").text == plain.say("anna", "/balance").text
    house.close()
    plain.close()


def test_the_author_is_told_once_what_to_send_instead() -> None:
    house = settled()
    house.hand_in([house.message("anna", "/log 1h swept", key="it")])
    first = say_one(house, edit(house, "it", "/log 2h swept"))
    assert first.text == (
        "Editing a message changes nothing that was recorded.\nTo change C3, send: /amend C3 2h swept"
    )
    assert first.rows[0].person == "anna"
    for words in ("/log 3h swept", "/log 2h swept", "hello"):
        again = say_one(house, edit(house, "it", words))
        assert again.answer is not None
        assert again.answer.repeated
    house.restart()
    again = say_one(house, edit(house, "it", "/log 4h swept"))
    assert again.answer is not None
    assert again.answer.repeated
    assert again.text == first.text
    house.close()


def test_the_hint_works_when_it_is_sent() -> None:
    house = settled()
    for count, command in enumerate(("log 1h swept", "confirm C2", "show C1", "withdraw C1", "me")):
        key = f"it{count}"
        house.hand_in([house.message("anna", f"/{command}", key=key)])
        told = say_one(house, edit(house, key, f"/{command} "))
        _, _, hint = told.text.partition("send: ")
        if hint and "…" not in hint:
            assert not house.say("anna", hint).refused, f"{command}: {hint!r} is refused"
    house.close()


def test_talk_that_is_edited_is_still_talk() -> None:
    house = settled()
    house.hand_in([house.message("anna", "hello", key="it")])
    assert say_one(house, edit(house, "it", "hello you")).answer is None
    house.close()


@pytest.mark.parametrize("text", ALL.values(), ids=ALL)
def test_an_edit_may_hold_anything(text: str) -> None:
    house = settled()
    house.hand_in([house.message("anna", "/log 1h swept", key="it")])
    kept = house.tables()
    for key, words in (("it", f"/log 1h {text}"), ("other", f"/{text}"), ("it2", text)):
        told = say_one(house, edit(house, key, words))
        assert told.error in {"edited", ""}
        assert len(told.text) <= ANSWER_CHARACTERS_MAX
        assert not hidden(told.text)
    assert house.tables() == kept
    house.close()
