"""The hash chain: its bytes are fixed for ever, and every change of a journal is found."""

from __future__ import annotations

import hashlib
import json
import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chain import (
    GENESIS,
    Entry,
    Head,
    canonical,
    entry_hash,
    flaws,
    link,
    normal,
    seal_of,
    sealed,
)

SIGNS = st.characters(codec=None)


def journal(count: int = 5, collective: str = "alpha") -> list[Entry]:
    entries: list[Entry] = []
    head = Head()
    for number in range(1, count + 1):
        entry = link(head, collective, 1_000 * number, number % 3, f"a:m{number}", f'{{"n":{number}}}')
        entries.append(entry)
        head = Head(entry.seq, entry.hash, entry.at)
    return entries


def test_the_bytes_of_an_entry_are_those_of_format_one() -> None:
    """Worked out by hand from the format's words, so that no refactoring changes them."""
    payload = '{"event":"x"}'
    payload_hash = hashlib.sha256(payload.encode()).digest()
    envelope = [
        "talkoot-1",
        "home",
        1,
        1_767_603_600_000,
        7,
        "console:1",
        payload_hash.hex(),
        "00" * 32,
    ]
    written = b"\x00" + json.dumps(envelope, separators=(",", ":")).encode()
    entry = link(Head(), "home", 1_767_603_600_000, 7, "console:1", payload)
    assert entry.hash == hashlib.sha256(written).digest()
    assert entry.payload_hash == payload_hash
    assert entry.previous == GENESIS


def test_signs_beyond_ascii_are_hashed_as_utf_8() -> None:
    envelope = ["talkoot-1", "käse", 1, 0, 0, "a:é", "00" * 32, "00" * 32]
    written = b"\x00" + json.dumps(envelope, separators=(",", ":"), ensure_ascii=False).encode()
    assert entry_hash("käse", 1, 0, 0, "a:é", bytes(32), GENESIS) == hashlib.sha256(written).digest()


def test_a_journal_that_was_left_alone_has_no_flaws() -> None:
    assert list(flaws(journal())) == []
    assert list(flaws([])) == []
    assert list(flaws(journal()[2:], Head(2, journal()[1].hash, journal()[1].at))) == []


CHANGES = {
    "collective": "beta",
    "at": 2_999,
    "actor": 9,
    "cause": "a:other",
    "payload": '{"n":33}',
    "payload_hash": bytes(32),
    "previous": bytes(31) + b"\x01",
    "hash": bytes(31) + b"\x01",
    "seq": 4,
}


@pytest.mark.parametrize("field", CHANGES)
def test_every_changed_field_is_found_at_its_entry(field: str) -> None:
    entries = journal()
    entries[2] = msgspec.structs.replace(entries[2], **{field: CHANGES[field]})
    found = list(flaws(entries))
    assert found
    assert "entry 3" in found[0] or "entry 4" in found[0]


def test_a_change_with_all_its_own_hashes_made_anew_is_found_at_the_next_entry() -> None:
    entries = journal()
    forged = link(Head(2, entries[1].hash, 2_000), "alpha", 3_000, 0, "a:m3", '{"n":33}')
    entries[2] = forged
    assert "entry 4" in next(flaws(entries))


@pytest.mark.parametrize(
    "order", [[0, 2, 3, 4], [1, 0, 2, 3, 4], [0, 0, 1, 2, 3, 4], [1, 2, 3, 4], [0, 1, 2, 4, 3]]
)
def test_entries_left_out_moved_or_doubled_are_found(order: list[int]) -> None:
    entries = journal()
    assert list(flaws([entries[place] for place in order]))


def test_a_cut_tail_is_not_found_but_has_another_head() -> None:
    entries = journal()
    assert list(flaws(entries[:3])) == []
    heads = {Head(each.seq, each.hash, each.at).text for each in entries}
    assert len(heads) == len(entries)


def test_the_time_of_a_journal_never_goes_back() -> None:
    first = link(Head(), "alpha", 5_000, 0, "a", "{}")
    second = link(Head(1, first.hash, first.at), "alpha", 1_000, 0, "b", "{}")
    assert second.at == 5_000
    back = msgspec.structs.replace(second, at=4_000)
    assert "earlier" in next(flaws([first, back]))


@given(st.text(SIGNS))
def test_the_normal_form_is_utf_8_nfc_without_nul_and_stays(text: str) -> None:
    once = normal(text)
    assert normal(once) == once
    assert once.encode("utf-8").decode("utf-8") == once
    assert unicodedata.is_normalized("NFC", once)
    assert "\x00" not in once
    assert "\r" not in once


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("\x00a\x00", "a"),
        ("e\u0301", "é"),
        ("\ud800", "?"),
        ("a\ud83d\ude00b", "a??b"),
        ("😀👍🏽", "😀👍🏽"),
        ("\u202ea", "\u202ea"),
        ("", ""),
        ("\r\x00\n", "\n\n"),
    ],
)
def test_normal_texts(text: str, kept: str) -> None:
    assert normal(text) == kept


@given(st.dictionaries(st.text("abc", min_size=1), st.integers(-(2**53), 2**53) | st.text('xäé\n"\\')))
def test_canonical_json_does_not_depend_on_the_order_of_keys(value: dict[str, object]) -> None:
    backwards = dict(reversed(list(value.items())))
    assert canonical(value) == canonical(backwards)
    assert json.loads(canonical(value)) == value
    assert canonical(value) == json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )


def test_a_seal_says_nothing_without_its_salt() -> None:
    first, second = sealed("yes", bytes(16)), sealed("yes", bytes(15) + b"\x01")
    assert first.seal != second.seal
    assert first.seal == hashlib.sha256(bytes(16) + b"yes").hexdigest()
    assert seal_of("no", bytes(16)) != first.seal
