"""Checkpoints and signed notes: the forms of C2SP, and everything that must not pass."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checkpoints import (
    NOTE_BYTES_MAX,
    BadNote,
    Checkpoint,
    PublicKey,
    check_signature,
    follow,
    origin_of,
    public_of,
    read_checkpoint,
    read_key,
    read_note,
    rotation,
    signed,
)

# The key and the note in the documentation of Go's package «note», where the form comes from.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6K"
    "E6RyyBwJnAM=\n"
)
# The example of tlog-checkpoint.md; its key is not given there.
C2SP = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1"
    "gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)

OLD, NEW, OTHER = (bytes([each]) * 32 for each in (1, 2, 3))
POINT = Checkpoint("talkoot/home/0123456789abcdef", 7, bytes(range(32)))
NOTE = signed(POINT.text, OLD, POINT.origin)


def test_a_note_by_other_hands_is_read_and_its_signature_holds() -> None:
    key = read_key(GO_KEY)
    assert key.text == GO_KEY
    check_signature(read_note(GO_NOTE), key)
    with pytest.raises(BadNote, match="is not one of"):
        check_signature(read_note(GO_NOTE.replace("answer", "question")), key)


def test_a_checkpoint_by_other_hands_is_read() -> None:
    point = read_checkpoint(read_note(C2SP))
    assert (point.origin, point.size) == ("example.com/behind-the-sofa", 20852163)
    assert C2SP.startswith(point.text)


@given(st.integers(0, 10**18), st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_what_is_signed_is_read_back(size: int, root: bytes, seed: bytes) -> None:
    point = Checkpoint(origin_of("home", root), size, root)
    note = read_note(signed(point.text, seed, point.origin))
    assert read_checkpoint(note) == point
    check_signature(note, public_of(seed, point.origin))
    assert read_key(public_of(seed, point.origin).text) == public_of(seed, point.origin)


def test_no_two_journals_have_one_origin() -> None:
    first, other = bytes(32), bytes([1] * 32)
    assert len({origin_of("a", first), origin_of("a", other), origin_of("b", first)}) == 3
    assert origin_of("a b+c/d", first) == "talkoot/a%20b%2Bc%2Fd/0000000000000000"


SPOILED: dict[str, tuple[Callable[[str], str], str]] = {
    "another size": (lambda it: it.replace("\n7\n", "\n8\n"), "is not one of"),
    "another root": (lambda it: it.replace("\nAAEC", "\nAAED"), "is not one of"),
    "another origin": (lambda it: it.replace("talkoot/home/", "talkoot/away/", 1), "is not one of"),
    "a size that begins with zero": (lambda it: it.replace("\n7\n", "\n07\n"), "not a checkpoint"),
    "a negative size": (lambda it: it.replace("\n7\n", "\n-7\n"), "not a checkpoint"),
    "a huge size": (lambda it: it.replace("\n7\n", f"\n{'9' * 40}\n"), "not a checkpoint"),
    "a fourth line": (lambda it: it.replace("\n\n", "\nmore\n\n"), "not a checkpoint"),
    "a short root": (lambda it: it.replace("AAECAwQF", "AAEC"), "32 bytes|Base64"),
    "loose Base64": (lambda it: it.replace("Hh8=", "Hh9="), "Base64"),
    "no signature": (lambda it: it.partition("— ")[0], "not a signed note"),
    "no empty line": (lambda it: it.replace("\n\n", "\n"), "not a signed note"),
    "a signature cut short": (lambda it: f"{it[:-12]}\n", "Base64|not one of"),
    "a signature of nothing": (
        lambda it: f"{it.partition('— ')[0]}— {POINT.origin} AAAA\n",
        "too short",
    ),
    "a hyphen for a dash": (lambda it: it.replace("— ", "- "), "a signature is"),
    "a plus in the name": (lambda it: it.replace("— talkoot/", "— talk+oot/"), "a signature is"),
    "a control character": (lambda it: it.replace("talkoot", "talk\x1boot", 1), "control"),
    "nothing": (lambda _: "", "not a signed note"),
    "too much": (lambda it: "x" * NOTE_BYTES_MAX + it, "too long"),
    "another name": (lambda it: it.replace("— talkoot/home", "— talkoot/away"), "not signed by"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_what_was_changed_does_not_pass(name: str) -> None:
    spoil, why = SPOILED[name]
    spoiled = spoil(NOTE)
    assert spoiled != NOTE
    with pytest.raises(BadNote, match=why):
        note = read_note(spoiled)
        read_checkpoint(note)
        check_signature(note, public_of(OLD, POINT.origin))


def test_the_key_of_another_does_not_pass() -> None:
    with pytest.raises(BadNote, match="not signed by"):
        check_signature(read_note(NOTE), public_of(OTHER, POINT.origin))


def test_a_witness_may_sign_as_well() -> None:
    note = read_note(NOTE + C2SP.partition("\n\n")[2])
    check_signature(note, public_of(OLD, POINT.origin))
    assert len(note.signatures) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        GO_KEY.replace("c74f20a3", "c74f20a4"),
        GO_KEY.replace("PeterNeumann", "Peter"),
        GO_KEY[:-4],
        GO_KEY.replace("+AR", "+BB"),
        GO_KEY.removeprefix("PeterNeumann"),
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        read_key(text)


def test_the_next_key_is_known_by_the_one_before_it() -> None:
    old = public_of(OLD, POINT.origin)
    keys = follow(old, [rotation(OLD, NEW), rotation(NEW, OTHER)])
    assert keys == (old, public_of(NEW, POINT.origin), public_of(OTHER, POINT.origin))
    check_signature(read_note(signed(POINT.text, OTHER, POINT.origin)), keys[-1])


def test_nobody_else_names_the_next_key() -> None:
    old = public_of(OLD, POINT.origin)
    assert follow(old, [rotation(OTHER, NEW)]) == (old,)
    forged = rotation(OTHER, NEW).replace(
        public_of(OTHER, "talkoot/key").text, public_of(OLD, "talkoot/key").text
    )
    with pytest.raises(BadNote, match="not signed by"):
        follow(old, [forged])
    with pytest.raises(BadNote, match="new key"):
        follow(old, [NOTE])
    with pytest.raises(BadNote, match="is not one of"):
        follow(old, [rotation(OLD, NEW).replace(public_of(NEW, "talkoot/key").text, _other())])


def _other() -> str:
    return PublicKey("talkoot/key", public_of(OTHER, "x").raw).text
