"""The one writing transaction: what a batch decided is kept whole, durably, or not at all.

It trusts nobody's memory: where another writer was first, the tables' keys say so and everything is
undone. It knows neither what entries mean nor when to try again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import product, starmap
from typing import Any

from msgspec.structs import astuple
from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    Connection,
    Engine,
    Row,
    String,
    Table,
    Update,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.engine.interfaces import Dialect

from bot.chain import Entry
from bot.chat import Key, Outgoing
from bot.merkle import Growing, Node, peaks_of
from bot.ports import Assigned, CommitUnknown, Erased, Mark, Received, StorageFault, Text, Written
from storage import ballots, priorities, snapshots
from storage.asking import Values, in_pages
from storage.crew import SqlCrew
from storage.engines import clean_out_ballots, clean_up
from storage.faults import conflicts
from storage.fleeting import MEMORY
from storage.outbox import GONE
from storage.schema import (
    cursors,
    entries,
    inbox,
    metadata,
    nodes,
    outbox,
    rooms,
    sheet_of,
    subjects,
    texts,
    wakes,
)
from storage.writer import Writer

_messages: BindParameter[list[str]] = bindparam("messages", expanding=True)
_received = select(*inbox.c["platform", "message", "step"]).where(inbox.c.platform == "")
_answers = (
    select(*outbox.c["platform", "message", "step", "body"])
    .where(
        outbox.c.platform == bindparam("platform"),
        outbox.c.message.in_(_messages),
        outbox.c.body.is_not(None),
    )
    .order_by(outbox.c.number)
)
_erasure = (
    update(texts)
    .where(
        texts.c.collective == bindparam("of_collective"),
        texts.c.identity.in_([False, True]),
        texts.c.sheet.in_(bindparam("sheets", expanding=True)),
        texts.c.seal.in_(bindparam("seals", expanding=True)),
    )
    .values(salt=None, text=None)
)
_blanking = (
    update(outbox)
    .where(
        outbox.c.collective == bindparam("of_collective"),
        outbox.c.state != "waiting",
        outbox.c.body.is_not(None) | (outbox.c.to_person != ""),
    )
    .values(body=None, to_person=GONE)
)
# A function's rows come in the order of its list, so the locks are taken in that order too.
_locks = func.unnest(bindparam("locks", type_=ARRAY(BigInteger)))
_held = select(func.pg_advisory_xact_lock(_locks.column_valued("wanted")))
# Grouped, PostgreSQL would read each journal's index whole for its last number.
_asked = func.unnest(bindparam("names", type_=ARRAY(String)), type_=String).column_valued("asked")
_last = select(func.max(entries.c.seq)).where(entries.c.collective == _asked).scalar_subquery()
_lengths = select(_asked, _last)
_length = select(func.max(entries.c.seq)).where(entries.c.collective == bindparam("collective"))
_room_gone = delete(rooms).where(
    rooms.c.platform == bindparam("of_platform"), rooms.c.room == bindparam("of_room")
)
_OF_KEY = {f"of_{name}": outbox.c[name] for name in ("platform", "message", "step", "number")}
_wake_gone = delete(wakes).where(wakes.c.collective == bindparam("of_collective"))
_fleeting = (
    update(outbox)
    .where(*(column == bindparam(name) for name, column in _OF_KEY.items()))
    .values(body=None, to_person=GONE)
)
_mark = (
    update(outbox)
    .where(*(column == bindparam(name) for name, column in _OF_KEY.items()))
    .values({name: bindparam(name) for name in ("state", "receipt", "failure")})
)
# Who was taken for dead, and comes to give up at last, undoes nothing that another one has sent.
_given_up = _mark.where(outbox.c.state != literal_column("'sent'"))

_MOVED = " ON CONFLICT (platform, account) DO UPDATE SET position = excluded.position"
"""Both databases say it in the same words."""

_GROWN = " ON CONFLICT (collective, level, number) DO UPDATE SET hash = excluded.hash"
"""The tree follows the entries, whatever was kept of it before."""

TREES_MAX = 1_000
"""How many trees' peaks a connection remembers."""


class SqlJournal:
    """The store as the engine's one writer sees it (`bot.ports.Journal`)."""

    def __init__(self, engine: Engine, crew: SqlCrew | None = None) -> None:
        """Keep the journal in the database of `engine`, which is closed with this.

        What is to be sent belongs to the one of the `crew` that this program is.
        """
        self._engine, self._crew = engine, crew or SqlCrew(engine)
        self._statements, self._writer = _Statements(engine.dialect), Writer(engine)

    @contextmanager
    def transaction(self) -> Iterator[SqlTransaction]:
        """Begin a writing transaction; commit it when it is left normally."""
        with self._writer.transaction() as connection:
            transaction = SqlTransaction(connection, self._statements, self._crew)
            yield transaction
            transaction.finish()
        transaction.remember()
        try:
            if transaction.emptied:
                clean_out_ballots(self._engine)
            elif transaction.erased:
                clean_up(self._engine)
        except StorageFault as fault:
            # It is committed: nobody may be told that it is not.
            raise CommitUnknown(str(fault)) from fault

    def close(self) -> None:
        """Give everything back; safe to call twice."""
        self._writer.close()
        self._engine.dispose()


class SqlTransaction(snapshots.Shortcuts):
    """One writing transaction (`bot.ports.Transaction`)."""

    def __init__(self, connection: Connection, statements: _Statements, crew: SqlCrew) -> None:
        """Write over `connection`, whose transaction has begun."""
        super().__init__(connection)
        self._statements, self._crew = statements, crew
        self._on_sqlite = connection.dialect.name == "sqlite"
        self._seen = connection.info
        self._version: int | None = None
        self.erased = self.emptied = False

    def hold(self, collectives: Iterable[str]) -> None:
        """Keep every other writer away from these collectives until the end of the transaction.

        SQLite lets nobody else begin to write, so there is nothing to do.
        """
        if self._on_sqlite:
            return
        if locks := sorted({_lock(collective) for collective in collectives}):
            self._rows(_held, locks=locks)

    def lengths(self, collectives: Collection[str]) -> dict[str, int]:
        """How many entries each of these collectives' journals has."""
        if self._on_sqlite:
            # Nothing is far away there, and it has no lists.
            rows = [(each, self._rows(_length, collective=each)[0][0]) for each in collectives]
        else:
            rows = list(map(tuple, self._rows(_lengths, names=sorted(collectives))))
        return {name: last or 0 for name, last in rows}

    def changed(self) -> bool:
        """Whether another process may have written since this one's last transaction."""
        if not self._on_sqlite:
            return True
        ((self._version,),) = self._driven("PRAGMA data_version")
        return self._seen.get("version") != self._version

    def answered(self, keys: Sequence[Key]) -> dict[Key, tuple[Outgoing, ...]]:
        """The first answers to those of the keys that were handled before.

        Answers that were pruned are left out; the key stays, so the message is not handled again.
        """
        if not keys:
            return {}
        known = self._known(keys)
        answers: dict[Key, list[Outgoing]] = {key: [] for key in keys if key in known}
        for row in self._answers(list(answers)):
            answer = MEMORY.read(row.body)
            if answer is not None and _key(row) in answers:
                answers[_key(row)].append(answer)
        return {key: tuple(rows) for key, rows in answers.items()}

    def boxes(self, collective: str, poll: int) -> dict[int, bytes]:
        """The ballots of a secret poll in their boxes, by voter."""
        with self._faults():
            return ballots.boxes(self._connection, collective, poll)

    def priorities(self, collective: str) -> frozenset[int]:
        """The numbers of those who want to speak first among equals."""
        with self._faults():
            return priorities.first(self._connection, collective)

    def write(self, written: Written) -> None:
        """Add everything; raises `Conflict` where another writer was first."""
        with self._faults():
            with conflicts():
                self._add(inbox, map(_received_row, written.received))
                self._settle(written.rooms)
                self._add(entries, map(astuple, written.entries))
            self._run(self._statements.grow, list(self._grown(written.entries)))
            self._add(subjects, map(astuple, written.subjects))
            self._add(texts, map(_text_row, written.texts))
            if written.outgoing:
                self._crew.meet(self._connection)
            self._add(outbox, (_outgoing_row(each, self._crew) for each in written.outgoing))
            given_up = [mark for mark in written.marks if mark.failure]
            sent = [mark for mark in written.marks if not mark.failure]
            self._run(self._statements.sent, map(_mark_row, sent))
            self._run(self._statements.given_up, map(_mark_row, given_up))
            self._run(self._statements.move, map(astuple, written.positions))
            for mark in written.marks:
                if mark.fleeting:
                    self._connection.execute(_fleeting, dict(zip(_OF_KEY, _of_key(mark), strict=True)))
            for wake in {each.collective: each for each in written.wakes}.values():
                self._connection.execute(_wake_gone, {"of_collective": wake.collective})
                self._add(wakes, [(wake.collective, wake.at)])
            for erased in written.erased:
                self._erase(erased)
            if written.sealed:
                ballots.keep(self._connection, written.sealed)
            if written.emptied:
                ballots.empty(self._connection, written.emptied)
                self.emptied = True
            if written.priorities:
                priorities.keep(self._connection, written.priorities)
                self.erased |= not all(each.on for each in written.priorities)

    def finish(self) -> None:
        """Refuse to commit what was only half written, or what the database gave up."""
        if self._spoiled:
            raise StorageFault("Something went wrong inside the transaction; nothing was kept.")

    def remember(self) -> None:
        """After the commit: what this connection has seen of other writers."""
        if self._version is not None:
            self._seen["version"] = self._version

    def _grown(self, added: Iterable[Entry]) -> Iterator[Values]:
        """The nodes that these entries make whole, and those before that nobody kept.

        A program of before there were trees may have gone on writing beside us. All that it left out
        stands below peaks that it left out: what is over a node became whole after it.
        """
        trees = self._seen.setdefault("trees", {})
        for entry in added:
            # By the hash before it an entry says of which tree it is the next leaf, whatever was
            # undone or written by others since.
            last, tree = trees.get(entry.collective, (b"", None))
            if tree is None or last != entry.previous:
                if len(trees) >= TREES_MAX:
                    trees.clear()
                tree, lost = self._tree(entry)
                for node in lost:
                    yield entry.collective, *node
            whole = tree.add(entry.hash)
            trees[entry.collective] = (entry.hash, tree)
            for node in whole:
                yield entry.collective, *node

    def _tree(self, entry: Entry) -> tuple[Growing, list[Node]]:
        """The tree before an entry, and the nodes of it that had to be made anew."""
        name, size, lost = entry.collective, entry.seq - 1, list[Node]()
        peaks = [self.node(name, level, number, lost) for level, number in peaks_of(size)]
        return Growing(size, peaks), lost

    def _known(self, keys: Sequence[Key]) -> set[Key]:
        """The keys of these messages (of all their steps) that were handled before."""
        known: set[Key] = set()
        for platform, page in _by_platform(keys):
            statement = self._statements.received(len(page))
            known.update(starmap(Key, self._driven(statement, (platform, *page))))
        return known

    def _answers(self, keys: Sequence[Key]) -> Iterator[Row[Any]]:
        """What these messages (all their steps) were answered."""
        for platform, page in _by_platform(keys):
            yield from self._rows(_answers, platform=platform, messages=page)

    def _settle(self, changes: Sequence[Assigned]) -> None:
        """Whose rooms are whose; only a room that this batch gave up may change its collective."""
        given_up = {room.place for room in changes if not room.collective}
        for place in given_up:
            self._connection.execute(_room_gone, {"of_platform": place.platform, "of_room": place.room})
        last = {room.place: room for room in changes}
        self._add(rooms, [_room_row(room) for room in last.values() if room.collective])

    def _erase(self, erased: Erased) -> None:
        """Blank these texts and their salts for good, and where they were told; commitments stay."""
        sheets = sorted(self._sheets(erased.collective))
        for some, page in product(in_pages(erased.seals), in_pages(sheets)):
            values = {"of_collective": erased.collective, "sheets": page, "seals": some}
            self._connection.execute(_erasure, values)
        if erased.told:
            self._connection.execute(_blanking, {"of_collective": erased.collective})
        snapshots.drop(self._connection, erased.collective)
        self.erased = True

    def _add(self, table: Table, rows: Iterable[Values]) -> None:
        self._run(self._statements.inserts[table.name], rows)

    def _run(self, statement: str, rows: Iterable[Values]) -> None:
        values = list(rows)
        if values:
            self._driven_each(statement, values)


class _Statements:
    """The writing statements as text.

    They take tuples of what the driver takes: through SQLAlchemy's parameters, a batch of 64 commands
    is a quarter slower (measured).
    """

    def __init__(self, dialect: Dialect) -> None:
        self.inserts = {table.name: _insertion(table, dialect) for table in metadata.sorted_tables}
        self.sent = _marking(_mark, dialect)
        self.given_up = _marking(_given_up, dialect)
        self.move = self.inserts[cursors.name] + _MOVED
        self.grow = self.inserts[nodes.name] + _GROWN
        self._dialect = dialect
        self._received: dict[int, str] = {}

    def received(self, messages: int) -> str:
        """Asks which of so many messages of a platform were handled before."""
        text = self._received.get(messages)
        if text is None:
            query = _received.where(inbox.c.message.in_([""] * messages))
            compiled = query.compile(dialect=self._dialect, compile_kwargs={"render_postcompile": True})
            text = self._received[messages] = str(compiled)
        return text


def _insertion(table: Table, dialect: Dialect) -> str:
    columns = [column.name for column in table.columns if column is not outbox.c.position]
    compiled = insert(table).inline().compile(dialect=dialect, column_keys=columns)
    assert compiled.positiontup == columns
    return str(compiled)


def _marking(marking: Update, dialect: Dialect) -> str:
    compiled = marking.compile(dialect=dialect)
    assert compiled.positiontup == ["state", "receipt", "failure", *_OF_KEY]
    return str(compiled)


def _by_platform(keys: Sequence[Key]) -> Iterator[tuple[str, Sequence[str]]]:
    """The messages by platform: SQLite reads the whole table when it is asked for whole keys."""
    messages: dict[str, set[str]] = {}
    for key in keys:
        messages.setdefault(key.platform, set()).add(key.message)
    for platform, some in messages.items():
        for page in in_pages(sorted(some)):
            yield platform, page


def _key(row: Row[*tuple[Any, ...]]) -> Key:
    return Key(row.platform, row.message, row.step)


def _lock(collective: str) -> int:
    """A number for PostgreSQL to lock; two collectives on one number only wait for each other."""
    digest = hashlib.sha256(b"talkoot collective " + collective.encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _received_row(received: Received) -> Values:
    return *astuple(received.key), received.collective, received.at


def _room_row(room: Assigned) -> Values:
    return room.place.platform, room.place.room, room.collective


def _text_row(text: Text) -> Values:
    return text.collective, text.identity, sheet_of(text.seq), *astuple(text.sealed)


def _mark_row(mark: Mark) -> Values:
    state = "failed" if mark.failure else "sent"
    return state, mark.receipt, mark.failure, *_of_key(mark)


def _of_key(mark: Mark) -> Values:
    return *astuple(mark.key), mark.number


def _outgoing_row(outgoing: Outgoing, crew: SqlCrew) -> Values:
    return (
        *astuple(outgoing.key),
        outgoing.number,
        outgoing.collective,
        outgoing.reply.kind,
        outgoing.reply.ref,
        *astuple(outgoing.place),
        outgoing.person,
        outgoing.at,
        "waiting",
        "",
        "",
        MEMORY.kept(outgoing),
        crew.owner_of(outgoing.place.platform),
    )
