"""What went wrong with the database, in the engine's words.

The one place that knows the error codes of SQLite and PostgreSQL. What is not in its tables is an
error of ours and passes as it came. The words may be shown to people: no SQL, no values; what the
driver said stays behind as the cause, for the log.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from bot.ports import CommitUnknown, Conflict, StorageBroken, StorageFault

BUSY = "The database is busy with another program."
FULL = "The database has no room left on its disk."
LOST = "The connection to the database was lost."
AHEAD = "Another program wrote first."
UNKNOWN = "The connection to the database was lost while it was committing."
BROKEN = "The database, or the disk under it, failed."
READ_ONLY = "The database cannot be written to."

_SQLITE: dict[int, tuple[type[Exception], str]] = {
    5: (StorageFault, BUSY),  # SQLITE_BUSY
    6: (StorageFault, BUSY),  # SQLITE_LOCKED
    8: (StorageBroken, READ_ONLY),  # SQLITE_READONLY
    10: (StorageBroken, BROKEN),  # SQLITE_IOERR, a failed fsync among others
    11: (StorageBroken, BROKEN),  # SQLITE_CORRUPT
    13: (StorageFault, FULL),  # SQLITE_FULL
    14: (StorageBroken, BROKEN),  # SQLITE_CANTOPEN
    15: (StorageFault, BUSY),  # SQLITE_PROTOCOL: too much going on around the write-ahead log
    26: (StorageBroken, BROKEN),  # SQLITE_NOTADB
    4874: (StorageFault, FULL),  # SQLITE_IOERR_SHMSIZE: no room for the index of the log
}
_SQLITE_UNIQUE = {
    1555,  # SQLITE_CONSTRAINT_PRIMARYKEY
    1811,  # SQLITE_CONSTRAINT_TRIGGER: the entry does not link to the one before it
    2067,  # SQLITE_CONSTRAINT_UNIQUE
}
# By the first characters of the code: its class, or the whole of it.
_POSTGRESQL: dict[str, tuple[type[Exception], str]] = {
    "08": (StorageFault, LOST),  # connection exceptions
    "25006": (StorageBroken, READ_ONLY),  # read-only transaction: this became a standby
    "25P03": (StorageFault, LOST),  # we were idle in a transaction for too long
    "40": (StorageFault, BUSY),  # serialization failure, deadlock
    "53100": (StorageFault, FULL),  # disk full
    "53": (StorageFault, BUSY),  # out of connections, memory or locks
    "55P03": (StorageFault, BUSY),  # lock not available in time
    "57014": (StorageFault, BUSY),  # statement cancelled
    "57P": (StorageFault, LOST),  # the server shuts down, crashed, or starts
    "58": (StorageBroken, BROKEN),  # the operating system failed the server
    "XX001": (StorageBroken, BROKEN),  # data corrupted
    "XX002": (StorageBroken, BROKEN),  # index corrupted
}
_POSTGRESQL_UNIQUE = {
    "23000",  # integrity_constraint_violation: the entry does not link to the one before it
    "23505",  # unique_violation
}
_LOST = ("08", "25P03", "57P")


@contextmanager
def faults() -> Iterator[None]:
    """Say what goes wrong inside in the engine's words."""
    try:
        yield
    except DBAPIError as error:
        raise_fault(error)
        raise
    except NoConnectionFree as error:
        raise StorageFault(BUSY) from error


@contextmanager
def conflicts() -> Iterator[None]:
    """Inside, a key that is there already means that somebody else wrote first."""
    try:
        yield
    except DBAPIError as error:
        if _sqlite_code(error) in _SQLITE_UNIQUE or _sqlstate(error) in _POSTGRESQL_UNIQUE:
            raise Conflict(AHEAD) from error
        raise


@contextmanager
def commit_faults() -> Iterator[None]:
    """Inside is a commit: where the connection breaks, nobody knows whether it was done."""
    try:
        yield
    except DBAPIError as error:
        # Where psycopg has no code, no server answered any more.
        silent = (
            isinstance(error, OperationalError) and not _sqlite_code(error) and not _sqlstate(error)
        )
        if error.connection_invalidated or silent or _sqlstate(error).startswith(_LOST):
            raise CommitUnknown(UNKNOWN) from error
        raise_fault(error)
        raise


def raise_fault(error: DBAPIError) -> None:
    """Raise the fault that an error of the database is; return where it is one of ours."""
    code, state = _sqlite_code(error), _sqlstate(error)
    # SQLite's extended codes carry the plain one in their lowest byte.
    fault = _SQLITE.get(code) or _SQLITE.get(code & 0xFF)
    fault = fault or next((it for start, it in _POSTGRESQL.items() if state.startswith(start)), None)
    if fault is None and not code and not state and isinstance(error, OperationalError):
        fault = (StorageFault, LOST)  # psycopg has no code where no server answers
    if fault is not None:
        kind, words = fault
        raise kind(words) from error


def _sqlite_code(error: DBAPIError) -> int:
    return getattr(error.orig, "sqlite_errorcode", 0)


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def said_by_sqlite(statement: str, error: sqlite3.Error) -> BaseException:
    """An error of SQLite's driver as SQLAlchemy says it, without values: so it is known everywhere."""
    return DBAPIError.instance(statement, None, error, sqlite3.Error, hide_parameters=True)
