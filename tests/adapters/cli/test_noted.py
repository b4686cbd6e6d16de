"""`talkoot verify --checkpoint` and `talkoot key`: what somebody kept, held against a journal."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from adapters.cli.app import app
from adapters.cli.noted import Noted, flaws, read_copied
from adapters.cli.running import have_key
from adapters.cli.store import open_store
from bot.checkpoints import Checkpoint, origin_of, public_of, signed
from bot.merkle import Growing
from bot.writer.signing import made_key, signing_key
from storage.keys import KeyFolder
from tests.adapters.cli.test_verify import bundle
from tests.house.journals import Book, book

SEED, OTHER = bytes([1]) * 32, bytes([2]) * 32


def point_of(it: Book, size: int) -> Checkpoint:
    tree = Growing()
    for entry in it.written.entries[:size]:
        tree.add(entry.hash)
    return Checkpoint(origin_of(it.collective, it.written.entries[0].hash), size, tree.root)


def kept(folder: Path, point: Checkpoint, seed: bytes = SEED, name: str = "noted.txt") -> str:
    path = folder / name
    path.write_text(signed(point.text, seed, point.origin), "utf-8")
    return str(path)


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.fixture
def journal() -> Book:
    return book(40)


@pytest.mark.parametrize("size", [1, 2, 17, 39, 40])
def test_a_journal_begins_with_the_one_that_was_noted(tmp_path: Path, journal: Book, size: int) -> None:
    path = kept(tmp_path, point_of(journal, size))
    key = public_of(SEED, "talkoot/key").text
    done = run("verify", str(bundle(tmp_path / "b", journal)), "--checkpoint", path, "--key", key)
    assert done.exit_code == 0, done.output
    assert "All holds." in done.output


def test_what_a_chat_made_of_a_checkpoint_is_read(journal: Book) -> None:
    point = point_of(journal, 5)
    text = signed(point.text, SEED, point.origin)
    for before, after in (("  ", ""), ("> ", ""), ("`", "`"), (">", "  ")):
        copied = "\n".join(f"{before}{line}{after}" for line in text.split("\n") if line)
        assert read_copied(copied) == read_copied(text)


def test_a_cut_end_a_rewritten_past_and_another_journal_are_named(
    tmp_path: Path, journal: Book
) -> None:
    it = bundle(tmp_path / "b", journal)
    point = point_of(journal, 20)
    wrong = {
        "its checkpoint 99: the end was cut off": Checkpoint(point.origin, 99, point.root),
        "something in them was changed since": Checkpoint(point.origin, 19, point.root),
        "and of no journal here": Checkpoint("talkoot/home/0000000000000000", 20, point.root),
    }
    for told, each in wrong.items():
        done = run("verify", str(it), "--checkpoint", kept(tmp_path, each))
        assert done.exit_code == 1
        assert told in done.output.replace("\n", " ")


def test_who_signed_is_asked_where_a_key_is_named(tmp_path: Path, journal: Book) -> None:
    it, point = bundle(tmp_path / "b", journal), point_of(journal, 20)
    forged = kept(tmp_path, point, OTHER)
    key = public_of(SEED, "talkoot/key").text
    assert run("verify", str(it), "--checkpoint", forged).exit_code == 0
    done = run("verify", str(it), "--checkpoint", forged, "--key", key)
    assert done.exit_code == 1
    assert "not signed by" in done.output


def test_what_cannot_be_read_is_said_and_a_key_alone_is_refused(tmp_path: Path, journal: Book) -> None:
    it = str(bundle(tmp_path / "b", journal))
    odd = tmp_path / "odd.txt"
    odd.write_text("1\n2\n3\n")
    point = kept(tmp_path, point_of(journal, 3))
    for words, told in (
        (("--checkpoint", str(odd)), "not a signed note"),
        (("--checkpoint", str(tmp_path / "none.txt")), "No such file"),
        (("--checkpoint", point, "--key", "nonsense"), "no public key|not Base64"),
        (("--key", public_of(SEED, "a").text), "name one with --checkpoint"),
    ):
        done = run("verify", it, *words)
        assert done.exit_code not in {0, None}
        assert any(each in done.output for each in told.split("|")), done.output


def test_no_journal_has_no_checkpoint() -> None:
    (told,) = flaws(Noted(Checkpoint("a", 1, bytes(32))), ())
    assert "read: nothing" in told


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeyFolder:
    monkeypatch.setenv("TALKOOT_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return KeyFolder(tmp_path / "state" / "talkoot" / "keys")


class Ones:
    def salt(self) -> bytes:
        return bytes([1]) * 16

    def reference(self) -> str:
        return ""


def test_the_key_is_shown_and_replaced_with_the_note_of_the_old_one(keys: KeyFolder) -> None:
    for verb in ("show", "rotate"):
        assert "talkoot run makes one" in run("key", verb).output
    old = made_key(keys, Ones())
    assert run("key", "show").output.strip() == old.public("talkoot/key").text
    told = run("key", "rotate").output
    new = signing_key(keys)
    assert new is not None
    assert new.seed != old.seed
    assert new.rotations[-1] in told
    shown = run("key", "show").output
    assert new.rotations[-1] in shown
    assert new.public("talkoot/key").text in shown


def test_a_spoiled_key_is_told_and_left(keys: KeyFolder) -> None:
    keys.make("checkpoints", b"spoiled")
    for verb in ("show", "rotate"):
        done = run("key", verb)
        assert done.exit_code == 1
        assert "Put it back from your copy" in done.output
    done = run("run")
    assert done.exit_code != 0
    assert "Put it back from your copy" in done.output
    assert keys.read("checkpoints") == b"spoiled"


def test_the_first_start_makes_the_key_and_the_next_keeps_it(keys: KeyFolder, tmp_path: Path) -> None:
    found = []
    (tmp_path / "data").mkdir()
    for _ in range(2):
        with open_store(f"sqlite:///{tmp_path}/data/talkoot.db", keys.folder) as store:
            have_key(store)
            found.append(signing_key(store.keys))
    assert found[0] is not None
    assert found[0] == found[1]
