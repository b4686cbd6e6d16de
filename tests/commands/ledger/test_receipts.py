"""`/receipt`: who gets which one, and what is in it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.cli.outside import SeededChance as Seeded
from bot.books.receipts import check_receipt, read_receipt
from bot.checkpoints import check_signature
from bot.writer.signing import made_key
from storage.engines import writing
from tests.house import Told
from tests.security.election import Election

ALONE = Path("adapters/cli/standalone_verify.py").resolve()


@pytest.fixture
def coop(tmp_path: Path) -> Iterator[Election]:
    it = Election(f"sqlite:///{tmp_path}/talkoot.db", tmp_path / "keys")
    assert it.keys is not None
    made_key(it.keys, Seeded(1))
    it.say("ann", "/log 3h swept the attic")
    it.say("bo", "/confirm C1")
    for who in ("cem", "dee"):
        it.say(who, "/log 1h cooked")
    yield it
    it.close()


def filed(told: Told) -> str:
    (row,) = told.rows
    (file,) = row.reply.files
    return file.data.decode()


def test_a_receipt_shows_the_newest_entry_of_a_thing_and_holds_no_words(coop: Election) -> None:
    told = coop.say("ann", "/receipt C1")
    (row,) = told.rows
    assert row.person  # in private
    assert row.reply.fleeting
    receipt = read_receipt(filed(told))
    check_receipt(receipt)
    assert coop.keys is not None
    check_signature(receipt.note, made_key(coop.keys, Seeded(2)).public(receipt.point.origin))
    assert receipt.entry == coop.entries()[receipt.entry.seq - 1]
    assert "attic" not in filed(told) + receipt.entry.payload


def test_the_text_in_the_chat_is_the_same_receipt_and_short(coop: Election) -> None:
    text = coop.say("ann", "/receipt C1 text").text
    assert len(text) < 3_000
    copied = f"ann asked:\n> {text}"
    assert read_receipt(copied) == read_receipt(filed(coop.say("ann", "/receipt C1")))


def test_each_entry_of_its_life_can_be_asked_for(coop: Election) -> None:
    seqs = [it.seq for it in coop.entries() if "contribution." in it.payload and it.seq < 7]
    for seq in seqs:
        receipt = read_receipt(filed(coop.say("bo", f"/receipt C1 --entry {seq}")))
        check_receipt(receipt)
        assert receipt.entry.seq == seq
    assert "is not about C1" in coop.say("bo", "/receipt C1 --entry 1").text


def test_a_vote_is_proven_to_its_voter_alone(coop: Election) -> None:
    coop.say("ann", "/poll Which day? | Mon | Tue --hidden")
    coop.say("ann", "/vote Q1 1", private=True)
    coop.say("bo", "/vote Q1 2", private=True)
    cast = {it.actor: it.seq for it in coop.entries() if "poll.ballot.cast" in it.payload}
    assert len(cast) == 2
    for who, number in (("ann", 1), ("bo", 2)):
        assert "poll.opened" in read_receipt(filed(coop.say("cem", "/receipt Q1"))).entry.payload
        own, others = cast[number], [seq for actor, seq in cast.items() if actor != number]
        assert read_receipt(filed(coop.say(who, "/receipt Q1"))).entry.seq == own
        for seq in others:
            assert "is not given out" in coop.say(who, f"/receipt Q1 --entry {seq}").text


def test_that_somebody_took_part_in_a_secret_poll_is_theirs_too(coop: Election) -> None:
    coop.say("ann", "/poll Who? | Ann | Bo --secret")
    coop.say("bo", "/vote Q1 1", private=True)
    (seq,) = [it.seq for it in coop.entries() if "ballot.sealed" in it.payload]
    assert "is not given out" in coop.say("ann", f"/receipt Q1 --entry {seq}").text
    assert "choice" not in read_receipt(filed(coop.say("bo", "/receipt Q1"))).entry.payload


def test_who_was_reminded_to_vote_is_in_no_receipt(coop: Election) -> None:
    coop.enter("cem", "dee")
    coop.say("ann", "/propose What do we bake?")
    coop.say("ann", "/vote P1 yes")
    coop.later(days=6, hours=12)
    (seq,) = [it.seq for it in coop.entries() if "voters.nudged" in it.payload]
    for who in ("ann", "bo"):
        assert "is not given out" in coop.say(who, f"/receipt P1 --entry {seq}").text


def test_what_is_somebody_s_own_has_no_receipt(coop: Election) -> None:
    coop.say("ann", "/remind me tomorrow 9:00 my doctor")
    for who in ("ann", "bo"):
        assert "nothing with that name" in coop.say(who, "/receipt R1").text


def test_a_partner_whose_pledge_is_private_is_in_no_receipt(coop: Election) -> None:
    coop.say("ann", "/role give @ann treasurer")
    coop.say("ann", "/rules set partners treasurer")
    for name, more in (("mill", ""), ("web-agency", " --private")):
        coop.say("ann", f"/partner add {name}")
        coop.say("ann", f"/partner pledge {name} head 30 EUR --every quarter --from 2026-Q1{more}")
        coop.say("ann", f"/income 40 EUR for us --partner {name}")
    assert "partner:mill" in read_receipt(filed(coop.say("bo", "/receipt T1"))).entry.payload
    assert any("partner:web-agency" in it.payload for it in coop.entries())
    told = coop.say("bo", "/receipt T2")
    assert "is not given out" in told.text
    assert "web-agency" not in told.text


def test_without_a_key_or_with_a_lost_entry_there_is_none(coop: Election) -> None:
    assert coop.keys is not None
    (seq,) = [it.seq for it in coop.entries() if "contribution.confirmed" in it.payload]
    lost = seq - 1 if seq % 2 == 0 else seq + 1  # its neighbour in the tree
    with writing(coop.database) as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for name in names.scalars().all():
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.exec_driver_sql(f"DELETE FROM entries WHERE seq = {lost}")
    assert "No receipt can be made" in coop.say("ann", "/receipt C1").text
    coop.keys.destroy("checkpoints")
    assert "No receipt can be made" in coop.say("ann", "/receipt C2").text


def test_the_one_file_check_reads_it_alone(coop: Election, tmp_path: Path) -> None:
    path = tmp_path / "C1.tlog-proof"
    path.write_text(filed(coop.say("ann", "/receipt C1")), "utf-8")
    assert coop.keys is not None
    key = made_key(coop.keys, Seeded(2)).public("talkoot/key").text
    done = subprocess.run(
        [sys.executable, "-I", str(ALONE), "--receipt", str(path), "--key", key],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "is in the journal" in done.stdout
