"""S9: the same message again, in whatever way, acts once and is answered the same."""

from __future__ import annotations

import pytest

from bot.command import Command
from tests.house import COMMANDS, House, Told, line, settled


def same(first: Told, again: Told) -> bool:
    return (
        again.answer is not None
        and again.answer.repeated
        and [row.id for row in again.rows] == [row.id for row in first.rows]
        and again.texts == first.texts
    )


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.name)
def test_a_message_that_comes_again_acts_once(command: Command) -> None:
    for full in (False, True):
        house = settled()
        message = house.message("anna", line(command, full=full))
        (first,) = house.hand_in([message])
        kept = house.tables(but=())
        (again,) = house.hand_in([message])
        assert same(first, again)
        both = house.hand_in([message, message])
        assert all(same(first, each) for each in both)
        house.restart()
        (later,) = house.hand_in([message])
        assert same(first, later)
        assert house.tables(but=()) == kept
        house.close()


def test_a_message_twice_in_one_batch_acts_once() -> None:
    house = settled()
    before = len(house.entries())
    message = house.message("anna", "/log 1h swept")
    first, second, third = house.hand_in([message, message, message])
    assert same(first, second)
    assert same(first, third)
    assert len(house.entries()) == before + 1
    house.close()


def test_a_known_key_with_other_words_does_not_act() -> None:
    house = settled()
    (first,) = house.hand_in([house.message("anna", "/log 1h swept", key="k")])
    kept = house.tables(but=())
    for who, words in (("anna", "/log 5h swept"), ("bo", "/confirm C1"), ("stranger", "/me")):
        (again,) = house.hand_in([house.message(who, words, key="k")])
        assert same(first, again)
    assert house.tables(but=()) == kept
    house.close()


def test_the_same_key_on_another_platform_is_another_message() -> None:
    house = House()
    house.hand_in([house.message("anna", "/log 1h swept", "a", key="k")])
    (told,) = house.hand_in([house.message("anna", "/log 2h swept", "b", key="k")])
    assert told.text.startswith("C1: anna, 2h")
    house.close()


def test_a_refusal_that_comes_again_is_refused_the_same() -> None:
    house = settled()
    message = house.message("bo", "/role give @bo admin")
    (first,) = house.hand_in([message])
    house.say("anna", "/role give @bo admin")
    (again,) = house.hand_in([message])
    assert first.error == "role"
    assert same(first, again)
    house.close()
