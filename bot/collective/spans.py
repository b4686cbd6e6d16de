"""Rules that are lengths of time: one for everything, or others for some words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.text.wording import Say, say

HOUR, DAY, WEEK, YEAR = 60, 1_440, 10_080, 366 * 1_440
"""In minutes, as spans are kept."""

_SPAN = re.compile(r"([0-9]{1,5})\s?(m|h|d|w)", re.IGNORECASE)
_MINUTES = {"w": WEEK, "d": DAY, "h": HOUR, "m": 1}


def _minutes(text: str) -> int:
    found = _SPAN.fullmatch("0m" if text == "0" else text)
    if found is None:
        raise ValueError(text)
    return int(found[1]) * _MINUTES[found[2].lower()]


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time, kept as minutes: `90m`, `72h`, `3d`, `2w`; 0 where there is a word for that."""

    least: int
    most: int
    nothing: str = ""

    @property
    def allowed(self) -> Say:
        """The bounds."""
        if self.nothing:
            return say(
                "{word}, or a time such as 90m, 72h, 3d or 2w, from {least} to {most}",
                word=self.nothing,
                least=self.write(self.least),
                most=self.write(self.most),
            )
        return say(
            "a time such as 90m, 72h, 3d or 2w, from {least} to {most}",
            least=self.write(self.least),
            most=self.write(self.most),
        )

    def read(self, text: str) -> int:
        """A number and its unit."""
        if self.nothing and text.casefold() == self.nothing:
            return 0
        minutes = _minutes(text)
        if not self.least <= minutes <= self.most:
            raise ValueError(text)
        return minutes

    def write(self, value: object) -> str:
        """In the largest unit that leaves no rest."""
        assert isinstance(value, int)
        if self.nothing and not value:
            return self.nothing
        unit = next(u for u, m in _MINUTES.items() if value % m == 0 and (value or u == "m"))
        return f"{value // _MINUTES[unit]}{unit}"


@dataclass(frozen=True, slots=True)
class SpanBy:
    """A length of time, and others for some words: `1h, lazy 3d`.

    A word of `usual` that is not named has its own length, or the one for all others where that is
    longer; where that one is not named it is `general` (minutes).
    """

    span: Span
    words: tuple[str, ...]
    general: int
    usual: tuple[tuple[str, int], ...]

    @property
    def allowed(self) -> Say:
        """What it looks like, and the bounds."""
        return say(
            "a time from {least} to {most}, and others behind it for some, such as {example}",
            least=self.span.write(self.span.least),
            most=self.span.write(self.span.most),
            example=f"1h, {self.usual[0][0]} 3d",
        )

    def read(self, text: str) -> tuple[str, ...]:
        """The general length, those of the words that have one usually, and what else differs."""
        named: dict[str, int] = {}
        for part in text.split(","):
            *word, length = part.split()
            if (word and word[0].casefold() not in self.words) or len(word) > 1:
                raise ValueError(text)
            name = "".join(word).casefold()
            if name in named:
                raise ValueError(text)
            named[name] = self.span.read(length)
        general = named.pop("", self.general)
        usual = {word: max(general, minutes) for word, minutes in self.usual}
        other = {word: minutes for word, minutes in named.items() if minutes != general}
        every = {**usual, **{word: named[word] for word in usual if word in named}, **other}
        lengths = (f"{word} {self.span.write(minutes)}" for word, minutes in every.items())
        return (self.span.write(general), *lengths)

    def write(self, value: object) -> str:
        """As it is read."""
        assert isinstance(value, tuple)
        return ", ".join(value)


@lru_cache(maxsize=1_000)
def minutes_by(lengths: tuple[str, ...]) -> Mapping[str, int]:
    """By word, and without one for all others, the minutes of a value of `SpanBy`."""
    split = (each.rpartition(" ") for each in lengths)
    return {word: _minutes(length) for word, _, length in split}
