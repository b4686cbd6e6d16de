"""S12, K10: one collective knows nothing of another: the same words as for what was never there."""

from __future__ import annotations

import re

import pytest

from bot.arguments import OptionType
from bot.command import Command, Home
from tests.house import COMMANDS, HOMES, House, line, settled

CODE = re.compile("[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4})+")
SECRETS = ("secretname", "secretwords", "secretnote", "secretreason", "secretkind", "secretcircle")


def life(house: House, platform: str) -> None:
    """A life full of things that the other collective must never hear of."""
    house.say("boss", "/me", platform)
    house.say(
        "x1",
        "/log 7h secretwords #secretkind --circle secretcircle\nsecretnote",
        platform,
        name="secretname",
    )
    house.say("boss", "/dispute C1 secretreason", platform)
    house.say("x1", "/log 77 EUR secretwords", platform, name="secretname")
    house.say("x1", "/timer start secretwords", platform, name="secretname")
    house.say("boss", "/log 3h secretwords", platform)


def asks(command: Command) -> list[str]:
    values: dict[OptionType, tuple[str, ...]] = {
        OptionType.REFERENCE: ("C1", "C2", "C3", "C4"),
        OptionType.PERSON: ("@secretname", "@x1", "@boss"),
        OptionType.PEOPLE: ("@secretname", "@x1"),
        OptionType.KIND: ("#secretkind",),
        OptionType.WORD: ("secretcircle", "coordinator"),
    }
    lines = [line(command), line(command, full=True)]
    for option in command.options:
        for value in values.get(option.type, ()):
            lines.append(line(command, {option.name: value}))
            lines.append(line(command, {option.name: value}, full=True))
    return lines


def small(house: House) -> None:
    """The collective that asks: two people and nothing else."""
    house.say("anna", "/me", "b")
    house.say("bo", "/me", "b")


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.name)
def test_every_command_answers_as_if_the_other_were_not_there(command: Command) -> None:
    """Beside another collective and without it: the same answers, word by word, and the same rows."""
    beside, alone = House(), House()
    life(beside, "a")
    for house in (beside, alone):
        small(house)
    kept = beside.tables()
    for words in asks(command):
        for who in ("anna", "newcomer"):
            texts, errors = [], []
            for house in (beside, alone):
                mentions = {"secretname": "x1", "x1": "x1"}
                told = house.say(who, words, "b", mentions=mentions)
                # A head is a hash over random salts, and a code is random, so they differ anyway.
                texts.append(CODE.sub("CODE", told.text.partition("head ")[0]))
                errors.append(told.error)
            assert texts[0] == texts[1], words
            assert errors[0] == errors[1], words
            assert not any(secret in texts[0] and secret not in words for secret in SECRETS), words
    after = beside.tables()
    for table, rows in kept.items():
        foreign = [row for row in rows if "'alpha'" in row]
        assert foreign == [row for row in after[table] if "'alpha'" in row], table
    beside.close()
    alone.close()


def test_the_same_account_is_another_person_elsewhere() -> None:
    house = House()
    house.say("anna", "/log 5h baked", "a")
    house.say("anna", "/log 1h swept", "b")
    assert house.say("anna", "/balance", "a").text == "anna: 5h"
    assert house.say("anna", "/balance", "b").text == "anna: 1h"
    assert house.say("bo", "/log 2h x @anna", "b").text.startswith("C2: anna")
    assert house.say("anna", "/balance", "a").text == "anna: 5h"
    house.close()


def test_one_batch_for_two_collectives_keeps_them_apart() -> None:
    house = House()
    messages = [
        house.message(who, f"/log {hours}h baked", platform)
        for hours, (who, platform) in enumerate(
            [("anna", "a"), ("anna", "b"), ("bo", "a"), ("bo", "b")], start=1
        )
    ]
    house.hand_in(messages)
    assert [house.say(who, "/balance", p).text for p in HOMES for who in ("anna", "bo")] == [
        "anna: 1h",
        "bo: 3h",
        "anna: 2h",
        "bo: 4h",
    ]
    house.close()


def test_a_bug_in_one_collective_leaves_the_other_alone() -> None:
    house = settled()
    house.say("anna", "/log 1h baked", "b")
    house.state().members.by_number.clear()
    told = house.hand_in([house.message("anna", "/show C1"), house.message("anna", "/balance", "b")])
    assert told[1].text == "anna: 1h"
    house.close()


def test_a_room_without_a_collective_tells_and_keeps_nothing() -> None:
    house = settled()
    kept = house.tables()
    for command in COMMANDS.values():
        for words in [*asks(command), "/nothing", "/log"]:
            told = house.say("anna", words, "elsewhere")
            assert told.error == "no-collective" or command.home is not Home.ROOM
            assert told.error not in {"", "bug"} or command.home is Home.ANY
            assert told.rows[0].collective == ""
    assert house.tables() == kept
    house.close()
