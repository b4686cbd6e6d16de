"""`talkoot verify --proof`: from a checkpoint that somebody kept to one of a longer journal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

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
from bot.witnessing import write_submission
from tests.adapters.cli.test_checking_receipts import (
    COUNT,
    JOURNAL,
    KEY,
    NEXT,
    OTHER,
    SEED,
    receipt,
    tree_of,
)
from tests.adapters.cli.test_noted import run
from tests.adapters.cli.test_verify import bundle
from tests.house.journals import Book, book

OLD, NEW = 23, COUNT


def noted(size: int, it: Book = JOURNAL, seed: bytes = SEED) -> str:
    point = Checkpoint(
        origin_of(it.collective, it.written.entries[0].hash), size, tree_of(it, size).root
    )
    return signed(point.text, seed, point.origin)


def proof(older: int = OLD, newer: int = NEW, it: Book = JOURNAL, seed: bytes = SEED) -> str:
    hashes = tree_of(it, newer).consistency(older) if older else []
    return write_submission(older, hashes, noted(newer, it, seed))


def verify(folder: Path, text: str, kept: str | None, *words: str) -> tuple[int, str]:
    given = ["verify", *words]
    for option, content in (("--proof", text), ("--checkpoint", kept)):
        if content is not None:
            path = folder / f"{option.strip('-')}.txt"
            path.write_bytes(content.encode("utf-8", "surrogatepass"))
            given += [option, str(path)]
    got = run(*given)
    assert "Traceback" not in got.output
    return got.exit_code, got.output


@pytest.mark.parametrize(
    ("older", "newer"), [(1, 1), (1, COUNT), (23, COUNT), (32, 33), (COUNT, COUNT)]
)
def test_a_proof_leads_from_what_was_kept_to_a_longer_journal(
    tmp_path: Path, older: int, newer: int
) -> None:
    code, told = verify(tmp_path, proof(older, newer), noted(older), "--key", KEY)

    assert code == 0, told
    assert "All holds." in told
    assert f"that a journal of {older} entries only grew, to {newer}" in told
    assert "what stands in that journal, and what came behind" in told


def test_what_was_copied_off_the_page_is_read(tmp_path: Path) -> None:
    copied = "\n".join(f"> `{row}`" for row in proof().splitlines() if row)
    code, told = verify(tmp_path, f"This proves it:\n{copied}", noted(OLD), "--key", KEY)

    assert code == 0, told


def test_without_a_key_it_says_that_nobody_was_asked(tmp_path: Path) -> None:
    code, told = verify(tmp_path, proof(), noted(OLD))

    assert code == 0
    assert "name the key with --key" in told


def _swapped(text: str) -> str:
    rows = text.split("\n")
    return "\n".join([rows[0], *rows[2:3], *rows[1:2], *rows[3:]])


SPOILED: dict[str, tuple[Callable[[str], str], str]] = {
    "no proof": (lambda _: "hello", "not a proof"),
    "empty": (lambda _: "", "not a proof"),
    "a receipt": (lambda _: receipt(1, 5), "not a proof"),
    "a hash is missing": (
        lambda it: "\n".join(it.split("\n")[:2] + it.split("\n")[3:]),
        "does not hold",
    ),
    "two hashes are swapped": (_swapped, "does not hold"),
    "one hash too many": (
        lambda it: it.replace("\n", "\n" + it.split("\n")[1] + "\n", 1),
        "does not hold",
    ),
    "a huge proof": (
        lambda it: it.replace("\n", "\n" + (it.split("\n")[1] + "\n") * 64, 1),
        "at most 63",
    ),
    "a proof of megabytes": (lambda it: it + "x" * 200_000, "too long"),
    "no Base64": (lambda it: it.replace("\n", "\n!!\n", 1), "Base64"),
    "a hash of 31 bytes": (lambda it: it.replace("\n", "\nAAAA\n", 1), "32 bytes"),
    "another old size": (lambda it: it.replace("old 23", "old 22"), "begins with the 22 entries"),
    "a size that is no number": (lambda it: it.replace("old 23", "old -23"), "not a proof"),
    "cut before the signature": (lambda it: it.partition("— ")[0], "not a proof"),
    "another root": (lambda it: it.replace(it.split("\n")[-4], noted(30).split("\n")[2]), "not one of"),
}


@pytest.mark.parametrize("what", SPOILED)
def test_a_spoiled_proof_is_refused_and_named(tmp_path: Path, what: str) -> None:
    spoil, why = SPOILED[what]
    code, told = verify(tmp_path, spoil(proof()), noted(OLD), "--key", KEY)

    assert code in {1, 2}
    assert why in told
    assert "All holds" not in told


def test_a_journal_that_was_written_anew_is_not_said_to_have_grown(tmp_path: Path) -> None:
    """The bot signs both: nobody's key shows that."""
    other = book(5)
    begin = JOURNAL.written.entries[0].hash
    point = Checkpoint(origin_of("home", begin), NEW, tree_of(other, NEW).root)
    text = write_submission(
        OLD, tree_of(other, NEW).consistency(OLD), signed(point.text, SEED, point.origin)
    )
    code, told = verify(tmp_path, text, noted(OLD), "--key", KEY)

    assert code == 1
    assert "NOT SOUND: the proof from 23 to 40 entries does not hold" in told


def test_two_stories_of_one_size_are_named(tmp_path: Path) -> None:
    point = read_checkpoint(read_note(noted(NEW)))
    lie = signed(Checkpoint(point.origin, NEW, bytes(32)).text, SEED, point.origin)
    path = tmp_path / "second.txt"
    path.write_text(lie, "utf-8")
    code, told = verify(tmp_path, proof(), noted(OLD), "--checkpoint", str(path), "--key", KEY)

    assert code == 1
    assert "two journals of 40 entries" in told


@pytest.mark.parametrize(
    ("kept", "why"),
    [
        (None, "name the checkpoint of those"),
        (noted(22), "name the checkpoint of those"),
        (noted(OLD, book(5, collective="other")), "name the checkpoint of those"),
    ],
)
def test_it_shows_nothing_without_the_checkpoint_that_it_begins_with(
    tmp_path: Path, kept: str | None, why: str
) -> None:
    code, told = verify(tmp_path, proof(), kept)

    assert code == 1
    assert why in told


@pytest.mark.parametrize("more", [(), ("--witness", public_of(OTHER, "w.example", COSIGNATURE).text)])
def test_a_proof_from_a_size_to_itself_is_no_checkpoint_that_somebody_kept(
    tmp_path: Path, more: tuple[str, ...]
) -> None:
    """Else it would begin with its own end, show nothing, and need no witness."""
    code, told = verify(tmp_path, proof(NEW, NEW), None, "--key", KEY, *more)
    assert code == 1
    assert "name the checkpoint of those" in told
    assert verify(tmp_path, proof(NEW, NEW), noted(NEW), "--key", KEY)[0] == 0
    # Twice the same leads no further.
    again = ("--proof", str(tmp_path / "proof.txt"))
    assert verify(tmp_path, proof(NEW, NEW), None, "--key", KEY, *again)[0] == 1


def test_proofs_make_a_chain_that_begins_with_what_was_kept(tmp_path: Path) -> None:
    first, middle = tmp_path / "first.txt", 30
    first.write_text(proof(OLD, middle), "utf-8")
    more = ("--proof", str(first), "--key", KEY)
    assert verify(tmp_path, proof(middle, NEW), noted(OLD), *more)[0] == 0
    assert verify(tmp_path, proof(middle, NEW), None, *more)[0] == 1


def test_another_s_key_is_refused_and_a_rotated_one_followed(tmp_path: Path) -> None:
    code, told = verify(tmp_path, proof(seed=OTHER), noted(OLD), "--key", KEY)
    assert code == 1
    assert "not signed by" in told

    notes = tmp_path / "rotations.txt"
    notes.write_text(rotation(SEED, NEXT), "utf-8")
    later = proof(seed=NEXT)
    assert verify(tmp_path, later, noted(OLD), "--key", KEY)[0] == 1
    assert verify(tmp_path, later, noted(OLD), "--key", KEY, "--rotations", str(notes))[0] == 0


def test_witnesses_are_asked_of_what_was_kept_not_of_what_was_made_now(tmp_path: Path) -> None:
    witness = public_of(OTHER, "w.example", COSIGNATURE)
    kept = noted(OLD)
    line = cosigned(read_checkpoint(read_note(kept)), OTHER, "w.example", 1_700_000_000)
    assert verify(tmp_path, proof(), kept, "--witness", witness.text)[0] == 1
    assert verify(tmp_path, proof(), kept + line, "--witness", witness.text)[0] == 0
    assert public_of(SEED, ROTATION_NAME).text == KEY


def test_a_receipt_of_then_and_a_proof_since_show_the_entry_in_what_is_now(tmp_path: Path) -> None:
    path = tmp_path / "kept.tlog-proof"
    path.write_text(receipt(7, OLD), "utf-8")
    code, told = verify(tmp_path, proof(), noted(NEW), "--receipt", str(path), "--key", KEY)
    assert code == 0, told
    # Without the proof nothing links the two.
    path_of_new = tmp_path / "checkpoint.txt"
    alone = run("verify", "--receipt", str(path), "--checkpoint", str(path_of_new))
    assert alone.exit_code == 1
    assert "--proof" in alone.output


@pytest.mark.parametrize("words", [("--without-texts",), ("--head", "1:0123456789abcdef")])
def test_what_is_asked_of_a_journal_is_refused_where_none_is_named(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    code, told = verify(tmp_path, proof(), noted(OLD), *words)
    assert code == 2
    assert "checked without a journal" in told


def test_a_receipt_is_not_held_to_the_checkpoint_of_another_journal_of_its_size(tmp_path: Path) -> None:
    path, kept = tmp_path / "kept.tlog-proof", tmp_path / "checkpoint.txt"
    path.write_text(receipt(7, OLD), "utf-8")
    kept.write_text(noted(OLD, book(OLD, collective="other")), "utf-8")
    told = run("verify", "--receipt", str(path), "--checkpoint", str(kept))
    assert told.exit_code == 1
    assert "the receipt is of talkoot/home/" in told.output


def test_beside_a_bundle_a_proof_is_held_to_both(tmp_path: Path) -> None:
    folder = str(bundle(tmp_path / "bundle", JOURNAL))
    assert verify(tmp_path, proof(), noted(OLD), folder)[0] == 0
    code, told = verify(tmp_path, _swapped(proof()), noted(OLD), folder)
    assert code == 1
    assert "does not hold" in told
    other = book(5)
    code, told = verify(tmp_path, proof(it=other), noted(OLD, other), folder)
    assert code == 1
