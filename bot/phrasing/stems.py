"""Words as they are compared: their stems, and one word for what differs in each sentence.

German and English in one, since nobody says which they type. A stem is no word of a dictionary; it is
what forms of one word have in common: `abgegeben`, `abzugeben`, `abgeben` are `abgeb`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from bot.phrasing.spoken import NUMBERS
from bot.phrasing.vocabulary import folded
from bot.phrasing.wording import words_of

PLAIN: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e"})

WORDS_READ: Final = 24
"""Of a longer sentence the first words say what is wanted."""

PIECE: Final = 4
"""Pieces of words have so many letters."""

STEM_LETTERS: Final = 3
"""The least that is left of a word."""

WHO: Final = "<who>"
NUMBER: Final = "<n>"
HOURS: Final = "<hours>"
MONEY: Final = "<money>"
DAY: Final = "<day>"
MONTH: Final = "<month>"

_PREFIX = (
    "(?P<prefix>auf|ab|an|aus|bei|durch|ein|her|hin|los|mit|nach|um|vor|weg|zurueck|zusammen|zu|ueber)"
)
_PARTICIPLE = re.compile(rf"{_PREFIX}?ge(?P<rest>.{{3,}}(?:t|en))")
_INFINITIVE = re.compile(rf"{_PREFIX}zu(?P<rest>.{{4,}}n)")
_ENDINGS: Final = words_of("""
    ungen ing est ten tet ern te en er em es et ed st e s t n y""")
_LONGEST: Final = max(map(len, _ENDINGS))
REFERENCE: Final = re.compile(r"[a-z]\d{1,5}")
_FIGURES = re.compile(r"[-+]?\d[\d.,:]*")
_WITH_UNIT = re.compile(rf"{NUMBER}(\D+)")
_HOURS = re.compile(r"stunden?|std|stund|hours?|hrs?|h|minuten?|mins?|minutes?")
_MONEY = re.compile(r"euros?|eur|€|pounds?|dollars?|quid|franken|cents?")
_ONE: Final = 1
"""The number whose words are articles too: `a`, `eine`."""

_DAYS: Final = {
    word: day
    for day, words in enumerate(
        (
            "monday mondays mon montag montags montagabend mo",
            "tuesday tuesdays tue tues dienstag dienstags dienstagabend di",
            "wednesday wednesdays wed mittwoch mittwochs mittwochabend mi",
            "thursday thursdays thu thurs donnerstag donnerstags donnerstagabend do",
            "friday fridays fri freitag freitags freitagabend fr",
            "saturday saturdays sat samstag samstags samstagabend sonnabend sonnabends sa",
            "sunday sundays sun sonntag sonntags sonntagabend so",
        )
    )
    for word in words.split()
}
_NO_DAYS: Final = words_of("do so mi di mo fr sa")
"""The short names of days that are other words, too."""

_MONTHS: Final = words_of("""
    january february march april june july august september october november december
    januar jänner februar märz juni juli oktober dezember""")

_HALVES: Final = words_of("half halbe halben anderthalb eineinhalb zweieinhalb dreiviertel")


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The stem of a word in small letters."""
    found = word.translate(PLAIN)
    if parts := _PARTICIPLE.fullmatch(found) or _INFINITIVE.fullmatch(found):
        found = (parts["prefix"] or "") + parts["rest"]
    for length in range(min(_LONGEST, len(found) - STEM_LETTERS), 0, -1):
        if found[-length:] in _ENDINGS:
            return found[:-length]
    return found


def witnesses(words: Sequence[str]) -> Iterator[str]:
    """What says something of a sentence: its words, their stems, pairs of these, pieces of words."""
    said = [each.translate(PLAIN) for each in compared(words[:WORDS_READ])]
    stems = [each if each[0] == "<" else stem(each) for each in said]
    yield from said
    yield from (f"~{each}" for each in stems)
    yield from (f"{one} {other}" for one, other in pairwise(stems))
    yield from (f"^{each}" for each in stems[:1])
    for padded in (f"_{each}_" for each in said if each[0] != "<"):
        yield from (padded[at : at + PIECE] for at in range(len(padded) - PIECE + 1))


def compared(words: Sequence[str]) -> Iterator[str]:
    """The words in small letters; a number, a unit, a thing or somebody by what it is."""
    for each in words:
        said = _what_it_is(folded(each))
        unit = _WITH_UNIT.fullmatch(said)
        yield from filter(None, (NUMBER, _what_it_is(unit[1])) if unit else (said,))


@lru_cache(maxsize=20_000)
def _what_it_is(word: str) -> str:
    if word.startswith("@"):
        return WHO
    if REFERENCE.fullmatch(word):
        return f"<{word[0]}>"
    if _HOURS.fullmatch(word):
        return HOURS
    if _MONEY.fullmatch(word):
        return MONEY
    if word in _DAYS and word not in _NO_DAYS:
        return DAY
    if word in _MONTHS:
        return MONTH
    if word in _HALVES or NUMBERS.get(word, _ONE) != _ONE:
        return NUMBER
    return figures(word)


def figures(word: str) -> str:
    """A word with one word for every number in it."""
    return _FIGURES.sub(NUMBER, word)


def title_word(word: str) -> str:
    """A word as those of titles are compared: by its stem, a day in each language; or nothing.

    Small words stand in every title and say nothing of it.
    """
    said = folded(word).removesuffix("'s")
    if said in _DAYS:
        return f"<{_DAYS[said]}>"
    small = len(said) < TITLE_LETTERS or said in _SMALL
    return "" if small or not said.isalpha() else stem(said)


TITLE_LETTERS: Final = 3
"""A shorter word is in any title: `an`, `zu`."""

_SMALL: Final = words_of("""
    the and for with from that this these those have has had what when where which who how why will
    would shall should could can may not but are was were been our your their his her its into over
    more than then them they you all any some one two new get let make open buy day days poll vote
    need please thing about just now out off
    der die das dem den des ein eine einen einem einer und oder für mit von vom zum zur auf aus bei im
    ist sind war hat haben wird werden soll sollen nicht kein keine wir ihr sie ich mich mir uns euch
    was wann wer wie wo warum welche welcher welches noch mal neu neue neuen alle tag tage umfrage
    bitte das dass auch aber nur jetzt gegen
    """)
