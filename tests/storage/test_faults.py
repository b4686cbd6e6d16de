"""Every way in which a database fails has its word: try again, somebody was first, or stop."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from bot.ports import CommitUnknown, Conflict, StorageBroken, StorageFault
from storage import faults
from tests.contract.making import Chain, store_at


def sqlite_error(name: str) -> DBAPIError:
    error = sqlite3.OperationalError("secret words")
    error.sqlite_errorcode = getattr(sqlite3, name)
    return OperationalError("SELECT secret", None, error)


def postgresql_error(code: str) -> DBAPIError:
    return OperationalError("SELECT secret", None, psycopg.errors.lookup(code)("secret words"))


TRY_AGAIN = [
    ("SQLITE_BUSY", faults.BUSY),
    ("SQLITE_BUSY_SNAPSHOT", faults.BUSY),
    ("SQLITE_BUSY_RECOVERY", faults.BUSY),
    ("SQLITE_LOCKED", faults.BUSY),
    ("SQLITE_PROTOCOL", faults.BUSY),
    ("SQLITE_FULL", faults.FULL),
    ("SQLITE_IOERR_SHMSIZE", faults.FULL),
    ("40001", faults.BUSY),
    ("40P01", faults.BUSY),
    ("55P03", faults.BUSY),
    ("53300", faults.BUSY),
    ("57014", faults.BUSY),
    ("53100", faults.FULL),
    ("08006", faults.LOST),
    ("57P01", faults.LOST),
    ("25P03", faults.LOST),
]
STOP = [
    ("SQLITE_IOERR", faults.BROKEN),
    ("SQLITE_IOERR_FSYNC", faults.BROKEN),
    ("SQLITE_IOERR_WRITE", faults.BROKEN),
    ("SQLITE_CORRUPT", faults.BROKEN),
    ("SQLITE_NOTADB", faults.BROKEN),
    ("SQLITE_CANTOPEN", faults.BROKEN),
    ("SQLITE_READONLY", faults.READ_ONLY),
    ("25006", faults.READ_ONLY),
    ("58030", faults.BROKEN),
    ("XX001", faults.BROKEN),
]


def made(name: str) -> DBAPIError:
    return sqlite_error(name) if name.startswith("SQLITE") else postgresql_error(name)


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [(name, StorageFault, words) for name, words in TRY_AGAIN]
    + [(name, StorageBroken, words) for name, words in STOP],
)
def test_a_fault_says_whether_to_try_again_and_nothing_of_what_was_written(
    name: str, kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind) as raised, faults.faults():
        raise made(name)

    assert type(raised.value) is kind
    assert str(raised.value) == words
    assert isinstance(raised.value.__cause__, DBAPIError)


@pytest.mark.parametrize("name", ["08006", "08003", "57P01", "57P02", "25P03"])
def test_a_connection_that_breaks_while_committing_leaves_the_result_unknown(name: str) -> None:
    with pytest.raises(CommitUnknown), faults.commit_faults():
        raise made(name)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("40001", StorageFault),
        ("53100", StorageFault),
        ("SQLITE_FULL", StorageFault),
        ("SQLITE_BUSY", StorageFault),
        ("SQLITE_IOERR_FSYNC", StorageBroken),
    ],
)
def test_a_commit_that_the_database_refused_is_not_unknown(name: str, kind: type[Exception]) -> None:
    with pytest.raises(kind) as raised, faults.commit_faults():
        raise made(name)

    assert type(raised.value) is kind


@pytest.mark.parametrize(
    "name",
    [
        "SQLITE_CONSTRAINT_UNIQUE",
        "SQLITE_CONSTRAINT_PRIMARYKEY",
        "SQLITE_CONSTRAINT_TRIGGER",
        "23505",
        "23000",
    ],
)
def test_a_key_that_is_taken_is_a_conflict_only_where_writers_meet(name: str) -> None:
    error = made(name)

    with pytest.raises(Conflict), faults.faults(), faults.conflicts():
        raise error
    with pytest.raises((StorageFault, DBAPIError)) as raised, faults.faults():
        raise IntegrityError("INSERT", None, error.orig or error)
    assert raised.value.__class__ is IntegrityError


@pytest.mark.parametrize(
    "name", ["SQLITE_CONSTRAINT_NOTNULL", "SQLITE_CONSTRAINT_CHECK", "23502", "42601"]
)
def test_a_mistake_of_ours_passes_as_it_is(name: str) -> None:
    error = made(name).orig
    assert error is not None

    with pytest.raises(IntegrityError), faults.faults(), faults.conflicts():
        raise IntegrityError("INSERT", None, error)


def test_a_disk_that_fails_in_the_commit_breaks_the_store(sqlite_url: str) -> None:
    def fail(_: object) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
        raise error

    with store_at(sqlite_url) as store:
        engine = store.journal._engine
        engine.dialect.do_commit = fail  # type: ignore[method-assign, assignment]

        with pytest.raises(StorageBroken, match="failed"):
            store.write(Chain().command("m1"))


NOWHERE = "SELECT seal FROM nowhere WHERE seal = ?"


def test_what_sqlite_itself_says_is_known_as_any_error_of_the_database(sqlite_url: str) -> None:
    """Statements that are text pass SQLAlchemy by; what becomes of them does not."""
    with (
        store_at(sqlite_url) as store,
        store.archive.snapshot() as snapshot,
        pytest.raises(OperationalError, match="no such table: nowhere") as raised,
    ):
        snapshot._driven(NOWHERE, ("secret",))
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("statement", "value", "error"),
    [(NOWHERE, "", OperationalError), ("SELECT ?", 1 << 64, OverflowError)],
)
def test_nothing_is_kept_of_a_transaction_in_which_a_question_failed(
    sqlite_url: str, statement: str, value: object, error: type[Exception]
) -> None:
    def write() -> None:
        with store.journal.transaction() as transaction:
            with pytest.raises(error):
                transaction._driven(statement, (value,))
            transaction.write(Chain().command("m1"))

    with store_at(sqlite_url) as store:
        with pytest.raises(StorageFault, match="nothing was kept"):
            write()
        assert store.entries() == []
