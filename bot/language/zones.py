"""Zones as people write them behind a time: `18:30 UTC`, `18:30 Europe/Berlin`, `18:30 CET`.

A place and UTC mean one thing. A short name such as CST is used by several places: it is understood
only where it is what the clocks here are called at that time, and refused elsewhere, for to take it
for text would move the time by hours.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from bot.chat import Misread
from bot.language.line import Found, Line
from bot.text.wording import say

UTC_NAMES = frozenset({"UTC", "GMT", "Z"})

_IN_OTHER_LANGUAGES = {"MEZ": "CET", "MESZ": "CEST", "HNEC": "CET", "HAEC": "CEST"}
"""Short names that only one language has, by the usual ones."""


@lru_cache(maxsize=1)
def _short_names() -> frozenset[str]:
    """What clocks are called anywhere, in winter or in summer, in letters."""
    seen = [dt.datetime(2026, month, 1, tzinfo=dt.UTC) for month in (1, 7)]
    names = {at.astimezone(ZoneInfo(zone)).tzname() for zone in available_timezones() for at in seen}
    return frozenset(name for name in names if name and name.isalpha() and len(name) > 2)


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    """The zones by their names as they are compared."""
    return {zone.casefold(): zone for zone in available_timezones() if "/" in zone}


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    """The zones by their folded names; asking the system for them reads its disk."""
    return {name.casefold(): name for name in available_timezones()}


def zone_named(word: str) -> str | None:
    """The zone of that name, or of that city where only one is called so."""
    names = _zones()
    wanted = word.casefold()
    if wanted in names:
        return names[wanted]
    ends = [name for folded, name in sorted(names.items()) if folded.endswith(f"/{wanted}")]
    return ends[0] if len(ends) == 1 else None


def zone_at(line: Line, at: int, moment: dt.datetime, zone: str) -> Found[str]:
    """The zone that a word behind a time names; `moment` is that time by the clocks of `zone`.

    Raises Misread for a short name that means another place, or several.
    """
    word = line.typed[at].strip("(),;") if at < len(line.words) else ""
    if word in UTC_NAMES:
        return "UTC", at + 1
    if place := _places().get(word.casefold()):
        return place, at + 1
    name = _IN_OTHER_LANGUAGES.get(word, word)
    if name not in _short_names():
        return None
    here = moment.astimezone(ZoneInfo(zone)).tzname()
    if name == here:
        return zone, at + 1
    raise _unclear(word, zone, here or zone)


def _unclear(word: str, zone: str, here: str) -> Misread:
    return Misread(
        "zone-unclear",
        say("“{word}” is not what the clocks here are called then.", word=word),
        word=word,
        instead=say(
            "Times are those of {zone} ({here}). Leave {word} out, or name a place, as Europe/Berlin.",
            zone=zone,
            here=here,
            word=word,
        ),
    )
