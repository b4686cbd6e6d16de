"""The words for days, spans and times of the day, and the names of days and months.

Each table holds the words of all languages: none means two things within one table.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple, TypeVar

from babel.core import Locale, UnknownLocaleError

T = TypeVar("T")
Kind = Literal["weekday", "month"]
Span = Literal["day", "week", "month", "quarter", "year"]

_LANGUAGES: Final = ("en", "de", "fi", "fr", "es")


def phrases(table: Mapping[T, str]) -> dict[tuple[str, ...], T]:
    """Every phrase of a table, as its words, with what it means."""
    return {
        tuple(phrase.split()): value
        for value, phrases in table.items()
        for phrase in phrases.split(",")
    }


DAYS_FROM_TODAY: Final = phrases(
    {
        0: "today, heute, tänään, aujourd'hui, hoy",
        -1: "yesterday, gestern, eilen, hier, ayer",
        1: "tomorrow, morgen, huomenna, demain, mañana, manana",
        -2: "day before yesterday, vorgestern, toissapäivänä, avant-hier, anteayer, antier",
        2: "day after tomorrow, übermorgen, ylihuomenna, après-demain, pasado mañana",
    }
)

UNITS: Final[dict[tuple[str, ...], Span]] = phrases(
    {
        "day": "d, day, days, tag, tage, tagen, pv, päivä, päivää, päivän, jour, jours, día, días,"
        "dia, dias",
        "week": "w, week, weeks, woche, wochen, vk, viikko, viikkoa, viikon, viikolla, semaine,"
        "semaines, semana, semanas",
        "month": "month, months, monat, monate, monaten, kk, kuukausi, kuukautta, kuukauden,"
        "kuu, kuun, kuussa, mois, mes, meses",
        "quarter": "quarter, quarters, quartal, quartale, quartalen, neljännes, neljännestä,"
        "neljänneksen, neljänneksellä, trimestre, trimestres",
        "year": "y, year, years, jahr, jahre, jahren, vuosi, vuotta, vuoden, vuonna, an, ans,"
        "année, années, annee, annees, año, años, ano, anos",
    }
)

MARKS_BEFORE: Final = phrases(
    {
        -1: "last, letzte, letzten, letzter, letztes, letztem, vorige, vorigen, voriger, voriges,"
        "vorigem, viime, último, última, ultimo, ultima",
        0: "this, diese, diesen, dieser, dieses, diesem, tämä, tämän, tällä, tässä, tänä, ce, cet,"
        "cette, este, esta",
        1: "next, coming, nächste, nächsten, nächster, nächstes, nächstem, kommende, kommenden,"
        "kommender, kommendes, ensi, próximo, próxima, proximo, proxima",
    }
)
MARKS_BEHIND: Final = phrases(
    {
        -1: "dernier, dernière, derniere, passé, passée, pasado, pasada",
        1: "prochain, prochaine, próximo, próxima, proximo, proxima, que viene",
    }
)

ONE: Final = phrases({1: "a, an, one, ein, eine, einem, einer, einen, yksi, yhden, un, une, una, uno"})
AGO_BEFORE: Final = phrases({-1: "vor, il y a, hace"})
AGO_BEHIND: Final = phrases({-1: "ago, sitten"})
IN_BEFORE: Final = phrases({1: "in, dans, en, dentro de, +"})
IN_BEHIND: Final = phrases({1: "päästä, kuluttua"})
SINCE_BEFORE: Final = phrases({True: "since, seit, depuis, desde"})
SINCE_BEHIND: Final = phrases({True: "alkaen, lähtien"})
TO: Final = phrases({True: ".."})
ARTICLES: Final = phrases({True: "on, the, am, den, le, la, el"})
OF: Final = phrases({True: "of, de, del"})
AT: Final = phrases({"at": "at, à, a las, a la", "clock": "klo, kello, um"})
NOON: Final = phrases({12: "noon, mittag, keskipäivä, midi, mediodía"})
MIDNIGHT: Final = phrases({0: "midnight, mitternacht, keskiyö, minuit, medianoche"})
DAY_PARTS: Final = phrases(
    {
        9: "morning, morgen, früh, vormittag, aamulla, aamupäivällä, matin, por la mañana,"
        "por la manana",
        15: "afternoon, nachmittag, iltapäivällä, après-midi, apres-midi, por la tarde",
        18: "evening, abend, illalla, soir",
        21: "night, nacht, yöllä, nuit, por la noche",
    }
)
"""The hour that is meant by a part of the day, behind a day: the answer tells it."""

DAY_PARTS_ALONE: Final = phrases(
    {
        9: "in the morning, am morgen, morgens, vormittags, am vormittag, aamulla, aamupäivällä,"
        "le matin, por la mañana, this morning, heute früh, tänä aamuna, ce matin, esta mañana",
        15: "in the afternoon, nachmittags, am nachmittag, iltapäivällä, l'après-midi, por la tarde,"
        "this afternoon, tänä iltapäivänä, cet après-midi, esta tarde",
        18: "in the evening, abends, am abend, illalla, le soir, this evening, tänä iltana, ce soir",
        21: "at night, tonight, nachts, in der nacht, yöllä, la nuit, cette nuit, tänä yönä,"
        "esta noche, por la noche",
    }
)
"""The same without a day: the next time that the clocks show it."""

HOURS: Final = phrases(
    {
        60: "hour, hours, hrs, stunde, stunden, tunti, tuntia, tunnin, heure, heures, hora, horas",
        1: "minute, minutes, min, mins, minuten, minuutti, minuuttia, minuutin, minuto, minutos",
    }
)
"""Words for time that passes by the clock, in minutes."""

HALF_HOUR: Final = phrases(
    {
        30: "half an hour, a half hour, half hour, halben stunde, einer halben stunde, halbe stunde,"
        "puoli tuntia, puolen tunnin, une demi-heure, demi-heure, media hora"
    }
)
SECONDS: Final = phrases(
    {
        True: "second, seconds, sec, secs, sekunde, sekunden, sekunti, sekuntia, sekunnin, seconde,"
        "secondes, segundo, segundos, s"
    }
)
AND: Final = phrases({True: "and, und, ja, et, y, &, +"})

ENDS: Final[dict[tuple[str, ...], Span]] = phrases(
    {
        "day": "end of day, end of the day, ende des tages, fin de journée",
        "week": "end of week, end of the week, ende der woche, viikon lopussa, fin de semaine,"
        "fin de la semaine",
        "month": "end of month, end of the month, ende des monats, monatsende, kuun lopussa,"
        "kuukauden lopussa, fin du mois, fin de mois, fin de mes, fin del mes",
        "quarter": "end of quarter, end of the quarter, quartalsende, fin du trimestre,"
        "fin del trimestre",
        "year": "end of year, end of the year, jahresende, ende des jahres, vuoden lopussa,"
        "fin d'année, fin de année, fin de año, fin del año",
    }
)

CLOCK_H: Final = frozenset(["de", "fr", "es"])
"""Languages in which `18h` is a time of the day rather than eighteen hours."""

CLOCK_POINT: Final = frozenset(["de", "fi"])
"""Languages in which `18.30` behind a day is a time."""

DAY_EXAMPLE: Final = {"de": "gestern", "fi": "eilen", "fr": "hier", "es": "ayer"}
WHEN_EXAMPLE: Final = {
    "de": ("morgen 18:00", "in 3 Tagen"),
    "fi": ("huomenna 18:00", "3 päivän päästä"),
    "fr": ("demain 18:00", "dans 3 jours"),
    "es": ("mañana 18:00", "en 3 días"),
}
PERIOD_EXAMPLE: Final = {
    "de": "letzter Monat",
    "fi": "viime kuukausi",
    "fr": "le mois dernier",
    "es": "el mes pasado",
}


class _Name(NamedTuple):
    """What a calendar name means: weekday 0 (Monday) to 6, or month 1 to 12."""

    kind: Kind
    number: int


_Names = Mapping[str, frozenset[_Name]]

_SPOKEN: Final = {
    "en": {"tues": 1, "weds": 2, "thur": 3, "thurs": 3},
    "de": {"sonnabend": 5},
}
"""Weekday names that people write and CLDR does not list."""


@lru_cache(maxsize=64)
def names_of(language: str) -> _Names:
    """Names of days and months: the language's own, then others' that mean one thing only.

    A name of two letters (`do`, `ma`, `to`) is only understood in its own language.
    """
    tables = [own_names(each) for each in _LANGUAGES]
    known: dict[str, frozenset[_Name]] = {}
    for word in dict.fromkeys(word for table in tables for word in table):
        meanings = frozenset[_Name]().union(*(table.get(word, ()) for table in tables))
        if len(meanings) == 1 and len(word) > 2:
            known[word] = meanings
    return {**known, **own_names(language)}


@lru_cache(maxsize=64)
def own_names(language: str) -> _Names:
    """The names of days and months that the language itself has."""
    locale = locale_of(language)
    found: dict[str, set[_Name]] = {}
    tables: tuple[tuple[Kind, Any], ...] = (("weekday", locale.days), ("month", locale.months))
    for kind, widths in tables:
        for width in ("wide", "abbreviated", "short"):
            for form in ("format", "stand-alone"):
                for number, name in dict(widths[form].get(width) or {}).items():
                    _add_name(found, name, _Name(kind, number))
    for name, number in _SPOKEN.get(base_language(language), {}).items():
        _add_name(found, name, _Name("weekday", number))
    return {word: frozenset(meanings) for word, meanings in found.items()}


def _add_name(found: dict[str, set[_Name]], name: str, meaning: _Name) -> None:
    word = name.casefold().rstrip(".")
    bare = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    for each in {word, bare}:
        found.setdefault(each, set()).add(meaning)


@lru_cache(maxsize=256)
def locale_of(language: str) -> Locale:
    """What CLDR knows of a language; English where it knows none."""
    try:
        return Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale("en")


def base_language(language: str) -> str:
    """The language without its country: `de` of `de-AT`."""
    return language.partition("-")[0].casefold()
