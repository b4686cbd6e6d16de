"""The page of checkpoints: what is signed, who signed it too, and the proof between any two."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any

import msgspec
import pytest

from adapters.cli.export import export_site
from adapters.cli.outside import SeededChance
from bot.checkpoints import (
    COSIGNATURE,
    Checkpoint,
    PublicKey,
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
from bot.merkle import check_consistency
from bot.witnessing import Trouble, Witnessed, read_submission
from bot.writer.signing import NAME, made_key, rotated
from bot.writer.vault import Vault
from tests.adapters.web.reader import Library, open_book

SEED = bytes(range(32))
WITNESS = public_of(SEED, "w.example/witness", COSIGNATURE)
AT = 1_700_000_000


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_book(tmp_path) as it:
        it.house.enter("ann", "bo")
        it.house.say("ann", "/rules set web public")
        for number in range(6):
            it.house.say("ann", f"/log {number + 1}h swept")
        yield it


def facts(it: Library, query: str = "") -> Any:
    got = it.outside(f"/alpha/checkpoints.json{query}")
    assert got.status == 200
    return got.json["facts"]


def vouched(it: Library, size: int, trouble: Trouble = Trouble.NONE) -> Witnessed:
    """Have the witness sign so many entries, and keep what it said."""
    note = read_note(facts(it, f"?older=1&newer={size}")["newer"]["checkpoint"])
    point = read_checkpoint(note)
    line = cosigned(point, SEED, WITNESS.name, AT)
    again = signed(point.text, made_key(it.house.store.keys, SeededChance(2)).seed, point.origin)
    said = Witnessed(WITNESS.text, size, again, line, AT * 1000, trouble, 99 if trouble else 0)
    it.house.witnesses.keep("alpha", (said,))
    return said


def test_the_proof_between_any_two_checkpoints_holds(library: Library) -> None:
    head = library.house.state().head.seq
    for older, newer in combinations_with_replacement(range(1, head + 1), 2):
        told = facts(library, f"?older={older}&newer={newer}")
        key = read_key(str(told["signer"]))
        points = []
        for name in ("older", "newer"):
            note = read_note(told[name]["checkpoint"])
            points.append(read_checkpoint(note))
            check_signature(note, PublicKey(points[-1].origin, key.raw))
        was, now = points
        assert (was.size, now.size) == (older, newer)
        hashes = [bytes_of(each) for each in told["hashes"]]
        check_consistency(older, newer, was.root, now.root, hashes)


def test_the_text_form_is_what_a_witness_is_sent(library: Library) -> None:
    got = library.outside("/alpha/checkpoints.txt?older=3&newer=7")

    assert got.status == 200
    assert got.headers["content-type"].startswith("text/plain")
    sent = read_submission(got.body)
    assert (sent.old, sent.point.size) == (3, 7)
    assert got.text == facts(library, "?older=3&newer=7")["proof"]


def test_the_page_shows_what_its_json_tells(library: Library) -> None:
    page, told = (
        library.outside("/alpha/checkpoints?older=3&newer=7"),
        facts(library, "?older=3&newer=7"),
    )

    assert "The journal up to entry 7 begins with the one up to 3." in page.words
    for row in (str(told["proof"]) + str(told["checkpoint"])).splitlines():
        assert not row or f"<code>{row}</code>" in page.text.replace("&#43;", "+")


def test_numbers_in_either_order_are_the_same_two(library: Library) -> None:
    assert facts(library, "?older=7&newer=3")["proof"] == facts(library, "?older=3&newer=7")["proof"]


@pytest.mark.parametrize("query", ["?older=5000", "?newer=5000", "?older=3&newer=999999999999"])
def test_what_the_journal_has_not_is_said_and_no_proof_is_given(library: Library, query: str) -> None:
    head = library.house.state().head.seq
    page = library.outside(f"/alpha/checkpoints{query}")

    assert page.status == 200
    assert f"this journal has {head}." in page.words
    assert "proof" not in facts(library, query)
    assert library.outside(f"/alpha/checkpoints.txt{query}").status == 404


@pytest.mark.parametrize("word", ["-1", "0", "00", "x", "1.5", "²"])
def test_what_is_no_number_is_told_and_left_out(library: Library, word: str) -> None:
    got = library.outside(f"/alpha/checkpoints.json?older={word}".replace("²", "%C2%B2")).json

    assert got["left_out"] == [f"older={word}"]
    assert got["facts"]["older"]["size"] == 1


def test_without_a_key_there_is_no_proof_and_no_form_of_it(tmp_path: Path) -> None:
    with open_book(tmp_path) as it:
        it.house.enter("ann")
        it.house.say("ann", "/rules set web public")
        it.house.store.keys.destroy(NAME)
        page = it.outside("/alpha/checkpoints")
        assert "no key to sign with" in page.words
        assert "checkpoints.txt" not in page.text
        assert it.outside("/alpha/checkpoints.txt").status == 404
        assert "proof" not in facts(it)


def test_who_signed_when_and_how_many_came_since(library: Library) -> None:
    vouched(library, 5)
    head = library.house.state().head.seq
    (told,) = facts(library)["witnesses"]

    assert told == {
        "witness": WITNESS.name,
        "key": WITNESS.text,
        "size": 5,
        "at": AT * 1000,
        "behind": head - 5,
        "trouble": "",
        "refuses": False,
        "other": 0,
    }
    page = library.outside("/alpha/checkpoints").words
    assert f"{WITNESS.name} 5 Tue, 14 Nov 2023, 22:13 UTC {head - 5} –" in page
    table = library.outside("/alpha/checkpoints.csv").text.splitlines()
    assert table[1].startswith(f"{WITNESS.name},")
    # The same on the page of checks, and beside it for machines.
    assert "saw the journal only grow, up to entry 5" in library.outside("/alpha/verify").words
    assert library.outside("/alpha/verify.json").json["facts"]["witnesses"] == [told]


def test_the_proof_begins_where_a_witness_signed_last_and_has_its_signature(library: Library) -> None:
    vouched(library, 5)
    older = facts(library)["older"]

    assert older["size"] == 5
    assert cosignature(read_note(older["checkpoint"]), WITNESS) == AT


@pytest.mark.parametrize("trouble", [it for it in Trouble if it])
def test_a_trouble_is_told_at_once_though_no_entry_came(library: Library, trouble: Trouble) -> None:
    vouched(library, 5)
    before = library.outside("/alpha/checkpoints")
    said = vouched(library, 5, trouble)
    page = library.outside("/alpha/checkpoints", If_None_Match=before.headers["etag"])

    assert page.status == 200
    assert ("REFUSES TO SIGN" in page.words) == said.refuses
    assert ("has not signed" in page.words) != said.refuses
    (told,) = facts(library)["witnesses"]
    assert (told["trouble"], told["refuses"]) == (trouble.value, said.refuses)
    if not said.refuses:
        words = library.outside("/alpha/verify").words
        assert "signed up to entry 5 (" in words
        assert "and not since" in words


def test_a_new_key_is_told_at_once_and_signs_again(library: Library) -> None:
    vouched(library, 5)
    was = facts(library)
    assert rotated(library.house.store.keys, SeededChance(7)) is not None
    now = facts(library)

    assert was["signer"] != now["signer"]
    note = read_note(now["older"]["checkpoint"])
    check_signature(note, PublicKey(read_checkpoint(note).origin, read_key(str(now["signer"])).raw))
    assert cosignature(note, WITNESS) == AT


def test_whoever_is_called_like_a_part_of_it_changes_nothing_that_is_signed(library: Library) -> None:
    """A hidden name is hidden everywhere, but in a hash it is none."""
    for name in ("alpha", "talkoot"):
        library.house.enter(name)
    library.house.say("ann", "/rules set web-names none")
    told = facts(library, "?older=3")
    for note in (told["checkpoint"], told["older"]["checkpoint"]):
        assert read_checkpoint(read_note(str(note))).origin.startswith("talkoot/alpha/")
    for page in ("checkpoints", "verify"):
        assert "<code>talkoot/alpha/" in library.outside(f"/alpha/{page}").text


def test_a_witness_that_signed_a_longer_journal_is_not_taken_for_one_of_ours(library: Library) -> None:
    said = msgspec.structs.replace(vouched(library, 5), size=500, trouble=Trouble.CUT, other=500)
    library.house.witnesses.keep("alpha", (said,))
    told = facts(library)

    assert told["older"]["size"] == 1
    assert told["witnesses"][0]["behind"] == 0


def test_another_journal_s_signature_is_not_given_out_with_ours(library: Library) -> None:
    said = vouched(library, 5)
    other = Checkpoint("talkoot/alpha/0000000000000000", 5, bytes(32))
    line = cosigned(other, SEED, WITNESS.name, AT)
    note = signed(other.text, SEED, other.origin)
    library.house.witnesses.keep("alpha", (msgspec.structs.replace(said, note=note, line=line),))

    older = facts(library)["older"]
    assert cosignature(read_note(older["checkpoint"]), WITNESS) is None


def test_the_book_as_files_is_signed_where_its_keys_are(library: Library, tmp_path: Path) -> None:
    vouched(library, 5)
    house = library.house
    signs = Vault(house.store.keys, SeededChance(1), house.witnesses)
    export_site(house.store.archive, tmp_path / "signed", house.rules, "alpha", signs)
    export_site(house.store.archive, tmp_path / "bare", house.rules, "alpha")

    sent = read_submission((tmp_path / "signed" / "checkpoints.txt").read_bytes())
    assert (sent.old, sent.point.size) == (5, house.state().head.seq)
    assert WITNESS.name in (tmp_path / "signed" / "checkpoints.html").read_text()
    assert "<code>talkoot/alpha/" in (tmp_path / "signed" / "verify.html").read_text()
    assert not (tmp_path / "bare" / "checkpoints.txt").exists()
    assert "no key to sign with" in (tmp_path / "bare" / "checkpoints.html").read_text()
