"""That the books were restored from a backup: so readers see where something may be missing."""

from __future__ import annotations

from bot.collective.events import Event


class BooksRestored(Event, frozen=True, kw_only=True, tag="books.restored"):
    """The operator restored a backup of an instant (ms); so many entries are known to be missing.

    Nothing stands for them: who made them has to make them again.
    """

    moves_clock = True
    backup: int
    missing: int = 0
