"""Whatever is typed as a day, a moment or a period is a value or a refusal, in little time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat import Refusal
from bot.language.clock import local_day
from bot.language.days import read_day
from bot.language.moments import read_when
from bot.language.periods import read_period
from tests.bot.language.calendars import (
    HELSINKI,
    LANGUAGES,
    NOW,
    TODAY,
    ZONES,
    in_plain_words,
    january,
    refusal,
)
from tests.house.steps import grows_with, halved

NOW_AND_THEN = st.datetimes(january(1971), january(9998)).map(lambda at: at.replace(tzinfo=dt.UTC))
ODD = st.text(st.characters(exclude_categories=()), max_size=8)
PIECES = (
    *("1", "12", "31", "99999", "2026", "9999", "0000", ".", "..", "/", "-", ":", "+", ",", "T"),
    *("in", "ago", "last", "next", "since", "il y a", "d", "h", "pm", "Uhr", "at", "klo", "Q4", "W53"),
    *("fri", "mar", "nov", "may", "hier", "pe", "la", "today", "week", "month", "end of month"),
    *("\x00", "\u202e", "\u200b", "\ud800", "😀", "מחר", "İ", "ß", "½", "١"),
)
WORDS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=8),
    st.lists(st.lists(st.one_of(st.sampled_from(PIECES), ODD), max_size=5).map("".join), max_size=8),
    st.lists(ODD, max_size=14),
)


@settings(max_examples=600, deadline=None)
@given(
    words=WORDS,
    language=st.sampled_from((*LANGUAGES, "en-US", "sv", "xx", "", "not a language")),
    now=NOW_AND_THEN,
    zone=st.sampled_from(ZONES),
)
def test_any_words_are_a_value_or_a_refusal_and_nothing_else(
    words: list[str], language: str, now: dt.datetime, zone: str
) -> None:
    today = local_day(now, zone)
    wants: tuple[Callable[[Sequence[str]], tuple[Any, int]], ...] = (
        lambda some: read_day(some, language, today),
        lambda some: read_day(some, language, today, prefer="future"),
        lambda some: read_when(some, language, now, zone),
        lambda some: read_period(some, language, today),
    )
    for read in wants:
        try:
            value, used = read(words)
        except Refusal as misread:
            in_plain_words(misread, "en")
        else:
            assert 1 <= used <= len(words)
            assert read(words[:used]) == (value, used)


HOSTILE: list[list[str]] = [
    ["x" * 60_000],
    ["1" * 60_000],
    ["1." * 30_000],
    ["2026-" * 12_000],
    [".." * 30_000],
    ["2026-01-01.." * 5_000],
    ["firda" * 12_000],
    ["½" * 60_000],
    ["\ufdfa" * 60_000],
    ["firdax", *["last"] * 15_000],
    ["a"] * 30_000,
    ["in"] * 30_000,
]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_sixty_thousand_characters_are_refused_with_work_in_proportion(words: list[str]) -> None:
    def read(words: list[str]) -> None:
        refusal(lambda: read_day(words, "en", TODAY))
        refusal(lambda: read_when(words, "en", NOW, HELSINKI))
        refusal(lambda: read_period(words, "en", TODAY))

    assert grows_with(read, halved(words), words)
