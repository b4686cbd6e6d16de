"""The two databases, and what is demanded of them before anything is entrusted to them.

Accepted must mean durable: SQLite writes ahead and syncs every commit, PostgreSQL waits for its own
disk. A database that does not is refused at the start, in words for whoever runs the program.
Nothing here knows the tables.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    QueuePool,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.ports import StorageBroken, StorageFault
from storage import schema
from storage.faults import commit_faults, faults, said_by_sqlite

WAIT_SECONDS_MAX = 5
"""How long a writer waits for another one before it is told that the database is busy."""

# The oldest that a supported system still brings (Ubuntu 22.04 has both).
SQLITE_MIN = (3, 37)
POSTGRESQL_MIN = 14
POSTGRESQL_PORT = 5432

# While the write-ahead log grows, a commit takes longer than when the log is written over:
# so it stays small. A larger one made nothing faster (measured).
_CHECKPOINT_PAGES = 1000

_SYNCHRONOUS_FULL = 2
# We begin ourselves: the driver would not begin before a reading.
_SQLITE_ARGUMENTS = {
    "isolation_level": None,
    "check_same_thread": False,
    "timeout": WAIT_SECONDS_MAX,
}
_SQLITE_SETTINGS = (
    f"PRAGMA synchronous = {_SYNCHRONOUS_FULL}",
    "PRAGMA fullfsync = ON",  # on a Mac, only this reaches the disk
    "PRAGMA checkpoint_fullfsync = ON",
    f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # what is erased is overwritten, not only forgotten
    "PRAGMA temp_store = MEMORY",  # texts of members have no business in a temporary file
    "PRAGMA cell_size_check = ON",  # finds a damaged page before it is believed
)
_POSTGRESQL_SETTINGS = (
    f"SET lock_timeout = {WAIT_SECONDS_MAX * 1000}",
    # A writer that was stopped in the middle gives its locks back.
    "SET idle_in_transaction_session_timeout = 60000",
)
_POSTGRESQL_UNFIT = (
    ("synchronous_commit", "off", "PostgreSQL answers before its disk has what it was given"),
    ("transaction_read_only", "on", "PostgreSQL only lets us read here; is it a standby?"),
)
# What the server's administrator decided for everybody: told by `talkoot doctor`, not refused.
_POSTGRESQL_WEAK = (
    ("fsync", "off", "PostgreSQL does not wait for its disk: a power cut may destroy everything"),
    ("full_page_writes", "off", "PostgreSQL may be damaged by a power cut in the middle of a write"),
)
# A connection that died without a word is noticed within half a minute.
_POSTGRESQL_ARGUMENTS = {
    "application_name": "talkoot",
    "client_encoding": "utf8",
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30000,
}
TURNS = 12
"""How often a program waits for its turn to switch or upgrade a database, but for the last time."""


class UnfitDatabase(Exception):  # noqa: N818 - a fault of the world, not of the program
    """This database cannot keep our promises; says why, for whoever runs the program."""


def open_engine(url: str) -> Engine:
    """Open a database (`sqlite:///file`, `postgresql://…`) that keeps what it accepts.

    Raises `UnfitDatabase`, or `StorageFault` or `StorageBroken` where it cannot be reached.
    """
    address = address_of(url)
    engine = _sqlite(address) if address.get_backend_name() == "sqlite" else postgresql_engine(address)
    try:
        with faults(), reached(address), engine.connect() as connection:
            _CHECKS[engine.dialect.name](connection)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def reached(address: URL) -> Iterator[None]:
    """A server that cannot be reached is told with its host, the cause, and a remedy."""
    try:
        yield
    except OperationalError as error:
        if address.get_backend_name() == "sqlite" or getattr(error.orig, "sqlstate", None):
            raise
        # psycopg: «connection failed: connection to server at …, port … failed: Connection refused».
        told = str(error.orig).strip().splitlines() or ["no answer"]
        cause = told[0].rpartition(" failed: ")[2].strip().removeprefix("FATAL:").strip()
        where = f"{address.host or 'this machine'}, port {address.port or POSTGRESQL_PORT}"
        raise StorageFault(
            f"PostgreSQL at {where}, cannot be used: {cause}. Does it run there, and are host, port, "
            "user, password and name right in database.url?"
        ) from error


def open_memory() -> Engine:
    """A database in memory, with its tables, for a try or a test: it keeps nothing.

    There is one connection; who wants it waits for who has it.
    """
    engine = create_engine(
        "sqlite://",
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=WAIT_SECONDS_MAX,
        connect_args=_SQLITE_ARGUMENTS,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _set_sqlite)
    schema.create(engine)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A writing transaction; committed when left normally, otherwise undone."""
    with faults(), engine.connect() as connection, committing(connection):
        yield connection


@contextmanager
def committing(connection: Connection) -> Iterator[None]:
    """A writing transaction on a connection; committed when left normally."""
    if connection.dialect.name == "sqlite":
        _same_file(connection)
        _begin_at_once(connection)
    yield
    with commit_faults():
        connection.commit()


def _begin_at_once(connection: Connection) -> None:
    """Not a plain BEGIN, which lets others in between reading and writing; by the driver itself."""
    connection.begin()
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.Error as error:
        raise said_by_sqlite("BEGIN IMMEDIATE", error) from error


def clean_up(engine: Engine) -> bool:
    """After an erasure: what was erased leaves SQLite's write-ahead log too; returns whether it did.

    Where a reader holds the log open for longer than we wait, the next checkpoint does it. PostgreSQL's
    vacuum does the same in its own time.
    """
    if engine.dialect.name != "sqlite":
        return True
    with faults(), engine.connect() as connection:
        busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        return not busy


def clean_out_ballots(engine: Engine) -> None:
    """After ballots were dropped: nothing of them stays in their file, nor in SQLite's log.

    Raises StorageFault where others hold it for longer than we wait; then it is to be done again.
    """
    if not clean_up(engine):
        raise StorageFault("Somebody reads the database for so long that dropped rows stay in its log.")
    if engine.dialect.name == "postgresql":
        with faults(), engine.connect() as connection:
            # A plain VACUUM leaves the bytes of dead rows in the file.
            apart = connection.execution_options(isolation_level="AUTOCOMMIT")
            apart.exec_driver_sql("VACUUM (FULL) ballots")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One unchanging picture of the database, which hinders no writer."""
    with faults(), engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        else:
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


def address_of(url: str) -> URL:
    """Where a database is, with the driver that we use. Raises UnfitDatabase."""
    try:
        address = make_url(url)
    except ValueError:
        # Its own words may be a part of a password that has an @ in it.
        raise UnfitDatabase(
            "The port in the database's address is no number. In a password, @ is written %40: "
            "postgresql://user:password@host:5432/name"
        ) from None
    except ArgumentError:
        # Shown only where it is a path: it may hold a password.
        path = f" For this file it is sqlite:///{url}" if url.startswith(("/", "./", "~")) else ""
        raise UnfitDatabase(
            f"The database's address is not a URL.{path or ' For a file it is sqlite:///talkoot.db'}"
        ) from None
    if address.drivername == "postgres":
        address = address.set(drivername="postgresql")
    if address.get_backend_name() not in _CHECKS:
        raise UnfitDatabase(
            f"Talkoot keeps its journal in SQLite or PostgreSQL, not in {address.drivername}."
        )
    driver = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}[address.get_backend_name()]
    return address.set(drivername=driver)


def _sqlite(address: URL) -> Engine:
    path = Path(address.database or ":memory:")
    if str(path) == ":memory:":
        raise UnfitDatabase("A database in memory forgets everything; name a file.")
    if address.query:
        raise UnfitDatabase("The address of an SQLite database takes no options.")
    if not path.parent.is_dir():
        raise UnfitDatabase(f"The folder {path.parent} for the database does not exist.")
    if path.is_dir():
        raise UnfitDatabase(a_folder(path))
    _create_private(path)
    # The last used connection first: it knows best what changed since.
    engine = create_engine(
        address, pool_use_lifo=True, connect_args=_SQLITE_ARGUMENTS, hide_parameters=True
    )
    event.listen(engine, "connect", _set_sqlite)
    return engine


def a_folder(path: Path) -> str:
    """What is told where somebody names a folder as the database."""
    return f"{path} is a folder; the database is a file in it, such as {path / 'talkoot.db'}"


def _create_private(path: Path) -> None:
    """Make a new file for its owner alone; SQLite gives its companions the same mode."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise UnfitDatabase(f"The database {path} cannot be made: {error.strerror}.") from error


def postgresql_engine(address: URL) -> Engine:
    """An engine over PostgreSQL, of which nothing is demanded yet."""
    arguments = {
        name: value for name, value in _POSTGRESQL_ARGUMENTS.items() if name not in address.query
    }
    if find_spec("psycopg") is None:
        raise UnfitDatabase(
            "PostgreSQL's driver is not installed here. With pipx: pipx install 'talkoot[postgres]'"
        )
    engine = create_engine(
        address,
        connect_args=arguments,
        # Behind the lock of a collective, every statement must see what the last holder wrote.
        isolation_level="READ COMMITTED",
        # Statements take their values by position in both databases.
        paramstyle="format",
        hide_parameters=True,
    )
    event.listen(engine, "connect", _set_postgresql)
    return engine


def _set_sqlite(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for setting in _SQLITE_SETTINGS:
        cursor.execute(setting)
    (_, _, path) = cursor.execute("PRAGMA database_list").fetchone()
    entry.info["file"] = (path, _identity(path))
    cursor.close()


def _set_postgresql(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for setting in _POSTGRESQL_SETTINGS:
        cursor.execute(setting)
    cursor.close()
    connection.commit()


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - asked before every transaction
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _same_file(connection: Connection) -> None:
    """Never write into a file that was deleted or replaced under us: nobody would find it again."""
    path, identity = connection.info["file"]
    if _identity(path) != identity:
        raise StorageBroken(f"The database {path} was moved or replaced while the program ran.")


def _check_sqlite(connection: Connection) -> None:
    if sqlite3.sqlite_version_info < SQLITE_MIN:
        raise UnfitDatabase(
            f"SQLite {sqlite3.sqlite_version} is too old; Talkoot needs "
            f"{'.'.join(map(str, SQLITE_MIN))} or newer."
        )
    if _written_ahead(connection) != "wal":
        raise UnfitDatabase(
            "SQLite cannot write ahead here (WAL); put the database on a disk of this machine."
        )
    if _asked(connection, "PRAGMA synchronous") != _SYNCHRONOUS_FULL:
        raise UnfitDatabase("SQLite does not wait for the disk here (synchronous is not FULL).")


def _written_ahead(connection: Connection) -> object:
    """Let SQLite write ahead from here on; returns the mode that the file has then.

    Where another program writes at that moment, as it does while it switches a new file itself, SQLite
    refuses at once, whatever `timeout` says: two that wait for each other would wait for ever. So we
    wait for our turn to write, for which it does wait, and try again.
    """
    for _ in range(TURNS):
        with suppress(OperationalError):
            return _asked(connection, "PRAGMA journal_mode = WAL")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.exec_driver_sql("ROLLBACK")
    return _asked(connection, "PRAGMA journal_mode = WAL")


def _check_postgresql(connection: Connection) -> None:
    if int(str(_asked(connection, "SHOW server_version_num"))) < POSTGRESQL_MIN * 10_000:
        raise UnfitDatabase(
            f"PostgreSQL {_asked(connection, 'SHOW server_version')} is too old; Talkoot needs "
            f"{POSTGRESQL_MIN} or newer."
        )
    for setting, unfit, words in _POSTGRESQL_UNFIT:
        if _asked(connection, f"SHOW {setting}") == unfit:
            raise UnfitDatabase(f"{words} ({setting} is {unfit}).")
    encoding = _asked(connection, "SHOW server_encoding")
    if encoding != "UTF8":
        raise UnfitDatabase(f"The database cannot hold every language ({encoding}, not UTF8).")


def weaknesses(engine: Engine) -> list[str]:
    """What could still cost us what was accepted, in words for whoever runs the program."""
    if engine.dialect.name == "sqlite":
        return []
    with faults(), engine.connect() as connection:
        return [
            f"{words} ({setting} is {weak})."
            for setting, weak, words in _POSTGRESQL_WEAK
            if _asked(connection, f"SHOW {setting}") == weak
        ]


def _asked(connection: Connection, question: str) -> object:
    return connection.exec_driver_sql(question).scalar_one()


_CHECKS = {"sqlite": _check_sqlite, "postgresql": _check_postgresql}
