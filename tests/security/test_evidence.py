"""One table of evidence that is false: what `talkoot verify`, the one file, a witness and the room say.

Each row is named and refused, with an exit code that a script sees; and what holds is taken by the
same doors, so that no row is refused for another reason.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.cli.outside import SeededChance
from adapters.witness.client import Newest
from adapters.witness.desk import Desk
from adapters.witness.server import WitnessServer
from bot.books.bundle import JOURNAL, TEXTS, write_entry
from bot.chain import Entry, Head, link
from bot.checkpoints import (
    COSIGNATURE,
    ROTATION_NAME,
    Checkpoint,
    PublicKey,
    cosigned,
    public_of,
    read_checkpoint,
    read_note,
    signed,
)
from bot.text.languages import reader
from bot.text.rendering import render
from bot.witnessing import BODY_BYTES_MAX, Trouble, Witness, write_submission
from bot.writer.vault import FleetingKeys
from bot.writer.witnesses import Witnesses
from commands.ledger.witnesses import witnesses_told
from tests.adapters.cli.test_alone import noted
from tests.adapters.cli.test_checking_receipts import COUNT, OTHER, SEED, receipt
from tests.adapters.cli.test_checking_receipts import JOURNAL as BOOK
from tests.adapters.cli.test_noted import run
from tests.adapters.cli.test_verify import bundle
from tests.adapters.witness.test_client import NOW, ask, newest
from tests.adapters.witness.test_desk import FORK, ClockOf
from tests.bot.test_witnessing import KEYS, LEAVES, note, sent, tree
from tests.house.journals import book

STANDALONE = Path("adapters/cli/standalone_verify.py").resolve()
KEY = public_of(SEED, ROTATION_NAME).text
WITNESSES = [(bytes([n]) * 32, f"w{n}.example") for n in (21, 22)]
NAMED = [public_of(seed, name, COSIGNATURE).text for seed, name in WITNESSES]
AT = 1_700_000_000


def by_witness(text: str, number: int = 0, *, of: str = "") -> str:
    """A note with the line of a witness; of another note where that is named."""
    seed, name = WITNESSES[number]
    return text + cosigned(read_checkpoint(read_note(of or text)), seed, name, AT)


def journal(change: Callable[[list[Entry]], Sequence[Entry]] = list) -> bytes:
    return b"".join(map(write_entry, change(list(BOOK.written.entries))))


def rewritten(entries: list[Entry]) -> list[Entry]:
    """Another past from the tenth entry on, with hashes that fit one another."""
    made, last = entries[:10], entries[9]
    head = Head(last.seq, last.hash, last.at)
    for each in entries[10:]:
        own = link(head, each.collective, each.at, each.actor, f"{each.cause}x", each.payload)
        made.append(own)
        head = Head(own.seq, own.hash, own.at)
    return made


def another_root(text: str, root: bytes = bytes(32)) -> str:
    point = read_checkpoint(read_note(text))
    return signed(Checkpoint(point.origin, point.size, root).text, SEED, point.origin)


def _without_a_hash(text: str) -> str:
    rows = text.split("\n")
    return "\n".join([*rows[:4], *rows[5:]])


def _huge(text: str) -> str:
    rows = text.split("\n")
    return "\n".join([*rows[:3], *[rows[3]] * 500, *rows[3:]])


def _earlier(entries: list[Entry]) -> Entry:
    """The last entry, written before the one that it follows."""
    old = entries[-1]
    before = Head(old.seq - 1, old.previous, 0)
    return link(before, old.collective, entries[-2].at - 1, old.actor, old.cause, old.payload)


AWAY = book(3, collective="away")


@dataclass(frozen=True)
class Case:
    """What is handed in: a journal, a checkpoint, a receipt; and what both checks say to it."""

    ours: str
    alone: str
    journal: bytes = b""
    checkpoint: str = ""
    receipt: str = ""
    words: tuple[str, ...] = ()
    code: int = 1


CASES: dict[str, Case] = {
    "a fork": Case(
        "does not begin with the 30 entries",
        "no journal begins with the 30 entries",
        journal=journal(rewritten),
        checkpoint=noted(30),
    ),
    "a rollback": Case(
        "the end was cut off",
        "no journal begins with the 40 entries",
        journal=journal(lambda it: it[:25]),
        checkpoint=noted(COUNT),
    ),
    "an entry that was taken out": Case(
        "follows entry 11", "follows entry 11", journal=journal(lambda it: it[:11] + it[12:])
    ),
    "two entries that changed places": Case(
        "follows entry 11",
        "follows entry 11",
        journal=journal(lambda it: [*it[:11], it[12], it[11], *it[13:]]),
    ),
    "a clock that went back": Case(
        "is earlier than the entry before it",
        "is earlier than the entry before it",
        journal=journal(lambda it: [*it[:-1], _earlier(it)]),
    ),
    "another root, rightly signed": Case(
        "does not begin with the 30 entries",
        "no journal begins with the 30 entries",
        journal=journal(),
        checkpoint=another_root(noted(30)),
    ),
    "a wrong origin": Case(
        "of no journal here",
        "no journal begins with the 30 entries",
        journal=journal(),
        checkpoint=noted(30, AWAY),
    ),
    "a key of another": Case(
        "not signed by",
        "not signed by this key",
        journal=journal(),
        checkpoint=noted(30, seed=OTHER),
        words=("--key", KEY),
    ),
    "a signature that is false in its name": Case(
        "the signature is not one of",
        "is false",
        journal=journal(),
        checkpoint=noted(30).replace("\n30\n", "\n29\n"),
        words=("--key", KEY),
    ),
    "a cosignature of an older checkpoint": Case(
        "the signature is not one of",
        "is false",
        journal=journal(),
        checkpoint=by_witness(noted(30), of=noted(29)),
        words=("--witness", NAMED[0]),
    ),
    "one witness twice for two": Case(
        "1 of 2 witnesses signed it; missing: w22.example",
        "1 of 2 witnesses signed it",
        journal=journal(),
        checkpoint=by_witness(by_witness(noted(30)), of=noted(30)),
        words=("--witness", NAMED[0], "--witness", NAMED[1]),
    ),
    "one witness named twice for two": Case(
        "1 different witnesses are named",
        "number of different witnesses",
        journal=journal(),
        checkpoint=by_witness(noted(30)),
        words=("--witness", NAMED[0], "--witness", NAMED[0], "--quorum", "2"),
        code=2,
    ),
    "a receipt without one of its hashes": Case(
        "too short", "is not in the journal", receipt=_without_a_hash(receipt(23, COUNT)), code=2
    ),
    "a receipt of a forked journal": Case(
        "two stories",
        "no receipt is of the checkpoint",
        receipt=receipt(23, COUNT),
        checkpoint=another_root(noted(COUNT)),
    ),
    "a receipt of another collective": Case(
        "the receipt is of talkoot/away",
        "no receipt is of the checkpoint",
        receipt=receipt(7, 20, AWAY),
        checkpoint=noted(20),
    ),
    "a receipt that somebody else signed": Case(
        "not signed by", "not signed by", receipt=receipt(23, COUNT, seed=OTHER), words=("--key", KEY)
    ),
    "a receipt with a cosignature of another checkpoint": Case(
        "the signature is not one of",
        "is false",
        receipt=by_witness(receipt(23, COUNT), of=noted(COUNT - 1)),
        words=("--witness", NAMED[0]),
    ),
    "a huge proof": Case(
        "at most 64 hashes", "at most 64 hashes", receipt=_huge(receipt(23, COUNT)), code=2
    ),
}


def handed_in(folder: Path, case: Case) -> tuple[tuple[int, str], tuple[int, str]]:
    """What both checks say: their exit code, and their words."""
    given = list(case.words)
    for option, content in (("--checkpoint", case.checkpoint), ("--receipt", case.receipt)):
        if content:
            path = folder / option.strip("-")
            path.write_text(content, "utf-8")
            given += [option, str(path)]
    if case.journal:
        it = bundle(folder / "bundle", BOOK)
        (it / JOURNAL).write_bytes(case.journal)
        (it / TEXTS).write_bytes(b"")
        given += [str(it), "--without-texts"]
    ours = run("verify", *given)
    alone = subprocess.run(
        [sys.executable, "-I", str(STANDALONE), *given], capture_output=True, text=True, check=False
    )
    told = alone.stdout + alone.stderr
    assert "Traceback" not in ours.output + told
    return (ours.exit_code, " ".join(ours.output.split())), (alone.returncode, " ".join(told.split()))


@pytest.mark.parametrize("what", CASES)
def test_what_is_false_is_named_and_refused_by_both_checks(tmp_path: Path, what: str) -> None:
    case = CASES[what]
    (ours, words), (alone, told) = handed_in(tmp_path, case)

    assert (ours, case.ours in words) == (case.code, True), words
    assert (alone in {1, 2}, case.alone in told) == (True, True), told
    assert "All holds" not in words + told


TRUE = {
    "a journal": Case("All holds.", "All holds", journal=journal()),
    "its checkpoint": Case(
        "All holds.", "All holds", journal=journal(), checkpoint=noted(30), words=("--key", KEY)
    ),
    "two witnesses": Case(
        "2 of 2 witnesses",
        "All holds",
        journal=journal(),
        checkpoint=by_witness(by_witness(noted(30)), 1, of=noted(30)),
        words=("--witness", NAMED[0], "--witness", NAMED[1]),
    ),
    "a receipt": Case("All holds.", "All holds", receipt=receipt(23, COUNT), words=("--key", KEY)),
}


@pytest.mark.parametrize("what", TRUE)
def test_what_is_true_is_taken_by_both_checks(tmp_path: Path, what: str) -> None:
    case = TRUE[what]
    (ours, words), (alone, told) = handed_in(tmp_path, case)

    assert (ours, case.ours in words) == (0, True), words
    assert (alone, case.alone in told) == (0, True), told


# --- A witness, and what the room hears of it -------------------------------------------------------

_ROW = b"A" * 43 + b"=\n"


def _less(body: bytes) -> bytes:
    rows = body.split(b"\n")
    return b"\n".join([rows[0], *rows[2:]])


def _elsewhere() -> bytes:
    root = tree(12).root
    origin = "talkoot/away/0123456789abcdef"
    text = signed(Checkpoint(origin, 12, root).text, bytes([1]) * 32, origin)
    return write_submission(9, tree(12).consistency(9), text).encode()


AT_THE_DESK: dict[str, tuple[bytes, int]] = {
    "a fork": (sent(9, 12, FORK), 422),
    "another root of the same size": (sent(9, 9, FORK), 409),
    "a rollback": (sent(5, 7), 409),
    "one that says that nothing was before": (sent(0, 12), 409),
    "what it signed, sent again as it was": (sent(0, 9), 409),
    "a proof without its first hash": (_less(sent(9, 12)), 422),
    "a proof of a hash more": (sent(9, 12).replace(b"\n", b"\n" + _ROW, 1), 422),
    "a huge proof": (sent(9, 12).replace(b"\n", b"\n" + _ROW * 64, 1), 400),
    "a body without end": (sent(9, 12) + b"x" * 200_000, 400),
    "a key of another": (sent(9, 12).replace(note(12).encode(), note(12, seed=OTHER).encode()), 403),
    "a wrong origin": (_elsewhere(), 404),
    "a size that is more than it proves": (sent(13, 13).replace(b"old 13", b"old 14"), 400),
}


@pytest.mark.parametrize("what", AT_THE_DESK)
def test_a_witness_refuses_it_and_remembers_what_it_saw(what: str) -> None:
    desk = Desk("w.example", KEYS, FleetingKeys(), FleetingKeys())
    desk.open(SeededChance(1))
    assert desk.answer(sent(0, 9), ClockOf(NOW)).status == 200
    body, status = AT_THE_DESK[what]
    answer = desk.answer(body, ClockOf(NOW))

    assert (answer.status, answer.text.startswith("—")) == (status, False)
    assert answer.text.strip()
    assert (answer.text == "too long\n") == (len(body) > BODY_BYTES_MAX)
    assert desk.answer(sent(9, 12), ClockOf(NOW)).status == 200


IN_THE_ROOM: dict[str, tuple[Newest, str]] = {
    "a fork": (newest(12, FORK), "REFUSES TO SIGN: something before entry 9 is not as it saw it"),
    "another root of the same size": (
        newest(9, FORK),
        "REFUSES TO SIGN: it saw another journal up to entry 9",
    ),
    "a rollback": (newest(5), "REFUSES TO SIGN: it saw entry 9, which is not here any more"),
    "a key of another": (
        Newest("home", 12, note(12, seed=OTHER), newest(12).proof),
        "signed up to entry 9 (Fri, 27 Nov 2026, 00:00 UTC), and not since: it does not know",
    ),
}


@pytest.mark.parametrize("what", IN_THE_ROOM)
def test_the_room_hears_what_a_witness_refused(what: str) -> None:
    desk = Desk("w.example", KEYS, FleetingKeys(), FleetingKeys())
    desk.open(SeededChance(1))
    server = WitnessServer(desk, ClockOf(NOW), "127.0.0.1", 0)
    witness = Witness(desk.public, server.start())
    kept = Witnesses(FleetingKeys())
    try:
        later, words = IN_THE_ROOM[what]
        ask(kept, witness, newest(9), later)
    finally:
        server.stop()
    told = witnesses_told(kept.of("home"))
    assert told is not None
    assert words in render(told, reader("en", "UTC"))


def test_a_witness_whose_clock_is_an_hour_ahead_is_told_and_not_taken() -> None:
    desk = Desk("w.example", KEYS, FleetingKeys(), FleetingKeys())
    desk.open(SeededChance(1))
    server = WitnessServer(desk, ClockOf(NOW + 3_700), "127.0.0.1", 0)
    witness = Witness(desk.public, server.start())
    kept = Witnesses(FleetingKeys())
    try:
        (said,) = ask(kept, witness, newest(9))
    finally:
        server.stop()
    assert (said.trouble, said.line) == (Trouble.CLOCK, "")


def test_a_witness_that_knows_the_old_key_alone_goes_on_once_it_knows_the_new_one() -> None:
    """The journal is the same, so what it saw holds: under the new key too nothing is signed twice."""
    new = bytes([33]) * 32
    keys, seen = FleetingKeys(), FleetingKeys()
    known = Witnesses(FleetingKeys())

    def asked(
        logs: Sequence[PublicKey], size: int, seed: bytes, leaves: list[bytes] = LEAVES
    ) -> Trouble:
        desk = Desk("w.example", logs, keys, seen)
        desk.open(SeededChance(1))
        server = WitnessServer(desk, ClockOf(NOW), "127.0.0.1", 0)
        it = Newest("home", size, note(size, leaves, seed), newest(size, leaves).proof)
        try:
            (said,) = ask(known, Witness(desk.public, server.start()), it)
        finally:
            server.stop()
        return said.trouble

    both = [*KEYS, public_of(new, KEYS[0].name)]
    assert asked(KEYS, 9, bytes([1]) * 32) is Trouble.NONE
    assert asked(KEYS, 12, new) is Trouble.STRANGER
    assert asked(both, 12, new, FORK) is Trouble.PAST
    assert asked(both, 12, new) is Trouble.NONE
    assert asked(both[1:], 15, new) is Trouble.NONE
    assert asked(both[1:], 16, bytes([1]) * 32) is Trouble.STRANGER
