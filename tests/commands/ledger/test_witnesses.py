"""What witnesses said is told where people look, loudly where one refuses, and goes into receipts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from adapters.cli.outside import SeededChance as Seeded
from adapters.ticker import refusing
from bot.books.receipts import check_receipt, read_receipt
from bot.checkpoints import (
    COSIGNATURE,
    Checkpoint,
    check_signature,
    cosignature,
    cosigned,
    origin_of,
    public_of,
    read_checkpoint,
    read_key,
    read_note,
    signed,
)
from bot.merkle import Growing
from bot.witnessing import Trouble, Witnessed
from bot.writer.signing import made_key, rotated
from tests.commands.ledger.test_receipts import filed
from tests.security.election import HOME, Election

SEEDS = {name: bytes([n]) * 32 for n, name in enumerate(("v.example", "w.example"), 1)}
KEYS = {name: public_of(seed, name, COSIGNATURE) for name, seed in SEEDS.items()}


@pytest.fixture
def coop(tmp_path: Path) -> Iterator[Election]:
    it = Election(f"sqlite:///{tmp_path}/talkoot.db", tmp_path / "keys")
    assert it.keys is not None
    made_key(it.keys, Seeded(1))
    it.say("ann", "/log 3h swept")
    it.say("bo", "/log 2h cooked")
    yield it
    it.close()


def said(coop: Election, size: int, name: str = "w.example", root: bytes = b"") -> Witnessed:
    entries, tree = coop.entries(), Growing()
    for entry in entries[:size]:
        tree.add(entry.hash)
    assert coop.keys is not None
    point = Checkpoint(origin_of(HOME, entries[0].hash), size, root or tree.root)
    note = signed(point.text, made_key(coop.keys, Seeded(2)).seed, point.origin)
    line = cosigned(point, SEEDS[name], name, 1_700_000_000)
    return Witnessed(KEYS[name].text, size, note, line, 1_700_000_000_000)


def test_nobody_is_told_of_where_nobody_was_asked(coop: Election) -> None:
    assert "itness" not in coop.say("ann", "/verify").text


def test_what_a_witness_signed_is_told_in_verify_and_in_the_digest(coop: Election) -> None:
    coop.witnesses.keep(HOME, (said(coop, 4),))
    for line in ("/verify", "/digest preview"):
        assert (
            "Witness w.example saw the journal only grow, up to entry 4" in coop.say("ann", line).text
        )


@pytest.mark.parametrize("trouble", [it for it in Trouble if it])
def test_each_trouble_is_told_and_a_refusal_loudly_and_first(coop: Election, trouble: Trouble) -> None:
    bad = msgspec.structs.replace(said(coop, 4), trouble=trouble, other=9)
    coop.witnesses.keep(HOME, (said(coop, 4, "v.example"), bad))
    for line in ("/verify", "/digest preview"):
        told = coop.say("ann", line).text
        loud, quiet = "WITNESS w.example REFUSES TO SIGN", "Witness w.example signed up to entry 4 ("
        assert (loud in told) == bad.refuses
        assert (quiet in told) != bad.refuses
        assert not bad.refuses or told.index(loud) < told.index("Witness v.example")
    never = Witnessed(bad.witness, trouble=trouble)
    coop.witnesses.keep(HOME, (never,))
    told = coop.say("ann", "/verify").text
    assert ("Witness w.example has not signed" in told) != never.refuses


def test_a_refusal_is_told_in_the_first_room_of_each_platform_and_once(coop: Election) -> None:
    coop.say("ann", "/help", room="cellar")
    entries, bad = len(coop.entries()), msgspec.structs.replace(said(coop, 4), trouble=Trouble.PAST)
    told, again = coop.hand_in([refusing(HOME, bad), refusing(HOME, bad)])
    assert [row.place.room for row in told.rows] == ["hall"]
    assert "WITNESS w.example REFUSES TO SIGN" in told.text
    assert again.answer is not None
    assert again.answer.repeated
    (worse,) = coop.hand_in([refusing(HOME, msgspec.structs.replace(bad, trouble=Trouble.TWO))])
    assert "REFUSES" in worse.text
    assert len(coop.entries()) == entries  # the journal is what it doubts


def test_a_receipt_has_what_witnesses_signed_of_the_newest_tree_with_the_entry(coop: Election) -> None:
    (first, second) = (it.seq for it in coop.entries() if "contribution.logged" in it.payload)
    coop.witnesses.keep(HOME, (said(coop, first), said(coop, first, "v.example")))
    receipt = read_receipt(filed(coop.say("ann", "/receipt C1")))
    check_receipt(receipt)
    assert receipt.point.size == first
    assert all(cosignature(receipt.note, key) == 1_700_000_000 for key in KEYS.values())
    later = read_receipt(filed(coop.say("ann", "/receipt C2")))  # nobody saw that yet
    check_receipt(later)
    assert later.point.size == second
    assert cosignature(later.note, KEYS["w.example"]) is None


def test_two_witnesses_that_saw_two_keys_of_the_bot_are_both_in_the_receipt(coop: Election) -> None:
    (first, _) = (it.seq for it in coop.entries() if "contribution.logged" in it.payload)
    older = said(coop, first)
    assert coop.keys is not None
    rotated(coop.keys, Seeded(3))
    coop.witnesses.keep(HOME, (older, said(coop, first, "v.example")))
    receipt = read_receipt(filed(coop.say("ann", "/receipt C1")))
    assert all(cosignature(receipt.note, key) == 1_700_000_000 for key in KEYS.values())


def test_a_receipt_is_signed_by_the_key_of_today_whenever_witnesses_signed(coop: Election) -> None:
    """Whoever is new may not know the one of then, and notes lead on from a key, never back."""
    (first, _) = (it.seq for it in coop.entries() if "contribution.logged" in it.payload)
    assert coop.keys is not None
    coop.witnesses.keep(HOME, (said(coop, first),))
    then = made_key(coop.keys, Seeded(2))
    rotated(coop.keys, Seeded(3))
    now = made_key(coop.keys, Seeded(2))
    receipt = read_receipt(filed(coop.say("ann", "/receipt C1")))
    for key in (then, now):
        check_signature(receipt.note, key.public(receipt.point.origin))
    assert cosignature(receipt.note, KEYS["w.example"]) == 1_700_000_000


def test_what_was_signed_of_another_past_goes_into_no_receipt(coop: Election) -> None:
    size = len(coop.entries())
    for odd in (said(coop, size, root=bytes(32)), msgspec.structs.replace(said(coop, size), size=99)):
        coop.witnesses.keep(HOME, (odd,))
        receipt = read_receipt(filed(coop.say("ann", "/receipt C1")))
        check_receipt(receipt)
        assert cosignature(receipt.note, KEYS["w.example"]) is None


def test_about_tells_the_key_that_signs(coop: Election) -> None:
    assert coop.keys is not None
    key = made_key(coop.keys, Seeded(2)).public("talkoot/key").text
    assert key in coop.say("ann", "/about").text
    point = read_checkpoint(read_note(said(coop, 3).note))
    own = made_key(coop.keys, Seeded(2)).public(point.origin)
    assert own.text in coop.say("ann", "/verify").text
    assert read_key(own.text).raw == read_key(key).raw
