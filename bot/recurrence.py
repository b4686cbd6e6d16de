"""Times that come once or again and again, in plain words: `fri 18:00`, `every monday 09:00`.

Again and again means by the local clock: summer time moves nothing (`bot.polling.repeating`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from bot.chat import Misread, misread
from bot.language.clock import local_day
from bot.language.moments import read_when
from bot.polling.repeating import WORKDAY, is_workday, next_of
from bot.wording import Node, Words, say, say_n

NUMBER_MAX: Final = 99
"""Every so many days, weeks or months; what is rarer needs no chat to remember it."""


def _words(table: Mapping[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, words in table.items() for word in words.split()}


_EVERY: Final = _words(
    {"every": "every each jeden jede jedes alle joka chaque tous toutes cada todos todas"}
)
_ARTICLES: Final = _words({"the": "les los las"})
_SPANS: Final = _words(
    {
        "day": "day days tag tage tagen päivä päivän jour jours dia día dias días",
        "week": "week weeks woche wochen viikko viikon semaine semaines semana semanas",
        "fortnight": "fortnight",
        "month": "month months monat monate monaten kuukausi kuukauden mois mes meses",
        "quarter": "quarter quartal neljännes trimestre",
        "year": "year years jahr jahre vuosi vuoden an ans année año años",
        WORKDAY: "weekday weekdays workday workdays werktag werktage arkipäivä",
    }
)
"""Words for how long it is until the next time, as `bot.polling.repeating` has them."""

_ALONE: Final = {
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
_NUMBERS: Final = {
    word: int(number)
    for word, number in _words(
        {
            "2": "other second two zwei zweite zweiten zweiter toinen kahden deux dos",
            "3": "third three drei dritte dritten kolmas kolmen trois tres",
            "4": "four vier neljän quatre cuatro",
        }
    ).items()
}
_AND: Final = _words({"and": "and und ja et y & +"})
_COUNT: Final = re.compile(r"[0-9]{1,4}")
_ORDINAL: Final = re.compile(r"([0-9]{1,2})(?:\.|st|nd|rd|th|er|º)")


class Times(msgspec.Struct, frozen=True):
    """The first instant (UTC), and how often again: a day, a week, 3 weeks, a month; or once."""

    first: dt.datetime
    every: str = ""

    @property
    def at(self) -> int:
        """The first instant in milliseconds since 1970 UTC."""
        return int(self.first.timestamp() * 1000)


def every_told(every: str) -> Node:
    """How often again, in words."""
    number, _, unit = every.rpartition(" ")
    count = int(number or 1)
    match unit:
        case "day":
            return say_n("every day", "every {count} days", count)
        case "week":
            return say_n("every week", "every {count} weeks", count)
        case "month":
            return say_n("every month", "every {count} months", count)
        case "year":
            return say_n("every year", "every {count} years", count)
        case "quarter":
            return say_n("every quarter", "every {count} quarters", count)
        case "fortnight":
            return say("every fortnight")
        case _:
            return say("every day from Monday to Friday")


def read_times(words: Sequence[str], language: str, now: dt.datetime, zone: str) -> tuple[Times, int]:
    """The times that the words begin with, and how many words it took. Raises Misread.

    `every monday 09:00` comes weekly on Mondays, `every other friday 9:00` every second week,
    `every weekday 9:00` from Monday to Friday, `every 3 days 18:00` and `daily 18:00` by days,
    `every month 1st 9:00` and `every month 2026-12-01 9:00` monthly; without `every` it comes once.
    """
    every, taken = _every(words)
    if not taken:
        first, used = read_when(words, language, now, zone)
        return Times(first), used
    behind = words[taken:]
    if not behind:
        raise misread(
            "times-unclear",
            say("When is that to be?"),
            word=" ".join(words),
            instead=say("Write it so: {example}", example=Words("every monday 09:00")),
        )
    first, used = _first(every, behind, language, now, zone)
    _check_one(behind, used, language, now, zone)
    return Times(first, every), used + taken


def _every(words: Sequence[str]) -> tuple[str, int]:
    """How often the words say, and how many of them do; none do where it is once."""
    compared = [word.casefold().rstrip(",") for word in words[:4]]
    if compared and compared[0] in _ALONE:
        return _ALONE[compared[0]], 1
    if not compared or compared[0] not in _EVERY:
        return "", 0
    at = 2 if compared[1:2] and compared[1] in _ARTICLES else 1
    count = _count(compared[at]) if at < len(compared) else 0
    at += bool(count)
    span = _SPANS.get(compared[at], "") if at < len(compared) else ""
    if not span and count > 1 and _COUNT.fullmatch(compared[at - 1]):
        raise _unclear(words[at - 1])
    if span in {"fortnight", WORKDAY} and count > 1:
        raise _unclear(words[at])
    at += bool(span)
    span = span or "week"
    return (f"{count} {span}" if count > 1 else span), at


def _count(word: str) -> int:
    """The number that a word says, 0 for none. Raises Misread."""
    count = int(word) if _COUNT.fullmatch(word) else _NUMBERS.get(word, 0)
    if count > NUMBER_MAX or word.strip("0") == "" != word:
        raise _unclear(word)
    return count


def _unclear(word: str) -> Misread:
    return misread(
        "times-unclear",
        say("I do not know how often that is to be."),
        word=word,
        instead=say("Write it so: {example}", example=Words("every 2 weeks friday 09:00")),
    )


def _first(
    every: str, words: Sequence[str], language: str, now: dt.datetime, zone: str
) -> tuple[dt.datetime, int]:
    """The first time, and how many words it took. Raises Misread."""
    unit = every.rpartition(" ")[2]
    ordinal = _ORDINAL.fullmatch(words[0].casefold()) if unit in {"month", "quarter"} else None
    if ordinal:
        return _of_month(int(ordinal[1]), words, language, now, zone)
    first, used = read_when(words, language, now, zone)
    if every == WORKDAY and not is_workday(local_day(first, zone)):
        at = next_of(int(first.timestamp() * 1000), every, zone, int(first.timestamp() * 1000))
        first = dt.datetime.fromtimestamp(at / 1000, dt.UTC)
    return first, used


def _of_month(
    number: int, words: Sequence[str], language: str, now: dt.datetime, zone: str
) -> tuple[dt.datetime, int]:
    """The next time that a month has this day. Raises Misread."""
    today = local_day(now, zone)
    for month in range(today.month - 1, today.month + 11):
        try:
            day = dt.date(today.year + month // 12, month % 12 + 1, number)
        except ValueError:
            continue
        first, used = read_when([day.isoformat(), *words[1:]], language, now, zone)
        if first > now:
            return first, used
    raise _unclear(words[0])


def _check_one(words: Sequence[str], used: int, language: str, now: dt.datetime, zone: str) -> None:
    """Whoever names a second day means it; it would be lost in the text. Raises Misread."""
    linked = used < len(words) and words[used].casefold() in _AND
    if not (linked or words[used - 1].endswith(",")):
        return
    rest = words[used + linked :]
    try:
        read_when(rest, language, now, zone)
    except Misread:
        return
    raise misread(
        "times-several",
        say("One reminder comes at one time."),
        word=" ".join(words[: used + linked + 1]),
        instead=say("Set one for each."),
    )
