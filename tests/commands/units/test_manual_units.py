"""The page on units tells what is: every term is an option, and every line on it reads."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from bot.command import Setting
from bot.grammar.lines import parse
from bot.language.units import own_unit
from commands import FEATURES
from commands.units.units import COMMANDS

PAGE = (Path(__file__).parents[3] / "docs" / "units.md").read_text("utf-8")
TERM_ROW = re.compile(r"^\| `(--[\w-]+) [^`]+` \|", re.MULTILINE)
LINE = re.compile(r"`/?(unit [^`…]+)`|--do \"(unit [^\"]+)\"|`/(pay [^`]+)`")


def test_every_term_is_on_the_page() -> None:
    create = next(command for command in COMMANDS if command.name == "unit create")
    options = {f"--{option.name}" for option in create.options if not option.positional}
    assert set(TERM_ROW.findall(PAGE)) == options - {"--decimals", "--also"}


@pytest.mark.parametrize("line", ["".join(found) for found in LINE.findall(PAGE)])
def test_every_line_on_the_page_reads(line: str) -> None:
    own = {"leaf": own_unit("leaf", 0), "star": own_unit("star", 2)}
    setting = Setting("en", "UTC", dt.datetime(2026, 5, 4, tzinfo=dt.UTC), own)
    assert parse(line, FEATURES.commands, setting).command.startswith(line.split(maxsplit=1)[0])


def test_the_page_has_lines() -> None:
    assert len(LINE.findall(PAGE)) >= 12
