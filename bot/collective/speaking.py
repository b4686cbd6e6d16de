"""The list of speakers: who speaks next. Pure.

Classes first (a point of process, then information and direct answers, then questions and speakers),
then, by the rule `stack`, who spoke less in this point; then who came first. Sources: New York City
General Assembly, guide (progressive stack; points of process pause everything); Occupy London, how an
assembly works (who has not spoken may go first); W3C, Zakim (the queue, its words).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

QUIET_FIRST, FIFO = "quiet-first", "fifo"
ORDERS: Final = (QUIET_FIRST, FIFO)
"""Among those of one class: who spoke less in this point first, or who came first."""

CLASSES: Final[Mapping[str, int]] = {"process": 0, "info": 1, "direct": 1, "question": 2, "speak": 2}
"""What somebody wants to say, and the class of that; a lower one comes first."""

ONCE: Final = frozenset({"info", "direct"})
"""What jumps the list, and so is everybody's only once in a point."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody on the list: as what they want to speak."""

    member: int
    sort: str


def in_order(queue: Sequence[Speaker], turns: Mapping[int, int], order: str) -> list[Speaker]:
    """The list as it will be called; `queue` is in the order of coming, `turns` who spoke how often."""
    quiet = order == QUIET_FIRST
    # Sorting keeps the order of coming among equals.
    return sorted(queue, key=lambda it: (CLASSES[it.sort], turns.get(it.member, 0) if quiet else 0))
