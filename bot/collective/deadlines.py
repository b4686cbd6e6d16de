"""Deadlines as calendars know them: until when something is asked, and whether that still holds.

What was in somebody's calendar is not merely gone from it: it is told for a while that it is off.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from bot.collective.events import Seal

TOLD_MS: Final = 31 * 86_400_000
"""How long calendars are told of what is over, or off."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when (ms) a question is asked, what it is called, in which circle, and who is asked.

    `changes` counts how often it was another, the last time at `changed_at` (ms); `off` says that it
    ended otherwise.
    """

    number: int
    at: int
    what: Seal
    circle: str = ""
    people: frozenset[int] = frozenset()
    off: bool = False
    changes: int = 0
    changed_at: int = 0


@dataclass(slots=True)
class Deadlines:
    """Those to come, and of the others those of the last time."""

    by_number: dict[int, Deadline] = field(default_factory=dict)

    def note(self, now: Deadline, at: int) -> None:
        """Something is asked until then, or ended."""
        known = self.by_number.get(now.number)
        changes = 0 if known is None else known.changes
        if known is not None and replace(now, changes=changes, changed_at=known.changed_at) == known:
            return
        self._forget(at)
        self.by_number[now.number] = replace(now, changes=changes + (known is not None), changed_at=at)

    def move(self, number: int, to: int, at: int) -> None:
        """It comes at another instant (ms), or never (0): then what was to be is off."""
        known = self.by_number.get(number, Deadline(number, to, ""))
        if to or number in self.by_number:
            self.note(replace(known, at=to or known.at, off=not to), at)

    def _forget(self, at: int) -> None:
        self.by_number = {n: it for n, it in self.by_number.items() if it.at > at - TOLD_MS}
