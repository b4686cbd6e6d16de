"""Receipts on the disk: whole or not there, their owner's alone, and in order after a kill."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from bot.ports import StorageFault
from storage.slips import NEW, YOUNG_SECONDS, SlipFolder, tidy

ONE, TWO = "a" * 64, "b" * 64


def names(folder: Path) -> list[str]:
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())


def test_a_receipt_is_staged_named_read_and_destroyed(tmp_path: Path) -> None:
    slips = SlipFolder(tmp_path / "slips")

    assert slips.read("home", ONE) is None
    assert slips.used("home") == 0
    slips.stage("home", ONE, b"bytes")
    assert names(slips.folder) == [f"home/{ONE}.new"]
    assert slips.read("home", ONE) == b"bytes"
    slips.keep("home", ONE)
    slips.keep("home", ONE)
    slips.stage("other/one", TWO, b"123")
    assert names(slips.folder) == [f"home/{ONE}.slip", f"other%2Fone/{TWO}.new"]
    assert (slips.used("home"), slips.used("other/one")) == (5, 3)
    assert [(it[0], it[1]) for it in slips.files()] == [("home", ONE), ("other/one", TWO)]
    for _ in range(2):
        slips.destroy("home", ONE)
        slips.destroy("other/one", TWO)
    assert names(slips.folder) == []


def test_only_its_owner_enters(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        slips = SlipFolder(tmp_path / "slips")
        slips.stage("home", ONE, b"bytes")
    finally:
        os.umask(before)

    for folder in (slips.folder, slips.folder / "home"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((slips.folder / "home" / f"{ONE}.new").stat().st_mode) == 0o600


def test_what_the_disk_refuses_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "slips").write_text("a file stands where the folder should")
    slips = SlipFolder(tmp_path / "slips")

    with pytest.raises(StorageFault):
        slips.stage("home", ONE, b"bytes")
    assert slips.used("home") == 0


TIDIED = [
    # what the journal says of it; its name's ending; whether it is old; what is left
    (True, ".new", False, [".slip"]),
    (True, ".new", True, [".slip"]),
    (True, ".slip", True, [".slip"]),
    (False, ".new", False, []),
    (False, ".slip", False, []),
    (None, ".new", False, [".new"]),
    (None, ".new", True, []),
    (None, ".slip", True, [".slip"]),
]


@pytest.mark.parametrize(("known", "ending", "old", "left"), TIDIED)
def test_what_a_killed_program_left_is_put_in_order(
    tmp_path: Path, known: bool | None, ending: str, old: bool, left: list[str]
) -> None:
    """What the journal knows is finished, what it erased goes; what is of another copy stays."""
    slips = SlipFolder(tmp_path)
    slips.stage("home", ONE, b"bytes")
    if ending != NEW:
        slips.keep("home", ONE)
    now = time.time() + (YOUNG_SECONDS + 60 if old else 0)

    tidy(slips, lambda _collective, _seal: known, now)

    assert names(tmp_path) == [f"home/{ONE}{each}" for each in left]


def test_what_was_never_whole_goes(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    torn = tmp_path / "home" / f"{ONE}.new.part"
    torn.write_bytes(b"by")
    slips = SlipFolder(tmp_path)

    tidy(slips, lambda *_: None, time.time())
    assert torn.exists(), "somebody may be writing it just now"
    tidy(slips, lambda *_: None, time.time() + YOUNG_SECONDS + 60)
    assert not torn.exists()
