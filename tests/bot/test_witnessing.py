"""What a witness says to a checkpoint: by the letter of tlog-witness."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checkpoints import COSIGNATURE, Checkpoint, public_of, read_checkpoint, read_note, signed
from bot.merkle import EMPTY_ROOT, Tree, nodes_of
from bot.witnessing import (
    BadSubmission,
    Seen,
    judge,
    read_submission,
    read_witness,
    write_submission,
)

ORIGIN = "talkoot/home/0123456789abcdef"
SEED, OTHER = bytes([1]) * 32, bytes([2]) * 32
KEYS = [public_of(SEED, ORIGIN)]
LEAVES = [bytes([n]) * 32 for n in range(20)]


def tree(size: int, leaves: list[bytes] = LEAVES) -> Tree:
    known = {(level, number): own for level, number, own in nodes_of(leaves[:size])}
    return Tree(size, lambda level, at: known[level, at] if level else leaves[at])


def note(size: int, leaves: list[bytes] = LEAVES, seed: bytes = SEED, origin: str = ORIGIN) -> str:
    return signed(Checkpoint(origin, size, tree(size, leaves).root).text, seed, origin)


def sent(old: int, size: int, leaves: list[bytes] = LEAVES) -> bytes:
    proof = tree(size, leaves).consistency(old) if 0 < old <= size else []
    return write_submission(old, proof, note(size, leaves)).encode()


def status(body: bytes, seen: Seen | None, keys: list = KEYS) -> int:  # type: ignore[type-arg]
    return judge(read_submission(body), keys, seen).status


def seen(size: int) -> Seen:
    return Seen(size, tree(size).root)


def test_a_tree_that_grows_is_signed_at_every_size() -> None:
    for old in range(1, 20):
        for size in range(old, 20):
            verdict = judge(read_submission(sent(old, size)), KEYS, seen(old))
            assert (verdict.status, verdict.seen) == (200, seen(size))
    assert status(sent(0, 7), None) == 200
    assert status(sent(0, 0), None) == 200


def test_no_smaller_tree_and_no_other_root_is_ever_signed() -> None:
    fork = [*LEAVES[:5], bytes(32), *LEAVES[6:]]
    for last in range(1, 20):
        for old in range(20):
            for size in range(20):
                for leaves in (LEAVES, fork):
                    verdict = judge(read_submission(sent(old, size, leaves)), KEYS, seen(last))
                    grows = last <= size and leaves[:last] == LEAVES[:last]
                    own = Seen(size, tree(size, leaves).root)
                    assert verdict.status != 200 or (grows and verdict.seen == own)
                    if grows and old == last:
                        assert verdict.status == 200


def test_what_does_not_fit_is_told_by_the_letter() -> None:
    assert status(sent(0, 7), None, []) == 404
    assert status(sent(0, 7), None, [public_of(OTHER, ORIGIN)]) == 403
    assert status(write_submission(8, [], note(7)).encode(), seen(8)) == 400
    wrong = judge(read_submission(sent(3, 9)), KEYS, seen(5))
    assert (wrong.status, wrong.size) == (409, 5)
    fork = [*LEAVES[:3], bytes(32), *LEAVES[4:]]
    two = judge(read_submission(sent(7, 7, fork)), KEYS, seen(7))
    assert (two.status, two.size) == (409, 7)
    assert status(sent(5, 9, fork), seen(5)) == 422
    assert status(write_submission(5, [bytes(32)] * 63, note(9)).encode(), seen(5)) == 422
    assert status(write_submission(0, [bytes(32)], note(9)).encode(), None) == 422


def test_a_false_signature_by_a_known_key_is_refused_beside_a_true_one() -> None:
    text = note(7)
    begin, _, line = text.rpartition("— ")
    name, raw = line.split(" ")
    spoiled = bytearray(base64.b64decode(raw))
    spoiled[-1] ^= 1
    both = f"{begin}— {line}— {name} {base64.b64encode(spoiled).decode()}\n"
    assert status(write_submission(0, [], both).encode(), None) == 403
    unknown = note(7, seed=OTHER).rpartition("— ")[2]
    assert status(write_submission(0, [], f"{text}— {unknown}").encode(), None) == 200


FOUL = (
    b"",
    b"\xff\xfe",
    b"old 0",
    b"old 0\n\n",
    b"old 00\n\n" + note(7).encode(),
    b"old -1\n\n" + note(7).encode(),
    b"old " + b"9" * 30 + b"\n\n" + note(7).encode(),
    b"old 0\nnonsense!\n\n" + note(7).encode(),
    b"old 0\n" + (base64.b64encode(bytes(32)) + b"\n") * 64 + b"\n" + note(7).encode(),
    b"old 0\n\n" + note(7).encode().replace(b"\n7\n", b"\n07\n"),
    b"old 0\n\n" + note(7).encode()[:-1],
    b"old 0\n\n" + b"x" * 200_000,
)


@pytest.mark.parametrize("body", FOUL, ids=range(len(FOUL)))
def test_what_is_no_submission_is_refused(body: bytes) -> None:
    with pytest.raises(BadSubmission):
        read_submission(body)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for each in (body, b"old 0\n\n" + body, b"old 0\n" + body + b"\n\n" + note(7).encode()):
        try:
            judge(read_submission(each), KEYS, None)
        except BadSubmission:
            continue


def test_a_witness_is_its_key_and_an_address() -> None:
    key = public_of(SEED, "w.example", COSIGNATURE)
    assert read_witness(f"{key.text} https://w.example/").url == "https://w.example"
    for text in (
        key.text,
        f"{key.text} file:///etc/passwd",
        f"{KEYS[0].text} https://w.example",
        "x y",
    ):
        with pytest.raises(ValueError, match="no "):
            read_witness(text)
    assert read_checkpoint(read_note(note(0))).root == EMPTY_ROOT
