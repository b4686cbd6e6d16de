"""What commands begin with, by platform and rule; what becomes of another platform's sign."""

from __future__ import annotations

from typing import Any

import pytest

from bot.collective.catalogue import rules_of
from bot.collective.prefixes import prefix_at
from bot.collective.ruletypes import Value
from tests.house import House


@pytest.mark.parametrize(
    ("rules", "platform", "prefix"),
    [
        ({}, "matrix", "!"),
        ({}, "console", "/"),
        ({}, "discord", "/"),
        ({"prefix": "/"}, "matrix", "/"),
        ({"prefix": "!"}, "console", "!"),
        ({"prefix": "?!"}, "matrix", "?!"),
        ({"prefix": "auto"}, "matrix", "!"),
    ],
)
def test_the_prefix_is_the_rules_or_the_platforms(
    rules: dict[str, Value], platform: str, prefix: str
) -> None:
    assert prefix_at(rules_of(rules), platform) == prefix


def told(words: str, rules: dict[str, Value], platform: str = "matrix", **more: Any) -> str:
    """What somebody is answered, with the sign of their prefix; empty for silence."""
    with House(rules, homes={platform: "home"}) as house:
        answer = house.say("anna", words, name="Anna", **more)
    return ("refused: " if answer.refused else "") + answer.text


HINTED: list[tuple[str, dict[str, Value], str]] = [
    ("!log 3h baked", {}, "C1"),
    ("/log 3h baked", {}, "refused: Commands begin with ! in this room; nothing was done."),
    ("/log 3h baked", {"prefix": "?!"}, "refused: Commands begin with ?! in this room"),
    ("!log 3h baked", {"prefix": "/"}, "refused: Commands begin with / in this room"),
    ("/log 3h baked", {"prefix": "/"}, "C1"),
    ("/shrug", {}, ""),
    ("/etc/hosts", {}, ""),
    ("/log 3h baked", {"listen": False}, ""),
]


@pytest.mark.parametrize(("words", "rules", "begins"), HINTED)
def test_on_matrix_a_command_behind_another_sign_is_answered_with_a_hint(
    words: str, rules: dict[str, Value], begins: str
) -> None:
    answer = told(words, rules)

    assert answer.startswith(begins)
    assert bool(answer) == bool(begins)
    if begins.startswith("refused"):
        prefix = prefix_at(rules_of(rules), "matrix")
        assert f"Send: {prefix}log 3h baked" in answer


@pytest.mark.parametrize(
    "line", ['log 3h baked #care @bo "for the feast" --on 2026-01-05', f"log 3h {'baked ' * 150}bread"]
)
@pytest.mark.parametrize(
    ("sign", "rules"), [("/", {}), ("!", {"prefix": "/"}), ("/", {"prefix": "?!"})]
)
def test_the_hint_carries_the_whole_line_so_that_it_works_as_it_stands(
    sign: str, rules: dict[str, Value], line: str
) -> None:
    with House(rules, homes={"matrix": "home"}) as house:
        house.say("bo", f"{prefix_at(rules_of(rules), 'matrix')}balance")
        hint = house.say("anna", sign + line, name="Anna").text
        again = next(row for row in hint.splitlines() if row.startswith("Send: ")).removeprefix(
            "Send: "
        )
        assert again == prefix_at(rules_of(rules), "matrix") + line
        assert not house.say("anna", again, name="Anna").refused


@pytest.mark.parametrize(
    "words", ["/log 3h baked\nand more", "/log 3h ba\u202eked", f"/log 3h {'x' * 7_000}"]
)
def test_a_line_that_no_hint_can_carry_whole_is_not_cut(words: str) -> None:
    answer = told(words, {})

    assert "Send it again with ! in place of /" in answer
    assert "baked" not in answer


def test_elsewhere_the_slash_always_works_and_talk_is_left_alone() -> None:
    assert told("/log 3h baked", {"prefix": "!"}, "console").startswith("C1")
    assert told("!log 3h baked", {}, "discord") == ""


@pytest.mark.parametrize("words", ["log 3h baked", "/log 3h baked", "!log 3h baked"])
def test_what_is_meant_for_the_bot_anyway_may_begin_with_any_sign(words: str) -> None:
    assert told(words, {}, addressed=True).startswith("C1")


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        ("log 3h baked", "C1"),
        ("!log 3h baked", "C1"),
        ("balance", "Anna"),
        ("thank you!", ""),
        ("helpful, thanks", ""),
        ("show", ""),
        ("log it tomorrow", ""),
        ("Done!", ""),
    ],
)
def test_an_answer_to_the_bot_acts_only_where_all_of_it_is_a_command(words: str, begins: str) -> None:
    answer = told(words, {}, answering=True)

    assert answer.startswith(begins)
    assert bool(answer) == bool(begins)
