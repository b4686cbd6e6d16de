"""A day to read by, languages and zones to try, and what a refusal says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from bot.chat import Misread, Refusal
from bot.text.languages import reader
from bot.text.rendering import render

LANGUAGES = ("en", "de", "fi", "fr", "es")
ZONES = ("UTC", "Europe/Helsinki", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")

TODAY = dt.date(2026, 11, 25)
"""A Wednesday."""

NOW = dt.datetime(2026, 11, 25, 12, 34, tzinfo=dt.UTC)
"""14:34 in Helsinki."""

HELSINKI = "Europe/Helsinki"


def split(typed: str) -> list[str]:
    return typed.split(" ") if typed else []


def january(year: int) -> dt.datetime:
    return dt.datetime(year, 1, 1)  # noqa: DTZ001 - bounds and clock faces have no zone


def refusal(read: Callable[[], Any]) -> Refusal:
    with pytest.raises(Misread) as caught:
        read()
    return caught.value


def in_plain_words(refused: Refusal, language: str) -> str:
    """Both sentences of a refusal as somebody reads them; fails if a place has no value."""
    parts = [part for part in (refused.reason, refused.instead) if part is not None]
    return " ".join(render(part, reader(language, "UTC")) for part in parts)
