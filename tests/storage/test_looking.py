"""Looking at a database changes nothing in it, makes nothing beside it, and needs no right to write."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.cli import backup as backups
from adapters.cli.app import app
from adapters.cli.backup import Noted
from storage import schema
from storage.engines import UnfitDatabase
from storage.looking import check_file, looking
from storage.reading import SqlArchive
from storage.upgrading import NewerDatabase
from tests.house.journals import book, stored

LOOKS = (["verify"], ["doctor", "--offline"], ["export"])


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "kept"
    folder.mkdir()
    with stored(f"sqlite:///{folder / 'talkoot.db'}", book(3)):
        pass
    yield folder / "talkoot.db"
    folder.chmod(0o700)


def kept(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    """Every file of a folder: what is in it, its rights, and when it was changed."""
    return {
        it.name: (it.read_bytes(), it.stat().st_mode, it.stat().st_mtime_ns) for it in folder.iterdir()
    }


def run(words: list[str], path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    monkeypatch.setenv("XDG_STATE_HOME", str(out / "state"))
    monkeypatch.chdir(out)
    backups._note(f"sqlite:///{path}", Noted(int(time.time() * 1000), str(path), {}))
    target = [str(out / "bundle")] if words == ["export"] else []
    came = CliRunner().invoke(app, [*words, *target, "--db", f"sqlite:///{path}"])
    assert came.exception is None or isinstance(came.exception, SystemExit)
    return came.exit_code, came.output


@pytest.mark.parametrize("words", LOOKS, ids=lambda words: words[0])
def test_nothing_is_changed_by_looking(
    path: Path, tmp_path: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept(path.parent)
    code, told = run(words, path, tmp_path, monkeypatch)

    assert code == 0, told
    assert kept(path.parent) == before


def test_no_right_to_write_is_asked_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may write everywhere: so it is looked at how the file is opened."""
    opened: list[str] = []
    connect = sqlite3.connect

    def watched(name: str, *more: object, **named: object) -> sqlite3.Connection:
        opened.append(name)
        return connect(name, *more, **named)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(sqlite3, "connect", watched)
    with looking(f"sqlite:///{path}") as engine, SqlArchive(engine).snapshot() as snapshot:
        assert list(snapshot.collectives()) == ["home"]
        with pytest.raises(Exception, match="readonly"):
            snapshot._connection.exec_driver_sql("DELETE FROM wakes")
    assert opened
    assert all("mode=ro" in name for name in opened)


def test_a_log_that_nobody_has_open_is_read_in_a_copy(path: Path, tmp_path: Path) -> None:
    """The bot was killed, and both files were copied: most is in the log."""
    folder = tmp_path / "copy"
    folder.mkdir()
    with sqlite3.connect(path, isolation_level=None) as writer:
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute("INSERT INTO rooms VALUES ('matrix', 'in the log', 'home')")
        for name in ("talkoot.db", "talkoot.db-wal"):
            shutil.copy(path.parent / name, folder / name)
    before = kept(folder)
    with looking(f"sqlite:///{folder / 'talkoot.db'}") as engine, SqlArchive(engine).snapshot() as it:
        assert "in the log" in {room.room for room in it.kept_rooms("home")}
    assert kept(folder) == before


def test_a_running_database_is_looked_at_as_it_is(path: Path) -> None:
    with sqlite3.connect(path, isolation_level=None) as writer:
        writer.execute("INSERT INTO rooms VALUES ('matrix', 'just now', 'home')")
        names = {it.name for it in path.parent.iterdir()}
        with looking(f"sqlite:///{path}") as engine, SqlArchive(engine).snapshot() as snapshot:
            assert "just now" in {it.room for it in snapshot.kept_rooms("home")}
        assert {it.name for it in path.parent.iterdir()} == names


@pytest.mark.parametrize("words", LOOKS, ids=lambda words: words[0])
@pytest.mark.parametrize("what", ["empty", "no tables", "no database", "cut off", "a folder"])
def test_a_copy_that_is_not_whole_is_told_plainly(
    path: Path, tmp_path: Path, what: str, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = path.read_bytes()
    if what == "no tables":
        path.unlink()
        with sqlite3.connect(path) as made:
            made.execute("PRAGMA journal_mode = WAL")
    elif what == "a folder":
        path.unlink()
        path.mkdir()
    else:
        path.write_bytes({"empty": b"", "no database": b"hello " * 99, "cut off": data[:8192]}[what])
    before = kept(path.parent) if what != "a folder" else None
    code, told = run(words, path, tmp_path, monkeypatch)

    assert code in {1, 2}, told
    assert "no journal yet" not in told
    assert "Traceback" not in told
    assert "talkoot.db" in told
    if before is not None:
        assert kept(path.parent) == before
    if what in {"empty", "no tables"}:
        assert "talkoot.db-wal" in told


def test_an_older_database_is_not_brought_up_to_date_but_its_copy(path: Path) -> None:
    with sqlite3.connect(path, isolation_level=None) as older:
        older.execute("PRAGMA journal_mode = DELETE")
        older.execute("DROP TABLE ballots")
        older.execute("DROP TABLE nodes")
        older.execute("DROP TABLE workers")
        older.execute("DROP INDEX outbox_owned")
        older.execute("DROP INDEX outbox_lines")
        older.execute("ALTER TABLE outbox DROP COLUMN owner")
        older.execute("DROP TABLE priorities")
        older.execute("DROP TABLE snapshots")
        older.execute("DROP INDEX IF EXISTS outbox_shown")
        older.execute("UPDATE talkoot_version SET version_num = '0003'")
    before = kept(path.parent)
    try:
        with looking(f"sqlite:///{path}") as engine, SqlArchive(engine).snapshot() as snapshot:
            assert list(snapshot.collectives()) == ["home"]
            assert snapshot.kept_boxes("home") == []  # a table that the older one has not
    except UnfitDatabase as why:
        pytest.fail(str(why))
    assert kept(path.parent) == before


def test_a_newer_database_is_left_alone(path: Path) -> None:
    with sqlite3.connect(path, isolation_level=None) as newer:
        newer.execute("UPDATE talkoot_version SET version_num = '9999'")
    with pytest.raises(NewerDatabase), looking(f"sqlite:///{path}"):
        pass
    assert schema.VERSION != "9999"


def test_postgresql_only_lets_us_read(postgres_url: str) -> None:
    with pytest.raises(UnfitDatabase, match="no journal"), looking(postgres_url):
        pass
    with stored(postgres_url, book(3)):
        pass
    with (
        looking(postgres_url) as engine,
        engine.connect() as connection,
        pytest.raises(Exception, match="read-only"),
    ):
        connection.exec_driver_sql("DELETE FROM wakes")


def test_looking_takes_no_lock_away_that_this_program_holds(tmp_path: Path) -> None:
    held = tmp_path / "held.db"
    with closing(sqlite3.connect(held, isolation_level=None)) as mine:
        mine.execute("CREATE TABLE kept (it)")
        mine.execute("BEGIN IMMEDIATE")
        check_file(held)
        other = f"import sqlite3; sqlite3.connect({str(held)!r}, timeout=0).execute('BEGIN IMMEDIATE')"
        done = subprocess.run(
            [sys.executable, "-c", other], capture_output=True, text=True, check=False
        )
        assert "database is locked" in done.stderr, "another program would have written beside us"
