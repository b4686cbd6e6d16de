"""`talkoot verify --checkpoint` and `talkoot key`: what somebody kept, held against a journal."""

from __future__ import annotations

import base64
import runpy
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from adapters.cli.app import app
from adapters.cli.export import export_bundle
from adapters.cli.noted import Noted, demands, flaws, read_copied
from adapters.cli.running import have_key
from adapters.cli.store import open_store, witnesses_of
from bot.books.bundle import (
    CHECKPOINTS,
    JOURNAL,
    TEXTS,
    VERIFIER,
    WITNESSED,
    read_entry,
    write_entry,
)
from bot.chain import Head, link
from bot.checkpoints import (
    COSIGNATURE,
    Checkpoint,
    cosigned,
    origin_of,
    public_of,
    read_note,
    signed,
)
from bot.merkle import Growing
from bot.witnessing import Witnessed
from bot.writer.signing import NAME, SigningKey, made_key, signing_key
from bot.writer.vault import FleetingKeys
from bot.writer.witnesses import Witnesses
from storage.keys import KeyFolder
from tests.adapters.cli.test_verify import bundle
from tests.house.journals import Book, book, stored

STANDALONE: dict[str, Any] = runpy.run_path("adapters/cli/standalone_verify.py")
SEED, OTHER, ROOT = bytes([1]) * 32, bytes([2]) * 32, bytes(32)


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
    other = tmp_path / "other.txt"
    other.write_text(signed(point.text, SEED, "talkoot/key"), "utf-8")
    done = run("verify", str(it), "--checkpoint", str(other), "--key", key)
    assert done.exit_code == 1, "a key signs a journal in the name of that journal alone"


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


def test_a_new_key_for_a_journal_that_is_there_is_told(
    keys: KeyFolder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The old one may have been lost; the first start of all tells of none."""
    (tmp_path / "data").mkdir()
    url = f"sqlite:///{tmp_path}/data/talkoot.db"
    assert not told_at_start(url, keys, caplog)
    with stored(url, book(3)):
        pass
    assert not told_at_start(url, keys, caplog)
    keys.destroy(NAME)
    assert "put it back from your copy" in told_at_start(url, keys, caplog)
    assert not told_at_start(url, keys, caplog)


def told_at_start(url: str, keys: KeyFolder, caplog: pytest.LogCaptureFixture) -> str:
    caplog.clear()
    with open_store(url, keys.folder) as store:
        have_key(store)
        assert signing_key(store.keys)
    return caplog.text


# --- Bundles, and the one-file check ---


def exported(
    folder: Path, url: str, *books: Book, seed: bytes = SEED, said: Sequence[Witnessed] = ()
) -> Path:
    """A bundle as `talkoot export` writes it, of a bot that has a key; `said` is of the home."""
    keys, witnesses = FleetingKeys(), Witnesses(FleetingKeys())
    keys.make(NAME, msgspec.json.encode(SigningKey(seed)))
    witnesses.keep("home", tuple(said))
    with stored(url, *books) as (_, archive):
        export_bundle(archive, folder, keys, witnesses)
    return folder


def alone(folder: Path, *words: str) -> tuple[int, str]:
    ran = subprocess.run(
        [sys.executable, "-I", str(folder / VERIFIER), *words],
        capture_output=True,
        check=False,
        text=True,
    )
    return ran.returncode, ran.stdout + ran.stderr


def both(folder: Path, *words: str) -> tuple[str, str]:
    """What both checks say; they agree on whether it holds."""
    done = run("verify", str(folder), *words)
    code, told = alone(folder, *words)
    assert (done.exit_code == 0) is (code == 0), f"{done.output}\n{told}"
    assert ("All holds" in told) is (code == 0)
    return done.output.replace("\n", " "), told


KEY = public_of(SEED, "talkoot/key").text


def test_a_bundle_holds_a_checkpoint_of_each_journal_and_both_checks_look(
    tmp_path: Path, sqlite_url: str
) -> None:
    it = exported(tmp_path / "b", sqlite_url, book(1), book(2, 30, "garden"))
    assert sorted(path.name for path in it.glob(CHECKPOINTS)) == [
        "checkpoint-garden.txt",
        "checkpoint-home.txt",
    ]
    for words in ((), ("--key", KEY)):
        assert all("All holds" in told for told in both(it, *words))
    ours, theirs = both(it, "--key", public_of(OTHER, "talkoot/key").text)
    assert "not signed by" in ours
    assert "not signed by this key" in theirs


WITNESS, ANOTHER = (public_of(it, "w.example", COSIGNATURE) for it in (SEED, OTHER))


def witnessed(it: Book, size: int, root: bytes = b"", seed: bytes = SEED) -> Witnessed:
    """What a witness said of a journal; `seed` is the bot's key at the time."""
    point = Checkpoint(point_of(it, size).origin, size, root or point_of(it, size).root)
    line = cosigned(point, SEED, "w.example", 1_700_000_000)
    return Witnessed(WITNESS.text, size, signed(point.text, seed, point.origin), line)


def test_a_bundle_holds_what_witnesses_signed_and_both_checks_demand_it(
    tmp_path: Path, sqlite_url: str, journal: Book
) -> None:
    size = len(journal.written.entries) - 3
    said = (witnessed(journal, size - 1), witnessed(journal, size), witnessed(journal, size + 1, ROOT))
    it = exported(tmp_path / "b", sqlite_url, journal, book(2, 30, "garden"), said=said)
    assert [path.name for path in it.glob(WITNESSED)] == ["witnessed-home.txt"]
    ours, _ = both(it, "--witness", WITNESS.text, "--key", KEY)
    seen = f"1 of 1 witnesses saw {point_of(journal, size).origin} only grow, up to entry {size}"
    assert (seen in ours, ours.count("only grow")) == (True, 1)
    for told in both(it, "--witness", ANOTHER.text):
        assert "1 witnesses signed it" in told
    (it / "witnessed-home.txt").unlink()
    for told in both(it, "--witness", WITNESS.text):
        assert "--checkpoint FILE" in told


def test_what_witnesses_signed_before_the_key_was_replaced_holds_by_the_old_and_the_new_one(
    tmp_path: Path, sqlite_url: str, journal: Book
) -> None:
    """Who came to know the new key alone was told that the bundle is not sound."""
    said = (witnessed(journal, 20, seed=OTHER),)
    it = exported(tmp_path / "b", sqlite_url, journal, said=said)
    now, then = KEY, public_of(OTHER, "talkoot/key").text
    for told in both(it, "--witness", WITNESS.text, "--key", now):
        assert "NOT SOUND" not in told
    (it / "checkpoint-home.txt").unlink()
    for told in both(it, "--witness", WITNESS.text, "--key", then):
        assert "NOT SOUND" not in told


def test_a_checkpoint_that_witnesses_signed_is_held_against_a_bundle_that_none_saw(
    tmp_path: Path, sqlite_url: str, journal: Book
) -> None:
    """The newest one in the bundle, which no witness was shown yet, was demanded too."""
    it, said = exported(tmp_path / "b", sqlite_url, journal), witnessed(journal, 9)
    path = tmp_path / "kept.txt"
    path.write_text(said.note + said.line, "utf-8")
    for told in both(it, "--checkpoint", str(path), "--witness", WITNESS.text):
        assert "NOT SOUND" not in told


def test_without_a_key_a_bundle_has_no_checkpoint_and_a_key_alone_is_refused(
    tmp_path: Path, sqlite_url: str
) -> None:
    with stored(sqlite_url, book(3)) as (_, archive):
        export_bundle(archive, tmp_path / "b", FleetingKeys())
    assert not list((tmp_path / "b").glob(CHECKPOINTS))
    ours, theirs = both(tmp_path / "b", "--key", KEY)
    assert "--checkpoint FILE" in ours
    assert "--checkpoint FILE" in theirs


def test_a_rewritten_and_a_cut_bundle_do_not_begin_as_its_checkpoint_says(
    tmp_path: Path, sqlite_url: str
) -> None:
    it = exported(tmp_path / "b", sqlite_url, book(4))
    (it / TEXTS).write_bytes(b"")
    rows = (it / JOURNAL).read_bytes().splitlines(keepends=True)
    (it / JOURNAL).write_bytes(b"".join(rows[:-1]))
    ours, theirs = both(it, "--without-texts")
    assert "the end was cut off" in ours
    assert f"no journal begins with the {len(rows)} entries" in theirs
    entries = [read_entry(row) for row in rows]
    forged, head = entries[:10], Head(entries[9].seq, entries[9].hash, entries[9].at)
    for each in entries[10:]:
        own = link(head, each.collective, each.at, each.actor, f"{each.cause}x", each.payload)
        forged.append(own)
        head = Head(own.seq, own.hash, own.at)
    (it / JOURNAL).write_bytes(b"".join(map(write_entry, forged)))
    ours, theirs = both(it, "--without-texts")
    assert "something in them was changed since" in ours
    assert f"no journal begins with the {len(rows)} entries" in theirs
    (next(it.glob(CHECKPOINTS))).unlink()
    assert all("All holds" in told for told in both(it, "--without-texts"))


FOUL: dict[str, Callable[[str], str]] = {
    "nothing": lambda it: "",
    "no signature": lambda it: it.partition("— ")[0],
    "another size": lambda it: it.replace("\n40\n", "\n39\n"),
    "an odd size": lambda it: it.replace("\n40\n", "\n040\n"),
    "a size without end": lambda it: it.replace("\n40\n", f"\n{'4' * 5000}\n"),
    "another origin": lambda it: it.replace("talkoot/home", "talkoot/away"),
    "bytes": lambda it: "\x00\x1b[2J",
    "a signature of another": lambda it: signed(
        it.partition("\n\n")[0] + "\n", OTHER, it.split("\n")[0]
    ),
}


@pytest.mark.parametrize("name", FOUL)
def test_a_foul_checkpoint_is_named_by_both(name: str, tmp_path: Path, journal: Book) -> None:
    it = bundle(tmp_path / "b", journal)
    point = point_of(journal, 40)
    path = tmp_path / "noted.txt"
    path.write_text(FOUL[name](signed(point.text, SEED, point.origin)), "utf-8")
    ours, theirs = both(it, "--checkpoint", str(path), "--key", KEY)
    assert "noted.txt" in ours or "NOT SOUND" in ours
    assert "NOT SOUND" in theirs


def test_a_signature_made_anew_out_of_one_is_refused_by_both(tmp_path: Path, journal: Book) -> None:
    """The same signature with the group's order added: RFC 8032 has it refused."""
    it, point = bundle(tmp_path / "b", journal), point_of(journal, 40)
    note = read_note(signed(point.text, SEED, point.origin))
    (own,) = note.signatures
    scalar = int.from_bytes(own.signed[32:], "little") + 2**252 + 27742317777372353535851937790883648493
    raw = own.key + own.signed[:32] + scalar.to_bytes(32, "little")
    path = tmp_path / "noted.txt"
    path.write_text(f"{note.text}\n— {own.name} {base64.b64encode(raw).decode()}\n", "utf-8")
    assert all(
        "signed by" in each or "signature" in each
        for each in both(it, "--checkpoint", str(path), "--key", KEY)
    )


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=60), st.integers(0, 511))
@settings(max_examples=15)
def test_ed25519_by_hand_is_that_of_the_library(seed: bytes, text: bytes, bit: int) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(text)
    assert STANDALONE["is_signed"](public, text, signature)
    spoiled = bytearray(signature)
    spoiled[bit // 8] ^= 1 << bit % 8
    assert not STANDALONE["is_signed"](public, text, bytes(spoiled))
    assert not STANDALONE["is_signed"](public, text + b"x", signature)
    assert not STANDALONE["is_signed"](public, text, signature + b"x")


RFC_8032 = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
)
"""Tests 1 to 3 of section 7.1: key, message, signature."""


@pytest.mark.parametrize("vector", RFC_8032)
def test_signatures_of_the_rfc_are_taken_and_no_others(vector: tuple[str, str, str]) -> None:
    key, message, signature = map(bytes.fromhex, vector)
    is_signed = STANDALONE["is_signed"]
    assert is_signed(key, message, signature)
    assert not is_signed(key, message + b"x", signature)
    for at in range(0, 64, 9):
        spoiled = bytearray(signature)
        spoiled[at] ^= 1
        assert not is_signed(key, message, bytes(spoiled))


def test_only_the_database_that_is_configured_is_signed(
    keys: KeyFolder, tmp_path: Path, sqlite_url: str
) -> None:
    with stored(sqlite_url, book(3)):
        pass
    made_key(keys, Ones())
    (tmp_path / "config.toml").write_text(f'[database]\nurl = "{sqlite_url}"\n')
    witnesses_of(tmp_path).keep("home", (witnessed(book(3), 2),))
    for name, words, count in (("own", (), 1), ("other", ("--db", sqlite_url), 0)):
        done = run("export", str(tmp_path / name), *words)
        assert done.exit_code == 0, done.output
        for names in (CHECKPOINTS, WITNESSED):
            assert len(list((tmp_path / name).glob(names))) == count


def test_key_without_a_home_ends_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setattr("pathlib.Path.home", _homeless)
    for word in ("show", "rotate"):
        done = run("key", word)
        assert done.exit_code == 1
        assert isinstance(done.exception, SystemExit)
        assert "no home to keep keys in" in done.output


def _homeless() -> Path:
    raise RuntimeError("Could not determine home directory.")


def test_a_witness_is_one_by_its_key_whatever_it_is_called_and_a_quorum_demands_something() -> None:
    named = public_of(SEED, "other.example", COSIGNATURE)
    assert demands("", (), [WITNESS.text, ANOTHER.text], 2).quorum == 2
    with pytest.raises(ValueError, match="1 different witnesses"):
        demands("", (), [WITNESS.text, named.text], 2)
    for quorum in (0, -1, 3):
        with pytest.raises(ValueError, match="--quorum"):
            demands("", (), [WITNESS.text, ANOTHER.text], quorum)
