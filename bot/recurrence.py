"""Times that come once or again and again, in plain words: `fri 18:00`, `every monday 09:00`.

Again and again means by the local clock: summer time moves nothing (`bot.polling.repeating`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from bot.calendar import read_when
from bot.chat import misread
from bot.wording import Words, say

_EVERY: Final = frozenset(
    [
        "every",
        "each",
        "jeden",
        "jede",
        "jedes",
        "alle",
        "joka",
        "chaque",
        "tous",
        "toutes",
        "cada",
        "todos",
        "todas",
    ]
)
_SPANS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ["day", "daily", "tag", "päivä", "jour", "jours", "dia", "día", "dias", "días"], "day"
    ),
    **dict.fromkeys(["week", "woche", "viikko", "semaine", "semaines", "semana", "semanas"], "week"),
    **dict.fromkeys(["fortnight"], "fortnight"),
    **dict.fromkeys(["month", "monat", "kuukausi", "mois", "mes", "meses"], "month"),
}
"""Words for how long it is until the next time, as `bot.polling.repeating` has them."""


class Times(msgspec.Struct, frozen=True):
    """The first instant (UTC), and how often again: a day, a week, a fortnight, a month; or once."""

    first: dt.datetime
    every: str = ""

    @property
    def at(self) -> int:
        """The first instant in milliseconds since 1970 UTC."""
        return int(self.first.timestamp() * 1000)


def read_times(words: Sequence[str], language: str, now: dt.datetime, zone: str) -> tuple[Times, int]:
    """The times that the words begin with, and how many words it took. Raises Misread.

    `every monday 09:00` comes weekly on Mondays, `every day 18:00` daily, `every month 2026-12-01 9:00`
    monthly from that day on; without `every` it comes once.
    """
    if not words or words[0].casefold() not in _EVERY:
        first, used = read_when(words, language, now, zone)
        return Times(first), used
    span = _SPANS.get(words[1].casefold(), "") if len(words) > 1 else ""
    behind = words[2:] if span else words[1:]
    if not behind:
        raise misread(
            "times-unclear",
            say("When is that to be?"),
            word=" ".join(words),
            instead=say("Write it so: {example}", example=Words("every monday 09:00")),
        )
    first, used = read_when(behind, language, now, zone)
    return Times(first, span or "week"), used + (2 if span else 1)
