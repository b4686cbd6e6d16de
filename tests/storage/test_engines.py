"""What is demanded of a database before anything is entrusted to it, and what is refused."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext

from bot.ports import Erased, StorageBroken, StorageFault, Written
from storage import engines
from storage.engines import UnfitDatabase, open_engine, open_memory, writing
from storage.journal import SqlJournal
from storage.outbox import SqlOutbox
from storage.upgrading import bring_up_to_date
from storage.writer import Writer
from tests.contract.making import Chain, outgoing, store_at


def asked(engine: Engine, question: str) -> str:
    with engine.connect() as connection:
        return str(connection.exec_driver_sql(question).scalar_one())


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("foreign_keys", "1"),
        ("secure_delete", "1"),
        ("busy_timeout", "5000"),
        ("temp_store", "2"),
    ],
)
def test_every_connection_to_sqlite_is_durable_and_careful(
    sqlite_url: str, setting: str, value: str
) -> None:
    engine = open_engine(sqlite_url)
    with engine.connect() as first, engine.connect() as second:
        for connection in (first, second):
            found = connection.exec_driver_sql(f"PRAGMA {setting}").scalar_one()
            assert str(found) == value
    engine.dispose()


def test_postgresql_is_durable_and_waits_for_nobody_for_ever(postgres_url: str) -> None:
    engine = open_engine(postgres_url)

    assert asked(engine, "SHOW synchronous_commit") == "on"
    assert asked(engine, "SHOW lock_timeout") == "5s"
    assert asked(engine, "SHOW transaction_isolation") == "read committed"
    assert asked(engine, "SHOW idle_in_transaction_session_timeout") == "1min"
    engine.dispose()


@pytest.mark.parametrize("address", ["postgres", "postgresql", "postgresql+psycopg"])
def test_the_usual_spellings_of_a_postgresql_address_are_taken(postgres_url: str, address: str) -> None:
    engine = open_engine(postgres_url.replace("postgresql+psycopg", address))

    assert asked(engine, "SELECT 1") == "1"
    engine.dispose()


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("synchronous_commit = off", "synchronous_commit is off"),
        ("default_transaction_read_only = on", "standby"),
    ],
)
def test_a_postgresql_that_is_not_durable_or_not_writable_is_refused(
    postgres_url: str, setting: str, words: str
) -> None:
    plain = postgres_url.replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f'ALTER DATABASE "{name}" SET {setting}')

    with pytest.raises(UnfitDatabase, match=words):
        open_engine(postgres_url)


def test_a_postgresql_that_cannot_hold_every_language_is_refused(postgres_url: str) -> None:
    plain = postgres_url.replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as connection:
        name = f"{connection.info.dbname}_ascii"
        connection.execute(
            f"CREATE DATABASE \"{name}\" ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' "
            "TEMPLATE template0"
        )
        try:
            with pytest.raises(UnfitDatabase, match="UTF8"):
                open_engine(f"{postgres_url}_ascii")
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.parametrize("kind", ["SQLITE", "POSTGRESQL"])
def test_an_old_database_program_is_refused(
    kind: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = request.getfixturevalue("sqlite_url" if kind == "SQLITE" else "postgres_url")
    monkeypatch.setattr(engines, f"{kind}_MIN", (99, 0) if kind == "SQLITE" else 99)

    with pytest.raises(UnfitDatabase, match=r"too old; Talkoot needs 99"):
        open_engine(url)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite://", "memory"),
        ("sqlite:///:memory:", "memory"),
        ("sqlite:///nowhere/at/all.db", "folder nowhere/at"),
        ("sqlite:///talkoot.db?mode=ro", "no options"),
        ("mysql://somewhere/talkoot", "not in mysql"),
        ("talkoot.db", "not a URL"),
        ("", "not a URL"),
    ],
)
def test_an_address_that_cannot_be_meant_is_refused_in_plain_words(url: str, words: str) -> None:
    with pytest.raises(UnfitDatabase, match=words):
        open_engine(url)


def test_a_refusal_never_shows_a_password() -> None:
    with pytest.raises(UnfitDatabase) as raised:
        open_engine("mysql://talkoot:hunter2@somewhere/talkoot")

    assert "hunter2" not in str(raised.value)


def test_a_server_that_does_not_answer_is_a_fault() -> None:
    with pytest.raises(StorageFault):
        open_engine("postgresql://talkoot@127.0.0.1:1/talkoot")


def test_sqlite_that_cannot_write_ahead_is_refused(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {"PRAGMA journal_mode = WAL": "delete", "PRAGMA synchronous": 2}
    monkeypatch.setattr(engines, "_asked", lambda _, question: answers[question])
    with pytest.raises(UnfitDatabase, match="WAL"):
        open_engine(sqlite_url)

    answers |= {"PRAGMA journal_mode = WAL": "wal", "PRAGMA synchronous": 1}
    with pytest.raises(UnfitDatabase, match="FULL"):
        open_engine(sqlite_url)


@pytest.mark.parametrize("others", [1, 3])
def test_a_new_file_that_others_write_to_at_that_moment_is_waited_for(
    sqlite_url: str, others: int
) -> None:
    other, refused = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None), [""]
    other.execute("BEGIN IMMEDIATE")

    @event.listens_for(Engine, "handle_error")
    def heard(context: ExceptionContext) -> None:
        refused.append(str(context.original_exception))

    @event.listens_for(Engine, "before_cursor_execute")
    def goes_on(_: object, __: object, statement: str, *___: object) -> None:
        """The other one is done when it is waited for; then comes another one, until all have been."""
        if statement == "BEGIN IMMEDIATE":
            other.execute("ROLLBACK")
        elif "journal_mode" in statement and 0 < len(refused) - 1 < others:
            other.execute("BEGIN IMMEDIATE")

    try:
        engine = open_engine(sqlite_url)
    finally:
        event.remove(Engine, "handle_error", heard)
        event.remove(Engine, "before_cursor_execute", goes_on)

    assert refused[1:] == ["database is locked"] * others
    assert asked(engine, "PRAGMA journal_mode") == "wal"
    engine.dispose()


def test_a_new_file_that_another_one_does_not_let_go_of_is_a_fault(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(engines._SQLITE_ARGUMENTS, "timeout", 0.001)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StorageFault, match=r"^The database is busy with another program\.$"):
        open_engine(sqlite_url)


def test_a_file_that_is_no_database_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear members, " * 500)

    with pytest.raises(StorageBroken):
        bring_up_to_date(f"sqlite:///{path}")

    assert path.read_text().startswith("Dear members")


def test_a_new_file_and_its_companions_are_for_their_owner_alone(
    sqlite_url: str, tmp_path: Path
) -> None:
    before = os.umask(0)
    try:
        with store_at(sqlite_url) as store:
            store.write(Chain().command("m1"))
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    finally:
        os.umask(before)

    assert set(modes) == {"talkoot.db", "talkoot.db-wal", "talkoot.db-shm"}
    assert set(modes.values()) == {0o600}


def test_a_database_in_memory_is_ready_at_once_and_shared_by_reader_and_writer() -> None:
    engine = open_memory()
    journal, outbox = SqlJournal(engine), SqlOutbox(engine)
    chain, found = Chain(), []
    inside = threading.Event()

    def read() -> None:
        inside.wait(10)
        found.extend(outbox.waiting(10))

    reader = threading.Thread(target=read)
    reader.start()
    with journal.transaction() as transaction:
        assert transaction.changed()
        transaction.write(chain.command("m1"))
        inside.set()
    with journal.transaction() as transaction:
        assert not transaction.changed()
    reader.join()

    assert found in ([], [outgoing("m1")])
    assert outbox.waiting(10) == [outgoing("m1")]
    journal.close()


def test_erased_words_are_not_left_in_the_file(sqlite_url: str, tmp_path: Path) -> None:
    with store_at(sqlite_url) as store:
        command = Chain().command("canary")
        command.outgoing = []
        store.write(command)
        with store.journal.transaction() as transaction:
            transaction.write(Written(erased=[Erased("home", (command.texts[0].sealed.seal,))]))
        with writing(store.journal._engine) as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1

    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"cooked" not in kept


def test_the_weaknesses_of_a_server_are_told(sqlite_url: str, postgres_url: str) -> None:
    for url, names in ((sqlite_url, ()), (postgres_url, ("fsync", "full_page_writes"))):
        engine = open_engine(url)
        told = engines.weaknesses(engine)
        off = [name for name in names if asked(engine, f"SHOW {name}") == "off"]
        assert len(told) == len(off)
        assert all(name in words for name, words in zip(off, told, strict=True))
        engine.dispose()


def test_opening_what_is_up_to_date_does_not_load_alembic(sqlite_url: str) -> None:
    bring_up_to_date(sqlite_url)
    program = (
        "import sys; from storage.upgrading import bring_up_to_date; "
        f"bring_up_to_date({sqlite_url!r}); print('alembic' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"


def test_sqlite_of_this_machine_is_new_enough() -> None:
    assert sqlite3.sqlite_version_info >= engines.SQLITE_MIN


def test_the_writer_keeps_its_connection_until_a_fault_and_gives_it_back_at_the_end(
    database_url: str,
) -> None:
    engine = open_engine(database_url)
    writer = Writer(engine)
    used = []
    for _ in range(3):
        with writer.transaction() as connection:
            used.append(connection.connection.driver_connection)
            assert engine.pool.checkedout() == 1  # type: ignore[attr-defined]
    assert used[0] is used[1] is used[2]

    with pytest.raises(ZeroDivisionError), writer.transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE half (of_it INTEGER)")
        raise ZeroDivisionError
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    with writer.transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE half (of_it INTEGER)")

    writer.close()
    writer.close()
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    engine.dispose()


def test_two_writers_in_one_program_have_a_connection_each(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    writer = Writer(engine)
    with writer.transaction() as first, writer.transaction() as second:
        assert first is not second
    assert engine.pool.checkedout() == 1, "one of them is kept"  # type: ignore[attr-defined]
    writer.close()
    engine.dispose()
