"""One attempt at a batch: its transaction, its time, and what it will write.

What is decided earlier in a batch can be read by what comes later in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from msgspec.structs import astuple

from bot.books.lookup import look_all_up
from bot.chain import Entry
from bot.chat import Incoming
from bot.collective.events import Event, Seal
from bot.collective.state import State
from bot.decision import About, Found, JournalQuery
from bot.moment import Moment
from bot.ports import CommitUnknown, Mark, Note, StorageFault, Transaction, Written


@contextmanager
def in_parts() -> Iterator[None]:
    """Inside, a batch is committed part by part: after a fault nobody knows of all of it.

    Raises CommitUnknown.
    """
    try:
        yield
    except StorageFault as fault:
        raise CommitUnknown(str(fault)) from fault


@dataclass(slots=True)
class Tried:
    """What would be written before something else that is only tried: its entries, and their texts."""

    entries: list[tuple[Entry, Event]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    def more(self) -> Tried:
        """The same, to which more is added without changing it."""
        return Tried([*self.entries], {**self.texts})

    def about(self, reading: JournalQuery) -> Found:
        """The entries of a reading; those of a subject alone are asked for by what is tried."""
        if not isinstance(reading, About):
            return ()
        return tuple(each for each in self.entries if reading.subject in each[1].subjects)


@dataclass(slots=True)
class Shelved:
    """Of a batch, by collective: the receipts that wait to be known, and the texts that are erased."""

    staged: list[tuple[str, Seal]] = field(default_factory=list)
    gone: list[tuple[str, Seal]] = field(default_factory=list)


@dataclass(slots=True)
class Batch:
    """A batch within its transaction; whoever holds it decides when the transaction ends.

    `recorded` says that entries were made in it. `over` are the collectives with a secret poll that is
    over, each with the message that told. `shelved` is what becomes of receipts with it.
    """

    tx: Transaction
    moment: Moment
    written: Written = field(default_factory=Written)
    woken: bool = False
    recorded: bool = False
    over: dict[str, Incoming] = field(default_factory=dict)
    shelved: Shelved = field(default_factory=Shelved)
    tried: Tried = field(default_factory=Tried)

    def note(self, notes: Iterable[Note]) -> None:
        """Take in what the adapters want kept."""
        for note in notes:
            if isinstance(note, Mark):
                self.written.marks.append(note)
            else:
                self.written.positions.append(note)

    def flush(self) -> None:
        """Write what is decided so far, still within the transaction, so that it can be read."""
        if any(astuple(self.written)):
            self.tx.write(self.written)
            self.written = Written()

    def read(self, state: State, reading: JournalQuery) -> Found:
        """The entries that a decision wants to know, with those of this batch and those only tried."""
        return self.read_each(state, [reading])[reading]

    def read_each(self, state: State, readings: Sequence[JournalQuery]) -> dict[JournalQuery, Found]:
        """What each of these readings finds, so; the fewest questions to the journal that it takes."""
        if self._decides(state.collective, readings):
            self.flush()
        found = look_all_up(self.tx, state, readings)
        return {it: entries + self.tried.about(it) for it, entries in found.items()}

    def texts(self, collective: str, near: Mapping[Seal, int]) -> Mapping[str, str]:
        """The texts behind some seals, each `near` its entry, as far as they are kept or tried."""
        if self.written.erased or any(text.sealed.seal in near for text in self.written.texts):
            self.flush()
        tried = self.tried.texts
        kept = self.tx.texts(collective, sorted(near.keys() - tried.keys()), near)
        return {**kept, **{each: tried[each] for each in near if each in tried}}

    def _decides(self, collective: str, readings: Sequence[JournalQuery]) -> bool:
        """Whether what is not written yet may be among what these readings find.

        A batch that is written in one piece costs a fraction of one that is written for each look.
        """
        fresh = {it.subject for it in self.written.subjects if it.collective == collective}
        entries = any(it.collective == collective for it in self.written.entries)
        return entries and any(not isinstance(it, About) or it.subject in fresh for it in readings)
