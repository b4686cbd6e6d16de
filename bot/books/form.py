"""What an entry is by itself: its place in the chain, the one form of its event, what lies beside it.

No state is needed for it. What the entries come to is asked elsewhere (`bot.books.outcome`), with them
or in another process; so there are two ways to take a journal in, and one to say what it is like.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.books.beside import Beside
from bot.chain import Entry, Head, canonical, flaw
from bot.collective.events import Event
from bot.collective.folding import read_event


class Unreadable(Exception):  # noqa: N818 - the journal's fault, not the program's
    """Whoever hands in a journal cannot read on; says where and why."""


class Form:
    """Takes the entries of one journal by themselves, and what is kept beside them."""

    def __init__(self, collective: str, beside: Beside | None = None) -> None:
        """Begin; `beside` is what a database keeps beside the journal."""
        self._collective, self._beside = collective, beside
        self._last: Entry | None = None
        self.broken = ""
        """What is wrong with the first entry that does not hold."""

    def holding(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Event]]:
        """The entries with their events, in order, up to the first one that is `broken`.

        Whoever comes back for more says that what the last one does holds, too. A database can hold
        anything in any column: it raises what reading them raises, or TypeError, AttributeError,
        ValueError or OverflowError.
        """
        beside, last = self._beside, Head()
        for entry in entries:
            if wrong := flaw(entry, self._last or last):
                self.broken = f"{entry.collective}, entry {entry.seq}: {wrong}"
                return
            event = self._event(entry)
            if event is None:
                return
            yield entry, event
            if beside is not None:
                beside.take(entry, event)
            self._last = entry

    @property
    def head(self) -> Head:
        """The last entry that holds."""
        last = self._last
        return Head(last.seq, last.hash, last.at) if last else Head()

    def flaws(self) -> Iterator[str]:
        """What does not hold beside the journal, once all of it is taken."""
        if self._beside is not None:
            yield from (f"{self._collective}, {each}" for each in self._beside.flaws())

    def _event(self, entry: Entry) -> Event | None:
        """The event of an entry whose place in the chain is right; none where it is `broken`."""
        name, seq = self._collective, entry.seq
        if entry.collective != name:
            self.broken = told(name, seq, f"belongs to {entry.collective}")
            return None
        try:
            event = read_event(entry.payload)
            if canonical(event) == entry.payload:
                return event
        except Exception as why:  # noqa: BLE001 - whatever a forged event breaks, it is the event's flaw
            self.broken = not_holding(name, seq, why)
        else:
            self.broken = told(name, seq, "its content is not written in the one form that is allowed")
        return None


def told(collective: str, seq: int, wrong: str) -> str:
    """What is wrong with an entry, with its place."""
    return f"{collective}, entry {seq}: {wrong}"


def not_holding(collective: str, seq: int, why: Exception) -> str:
    """What is wrong with an entry whose event broke something, with its place."""
    return told(collective, seq, f"its content does not hold ({type(why).__name__}: {why})")
