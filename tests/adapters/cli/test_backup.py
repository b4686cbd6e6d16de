"""`talkoot backup` and `talkoot restore`: what is in a backup, what is not, and what is refused."""

from __future__ import annotations

import datetime as dt
import errno
import fcntl
import json
import os
import shutil
import sqlite3
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import Mock

import msgspec
import pytest

from adapters.cli import backup as backups
from adapters.cli.archive import DATABASE, MANIFEST, read_manifest
from adapters.cli.backup import BackupError, backup, last_backup
from adapters.cli.config import Config
from adapters.cli.doctor import findings
from adapters.cli.keeping import made_at, read_keep, to_drop
from adapters.cli.keystore import alone_with
from adapters.cli.restore import RestoreError, Target, restore
from adapters.cli.store import open_archive, open_look
from adapters.cli.verify import verify_archive
from bot.books.audit import read_posted
from bot.collective.restores import BooksRestored
from bot.ports import StorageBroken
from bot.text.languages import reader
from bot.text.rendering import render
from storage import schema
from storage.copying import held_back, let_go
from storage.engines import UnfitDatabase, writing
from storage.upgrading import bring_up_to_date
from tests.adapters.cli.test_running import talkoot
from tests.house import House
from tests.postgres import fresh_database
from tests.security.election import HOME, Election


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where backups are made and restored, beside the keys and the old database."""
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


@pytest.fixture
def made(sqlite_url: str, out: Path) -> Path:
    """A backup of a collective of two."""
    with House(url=sqlite_url) as house:
        house.enter("ann", "bo").say("ann", "/log 2h bread")
    return backup(sqlite_url, out / "made.zip").path


def to(out: Path, name: str = "new") -> Target:
    return Target(f"sqlite:///{out / name}.db", out.parent / "keys")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, out: Path) -> Iterator[Target]:
    """An empty place of each kind."""
    if request.param == "sqlite":
        yield to(out)
        return
    with fresh_database() as url:
        yield Target(url, out.parent / "keys")


def test_what_is_restored_goes_on_where_it_was_on_either_database(
    database_url: str, place: Target, out: Path
) -> None:
    with House(url=database_url) as house:
        house.enter("ann", "bo").say("ann", "/log 2h bread")
        made = backup(database_url, out / "made.zip")
        old = house.entries()
        balances = dict(house.folded().ledger.balances)
        house.say("bo", "/log 3h soup")

    rows = restore(made.path, place)

    assert any("up to entry" in row for row in rows)
    with House(url=place.url, program="n") as house:
        entries = house.entries()
        assert entries[:-1] == old
        assert isinstance(house.events()[-1], BooksRestored)
        assert house.folded().ledger.balances == balances
        assert "C2" in house.say("ann", "/log 1h more").texts[0]
        assert verify_archive(house.store.archive).sound


def test_a_backup_is_its_owner_s_alone_and_holds_no_key_and_no_secret(
    out: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'talkoot.db'}"
    with Election(url, tmp_path / "elsewhere" / "keys") as it:
        it.open()
        it.vote("bo", "Anna > Bo")
        (key,) = it.key_files()
        made = backup(url, out / "made.zip")

    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert made.manifest.polls == (f"Q1 of {HOME}",)
    assert "Q1 of home cannot be counted" in made.told
    with zipfile.ZipFile(made.path) as archive:
        assert archive.namelist() == [MANIFEST, DATABASE]
        assert all(key.read_bytes() not in archive.read(name) for name in archive.namelist())
    assert key.read_bytes() not in made.path.read_bytes()


@pytest.mark.parametrize("has", ["the key", "no key", "another one's"])
def test_a_secret_poll_is_counted_where_its_key_is_and_another_one_s_key_is_refused(
    tmp_path: Path, out: Path, has: str
) -> None:
    url, keys = f"sqlite:///{tmp_path / 'old' / 'talkoot.db'}", tmp_path / "keys"
    (tmp_path / "old").mkdir()
    with Election(url, keys) as it:
        it.open()
        it.vote("bo", "Anna > Bo")
        (key,) = it.key_files()
        made = backup(url, out / "made.zip")
    if has == "no key":
        key.unlink()
    elif has == "another one's":
        key.write_bytes(os.urandom(len(key.read_bytes())))
        with pytest.raises(RestoreError, match="of another instance"):
            restore(made.path, Target(f"sqlite:///{out}/new.db", keys))
        assert [each.name for each in out.iterdir()] == ["made.zip"]
        return
    told = " ".join(restore(made.path, Target(f"sqlite:///{out}/new.db", keys)))
    assert ("its key is not in" in told) is (has == "no key")


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 30)


def halved(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def emptied(path: Path) -> None:
    os.truncate(path, 0)


def flipped(path: Path) -> None:
    # Several: in a long run of zeros another bit may say the same.
    written = bytearray(path.read_bytes())
    for at in range(len(written) // 2, len(written) // 2 + 32):
        written[at] ^= 0xFF
    path.write_bytes(written)


def rewritten(path: Path, change: Callable[[dict[str, object]], None], more: str = "") -> None:
    """The same archive with another manifest, and a member more."""
    with zipfile.ZipFile(path) as old:
        manifest = json.loads(old.read(MANIFEST))
        members = {name: old.read(name) for name in old.namelist() if name != MANIFEST}
    change(manifest)
    with zipfile.ZipFile(path, "w") as new:
        new.writestr(MANIFEST, json.dumps(manifest))
        for name, written in members.items():
            new.writestr(name, written)
        if more:
            new.writestr(more, b"")


def swapped(path: Path) -> None:
    """A sound archive with another file in it than the manifest says."""
    with zipfile.ZipFile(path) as old:
        manifest, database = old.read(MANIFEST), bytearray(old.read(DATABASE))
    database[-1] ^= 1
    with zipfile.ZipFile(path, "w") as new:
        new.writestr(MANIFEST, manifest)
        new.writestr(DATABASE, bytes(database))


def newer(path: Path) -> None:
    rewritten(path, lambda it: it.update(schema="9999"))


def of_tomorrow(path: Path) -> None:
    rewritten(path, lambda it: it.update(format="talkoot-backup-2"))


def of_other_heads(path: Path) -> None:
    rewritten(path, lambda it: it.update(heads={"alpha": "99:" + "0" * 64}))


def climbing(path: Path) -> None:
    files = read_manifest(path).files
    climb = {"../evil": {"bytes": 0, "sha256": ""}}
    kept = {name: {"bytes": it.bytes, "sha256": it.sha256} for name, it in files.items()}
    rewritten(path, lambda it: it.update(files={**kept, **climb}), "../evil")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (cut, "cut off"),
        (halved, "cut off"),
        (emptied, "cut off"),
        (flipped, "damaged|not what the manifest says"),
        (swapped, "not what the manifest says"),
        (newer, "made by a newer Talkoot"),
        (of_tomorrow, "has the form talkoot-backup-2"),
        (of_other_heads, "other entries than its manifest"),
        (climbing, "which no backup does"),
        (Path.unlink, "There is no backup"),
    ],
)
def test_a_backup_that_is_not_whole_or_not_ours_is_refused_and_nothing_is_left(
    made: Path, out: Path, place: Target, spoil: Callable[[Path], None], told: str
) -> None:
    spoil(made)
    with pytest.raises(RestoreError, match=told):
        restore(made, place)
    assert {each.name for each in out.iterdir()} <= {"made.zip"}
    with pytest.raises(UnfitDatabase), open_archive(place.url) as archive:
        assert not verify_archive(archive).journals
        raise UnfitDatabase


@pytest.mark.parametrize("end", ["", "-wal", "-shm", "-journal"])
def test_nothing_is_restored_over_a_living_database_or_beside_its_log(
    made: Path, out: Path, end: str
) -> None:
    there = out / f"new.db{end}"
    there.write_bytes(b"mine")
    with pytest.raises(UnfitDatabase, match="is there already"):
        restore(made, to(out))
    assert there.read_bytes() == b"mine"


def test_nothing_is_restored_over_a_living_postgresql(made: Path, out: Path, postgres_url: str) -> None:
    with House(url=postgres_url) as house:
        house.enter("cem")
        before = house.tables(but=())
        with pytest.raises(UnfitDatabase, match="has rows already"):
            restore(made, Target(postgres_url, out.parent / "keys"))
        assert house.tables(but=()) == before


def test_what_is_missing_behind_a_head_from_a_room_is_named_and_has_to_be_accepted(
    sqlite_url: str, out: Path
) -> None:
    with House(url=sqlite_url) as house:
        house.enter("ann", "bo")
        made = backup(sqlite_url, out / "made.zip").path
        kept = house.state().head
        house.say("ann", "/log 2h bread")
        house.say("ann", "/log 3h soup")
        last = house.state().head

    with pytest.raises(RestoreError, match=f"{last.seq - kept.seq} entries of alpha.*are missing"):
        restore(made, to(out), [read_posted(last.text)])
    forged = read_posted(f"{kept.seq}:{'0' * 16}")
    with pytest.raises(RestoreError, match="another journal"):
        restore(made, to(out), [forged])
    assert not (out / "new.db").exists()

    restore(made, to(out), [read_posted(last.text)], lambda _: True)

    with House(url=to(out).url, program="n") as house:
        (event,) = [each for each in house.events() if isinstance(each, BooksRestored)]
        assert event.missing == last.seq - kept.seq
        (told,) = house.store.outbox.waiting(9)
    assert told.place.room == "hall"
    words = render(told.reply.body, reader("en", "UTC"))
    assert f"{event.missing} entries are missing here." in words


def test_messages_that_waited_are_held_back_until_the_operator_says(sqlite_url: str, out: Path) -> None:
    with House(url=sqlite_url) as house:
        house.enter("ann")
        waiting = len(house.store.outbox.waiting(99))
        assert waiting
    made = backup(sqlite_url, out / "made.zip").path
    for name, send in (("sent", True), ("dropped", False)):
        told = restore(made, to(out, name))
        assert any(f"{waiting} messages that waited" in row for row in told)
        with House(url=to(out, name).url, program="n") as house:
            assert held_back(house.database) == waiting
            assert [each.key.platform for each in house.store.outbox.waiting(99)] == ["time"]
            assert let_go(house.database, send=send) == waiting
            assert len(house.store.outbox.waiting(99)) == 1 + (waiting if send else 0)
            assert held_back(house.database) == 0


def test_a_digest_that_was_due_before_the_restore_is_not_told_again(sqlite_url: str, out: Path) -> None:
    with House(url=sqlite_url) as house:
        house.enter("ann").say("ann", "/rules set digest-empty on")
        house.say("ann", "/digest every daily")
        made = backup(sqlite_url, out / "made.zip").path
        assert [row for row in house.later(days=2).rows if row.reply.kind == "digest"]
    restore(made, to(out))
    with House(url=to(out).url, program="n") as house:
        house.clock.move_to(dt.datetime.now(tz=dt.UTC) + dt.timedelta(seconds=1))
        digests = [row for row in house.later().rows if row.reply.kind == "digest"]
    assert digests == []


def test_a_copy_of_a_young_running_database_is_no_journal_and_verify_says_so(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'talkoot.db'}"
    bring_up_to_date(url)
    with House(url=url) as house:
        house.enter("ann", "bo")
        shutil.copy(tmp_path / "talkoot.db", tmp_path / "copy.db")
    done = talkoot("verify", "--db", f"sqlite:///{tmp_path / 'copy.db'}", folder=tmp_path)
    assert done.returncode != 0
    assert "journal" in done.stdout + done.stderr


def test_an_old_form_of_the_database_is_backed_up_as_it_is_and_brought_up_to_date(
    sqlite_url: str, made: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_manifest(made).schema == schema.VERSION
    monkeypatch.setattr(schema, "VERSION", "0000")
    with pytest.raises(RestoreError, match="newer Talkoot"):
        restore(made, to(out))


def test_a_damaged_database_gives_no_backup_and_leaves_nothing(sqlite_url: str, out: Path) -> None:
    with House(url=sqlite_url) as house:
        house.enter("ann").say("ann", "/log 2h bread")
        with writing(house.database) as connection:
            connection.exec_driver_sql("DROP TRIGGER entries_update")
            connection.exec_driver_sql("UPDATE entries SET actor = 7 WHERE seq = 2")
    with pytest.raises(BackupError, match="does not hold"):
        backup(sqlite_url, out / "made.zip")
    assert list(out.iterdir()) == []


def test_what_is_no_database_or_empty_gives_no_backup(tmp_path: Path, out: Path) -> None:
    (tmp_path / "empty.db").touch()
    (tmp_path / "text.db").write_text("hello, I am a text\n" * 9)
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE entries (x)")
    for name in ("empty", "text", "other", "none"):
        with pytest.raises((UnfitDatabase, BackupError, StorageBroken)):
            backup(f"sqlite:///{tmp_path / name}.db", out / "made.zip")
        assert list(out.iterdir()) == []
    assert not (tmp_path / "none.db").exists()


def test_no_other_file_is_written_over_and_too_little_room_is_told_before(
    sqlite_url: str, made: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BackupError, match="is there already"):
        backup(sqlite_url, made)
    with pytest.raises(BackupError, match="does not exist"):
        backup(sqlite_url, out / "nowhere" / "made.zip")
    with pytest.raises(BackupError, match="needs a folder"):
        backup(sqlite_url, out / "new.zip", keep=read_keep("7d"))
    monkeypatch.setattr(backups, "free_bytes", lambda _: 1)
    with pytest.raises(BackupError, match="too little room"):
        backup(sqlite_url, out / "new.zip")
    assert [each.name for each in out.iterdir()] == ["made.zip"]


def test_a_backup_changes_nothing_in_what_it_backs_up(database_url: str, out: Path) -> None:
    with House(url=database_url) as house:
        house.enter("ann", "bo")
        before = house.tables(but=())
        backup(database_url, out / "made.zip")
        assert house.tables(but=()) == before


def test_in_a_folder_old_backups_are_thinned_out_and_other_files_stay(
    sqlite_url: str, made: Path, out: Path
) -> None:
    other = f"sqlite:///{out.parent / 'other.db'}"
    with House(url=other) as house:
        house.later(hours=1)
        house.enter("ann", "bo").say("ann", "/log 2h bread")
        backup(other, out / "talkoot-20200101T000001Z.zip")  # another bot's, of the same name
    shutil.copy(made, out / "talkoot-20200101T000000Z.zip")
    shutil.copy(made, out / "talkoot-20200102T000000Z.zip")
    (out / "talkoot-20200101T000002Z.zip").write_bytes(b"cut off")
    (out / "holiday.zip").write_bytes(b"mine")
    done = backup(sqlite_url, out, keep=read_keep("2d"))
    assert {each.name for each in out.iterdir()} == {
        "made.zip",
        "holiday.zip",
        "talkoot-20200101T000001Z.zip",
        "talkoot-20200101T000002Z.zip",
        "talkoot-20200102T000000Z.zip",
        done.path.name,
    }
    assert [each.name for each in done.strange] == [
        "talkoot-20200101T000001Z.zip",
        "talkoot-20200101T000002Z.zip",
    ]
    assert "left alone" in done.told
    assert [each.name for each in done.dropped] == ["talkoot-20200101T000000Z.zip"]


def test_two_backups_in_one_second_are_two_files(
    sqlite_url: str, made: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.cli.backup.time.time", lambda: 1_800_000_000.5)
    names = [backup(sqlite_url, out).path.name for _ in range(2)]
    assert names == ["talkoot-20270115T080000Z.zip", "talkoot-20270115T080001Z.zip"]
    assert made.exists()


def test_the_newest_of_each_stretch_is_kept() -> None:
    start = dt.datetime(2026, 11, 26, 3, tzinfo=dt.UTC)
    days = [Path(f"talkoot-{start - dt.timedelta(days=n):%Y%m%dT%H%M%SZ}.zip") for n in range(400)]
    dropped = set(to_drop(days, read_keep("7d,4w,12m")))
    kept = [each for each in days if each not in dropped]
    assert kept[:7] == days[:7]
    assert len(kept) == 7 + 2 + 11
    at = [made_at(each) for each in kept]
    assert len({(it.year, it.month) for it in at if it}) == 12
    assert to_drop(days[:1], read_keep("1m")) == []
    for wrong in ("", "7", "0d", "7d,7d", "d", "7y", "-1d"):
        with pytest.raises(ValueError, match="does not say what to keep"):
            read_keep(wrong)


def test_the_doctor_tells_the_age_of_the_last_backup(
    sqlite_url: str, out: Path, tmp_path: Path
) -> None:
    def told() -> str:
        with open_look(sqlite_url, tmp_path.parent / "keys") as look:
            found = findings(Config(), look, sqlite_url, {})
            return next(each.told for each in found if each.what.startswith("backup"))

    with House(url=sqlite_url) as house:
        house.enter("ann")
        assert told().startswith("!!  backup: there is none of this database")
        made = backup(sqlite_url, out / "made.zip").path
        assert told().startswith("ok  backup (0 hours old")
        noted = last_backup(sqlite_url)
        assert noted is not None
        backups._note(sqlite_url, msgspec.structs.replace(noted, at=noted.at - 5 * 86_400_000))
        assert told().startswith("ok  backup (5 days old"), "nothing was written since"
        house.say("ann", "/log 2h bread")
        assert told().startswith("!!  backup (5 days old): entries were made since")
        made.unlink()
        assert "is not there any more" in told()


def test_the_command_line_does_all_of_it(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path / "home"), "XDG_STATE_HOME": str(tmp_path / "state")}
    (tmp_path / "config.toml").touch()
    talkoot("run", typed="ann: /log 2h bread\n", folder=tmp_path, **home)
    assert talkoot("backup", "made.zip", folder=tmp_path, **home).returncode == 0
    again = talkoot("backup", "made.zip", folder=tmp_path, **home)
    assert (again.returncode, again.stdout) == (1, "")
    assert "ok  backup (0 hours old" in talkoot("doctor", "--offline", folder=tmp_path, **home).stdout
    over = talkoot("restore", "made.zip", folder=tmp_path, **home)
    assert over.returncode == 1
    assert over.stderr.startswith("Nothing was restored: ")
    (tmp_path / "talkoot.db").rename(tmp_path / "kept.db")
    done = talkoot("restore", "made.zip", "--head", "99:0123456789abcdef", folder=tmp_path, **home)
    assert done.returncode == 1
    done = talkoot(
        "restore", "made.zip", "--head", "99:0123456789abcdef", "--accept-loss", folder=tmp_path, **home
    )
    assert done.returncode == 0, done.stderr
    assert talkoot("held", "drop", folder=tmp_path, **home).stdout == "No messages are held back.\n"
    said = talkoot("run", typed="ann: /balance\n", folder=tmp_path, **home).stdout
    assert "> These books were restored from a backup of" in said
    assert said.endswith("> ann: 2h\n")


def test_the_matrix_key_store_goes_along_only_when_asked(
    sqlite_url: str, out: Path, tmp_path: Path
) -> None:
    with House(url=sqlite_url) as house:
        house.enter("ann")
    store = tmp_path / "store"
    store.mkdir()
    (store / "keys.db").write_bytes(b"olm")
    made = backup(sqlite_url, out / "made.zip", matrix=store)
    assert "the Matrix key store" not in made.manifest.left_out
    target = Target(to(out).url, tmp_path / "keys", store)
    with pytest.raises(RestoreError, match="is there already"):
        restore(made.path, target)
    shutil.rmtree(store)
    restore(made.path, target)
    assert (store / "keys.db").read_bytes() == b"olm"
    assert stat.S_IMODE(store.stat().st_mode) == 0o700


def test_the_matrix_key_store_has_one_user_at_a_time(
    sqlite_url: str, out: Path, tmp_path: Path
) -> None:
    with House(url=sqlite_url) as house:
        house.enter("ann")
    store = tmp_path / "store"
    store.mkdir()
    with alone_with(store):
        with pytest.raises(BackupError, match="is in use: the bot runs"):
            backup(sqlite_url, out / "made.zip", matrix=store)
        assert not list(out.iterdir())
        backup(sqlite_url, out / "without.zip")
        (tmp_path / "config.toml").write_text(
            f'[matrix]\nuser = "@a:b.example"\nhomeserver = "http://127.0.0.1:9"\ndevice = "D"\n'
            f'encryption = false\nstore = "{store}"\n'
        )
        done = talkoot("run", folder=tmp_path, HOME=str(tmp_path), TALKOOT_MATRIX__TOKEN="t")
        assert done.returncode
        assert "is in use: the bot runs" in done.stderr
    made = backup(sqlite_url, out / "made.zip", matrix=store)
    assert not any(name.endswith(".lock") for name in made.manifest.files)


@pytest.mark.parametrize("lock", ["folder", "refused"])
def test_a_key_store_that_cannot_be_locked_is_told_by_its_lock(
    lock: str, sqlite_url: str, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where an administrator's backup made the lock, or on a disk that knows none."""
    with House(url=sqlite_url) as house:
        house.enter("ann")
    store = tmp_path / "store"
    store.mkdir()
    if lock == "folder":
        (tmp_path / "store.lock").mkdir()
    else:
        monkeypatch.setattr(
            fcntl, "flock", Mock(side_effect=OSError(errno.ENOLCK, "No locks available"))
        )
    with pytest.raises(BackupError, match=r"store\.lock cannot be (opened: Is a|locked: No locks)"):
        backup(sqlite_url, out / "made.zip", matrix=store)
    assert not list(out.iterdir())
