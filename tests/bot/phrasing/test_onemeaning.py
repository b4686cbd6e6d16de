"""A plain line is read at once, and says the same as where it is looked at twice."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.collective.state import State
from bot.command import Setting
from bot.language.calendar_words import ARTICLES, DAY_PARTS, DAYS_FROM_TODAY, MARKS_BEFORE, UNITS
from bot.phrasing import doubts, hints, onemeaning, rewording
from bot.phrasing.known import Known
from bot.phrasing.wording import words_of
from commands import FEATURES
from tests.house import BEGIN

LANGUAGES = ("en", "de")


def known_in(language: str) -> Known:
    return Known(State(""), FEATURES, Setting(language, "Europe/Berlin", BEGIN), lambda: "")


def slowly(line: str, known: Known) -> tuple[object, ...]:
    with (
        patch.object(doubts, "has_one_meaning", return_value=False),
        patch.object(hints, "has_one_meaning", return_value=False),
        patch.object(rewording, "has_one_meaning", return_value=False),
    ):
        return told(line, known)


def told(line: str, known: Known) -> tuple[object, ...]:
    return doubts.doubt(line, known), rewording.understood(line, known), hints.hint(line, known, "C1")


@pytest.mark.parametrize(
    "line",
    [
        "log 1h30 cleaned the kitchen and the hall #care",
        "log 45m watered the beds behind the greenhouse",
        "log 12.50 EUR flour and yeast",
        "log 3 kg apples from the old tree #goods",
        "log 40m repaired the bicycle trailer; the left wheel needs a new spoke soon",
        "log 2 hours worked in the garden",
        "expense 12 EUR eggs #food",
    ],
)
def test_most_entries_are_plain(line: str) -> None:
    known = known_in("en")
    assert onemeaning.has_one_meaning(line, known)
    assert told(line, known) == (None, line, None)


@pytest.mark.parametrize(
    "line",
    [
        "log 3h digging and 1h watering",
        "log 3h digging and an hour watering",
        "log 3h digging, half an hour watering",
        "log 3h digging, half hour watering",
        "log 3h digging; half hour watering",
        "log 2 hours and a half cooking",
        "log 2h cooked with bo",
        "log 2h cooked for bo",
        "log 2h cleaning everyone",
        "log 2h cooked @bo",
        "log 2h cooked yesterday",
        "log 2h cooked on monday",
        "log 2h monday cooking",
        "log 2h cooked a week ago",
        "log 2h cooked 5 days ago",
        "log 2h #care cooked",
        'log 2h "cooked"',
        "log 2h cooked --on monday",
        "log 2h cooked —on monday",
        "log 2h cooked\nmore words",
        "log 2h",
        "log two hours cooked",
        "log 9-11 cooked",
        "Log: 2h cooked",
        "thank @bo 2h cooking",
        "need 2h help",
    ],
)
def test_what_may_say_more_is_not(line: str) -> None:
    assert not onemeaning.has_one_meaning(line, known_in("en"))


PHRASES = (UNITS, DAYS_FROM_TODAY, MARKS_BEFORE, ARTICLES, DAY_PARTS)
WORDS = st.sampled_from(
    sorted(
        words_of(
            """cooked the kitchen a an on in of am bo @bo and und & + plus with mit w/ for für everyone
            alle half halbe Stund stunde viertel an hour hours minutes yesterday gestern monday
            Montag last next week days ago vor 5 12.50 EUR € €5 2h: 1h30 #care :garden "quoted --on
            —on --again - , ; . bread, bread; (bread) l'an may May mai evening morning abend today
            heute now --help -h two zwei twenty quarter to till bis 2-3h 9-11 ² ٣ 3d tag jetzt me
            mich we wir"""
        )
        | {" ".join(each) for table in PHRASES for each in table}
    )
)
AMOUNTS = st.sampled_from(
    """1h|1h30|45m|20min|2h:|0h|1,5h|2 hours|2 Stund|2 Stunden|3 kg|12.50 EUR|12,50 EUR|14 euros|3 boxes
    """.strip().split("|")
)


@settings(max_examples=600)
@given(
    st.sampled_from(["log", "expense", "income", "need", "LOG"]),
    AMOUNTS,
    st.lists(WORDS, max_size=7),
    st.sampled_from(LANGUAGES),
)
@example("log", "2 Stund", ["cooked"], "de")
@example("log", "1h", ["a", "week"], "en")
@example("log", "1h", ["bread,", "half", "hour", "cooked"], "en")
@example("log", "1h", ["on", "montag", "bread"], "de")
def test_a_second_look_finds_nothing_in_a_plain_line(
    command: str, amount: str, words: list[str], language: str
) -> None:
    line = " ".join([command, amount, *words])
    known = known_in(language)
    if onemeaning.has_one_meaning(line, known):
        assert slowly(line, known_in(language)) == (None, line, None)
