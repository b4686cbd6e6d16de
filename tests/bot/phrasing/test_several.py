"""Several entries in one message: which lines are entries, and which belong to the one above."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.chat import Refusal
from bot.command import Setting
from bot.phrasing.several import ENTRIES_MAX, entries_of
from tests.house import COMMANDS, House, cooperative

SETTING = Setting("en", "UTC", dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC))

MESSAGES: tuple[tuple[str, list[tuple[int, str]]], ...] = (
    # what is typed, the entries that it has
    ("log 2h cooked", []),
    ("log 2h cooked\nit was warm", []),
    ("log 2h cooked\n10 Eier waren schlecht", []),
    ("log 2h cooked\n/etc/hosts is mended", []),
    ("log 2h cooked\n#care", []),
    ("thank @bo for\n2h of help", []),
    ("propose Shall we?\n/log 2h cooked", []),
    ("log 2h cooked\n\n 1h cleaned \n", [(1, "log 2h cooked"), (3, "log 1h cleaned")]),
    ("LOG 2h cooked\n* 1h cleaned", [(1, "LOG 2h cooked"), (2, "log 1h cleaned")]),
    ("log\n2h cooked\n– 1h cleaned", [(2, "log 2h cooked"), (3, "log 1h cleaned")]),
    ("log 2h a\n!expense 5 EUR b", [(1, "log 2h a"), (2, "expense 5 EUR b")]),
    ("log 2h a\ntwo hours of b", [(1, "log 2h a"), (2, "log two hours of b")]),
    ("log 2h a\n-1h b", [(1, "log 2h a"), (2, "log -1h b")]),
    ("log\n1. 2h a\n2) 1h b", [(2, "log 2h a"), (3, "log 1h b")]),
    ("log 2h a\n10. December was cold", []),
    ("log\n@ann 2h a\n@cem @bo 1h b", [(2, "log @ann 2h a"), (3, "log @cem @bo 1h b")]),
    ("log 2h a\n@ann was late", []),
    ("expense 2 EUR a\n@ann 3 EUR b", []),
    # What a window keeps apart stays apart, but for what is plainly a command.
    ("log --amount 2h --what cooked\n1h of it alone", []),
    ("log --amount 2h --what a\n/log 1h b", [(1, "log --amount 2h --what a"), (2, "log 1h b")]),
)


@pytest.mark.parametrize(("line", "entries"), MESSAGES)
def test_a_line_is_an_entry_where_it_begins_like_one(line: str, entries: list[tuple[int, str]]) -> None:
    assert [(e.number, e.line) for e in entries_of(line, COMMANDS, SETTING)] == entries


@pytest.mark.parametrize("row", ["and then", "/poll Shall we? yes | no", "!vote P1 yes"])
def test_a_line_among_entries_that_is_none_is_refused_at_its_number(row: str) -> None:
    with pytest.raises(Refusal) as refused:
        entries_of(f"log 2h cooked\n1h cleaned\n{row}", COMMANDS, SETTING)
    assert refused.value.code == "no-entry"
    assert refused.value.word == row


def test_only_so_many_go_into_one_message() -> None:
    rows = "\n".join(["log 1m a"] * ENTRIES_MAX)
    assert len(entries_of(rows, COMMANDS, SETTING)) == ENTRIES_MAX
    with pytest.raises(Refusal, match="entries-max"):
        entries_of(f"{rows}\nlog 1m b", COMMANDS, SETTING)


@pytest.mark.parametrize("above", ["", "\n", "\n\n/"])
def test_the_lines_are_counted_from_where_the_message_begins(above: str) -> None:
    house = cooperative("bo")
    told = "\n".join(house.say("bo", f"{above or '/'}log 2h cooked\n0h cleaned", addressed=True).texts)
    assert f"Line {2 + above.count(chr(10))}:" in told
    told = "\n".join(house.say("bo", f"{above or '/'}log 2h cooked\n1h a\nand b", addressed=True).texts)
    assert f"Line {3 + above.count(chr(10))}:" in told


@pytest.fixture
def house() -> House:
    made = cooperative("bo", "cem")
    made.say("ann", "/role give @bo treasurer")
    return made


def test_where_one_line_is_refused_nothing_is_written(house: House) -> None:
    before, state = house.tables(), house.folded()
    house.say("bo", "/log 2h cooked\n/income 5 EUR a donor\n/income 5 EUR a donor")
    assert house.tables() == before
    assert house.state() == state == house.folded()


def test_all_of_a_message_is_one_answer_and_the_same_when_it_comes_again(house: House) -> None:
    message = house.message("bo", "/log 2h cooked\n1h cleaned\n/income 5 EUR a donor")
    first = house.hand_in([message])
    entries = len(house.entries())
    house.hand_in([message])
    assert len(house.entries()) == entries
    assert house.state() == house.folded()
    assert house.folded().contributions.count == 2
    assert len(first[0].rows) == 3


def test_each_entry_counts_for_the_flood() -> None:
    house = cooperative("bo")
    house.say("ann", "/rules set flood 10 --in collective")
    house.clock.move_by(dt.timedelta(minutes=5))
    house.say("bo", "/log\n" + "\n".join(f"1m {letter}" for letter in "abcdefghijkl"))
    assert not house.folded().contributions.count
    house.clock.move_by(dt.timedelta(minutes=5))
    house.say("bo", "/log\n" + "\n".join(f"1m {letter}" for letter in "abcdefgh"))
    assert house.folded().contributions.count == 8


def flooding(*lines: str) -> str:
    return "/log\n" + "\n".join(f"1m {line}" for line in lines)


def test_what_is_too_much_for_now_goes_when_it_is_told_to_go() -> None:
    house = cooperative("bo")
    house.say("ann", "/rules set flood 10 --in collective")
    house.clock.move_by(dt.timedelta(minutes=5))
    house.say("bo", flooding(*"abcdefgh"))
    (told,) = house.say("bo", flooding(*"ijkl")).texts
    seconds = int(told.split("again in ")[1].split()[0])
    assert house.folded().contributions.count == 8
    house.clock.move_by(dt.timedelta(seconds=seconds))
    house.say("bo", flooding(*"ijkl"))
    assert house.folded().contributions.count == 12


def test_more_than_ever_go_in_a_minute_are_not_told_to_come_again() -> None:
    house = cooperative("bo")
    house.say("ann", "/rules set flood 10 --in collective")
    house.clock.move_by(dt.timedelta(minutes=5))
    told = "\n".join(house.say("bo", flooding(*"abcdefghijkl")).texts)
    assert "10 is the most" in told
    assert "The rule flood says so" in told
    house.say("bo", flooding(*"abcdefghi"))
    assert house.folded().contributions.count == 9, "what was refused took nothing but its own line"


def test_who_enters_with_several_enters_once(house: House) -> None:
    house.say("dora", "/log 2h came\n1h stayed")
    (dora,) = (each for each in house.folded().members.here if each.name == "dora")
    assert {entry.actor for entry in house.entries()[-3:]} == {dora.number}
    assert house.folded().contributions.count == 2


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("2h @ann, 1h @bo", ("2h cleaned the kitchen @ann", "1h cleaned the kitchen @bo")),
        ("2h @ann 1h @bo", ("2h cleaned the kitchen @ann", "1h cleaned the kitchen @bo")),
        ("2h @ann and 1h @bo", ("2h cleaned the kitchen @ann", "1h cleaned the kitchen @bo")),
        (
            "2h @ann, 1h @bo #care",
            ("2h cleaned the kitchen @ann #care", "1h cleaned the kitchen @bo #care"),
        ),
    ],
)
def test_amounts_of_several_without_a_word_are_asked_what_was_done(
    line: str, lines: tuple[str, ...]
) -> None:
    """Each line that shows how is entered as it stands; that all of it is words is not offered."""
    with House().enter("ann", "bo") as house:
        told = house.say("ann", f"/log {line}")
        assert told.error == "open-meaning"
        assert told.text.splitlines() == [
            "What was done?",
            "It works like this, with words of your own:",
            *(f"- /log {each}" for each in lines),
        ]
        assert house.state().contributions.count == 0
        for each in lines:
            assert house.say("ann", f"/log {each}").error == ""
        assert house.say("ann", "/log " + "\n".join(lines)).error in {"", "twin"}
