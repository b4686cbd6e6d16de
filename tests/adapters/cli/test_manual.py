"""The pages that are made from the code say what the code says."""

from __future__ import annotations

from pathlib import Path

from adapters.cli.manual import (
    COMMANDS_PAGE,
    EXAMPLE,
    REFUSALS_PAGE,
    RULES_PAGE,
    commands_page,
    example,
    refusals_page,
    rules_page,
)
from commands import FEATURES

ROOT = Path(__file__).parents[3]


def test_the_page_of_the_commands_is_what_is_declared() -> None:
    assert (ROOT / COMMANDS_PAGE).read_text(encoding="utf-8") == commands_page(), "make docs"


def test_every_command_stands_on_its_page_once() -> None:
    headings = [
        line.removeprefix("### ")
        for line in (ROOT / COMMANDS_PAGE).read_text(encoding="utf-8").splitlines()
        if line.startswith("### ")
    ]
    assert sorted(headings) == sorted(FEATURES.commands)


def test_the_page_of_the_rules_is_the_catalogue() -> None:
    assert (ROOT / RULES_PAGE).read_text(encoding="utf-8") == rules_page(), "make docs"


def test_the_page_of_the_refusals_is_their_table() -> None:
    assert (ROOT / REFUSALS_PAGE).read_text(encoding="utf-8") == refusals_page(), "make docs"


def test_the_example_shows_every_rule_with_its_default() -> None:
    written = (ROOT / EXAMPLE).read_text(encoding="utf-8")
    assert written == example(written), "make docs"
