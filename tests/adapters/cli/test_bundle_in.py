"""A bundle becomes a new instance: the same heads, the same balances, and every command goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.cli.bundle_in import BundleError, take_in
from adapters.cli.export import export_bundle
from adapters.cli.store import open_archive
from adapters.cli.verify import verify_archive
from bot.books.audit import compare
from storage.engines import UnfitDatabase
from tests.adapters.cli.test_running import talkoot
from tests.house import House
from tests.house.journals import book, stored
from tests.security.election import Election


def exported(url: str, folder: Path) -> Path:
    with open_archive(url) as archive:
        export_bundle(archive, folder)
    return folder


def test_a_bundle_on_a_new_instance_has_the_same_heads_balances_and_goes_on(
    database_url: str, tmp_path: Path
) -> None:
    old = f"sqlite:///{tmp_path / 'old.db'}"
    with House(url=old) as house:
        house.enter("ann", "bo", "cem").say("ann", "/log 2h bread")
        house.say("bo", "/propose Buy an oven")
        house.say("cem", "/me forget")
        house.say("cem", "/me forget yes")
        before, head = house.folded(), house.state().head
        handled = house.message("bo", "/log 3h soup", key="m-soup")
        house.hand_in([handled])
        before, head = house.folded(), house.state().head

    rows = take_in(exported(old, tmp_path / "bundle"), database_url, [])

    assert rows[0].endswith(head.text)
    with House(url=database_url, program="n") as house:
        assert house.state().head == head
        assert compare(house.folded(), before) == []
        assert verify_archive(house.store.archive).sound
        assert house.hand_in([handled])[0].texts in ((), []), "what was handled there acts once"
        assert "P1" in " ".join(house.say("ann", "/vote P1 yes").texts)
        assert "C3" in " ".join(house.say("bo", "/log 1h more").texts)
        assert verify_archive(house.store.archive).sound


def test_every_kind_of_event_comes_along(tmp_path: Path) -> None:
    old, new = f"sqlite:///{tmp_path / 'old.db'}", f"sqlite:///{tmp_path / 'new.db'}"
    with stored(old, book(3)) as _:
        pass
    take_in(exported(old, tmp_path / "bundle"), new, [])
    with open_archive(old) as a, open_archive(new) as b:
        assert verify_archive(a).journals == verify_archive(b).journals


def test_a_bundle_is_taken_in_whole_or_not_at_all(tmp_path: Path) -> None:
    old = f"sqlite:///{tmp_path / 'old.db'}"
    with House(url=old) as house:
        house.enter("ann", "bo").say("ann", "/log 2h bread")
    bundle = exported(old, tmp_path / "bundle")
    (tmp_path / "out").mkdir()
    new = f"sqlite:///{tmp_path / 'out' / 'new.db'}"
    with pytest.raises(UnfitDatabase, match="is there already"):
        take_in(bundle, old, [])
    texts = (bundle / "texts.jsonl").read_bytes()
    (bundle / "texts.jsonl").write_bytes(b"")
    with pytest.raises(BundleError, match="does not hold"):
        take_in(bundle, new, [])
    (bundle / "texts.jsonl").write_bytes(texts)
    journal = (bundle / "journal.jsonl").read_bytes()
    (bundle / "journal.jsonl").write_bytes(journal[:-40])
    with pytest.raises(BundleError, match="does not hold"):
        take_in(bundle, new, [])
    assert list((tmp_path / "out").iterdir()) == []
    (bundle / "journal.jsonl").write_bytes(journal)
    done = talkoot("import", str(bundle), "--as", "bundle", "--db", new, folder=tmp_path)
    assert (done.returncode, done.stdout.startswith("alpha: ")) == (0, True), done.stderr


def test_an_open_secret_poll_is_refused_in_words(tmp_path: Path) -> None:
    old = f"sqlite:///{tmp_path / 'talkoot.db'}"
    with Election(old, tmp_path / "elsewhere" / "keys") as it:
        it.open()
        it.vote("bo", "Anna > Bo")
    (tmp_path / "out").mkdir()
    with pytest.raises(BundleError, match="its ballots are in no bundle"):
        take_in(exported(old, tmp_path / "bundle"), f"sqlite:///{tmp_path / 'out' / 'new.db'}", [])
    assert list((tmp_path / "out").iterdir()) == []
