"""Receipts at the command line: backed up, restored, looked at by the doctor, kept in order."""

from __future__ import annotations

import os
import time
import zipfile
from pathlib import Path

from adapters.cli import slips as cli
from adapters.cli.backup import backup
from adapters.cli.config import Config, SlipsSection
from adapters.cli.doctor import findings
from adapters.cli.export import export_bundle
from adapters.cli.restore import Target, restore
from adapters.cli.store import open_look, open_store
from bot.chat import Attached
from bot.writer.shelf import Shelf
from storage.slips import SlipFolder
from tests.house import House
from tests.house.papers import JPEG, PDF, PNG


def lived(url: str, folder: Path) -> House:
    """Three receipts, of which one was taken back."""
    it = House(url=url, shelf=Shelf(SlipFolder(folder))).enter("ann", "bo")
    it.say("bo", "/expense 12 EUR eggs", file=Attached("r.jpg", JPEG))
    it.say("bo", "/slip add T1", file=Attached("p.png", PNG))
    it.say("bo", "/expense 13 EUR milk", file=Attached("r.pdf", PDF))
    it.say("bo", "/slip remove T1 2")
    return it


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(each.relative_to(folder)): each.read_bytes()
        for each in sorted(folder.rglob("*"))
        if each.is_file()
    }


def sick(url: str, folder: Path) -> dict[str, str]:
    config = Config(slips=SlipsSection(store=str(folder)))
    with open_look(url) as look:
        found = [it for it in findings(config, look, url, {}) if "receipt" in it.what]
    return {it.what: it.wrong for it in found}


def test_a_backup_has_them_and_a_restore_puts_them_back(database_url: str, tmp_path: Path) -> None:
    """On SQLite and PostgreSQL."""
    folder, again = tmp_path / "slips", tmp_path / "again"
    with lived(database_url, folder):
        made = backup(database_url, tmp_path / "made.zip", slips=folder)
    before = contents(folder)
    assert len(before) == 2
    with zipfile.ZipFile(made.path) as archive:
        assert sum(name.startswith("slips/") for name in archive.namelist()) == 2

    (tmp_path / "out").mkdir()
    target = Target(f"sqlite:///{tmp_path}/out/new.db", tmp_path / "keys", slips=again)
    restore(made.path, target)

    assert contents(again) == before
    assert sick(target.url, again) == {"receipts (2)": ""}
    with House(url=target.url, program="n", shelf=Shelf(SlipFolder(again))) as house:
        assert house.say("bo", "/slip T1").rows[0].reply.files[0].name == "T1-1.jpg"


def test_what_was_staged_is_backed_up_under_its_name(sqlite_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "slips"
    with lived(sqlite_url, folder):
        for each in [*folder.rglob("*.slip")]:
            each.rename(each.with_suffix(".new"))
        (folder / "home" / f"{'a' * 64}.slip").parent.mkdir(exist_ok=True)
        (folder / "home" / f"{'a' * 64}.slip").write_bytes(b"of nobody")
        made = backup(sqlite_url, tmp_path / "made.zip", slips=folder)

    with zipfile.ZipFile(made.path) as archive:
        names = [name for name in archive.namelist() if name.startswith("slips/")]
    assert len(names) == 2
    assert all(name.endswith(".slip") for name in names)


def test_no_name_in_an_archive_leads_elsewhere() -> None:
    good = f"{'a' * 64}.slip"

    assert cli.is_slip(f"slips/home/{good}")
    for name in (
        "slips/x",
        "slips/../../etc/passwd",
        f"slips/../{good}",
        f"slips/./{good}",
        f"slips/a/b/{good}",
        f"slips//{good}",
        f"slips/home/{good}\n",
        f"/slips/home/{good}",
    ):
        assert not cli.is_slip(name), name


def test_the_doctor_names_what_is_missing_changed_or_too_much(sqlite_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "slips"
    with lived(sqlite_url, folder) as house:
        home = house.home
    assert sick(sqlite_url, folder) == {"receipts (2)": ""}

    first, second = sorted(folder.rglob("*.slip"))
    first.write_bytes(b"changed")
    assert f"of {home}: the file was changed" in sick(sqlite_url, folder)["receipts changed"]
    first.unlink()
    assert f"of {home}: the file is not in" in sick(sqlite_url, folder)["receipts missing"]
    stray = second.with_name(f"{'a' * 64}.slip")
    stray.write_bytes(b"of nobody")
    assert stray.name in sick(sqlite_url, folder)["receipts of no journal here"]
    os.chmod(folder, 0o755)  # noqa: PTH101 - as somebody does by hand
    assert "chmod 700" in sick(sqlite_url, folder)["folder of receipts"]
    assert stray.exists(), "the doctor mends nothing"


def test_a_running_bot_puts_in_order_what_a_kill_left(sqlite_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "slips"
    with lived(sqlite_url, folder) as house:
        home = house.home
    (torn := folder / home / f"{'a' * 64}.new").write_bytes(b"never written down")
    hour_ago = time.time() - 4_000
    os.utime(torn, (hour_ago, hour_ago))
    (kept := next(folder.rglob("*.slip"))).rename(kept.with_suffix(".new"))

    with open_store(sqlite_url) as store:
        cli.put_in_order(Config(slips=SlipsSection(store=str(folder))), store)

    assert kept.exists()
    assert not torn.exists()
    assert len(contents(folder)) == 2


def test_no_export_has_what_a_receipt_is(sqlite_url: str, tmp_path: Path) -> None:
    """Its fingerprint would tell whoever has the same paper that it was handed in."""
    folder = tmp_path / "slips"
    with lived(sqlite_url, folder) as house, house.store.archive.snapshot() as snapshot:
        texts = [
            text.text for text in snapshot.kept_texts(house.home) if text.text and " " in text.text
        ]
    digests = [text.split(" ")[2] for text in texts if text.startswith(("jpeg ", "pdf "))]
    assert len(digests) == 2
    out = tmp_path / "bundle"
    with open_look(sqlite_url) as look:
        export_bundle(look.archive, out)

    told = b"".join(contents(out).values()).decode("utf-8", "replace")
    assert "slip.kept" in told
    assert not any(digest in told for digest in digests)


def test_how_large_one_may_be_is_configured() -> None:
    shelf = cli.shelf_of(Config(slips=SlipsSection(largest=2, room=3, store="here")))

    assert (shelf.most, shelf.room) == (2_000_000, 3_000_000)
    assert isinstance(shelf.slips, SlipFolder)
    assert shelf.slips.folder == Path("here")
