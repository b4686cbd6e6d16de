"""What the console offers to complete."""

from __future__ import annotations

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from adapters.console.client import Console
from adapters.console.terminal import CommandCompleter, asked_for, completions
from bot.command import Asked, Suggestion
from bot.text.wording import Words
from commands import FEATURES

COMMANDS = FEATURES.commands


def offered(line: str) -> list[str]:
    return [text for text, _, _ in completions(line, COMMANDS)]


def test_a_beginning_is_completed_to_the_commands() -> None:
    assert offered("/con") == ["confirm", "contributions"]
    assert "timer start" in offered("/ti")


def test_options_and_choices_follow_from_the_declaration() -> None:
    assert "--proof" in offered("/log 3h cooked --")
    assert offered("/role give @bo coo") == ["coordinator"]


def test_somebody_else_can_be_spoken_for() -> None:
    assert offered("bo: /conf") == ["confirm"]


def test_plain_talk_is_not_completed() -> None:
    assert offered("hello /co") == []
    assert offered("") == []


@pytest.mark.parametrize(
    ("row", "command", "option", "typed"),
    [
        ("/show ", "show", "ref", ""),
        ("/show C", "show", "ref", "C"),
        ("/log 2h baked #ca", "log", "kind", "#ca"),
        ("/log 2h baked @b", "log", "who", "@b"),
        ("bo: /vote P", "vote", "ref", "P"),
        ("/rules explain quo", "rules explain", "name", "quo"),
        ("/log 2h baked --circle k", "log", "circle", "k"),
        ("/balance @", "balance", "who", "@"),
    ],
)
def test_what_a_collective_knows_is_asked_for(row: str, command: str, option: str, typed: str) -> None:
    assert asked_for(row, COMMANDS) == Asked(command, option, typed)


@pytest.mark.parametrize("row", ["", "/", "/sh", "/show", "/log 2h ba", "hello", "/xyz C"])
def test_where_nothing_is_known_nothing_is_asked(row: str) -> None:
    assert asked_for(row, COMMANDS) is None


async def test_what_the_collective_has_is_completed_with_its_mark() -> None:
    async def suggests(row: str, asked: Asked) -> list[Suggestion]:
        return [Suggestion("care", Words("#care"))]

    completer = CommandCompleter(COMMANDS, suggests)
    document = Document("/log 2h baked #ca")
    found = [it async for it in completer.get_completions_async(document, CompleteEvent())]
    assert (found[0].text, found[0].start_position) == ("#care", -3)


@pytest.mark.parametrize("typed", ["/pay ", "/pay @", "/thank @Gr", "/thank @bo @"])
async def test_a_name_of_two_words_is_completed_as_one_person(typed: str) -> None:
    async def suggests(row: str, asked: Asked) -> list[Suggestion]:
        return [Suggestion(name, Words(name)) for name in ("Grandma Liisa", "bo")]

    completer = CommandCompleter(COMMANDS, suggests)
    found = completer.get_completions_async(Document(typed), CompleteEvent())
    assert [it.text async for it in found][:2] == ['@"Grandma Liisa"', "@bo"]


def test_whoever_is_typing_says_nothing_yet() -> None:
    message = Console("ann", "s").typing("bo@garden: /show ")
    assert (message.actor.id, message.place.room, message.words) == ("bo", "garden", "")
