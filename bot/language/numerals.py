"""The pieces of a typed amount: numbers as people write them, unit words and marks.

Every way of writing a digit, a fraction or a separator becomes one, before anything is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

_WORDS_READ: Final = 10
"""No amount has more words: six groups of digits, a unit, and the minutes behind an hour."""

_WORD_CHARACTERS: Final = 64
"""What is looked at of one word: longer than any unit or number that is accepted."""


def plain(word: str) -> str:
    """The word with any script's decimal digits, full-width forms and fractions as ASCII.

    Superscripts and circled digits are no decimal digits and stay: `3²h` is not `32h`.
    """
    if word.isascii():
        return word
    return "".join(map(_plain_character, unicodedata.normalize("NFC", word)))


_SLASH: Final = "\N{FRACTION SLASH}"

_PLAIN: Final = {
    **{
        char: " " + unicodedata.normalize("NFKC", char).replace(_SLASH, "/")
        for char in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
    },
    **dict.fromkeys("\N{MINUS SIGN}\N{EN DASH}\N{EM DASH}\N{SMALL HYPHEN-MINUS}", "-"),
    **dict.fromkeys("\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}", "'"),
    "\N{ARABIC THOUSANDS SEPARATOR}": "'",
    "\N{ARABIC DECIMAL SEPARATOR}": ".",
    "\N{ARABIC COMMA}": ",",
    _SLASH: "/",
    "\N{FULLWIDTH YEN SIGN}": "¥",
    "\N{FULLWIDTH POUND SIGN}": "£",
}

_FULL_WIDTH: Final = range(0xFF01, 0xFF5F)


def _plain_character(char: str) -> str:
    if char in _PLAIN:
        return _PLAIN[char]
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    return chr(ord(char) - 0xFEE0) if ord(char) in _FULL_WIDTH else char


class Piece(NamedTuple):
    """A number, a unit word or a mark: in which typed word, and whether right behind the last."""

    kind: str
    text: str
    word: int
    glued: bool

    @property
    def digits(self) -> str:
        """Its text if it is digits and nothing else."""
        return self.text if self.text.isdecimal() else ""


NOTHING: Final = Piece("", "", -1, glued=False)
"""What follows the last piece."""


# Each alternative begins with characters that the others exclude, so that matching is linear.
_PIECE: Final = re.compile(
    r"(?P<number>[.,]?[0-9]+(?:[.,'][0-9]+)*)|(?P<mark>[:/+\-])|(?P<unit>[^\s0-9:/+\-]+)"
)


def pieces_in(words: Sequence[str]) -> Iterator[Piece]:
    """The pieces of the first words."""
    for index, word in enumerate(words[:_WORDS_READ]):
        end = -1
        for match in _PIECE.finditer(plain(word[:_WORD_CHARACTERS])):
            yield Piece(match.lastgroup or "", match.group(), index, match.start() == end)
            end = match.end()


class Number(NamedTuple):
    """A number as typed. `doubtful` is a lone separator before three digits (`1.250`)."""

    text: str
    value: Fraction | int
    doubtful: str = ""


_SEPARATOR: Final = re.compile(r"[.,']")

GROUP: Final = re.compile(r"[0-9]{3}(?:[.,][0-9]+)?")


@lru_cache(maxsize=1_000)
def number_in(text: str) -> Number | None:
    """The number in digits and separators; the last separator is the point if it stands alone."""
    marks = _SEPARATOR.findall(text)
    point = marks[-1] if marks and marks.count(marks[-1]) == 1 and marks[-1] != "'" else ""
    whole, _, rest = text.rpartition(point) if point else (text, "", "")
    groups = _SEPARATOR.split(whole)
    between = set(marks) - {point}
    if len(between) > 1 or not _grouped(groups, {2, 3} if "," in between else {3}):
        return None
    digits = int("".join(groups) + rest)
    value = Fraction(digits, 10 ** len(rest)) if rest else digits
    in_doubt = marks == [point] and group_may_follow(whole) and GROUP.fullmatch(rest)
    return Number(text, value, point if in_doubt else "")


def group_may_follow(digits: str) -> bool:
    """Whether a separator behind these digits may part groups of three."""
    return digits.isdecimal() and len(digits) <= 3 and digits[0] != "0"


def _grouped(groups: Sequence[str], sizes: set[int]) -> bool:
    """Groups of three digits; behind commas also of two before the last, as in India."""
    first, *others = groups
    return not others or (
        group_may_follow(first)
        and len(others[-1]) == 3
        and all(len(group) in sizes for group in others)
    )
