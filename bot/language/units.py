"""Units: what amounts are measured in, and all the words by which people call them.

Hours, a few goods, the currencies of ISO 4217, and units that a collective makes for itself. What a
word means is settled by the language where languages differ. No amounts here, no rates between units.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

import msgspec

from bot.chat import Misread
from bot.text.rendering import unit_name
from bot.text.wording import Node, say

HOUR: Final = 60
"""The smallest parts of an hour."""


class UnitClass(StrEnum):
    """What a unit measures."""

    TIME = "time"
    MONEY = "money"
    GOODS = "goods"
    OWN = "own"
    """What a collective keeps accounts in of its own making, such as credits that members pay with."""


class Unit(msgspec.Struct, frozen=True):
    """A unit: its code, and how many smallest parts one has (60 for `h`, else a power of ten)."""

    code: str
    unit_class: UnitClass
    parts: int

    @property
    def name(self) -> str:
        """What people call it."""
        return unit_name(self.code)


OwnUnits = Mapping[str, Unit]
"""A collective's own units, by each word (in lower case) that means one."""

NO_OWN_UNITS: Final[OwnUnits] = MappingProxyType({})

OWN_PLACES_MAX: Final = 6
"""The most decimals of a collective's own unit."""

OWN_CHARACTERS_MAX: Final = 12
"""The longest word for a unit of one's own: it stands behind every amount."""


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
        "h": Unit("h", UnitClass.TIME, HOUR),
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


class Meaning(NamedTuple):
    """What a unit word stands for: a unit, and how many of its smallest parts one of it is."""

    unit: Unit
    parts: int


MEANINGS: Final = {
    **{code: Meaning(unit, unit.parts) for code, unit in UNITS.items()},
    "min": Meaning(UNITS["h"], 1),
    "g": Meaning(UNITS["kg"], 1),
    "t": Meaning(UNITS["kg"], 1_000_000),
    "ml": Meaning(UNITS["l"], 1),
    "cl": Meaning(UNITS["l"], 10),
    "dl": Meaning(UNITS["l"], 100),
    "metre": Meaning(UNITS["km"], 1),
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

_SYMBOLS: Final = """EUR € euro, GBP £ quid, USD $ us$, JPY ¥, INR ₹, PLN zł zl, CZK kč kc, RUB ₽,
UAH ₴, TRY ₺, KRW ₩, ILS ₪, VND ₫, PHP ₱, NGN ₦, CRC ₡, PYG ₲, KZT ₸, GEL ₾, GHS ₵, THB ฿, AZN ₼,
CAD ca$ c$, AUD au$ a$, NZD nz$, HKD hk$, MXN mx$, BRL r$"""
"""Currencies by the signs that are commonly theirs; `kr` and the like are among `SEVERAL`."""

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

SEVERAL: Final = {
    "SEK NOK DKK ISK": "kr krona kronor krone kroner",
    "SEK NOK DKK CZK": "crown crowns kronen kruunua couronnes coronas",
    "CHF XOF XAF": "fr franc francs franken frangia francos",
    "MXN ARS CLP COP PHP": "peso pesos pesoa",
    "INR PKR NPR LKR": "rupee rupees rupien rupiaa roupies rupias",
    "GBP kg": "pound pounds pfund puntaa livre livres libra libras",
}
"""Words that mean several units, behind the units to choose from."""

NO_FIXED_HOURS: Final = """d day days week weeks month months year years tag tage tagen woche wochen
monat monate jahr jahre pv päivä päivää viikko viikkoa kuukausi kuukautta kk vuosi vuotta j jour jours
semaine semaines mois an ans día días dia dias semana semanas mes meses año años"""
"""Lengths of time that everybody fills with other hours."""

_CAPITALS_ONLY: Final = frozenset(
    ["ALL", "BOB", "COP", "CUP", "MAD", "MOP", "PEN", "SOS", "TOP", "TRY"]
)
"""Currencies whose code is also a word that may follow a number (`3 cup flour`)."""

AND: Final = frozenset(["and", "und", "ja", "et", "y"])


def unit_of(code: str) -> Unit:
    """The unit of a stored code. Raises Misread for a code that is none.

    The code of a collective's own unit carries its decimals behind a point, `leaf.2`: every posting can
    be read by itself.
    """
    unit = UNITS.get(code) or _own_unit(code)
    if unit is None:
        raise unknown_unit(code, "en", code)
    return unit


@lru_cache(maxsize=1_000)
def _own_unit(code: str) -> Unit | None:
    name, point, places = code.partition(".")
    fits = point and name and len(places) == 1 and places.isdecimal()
    return Unit(code, UnitClass.OWN, 10 ** int(places)) if fits else None


def own_unit(word: str, places: int) -> Unit:
    """A new unit of a collective's own. Raises Misread for a word that cannot be one, or is taken."""
    unit = _own_unit(f"{own_word(word)}.{places}")
    assert unit is not None
    assert places <= OWN_PLACES_MAX, f"{places} decimals"
    return unit


def own_word(word: str) -> str:
    """A word that can mean a unit of one's own, as it is kept. Raises Misread."""
    kept = word.casefold()
    if not (kept.isalpha() and 1 < len(kept) <= OWN_CHARACTERS_MAX):
        raise Misread(
            "unit-odd",
            say("“{word}” cannot be the name of a unit.", word=word),
            word=word,
            instead=say("It is 2 to {most} letters, such as leaf.", most=OWN_CHARACTERS_MAX),
        )
    several = (each for words in SEVERAL.values() for each in words.split())
    taken = {*several, *NO_FIXED_HOURS.split(), *AND}
    if kept in taken or any(meaning_of(word, language) for language in ("", *_WORDS)):
        raise Misread(
            "unit-taken",
            say("“{word}” means a unit already.", word=word),
            word=word,
            instead=say("Choose a word of your own, such as leaf."),
        )
    return kept


def meaning_of(word: str, language: str) -> Meaning | None:
    """What a unit word, symbol or code stands for in a room of this language; None if nothing."""
    code = word.upper()
    if code in _CAPITALS_ONLY:
        return MEANINGS[code] if word == code else None
    return _meanings(_base(language)).get(word.casefold())


@lru_cache(maxsize=64)
def _meanings(base: str) -> Mapping[str, Meaning]:
    """All unit words: codes, symbols, the language's own, and the others' where those agree."""
    known = {code.casefold(): MEANINGS[code] for code in UNITS}
    known |= _by_word(_ALL_LANGUAGES)
    for symbols in _SYMBOLS.split(","):
        code, *words = symbols.split()
        known |= dict.fromkeys(words, MEANINGS[code])
    tables = [_by_word(table) for table in _WORDS.values()]
    for word in dict.fromkeys(word for table in tables for word in table):
        found = {table[word] for table in tables if word in table}
        if len(found) == 1:
            known[word] = found.pop()
    return MappingProxyType(known | _by_word(_WORDS.get(base, {})))


def _by_word(table: Mapping[str, str]) -> dict[str, Meaning]:
    return {word: MEANINGS[key] for key, words in table.items() for word in words.split()}


def _base(language: str) -> str:
    return language.partition("-")[0].casefold()


def example(number: str = "3") -> Node:
    """Two amounts as they might be typed, to answer what is none."""
    return say("For example {time} or {money}.", time=f"{number}h", money=f"{number} EUR")


def unknown_unit(unit: str, language: str, word: str, own: OwnUnits = NO_OWN_UNITS) -> Misread:
    """That a unit is none, in the `word` as it was typed, and which one is most like it."""
    near = near_unit(unit, language, 0.6, own)
    return Misread(
        "unit-unknown",
        say("I know no unit “{unit}”.", unit=unit),
        word=word,
        instead=say("Did you mean “{near}”?", near=near) if near else example(),
    )


def near_unit(unit: str, language: str, alike: float, own: OwnUnits) -> str:
    """The unit word or code most like this one, or nothing."""
    if len(unit) > 20:
        return ""
    known = [*own, *_meanings(_base(language))]
    near = difflib.get_close_matches(unit.casefold(), known, 1, alike)
    code = near[0].upper() if near else ""
    return code if code in UNITS else "".join(near)
