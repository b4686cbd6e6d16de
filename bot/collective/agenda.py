"""The agenda of a meeting: what a point of it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.collective.events import Seal

ITEMS_MAX: Final = 100
"""More than people come to at one meeting."""


@dataclass(slots=True)
class Item:
    """A point of the agenda: how many `minutes` it has, 0 for any number.

    `since` is the meeting that left it over; `done` says that this one came to it, and `tabled` that it
    waits for the next one all the same. `words` is the meeting whose words have its title, where that
    is another one.
    """

    number: int
    title: Seal
    minutes: int = 0
    since: int = 0
    done: bool = False
    tabled: bool = False
    words: int = 0
