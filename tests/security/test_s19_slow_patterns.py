"""S19, K15: reading takes work in proportion to what was typed, whatever was typed."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

import pytest

from bot.chat import Refusal
from bot.command import Setting, addressed
from bot.grammar.lines import parse
from tests.house import BEGIN, COMMANDS, House, settled
from tests.house.steps import GROWTH_MAX, grows_with, steps

SIZE = 60_000
LINE = 3_900
"""The longest line that is taken."""

PIECES = {
    "a letter": "a",
    "blanks": " ",
    "blanks and a letter": " a",
    "newlines": "\n",
    "quotes": '"',
    "quotes and blanks": '" ',
    "opening quotes": "“",
    "German quotes": "„a ",
    "hashes": "#a ",
    "ats": "@a ",
    "options": "--on ",
    "options that do not exist": "--x",
    "dashes": "-",
    "long dashes": "—a ",
    "digits": "9",
    "digits and points": "1.",
    "digits and commas": "1,",
    "groups": "1'000'",
    "fractions": "1/",
    "colons": "1:",
    "hours": "1h",
    "days": "1 day ",
    "dots": "..",
    "dates": "2026-01-01 ",
    "slashes": "/",
    "words": "word ",
    "emoji": "👩‍👩‍👧‍👦",
    "combining marks in order": "\u0316",
    "combining marks out of order": "\u0301\u0316",
    "three classes of marks": "\u0345\u0301\u0316",
    "Hangul parts": "\u1100\u1161\u11a8",
    "decomposed": "e\u0301",
    "long ligatures": "\ufdfa",
    "full width": "９",
    "carriage returns": "\r",
    "pairs": "\r\n",
    "nul": "\x00",
    "lone surrogates": "\ud800",
    "bidi": "\u202e",
    "backslashes": "\\",
    "braces": "{",
}
STARTS = (
    "log ",
    "log 1h ",
    "log 1h x --on ",
    "ledger ",
    "thank ",
    "amend C1 ",
    "role give ",
    "help ",
    "",
)


def read(words: str) -> None:
    behind = addressed(words, "!")
    with suppress(Refusal):
        parse(words if behind is None else behind, COMMANDS, Setting("de", "Europe/Berlin", BEGIN))


def of(piece: str, size: int) -> str:
    """So many signs of a piece."""
    return piece * (size // len(piece))


@pytest.mark.parametrize("size", [LINE, SIZE])
@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)
def test_a_line_is_read_with_work_in_proportion(piece: str, size: int) -> None:
    for start in STARTS:
        half, whole = (f"/{start}{of(piece, signs)}" for signs in (size // 2, size))
        assert grows_with(read, half, whole), start


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)
def test_the_longest_line_that_is_taken_is_answered_with_work_in_proportion(piece: str) -> None:
    with settled() as house:
        for start in STARTS:
            half, whole = (f"/{start}{of(piece, signs)}" for signs in (LINE // 2, LINE))
            assert grows_with(partial(house.say, "anna"), half, whole), start


@pytest.mark.parametrize("piece", ["a", "@a ", "\u0345\u0301\u0316", "\ud800", "\x00"])
def test_an_endless_edit_and_endless_talk_are_answered_with_work_in_proportion(piece: str) -> None:
    with settled() as house:
        for before in ("", "/log 1h "):
            half, whole = (f"{before}{of(piece, signs)}" for signs in (SIZE // 2, SIZE))
            assert grows_with(partial(house.say, "anna", edited=True), half, whole)


def test_a_crowd_with_similar_names_does_not_slow_a_slip_down() -> None:
    """Looking for the nearest name compares with everybody, so it must stay cheap for each."""
    alike = "ab" * 27

    def slip(crowd: int) -> int:
        with House() as house:
            house.hand_in([house.message(f"{n}", "/me", name=f"{alike}{n:04}") for n in range(crowd)])
            return steps(lambda: house.say("0", f"/balance @{alike}abab"))

    assert slip(300) <= GROWTH_MAX * slip(150)


def test_many_kinds_do_not_slow_the_next_one_down() -> None:
    def another(kinds: int) -> int:
        with House({"duplicates": "allow"}) as house:
            for number in range(kinds):
                house.say("0", f"/log 1 pcs x #{'ab' * 13}{number:04}")
            return steps(lambda: house.say("0", f"/log 1 pcs x #{'ba' * 15}"))

    assert another(150) <= GROWTH_MAX * another(75)
