"""The list of speakers: who speaks next. Pure.

Classes first (a point of process, then information and direct answers, then questions and speakers),
then, by the rule `stack`, who spoke less in this point, and among those who said so in private; then
who came first. Sources: New York City General Assembly, guide (progressive stack; points of process
pause everything); Occupy London, how an assembly works (who has not spoken may go first); W3C, Zakim
(the queue, its words).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

QUIET_FIRST, FIFO, PROGRESSIVE = "quiet-first", "fifo", "progressive"
ORDERS: Final = (QUIET_FIRST, FIFO, PROGRESSIVE)
"""Among those of one class: who spoke less in this point first, or who came first.

Progressive is quiet-first, and of those who spoke as little first who said in private to want that.
"""

CLASSES: Final[Mapping[str, int]] = {"process": 0, "info": 1, "direct": 1, "question": 2, "speak": 2}
"""What somebody wants to say, and the class of that; a lower one comes first."""

ONCE: Final = frozenset({"info", "direct"})
"""What jumps the list, and so is everybody's only once in a point."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody on the list: as what they want to speak."""

    member: int
    sort: str


def in_order(
    queue: Sequence[Speaker], turns: Mapping[int, int], order: str, first: Collection[int] = ()
) -> list[Speaker]:
    """The list as it will be called; `queue` is in the order of coming, `turns` who spoke how often.

    `first` are those who want to be first among equals: that counts where the order is progressive, and
    only who is called may depend on it. What is shown of the list is ordered without it.
    """
    before = frozenset(first) if order == PROGRESSIVE else frozenset[int]()

    def key(it: Speaker) -> tuple[int, int, bool]:
        spoken = 0 if order == FIFO else turns.get(it.member, 0)
        return CLASSES[it.sort], spoken, it.member not in before

    # Sorting keeps the order of coming among equals.
    return sorted(queue, key=key)
