"""Reading the journal, from inside a writing transaction or from a picture of its own.

Entries come a page at a time, so a long journal needs no more memory than a short one. Nothing here
writes, and nothing here knows what an entry means.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import Any

import msgspec
from sqlalchemy import (
    BindParameter,
    Engine,
    Row,
    Select,
    String,
    bindparam,
    func,
    or_,
    select,
    tuple_,
)

from bot.chain import Entry
from bot.chat import Kind, Place
from bot.merkle import LostLeaf, Node, parent
from storage.asking import PAGE, Value, Values, in_pages
from storage.engines import reading
from storage.schema import (
    ballots,
    cursors,
    entries,
    inbox,
    nodes,
    outbox,
    priorities,
    rooms,
    subjects,
    texts,
    wakes,
)
from storage.sharing import begun, joined
from storage.texts import Texts

_SEQ_MAX = 2**63 - 1

LOOKED_BACK = 20_000
"""Among how many of the newest messages one is looked for by its receipt, without an index."""

_collective: BindParameter[str] = bindparam("collective")
_entry = entries.c["seq", "at", "actor", "cause", "payload", "payload_hash", "previous", "hash"]
_journal = select(*_entry).where(entries.c.collective == _collective)
_pages = _journal.where(entries.c.seq > bindparam("after")).order_by(entries.c.seq).limit(PAGE)
_newest = (
    _journal.where(entries.c.seq < bindparam("before"))
    .order_by(entries.c.seq.desc())
    .limit(bindparam("limit"))
)
_time_at = (
    select(entries.c.at)
    .where(entries.c.collective == _collective, entries.c.seq <= bindparam("seq"))
    .order_by(entries.c.seq.desc())
    .limit(1)
)
_leaf = select(entries.c.hash).where(
    entries.c.collective == _collective, entries.c.seq == bindparam("seq")
)
_node = select(nodes.c.hash).where(
    nodes.c.collective == _collective,
    nodes.c.level == bindparam("level"),
    nodes.c.number == bindparam("number"),
)
_kept_nodes = (
    select(*nodes.c["level", "number", "hash"])
    .where(
        nodes.c.collective == _collective,
        tuple_(nodes.c.level, nodes.c.number) > tuple_(bindparam("level"), bindparam("number")),
    )
    .order_by(nodes.c.level, nodes.c.number)
    .limit(PAGE)
)
_length = select(func.max(entries.c.seq)).where(entries.c.collective == _collective)
_of_subject = (subjects.c.collective == entries.c.collective) & (subjects.c.seq == entries.c.seq)
_about_subject = (
    select(subjects.c.subject, *_entry)
    .join(subjects, _of_subject)
    .where(subjects.c.collective == _collective)
)
_about = _about_subject.with_only_columns(*_entry).where(
    subjects.c.subject == bindparam("subject"), subjects.c.seq >= bindparam("first")
)
_about_all = _about.order_by(subjects.c.seq)
_about_newest = _about.order_by(subjects.c.seq.desc()).limit(bindparam("limit"))
_about_each = _about_subject.where(subjects.c.subject.in_(bindparam("some", expanding=True))).order_by(
    subjects.c.subject, subjects.c.seq
)
_rooms = select(rooms.c.room, rooms.c.collective).where(
    rooms.c.platform == bindparam("platform"), rooms.c.room.in_(bindparam("rooms", expanding=True))
)
_by = _journal.where(entries.c.actor == bindparam("actor"), entries.c.seq > bindparam("after"))
_by_pages = _by.order_by(entries.c.seq).limit(PAGE)
_position = select(cursors.c.position).where(
    cursors.c.platform == bindparam("platform"), cursors.c.account == bindparam("account")
)
_wanted = bindparam("receipt", type_=String)
# What was told in one message may have begun with another one: a poll below its card, `12/34/56`.
_of_receipt = or_(
    outbox.c.receipt == _wanted,
    func.substr(outbox.c.receipt, 1, func.length(_wanted) + 1) == _wanted + "/",
)
_newest_row = select(func.max(outbox.c.position))
_sender = (
    select(outbox.c.collective)
    .where(
        outbox.c.position > bindparam("after"),
        outbox.c.to_platform == bindparam("platform"),
        _of_receipt,
    )
    .limit(1)
)
_asked_about = (
    select(outbox.c.ref)
    .where(
        outbox.c.position > bindparam("after"),
        outbox.c.to_platform == bindparam("platform"),
        _of_receipt,
        outbox.c.collective == _collective,
        or_(outbox.c.kind.in_((Kind.CARD, Kind.REMINDER)), outbox.c.to_person != ""),
    )
    .limit(1)
)
_next_collective = select(func.min(entries.c.collective)).where(
    entries.c.collective > bindparam("after")
)
_kept_texts = (
    select(*texts.c["seal", "salt", "text", "identity", "sheet"])
    .where(
        texts.c.collective == _collective,
        tuple_(texts.c.sheet, texts.c.seal) > tuple_(bindparam("sheet"), bindparam("after")),
    )
    .order_by(texts.c.sheet, texts.c.seal)
    .limit(PAGE)
)
_kept_words = _kept_texts.where(texts.c.identity.is_(False))
_kept_names = _kept_texts.where(texts.c.identity.is_(True))
_index = (
    select(subjects.c.subject, subjects.c.seq)
    .where(
        subjects.c.collective == _collective,
        tuple_(subjects.c.subject, subjects.c.seq) > tuple_(bindparam("subject"), bindparam("seq")),
    )
    .order_by(subjects.c.subject, subjects.c.seq)
    .limit(PAGE)
)
_kept_rooms = select(rooms.c.platform, rooms.c.room).where(rooms.c.collective == _collective)
_kept_boxes = select(ballots.c.poll, ballots.c.voter).where(ballots.c.collective == _collective)
_handled = select(inbox.c.message).where(
    inbox.c.platform == bindparam("platform"),
    inbox.c.message.in_(bindparam("messages", expanding=True)),
)
_others = {
    each.name: select(func.min(each.c.collective)).where(each.c.collective > bindparam("after"))
    for each in (subjects, texts, rooms, ballots, priorities, wakes, nodes)
}


class KeptText(msgspec.Struct, frozen=True, gc=False):
    """A text as it is kept: where it was erased, only its commitment stands."""

    seal: str
    salt: bytes | None
    text: str | None
    identity: bool
    sheet: int


class Queries(Texts):
    """What can be asked of the journal, over one connection."""

    def collectives_of(self, places: Collection[Place]) -> dict[Place, str]:
        """The collectives that rooms belong to; a room that belongs to none is left out."""
        found: dict[Place, str] = {}
        for platform in sorted({place.platform for place in places}):
            # By platform: SQLite reads the whole table when it is asked for whole keys.
            for some in in_pages(sorted({it.room for it in places if it.platform == platform})):
                for room, home in self._tuples(_rooms, platform=platform, rooms=some):
                    found[Place(platform, room)] = home
        return found

    def position(self, platform: str, account: str) -> str:
        """The position that was kept for an account; empty where none was."""
        found = self._rows(_position, platform=platform, account=account)
        return found[0].position if found else ""

    def sender(self, platform: str, receipt: str) -> str:
        """The collective that sent the message with this receipt, not long ago; empty for none."""
        found = self._lately(_sender, platform, receipt)
        return found[0].collective if found else ""

    def asked_about(self, collective: str, platform: str, receipt: str) -> str:
        """What a collective asked about with this receipt, not long ago; empty for nothing."""
        found = self._lately(_asked_about, platform, receipt, collective=collective)
        return (found[0].ref or "") if found else ""

    def _lately(
        self, query: Select[Any], platform: str, receipt: str, **more: str
    ) -> Sequence[Row[Any]]:
        (newest,) = self._rows(_newest_row)
        after = (newest[0] or 0) - LOOKED_BACK
        return self._rows(query, platform=platform, receipt=receipt, after=after, **more)

    def entries(self, collective: str, after: int = 0) -> Iterator[Entry]:
        """The journal behind entry `after`, in order, without holding it all in memory."""
        while page := self._entries(_pages, collective, after=after):
            yield from page
            if len(page) < PAGE:
                return
            after = page[-1].seq

    def about(
        self, collective: str, subject: str, *, since: int = 0, newest: int | None = None
    ) -> list[Entry]:
        """The entries about a subject, in order.

        Only those at or after `since` (ms), or only the `newest` so many.
        """
        first = self._first(collective, since)
        if newest is None:
            return self._entries(_about_all, collective, subject=subject, first=first)
        found = self._entries(_about_newest, collective, subject=subject, first=first, limit=newest)
        return found[::-1]

    def about_each(self, collective: str, about: Sequence[str]) -> dict[str, list[Entry]]:
        """The entries about each of these subjects, in order."""
        found: dict[str, list[Entry]] = {each: [] for each in about}
        made: Callable[..., Entry] = partial(Entry, collective)
        for some in in_pages(about):
            for subject, *row in self._tuples(_about_each, collective=collective, some=some):
                found[subject].append(made(*row))
        return found

    def latest(self, collective: str, *, before: int | None, limit: int) -> list[Entry]:
        """The last `limit` entries (before entry `before`), newest first."""
        before = _SEQ_MAX if before is None else before
        return self._entries(_newest, collective, before=before, limit=limit)

    def since(self, collective: str, at: int) -> Iterator[Entry]:
        """The entries at or after an instant (ms), in order."""
        yield from self.entries(collective, self._first(collective, at) - 1)

    def by(self, collective: str, actor: int) -> Iterator[Entry]:
        """The entries that a member made, in order; the whole journal is looked through."""
        after = 0
        while page := self._entries(_by_pages, collective, actor=actor, after=after):
            yield from page
            after = page[-1].seq

    def node(self, collective: str, level: int, number: int, made: list[Node] | None = None) -> bytes:
        """A whole node of the tree over a journal; one that is lost is made of those below it.

        Those that were are put into `made`. Raises LostLeaf where an entry is gone.
        """
        if level == 0:
            found = self._rows(_leaf, collective=collective, seq=number + 1)
            if not found:
                raise LostLeaf(f"entry {number + 1} of {collective} is gone")
            return bytes(found[0].hash)
        found = self._rows(_node, collective=collective, level=level, number=number)
        if found:
            return bytes(found[0].hash)
        below = [self.node(collective, level - 1, 2 * number + each, made) for each in (0, 1)]
        own = parent(*below)
        if made is not None:
            made.append((level, number, own))
        return own

    def _first(self, collective: str, at: int) -> int:
        """The first entry at or after an instant: time never decreases, so it can be halved for."""
        if at <= 0:
            return 1
        (length,) = self._rows(_length, collective=collective)
        seqs = range(1, (length[0] or 0) + 1)
        return 1 + bisect_left(seqs, at, key=partial(self._time_at, collective))

    def _time_at(self, collective: str, seq: int) -> int:
        # A journal that lost an entry must still be readable: `verify` is who says so.
        found = self._rows(_time_at, collective=collective, seq=seq)
        return found[0].at if found else 0

    def _entries(self, query: Select[Any], collective: str, **values: Value) -> list[Entry]:
        return self._made(partial(Entry, collective), query, collective=collective, **values)


class Snapshot(Queries):
    """Everything that is kept, at one moment; what is written meanwhile does not show."""

    def begun(self) -> str | None:
        """Begin the picture now; returns what another process joins it by, None where none can."""
        with self._faults():
            return begun(self._connection)

    def collectives(self) -> Iterator[str]:
        """The collectives that have a journal."""
        found: str | None = ""
        while found is not None:
            # One look a collective: the index is jumped through, not read.
            ((found,),) = self._rows(_next_collective, after=found)
            if found is not None:
                yield found

    def kept_texts(self, collective: str) -> Iterator[KeptText]:
        """The texts of a collective, with those that were erased."""
        for kept in (_kept_words, _kept_names):
            sheet, after = 0, ""
            values = {"collective": collective}
            while page := self._made(KeptText, kept, **values, sheet=sheet, after=after):
                yield from page
                sheet, after = page[-1].sheet, page[-1].seal

    def strays(self) -> Iterator[tuple[str, str]]:
        """The collectives that have no journal, with the table that keeps something of theirs."""
        known = set(self.collectives())
        for table, query in _others.items():
            found: str | None = ""
            while found is not None:
                ((found,),) = self._rows(query, after=found)
                if found is not None and found not in known:
                    yield found, table

    def index(self, collective: str) -> Iterator[tuple[str, int]]:
        """What the entries of a collective are about: subject and number, in this order."""
        last: Values = ("", 0)
        while page := self._tuples(_index, collective=collective, subject=last[0], seq=last[1]):
            yield from page
            last = page[-1]

    def kept_nodes(self, collective: str) -> Iterator[Node]:
        """The nodes of the tree as they are kept, by level and number."""
        last: Values = (0, 0)
        while page := self._tuples(_kept_nodes, collective=collective, level=last[0], number=last[1]):
            yield from page
            last = page[-1]

    def kept_rooms(self, collective: str) -> set[Place]:
        """The rooms that are kept as a collective's."""
        return {Place(row.platform, row.room) for row in self._rows(_kept_rooms, collective=collective)}

    def kept_boxes(self, collective: str) -> list[tuple[int, int]]:
        """Whose sealed ballots are kept: poll and voter."""
        return [(row.poll, row.voter) for row in self._rows(_kept_boxes, collective=collective)]

    def handled(self, platform: str, messages: Collection[str]) -> set[str]:
        """Which of these messages were handled.

        They are looked for in the order in which they lie: those of a page of the file at once.
        """
        found: set[str] = set()
        for some in in_pages(sorted(messages)):
            rows = self._tuples(_handled, platform=platform, messages=some)
            found.update(chain.from_iterable(rows))
        return found


class SqlArchive:
    """The journal for whoever checks or exports it while the engine goes on writing."""

    def __init__(self, engine: Engine) -> None:
        """Read from `engine`, on a connection of its own each time."""
        self.engine = engine

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """One picture of everything, until the end of the block."""
        with reading(self.engine) as connection:
            yield Snapshot(connection)

    @contextmanager
    def joined(self, begin: Callable[[], str]) -> Iterator[Snapshot | None]:
        """The very picture that another process has; None where something was written in between.

        `begin` has it begin its own, and returns what that is joined by (`Snapshot.begun`).
        """
        with joined(self.engine, begin) as connection:
            yield None if connection is None else Snapshot(connection)
