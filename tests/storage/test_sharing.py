"""Two processes see the same, or know that they do not; nobody is kept from writing for it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from bot.ports import StorageFault
from storage.engines import open_memory, writing
from storage.looking import _sqlite, looking, looking_too, place_of
from storage.reading import Snapshot, SqlArchive
from tests.house.journals import book, stored

ROOM = "INSERT INTO rooms VALUES ('a', '{}', 'home')"


def add_room(engine: Engine, name: str) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql(ROOM.format(name))


def rooms(snapshot: Snapshot) -> set[str]:
    return {it.room for it in snapshot.kept_rooms("home")}


@contextmanager
def two(archive: SqlArchive, *, written: str = "") -> Iterator[tuple[Snapshot, Snapshot | None]]:
    """One's picture, and that of the other one; with what somebody writes when one has begun."""
    with archive.snapshot() as one, looking_too(place_of(archive.engine)) as engine:

        def begin() -> str:
            picture = one.begun()
            if written:
                add_room(archive.engine, written)
            return picture or ""

        with SqlArchive(engine).joined(begin) as other:
            yield one, other


def test_two_see_the_same_though_somebody_writes_afterwards(database_url: str) -> None:
    with stored(database_url, book(1)) as (_, archive), two(archive) as (one, other):
        assert other is not None
        add_room(archive.engine, "later")
        assert rooms(one) == rooms(other)
        assert "later" not in rooms(other)


def test_what_was_written_in_between_is_seen_by_neither_or_noticed(database_url: str) -> None:
    """PostgreSQL hands its picture on; with SQLite they begin anew."""
    with stored(database_url, book(1)) as (_, archive):
        with two(archive, written="between") as (one, other):
            assert "between" not in rooms(one)
            if "sqlite" in database_url:
                assert other is None
            else:
                assert other is not None
                assert rooms(one) == rooms(other)
        with two(archive) as (one, other):
            assert other is not None
            assert "between" in rooms(one) & rooms(other)


def test_the_picture_begins_when_it_is_said_to(database_url: str) -> None:
    """Not with the first question behind it."""
    with stored(database_url, book(1)) as (_, archive), archive.snapshot() as one:
        one.begun()
        add_room(archive.engine, "behind")
        assert "behind" not in rooms(one)


def test_who_looks_keeps_nobody_from_writing(sqlite_url: str) -> None:
    with stored(sqlite_url, book(1)) as (_, archive), looking(sqlite_url) as look:
        event.listen(archive.engine, "connect", lambda it, _: it.execute("PRAGMA busy_timeout = 0"))
        with two(SqlArchive(look)) as (_one, other):
            assert other is not None
            add_room(archive.engine, "at once")
            with pytest.raises(Exception, match="readonly"):
                other._connection.exec_driver_sql(ROOM.format("never"))


def test_a_standby_shares_no_picture(postgres_url: str) -> None:
    with stored(postgres_url, book(1)) as (_, archive), archive.snapshot() as snapshot:
        for said in (
            "CREATE SCHEMA standing",
            "CREATE FUNCTION standing.pg_is_in_recovery() RETURNS bool LANGUAGE sql AS 'SELECT true'",
        ):
            with writing(archive.engine) as connection:
                connection.exec_driver_sql(said)
        snapshot._connection.exec_driver_sql("SET search_path = standing, pg_catalog")
        assert snapshot.begun() is None


@pytest.mark.parametrize("name", ["", "1'; DROP TABLE entries; --"])
def test_only_a_name_of_a_picture_is_one(postgres_url: str, name: str) -> None:
    with stored(postgres_url, book(1)) as (_, archive):
        with pytest.raises(StorageFault), archive.joined(lambda: name):
            pass
        with archive.snapshot() as snapshot:
            assert list(snapshot.collectives()) == ["home"]


@pytest.mark.parametrize("name", ["talkoot.db", "a b.db", "50% %20 + ü?#&.db", "file:x.db"])
@pytest.mark.parametrize("how", ["at rest", "in use", "a log is left"])
def test_the_same_file_is_found_however_it_is_called_and_looked_at(
    tmp_path: Path, name: str, how: str
) -> None:
    with stored(f"sqlite:///{tmp_path / 'made.db'}", book(1)) as (_, archive):
        archive.engine.dispose()
    path = tmp_path / name
    shutil.copy(tmp_path / "made.db", path)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        if how == "at rest":
            writer.close()
        else:
            writer.execute("PRAGMA wal_autocheckpoint = 0")
            writer.execute(ROOM.format("in the log"))
            if how == "a log is left":
                for end in ("", "-wal"):
                    shutil.copy(f"{path}{end}", tmp_path / f"left {name}{end}")
                path = tmp_path / f"left {name}"

        with ExitStack() as stack, two(SqlArchive(_sqlite(path, stack))) as (one, other):
            assert other is not None
            assert ("in the log" in rooms(other)) is (how != "at rest")
            assert rooms(one) == rooms(other)


def test_memory_is_nobody_elses() -> None:

    assert place_of(open_memory()) == ""
