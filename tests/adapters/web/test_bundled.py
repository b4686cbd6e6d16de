"""The bundle beside the journal: checked by the one file in it, and without texts."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest
from msgspec.structs import replace

from adapters.web import bundled
from bot.books.bundle import read_entry
from tests.adapters.web.reader import Library, open_book


@pytest.fixture
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_book(tmp_path_factory.mktemp("bundle")) as it:
        it.house.enter("ann", "bo")
        for line in (
            "/log 3h cleaned",
            "/propose Buy a mixer",
            "/rules set web public --in collective",
        ):
            assert it.house.say("ann", line).error == "", line
        yield it


def verified(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "verify.py", *more],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_member_downloads_it_and_checks_it_with_what_is_in_it(
    library: Library, tmp_path: Path
) -> None:
    page = library.get("/alpha/journal")
    got = library.get("/alpha/journal.zip")
    head = library.get("/alpha/journal.json").json["as_of"]

    assert got.headers["content-type"] == "application/zip"
    assert 'href="journal.zip"' in page.text
    assert "verify.py --without-texts" in page.words
    with ZipFile(io.BytesIO(got.body)) as packed:
        assert packed.testzip() is None
        packed.extractall(tmp_path)
    assert (tmp_path / "texts.jsonl").read_bytes() == b""
    noted = f"{head['entry']}:{head['hash']}"
    told = verified(tmp_path, "--without-texts", "--head", noted)
    assert told.returncode == 0, told.stderr
    assert f"{head['entry']} entries, head {noted}" in told.stdout
    assert "All holds." in told.stdout
    assert "left out" in verified(tmp_path).stderr
    assert "--without-texts" in (tmp_path / "README.txt").read_text("utf-8").split("What this is")[0]


def token(number: int) -> str:
    """Something that does not pack well."""
    return sha256(str(number).encode()).hexdigest()


def test_who_is_no_member_is_told_and_not_given_it(library: Library) -> None:
    page = library.outside("/alpha/journal")

    assert page.status == 200
    assert "journal.zip" not in page.text
    assert "Members can download the journal" in page.words
    assert library.outside("/alpha/journal.zip").body == library.outside("/alpha/nothing").body


def test_it_is_made_in_pieces_and_the_same_each_time(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundled, "PIECE_BYTES", 64)
    with library.house.store.archive.snapshot() as picture:
        few = list(picture.entries("alpha"))
        entries = [replace(few[n % len(few)], seq=n + 1, cause=token(n)) for n in range(3_000)]
        pieces = list(bundled.bundle(entries))
        again = b"".join(bundled.bundle(entries))

    assert len(pieces) > 1
    assert b"".join(pieces) == again
    with ZipFile(io.BytesIO(again)) as packed:
        written = packed.read("journal.jsonl").splitlines(keepends=True)
    assert [read_entry(line) for line in written] == entries


def test_a_journal_that_lacks_an_entry_is_no_bundle(library: Library) -> None:
    with library.house.store.archive.snapshot() as picture:
        entries = list(picture.entries("alpha"))

    with pytest.raises(ValueError, match="an entry is missing"):
        list(bundled.bundle([*entries[:2], *entries[3:]]))
