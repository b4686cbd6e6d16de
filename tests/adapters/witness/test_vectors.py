"""What another implementation wrote (`aics-tlog` 0.2.1 from PyPI) is read here, and written the same.

Ed25519 signs one text in one way only, so both are held byte for byte. `test_independent.py` has that
implementation at the other end of the line.
"""

from __future__ import annotations

from hashlib import sha256

import pytest

from adapters.cli.outside import SeededChance
from adapters.witness.desk import Desk
from bot.checkpoints import (
    COSIGNATURE,
    BadNote,
    Checkpoint,
    bytes_of,
    check_signature,
    cosignature,
    cosigned,
    public_of,
    read_checkpoint,
    read_key,
    read_note,
    signed,
)
from bot.merkle import Tree, check_consistency, nodes_of, root_by_inclusion
from bot.witnessing import read_submission, write_submission
from bot.writer.vault import FleetingKeys
from tests.adapters.witness.test_desk import ClockOf

LOG, WITNESS = bytes([5]) * 32, bytes([6]) * 32
ORIGIN, NAME, AT = "theirs.example/log", "theirs.example/witness", 1_764_201_600
LEAVES = [sha256(b"\0%d" % number).digest() for number in range(40)]

LOG_KEY = "theirs.example/log+b1f4b987+AW56HN0psLeP0Tr0xVmP7/TvKpcWbjym8uT7/M2AUFvx"
WITNESS_KEY = "theirs.example/witness+aa973245+BIqHX/8es4RRV3rNWv7kBUVlaN18ieCQhjoFV7x69J8X"
NOTE = """theirs.example/log
40
3bubPPlJ7nFiTBKN0Rvv42sLnl/qiGDfPNf0xHQYaKg=

— theirs.example/log \
sfS5h2MzfC0MCYyeAnBxZJpm34mtD4PmUvqHF9TXVKV+avSXcc9oVMAUdArHszXE+mHBLYC9h02N2zT/G2wSaXkFOg4=
"""
COSIGNED = (
    "— theirs.example/witness "
    "qpcyRQAAAABpJ5SAkdoR24rsmcozdg0qEfvP4aHaBgYxW94t9d8fFEC3f1R4qW5lBpcJoEw8dqOgSl7VJnRbPbDEPR3/IbajhEs6AA==\n"
)
SENT = f"""old 17
VUkA8uZ+cqMM1F2H9yyPm2Qlnrs90b2F1irTvPg1muo=
AXc7sG7wkbBWRlfCNJU0Sut9p4lcN6iUPjMTuSOqsZA=
SxDkrdHQiMrOsRlnlwj/T5igK3oFghUNEGwk5Pc0IMg=
itOMh2gBIsYpDtRiUdhmnapA8JM5v9iK1ezpQDepHyo=
btxCjB9Hgg8ry/DXJCYA5GNGQCVxEwnocNe5BULmLSo=
rPyhkdzKmR9UwHxUcAsorIYl50YUstrblueulGlL7cg=
c7Ml1jeIxFOydH93r4RYoY/khycabSK3Ic6hlx2k4pY=

{NOTE}"""
INCLUSION_OF_11 = (
    "XIie9MnK+6f1Ek/9ogKUote4W93rYPiZoqzW98XkZqM=",
    "CD8my2Lpgr8t7kBK2Uc2wCsP5Owvw9MoH0wPQQ10BGI=",
    "mOf4i0kXAsfknD/gUMAh/lqt6yZwwEUIC3QGRBbNZQQ=",
    "O4WpYmwcy2TGuV7H+mSIje/izxLjnnfhCBLOX8uctY4=",
    "8w9PpWrQW3FTuo+nTc61tBtWxHj8rPyvmZSt/RSqxb4=",
    "c7Ml1jeIxFOydH93r4RYoY/khycabSK3Ic6hlx2k4pY=",
)


def tree(size: int) -> Tree:
    known = {(level, number): own for level, number, own in nodes_of(LEAVES[:size])}
    return Tree(size, lambda level, at: known[level, at] if level else LEAVES[at])


def test_their_keys_are_read_and_written_the_same() -> None:
    assert read_key(LOG_KEY) == public_of(LOG, ORIGIN)
    assert read_key(WITNESS_KEY, COSIGNATURE) == public_of(WITNESS, NAME, COSIGNATURE)
    assert (public_of(LOG, ORIGIN).text, public_of(WITNESS, NAME, COSIGNATURE).text) == (
        LOG_KEY,
        WITNESS_KEY,
    )


def test_their_checkpoint_is_read_and_written_the_same() -> None:
    note = read_note(NOTE)
    point = read_checkpoint(note)

    check_signature(note, read_key(LOG_KEY))
    assert (point.origin, point.size, point.root) == (ORIGIN, 40, tree(40).root)
    assert signed(point.text, LOG, ORIGIN) == NOTE


def test_their_cosignature_is_read_and_written_the_same() -> None:
    point = read_checkpoint(read_note(NOTE))

    assert cosignature(read_note(NOTE + COSIGNED), read_key(WITNESS_KEY, COSIGNATURE)) == AT
    assert cosigned(point, WITNESS, NAME, AT) == COSIGNED
    with pytest.raises(BadNote):
        cosignature(
            read_note(NOTE.replace("\n40\n", "\n41\n") + COSIGNED), read_key(WITNESS_KEY, COSIGNATURE)
        )


def test_their_submission_is_read_and_written_the_same_and_signed() -> None:
    sent = read_submission(SENT.encode())

    check_consistency(17, 40, tree(17).root, tree(40).root, sent.proof)
    assert write_submission(17, tree(40).consistency(17), NOTE) == SENT
    desk = Desk("ours.example/witness", [read_key(LOG_KEY)], FleetingKeys(), FleetingKeys())
    desk.open(SeededChance(1))
    begun = write_submission(0, (), signed(Checkpoint(ORIGIN, 17, tree(17).root).text, LOG, ORIGIN))
    assert desk.answer(begun.encode(), ClockOf(AT)).status == 200
    answer = desk.answer(SENT.encode(), ClockOf(AT))
    assert answer.status == 200
    assert cosignature(read_note(NOTE + answer.text), desk.public) == AT


def test_their_proof_of_inclusion_is_read_and_written_the_same() -> None:
    proof = [bytes_of(each) for each in INCLUSION_OF_11]

    assert root_by_inclusion(11, 40, LEAVES[11], proof) == tree(40).root
    assert tree(40).inclusion(11) == proof
