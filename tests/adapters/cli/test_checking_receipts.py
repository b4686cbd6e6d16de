"""`talkoot verify --receipt`, and the one-file check: both take what holds, and refuse the same."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from bot.books.bundle import read_entry, write_entry
from bot.books.receipts import write_receipt
from bot.chain import Head, link
from bot.checkpoints import (
    COSIGNATURE,
    ROTATION_NAME,
    Checkpoint,
    cosigned,
    origin_of,
    public_of,
    read_checkpoint,
    read_note,
    rotation,
    signed,
)
from bot.merkle import Growing, Tree, nodes_of
from tests.adapters.cli.test_noted import run
from tests.adapters.cli.test_verify import bundle
from tests.house.journals import Book, book

ALONE = Path("adapters/cli/standalone_verify.py").resolve()
SEED, NEXT, OTHER = (bytes([n]) * 32 for n in (1, 2, 3))
KEY = public_of(SEED, ROTATION_NAME).text
COUNT = 40
JOURNAL = book(COUNT)


def tree_of(it: Book, size: int) -> Tree:
    leaves = [entry.hash for entry in it.written.entries[:size]]
    known = {(level, number): own for level, number, own in nodes_of(leaves)}
    return Tree(size, lambda level, at: known[level, at] if level else leaves[at])


def receipt(seq: int, size: int, it: Book = JOURNAL, seed: bytes = SEED) -> str:
    entries, tree = it.written.entries, tree_of(it, size)
    point = Checkpoint(origin_of(it.collective, entries[0].hash), size, tree.root)
    note = signed(point.text, seed, point.origin)
    return write_receipt(entries[seq - 1], tree.inclusion(seq - 1), note)


def both(folder: Path, text: str, *words: str) -> tuple[tuple[int, str], tuple[int, str]]:
    """What the program says of a receipt, and what the one file says: code and words."""
    path = folder / "kept.tlog-proof"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    ours = run("verify", "--receipt", str(path), *words)
    alone = subprocess.run(
        [sys.executable, "-I", str(ALONE), "--receipt", str(path), *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in ours.output + alone.stderr
    return (ours.exit_code, ours.output), (alone.returncode, alone.stdout + alone.stderr)


@pytest.mark.parametrize(("seq", "size"), [(1, 1), (1, COUNT), (17, 17), (23, COUNT), (COUNT, COUNT)])
def test_a_receipt_holds_without_the_journal(tmp_path: Path, seq: int, size: int) -> None:
    for code, told in both(tmp_path, receipt(seq, size), "--key", KEY):
        assert code == 0, told
        assert f"entry {seq} of home" in told
        assert f"in the journal of {size} entries" in told


def test_a_receipt_alone_is_not_said_to_show_more_than_its_entry(tmp_path: Path) -> None:
    """It claimed that nothing inside the journal was changed, where a checkpoint was named too."""
    text = receipt(23, COUNT)
    path = tmp_path / "noted.txt"
    path.write_text(text.partition("\n\n")[2], "utf-8")
    (code, told), _ = both(tmp_path, text, "--checkpoint", str(path))
    shown, _, lacks = told.partition("It does not show:")
    assert (code, shown.partition("This shows:")[2].count("  + ")) == (0, 1)
    assert "that nothing else in that journal was changed" in lacks


def test_what_a_chat_made_of_it_is_read(tmp_path: Path) -> None:
    copied = "\n".join(f"> `{line}`" for line in receipt(23, COUNT).splitlines() if line)
    for code, told in both(tmp_path, f"ann said: receipt of C1\n{copied}", "--key", KEY):
        assert code == 0, told


def _entry(change: Callable[[dict[str, object]], object]) -> Callable[[str], str]:
    def changed(text: str) -> str:
        rows = text.split("\n")
        line = msgspec.json.decode(base64.b64decode(rows[1].removeprefix("extra ")))
        change(line)
        rows[1] = "extra " + base64.b64encode(msgspec.json.encode(line) + b"\n").decode()
        return "\n".join(rows)

    return changed


def _spelled(text: str, cause: str) -> str:
    """The entry with a cause that is spelled so in JSON."""
    rows = text.split("\n")
    line = base64.b64decode(rows[1].removeprefix("extra ")).decode()
    line = re.sub('"cause":"[^"]*"', lambda _: f'"cause":"{cause}"', line)
    rows[1] = "extra " + base64.b64encode(line.encode()).decode()
    return "\n".join(rows)


def _rehashed(text: str) -> str:
    """Another entry, whole in itself: its hashes are those of what it says now."""
    rows = text.split("\n")
    old = read_entry(base64.b64decode(rows[1].removeprefix("extra ")))
    assert ":3}" in old.payload
    before = Head(old.seq - 1, old.previous, old.at)
    new = link(before, old.collective, old.at, old.actor, old.cause, old.payload.replace(":3}", ":2}"))
    rows[1] = "extra " + base64.b64encode(write_entry(new)).decode()
    return "\n".join(rows)


def _of_another(text: str) -> str:
    """The same entry and proof under a checkpoint of another collective, rightly signed."""
    head, _, note = text.partition("\n\n")
    point = read_checkpoint(read_note(note))
    other = Checkpoint("talkoot/away/0123456789abcdef", point.size, point.root)
    return f"{head}\n\n{signed(other.text, SEED, other.origin)}"


def _more_hashes(count: int) -> Callable[[str], str]:
    row = base64.b64encode(bytes(32)).decode() + "\n"
    return lambda text: text.replace("\n\n", "\n" + row * count + "\n", 1)


FOUL: dict[str, Callable[[str], str]] = {
    "nothing": lambda it: "",
    "no proof": lambda it: it.replace("tlog-proof", "tlog-prof"),
    "cut off": lambda it: it[: len(it) // 2],
    "no signature": lambda it: it.partition("\n— ")[0],
    "another index": lambda it: it.replace("\nindex 22\n", "\nindex 21\n"),
    "an odd index": lambda it: it.replace("\nindex 22\n", "\nindex 022\n"),
    "an index without end": lambda it: it.replace("\nindex 22\n", f"\nindex {'2' * 5000}\n"),
    "a hash less": lambda it: it.replace(it.split("\n")[4] + "\n", "", 1),
    "a hash more": _more_hashes(1),
    "a huge proof": _more_hashes(100),
    "a proof without end": _more_hashes(20_000),
    "another size": lambda it: it.replace(f"\n{COUNT}\n", f"\n{COUNT - 1}\n"),
    "a size without end": lambda it: it.replace(f"\n{COUNT}\n", f"\n{'4' * 5000}\n"),
    "another payload": _entry(lambda it: it.update(payload="{}")),
    "another time": _entry(lambda it: it.update(at=int(str(it["at"])) + 1)),
    "another person": _entry(lambda it: it.update(actor=7)),
    "another collective": _entry(lambda it: it.update(collective="away")),
    "a key too many": _entry(lambda it: it.update(more=1)),
    "another entry, whole in itself": _rehashed,
    "a checkpoint of another collective": _of_another,
    "signed by another": lambda it: receipt(23, COUNT, seed=OTHER),
    "half a character in its entry": lambda it: _spelled(it, r"\ud800"),
    "surrogates": lambda it: it.replace("extra ", "extra \udc80"),
    "bytes": lambda it: "\x00\x1b[2J",
}


@pytest.mark.parametrize("sort", FOUL)
def test_what_shows_nothing_is_refused_by_both(tmp_path: Path, sort: str) -> None:
    foul = FOUL[sort](receipt(23, COUNT))
    for code, told in both(tmp_path, foul, "--key", KEY):
        assert code != 0, told
        assert "NOT SOUND" in told
        assert "\x1b" not in told


def test_a_receipt_is_held_against_what_the_room_remembers(tmp_path: Path) -> None:
    noted = tmp_path / "noted.txt"

    def note(it: Book, size: int) -> None:
        point = Checkpoint(
            origin_of(it.collective, it.written.entries[0].hash), size, tree_of(it, size).root
        )
        noted.write_text(signed(point.text, SEED, point.origin), "utf-8")

    note(JOURNAL, COUNT)
    for code, told in both(tmp_path, receipt(23, COUNT), "--checkpoint", str(noted)):
        assert code == 0, told
    forged = Checkpoint(origin_of("home", JOURNAL.written.entries[0].hash), COUNT, Growing().root)
    noted.write_text(signed(forged.text, SEED, forged.origin), "utf-8")
    ours, theirs = both(tmp_path, receipt(23, COUNT), "--checkpoint", str(noted))
    assert "two stories" in ours[1]
    assert ours[0] == theirs[0] == 1
    note(JOURNAL, COUNT - 1)
    ours, theirs = both(tmp_path, receipt(23, COUNT), "--checkpoint", str(noted))
    assert ours[0] == theirs[0] == 1
    folder = bundle(tmp_path / "b", JOURNAL)
    path = str(tmp_path / "kept.tlog-proof")
    done = run("verify", str(folder), "--receipt", path, "--checkpoint", str(noted), "--key", KEY)
    assert done.exit_code == 0, done.output


def test_a_journal_that_is_not_the_receipt_s_is_named(tmp_path: Path) -> None:
    folder = bundle(tmp_path / "b", book(COUNT - 20))
    path = tmp_path / "kept.tlog-proof"
    path.write_text(receipt(23, COUNT), "utf-8")
    done = run("verify", str(folder), "--receipt", str(path))
    assert done.exit_code == 1
    assert "NOT SOUND" in done.output


def test_the_key_that_the_old_one_named_is_as_good_and_no_other(tmp_path: Path) -> None:
    notes = tmp_path / "rotations.txt"
    notes.write_text(f"{rotation(SEED, NEXT)}\n{public_of(NEXT, ROTATION_NAME).text}\n", "utf-8")
    text = receipt(23, COUNT, seed=NEXT)
    for code, told in both(tmp_path, text, "--key", KEY):
        assert code == 1, told
    for code, told in both(tmp_path, text, "--key", KEY, "--rotations", str(notes)):
        assert code == 0, told
    forged = rotation(OTHER, NEXT).replace(public_of(OTHER, ROTATION_NAME).text, KEY)
    notes.write_text(forged, "utf-8")
    for code, told in both(tmp_path, text, "--key", KEY, "--rotations", str(notes)):
        assert code != 0, told


def test_so_many_witnesses_must_have_signed_too(tmp_path: Path) -> None:
    names = [f"w{n}.example" for n in range(3)]
    seeds = [bytes([n]) * 32 for n in (11, 12, 13)]
    keys = [public_of(seed, name, COSIGNATURE).text for seed, name in zip(seeds, names, strict=True)]
    text = receipt(23, COUNT)
    point = read_checkpoint(read_note(text.partition("\n\n")[2]))
    lines = [
        cosigned(point, seed, name, 1_700_000_000) for seed, name in zip(seeds, names, strict=True)
    ]
    named = [word for key in keys for word in ("--witness", key)]
    for count in range(4):
        for quorum in (1, 2, 3):
            for code, told in both(
                tmp_path, text + "".join(lines[:count]), "--key", KEY, *named, "--quorum", str(quorum)
            ):
                assert (code == 0) == (count >= quorum), told
    for code, told in both(tmp_path, text + lines[0] * 3, *named, "--quorum", "2"):
        assert code == 1, told  # one that signed three times is one
    same = ["--witness", keys[0]] * 2
    for code, told in both(tmp_path, text + lines[0], *same, "--quorum", "2"):
        assert code != 0, told  # and one that is named twice is one
    older = Checkpoint(point.origin, point.size - 1, point.root)
    replayed = cosigned(older, seeds[0], names[0], 1_700_000_000)
    for code, told in both(tmp_path, text + replayed, "--witness", keys[0]):
        assert code == 1, told
    for code, told in both(tmp_path, text, "--quorum", "1"):
        assert code != 0, told
