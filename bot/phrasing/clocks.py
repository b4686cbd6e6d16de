"""Times of the day as they are spoken: `half past six in the evening`, `um halb vier nachmittags`.

A sentence is given back with each as `18:30`, so that what reads moments reads them; and a span ahead,
`in two hours`, as `in 2h`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from bot.language.tokens import Token
from bot.phrasing.numbers import HOUR_WORDS, MINUTE_WORDS, Read, number_at, spoken_at
from bot.phrasing.spoken import typed_minutes
from bot.phrasing.wording import word, words_of

_AT: Final = words_of("at um gegen by till until bis around")
_OCLOCK: Final = words_of("o'clock oclock uhr")
_PAST: Final = words_of("past after nach")
_TO: Final = words_of("to before vor")
_QUARTER: Final = words_of("quarter viertel")
_PARTS: Final = {
    ("in", "the", "morning"): 0,
    ("in", "the", "afternoon"): 12,
    ("in", "the", "evening"): 12,
    ("at", "night"): 12,
    ("am", "abend"): 12,
    ("am", "nachmittag"): 12,
    ("am", "morgen"): 0,
    ("am", "vormittag"): 0,
    ("in", "der", "früh"): 0,
    ("abends",): 12,
    ("nachmittags",): 12,
    ("morgens",): 0,
    ("vormittags",): 0,
    ("früh",): 0,
    ("nachts",): 0,
    ("mittags",): 12,
    ("pm",): 12,
    ("am",): 0,
}
"""What is said behind a time, with how many hours later it is meant."""

_BEFORE: Final = {
    "evening": 12,
    "afternoon": 12,
    "abend": 12,
    "nachmittag": 12,
    "morning": 0,
    "früh": 0,
}
"""What is said before one: `friday evening at six`."""

_GLUED: Final = ("abend", "nachmittag", "vormittag", "mittag", "früh")


class _Clock(NamedTuple):
    hour: int
    minute: int
    used: int
    sure: bool
    """Whether it can be nothing else than a time, without `at` before it."""


def clocked(tokens: Sequence[Token]) -> list[Token]:
    """A sentence with its spoken times as they are typed."""
    left, found = list(_apart(tokens)), list[Token]()
    while left:
        said = [word(token) for token in left[:8]]
        ahead = spoken_at(said[1:]) if said[0] == "in" and not left[0].quoted else None
        if ahead is not None and not ahead.typed[-1:].isupper():
            end = "," if left[ahead.used].text.endswith(",") else ""
            found += [left[0], Token(ahead.typed + end)]
            del left[: ahead.used + 1]
            continue
        begun = int(said[0] in _AT)
        clock = _clock(said[begun:]) if not left[0].quoted else None
        if clock is None or not (begun or clock.sure) or _counts(said[begun + clock.used :]):
            found.append(left.pop(0))
            continue
        hour, used = clock.hour, begun + clock.used
        later, more = _part(said[used:])
        if not more and found and word(found[-1]) in _BEFORE and len(found) > 1:
            later = _BEFORE[word(found.pop())]
        hour = hour + later if hour < 12 else hour
        end = "," if left[used + more - 1].text.endswith(",") else ""
        found.append(Token(f"{hour % 24:02}:{clock.minute:02}{end}"))
        del left[: used + more]
    return found


def span_at(tokens: Sequence[Token], at: int) -> Read | None:
    """How long it is from one time of the day to another, and how many words say so.

    `9 til 12` at the beginning, `von halb drei bis fünf` anywhere; `2 bis 3 leute` are people.
    """
    if not tokens[at:] or tokens[at].quoted:
        return None
    said = [word(token) for token in tokens[at : at + SPAN_WORDS]]
    begun = int(said[0] in _FROM)
    first = _time(said[begun:])
    if first is None or not (begun or not at):
        return None
    joint = begun + first.used
    last = _time(said[joint + 1 :]) if said[joint : joint + 1] and said[joint] in _UNTIL else None
    if last is None or _counts(said[joint + 1 + last.used :]):
        return None
    minutes = (last.hour - first.hour) * 60 + last.minute - first.minute
    if minutes <= 0 and max(first.hour, last.hour) <= HALF_A_DAY:
        minutes += HALF_A_DAY * 60  # from ten to one
    found = Read(typed_minutes(minutes), joint + 1 + last.used)
    return found if 0 < minutes <= HALF_A_DAY * 60 else None


SPAN_WORDS: Final = 12
HALF_A_DAY: Final = 12
_FROM: Final = words_of("from von between zwischen")
_UNTIL: Final = words_of("to til till until bis - – and und")
_FIGURES: Final = re.compile(r"(\d{1,2})(?:[:.](\d\d))?(am|pm|h|uhr)?")
_COUNTED: Final = words_of(
    "people leute personen helfer days tage weeks wochen times mal kg kilo eur euro €"
)


def _time(said: Sequence[str]) -> _Clock | None:
    """A time of the day that may be one end of a span."""
    found = _FIGURES.fullmatch(said[0]) if said else None
    if found is None:
        return _clock(said)
    hour, minute = int(found[1]), int(found[2] or "0")
    behind = said[1:2] != [] and said[1] in _OCLOCK | {"pm"}
    half = found[3] or (said[1] if behind else "")
    hour += HALF_A_DAY if half == "pm" and hour < HALF_A_DAY else 0
    return _Clock(hour, minute, 1 + behind, sure=True) if hour <= 24 and minute < 60 else None


def _counts(behind: Sequence[str]) -> bool:
    return _is_span(behind) or bool(behind and behind[0] in _COUNTED)


def _apart(tokens: Sequence[Token]) -> Sequence[Token]:
    """`sonntagabend` as two words."""
    apart = list[Token]()
    for token in tokens:
        said = word(token)
        part = next((p for p in _GLUED if said.endswith(f"tag{p}") or said == f"mittwoch{p}"), "")
        if part:
            apart += [Token(token.text[: said.index(part)]), Token(part)]
        else:
            apart.append(token)
    return apart


def _is_span(behind: Sequence[str]) -> bool:
    """Whether it is an amount of time: `um drei stunden`."""
    return bool(behind) and behind[0] in HOUR_WORDS | MINUTE_WORDS


def _clock(said: Sequence[str]) -> _Clock | None:
    if not said:
        return None
    if said[0] in {"half", "halb"}:
        past = int(said[1:2] == ["past"])
        found = _hour(said[1 + past :])
        if found is None or (said[0] == "half" and not past):
            return None
        hour = found[0] if past else (found[0] - 1) % 12
        return _Clock(hour, 30, 1 + past + found[1], sure=True)
    minutes = (15, 1) if said[0] in _QUARTER else number_at(said)
    if minutes and len(said) > minutes[1] + 1 and 0 < minutes[0] < 30:
        joint = said[minutes[1]]
        found = _hour(said[minutes[1] + 1 :])
        if found and joint in _PAST | _TO and minutes[0] % 5 == 0:
            past = joint in _PAST
            minute = minutes[0] if past else 60 - minutes[0]
            return _Clock(
                found[0] if past else found[0] - 1, minute, minutes[1] + 1 + found[1], sure=True
            )
    found = _hour(said)
    if found is None:
        return None
    hour, used = found
    oclock = said[used - 1] in _OCLOCK
    more = number_at(said[used:])
    if more and more[0] in {15, 30, 45} and not said[used].isdecimal():
        return _Clock(hour, more[0], used + more[1], oclock)
    sure = oclock or _part(said[used:])[1] > 0
    return _Clock(hour, 0, used, sure)


def _hour(said: Sequence[str]) -> tuple[int, int] | None:
    found = number_at(said[:1])
    if found is None or not 0 < found[0] <= 24:
        return None
    return found[0], 1 + int(said[1:2] != [] and said[1] in _OCLOCK)


def _part(said: Sequence[str]) -> tuple[int, int]:
    for used in (3, 2, 1):
        later = _PARTS.get(tuple(said[:used]))
        if later is not None and len(said) >= used:
            return later, used
    return 0, 0
