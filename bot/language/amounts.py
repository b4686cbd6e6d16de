"""Amounts: whole numbers of a unit's smallest part, and the many ways in which people write them.

What `read_amount` returns is exactly what was typed, or it refuses and says what would work:
nothing is rounded or guessed on the way in. Whoever holds an `Amount` holds a valid one.
Not known here: rates between units, rooms, members, and what an amount is for. No floats.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from math import ceil
from typing import Final

import msgspec
from babel.core import Locale, UnknownLocaleError

from bot.chat import Misread
from bot.language.numerals import (
    GROUP,
    NOTHING,
    Number,
    Piece,
    group_may_follow,
    number_in,
    pieces_in,
    plain,
)
from bot.language.plain_times import plain_minutes
from bot.language.units import (
    AND,
    HOUR,
    MEANINGS,
    NO_FIXED_HOURS,
    NO_OWN_UNITS,
    SEVERAL,
    UNITS,
    Meaning,
    OwnUnits,
    Unit,
    UnitClass,
    example,
    meaning_of,
    near_unit,
    unit_of,
    unknown_unit,
)
from bot.text.rendering import decimal_text
from bot.text.wording import Node, Place, Quantity, joined, say

COUNT_MAX: Final = 10**15
"""The most smallest parts in one amount: 9,000 of them still sum up within 64 bits."""

DIGITS_MAX: Final = 30
"""The most digits of one number: twice what any valid amount needs, and quick to read."""


class Amount(msgspec.Struct, frozen=True):
    """A positive whole number of a unit's smallest parts; making any other raises Misread."""

    count: int
    unit: Unit

    def __post_init__(self) -> None:
        """Refuse what cannot be an amount, wherever it comes from."""
        if self.count < 0:
            raise _negative("", example())
        if self.count == 0:
            raise Misread("amount-zero", say("An amount is more than nothing."), instead=example())
        if self.count > COUNT_MAX:
            raise Misread(
                "amount-too-large",
                say("That is more than one entry can hold."),
                instead=say("The most is {amount}.", amount=_quantity(COUNT_MAX, self.unit)),
            )

    @property
    def shown(self) -> Quantity:
        """The amount, for an answer."""
        return _quantity(self.count, self.unit)

    @property
    def decimal(self) -> str:
        """Exact decimal text (`12.50`); hours are rounded half up to two places (20m: `0.33`)."""
        return decimal_text(self.count, self.unit.parts)


def read_amount(
    words: Sequence[str],
    language: str,
    own: OwnUnits = NO_OWN_UNITS,
    offered: Sequence[Unit] = (),
) -> tuple[Amount, int]:
    """The amount that the words begin with, and how many words it took. Raises Misread.

    `own` are the units that only this collective has; `offered` those that are meant here, any where
    there are none: a refusal offers no others.
    """
    minutes = 0 if own else plain_minutes(words, language)
    if minutes:
        return Amount(minutes, UNITS["h"]), 1
    reading = _Reading(words, language, own, offered)
    amount = reading.amount()
    return amount, reading.words_used()


@lru_cache(maxsize=256)
def _separators(language: str) -> tuple[str, str]:
    """The language's decimal point and its mark between thousands (English, if it is unknown)."""
    try:
        symbols = Locale.parse(language, sep="-").number_symbols["latn"]
    except (ValueError, UnknownLocaleError):
        return ".", ","
    return plain(symbols["decimal"]), plain(symbols["group"])


class _Reading:
    """One reading of one amount, from left to right over its pieces.

    They are made as they are looked at: behind most amounts stands a text.
    """

    def __init__(
        self, words: Sequence[str], language: str, own: OwnUnits, offered: Sequence[Unit]
    ) -> None:
        self.words, self.language, self.own, self.offered = words, language, own, offered
        self.pieces: list[Piece] = []
        self.coming = pieces_in(words)
        self.at = 0

    def amount(self) -> Amount:
        """Which form it is, and the amount in it."""
        self.at = 1 if self._piece().text == "+" else 0
        first, second = self._piece(), self._piece(1)
        if "-" in {first.text, second.text}:
            self._refuse_negative()
        if first.kind == "unit":
            return self._money_first()
        if first.kind != "number":
            raise self._no_amount()
        if second.text == ":":
            return self._clock()
        number = self._take_number()
        meaning = self._take_unit(number)
        return self._hours(number) if meaning == _HOURS else self._exactly(number, meaning)

    def words_used(self) -> int:
        """The amount must end where a word ends: `3h/week` and `12€50` are something else."""
        last = self.pieces[self.at - 1].word
        if self._piece().word == last:
            raise self._unclear()
        return last + 1

    def _piece(self, ahead: int = 0) -> Piece:
        at, pieces = self.at + ahead, self.pieces
        while at >= len(pieces):
            piece = next(self.coming, None)
            if piece is None:
                return NOTHING
            pieces.append(piece)
        return pieces[at]

    def _meaning(self, ahead: int = 0) -> Meaning | None:
        """The piece as a unit, with or without the stop or comma of its sentence."""
        text = self._piece(ahead).text
        meaning = self._unit(text)
        if meaning is None and text.endswith((".", ",", ";")):
            return self._unit(text[:-1])
        return meaning

    def _unit(self, word: str) -> Meaning | None:
        own = self.own.get(word.casefold()) if self.own else None
        return Meaning(own, own.parts) if own else meaning_of(word, self.language)

    @property
    def _first(self) -> str:
        """The word that the amount begins with, as it was typed."""
        return self.words[self.pieces[0].word if self.pieces else 0] if self.words else ""

    # The forms of an amount.

    def _refuse_negative(self) -> None:
        """`-3h`, `-€5` and `€-5`, but not `- flour`."""
        signs = [self._piece().text == "-", self._piece(1).text == "-"]
        kinds = [self._piece(ahead).kind for ahead in (0, 1, 2)]
        behind_unit = kinds[2] == "number" and self._meaning(0 if signs[1] else 1) is not None
        if behind_unit or (signs[0] and kinds[1] == "number"):
            raise _negative(self._first, self._example())

    def _money_first(self) -> Amount:
        """`EUR 12.50`, `€12,50`: only currencies stand before their number."""
        symbol, number = self._piece(), self._piece(1)
        if number.kind != "number":
            raise self._no_amount()
        self._refuse_several(symbol.text, number.text)
        meaning = meaning_of(symbol.text, self.language)
        if meaning is None or meaning.unit.unit_class is not UnitClass.MONEY:
            raise self._no_amount()
        self.at += 1
        if self._group_follows(number.text, 1):
            # `EUR 12 300 screws`: the three digits may belong to either.
            text = f"{number.text} {self._piece(1).text}"
            readings = (number_in(text.replace(" ", "'")), number_in(number.text))
            values = [each.value for each in readings if each is not None]
            raise self._two_readings(text, values, meaning)
        return self._exactly(self._take_number(), meaning)

    def _clock(self) -> Amount:
        """`1:30`, `1:30h`, `1:30 hours`; before a minute word it would be minutes and seconds."""
        hours, minutes = self._piece().digits, self._piece(2).digits
        self.at += 3
        unit = self._meaning()
        if not hours or len(minutes) != 2 or unit == _MINUTES:
            raise self._unclear()
        self._refuse_long(hours)
        if unit == _HOURS:
            self.at += 1
        return self._hours_and_minutes(int(hours), int(minutes))

    def _hours(self, number: Number) -> Amount:
        """Hours, and the minutes behind them: `1h30`, `1h30m`, `1 hour and 30 minutes`."""
        ahead = 1 if self._piece().text.casefold() in AND else 0
        minutes = self._piece(ahead).digits
        named = self._meaning(ahead + 1) == _MINUTES
        if not minutes or not (named or self._piece().glued):
            return self._exactly(number, _HOURS)
        if not number.text.isdecimal() or len(minutes) > 2:
            raise self._unclear()
        if not named and len(minutes) == 1:
            raise self._one_digit(int(number.text), int(minutes))
        self.at += ahead + (2 if named else 1)
        return self._hours_and_minutes(int(number.text), int(minutes))

    def _hours_and_minutes(self, hours: int, minutes: int) -> Amount:
        count = hours * HOUR + minutes
        if minutes >= HOUR and count <= COUNT_MAX:
            raise Misread(
                "amount-minutes",
                say("Beside hours there are at most 59 minutes, not {minutes}.", minutes=minutes),
                word=self._first,
                instead=_try([_quantity(count, UNITS["h"])]),
            )
        return self._whole(count, UNITS["h"])

    def _exactly(self, number: Number, meaning: Meaning) -> Amount:
        return self._whole(self._settled(number, meaning) * meaning.parts, meaning.unit)

    def _whole(self, parts: Fraction | int, unit: Unit) -> Amount:
        """The amount, if it is a whole number of smallest parts."""
        if parts.denominator != 1 and parts <= COUNT_MAX:
            nearest = max(1, (2 * parts.numerator + parts.denominator) // (2 * parts.denominator))
            raise Misread(
                "amount-not-exact",
                say(
                    "“{word}” does not come out even: the smallest step is {step}.",
                    word=self._first,
                    step=_quantity(1, unit),
                ),
                word=self._first,
                instead=_try([_quantity(nearest, unit)]),
            )
        try:
            return Amount(ceil(parts), unit)
        except Misread as wrong:
            instead = self._example() if wrong.code == "amount-zero" else None
            raise wrong.but(word=self._first, instead=instead) from None

    # Numbers.

    def _take_number(self) -> Number:
        """A number, also in groups that stand apart (`1 000,50`) or a fraction (`½`, `1 1/2`)."""
        whole = self._piece().digits
        if self._piece(1).text == "/":
            return self._take_fraction("")
        if whole and self._piece(1).digits and self._piece(2).text == "/":
            self.at += 1
            return self._take_fraction(whole)
        text = self._piece().text
        self.at += 1
        while self._group_follows(text):
            text = f"{text}'{self._piece().text}"
            self.at += 1
        self._refuse_long(text)
        number = number_in(text)
        if number is None:
            raise self._unclear()
        return number

    def _group_follows(self, text: str, ahead: int = 0) -> bool:
        """Whether the next word can only be the next three digits of this number."""
        piece = self._piece(ahead)
        return (
            GROUP.fullmatch(piece.text) is not None
            and not piece.glued
            and group_may_follow(text.partition("'")[0])
            and text.replace("'", "").isdecimal()
        )

    def _take_fraction(self, whole: str) -> Number:
        above, below = self._piece().digits, self._piece(2).digits
        # Two digits are enough for any part of an hour; more would be a date.
        if max(len(above), len(below)) > 2 or not above or not int(below or "0"):
            raise self._unclear()
        if whole and int(above) >= int(below):
            raise self._unclear()
        self._refuse_long(whole)
        self.at += 3
        text = f"{whole} {above}/{below}".strip()
        return Number(text, int(whole or "0") + Fraction(int(above), int(below)))

    def _settled(self, number: Number, meaning: Meaning) -> Fraction | int:
        """The number's value once its unit is known: the language decides what `1.250` is."""
        if not number.doubtful:
            return number.value
        point, group = _separators(self.language)
        holds = meaning.parts % 1000 == 0
        if number.doubtful == group and not holds:
            return number.value * 1000
        even = (number.value * meaning.parts).denominator == 1
        if number.doubtful == point and (holds or not even):
            return number.value
        raise self._two_readings(number.text, [number.value * 1000, number.value], meaning)

    # Units.

    def _take_unit(self, number: Number) -> Meaning:
        piece, meaning = self._piece(), self._meaning()
        if meaning is not None:
            self.at += 1
            return meaning
        if piece.kind != "unit":
            raise self._unclear() if piece.glued else self._missing_unit(number)
        self._refuse_several(piece.text, number.text)
        self._refuse_days(piece.text)
        if self._piece(1).glued:
            raise self._unclear()
        # A word that stands apart is likelier the text, unless it is nearly a unit.
        if not piece.glued and not near_unit(piece.text, self.language, 0.8, self.own):
            raise self._missing_unit(number)
        raise unknown_unit(piece.text, self.language, self.words[piece.word], self.own)

    def _refuse_several(self, unit: str, number: str) -> None:
        word = unit.casefold().rstrip(".,;")
        codes = next((codes for codes, words in SEVERAL.items() if word in words.split()), "")
        if codes:
            classes = {each.unit_class for each in self.offered}
            meant = [code for code in codes.split() if unit_of(code).unit_class in classes]
            raise Misread(
                "unit-ambiguous",
                say("“{unit}” can mean several units.", unit=unit),
                word=self.words[self._piece().word],
                instead=_try(f"{number} {code}" for code in meant or codes.split()),
            )

    def _refuse_days(self, unit: str) -> None:
        if unit.casefold().rstrip(".,;") in NO_FIXED_HOURS.split():
            raise Misread(
                "unit-not-fixed",
                say("“{unit}” is no fixed number of hours.", unit=unit),
                word=self.words[self._piece().word],
                instead=say("Say how many hours, for example {hours}.", hours="8h"),
            )

    # Refusals.

    def _refuse_long(self, text: str) -> None:
        if len(text) > DIGITS_MAX:
            raise Misread(
                "number-too-long",
                say("That number has more than {most} digits.", most=DIGITS_MAX),
                word=self._first,
                instead=self._example(),
            )

    def _no_amount(self) -> Misread:
        word = self._first
        reason = say("“{word}” is not an amount.", word=word) if word else say("An amount is missing.")
        return Misread("amount-missing", reason, word=word, instead=self._example())

    def _unclear(self) -> Misread:
        reason = say("I can't read “{word}” as an amount.", word=self._first)
        return Misread("amount-unclear", reason, word=self._first, instead=self._example())

    def _missing_unit(self, number: Number) -> Misread:
        text = number.text.replace("'", "")
        usable = text if group_may_follow(text) else "3"
        reason = say("{number} what?", number=text)
        instead = self._example(usable)
        return Misread("amount-missing-unit", reason, word=self._first, instead=instead)

    def _example(self, number: str = "3") -> Node:
        """This number of what is meant here."""
        if not self.offered:
            return example(number)
        hours = {unit.code for unit in self.offered} == {"h"}
        shown = [f"{number}{'' if each.code == 'h' else ' '}{each.name}" for each in self.offered]
        return _try([f"{number}m", *shown] if hours else shown)

    def _one_digit(self, hours: int, minutes: int) -> Misread:
        counts = [hours * HOUR + each for each in (minutes, 10 * minutes) if each < HOUR]
        return Misread(
            "amount-minutes",
            say("In “{word}” the minutes need two digits.", word=self._first),
            word=self._first,
            instead=_try(_quantity(count, UNITS["h"]) for count in counts),
        )

    def _two_readings(self, text: str, values: Iterable[Fraction | int], meaning: Meaning) -> Misread:
        counts = [value * meaning.parts for value in values]
        shown = [self._typed(it.numerator, meaning.unit) for it in counts if it.denominator == 1]
        return Misread(
            "number-ambiguous",
            say("“{word}” can be read as two numbers.", word=text),
            word=self._first,
            instead=_try(shown),
        )

    def _typed(self, count: int, unit: Unit) -> Place:
        """An amount as it is typed: without groups of three where three decimals are usual."""
        if unit.parts % 1000:
            return _quantity(count, unit)
        point = _separators(self.language)[0]
        text = decimal_text(count, unit.parts).rstrip("0").rstrip(".").replace(".", point)
        return f"{text} {unit.name}"


_HOURS: Final = MEANINGS["h"]
_MINUTES: Final = MEANINGS["min"]


def _quantity(count: int, unit: Unit) -> Quantity:
    return Quantity(count, unit.code, unit.parts)


def _try(choices: Iterable[Place]) -> Node:
    return say("Try {choices}.", choices=joined(choices, " / "))


def _negative(word: str, instead: Node) -> Misread:
    return Misread(
        "amount-negative",
        say("An amount is more than nothing, never less."),
        word=word,
        instead=instead,
    )
