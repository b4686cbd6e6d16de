"""A line of words, read from the left: each form takes some of them, or none.

`typed` is what people wrote, `words` how it is compared.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from bot.language.calendar_words import Kind, names_of
from bot.language.numerals import plain

T = TypeVar("T")
Found = tuple[T, int] | None
"""What was read, and where in the line reading goes on; None where it is something else."""

_WORDS_READ: Final = 12
_WORD_CHARACTERS: Final = 40


@dataclass(frozen=True, slots=True)
class Line:
    """The words as typed and as compared, and what their meaning depends on."""

    typed: Sequence[str]
    words: tuple[str, ...]
    language: str
    today: dt.date

    def name(self, at: int, kind: Kind) -> int | None:
        """The weekday or month that the word is."""
        word = self.words[at].rstrip(".") if at < len(self.words) else ""
        found = names_of(self.language).get(word, frozenset())
        return next((name.number for name in sorted(found) if name.kind == kind), None)

    def match(self, at: int, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The word, if the whole of it is like the pattern."""
        return pattern.fullmatch(self.words[at]) if at < len(self.words) else None

    def phrase(self, at: int, table: Mapping[tuple[str, ...], T]) -> Found[T]:
        """The longest phrase of the table that stands here."""
        for length in (4, 3, 2, 1):
            words = self.words[at : at + length]
            if len(words) == length and words in table:
                return table[words], at + length
        return None

    def skip(self, at: int, table: Mapping[tuple[str, ...], T]) -> int:
        """Behind a phrase of the table, if one stands here."""
        found = self.phrase(at, table)
        return found[1] if found else at

    @property
    def shown(self) -> str:
        """What was typed, for a refusal."""
        return self.typed[0] if self.typed else ""


def line_of(words: Sequence[str], language: str, today: dt.date) -> Line:
    """The words as a line; of very many, as many as a time can take."""
    return Line(words, tuple(map(compared, words[:_WORDS_READ])), language, today)


def compared(word: str) -> str:
    """A word of a day or time as it is compared."""
    return plain(word[:_WORD_CHARACTERS]).casefold().rstrip(",;").removeprefix("l'")


def longest(found: Sequence[Found[T]]) -> Found[T]:
    """The reading that takes the most words; the first of those."""
    return max((each for each in found if each), key=lambda each: each[1], default=None)
