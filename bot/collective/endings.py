"""How meetings ended: what is remembered of those of a year, to tell whether minutes came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from bot.collective.events import Seal

_KEPT_MS: Final = 400 * 86_400_000
"""Somewhat more than a year."""


@dataclass(slots=True)
class Ended:
    """A meeting that is over: when it began and ended (ms), who came themselves, its minutes.

    `told_at` is when (ms) these first told something, `corrected_at` when they were corrected last,
    `approved_at` when another meeting approved them; 0 where that never was. The rules are those of its
    room and circle.
    """

    opened_at: int
    closed_at: int
    themselves: frozenset[int]
    told_at: int
    title: Seal = ""
    room: int = 0
    circle: str = ""
    corrected_at: int = 0
    approved_at: int = 0


@dataclass(slots=True)
class Endings:
    """The meetings of a year that are over, by number."""

    by_number: dict[int, Ended] = field(default_factory=dict)

    def note(self, number: int, ended: Ended) -> None:
        """One is over; those of long ago are forgotten."""
        kept = (
            (n, it) for n, it in self.by_number.items() if ended.closed_at - it.closed_at < _KEPT_MS
        )
        self.by_number = {**dict(kept), number: ended}

    def correct(self, number: int, at: int) -> None:
        """The minutes of one are corrected: what nobody had noted is told now."""
        ended = self.by_number.get(number)
        if ended is not None:
            ended.told_at = ended.told_at or at
            ended.corrected_at = at

    def approve(self, number: int, at: int) -> None:
        """Another meeting says that the minutes of one are right."""
        ended = self.by_number.get(number)
        if ended is not None:
            ended.approved_at = at
