"""From how long to how long: `2-3h`, `two to three hours`, `30-45 minutes`, which is no amount.

`9-12h` and `14-16h` are times of the day: nobody works on one thing for nine to twelve hours and
writes it so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from bot.language.tokens import Token
from bot.phrasing.numbers import HOUR_WORDS, MINUTE_WORDS, number_in
from bot.phrasing.wording import word, words_of

HOURS_MAX: Final = 8
"""Up to so many hours `2-3h` is a length, and no time of the day."""

_GLUED: Final = re.compile(r"(?P<low>\d{1,2})[-–](?P<high>\d{1,2})(?P<unit>[a-z]*)")
_UNTIL: Final = words_of("to bis till til or oder - –")


class Range(NamedTuple):
    """The shorter and the longer, as they are typed, and how many words say so."""

    low: str
    high: str
    used: int


def range_at(tokens: Sequence[Token]) -> Range | None:
    """The range that words begin with; None where they begin with none."""
    said = [word(token).rstrip(".") for token in tokens[:4]]
    glued = _GLUED.fullmatch(said[0]) if said else None
    if glued is not None:
        own = glued["unit"]
        unit, used = (own, 1) if own else ("".join(said[1:2]), 2)
        low, high = int(glued["low"]), int(glued["high"])
    elif len(said) > 3 and said[1] in _UNTIL:
        low, high, own = number_in(said[0]) or 0, number_in(said[2]) or 0, ""
        unit, used = said[3], 4
    else:
        return None
    letter = "h" if unit in HOUR_WORDS else "m" if unit in MINUTE_WORDS else ""
    if not letter or not 0 < low < high or (own and letter == "h" and high > HOURS_MAX):
        return None
    return Range(f"{low}{letter}", f"{high}{letter}", used)
