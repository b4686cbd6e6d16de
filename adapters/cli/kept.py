"""What a database keeps of a journal, handed to whoever checks it; it may be damaged, or hostile."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from adapters.cli.progress import Going
from bot.books.beside import Beside
from bot.books.form import Unreadable
from bot.chain import Entry
from bot.ports import StorageBroken, StorageFault
from storage.asking import PAGE
from storage.reading import Snapshot, SqlArchive
from storage.schema import sheet_of

FAILURES = (StorageFault, StorageBroken, SQLAlchemyError, UnicodeError)
UNREADABLE = (Unreadable, *FAILURES)


class TakesTexts(Protocol):
    """Whoever holds texts against their commitments."""

    def take_text(
        self, seal: str, salt: bytes | None, text: str | None, *, identity: bool = False
    ) -> None:
        """Take a text. Raises Unreadable where it was there before."""


def all_entries(snapshot: Snapshot) -> Iterator[Entry]:
    """All journals, one after the other."""
    for collective in rising(snapshot.collectives()):
        yield from snapshot.entries(collective)


def beside_of(snapshot: Snapshot, collective: str, going: Going | None = None) -> Beside:
    """What is kept beside a journal; `going` counts what is read of it."""
    count = going or Going()

    def handled(platform: str, messages: Collection[str]) -> AbstractSet[str]:
        found = snapshot.handled(platform, messages)
        count.on(len(messages))
        return found

    return Beside(
        lambda: count.over(snapshot.index(collective)),
        lambda: count.over(snapshot.entries(collective)),
        snapshot.kept_rooms(collective),
        handled,
        lambda: count.over(snapshot.kept_nodes(collective)),
    )


def rising(names: Iterable[str]) -> Iterator[str]:
    """The names as long as they rise; a damaged index may lead round in a ring."""
    last = ""
    for name in names:
        if name <= last:
            raise Unreadable(f"{name} stands behind {last}")
        yield (last := name)


def length(snapshot: Snapshot, collective: str) -> int:
    """How many entries there should be; 0 where a damaged database does not tell."""
    try:
        return next((it.seq for it in snapshot.latest(collective, before=None, limit=1)), 0)
    except FAILURES:
        return 0


def take_texts(takes: TakesTexts, snapshot: Snapshot, collective: str) -> Iterator[str]:
    """The texts; one that lies where nobody looks for it is as good as gone."""
    sheets = range(sheet_of(length(snapshot, collective)) + 1)
    try:
        for text in snapshot.kept_texts(collective):
            if text.sheet not in sheets:
                yield f"{collective}: the text of {text.seal} is kept behind the journal's end"
            takes.take_text(text.seal, text.salt, text.text, identity=bool(text.identity))
    except UNREADABLE as why:
        yield f"{collective}: the texts cannot be read ({why})"


def kept_entries(archive: SqlArchive, snapshot: Snapshot, collective: str) -> Iterator[Entry]:
    """The journal in a database, up to the very entry that cannot be read."""
    seq = 0
    try:
        for entry in snapshot.entries(collective):
            yield entry
            seq = entry.seq
    except FAILURES as why:
        # They come by pages: one unreadable entry hides the sound ones before it.
        yield from _one_by_one(archive, collective, seq)
        raise Unreadable(str(why)) from why


def _one_by_one(archive: SqlArchive, collective: str, seq: int) -> Iterator[Entry]:
    for number in range(seq + 1, seq + 1 + PAGE):
        try:
            # A picture of its own: a database in which a question failed may answer no other.
            with archive.snapshot() as snapshot:
                found = snapshot.latest(collective, before=number + 1, limit=1)
        except FAILURES:
            return
        yield from (entry for entry in found if entry.seq == number)
