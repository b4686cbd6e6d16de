"""What the journal's contract is tried with: made-up commands, and a store of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.chain import Entry, Head, link, sealed
from bot.chat import Key, Kind, Outgoing, Place, Reply
from bot.ports import Received, Subject, Text, Written
from bot.text.wording import say
from storage.engines import open_engine
from storage.journal import SqlJournal, SqlTransaction
from storage.outbox import SqlOutbox
from storage.reading import SqlArchive
from storage.upgrading import bring_up_to_date

KITCHEN = Place("matrix", "!kitchen:example.org")
NOON = 1_800_000_000_000


@dataclass
class Store:
    """One opened store, and its faces."""

    url: str
    journal: SqlJournal
    outbox: SqlOutbox
    archive: SqlArchive

    def write(self, written: Written) -> None:
        with self.journal.transaction() as transaction:
            transaction.write(written)

    def entries(self, collective: str = "home") -> list[Entry]:
        with self.archive.snapshot() as snapshot:
            return list(snapshot.entries(collective))


def opened(url: str) -> Store:
    engine = open_engine(url)
    return Store(url, SqlJournal(engine), SqlOutbox(engine), SqlArchive(engine))


@contextmanager
def store_at(url: str) -> Iterator[Store]:
    bring_up_to_date(url)
    store = opened(url)
    try:
        yield store
    finally:
        store.journal.close()


def key(message: str, step: str = "") -> Key:
    return Key("matrix", message, step)


def outgoing(
    message: str,
    number: int = 0,
    *,
    kind: Kind = Kind.REPLY,
    ref: str | None = None,
    place: Place = KITCHEN,
    person: str = "",
    at: int = NOON,
) -> Outgoing:
    body = say("Recorded for {who}: {what}.", who="Aino", what=f"{message} ✓ {number}")
    reply = Reply(body, kind, ref=ref, facts={"balances": {"h": "2.50"}})
    return Outgoing(key(message), number, "home", place, person, reply, "en", "UTC", "!", at)


@dataclass
class Chain:
    """Commands for one collective, each linked to the one before it."""

    collective: str = "home"
    head: Head = field(default_factory=Head)

    def entry(self, message: str, *, at: int = NOON, payload: str = '{"event":"made.up"}') -> Entry:
        entry = link(self.head, self.collective, at, 12, f"matrix:{message}", payload)
        self.head = Head(entry.seq, entry.hash, entry.at)
        return entry

    def command(self, message: str, *, at: int = NOON) -> Written:
        """All that `/log` writes."""
        entry = self.entry(message, at=at)
        names = (f"C{entry.seq}", "member:12")
        words = sealed(f"cooked — {message}", message.encode().ljust(16, b"."))
        return Written(
            entries=[entry],
            subjects=[Subject(self.collective, name, entry.seq) for name in names],
            texts=[Text(self.collective, words, identity=False, seq=entry.seq)],
            received=[Received(key(message), self.collective, at)],
            outgoing=[outgoing(message, at=at)],
        )


def together(*commands: Written) -> Written:
    """Several commands as one batch."""
    return Written(
        **{
            name: [row for command in commands for row in getattr(command, name)]
            for name in Written.__struct_fields__
        }
    )


def length(transaction: SqlTransaction, collective: str = "home") -> int:
    newest = transaction.latest(collective, before=None, limit=1)
    return newest[0].seq if newest else 0
