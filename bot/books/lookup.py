"""Looking things up in the journal: what a decision or a page wants to know, from whoever keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, assert_never

from bot.chain import Entry
from bot.collective.folding import read_event
from bot.decision import About, By, Found, JournalQuery, Latest, Since


class Kept(Protocol):
    """What is asked of a journal, in a transaction or in a picture of it."""

    def about(
        self, collective: str, subject: str, *, since: int = 0, newest: int | None = None
    ) -> list[Entry]:
        """The entries about a subject, in order."""
        ...

    def by(self, collective: str, actor: int) -> Iterable[Entry]:
        """The entries that a member made, in order."""
        ...

    def since(self, collective: str, at: int) -> Iterable[Entry]:
        """The entries at or after an instant (ms), in order."""
        ...

    def latest(self, collective: str, *, before: int | None, limit: int) -> Sequence[Entry]:
        """The last entries, newest first."""
        ...


def look_up(kept: Kept, collective: str, reading: JournalQuery) -> Found:
    """The entries of a reading, in the journal's order, with their events."""
    match reading:
        case About(subject, since, newest):
            entries: Iterable[Entry] = kept.about(collective, subject, since=since, newest=newest)
        case By(member):
            entries = kept.by(collective, member)
        case Since(at):
            entries = kept.since(collective, at)
        case Latest(limit, before, until):
            later = next(iter(kept.since(collective, until)), None) if until else None
            bounds = [bound for bound in (before, later.seq if later else 0) if bound]
            entries = kept.latest(collective, before=min(bounds, default=None), limit=limit)[::-1]
        case _:
            assert_never(reading)
    return tuple((entry, read_event(entry.payload)) for entry in entries)
