"""What is said where words are no day, no time or no period, with a form that works."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Final

from bot.chat import Misread
from bot.language.calendar_words import (
    DAY_EXAMPLE,
    PERIOD_EXAMPLE,
    WHEN_EXAMPLE,
    base_language,
    locale_of,
    own_names,
)
from bot.language.line import Line
from bot.text.wording import Node, say

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 9999
"""Instants are counted from 1970; ISO 8601 writes years in four digits."""


def out_of_range(line: Line) -> Misread:
    """The refusal of a day outside the years that are known."""
    return Misread(
        "day-out-of-range",
        say(
            "I know the days of the years {first} to {last}.",
            first=str(FIRST_YEAR),
            last=str(LAST_YEAR),
        ),
        word=line.shown,
        instead=day_examples(line),
    )


def unclear_time(line: Line, at: int) -> Misread:
    """The refusal of a word that looks like a time and is none."""
    return Misread(
        "time-unclear",
        say("“{word}” is not a time that I know.", word=line.typed[at]),
        word=line.typed[at],
        instead=say("Type it like {one} or {two}.", one="18:30", two="6:30pm"),
    )


def unknown_day(line: Line) -> Misread:
    """The refusal of what is no day."""
    reason = say("“{word}” is not a day that I know.", word=line.shown)
    return _unknown(line, "day", reason if line.shown else say("A day is missing."), day_examples)


def unknown_when(line: Line) -> Misread:
    """The refusal of what is no time."""
    reason = say("“{word}” is not a time that I know.", word=line.shown)
    return _unknown(line, "when", reason if line.shown else say("A time is missing."), _when_examples)


def unknown_period(line: Line) -> Misread:
    """The refusal of what is no period."""
    reason = say("“{word}” is not a period that I know.", word=line.shown)
    missing = say("A period is missing.")
    return _unknown(line, "period", reason if line.shown else missing, period_examples)


def _unknown(line: Line, what: str, reason: Node, examples: Callable[[Line], Node]) -> Misread:
    return Misread(
        f"{what}-unknown" if line.shown else f"{what}-missing",
        reason,
        word=line.shown,
        instead=_meant(line, examples),
    )


def _meant(line: Line, examples: Callable[[Line], Node]) -> Node:
    """What was probably meant: a name that is spelled otherwise, a day of a month, or examples."""
    near = _near(line)
    if not near:
        return examples(line)
    if near != line.words[0]:
        return say("Did you mean “{near}”?", near=near)
    if {each.kind for each in own_names(line.language).get(near, ())} == {"month"}:
        return say("Say which day of it, for example {day}.", day=f"1 {near}")
    return examples(line)


def day_examples(line: Line) -> Node:
    """Days that can be typed, in the reader's language."""
    word = DAY_EXAMPLE.get(base_language(line.language), "yesterday")
    weekday = str(locale_of(line.language).days["stand-alone"]["wide"][4])
    return say(
        "For example {word}, {weekday} or {iso}.",
        word=word,
        weekday=weekday,
        iso=line.today.isoformat(),
    )


def _when_examples(line: Line) -> Node:
    examples = WHEN_EXAMPLE.get(base_language(line.language), ("tomorrow 18:00", "in 3 days"))
    iso = f"{line.today.isoformat()} 20:00"
    return say("For example {one}, {two} or {iso}.", one=examples[0], two=examples[1], iso=iso)


def period_examples(line: Line) -> Node:
    """Periods that can be typed, in the reader's language."""
    example = PERIOD_EXAMPLE.get(base_language(line.language), "last month")
    month = line.today.replace(day=1)
    return say(
        "For example {word}, {month} or {days}.",
        word=example,
        month=f"{month:%Y-%m}",
        days=f"{month}..{line.today}",
    )


def _near(line: Line) -> str:
    """The name of a day or month that was probably meant, or nothing."""
    word = line.words[0] if line.words else ""
    if len(word) > 20 or not word.isalpha():
        return ""
    known = [name for name in own_names(line.language) if len(name) > 3]
    known += ["today", "yesterday", "tomorrow"]
    return "".join(difflib.get_close_matches(word, known, 1, 0.75))
