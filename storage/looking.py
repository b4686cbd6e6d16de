"""Looking at a database without touching it, for whoever checks or exports what it keeps.

Nothing in it is changed, brought up to date or made beside it, and no right to write is needed: a copy,
a backup on a disk that only reads, a standby. Where SQLite could only look by writing, a copy is made
elsewhere, for its owner alone, and looked at.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from sqlalchemy import URL, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from bot.ports import StorageBroken, StorageFault
from storage import schema
from storage.engines import (
    UnfitDatabase,
    a_folder,
    address_of,
    open_engine,
    postgresql_engine,
    reached,
    reading,
)
from storage.faults import faults
from storage.upgrading import NewerDatabase, bring_up_to_date, version_of

_SETTINGS = ("PRAGMA query_only = ON", "PRAGMA temp_store = MEMORY", "PRAGMA cell_size_check = ON")


@contextmanager
def looking(url: str) -> Iterator[Engine]:
    """An engine that only reads. Raises UnfitDatabase where nothing of ours is to be seen.

    Also StorageFault, or StorageBroken, where it cannot be reached.
    """
    address = address_of(url)
    with ExitStack() as stack:
        if address.get_backend_name() == "sqlite":
            yield _sqlite(Path(address.database or ""), stack)
        else:
            yield _postgresql(address, stack)


def place_of(engine: Engine) -> str:
    """Where another process finds what this engine reads, with the password; empty for memory."""
    url, named = engine.url, engine.url.database or ""
    if url.get_backend_name() != "sqlite":
        return url.render_as_string(hide_password=False)
    return file_address(Path(named)) if named and not named.startswith("file:") else named


@contextmanager
def looking_too(place: str) -> Iterator[Engine]:
    """An engine that reads what one of another process reads (`place_of`), and in the same way."""
    with ExitStack() as stack:
        if place.startswith("file:"):
            yield _reader(place, stack)
        else:
            engine = postgresql_engine(make_url(place))
            stack.callback(engine.dispose)
            yield engine


def _sqlite(path: Path, stack: ExitStack) -> Engine:
    check_file(path)
    log, shared = (path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm"))
    if log.exists() and shared.exists():
        engine = _reader(file_address(path), stack)  # somebody has it open: their locks are kept
    elif log.exists() and log.stat().st_size:
        engine = _reader(file_address(_copied((path, log), stack), "rw"), stack)
    else:
        engine = _reader(file_address(path, "ro&immutable=1"), stack)
    try:
        with reading(engine) as connection:
            found = version_of(connection)
    except (StorageBroken, StorageFault) as why:
        raise UnfitDatabase(_damaged(path, why)) from why
    if not found:
        raise UnfitDatabase(_empty(path))
    if found > schema.VERSION:
        raise NewerDatabase(found)
    return engine if found == schema.VERSION else _renewed(engine, stack)


def check_file(path: Path) -> None:
    """Refuse what is no file of SQLite. Raises UnfitDatabase."""
    if path.is_dir():
        raise UnfitDatabase(a_folder(path))
    if not path.is_file():
        raise UnfitDatabase(f"There is no database {path}.")
    if not os.access(path, os.R_OK):
        raise UnfitDatabase(f"The database {path} cannot be read: {os.strerror(errno.EACCES)}.")
    if not path.stat().st_size:
        raise UnfitDatabase(_empty(path))
    # Never by a file of our own: closing it would take from SQLite all locks that this program has on
    # the database, and the next program to leave would take the log away from under us.
    address = file_address(path, "ro&immutable=1")
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.DatabaseError as error:
        told = f"{path} is no database of SQLite, or its beginning is damaged."
        raise UnfitDatabase(told) from error


def file_address(path: Path, mode: str = "ro") -> str:
    """Where a file of SQLite is and how it is opened, as SQLite takes it."""
    return f"file:{quote(str(path.resolve()))}?mode={mode}"


def _reader(address: str, stack: ExitStack) -> Engine:
    """An engine that only reads what is at this address of SQLite's; its `url` has that as it is."""

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)

    url = URL.create("sqlite", database=address, query={"uri": "true"})
    engine = create_engine(url, creator=connect, poolclass=QueuePool, hide_parameters=True)
    event.listen(engine, "connect", _set)
    stack.callback(engine.dispose)
    return engine


def _set(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for setting in _SETTINGS:
        cursor.execute(setting)
    cursor.close()


def _copied(files: tuple[Path, ...], stack: ExitStack) -> Path:
    """A copy where we may write: only so does SQLite read a log that nobody has open."""
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="talkoot-look-")))
    try:
        for file in files:
            shutil.copyfile(file, folder / file.name)
    except OSError as error:
        raise UnfitDatabase(f"{file} cannot be copied to be looked at: {error.strerror}.") from error
    return folder / files[0].name


def _renewed(engine: Engine, stack: ExitStack) -> Engine:
    """A copy of an older Talkoot's database, brought up to date."""
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="talkoot-look-")))
    copy = folder / "talkoot.db"
    with engine.connect() as connection, closing(sqlite3.connect(copy)) as target:
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        source.backup(target)
    url = f"sqlite:///{copy}"
    bring_up_to_date(url)
    renewed = open_engine(url)
    stack.callback(renewed.dispose)
    return renewed


def _postgresql(address: URL, stack: ExitStack) -> Engine:
    engine = postgresql_engine(address)
    stack.callback(engine.dispose)
    with faults(), reached(address), engine.connect() as connection:
        found = version_of(connection)
    if not found:
        raise UnfitDatabase("There is no journal of Talkoot in this database.")
    if found > schema.VERSION:
        raise NewerDatabase(found)
    if found < schema.VERSION:
        raise UnfitDatabase(
            f"This database was written by an older Talkoot (schema {found}); talkoot run brings it up "
            "to date. Looking at it changes nothing, so look with the version that wrote it."
        )
    return engine.execution_options(postgresql_readonly=True)


def _empty(path: Path) -> str:
    return (
        f"{path} holds no journal of Talkoot. If it was copied while the bot ran, it is still in "
        f"{path.name}-wal: copy both files together, or make a copy that is whole "
        "with talkoot backup"
    )


def _damaged(path: Path, why: Exception) -> str:
    detail = getattr(why.__cause__, "orig", None) or why
    return (
        f"{path} is damaged, or was copied while the bot ran and is not whole ({detail}). Copy it "
        f"together with {path.name}-wal, or make a copy that is whole with talkoot backup"
    )
