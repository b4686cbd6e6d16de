"""Amounts: whole numbers of a unit's smallest part, and the many ways in which people write them.

What `read_amount` returns is exactly what was typed, or it refuses and says what would work:
nothing is rounded or guessed on the way in. Whoever holds an `Amount` holds a valid one.
Not known here: rates between units, rooms, members, and what an amount is for. No floats.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from math import ceil
from types import MappingProxyType
from typing import Final, NamedTuple

import msgspec
from babel.core import Locale, UnknownLocaleError

from bot.chat import Misread, misread
from bot.wording import Node, Place, Quantity, Typed, decimal_text, joined, say

COUNT_MAX: Final = 10**15
"""The most smallest parts in one amount: 9,000 of them still sum up within 64 bits."""

DIGITS_MAX: Final = 30
"""The most digits of one number: twice what any valid amount needs, and quick to read."""

_WORDS_READ: Final = 10
"""No amount has more words: six groups of digits, a unit, and the minutes behind an hour."""

_WORD_CHARACTERS: Final = 64
"""What is looked at of one word: longer than any unit or number that is accepted."""

_HOUR: Final = 60


class UnitClass(StrEnum):
    """What a unit measures."""

    TIME = "time"
    MONEY = "money"
    GOODS = "goods"


class Unit(msgspec.Struct, frozen=True):
    """A unit: its code, and how many smallest parts one has (60 for `h`, else a power of ten)."""

    code: str
    unit_class: UnitClass
    parts: int


# ISO 4217, tables A.1 and A.2 as published on 2026-01-01: codes by the decimals that ISO gives them
# (CLDR's differ, e.g. MGA). Without metals, bond units and test codes, which have no decimals.
# Codes are only ever added: a journal keeps naming a currency that the world gave up.
_CURRENCIES: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD
    CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS
    GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL
    MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK
    PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS
    TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG""",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}

UNITS: Final[Mapping[str, Unit]] = MappingProxyType(
    {
        "h": Unit("h", UnitClass.TIME, _HOUR),
        "kg": Unit("kg", UnitClass.GOODS, 1000),
        "l": Unit("l", UnitClass.GOODS, 1000),
        "km": Unit("km", UnitClass.GOODS, 1000),
        "pcs": Unit("pcs", UnitClass.GOODS, 1),
        **{
            code: Unit(code, UnitClass.MONEY, 10**places)
            for places, codes in _CURRENCIES.items()
            for code in codes.split()
        },
    }
)
"""All units by code."""


class _Meaning(NamedTuple):
    """What a unit word stands for: a unit, and how many of its smallest parts one of it is."""

    unit: Unit
    parts: int


_MEANINGS: Final = {
    **{code: _Meaning(unit, unit.parts) for code, unit in UNITS.items()},
    "min": _Meaning(UNITS["h"], 1),
    "g": _Meaning(UNITS["kg"], 1),
    "t": _Meaning(UNITS["kg"], 1_000_000),
    "ml": _Meaning(UNITS["l"], 1),
    "cl": _Meaning(UNITS["l"], 10),
    "dl": _Meaning(UNITS["l"], 100),
    "metre": _Meaning(UNITS["km"], 1),
}

# Single letters and SI forms are the same everywhere; `m` is a minute, as in `90m`.
_ALL_LANGUAGES: Final = {
    "h": "h hr hrs",
    "min": "m min mn",
    "kg": "kg kilo",
    "g": "g gr",
    "l": "l",
    "dl": "dl",
    "cl": "cl",
    "ml": "ml",
    "km": "km kms",
    "pcs": "pcs pc x",
}

_SYMBOLS: Final = """EUR € euro, GBP £, USD $ us$, JPY ¥, INR ₹, PLN zł zl, CZK kč kc, RUB ₽, UAH ₴,
TRY ₺, KRW ₩, ILS ₪, VND ₫, PHP ₱, NGN ₦, CRC ₡, PYG ₲, KZT ₸, GEL ₾, GHS ₵, THB ฿, AZN ₼, CAD ca$ c$,
AUD au$ a$, NZD nz$, HKD hk$, MXN mx$, BRL r$"""
"""Currencies by the signs that are commonly theirs; `kr` and the like are among `_SEVERAL`."""

_WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "h": "hour hours",
        "min": "mins minute minutes",
        "kg": "kilos kilogram kilograms kilogramme kilogrammes",
        "g": "gram grams gramme grammes",
        "t": "t tonne tonnes",
        "l": "litre litres liter liters",
        "km": "kilometre kilometres kilometer kilometers",
        "metre": "metre metres meter meters",
        "pcs": "piece pieces",
        "EUR": "euros",
        "USD": "dollar dollars",
    },
    "de": {
        "h": "std stunde stunden",
        "min": "minute minuten",
        "kg": "kilogramm",
        "g": "gramm",
        "t": "t tonne tonnen",
        "l": "liter litern",
        "km": "kilometer kilometern",
        "metre": "meter metern",
        "pcs": "stk stück stücke st",
        "EUR": "euros",
        "USD": "dollar",
    },
    "fi": {
        "h": "t tunti tuntia tunnin",
        "min": "minuutti minuuttia minuutin",
        "kg": "kiloa kilogramma kilogrammaa",
        "g": "gramma grammaa",
        "t": "tonni tonnia tn",
        "l": "litra litraa",
        "km": "kilometri kilometriä",
        "metre": "metri metriä",
        "pcs": "kpl kappale kappaletta",
        "EUR": "euroa",
        "USD": "dollari dollaria",
    },
    "fr": {
        "h": "heure heures",
        "min": "minute minutes",
        "kg": "kilos kilogramme kilogrammes",
        "g": "gramme grammes",
        "t": "t tonne tonnes",
        "l": "litre litres",
        "km": "kilomètre kilomètres",
        "metre": "mètre mètres",
        "pcs": "pièce pièces pce pces",
        "EUR": "euros",
        "USD": "dollar dollars",
    },
    "es": {
        "h": "hora horas hs",
        "min": "mins minuto minutos",
        "kg": "kilos kilogramo kilogramos",
        "g": "gramo gramos",
        "t": "t tonelada toneladas",
        "l": "litro litros",
        "km": "kilómetro kilómetros",
        "metre": "metro metros",
        "pcs": "pieza piezas unidad unidades ud uds",
        "EUR": "euros",
        "USD": "dólar dólares",
    },
}
"""Unit words by language. Each is understood everywhere, unless it means different things (`t`)."""

_SEVERAL: Final = {
    "SEK NOK DKK ISK": "kr krona kronor krone kroner",
    "SEK NOK DKK CZK": "crown crowns kronen kruunua couronnes coronas",
    "CHF XOF XAF": "fr franc francs franken frangia francos",
    "MXN ARS CLP COP PHP": "peso pesos pesoa",
    "INR PKR NPR LKR": "rupee rupees rupien rupiaa roupies rupias",
    "GBP kg": "pound pounds pfund puntaa livre livres libra libras",
}
"""Words that mean several units, behind the units to choose from."""

_NO_FIXED_HOURS: Final = """d day days week weeks month months year years tag tage tagen woche wochen
monat monate jahr jahre pv päivä päivää viikko viikkoa kuukausi kuukautta kk vuosi vuotta j jour jours
semaine semaines mois an ans día días dia dias semana semanas mes meses año años"""
"""Lengths of time that everybody fills with other hours."""

_CAPITALS_ONLY: Final = frozenset(
    ["ALL", "BOB", "COP", "CUP", "MAD", "MOP", "PEN", "SOS", "TOP", "TRY"]
)
"""Currencies whose code is also a word that may follow a number (`3 cup flour`)."""

_AND: Final = frozenset(["and", "und", "ja", "et", "y"])


class Amount(msgspec.Struct, frozen=True):
    """A positive whole number of a unit's smallest parts; making any other raises Misread."""

    count: int
    unit: Unit

    def __post_init__(self) -> None:
        """Refuse what cannot be an amount, wherever it comes from."""
        if self.count < 0:
            raise _negative("")
        if self.count == 0:
            raise misread("amount-zero", say("An amount is more than nothing."), instead=_example())
        if self.count > COUNT_MAX:
            raise misread(
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


def unit_of(code: str) -> Unit:
    """The unit of a stored code. Raises Misread for a code that is none."""
    unit = UNITS.get(code)
    if unit is None:
        raise _unknown_unit(code, "en", code)
    return unit


def read_amount(words: Sequence[str], language: str) -> tuple[Amount, int]:
    """The amount that the words begin with, and how many words it took. Raises Misread."""
    reading = _Reading(words, language)
    amount = reading.amount()
    return amount, reading.words_used()


def _unit_meaning(word: str, language: str) -> _Meaning | None:
    """What a unit word, symbol or code stands for in a room of this language; None if nothing."""
    code = word.upper()
    if code in _CAPITALS_ONLY:
        return _MEANINGS[code] if word == code else None
    return _meanings(_base(language)).get(word.casefold())


@lru_cache(maxsize=64)
def _meanings(base: str) -> Mapping[str, _Meaning]:
    """All unit words: codes, symbols, the language's own, and the others' where those agree."""
    known = {code.casefold(): _MEANINGS[code] for code in UNITS}
    known |= _by_word(_ALL_LANGUAGES)
    for symbols in _SYMBOLS.split(","):
        code, *words = symbols.split()
        known |= dict.fromkeys(words, _MEANINGS[code])
    tables = [_by_word(table) for table in _WORDS.values()]
    for word in dict.fromkeys(word for table in tables for word in table):
        found = {table[word] for table in tables if word in table}
        if len(found) == 1:
            known[word] = found.pop()
    return MappingProxyType(known | _by_word(_WORDS.get(base, {})))


def _by_word(table: Mapping[str, str]) -> dict[str, _Meaning]:
    return {word: _MEANINGS[key] for key, words in table.items() for word in words.split()}


@lru_cache(maxsize=256)
def _separators(language: str) -> tuple[str, str]:
    """The language's decimal point and its mark between thousands (English, if it is unknown)."""
    try:
        symbols = Locale.parse(language, sep="-").number_symbols["latn"]
    except (ValueError, UnknownLocaleError):
        return ".", ","
    return plain(symbols["decimal"]), plain(symbols["group"])


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


class _Piece(NamedTuple):
    """A number, a unit word or a mark: in which typed word, and whether right behind the last."""

    kind: str
    text: str
    word: int
    glued: bool

    @property
    def digits(self) -> str:
        """Its text if it is digits and nothing else."""
        return self.text if self.text.isdecimal() else ""


_NOTHING: Final = _Piece("", "", -1, glued=False)
"""What follows the last piece."""

# Each alternative begins with characters that the others exclude, so that matching is linear.
_PIECE: Final = re.compile(
    r"(?P<number>[.,]?[0-9]+(?:[.,'][0-9]+)*)|(?P<mark>[:/+\-])|(?P<unit>[^\s0-9:/+\-]+)"
)


def _pieces(words: Sequence[str]) -> Iterator[_Piece]:
    for index, word in enumerate(words[:_WORDS_READ]):
        end = -1
        for match in _PIECE.finditer(plain(word[:_WORD_CHARACTERS])):
            yield _Piece(match.lastgroup or "", match.group(), index, match.start() == end)
            end = match.end()


class _Number(NamedTuple):
    """A number as typed. `doubtful` is a lone separator before three digits (`1.250`)."""

    text: str
    value: Fraction | int
    doubtful: str = ""


_SEPARATOR: Final = re.compile(r"[.,']")
_GROUP: Final = re.compile(r"[0-9]{3}(?:[.,][0-9]+)?")


@lru_cache(maxsize=1_000)
def _number(text: str) -> _Number | None:
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
    in_doubt = marks == [point] and _group_may_follow(whole) and _GROUP.fullmatch(rest)
    return _Number(text, value, point if in_doubt else "")


def _group_may_follow(digits: str) -> bool:
    return digits.isdecimal() and len(digits) <= 3 and digits[0] != "0"


def _grouped(groups: Sequence[str], sizes: set[int]) -> bool:
    """Groups of three digits; behind commas also of two before the last, as in India."""
    first, *others = groups
    return not others or (
        _group_may_follow(first)
        and len(others[-1]) == 3
        and all(len(group) in sizes for group in others)
    )


class _Reading:
    """One reading of one amount, from left to right over its pieces.

    They are made as they are looked at: behind most amounts stands a text.
    """

    def __init__(self, words: Sequence[str], language: str) -> None:
        self.words, self.language = words, language
        self.pieces: list[_Piece] = []
        self.coming = _pieces(words)
        self.at = 0

    def amount(self) -> Amount:
        """Which form it is, and the amount in it."""
        self.at = 1 if self._piece().text == "+" else 0
        self._refuse_negative()
        if self._piece().kind == "unit":
            return self._money_first()
        if self._piece().kind != "number":
            raise self._no_amount()
        if self._piece(1).text == ":":
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

    def _piece(self, ahead: int = 0) -> _Piece:
        at, pieces = self.at + ahead, self.pieces
        while at >= len(pieces):
            piece = next(self.coming, None)
            if piece is None:
                return _NOTHING
            pieces.append(piece)
        return pieces[at]

    def _meaning(self, ahead: int = 0) -> _Meaning | None:
        """The piece as a unit, with or without the stop or comma of its sentence."""
        text = self._piece(ahead).text
        meaning = _unit_meaning(text, self.language)
        if meaning is None and text.endswith((".", ",", ";")):
            return _unit_meaning(text[:-1], self.language)
        return meaning

    @property
    def _first(self) -> str:
        """The word that the amount begins with, as it was typed."""
        return self.words[self.pieces[0].word if self.pieces else 0] if self.words else ""

    # The forms of an amount.

    def _refuse_negative(self) -> None:
        """`-3h`, `-€5` and `€-5`, but not `- flour`."""
        signs = [self._piece().text == "-", self._piece(1).text == "-"]
        if True not in signs:
            return
        kinds = [self._piece(ahead).kind for ahead in (0, 1, 2)]
        behind_unit = kinds[2] == "number" and self._meaning(0 if signs[1] else 1) is not None
        if behind_unit or (signs[0] and kinds[1] == "number"):
            raise _negative(self._first)

    def _money_first(self) -> Amount:
        """`EUR 12.50`, `€12,50`: only currencies stand before their number."""
        symbol, number = self._piece(), self._piece(1)
        if number.kind != "number":
            raise self._no_amount()
        self._refuse_several(symbol.text, number.text)
        meaning = _unit_meaning(symbol.text, self.language)
        if meaning is None or meaning.unit.unit_class is not UnitClass.MONEY:
            raise self._no_amount()
        self.at += 1
        if self._group_follows(number.text, 1):
            # `EUR 12 300 screws`: the three digits may belong to either.
            text = f"{number.text} {self._piece(1).text}"
            readings = (_number(text.replace(" ", "'")), _number(number.text))
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

    def _hours(self, number: _Number) -> Amount:
        """Hours, and the minutes behind them: `1h30`, `1h30m`, `1 hour and 30 minutes`."""
        ahead = 1 if self._piece().text.casefold() in _AND else 0
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
        count = hours * _HOUR + minutes
        if minutes >= _HOUR and count <= COUNT_MAX:
            raise misread(
                "amount-minutes",
                say("Beside hours there are at most 59 minutes, not {minutes}.", minutes=minutes),
                word=self._first,
                instead=_try([_quantity(count, UNITS["h"])]),
            )
        return self._whole(count, UNITS["h"])

    def _exactly(self, number: _Number, meaning: _Meaning) -> Amount:
        return self._whole(self._settled(number, meaning) * meaning.parts, meaning.unit)

    def _whole(self, parts: Fraction | int, unit: Unit) -> Amount:
        """The amount, if it is a whole number of smallest parts."""
        if parts.denominator != 1 and parts <= COUNT_MAX:
            nearest = max(1, (2 * parts.numerator + parts.denominator) // (2 * parts.denominator))
            raise misread(
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
        except Misread as refusal:
            raise Misread(msgspec.structs.replace(refusal.refused, word=self._first)) from None

    # Numbers.

    def _take_number(self) -> _Number:
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
        number = _number(text)
        if number is None:
            raise self._unclear()
        return number

    def _group_follows(self, text: str, ahead: int = 0) -> bool:
        """Whether the next word can only be the next three digits of this number."""
        piece = self._piece(ahead)
        return (
            _GROUP.fullmatch(piece.text) is not None
            and not piece.glued
            and _group_may_follow(text.partition("'")[0])
            and text.replace("'", "").isdecimal()
        )

    def _take_fraction(self, whole: str) -> _Number:
        above, below = self._piece().digits, self._piece(2).digits
        # Two digits are enough for any part of an hour; more would be a date.
        if max(len(above), len(below)) > 2 or not above or not int(below or "0"):
            raise self._unclear()
        if whole and int(above) >= int(below):
            raise self._unclear()
        self._refuse_long(whole)
        self.at += 3
        text = f"{whole} {above}/{below}".strip()
        return _Number(text, int(whole or "0") + Fraction(int(above), int(below)))

    def _settled(self, number: _Number, meaning: _Meaning) -> Fraction | int:
        """The number's value once its unit is known: the language decides what `1.250` is."""
        if not number.doubtful:
            return number.value
        point, group = _separators(self.language)
        if number.doubtful == group:
            return number.value * 1000
        holds = meaning.parts % 1000 == 0
        even = (number.value * meaning.parts).denominator == 1
        if number.doubtful == point and (holds or not even):
            return number.value
        raise self._two_readings(number.text, [number.value * 1000, number.value], meaning)

    # Units.

    def _take_unit(self, number: _Number) -> _Meaning:
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
        if not piece.glued and not _near(piece.text, self.language, 0.8):
            raise self._missing_unit(number)
        raise _unknown_unit(piece.text, self.language, self.words[piece.word])

    def _refuse_several(self, unit: str, number: str) -> None:
        word = unit.casefold().rstrip(".,;")
        codes = next((codes for codes, words in _SEVERAL.items() if word in words.split()), "")
        if codes:
            raise misread(
                "unit-ambiguous",
                say("“{unit}” can mean several units.", unit=unit),
                word=self.words[self._piece().word],
                instead=_try(f"{number} {code}" for code in codes.split()),
            )

    def _refuse_days(self, unit: str) -> None:
        if unit.casefold().rstrip(".,;") in _NO_FIXED_HOURS.split():
            raise misread(
                "unit-not-fixed",
                say("“{unit}” is no fixed number of hours.", unit=unit),
                word=self.words[self._piece().word],
                instead=say("Say how many hours, for example {hours}.", hours="8h"),
            )

    # Refusals.

    def _refuse_long(self, text: str) -> None:
        if len(text) > DIGITS_MAX:
            raise misread(
                "number-too-long",
                say("That number has more than {most} digits.", most=DIGITS_MAX),
                word=self._first,
                instead=_example(),
            )

    def _no_amount(self) -> Misread:
        word = self._first
        reason = say("“{word}” is not an amount.", word=word) if word else say("An amount is missing.")
        return misread("amount-missing", reason, word=word, instead=_example())

    def _unclear(self) -> Misread:
        reason = say("I can't read “{word}” as an amount.", word=self._first)
        return misread("amount-unclear", reason, word=self._first, instead=_example())

    def _missing_unit(self, number: _Number) -> Misread:
        text = number.text.replace("'", "")
        usable = text if _group_may_follow(text) else "3"
        reason = say("{number} what?", number=text)
        return misread("amount-missing-unit", reason, word=self._first, instead=_example(usable))

    def _one_digit(self, hours: int, minutes: int) -> Misread:
        counts = [hours * _HOUR + each for each in (minutes, 10 * minutes) if each < _HOUR]
        return misread(
            "amount-minutes",
            say("In “{word}” the minutes need two digits.", word=self._first),
            word=self._first,
            instead=_try(_quantity(count, UNITS["h"]) for count in counts),
        )

    def _two_readings(self, text: str, values: Iterable[Fraction | int], meaning: _Meaning) -> Misread:
        counts = [value * meaning.parts for value in values]
        shown = [_quantity(it.numerator, meaning.unit) for it in counts if it.denominator == 1]
        return misread(
            "number-ambiguous",
            say("“{word}” can be read as two numbers.", word=text),
            word=self._first,
            instead=_try(shown),
        )


_HOURS: Final = _MEANINGS["h"]
_MINUTES: Final = _MEANINGS["min"]


def _base(language: str) -> str:
    return language.partition("-")[0].casefold()


def _quantity(count: int, unit: Unit) -> Quantity:
    return Quantity(count, unit.code, unit.parts)


def _example(number: str = "3") -> Node:
    return say("For example {time} or {money}.", time=f"{number}h", money=f"{number} EUR")


def _try(choices: Iterable[Place]) -> Node:
    return say("Try {choices}.", choices=joined(choices, " / "))


def _negative(word: str) -> Misread:
    return misread(
        "amount-negative",
        say("An amount is more than nothing, never less."),
        word=word,
        instead=say("To take something back, use {withdraw}.", withdraw=Typed("withdraw")),
    )


def _unknown_unit(unit: str, language: str, word: str) -> Misread:
    near = _near(unit, language, 0.6)
    return misread(
        "unit-unknown",
        say("I know no unit “{unit}”.", unit=unit),
        word=word,
        instead=say("Did you mean “{near}”?", near=near) if near else _example(),
    )


def _near(unit: str, language: str, alike: float) -> str:
    """The unit word or code most like this one, or nothing."""
    if len(unit) > 20:
        return ""
    near = difflib.get_close_matches(unit.casefold(), _meanings(_base(language)), 1, alike)
    code = near[0].upper() if near else ""
    return code if code in UNITS else "".join(near)
