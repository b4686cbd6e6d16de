"""Names of nobody here: an entry of theirs is no entry of whoever types."""

from __future__ import annotations

import pytest

from bot.language.tokens import tokenize
from bot.phrasing.clocks import span_at
from tests.first_lines.measure import Unseen
from tests.first_lines.test_first_lines import said

CALLED = "Nobody here is called “{}”."


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Lena did 3h in the garden", "lena"),
        ("die Lena hat am Montag 2 Stunden gekocht", "lena"),
        ("ruth and @bo carried crates for an hour", "ruth"),
        ("@bo and ruth did 2h each in the shed", "ruth"),
        ("i paid 42 EUR for pizza for me ruth and bo", "ruth"),
        ("whats lenas balance", "lena"),
    ],
)
def test_who_is_nobody_here_is_told_so(line: str, name: str) -> None:
    first = Unseen("en", line, ()).first("room")
    told, left = said(first, first.line)
    assert CALLED.format(name) in told.text
    assert not left


@pytest.mark.parametrize(
    "line",
    [
        "we did 3h in the garden",
        "das Plenum hat 2 Stunden gedauert",
        "bread and @bo did 2h",
        "why did P1 pass",
        "bo and me carried crates, an hour each",
        "what's this balance",
    ],
)
def test_what_is_no_name_is_none(line: str) -> None:
    first = Unseen("en", line, ()).first("room")
    told, _ = said(first, first.line)
    names = {"plenum", "we", "p1", "this", "carried", "das"}
    assert not any(CALLED.format(each) in told.text for each in names)


@pytest.mark.parametrize(
    ("line", "typed"),
    [
        ("9 til 12 on the shop floor", "3h"),
        ("halb drei bis fünf Stand", "2h30"),
        ("von halb neun bis elf Kisten", "2h30"),
        ("ten till two at the counter", "4h"),
        ("9:30 to 11 opening", "1h30"),
        ("2 bis 3 leute", ""),
        ("2 bis 3 stunden", ""),
        ("9 people", ""),
        ("3 and a half hours", ""),
        ("mo bis fr", ""),
    ],
)
def test_a_span_of_the_day_is_an_amount(line: str, typed: str) -> None:
    found = span_at([*tokenize(line)], 0)
    assert (found.typed if found else "") == typed
