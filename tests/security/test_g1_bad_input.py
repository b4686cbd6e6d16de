"""G1, G2: whatever stands in whatever place of whatever command, the answer is a clear one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from bot.command import Command
from tests.house import COMMANDS, House, Told, hidden, line, settled, without
from tests.house.cases import dealt, first
from tests.security.payloads import ALL

ANSWER_CHARACTERS_MAX = 9_000
"""More than the longest line that is taken, twice: nobody makes the bot flood a room."""


PARTS = 5


class Guard:
    """Says lines, and collects where an answer breaks the promises of bad input."""

    def __init__(self, findings: list[str] | None = None) -> None:
        self.house = settled()
        self.kept = self.house.tables()
        self.findings = [] if findings is None else findings

    def say(self, words: str, who: str = "anna") -> Told:
        told = self.house.say(who, words)
        self.findings += [f"{finding}: {ascii(words)[:100]}" for finding in self._check(told, who)]
        self.house.clock.move_to(self.house.clock.now() + dt.timedelta(days=1))
        return told

    def _check(self, told: Told, who: str) -> Iterator[str]:
        now, before = self.house.tables(), self.kept
        self.kept = now
        if told.error == "bug":
            yield "a bug"
        if len(told.text) > ANSWER_CHARACTERS_MAX:
            yield f"{len(told.text)} signs in the answer"
        if hidden(told.text):
            yield f"{hidden(told.text)} in the answer"
        if (told.refused or told.answer is None) and now != before:
            yield "a refusal that was written"
        if told.refused and not (told.error and told.text.strip()):
            yield "a refusal without code or words"
        if told.refused and any(row.person != who for row in told.rows):
            yield "a public refusal"

    def close(self) -> None:
        self.house.close()
        assert not self.findings, listed(self.findings)


def listed(findings: list[str]) -> str:
    return "\n".join([f"{len(findings)} findings", *findings[:20]])


def places(command: Command) -> dict[str, str]:
    """Every place of a command where words can stand: a line with `%s` there."""
    found = {option.name: line(command, {option.name: "\0%s\0"}) for option in command.options}
    found["end"] = f"{line(command)} \0%s\0"
    found["beginning"] = f"/{command.name} \0%s\0"
    found["name"] = f"/{command.name}\0%s\0"
    return found


@pytest.mark.parametrize("part", first(1, range(PARTS)))
@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.name)
def test_bad_input_is_refused_or_harmless_in_every_place(command: Command, part: int) -> None:
    findings: list[str] = []
    for number, place in enumerate(places(command).values()):
        guard = Guard(findings)
        before, behind = place.split("\0%s\0")
        for text in dealt(list(ALL.values()), PARTS, part + number + len(command.name)):
            guard.say(f"{before}{text}{behind}")
        guard.house.close()
    assert not findings, listed(findings)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.name)
def test_a_missing_option_is_named_and_explained(command: Command) -> None:
    guard = Guard()
    for option in command.options:
        if option.required:
            told = guard.say(without(command, option.name))
            assert told.refused
            assert len(told.text.splitlines()) >= 2, f"{told.text!r} does not say what works"
    guard.close()


def test_the_name_of_a_command_can_be_anything() -> None:
    guard = Guard()
    for text in ALL.values():
        guard.say(f"/{text}")
        guard.say(text)
        guard.say(f"/x{text}")
    guard.close()


def test_a_required_text_that_nobody_can_see_is_missing() -> None:
    guard = Guard()
    for nothing in ('""', '"  "', "\u200b", "\u2060\u200b", "\u00ad", '"\u202e"'):
        for command in ("log 1h", "dispute C2", "timer start"):
            told = guard.say(f"/{command} {nothing}")
            assert told.refused, f"/{command} {nothing!a} was taken"
    guard.close()


def test_a_message_that_is_addressed_without_a_prefix_is_read_the_same() -> None:
    house = settled()
    for text in ALL.values():
        (told,) = house.hand_in([house.message("anna", text, addressed=True)])
        assert told.answer is not None
        assert told.error != "bug"
    house.close()


def test_the_operator_gets_answers_too() -> None:
    house = settled()
    for command in COMMANDS.values():
        for words in (line(command), line(command, full=True)):
            told = house.say("", words, operator=True)
            assert told.error != "bug", words
    house.close()


def test_a_guest_gets_answers_too() -> None:
    house = House({"new-members": "nobody"})
    house.say("anna", "/me")
    kept = house.tables()
    for command in COMMANDS.values():
        for words in (line(command), line(command, full=True)):
            assert house.say("guest", words).error != "bug", words
    assert house.tables() == kept
    house.close()
