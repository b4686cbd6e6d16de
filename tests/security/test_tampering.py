"""S27, A6: whatever is changed in a bundle or in a database is found, and the first bad entry named.

What no check can see is tried as well, so that nobody believes otherwise: a cut end of a bundle,
without a head from elsewhere.
"""

from __future__ import annotations

import os
import random
import re
import runpy
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import SQLAlchemyError

from adapters.cli.export import export_bundle
from adapters.cli.verify import Report, verify_archive, verify_bundle
from bot.books.audit import read_posted
from bot.books.bundle import JOURNAL, TEXTS
from bot.ports import StorageBroken, StorageFault
from storage.engines import UnfitDatabase, open_engine
from storage.reading import SqlArchive
from tests.house.cases import first
from tests.house.journals import Book, book, stored

TRIES = int(os.environ.get("TALKOOT_TAMPERINGS", "500"))
"""How often each kind of store is tampered with."""

PARTS = 5
READ_MAX = 200
"""A damaged index may lead round in a ring."""

BOOKS = (book(21, 40, "garden"), book(22, 40, "home"))
LAST = {(it.collective.encode(), it.head.seq) for it in BOOKS}
HEADS = [f"{it.collective}={it.head.text}" for it in BOOKS]
STANDALONE = Path("adapters/cli/standalone_verify.py").resolve()
standalone: dict[str, Any] = runpy.run_path(str(STANDALONE))
UNSOUND = (UnfitDatabase, StorageFault, StorageBroken, SQLAlchemyError, UnicodeError)

Row = tuple[Any, ...]


def tries(part: int) -> Iterator[random.Random]:
    for number in range(part, TRIES, PARTS):
        yield random.Random(number)


def alone(folder: Path, *heads: str, partial: bool = False) -> str:
    """What the stand-alone verifier finds wrong; empty when all holds."""
    wanted = [standalone["HEAD"].fullmatch(head).groups() for head in heads]
    try:
        for _ in standalone["verify"](str(folder), wanted, partial):
            continue
    except standalone["Bad"] as bad:
        return str(bad)
    return ""


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a bundle and the database that it was exported from."""
    folder = tmp_path_factory.mktemp("original")
    with stored(f"sqlite:///{folder / 'talkoot.db'}", *BOOKS) as (_, archive):
        export_bundle(archive, folder / "bundle")
    return folder


# --- the bundle -----------------------------------------------------------------------------------


def tampered(draw: random.Random, data: bytes) -> bytes:
    """The file with one thing changed, and never the same file."""
    how = draw.choice((flip, flip, flip, drop, repeat, swap, cut, insert, remove, replace))
    changed = how(draw, data)
    return changed if changed != data else tampered(draw, data)


def lines_of(data: bytes) -> list[bytes]:
    """The lines as the verifiers count them; `splitlines` knows more ends of lines than they do."""
    return [line for line in re.split(rb"(?<=\n)", data) if line]


def flip(draw: random.Random, data: bytes) -> bytes:
    at, bit = draw.randrange(len(data)), 1 << draw.randrange(8)
    return data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]


def drop(draw: random.Random, data: bytes) -> bytes:
    lines = lines_of(data)
    del lines[draw.randrange(len(lines))]
    return b"".join(lines)


def repeat(draw: random.Random, data: bytes) -> bytes:
    lines = lines_of(data)
    lines.insert(draw.randrange(len(lines) + 1), draw.choice(lines))
    return b"".join(lines)


def swap(draw: random.Random, data: bytes) -> bytes:
    lines = lines_of(data)
    one, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def cut(draw: random.Random, data: bytes) -> bytes:
    if draw.random() < 0.5:
        return data[: draw.randrange(len(data))]
    lines = lines_of(data)
    return b"".join(lines[: draw.randrange(len(lines))])


def insert(draw: random.Random, data: bytes) -> bytes:
    at = draw.randrange(len(data) + 1)
    return data[:at] + draw.randbytes(draw.randint(1, 9)) + data[at:]


def remove(draw: random.Random, data: bytes) -> bytes:
    at = draw.randrange(len(data))
    return data[:at] + data[at + draw.randint(1, 9) :]


def replace(draw: random.Random, data: bytes) -> bytes:
    """One digit for another: the change that a dishonest treasurer would make."""
    at = draw.choice([it.start() for it in re.finditer(rb"[0-9]", data)])
    return data[:at] + draw.choice(b"0123456789").to_bytes(1, "big") + data[at + 1 :]


def journal_of(line: bytes) -> bytes:
    return line[: line.index(b",")]


def is_cut(lines: Sequence[bytes], before: Sequence[bytes]) -> bool:
    """Whether nothing is gone but the ends of journals."""
    kept = set(lines)
    ends = [
        list(takewhile(kept.__contains__, (it for it in before if journal_of(it) == name)))
        for name in dict.fromkeys(map(journal_of, before))
    ]
    return list(lines) == [line for lines in ends for line in lines]


def without_unused_texts(folder: Path) -> None:
    """Do as a careful forger would: no text may stay whose entry is gone."""
    journal = (folder / JOURNAL).read_bytes()
    texts = lines_of((folder / TEXTS).read_bytes())
    used = [it for it in texts if (seal := re.search(b'"seal":"(.*?)"', it)) and seal[1] in journal]
    (folder / TEXTS).write_bytes(b"".join(used))


@pytest.mark.parametrize("part", first(1, range(PARTS)))
def test_every_change_of_an_exported_journal_is_found(
    original: Path, tmp_path: Path, part: int
) -> None:
    before = (original / "bundle" / JOURNAL).read_bytes()
    folder = tmp_path / "bundle"
    for draw in tries(part):
        shutil.copytree(original / "bundle", folder, dirs_exist_ok=True)
        after = tampered(draw, before)
        (folder / JOURNAL).write_bytes(after)
        old, new = (lines_of(data) for data in (before, after))
        if is_cut(new, old):
            without_unused_texts(folder)
            assert verify_bundle(folder).sound
            assert alone(folder) == ""
            found, told = verify_bundle(folder, [*map(read_posted, HEADS)]), alone(folder, *HEADS)
            assert "the end was cut off" in found.flaws[0]
            assert "the end was cut off" in told
        else:
            assert_named(new, old, verify_bundle(folder), alone(folder))


def assert_named(new: list[bytes], old: list[bytes], found: Report, told: str) -> None:
    """Both verifiers name the first line that is not as it was."""
    at = next(i for i, line in enumerate(new) if line != (old[i] if i < len(old) else b""))
    if new[at] in old and b'"home","seq":1,' in new[at] and new[at] not in new[:at]:
        at += 1  # This one may well stand there: the entry behind it does not follow.
    seq = re.search(rb'"seq":(\d+),', new[at])
    entry = f", entry {seq[1].decode()}: " if seq else "never"
    assert not found.sound, new[at]
    assert f"line {at + 1}: " in found.flaws[0] or entry in found.flaws[0], (new[at], found.flaws)
    assert re.search(rf"{JOURNAL}, line {at + 1}\b", told), (new[at], told)


@pytest.mark.parametrize("part", first(1, range(PARTS)))
def test_every_change_of_exported_texts_is_found(original: Path, tmp_path: Path, part: int) -> None:
    before = (original / "bundle" / TEXTS).read_bytes()
    lines = lines_of(before)
    folder = tmp_path / "bundle"
    for draw in tries(part):
        shutil.copytree(original / "bundle", folder, dirs_exist_ok=True)
        after = tampered(draw, before)
        (folder / TEXTS).write_bytes(after)
        report, told = verify_bundle(folder), alone(folder)
        kept = lines_of(after)
        if len(kept) == len(set(kept)) and set(kept) <= set(lines):
            # Left out, as if erased, or in another order: no text says anything else than before.
            left_out = len(kept) < len(lines)
            assert report.sound is not left_out
            assert ("is missing" in told) is left_out
            report = verify_bundle(folder, partial=True)
            assert report.sound
            assert alone(folder, partial=True) == ""
            assert sum(it.absent for it in report.journals) == len(lines) - len(kept)
        else:
            assert not report.sound, after
            assert re.search("text", report.flaws[0])
            assert TEXTS in told or "a text is missing" in told


# --- the database ---------------------------------------------------------------------------------

ENTRY = ["collective", "seq", "at", "actor", "cause", "payload", "payload_hash", "previous", "hash"]
TEXT = ["collective", "seal", "salt", "text", "identity", "sheet"]


def rows_of(connection: sqlite3.Connection, table: str, columns: Sequence[str]) -> list[Row]:
    """The rows of a table as they lie there; texts as bytes, for they may be none any more."""
    connection.text_factory = bytes
    asked = connection.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY 1, 2")
    return asked.fetchall()


def covered(connection: sqlite3.Connection) -> tuple[list[Row], set[Row]]:
    """What the hashes vouch for: the entries, and the texts of collectives that have any."""
    # Entries are counted from 1: nobody asks for others, and without it the next follows nothing.
    rows = rows_of(connection, "entries", ENTRY)
    entries = [row for row in rows if not (isinstance(row[1], int) and row[1] < 1)]
    names = {row[0] for row in entries}
    texts = {row for row in rows_of(connection, "texts", TEXT[:4]) if row[0] in names and row[3]}
    return entries, texts


class Tampering:
    """Somebody with the database file, an SQL shell and no scruples."""

    def __init__(self, path: Path, draw: random.Random) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA synchronous = OFF")
        self.draw = draw
        triggers = self.connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            self.connection.execute(f"DROP TRIGGER {name}")
        self.entries = rows_of(self.connection, "entries", ENTRY)
        self.texts = rows_of(self.connection, "texts", TEXT)

    def restore(self) -> None:
        """Put everything back."""
        self.connection.execute("BEGIN")
        for table, rows in (("entries", self.entries), ("texts", self.texts)):
            self.connection.execute(f"DELETE FROM {table}")
            for row in rows:
                self.add(table, row)
        self.connection.execute("COMMIT")

    def add(self, table: str, row: Row) -> None:
        columns = ENTRY if table == "entries" else TEXT
        kinds = [is_text(table, column) for column in columns]
        places = ", ".join("CAST(? AS TEXT)" if kind else "?" for kind in kinds)
        self.connection.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", row)

    def tamper(self) -> None:
        how = self.draw.choice((self.flip, self.flip, self.flip, self.delete, self.move, self.forge))
        try:
            how()
        except sqlite3.IntegrityError:
            self.tamper()

    def flip(self) -> None:
        """One bit of one value."""
        table = self.draw.choice(("entries", "texts"))
        row = list(self.draw.choice(self.entries if table == "entries" else self.texts))
        columns = ENTRY if table == "entries" else TEXT[:4]
        place = self.draw.randrange(len(columns))
        value, cast = row[place], is_text(table, columns[place])
        if isinstance(value, int):
            changed: object = value ^ 1 << self.draw.randrange(40)
        elif value:
            changed = flip(self.draw, value)
        else:
            changed = b"\0"
        self.connection.execute(
            f"UPDATE {table} SET {columns[place]} = {'CAST(? AS TEXT)' if cast else '?'} "
            f"WHERE collective = CAST(? AS TEXT) AND {columns[1]} = "
            f"{'?' if table == 'entries' else 'CAST(? AS TEXT)'}",
            (changed, row[0], row[1]),
        )

    def delete(self) -> None:
        if self.draw.random() < 0.5:
            row = self.draw.choice(self.entries)
            self.connection.execute(
                "DELETE FROM entries WHERE collective = CAST(? AS TEXT) AND seq = ?", row[:2]
            )
        else:
            row = self.draw.choice(self.texts)
            self.connection.execute("DELETE FROM texts WHERE seal = CAST(? AS TEXT)", row[1:2])

    def move(self) -> None:
        """Exchange the contents of two entries, or give one another place."""
        (name, seq, *_), (other, target, *_) = self.draw.sample(self.entries, 2)
        column = self.draw.choice(("payload", "cause", "actor", "hash", "previous", "at"))
        value = f"SELECT {column} FROM entries WHERE collective = CAST(? AS TEXT) AND seq = ?"
        self.connection.execute(
            f"UPDATE entries SET {column} = ({value}) WHERE collective = CAST(? AS TEXT) AND seq = ?",
            (other, target, name, seq),
        )

    def forge(self) -> None:
        """An entry of another kind of value, behind the end, or in another journal."""
        row = list(self.draw.choice(self.entries))
        place = self.draw.choice((1, 2, 5, 6, 8))
        row[place] = self.draw.choice((row[1] + 500, b"word", 2**62, ""))
        row[0] = self.draw.choice((row[0], b"kitchen"))
        self.add("entries", tuple(row))


def is_text(table: str, column: str) -> bool:
    return column in {"collective", "cause", "payload", "seal", "text"}


@pytest.mark.parametrize("part", first(1, range(PARTS)))
def test_every_change_of_rows_is_found(original: Path, tmp_path: Path, part: int) -> None:
    path = tmp_path / "talkoot.db"
    shutil.copy(original / "talkoot.db", path)
    engine = open_engine(f"sqlite:///{path}")
    archive = SqlArchive(engine)
    tampering = Tampering(path, random.Random(part))
    before = covered(tampering.connection)
    changes = 0
    for draw in tries(part):
        tampering.draw = draw
        tampering.tamper()
        after = covered(tampering.connection)
        if after != before:
            changes += 1
            assert_found(archive, before, after)
        tampering.restore()
    tampering.connection.close()
    engine.dispose()

    assert changes > TRIES / PARTS / 2


def assert_found(archive: SqlArchive, before: tuple[Any, Any], after: tuple[Any, Any]) -> None:
    old, new = before[0], after[0]
    posted = [*map(read_posted, HEADS)]
    found = verify_archive(archive, posted)
    assert not found.sound, set(new) ^ set(old) or after[1] - before[1]
    first = next((row for row, was in zip(new, [*old, *new], strict=False) if row != was), None)
    if first is None or is_cut_off(old, new):
        return
    try:
        name = f"{first[0].decode()}, entry {first[1] or ''}: "
    except UnicodeError:
        name = "the database cannot be read"
    assert name in "\n".join(found.flaws), (first, found.flaws)


def is_cut_off(old: list[Row], new: list[Row]) -> bool:
    """Whether only a journal's last entry is gone: there is no bad entry, only a head not reached."""
    return len(new) == len(old) - 1 and any(
        new == [row for row in old if row is not gone] and gone[:2] in LAST for gone in old
    )


@pytest.mark.parametrize("part", first(1, range(PARTS)))
def test_every_bit_of_the_file_that_changes_what_is_read_is_found(
    original: Path, tmp_path: Path, part: int
) -> None:
    data = (original / "talkoot.db").read_bytes()
    path = tmp_path / "talkoot.db"
    before = as_read(original / "talkoot.db")
    mattered = 0
    for draw in tries(part):
        path.write_bytes(flip(draw, data))
        if as_read(path) != before:
            mattered += 1
            assert not sound(path)
        for companion in ("-wal", "-shm"):
            path.with_name(path.name + companion).unlink(missing_ok=True)

    assert mattered


def as_read(path: Path) -> object:
    """Everything as the program reads it; nothing where it cannot."""
    try:
        engine = open_engine(f"sqlite:///{path}")
    except UNSOUND:
        return None
    try:
        with SqlArchive(engine).snapshot() as snapshot:
            return {
                name: (
                    list(islice(snapshot.entries(name), READ_MAX)),
                    {
                        (text.seal, text.salt, text.text)
                        for text in islice(snapshot.kept_texts(name), READ_MAX)
                    },
                )
                for name in islice(snapshot.collectives(), len(BOOKS) + 1)
            }
    except UNSOUND:
        return None
    finally:
        engine.dispose()


def sound(path: Path) -> bool:
    try:
        engine = open_engine(f"sqlite:///{path}")
    except UNSOUND:
        return False
    try:
        return verify_archive(SqlArchive(engine), [*map(read_posted, HEADS)]).sound
    finally:
        engine.dispose()


# --- what the tests above rest on -----------------------------------------------------------------


def test_untampered_everything_is_sound(original: Path) -> None:
    assert sound(original / "talkoot.db")
    assert verify_bundle(original / "bundle", [*map(read_posted, HEADS)]).sound
    assert alone(original / "bundle", *HEADS) == ""


def test_a_journal_that_was_made_up_anew_shows_only_in_its_head(tmp_path: Path) -> None:
    other: Book = book(99, 40, "home")
    with stored(f"sqlite:///{tmp_path / 'talkoot.db'}", other) as (_, archive):
        export_bundle(archive, tmp_path / "bundle")
        assert verify_archive(archive).sound
        assert not verify_archive(archive, [read_posted(HEADS[1])]).sound

    assert alone(tmp_path / "bundle") == ""
    assert "another journal" in alone(tmp_path / "bundle", HEADS[1])
