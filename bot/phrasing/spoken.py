"""Amounts as they are spoken: `half an hour`, `9:00-11:30`, `zwei Stunden`, as the grammar reads them.

Only what has one meaning is read; everything else is left to the grammar, which asks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.language.numerals import plain

WORDS_READ: Final = 8
"""No spoken amount has more words: `from 9:00 am to 11:30 am`."""

_DAY: Final = 24 * 60

_ONES: Final = {
    1: "one a an ein eine einer einen einem eins oane",
    2: "two zwei zwoa zwo",
    3: "three drei",
    4: "four vier",
    5: "five fünf",
    6: "six sechs",
    7: "seven sieben",
    8: "eight acht",
    9: "nine neun",
    10: "ten zehn",
    11: "eleven elf",
    12: "twelve zwölf",
    15: "fifteen fünfzehn",
    20: "twenty zwanzig",
    25: "twenty-five fünfundzwanzig",
    30: "thirty dreißig dreissig",
    40: "forty vierzig",
    45: "forty-five fünfundvierzig",
    50: "fifty fünfzig",
    60: "sixty sechzig",
    90: "ninety neunzig",
    100: "hundred hundert",
}
NUMBERS: Final = {word: number for number, words in _ONES.items() for word in words.split()}
"""The number that a word says."""

_NUMBER = "|".join(sorted(map(re.escape, NUMBERS), key=len, reverse=True))
_HOURS = r"(?:hours?|hrs?|h|stunden?|stund|std)"
_MINUTES = r"(?:minutes?|mins?|min|m|minuten?)"
_HALVES: Final = (
    (r"(?:an? )?half (?:an? )?hour", 30),
    (r"(?:a |one )?quarter (?:of an )?hour", 15),
    (r"three[ -]quarters of an hour", 45),
    (r"(?:eine? )?halbe? stunde?|(?:ne )halbe stunde", 30),
    (r"(?:eine? )?viertel ?stunde", 15),
    (r"(?:eine? )?dreiviertel ?stunde", 45),
    (r"(?:an?|one) hour and a half", 90),
    (rf"(?:eineinhalb|anderthalb|einundeinhalb) {_HOURS}", 90),
)
_FIXED = tuple((re.compile(pattern), minutes) for pattern, minutes in _HALVES)
_AND_A_HALF = re.compile(rf"(?P<n>\d{{1,6}}|{_NUMBER}) (?:and a half {_HOURS}|{_HOURS} and a half)")
_EINHALB = re.compile(rf"(?P<n>{_NUMBER})einhalb {_HOURS}")
_COUNTED = re.compile(
    rf"(?P<n>\d{{1,6}}|{_NUMBER}) (?P<unit>{_HOURS}|{_MINUTES})"
    rf"(?: (?:and|und) (?P<m>\d{{1,6}}|{_NUMBER}) {_MINUTES})?"
)
_MONEY: Final = {
    "euro": "EUR",
    "euros": "EUR",
    "pound": "GBP",
    "pounds": "GBP",
    "dollar": "USD",
    "dollars": "USD",
    "franken": "CHF",
}
_MONEYED = re.compile(
    rf"(?P<n>\d{{1,6}}) (?P<unit>{'|'.join(_MONEY)})(?: (?:and|und))? (?P<m>\d\d)"
    r"(?: (?P<c>cents?|pence|rappen))?"
)
_CLOCK = r"(\d{1,2})(?:[:.](\d\d))? ?(am|pm|uhr|h)?"
_FROM, _TO = r"(?P<from>from |von )?", r" ?(?P<to>-|to|bis|until|till) ?"
_SPAN = re.compile(_FROM + _CLOCK + _TO + _CLOCK)


_BEGINS = re.compile(
    rf"(?:{_NUMBER})(?:einhalb)?|half|halbe?|ne|quarter|three-quarters|(?:drei)?viertel(?:stunde)?"
    r"|eineinhalb|anderthalb|einundeinhalb|from|von"
)
"""What the first word of an amount that is spoken looks like: most words are none of these."""

_BEHIND_FIGURES = re.compile(r"half|stund|cent|pence|rappen|-|to|bis|until|till")
"""What is somewhere in it where it begins with figures; else the grammar reads it as it stands."""


def may_be_spoken(word: str) -> bool:
    """Whether an amount in words may begin with this one."""
    return _BEGINS.fullmatch(_compared(word)) is not None


def spoken_amount(words: Sequence[str]) -> tuple[str, int] | None:
    """The amount that the words begin with, as it is typed, and how many words say it."""
    first = _compared(words[0]) if words else ""
    figures = first[:1].isdecimal()
    if not figures and not _BEGINS.fullmatch(first):
        return _tidied(words)
    compared = [*map(_compared, words[:WORDS_READ])]
    if not figures or _BEHIND_FIGURES.search(" ".join(compared)):
        for used in range(len(compared), 0, -1):
            found = _hours(" ".join(compared[:used]))
            if found:
                return found, used
    return _tidied(words)


def _compared(word: str) -> str:
    return plain(word[:40]).casefold().rstrip(".,;:!")


def _hours(text: str) -> str:
    for pattern, minutes in () if text[0].isdecimal() else _FIXED:
        if pattern.fullmatch(text):
            return typed_minutes(minutes)
    if found := _AND_A_HALF.fullmatch(text) or _EINHALB.fullmatch(text):
        return typed_minutes(_count(found["n"]) * 60 + 30)
    if found := _COUNTED.fullmatch(text):
        return _counted(found)
    if (found := _MONEYED.fullmatch(text)) and found["c"]:
        return f"{found['n']}.{found['m']}{_MONEY[found['unit']]}"
    return _span(text)


def _counted(found: re.Match[str]) -> str:
    """A number of hours or minutes in words; in digits the grammar reads it itself."""
    dialect = found["unit"] == "stund"
    if found["n"].isdecimal() and not dialect:
        return ""
    count = _count(found["n"])
    hours = re.fullmatch(_HOURS, found["unit"]) is not None
    if count == 1 and not hours:
        return ""  # `a minute taker`
    return typed_minutes(count * (60 if hours else 1) + (_count(found["m"]) if found["m"] else 0))


def _count(word: str) -> int:
    return int(word) if word.isdecimal() else NUMBERS[word]


def _span(text: str) -> str:
    """From one time of the day to another, where it can be nothing else."""
    found = _SPAN.fullmatch(text)
    if found is None:
        return ""
    _, hour, minute, half, _, to_hour, to_minute, to_half = found.groups()
    if not (found["from"] or half or to_half or (minute and to_minute)):
        return ""
    begin, end = (
        _at(hour, minute, half or _half(to_half)),
        _at(to_hour, to_minute, to_half or _half(half)),
    )
    if begin is None or end is None or begin == end:
        return ""
    return typed_minutes((end - begin) % _DAY) if end > begin else ""


def loose_span(word: str) -> str:
    """`9-11`, which may be from nine to eleven: only to be offered."""
    found = re.fullmatch(r"(\d{1,2})(?::(\d\d))?[-–](\d{1,2})(?::(\d\d))?", word)
    if found is None:
        return ""
    begin, end = _at(found[1], found[2], None), _at(found[3], found[4], None)
    return typed_minutes(end - begin) if begin is not None and end is not None and end > begin else ""


def loose_money(words: Sequence[str]) -> str:
    """`14 euros 50`, where words say what it was for: only to be offered, for it may be 50 of them."""
    found = _MONEYED.fullmatch(" ".join(map(_compared, words)))
    return f"{found['n']}.{found['m']}{_MONEY[found['unit']]}" if found else ""


def _half(of_other: str | None) -> str | None:
    """`9 to 11am`: the other time is in the same half of the day."""
    return of_other if of_other in {"am", "pm"} else None


def _at(hour: str, minute: str | None, half: str | None) -> int | None:
    hours, minutes = int(hour), int(minute or "0")
    if half in {"am", "pm"}:
        if not 0 < hours <= 12:
            return None
        hours = hours % 12 + (12 if half == "pm" else 0)
    return hours * 60 + minutes if hours <= 24 and minutes < 60 else None


def typed_minutes(minutes: int) -> str:
    """So many minutes as they are typed: `45m`, `2h`, `2h30`."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}m"
    return f"{hours}h{rest:02}" if rest else f"{hours}h"


_DASHED = re.compile(r"(?P<n>\d[\d.']*)[,.][-–—]+")


def _tidied(words: Sequence[str]) -> tuple[str, int] | None:
    """An amount in digits without what stands around it: `2h:`, `20,- €`, `⏰2h`."""
    first = words[0] if words else ""
    bare = first.rstrip(":").lstrip("⏰⏱🕐🕑🕒⌚\ufe0f")
    if dashed := _DASHED.match(bare):
        bare = dashed["n"] + bare[dashed.end() :]
    if bare == first or not any(each.isdecimal() for each in bare):
        return None
    return bare, 1
