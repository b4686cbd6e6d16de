"""Numbers and amounts as they are only spoken: `thirty-one euros ninety`, `dreieinviertel Stunden`.

They are read where a whole line is offered, and never done by themselves: what is only nearly an amount
may be meant otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

from bot.language.numerals import plain
from bot.phrasing.spoken import typed_minutes
from bot.phrasing.vocabulary import distance, folded
from bot.phrasing.wording import words_of

FIGURES_MAX: Final = 7
"""A longer number is none that anybody speaks of; cut off it would be another one."""

NUMBER_WORDS: Final = 6
"""No number that people write out has more words: `two hundred and thirty one`."""

_ONES_WORDS: Final = """
    zero null/one ein eins/two zwei zwo/three drei/four vier/five fünf fuenf/six sechs/
    seven sieben/eight acht/nine neun/ten zehn/eleven elf/twelve zwölf zwoelf/thirteen dreizehn/
    fourteen vierzehn/fifteen fünfzehn fuenfzehn/sixteen sechzehn/seventeen siebzehn/
    eighteen achtzehn/nineteen neunzehn"""
_TENS_WORDS: Final = """twenty zwanzig/thirty dreißig dreissig/forty vierzig/fifty fünfzig fuenfzig/
    sixty sechzig/seventy siebzig/eighty achtzig/ninety neunzig"""
_ONES: Final = {
    word: number for number, them in enumerate(_ONES_WORDS.split("/")) for word in them.split()
}
_TENS: Final = {
    word: 20 + 10 * at for at, them in enumerate(_TENS_WORDS.split("/")) for word in them.split()
}
_HUNDREDS: Final = {"hundred": 100, "hundert": 100, "thousand": 1000, "tausend": 1000}
_ARTICLES: Final = words_of("a an ein eine einen einer ne 'ne nen 'nen")
_AND: Final = words_of("and und")

_GERMAN: Final = re.compile(
    r"(?:(?P<thousands>\w*?)tausend)?(?:(?P<hundreds>\w*?)hundert)?(?:und)?(?P<rest>\w*)"
)
_ONES_AND_TENS: Final = re.compile(rf"({'|'.join(_ONES)})und({'|'.join(_TENS)})")

HOUR_WORDS: Final = words_of("hour hours hr hrs h stunde stunden std stund stdn")
MINUTE_WORDS: Final = words_of("minute minutes min mins m minuten minütchen")
_QUARTERS: Final[Mapping[str, int]] = {
    "half an hour": 30,
    "half hour": 30,
    "a half hour": 30,
    "halbe stunde": 30,
    "quarter of an hour": 15,
    "quarter hour": 15,
    "quarter of hour": 15,
    "three quarters of an hour": 45,
    "three quarters of hour": 45,
    "three quarter hour": 45,
    "viertelstunde": 15,
    "viertel stunde": 15,
    "dreiviertelstunde": 45,
    "dreiviertel stunde": 45,
    "drei viertel stunde": 45,
    "drei viertelstunden": 45,
    "dreiviertel stunden": 45,
}
_PARTS: Final[Mapping[str, int]] = {
    "and a half": 30,
    "and half": 30,
    "einhalb": 30,
    "und eine halbe": 30,
    "and a quarter": 15,
    "und eine viertel": 15,
    "und eine viertelstunde": 15,
    "and three quarters": 45,
    "und eine halbe stunde": 30,
    "und dreiviertel": 45,
    "½": 30,
    "1/2": 30,
    "¼": 15,
    "¾": 45,
}
"""Minutes behind a number of hours."""

_WITHIN: Final = re.compile(r"(?P<hours>\w+?)(?:und)?(?P<part>einhalb|einviertel|dreiviertel)")
_WITHIN_MINUTES: Final = {"einhalb": 30, "einviertel": 15, "dreiviertel": 45}
_ONE_AND_A_HALF: Final = words_of("anderthalb eineinhalb einenhalb")
MONEY_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(["euro", "euros", "eur", "€"], "EUR"),
    **dict.fromkeys(["pound", "pounds", "quid", "£"], "GBP"),
    **dict.fromkeys(["dollar", "dollars", "$"], "USD"),
    **dict.fromkeys(["franken", "chf"], "CHF"),
}
CENT_WORDS: Final = words_of("cent cents pence rappen")


class Read(NamedTuple):
    """What words say, as it is typed, and how many of them say it."""

    typed: str
    used: int


class _Part(NamedTuple):
    minutes: int
    used: int


@lru_cache(maxsize=4_000)
def number_in(word: str) -> int | None:
    """The number that one word says: `thirty-one`, `zweihundertfünfzig`, `31`."""
    if word.isdecimal():
        return int(word) if len(word) <= FIGURES_MAX else None
    said = word.replace("-", "")
    found = _ONES.get(said, _TENS.get(said, _HUNDREDS.get(said)))
    if found is not None:
        return found
    if "-" in word:
        tens, _, ones = word.partition("-")
        return _TENS[tens] + _ONES[ones] if tens in _TENS and 0 < _ONES.get(ones, 0) < 10 else None
    if parts := _ONES_AND_TENS.fullmatch(word):
        return _TENS[parts[2]] + _ONES[parts[1]]
    if "hundert" in word or "tausend" in word:
        return _compound(word)
    return None


def _compound(word: str) -> int | None:
    parts = _GERMAN.fullmatch(word)
    if parts is None:
        return None
    total = 0
    for name, times in (("thousands", 1000), ("hundreds", 100)):
        if parts[name] is not None:
            count = number_in(parts[name]) if parts[name] else 1
            if count is None:
                return None
            total += times * count
    rest = number_in(parts["rest"]) if parts["rest"] else 0
    return None if rest is None else total + rest


def number_at(words: Sequence[str]) -> tuple[int, int] | None:
    """The whole number that folded words begin with, and how many words say it."""
    total, used, last = 0, 0, 0
    for at, each in enumerate(words[:NUMBER_WORDS]):
        joins = each in _AND and used and last >= 100 and at + 1 < len(words)
        if joins and number_in(words[at + 1]) is not None:
            continue
        found = number_in(each)
        if found is None:
            break
        if each in _HUNDREDS and used:
            total, last = total * found, found
        elif not used or (last >= 100 and found < last) or (20 <= last < 100 and 0 < found < 10):
            if used and (each.isdecimal() or words[at - 1].isdecimal()):
                break
            total, last = total + found, found
        else:
            break
        used = at + 1
    return (total, used) if used else None


def spoken_at(words: Sequence[str]) -> Read | None:
    """The amount of time or money that words begin with as it is spoken; None where none is."""
    said = [_unslipped(folded(plain(each))) for each in words[:10]]
    return _time_at(said) or _money_at(said)


_NEARLY: Final = ("hour", "hours", "stunde", "stunden", "minuten", "minutes")


@lru_cache(maxsize=4_000)
def _unslipped(word: str) -> str:
    """A word; one for hours or minutes without its slip: `huor`, `studnen`."""
    if not 3 < len(word) < 9 or word[0] not in "hsm" or word in _NO_SLIPS or word in _NEARLY:
        return word
    return next((each for each in _NEARLY if distance(word, each) == 1), word)


_NO_SLIPS: Final = words_of("house houses our ours hurt hoar sour tour four stunden stunde minuten")


def _time_at(said: Sequence[str]) -> Read | None:
    if turned := _unit_first(said):
        return turned
    if quarter := _time_of_parts(said):
        return Read(typed_minutes(quarter.minutes), quarter.used)
    hours, used, minutes = _hours_at(said)
    if not used or used >= len(said):
        return None
    part, more = _part_at(said[used:])
    if more and used + more < len(said) and _is_hours(said[used + more]):  # two and a half hours
        return Read(typed_minutes(hours * 60 + part), used + more + 1)
    if _is_hours(said[used]):
        behind = _behind_hours(said[used + 1 :], alone=not minutes)
        return Read(typed_minutes(hours * 60 + minutes + behind.minutes), used + 1 + behind.used)
    if said[used] in MINUTE_WORDS and hours and not minutes and said[0] not in _ARTICLES:
        return Read(typed_minutes(hours), used + 1)
    return None


def _unit_first(said: Sequence[str]) -> Read | None:
    """`hours 3`, `Stunden: 2,5`, as in a form; of `the last hours 3 people came` that is none."""
    if len(said) < 2 or said[0].rstrip(":") not in _FORM_WORDS:
        return None
    found = _COUNTED.fullmatch(said[1])
    counts = said[2:3] != [] and (said[2] in HOUR_WORDS | MINUTE_WORDS or said[2] in MONEY_WORDS)
    if found is None or counts:
        return None
    hours = said[0].rstrip(":") in HOUR_WORDS
    minutes = round(Fraction(said[1].replace(",", ".")) * (60 if hours else 1))
    return Read(typed_minutes(minutes), 2) if minutes else None


_FORM_WORDS: Final = words_of("hours hrs stunden std mins minuten")
_COUNTED: Final = re.compile(r"\d{1,3}(?:[.,]\d{1,2})?")


def _behind_hours(said: Sequence[str], *, alone: bool) -> _Part:
    """The minutes that are said behind hours: `and a half`, `und eine viertelstunde`, `15 minutes`."""
    part, more = _part_at(said)
    if more:
        return _Part(part, more)
    joined = int(bool(said) and said[0] in _AND)
    behind = said[joined:]
    quarter = _time_of_parts(behind)
    if joined and quarter:
        return _Part(quarter.minutes, joined + quarter.used)
    found = number_at(behind)
    if found is None or found[0] >= 60:
        return _Part(0, 0)
    minutes, used = found
    if len(behind) > used and behind[used] in MINUTE_WORDS:
        return _Part(minutes, joined + used + 1)
    bare = alone and not joined and minutes in {15, 20, 30, 40, 45} and used == 1
    if bare and (not behind[1:] or behind[1] in _BEHIND):  # 1 hour 30
        return _Part(minutes, 1)
    return _Part(0, 0)


_BEHIND: Final = words_of(
    "for on of für fürs fuer an am im in mit with beim yesterday gestern today heute"
)
"""Behind these words or at an end `1 hour 30` is an amount."""


def _time_of_parts(said: Sequence[str]) -> _Part | None:
    begun = int(bool(said) and said[0] in _ARTICLES)
    for used in (5, 4, 3, 2, 1):
        minutes = _QUARTERS.get(" ".join(said[begun : begun + used]))
        if minutes is not None and len(said) >= begun + used:
            return _Part(minutes, begun + used)
    return None


def _hours_at(said: Sequence[str]) -> tuple[int, int, int]:
    """The number of hours, how many words say it, and the minutes that are in the same word."""
    if not said:
        return 0, 0, 0
    if said[0] in _ONE_AND_A_HALF:
        return 1, 1, 30
    if parts := _WITHIN.fullmatch(said[0]):
        hours = number_in(parts["hours"])
        if hours is not None:
            return hours, 1, _WITHIN_MINUTES[parts["part"]]
    if said[0] in _ARTICLES:
        return 1, 1, 0
    found = number_at(said)
    return (*found, 0) if found else (0, 0, 0)


def _part_at(said: Sequence[str]) -> tuple[int, int]:
    for used in (4, 3, 2, 1):
        minutes = _PARTS.get(" ".join(said[:used])) if len(said) >= used else None
        if minutes is not None:
            return minutes, used
    return 0, 0


def _is_hours(word: str) -> bool:
    return word in HOUR_WORDS


def _money_at(said: Sequence[str]) -> Read | None:
    begun = int(said[:1] == ["a"] or said[:1] == ["an"])
    found = number_at(said[begun:])
    if found is None or len(said) <= begun + found[1]:
        return None
    whole, used = found[0], begun + found[1]
    unit = MONEY_WORDS.get(said[used])
    if unit is None:
        return None
    used += 1
    joined = int(said[used : used + 1] != [] and said[used] in _AND)
    cents = number_at(said[used + joined :])
    if cents and 0 < cents[0] < 100:
        end = used + joined + cents[1]
        counted = said[end : end + 1] != [] and said[end] in CENT_WORDS
        if counted or (not joined and cents[0] >= 10 and said[end : end + 1] != ["euro"]):
            return Read(f"{whole}.{cents[0]:02} {unit}", end + counted)
    return Read(f"{whole} {unit}", used)
