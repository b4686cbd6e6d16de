"""Copying all that is kept, at one moment, between a database that is in use and a file of SQLite.

A copy has the same tables and triggers, whichever database it came from: one form for backups, and a
way between the two databases. Nothing here knows what the rows mean; some tables are left empty.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import (
    Connection,
    Engine,
    RowMapping,
    Table,
    create_engine,
    delete,
    event,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.ports import StorageBroken, StorageFault
from storage import schema
from storage.engines import (
    WAIT_SECONDS_MAX,
    UnfitDatabase,
    address_of,
    open_engine,
    reading,
    writing,
)
from storage.looking import check_file, looking
from storage.upgrading import bring_up_to_date

ROWS_AT_ONCE = 1_000

HELD_BACK = "held back by a restore"
"""Why a message was not sent that waited when the backup was made."""

LEFT_OUT = (schema.priorities, schema.snapshots)
"""What is copied nowhere.

Who wants to speak first says it again, to the database that goes on; snapshots are made anew.
"""

# Which programs run on a database is nothing that is kept.
_TABLES = tuple(each for each in schema.metadata.sorted_tables if each is not schema.workers)


def copy_out(url: str, target: Path) -> None:
    """Copy a database into a new file of SQLite, as it is at one moment, whoever writes meanwhile.

    Raises UnfitDatabase, StorageFault or StorageBroken; what there is of the file then is void.
    """
    address = address_of(url)
    if address.get_backend_name() == "sqlite":
        _copy_file(Path(address.database or ""), target)
        return
    with looking(url) as source:
        copy = new_file(target)
        try:
            with reading(source) as old, copy.begin() as new:
                _copy_rows(old, new)
        except SQLAlchemyError as why:
            raise StorageFault(f"The copy cannot be written: {_said(why)}.") from why
        finally:
            copy.dispose()


def refuse_full(url: str) -> None:
    """Refuse a place that something is kept in, or was and left its log. Raises UnfitDatabase."""
    address = address_of(url)
    if address.get_backend_name() == "sqlite":
        path = Path(address.database or "")
        for end in ("", "-wal", "-shm", "-journal"):
            found = path.with_name(path.name + end)
            if found.exists():
                raise UnfitDatabase(
                    f"{found} is there already: a restore needs an empty place. Stop the bot, move "
                    f"what begins with {path.name} elsewhere, or name another place with --db."
                )
        if not path.parent.is_dir():
            raise UnfitDatabase(f"The folder {path.parent} for the database does not exist.")
        return
    bring_up_to_date(url)
    engine = open_engine(url)
    try:
        with reading(engine) as connection:
            _refuse_rows(connection)
    finally:
        engine.dispose()


def copy_in(source: Path, url: str) -> None:
    """Copy a file of SQLite into an empty PostgreSQL database: all of it or nothing."""
    bring_up_to_date(url)
    engine = open_engine(url)
    try:
        with looking(f"sqlite:///{source}") as kept, reading(kept) as old, writing(engine) as new:
            new.execute(text("LOCK TABLE entries, outbox IN ACCESS EXCLUSIVE MODE"))
            _refuse_rows(new)
            _copy_rows(old, new)
            _number_on(new)
    finally:
        engine.dispose()


def hold_back(engine: Engine) -> int:
    """Let the messages that wait be sent only when the operator says so; returns how many."""
    outbox = schema.outbox
    held = outbox.update().where(schema.waiting).values(state="failed", failure=HELD_BACK)
    with writing(engine) as connection:
        return connection.execute(held).rowcount


def let_go(engine: Engine, *, send: bool) -> int:
    """Send what a restore held back, or drop it for good; returns how many messages that were."""
    outbox = schema.outbox
    values = {"state": "waiting", "failure": ""} if send else {"failure": "dropped after a restore"}
    with writing(engine) as connection:
        held = outbox.c.failure == HELD_BACK
        return connection.execute(outbox.update().where(held).values(values)).rowcount


def held_back(engine: Engine) -> int:
    """How many messages a restore holds back."""
    outbox = schema.outbox
    with reading(engine) as connection:
        asked = select(func.count()).where(outbox.c.failure == HELD_BACK)
        return int(connection.execute(asked).scalar_one())


def _copy_file(path: Path, target: Path) -> None:
    """VACUUM INTO: what was erased is in no free page of it, and no log is left out."""
    check_file(path)
    address = f"file:{quote(str(path.resolve()))}?mode="
    try:
        connection = _connected(address)
    except sqlite3.Error as why:
        raise UnfitDatabase(f"{path} cannot be read ({why}).") from why
    with closing(connection):
        try:
            connection.execute("VACUUM INTO ?", (str(target),))
        except sqlite3.OperationalError as why:
            if "locked" in str(why) or "busy" in str(why):
                raise StorageFault(f"{path} is locked; try again.") from why
            raise StorageBroken(f"The copy of {path} cannot be made: {why}.") from why
        except sqlite3.DatabaseError as why:
            raise UnfitDatabase(f"{path} is damaged ({why}); keep it, and restore a backup.") from why
    try:
        _leave_out(target)
    except sqlite3.Error as why:
        raise StorageBroken(f"The copy of {path} cannot be made: {why}.") from why


def _leave_out(target: Path) -> None:
    """What is copied nowhere is overwritten; a copy of an older program's has no such table."""
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        named = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?"
        copy.execute("PRAGMA secure_delete = ON")
        copy.execute("PRAGMA journal_mode = MEMORY")
        for table in LEFT_OUT:
            if copy.execute(named, (table.name,)).fetchone()[0]:
                copy.execute(str(delete(table)))


def _connected(address: str) -> sqlite3.Connection:
    """A connection that takes part in the locks; where we may not write, one that only reads."""
    for mode in ("rw", "ro"):
        connection = sqlite3.connect(
            address + mode, uri=True, isolation_level=None, timeout=WAIT_SECONDS_MAX
        )
        try:
            connection.execute("PRAGMA schema_version")
        except sqlite3.OperationalError:
            connection.close()
            if mode == "ro":
                raise
        else:
            return connection
    raise AssertionError


def new_file(target: Path) -> Engine:
    """A new file of SQLite with all tables, to be filled fast: its maker syncs it when it is whole."""
    engine = create_engine(f"sqlite:///{target}", hide_parameters=True)
    event.listen(engine, "connect", _fast)
    schema.create(engine)
    return engine


def _fast(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Whoever asked for the copy has the disk know it when it is whole."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = OFF")
    cursor.close()


def _copy_rows(old: Connection, new: Connection) -> None:
    for table in _TABLES:
        if table in LEFT_OUT:
            continue
        asked = select(table).order_by(*table.primary_key.columns)
        rows = old.execution_options(yield_per=ROWS_AT_ONCE).execute(asked)
        for some in rows.mappings().partitions():
            new.execute(insert(table), [_whole(row) for row in some])


def _whole(row: RowMapping) -> dict[str, object]:
    return {
        name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()
    }


def _refuse_rows(connection: Connection) -> None:
    full = [table.name for table in _TABLES if _has_rows(connection, table)]
    if full:
        raise UnfitDatabase(
            f"This database has rows already ({', '.join(full)}): a restore needs an empty one."
        )


def _has_rows(connection: Connection, table: Table) -> bool:
    return connection.execute(select(literal(1)).select_from(table).limit(1)).first() is not None


def _number_on(connection: Connection) -> None:
    """New messages are numbered behind the ones that were copied."""
    newest = connection.execute(select(func.max(schema.outbox.c.position))).scalar()
    if newest:
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence('outbox', 'position'), :newest)"),
            {"newest": newest},
        )


def _said(why: SQLAlchemyError) -> str:
    return str(getattr(why, "orig", None) or why)
