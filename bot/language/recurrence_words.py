"""The words in which times come again, of all languages: every, each month, until, five times."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from bot.language.repeating import (
    HOUR,
    WORKDAY,
)


def _words(table: Mapping[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, words in table.items() for word in words.split()}


EVERY: Final = _words(
    {"every": "every each jeden jede jedes alle joka chaque tous toutes cada todos todas"}
)

ARTICLES: Final = _words({"the": "les los las"})

DEFINITE: Final = frozenset(["the", "am", "der", "den", "le", "el", "on"])

SPANS: Final = _words(
    {
        HOUR: "hour hours h stunde stunden tunti tuntia tunnin heure heures hora horas",
        "day": "day days tag tage tagen päivä päivän jour jours dia día dias días",
        "week": "week weeks woche wochen viikko viikon semaine semaines semana semanas",
        "fortnight": "fortnight",
        "month": "month months monat monate monaten kuukausi kuukauden mois mes meses",
        "quarter": "quarter quartal neljännes trimestre",
        "year": "year years jahr jahre vuosi vuoden an ans année año años",
        WORKDAY: "weekday weekdays workday workdays werktag werktage arkipäivä",
    }
)
"""Words for how long it is until the next time, as `bot.language.repeating` has them."""

ALONE: Final = {
    "daily": "day",
    "weekly": "week",
    "fortnightly": "fortnight",
    "monthly": "month",
    "quarterly": "quarter",
    "yearly": "year",
    "täglich": "day",
    "wöchentlich": "week",
    "monatlich": "month",
    "jährlich": "year",
}

NUMBERS: Final = {
    word: int(number)
    for word, number in _words(
        {
            "2": "other second two zwei zweite zweiten zweiter toinen kahden deux dos",
            "3": "third three drei dritte dritten kolmas kolmen trois tres",
            "4": "four vier neljän quatre cuatro",
        }
    ).items()
}

SHORTER: Final = frozenset(
    [
        "minute",
        "minutes",
        "min",
        "minuten",
        "minuutti",
        "minuuttia",
        "minuutin",
        "minuto",
        "minutos",
        "second",
        "seconds",
        "sekunde",
        "sekunden",
        "sekunti",
        "sekunnin",
        "seconde",
        "secondes",
        "segundo",
        "segundos",
    ]
)
"""What is too often."""

PLACES: Final = {
    word: int(place)
    for place, words in {
        "1": "first 1st erste ersten erster ensimmäinen premier primer primero",
        "2": "second 2nd zweite zweiten zweiter toinen deuxième deuxieme segundo",
        "3": "third 3rd dritte dritten dritter kolmas troisième troisieme tercer tercero",
        "4": "fourth 4th vierte vierten vierter neljäs quatrième quatrieme cuarto",
        "-1": "last letzte letzten letzter viimeinen dernier último ultimo",
    }.items()
    for word in words.split()
}
"""Which of a month's weekdays; in the words that stand before one."""

MONTHLY: Final = tuple(
    tuple(phrase.split())
    for phrase in (
        "of the month",
        "of each month",
        "of every month",
        "each month",
        "every month",
        "im monat",
        "des monats",
        "jeden monat",
        "jeden monats",
        "du mois",
        "de chaque mois",
        "del mes",
        "de cada mes",
        "kuussa",
        "joka kuussa",
    )
)

MONTHLY_BEFORE: Final = (("joka", "kuun"), ("kuun",))
"""That it is a month's: behind the weekday, or in Finnish before it."""

OR_WEEKS: Final = (2, 3, 4)
"""`every second friday` is every other one, unless it is said to be a month's."""

UNTIL: Final = ("until", "till", "bis", "jusqu'au", "jusqu'à", "hasta")

UNTIL_BEHIND: Final = ("asti", "saakka")

UNTIL_ARTICLES: Final = ("zum", "the", "el", "le", "la")

AND: Final = _words({"and": "and und ja et y & +"})

COUNT: Final = re.compile(r"[0-9]{1,4}")

ON_THE: Final = frozenset({"on", "the", "am", "zum", "le", "el", "al", "il", "den"})
"""What stands before a day of the month: `every month on the 1st`."""

ORDINAL: Final = re.compile(r"([0-9]{1,2})(?:\.|st|nd|rd|th|er|º)")
