"""What the console offers to complete."""

from __future__ import annotations

from adapters.console.client import completions
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
