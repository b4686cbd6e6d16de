"""The types of rules: which values a rule takes, how one is read and written, its range in words."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from fractions import Fraction
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from babel.core import Locale, UnknownLocaleError

from bot.language.amounts import Amount, read_amount
from bot.text.rendering import quantity_text, visible
from bot.text.wording import Say, joined, say

Value = bool | int | str | dt.date | tuple[str, ...] | None


class RuleType(Protocol):
    """What values a rule takes: how one is read, how it is written, and the range in words."""

    @property
    def allowed(self) -> Say:
        """The range, for whoever typed a value outside it."""
        ...

    def read(self, text: str) -> Value:
        """The value that a text means. Raises ValueError."""
        ...

    def write(self, value: Value) -> str:
        """The text that means this value, in its one usual form."""
        ...


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within bounds."""

    least: int
    most: int

    @property
    def allowed(self) -> Say:
        """The bounds."""
        return say("a whole number from {least} to {most}", least=self.least, most=self.most)

    def read(self, text: str) -> int:
        """Digits of any script, nothing else."""
        value = int(text)
        if not self.least <= value <= self.most:
            raise ValueError(text)
        return value

    def write(self, value: Value) -> str:
        """Its digits."""
        return str(value)


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few words."""

    choices: tuple[str, ...]

    @property
    def allowed(self) -> Say:
        """The words."""
        return say("one of {choices}", choices=joined(self.choices))

    def read(self, text: str) -> str:
        """The word itself."""
        if text.casefold() not in self.choices:
            raise ValueError(text)
        return text.casefold()

    def write(self, value: Value) -> str:
        """The word."""
        return str(value)


def one_of(*choices: str) -> OneOf:
    """One of these words."""
    return OneOf(choices)


class Switch:
    """On or off."""

    allowed = say("on or off")

    def read(self, text: str) -> bool:
        """`on` or `off`, and what other tools write for them."""
        value = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}.get(
            text.casefold()
        )
        if value is None:
            raise ValueError(text)
        return value

    def write(self, value: Value) -> str:
        """`on` or `off`."""
        return "on" if value else "off"


class Quorum:
    """How many must take part: a share of the electorate, a number of people, or none."""

    allowed = say("a share such as 50%, a number of people such as 5, or none")

    def read(self, text: str) -> str:
        """`50%`, `5` or `none`."""
        if text.casefold() == "none":
            return "none"
        digits = text.removesuffix("%").rstrip()
        number = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 7 else 0
        if not 1 <= number <= (100 if text.endswith("%") else 100_000):
            raise ValueError(text)
        return f"{number}%" if text.endswith("%") else str(number)

    def write(self, value: Value) -> str:
        """As it is read."""
        return str(value)


_FRACTION = re.compile(r"([0-9]{1,4})\s?/\s?([0-9]{1,4})|([0-9]{1,2}(?:\.[0-9]{1,2})?|100)\s?%")


@dataclass(frozen=True, slots=True)
class Proportion:
    """A part of a whole, above one half: `2/3`, `75%`."""

    least: Fraction = Fraction(1, 2)

    @property
    def allowed(self) -> Say:
        """The bounds."""
        return say("usual, or a share such as 2/3 or 75%, from {least} to 1/1", least=str(self.least))

    def read(self, text: str) -> str:
        """A fraction or percents, kept as a reduced fraction; `usual` is the method's own."""
        if text.casefold() == "usual":
            return "usual"
        found = _FRACTION.fullmatch(text)
        if found is None or (found[2] is not None and not int(found[2])):
            raise ValueError(text)
        share = Fraction(int(found[1]), int(found[2])) if found[1] else Fraction(found[3]) / 100
        if not self.least <= share <= 1:
            raise ValueError(text)
        return f"{share.numerator}/{share.denominator}"

    def write(self, value: Value) -> str:
        """As a fraction."""
        return str(value)


class ZoneName:
    """A time zone of the IANA's."""

    allowed = say("a name such as Europe/Berlin")

    def read(self, text: str) -> str:
        """The zone's own name."""
        return _zone(text)

    def write(self, value: Value) -> str:
        """The name."""
        return str(value)


@lru_cache(maxsize=1_000)
def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (KeyError, OSError, ValueError) as unknown:
        raise ValueError(text) from unknown


class LanguageCode:
    """A language, with its script or country where that matters."""

    allowed = say("a language code such as en or de")

    def read(self, text: str) -> str:
        """The code in its usual form."""
        try:
            return str(Locale.parse(text, sep="-")).replace("_", "-")
        except (UnknownLocaleError, ValueError) as unknown:
            raise ValueError(text) from unknown

    def write(self, value: Value) -> str:
        """The code."""
        return str(value)


class DayOrNone:
    """A day, or none."""

    allowed = say("a day such as 2026-12-31, or none")

    def read(self, text: str) -> dt.date | None:
        """ISO form, or `none`."""
        return None if text.casefold() in {"", "none"} else dt.date.fromisoformat(text)

    def write(self, value: Value) -> str:
        """ISO form, or `none`."""
        return "none" if value is None else str(value)


_CLOCK = r"([01][0-9]|2[0-3]):([0-5][0-9])"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class WeekTime:
    """A weekday and a time of the day: `mon 09:00`."""

    allowed = say("a day and a time such as mon 09:00")

    def read(self, text: str) -> str:
        """Three letters of an English weekday, and the time."""
        day, _, time = text.casefold().partition(" ")
        if day not in _DAYS or not re.fullmatch(_CLOCK, time):
            raise ValueError(text)
        return f"{day} {time}"

    def write(self, value: Value) -> str:
        """As it is read."""
        return str(value)


class Hours:
    """A time of the day from when until when, over midnight too: `22:00-07:00`; or none."""

    allowed = say("hours such as 22:00-07:00, or none")

    def read(self, text: str) -> str:
        """Two times with a dash, or `none`."""
        text = text.replace("–", "-").replace(" ", "").casefold()
        if text != "none" and not re.fullmatch(f"{_CLOCK}-{_CLOCK}", text):
            raise ValueError(text)
        return text

    def write(self, value: Value) -> str:
        """As it is read."""
        return str(value)


OF_PLATFORM = "auto"
"""The prefix that is left to the platform of the room."""


class Prefix:
    """What a command begins with."""

    allowed = say("auto, or up to 8 signs that are neither letters, digits, #, @ nor -")

    def read(self, text: str) -> str:
        """Signs that everybody sees and nobody begins a sentence with."""
        if text == OF_PLATFORM:
            return text
        plain = text.isprintable() and visible(text) == text
        if not 1 <= len(text) <= 8 or not plain or any(c.isalnum() or c in " #@-" for c in text):
            raise ValueError(text)
        return text

    def write(self, value: Value) -> str:
        """The signs."""
        return str(value)


LIST_MAX = 50
"""The most patterns in a list: each is looked at for every message."""

PATTERN_CHARACTERS_MAX = 100


@dataclass(frozen=True, slots=True)
class Patterns:
    """A list of words in which `*` stands for anything and `?` for one sign; or none."""

    example: str

    @property
    def allowed(self) -> Say:
        """What it looks like."""
        return say(
            "up to {most} patterns with commas between, such as {example}, or none",
            most=LIST_MAX,
            example=self.example,
        )

    def read(self, text: str) -> tuple[str, ...]:
        """The patterns, each once."""
        if text.casefold() in {"", "none"}:
            return ()
        words = tuple(dict.fromkeys(word.strip() for word in text.split(",")))
        if len(words) > LIST_MAX or not all(map(_is_pattern, words)):
            raise ValueError(text)
        return words

    def write(self, value: Value) -> str:
        """The patterns, or `none`."""
        assert isinstance(value, tuple)
        return ", ".join(value) or "none"


@dataclass(frozen=True, slots=True)
class SomeOf:
    """Some of a few words, in their order; with `least` 0 also none of them."""

    choices: tuple[str, ...]
    least: int = 1

    @property
    def allowed(self) -> Say:
        """The words."""
        return say("some of {choices}, with commas between", choices=joined(self.choices))

    def read(self, text: str) -> tuple[str, ...]:
        """The words that are named, each once."""
        named = {word for word in re.split(r"[\s,]+", text.casefold()) if word} - {"none"}
        if not named <= set(self.choices) or len(named) < self.least:
            raise ValueError(text)
        return tuple(word for word in self.choices if word in named)

    def write(self, value: Value) -> str:
        """The words, or `none`."""
        assert isinstance(value, tuple)
        return ", ".join(value) or "none"


_OTHERS = re.compile(r"([0-9]{1,12})\s*\*")
"""So many of every currency that is not named: `100 *`."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """Amounts of different units, each kept in its one usual form; or none.

    Where it knows of `others`, an amount of `*` is for every currency that is not named.
    """

    example: str
    others: bool = False

    @property
    def allowed(self) -> Say:
        """What it looks like."""
        if self.others:
            return say(
                "amounts of different units with commas between, such as {example} (* is every "
                "currency that is not named), or none",
                example=self.example,
            )
        return say(
            "amounts of different units with commas between, such as {example}, or none",
            example=self.example,
        )

    def read(self, text: str) -> tuple[str, ...]:
        """The amounts, one of a unit. Within one of them a comma is no separator: `12.50 EUR`."""
        if text.casefold() in {"", "none"}:
            return ()
        found = [_OTHERS.fullmatch(each.strip()) if self.others else None for each in text.split(",")]
        amounts = [
            f"{int(other[1])} *" if other else _amount_text(_amount(each))
            for each, other in zip(text.split(","), found, strict=True)
        ]
        if len({count_of(each)[0] for each in amounts}) < len(amounts):
            raise ValueError(text)
        return tuple(amounts)

    def write(self, value: Value) -> str:
        """The amounts, or `none`."""
        assert isinstance(value, tuple)
        return ", ".join(value) or "none"


def _amount(text: str) -> Amount:
    amount, used = read_amount(text.split(), "en")
    if used < len(text.split()):
        raise ValueError(text)
    return amount


def _amount_text(amount: Amount) -> str:
    if amount.unit.code == "h":
        return quantity_text(amount.count, "h", 60)
    return f"{amount.decimal} {amount.unit.code}"


@lru_cache(maxsize=1_000)
def count_of(text: str) -> tuple[str, int]:
    """The unit's code and the smallest parts; of `*` the whole ones."""
    others = _OTHERS.fullmatch(text)
    if others:
        return "*", int(others[1])
    amount = _amount(text)
    return amount.unit.code, amount.count


_STANDING = re.compile(r"power:[0-9]{1,4}|role:[0-9]{5,25}|permission:[a-z]+(?:-[a-z]+)*")
_ROLE_MENTION = re.compile(r"(?:role:)?<@&([0-9]{5,25})>")


class Standings:
    """What a platform says somebody is: a power level (Matrix), a role or a permission (Discord).

    A role is meant by its id: whoever may make roles can make a second one of the same name.
    """

    allowed = say(
        "words such as {example}, with commas between (a role by its id), or none",
        example="power:50, role:1098765432109876543, permission:manage-guild",
    )

    def read(self, text: str) -> tuple[str, ...]:
        """The words, each once; a mention of a role is its id."""
        words = Patterns("").read(_ROLE_MENTION.sub(r"role:\1", text).lower())
        if not all(map(_STANDING.fullmatch, words)):
            raise ValueError(text)
        return words

    def write(self, value: Value) -> str:
        """The words, or `none`."""
        return Patterns("").write(value)


def _is_pattern(word: str) -> bool:
    few_stars = word.count("*") <= 4  # each further one multiplies the time that a match takes
    return 0 < len(word) <= PATTERN_CHARACTERS_MAX and visible(word) == word and few_stars


def matches(word: str, patterns: tuple[str, ...]) -> bool:
    """Whether a word fits one of the patterns, without regard to case."""
    if "*" in patterns:
        return True
    folded = word.casefold()
    return any(fnmatchcase(folded, _literal(pattern.casefold())) for pattern in patterns)


def _literal(pattern: str) -> str:
    """Only `*` and `?` have a meaning: Matrix ids may have brackets (IPv6 servers)."""
    return pattern.replace("[", "[[]")
