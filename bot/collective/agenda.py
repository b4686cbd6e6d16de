"""The agenda of a meeting: what a point of it is, and through which steps a decision goes.

Source of the steps: the cheat sheet of Occupy's General Assembly (presented, questions, concerns,
friendly amendments, temperature, call).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.collective.events import Seal

ITEMS_MAX: Final = 100
"""More than people come to at one meeting."""

DECISION: Final = "decision"
SORTS: Final = ("report", "announcement", "discussion", DECISION, "break")
"""What a point is for."""

CALL: Final = "call"
TEMPERATURE: Final = "temperature"
STEPS: Final = ("presented", "questions", "concerns", "amendments", TEMPERATURE, CALL)
"""Through what a decision goes, in this order."""


@dataclass(slots=True)
class Item:
    """A point of the agenda: how many `minutes` it has, 0 for any number.

    `since` is the meeting that left it over; `done` says that this one came to it, and `tabled` that it
    waits for the next one all the same. `words` is the meeting whose words have its title, where that
    is another one. `sort` is what it is for, `proposal` the one that it is about, 0 for none.
    """

    number: int
    title: Seal
    minutes: int = 0
    since: int = 0
    done: bool = False
    tabled: bool = False
    words: int = 0
    sort: str = ""
    proposal: int = 0

    @property
    def decides(self) -> bool:
        """Whether it goes through the steps of a decision."""
        return self.sort == DECISION
