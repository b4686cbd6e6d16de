"""The page on sharing out tells what is: every equation on it reads, and the presets are these."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.value.presets import PRESETS
from bot.value.reading import read_equation

PAGE = (Path(__file__).parents[3] / "docs" / "sharing-out.md").read_text("utf-8")
PRESET_ROW = re.compile(r"\| `([\w-]+)` \| `([^`]+)` \|")
EQUATION_ROW = re.compile(r"\| `((?:rest|[0-9]+%) [^`]+)` \|")


def test_the_presets_on_the_page_are_the_presets() -> None:
    assert {name: read_equation(text) for name, text in PRESET_ROW.findall(PAGE)} == PRESETS


@pytest.mark.parametrize("text", EQUATION_ROW.findall(PAGE))
def test_every_equation_on_the_page_reads(text: str) -> None:
    assert read_equation(text).buckets


def test_the_page_has_equations() -> None:
    assert len(EQUATION_ROW.findall(PAGE)) > len(PRESETS)
