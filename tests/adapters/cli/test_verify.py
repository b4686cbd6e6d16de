"""The bundle, its stand-alone verifier and `talkoot verify`: they agree, and they pass what holds."""

from __future__ import annotations

import ast
import json
import re
import runpy
import subprocess
import sys
import threading
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.cli.export import ExportError, export_bundle
from adapters.cli.verify import Report, report_text, verify_archive, verify_bundle
from bot.books.audit import Audit, Audited, compare, read_posted
from bot.books.bundle import (
    JOURNAL,
    README,
    TEXTS,
    VERIFIER,
    read_entry,
    read_text,
    write_entry,
    write_text,
)
from bot.chain import GENESIS, Entry, Head, canonical, entry_hash, link, sealed
from bot.collective.contributionbook import DayEntry
from bot.collective.contributions import Share
from bot.collective.folding import EVENTS, fold, read_event, write_event
from bot.collective.state import State
from bot.ports import Written
from tests.house.journals import BEGIN, Book, book, forged, logged, stored, write

STANDALONE = Path("adapters/cli/standalone_verify.py").resolve()
standalone: dict[str, Any] = runpy.run_path(str(STANDALONE))
OLD = 10_000


def alone(folder: Path, *heads: str, without: bool = False) -> tuple[int, str]:
    """Run the exported verifier as a stranger would: its exit code, and all it said."""
    given_heads = [word for head in heads for word in ("--head", head)]
    given_heads += ["--without-texts"] * without
    ran = subprocess.run(
        [sys.executable, "-I", str(folder / VERIFIER), *given_heads],
        capture_output=True,
        check=False,
        text=True,
    )
    return ran.returncode, ran.stdout + ran.stderr


def audited(entries: list[Entry]) -> Audited:
    audit = Audit("home", partial=True)
    audit.take(entries)
    return audit.audited()


def bundle(path: Path, *books: Book) -> Path:
    """A bundle, made without a store."""
    path.mkdir()
    written = [each.written for each in sorted(books, key=lambda it: it.collective)]
    rows = [write_entry(entry) for each in written for entry in each.entries]
    texts = [write_text(it.collective, it.sealed) for each in written for it in each.texts]
    (path / JOURNAL).write_bytes(b"".join(rows))
    (path / TEXTS).write_bytes(b"".join(texts))
    (path / VERIFIER).write_bytes(STANDALONE.read_bytes())
    return path


# --- what holds -----------------------------------------------------------------------------------


def test_a_bundle_of_any_database_verifies_with_both_verifiers(
    database_url: str, tmp_path: Path
) -> None:
    home, garden = book(1, 700), book(2, 30, "garden")
    with stored(database_url, home, garden) as (_, archive):
        export_bundle(archive, tmp_path / "out" / "bundle")
        kept = verify_archive(archive)

    exported = verify_bundle(tmp_path / "out" / "bundle")
    code, told = alone(tmp_path / "out" / "bundle", f"home={home.head.text}", garden.head.text)
    assert kept.sound
    assert exported == kept
    assert [it.head for it in kept.journals] == [garden.head, home.head]
    assert code == 0, told
    assert told.splitlines() == [*report_text(kept).splitlines()[:-1], "All holds."]
    assert f"home: {home.head.seq} entries, head {home.head.text}, sums zero, " in told
    assert (tmp_path / "out" / "bundle" / README).read_text("utf-8").startswith("What this is")


def test_a_journal_with_every_kind_of_event_misses_no_text(sqlite_url: str, tmp_path: Path) -> None:
    """What only looks like the commitment to a text is none: a draw's, and the digest of a code."""
    with stored(sqlite_url, book(5, whole=True)) as (_, archive):
        export_bundle(archive, tmp_path / "bundle")

    assert verify_bundle(tmp_path / "bundle").sound
    assert alone(tmp_path / "bundle")[0] == 0


def test_the_same_journal_gives_the_same_bytes(sqlite_url: str, tmp_path: Path) -> None:
    with stored(sqlite_url, book(3)) as (_, archive):
        export_bundle(archive, tmp_path / "one")
        export_bundle(archive, tmp_path / "two")

    one, two = ({p.name: p.read_bytes() for p in (tmp_path / n).iterdir()} for n in ("one", "two"))
    assert one == two
    assert set(one) == {JOURNAL, TEXTS, VERIFIER, README}


def test_nothing_is_overwritten_and_nothing_half_written_is_left(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter").write_text("dear")
    (tmp_path / "empty").mkdir()
    with stored(sqlite_url, book(3)) as (_, archive):
        with pytest.raises(ExportError, match="not empty"):
            export_bundle(archive, tmp_path / "full")
        export_bundle(archive, tmp_path / "empty")
        before = {*tmp_path.iterdir()}
        monkeypatch.setattr("adapters.cli.export.write_text", _disk_full)
        with pytest.raises(ExportError, match="No space"):
            export_bundle(archive, tmp_path / "new")
        assert {*tmp_path.iterdir()} == before

    assert verify_bundle(tmp_path / "empty").sound


def _disk_full(*_: object) -> bytes:
    raise OSError(28, "No space left on device")


def test_an_empty_journal_is_no_flaw(sqlite_url: str, tmp_path: Path) -> None:
    with stored(sqlite_url) as (_, archive):
        export_bundle(archive, tmp_path / "bundle")
        report = verify_archive(archive)

    assert report == verify_bundle(tmp_path / "bundle") == Report((), ())
    assert report_text(report) == "There is no journal yet."
    assert alone(tmp_path / "bundle")[0] == 0


def parts(made: Book, size: int) -> list[Written]:
    """A journal as it is written, so many entries at a time."""
    rows = made.written
    return [
        Written(
            entries=(some := rows.entries[i : i + size]),
            subjects=[it for it in rows.subjects if i < it.seq <= i + size],
            rooms=rows.rooms if not i else [],
            received=rows.received if not i else [],
            texts=[it for it in rows.texts if any(it.sealed.seal in each.payload for each in some)],
        )
        for i in range(0, len(rows.entries), size)
    ]


def test_a_database_verifies_while_it_is_written(sqlite_url: str) -> None:
    made = book(6, 1500)
    with stored(sqlite_url) as (journal, archive):
        writer = threading.Thread(target=write, args=(journal, *parts(made, 5)))
        writer.start()
        seen = [verify_archive(archive)]
        while writer.is_alive():
            seen.append(verify_archive(archive))
        writer.join()
        seen.append(verify_archive(archive))

    assert all(report.sound for report in seen), [it.flaws for it in seen if not it.sound]
    assert seen[-1].journals[0].head.seq == len(made.entries)


# --- heads ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("digits", [16, 20, 64])
@pytest.mark.parametrize("prefix", ["", "home="])
@pytest.mark.parametrize("seq", [1, 17, 40])
def test_a_posted_head_is_reached(tmp_path: Path, prefix: str, seq: int, digits: int) -> None:
    made = book(7)
    folder = bundle(tmp_path / "bundle", made, book(7, 30, "garden"))
    text = f"{prefix}{seq}:{made.entries[seq - 1].hash.hex()[:digits]}"

    assert read_posted(text).text == text
    assert verify_bundle(folder, [read_posted(text)]).sound
    assert alone(folder, text)[0] == 0


@pytest.mark.parametrize(
    "text", ["{last}:{wrong}", "99:{right}", "garden={last}:{right}", "no={last}:{right}"]
)
def test_a_head_that_is_not_reached_is_a_flaw(tmp_path: Path, text: str) -> None:
    made = book(7)
    folder = bundle(tmp_path / "bundle", made, book(7, 30, "garden"))
    right = made.head.hash.hex()
    head = text.format(
        last=made.head.seq, right=right, wrong=right[:-1] + "0x"[right[-1] == "0"].replace("x", "1")
    )

    report = verify_bundle(folder, [read_posted(head)])
    code, told = alone(folder, head)
    assert not report.sound
    assert "the end was cut off" in report.flaws[0]
    assert (code, "the end was cut off" in told) == (1, True)


@pytest.mark.parametrize(
    "text", ["", "12", "12:", "12:abc", "0:" + "0" * 64, "1:" + "A" * 64, "1:" + "a" * 65]
)
def test_what_is_no_head_is_said_to_be_none(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match="SEQ:HASH"):
        read_posted(text)
    code, told = alone(bundle(tmp_path / "bundle", book(7)), text)
    assert code == 2
    assert "SEQ:HASH" in told


# --- what is chained as it should be, and is wrong all the same -----------------------------------

SHARE = Share(1, "work", "h", 60, "2026-01-05")
FORGERIES = {
    "sums": (logged(SHARE).replace(",60]", ",61]"), "do not sum to zero"),
    "blanks": (logged(SHARE).replace(":", ": ", 1), ""),
    "order": ('{"number":2,"member":2,"event":"timer.stopped"}', ""),
    "fraction": (logged(SHARE).replace(",60]", ",60.0]").replace(",-60]", ",-60.0]"), ""),
    "constant": ('{"event":"collective.founded","name":NaN}', ""),
    "huge": (logged(SHARE).replace("999", "9" * 5000), ""),
    "no object": ("[1,2]", ""),
    "no JSON": ("{", ""),
    "deep": ("[" * 200_000, ""),
    "postings": ('{"event":"timer.stopped","postings":[1]}', ""),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_entry_is_found_by_both(tmp_path: Path, name: str) -> None:
    payload, words = FORGERIES[name]
    made = book(8)
    made.entries = forged(made.entries, payload)
    folder = bundle(tmp_path / "bundle", made)

    report = verify_bundle(folder)
    code, told = alone(folder)
    seq = len(made.entries)
    assert f"home, entry {seq}: " in report.flaws[0]
    assert (code, f"home, entry {seq}: " in told) == (1, True)
    assert words in report.flaws[0]
    assert words in told


@pytest.mark.parametrize(
    "payload",
    [
        '{"event":"made.up"}',
        '{"event":"timer.stopped","member":3}',
        '{"event":"timer.stopped","member":2,"more":1}',
        '{"event":"timer.stopped","member":2,"number":0}',
        '{"event":"kind.added","name":"x","unit_class":"moon"}',
        '{"event":"role.given","member":77,"role":"admin"}',
    ],
)
def test_what_does_not_follow_from_the_journal_is_a_flaw(payload: str) -> None:
    entries = forged(book(8).entries, payload)

    assert f"home, entry {len(entries)}: its content" in audited(entries).broken


def test_time_that_runs_backwards_is_found_by_both(tmp_path: Path) -> None:
    made = book(9)
    last = made.entries[-1]
    own = entry_hash("home", last.seq, BEGIN - 1, 1, "", last.payload_hash, last.previous)
    made.entries[-1] = Entry(
        "home", last.seq, BEGIN - 1, 1, "", last.payload, last.payload_hash, last.previous, own
    )
    folder = bundle(tmp_path / "bundle", made)

    assert verify_bundle(folder).flaws == (
        f"home, entry {last.seq}: is earlier than the entry before it",
    )
    assert "is earlier than" in alone(folder)[1]


def test_texts_that_nobody_committed_to_are_found_by_both(tmp_path: Path) -> None:
    folder = bundle(tmp_path / "bundle", book(9))
    texts = (folder / TEXTS).read_bytes()
    twice = texts.splitlines(keepends=True)[0]
    for more in (
        write_text("home", sealed("I owe it all", b"1" * 16)),
        write_text("zoo", sealed("", b"")),
        twice,
    ):
        (folder / TEXTS).write_bytes(texts + more)
        report = verify_bundle(folder)
        assert len(report.flaws) == 1
        assert "text" in report.flaws[0]
        assert alone(folder)[0] == 1


def test_a_changed_text_is_named_by_its_entry(tmp_path: Path) -> None:
    made = book(9)
    text = next(it for it in made.written.texts if it.sealed.text == "baked bread")
    seq = next(it.seq for it in made.entries if text.sealed.seal in it.payload)
    folder = bundle(tmp_path / "bundle", made)
    (folder / TEXTS).write_bytes((folder / TEXTS).read_bytes().replace(b"baked bread", b"baked brear"))

    report = verify_bundle(folder)
    assert f"home, entry {seq}: a text of it is not the one it committed to" in report.flaws
    assert "not the text that was committed to" in alone(folder)[1]


def test_many_wrong_texts_are_told_in_few_lines(sqlite_url: str, tmp_path: Path) -> None:
    made = book(9, 120)
    made.texts.clear()
    with stored(sqlite_url, made) as (_, archive):
        export_bundle(archive, tmp_path / "bundle")
        lost = verify_archive(archive)

    assert "a text of it is lost" in lost.flaws[0]
    assert len(lost.flaws) == 21
    assert f"{lost.journals[0].absent - 20} more texts like that" in lost.flaws[-1]
    assert not verify_bundle(tmp_path / "bundle").sound
    assert verify_bundle(tmp_path / "bundle", partial=True).sound


def test_balances_that_leave_the_postings_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = book(10).entries
    monkeypatch.setattr("bot.collective.ledger.Ledger.book", lambda *_: None)

    flaws = audited(entries).flaws
    assert flaws
    assert all("were posted" in flaw for flaw in flaws)


# --- garbage --------------------------------------------------------------------------------------

GOOD = write_entry(book(11).entries[0])
GARBAGE: dict[str, bytes] = {
    "no JSON": b"what?\n",
    "blank": b"\n",
    "no newline": GOOD[:-1],
    "CR": GOOD[:-1] + b"\r\n",
    "not UTF-8": GOOD.replace(b"home", b"h\xffme"),
    "surrogate": GOOD.replace(b'"home"', b'"\\ud800"'),
    "NUL": GOOD.replace(b"home", b"h\0me"),
    "bad hex": GOOD.replace(b'"previous":"00', b'"previous":"zz'),
    "odd hex": GOOD.replace(b'"previous":"00', b'"previous":"0'),
    "missing key": GOOD.replace(b'"actor":1,', b""),
    "another key": GOOD.replace(b'"actor":1,', b'"actor":1,"also":1,'),
    "key twice": GOOD.replace(b'"actor":1,', b'"actor":1,"actor":1,'),
    "other order": GOOD.replace(b'"seq":1,', b"").replace(b'"actor":1,', b'"actor":1,"seq":1,'),
    "blanks": GOOD.replace(b":", b": ", 1),
    "escape": GOOD.replace(b'"home"', b'"\\u0068ome"'),
    "type": GOOD.replace(b'"seq":1', b'"seq":"1"'),
    "true": GOOD.replace(b'"seq":1', b'"seq":true'),
    "fraction": GOOD.replace(b'"seq":1', b'"seq":1.0'),
    "huge number": GOOD.replace(b'"seq":1', b'"seq":' + b"9" * 2_000_000),
    "array": b"[1,2,3]\n",
    "deep": b"[" * 2_000_000 + b"\n",
    "10 MB": b'{"collective":"' + b"x" * 10_000_000 + b'"}\n',
    "10 MB of an entry": GOOD.replace(b'"home"', b'"' + b"x" * 10_000_000 + b'"'),
    "20 MB": b"x" * 20_000_000,
    "binary": bytes(range(256)) * 40,
}


@pytest.mark.parametrize("name", GARBAGE)
@pytest.mark.parametrize("file", [JOURNAL, TEXTS])
def test_garbage_is_named_with_its_line(tmp_path: Path, file: str, name: str) -> None:
    folder = bundle(tmp_path / "bundle", book(11))
    lines = (folder / file).read_bytes().splitlines(keepends=True)
    (folder / file).write_bytes(b"".join((*lines[:5], GARBAGE[name], *lines[5:])))

    report = verify_bundle(folder)
    code, told = alone(folder)
    assert re.search(f"{file}, line 6: |, entry 1: ", report.flaws[0])
    assert len(report_text(report)) < OLD
    assert code == 1
    assert f"{file}, line 6" in told
    assert "Traceback" not in told
    assert len(told) < OLD


def test_a_bundle_that_is_not_there_is_told(tmp_path: Path) -> None:
    folder = bundle(tmp_path / "bundle", book(11))
    (folder / TEXTS).unlink()

    assert "texts.jsonl" in verify_bundle(folder).flaws[0]
    assert "texts.jsonl" in alone(folder)[1]
    assert not verify_bundle(tmp_path / "nowhere").sound


def test_a_stranger_cannot_write_on_the_terminal(tmp_path: Path) -> None:
    evil = link(Head(), "\x1b[2Jhome\u202e", BEGIN, 0, "", '{"event":"collective.founded","name":"x"}')
    folder = bundle(tmp_path / "bundle")
    (folder / JOURNAL).write_bytes(write_entry(evil))

    assert "\x1b" not in report_text(verify_bundle(folder))
    code, told = alone(folder)
    assert code == 0
    assert told.isascii()
    assert "\x1b" not in told


# --- one form for everything ----------------------------------------------------------------------

text = st.text(st.characters(exclude_categories=["Cs"]))
whole = st.integers(-(2**63), 2**63 - 1)
values = st.recursive(
    st.none() | st.booleans() | whole | text,
    lambda inner: st.lists(inner) | st.dictionaries(text, inner),
    max_leaves=20,
)


@given(values)
def test_both_write_the_same_canonical_json(value: object) -> None:
    assert canonical(value) == standalone["_written"](value, sort_keys=True)
    assert standalone["_parse"](canonical(value)) == value


@given(st.integers(0, 10_000))
def test_both_write_events_alike(seed: int) -> None:
    for entry in book(seed, 12).entries:
        content = json.loads(entry.payload)
        assert standalone["_written"](content, sort_keys=True) == entry.payload
        assert write_event(read_event(entry.payload)) == entry.payload


@given(text, whole, whole, whole, text, text)
def test_lines_are_read_as_they_were_written(
    collective: str, seq: int, at: int, actor: int, cause: str, payload: str
) -> None:
    own = entry_hash(collective, seq, at, actor, cause, GENESIS, GENESIS)
    entry = Entry(collective, seq, at, actor, cause, payload, GENESIS, GENESIS, own)
    line = write_entry(entry)

    assert read_entry(line) == entry
    assert standalone["_written"](json.loads(line)).encode() + b"\n" == line
    assert read_text(write_text(collective, sealed(payload, b"salt"))) == (
        collective,
        sealed(payload, b"salt"),
    )


def test_the_standalone_verifier_is_short_and_needs_nothing() -> None:
    source = STANDALONE.read_text("utf-8")
    tree = ast.parse(source, feature_version=(3, 8))
    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [it.name for it in node.names]
            if isinstance(node, ast.Import)
            else [(node.module or "").partition(".")[0]]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert len(source.splitlines()) <= 450  # half of it is for keys, the tree, and receipts
    assert imported <= sys.stdlib_module_names
    assert source.isascii()


# --- live and anew --------------------------------------------------------------------------------

CHANGES: dict[str, Callable[[State], object]] = {
    "head": lambda it: setattr(it, "head", Head(1)),
    "name": lambda it: setattr(it, "name", "other"),
    "rooms.by_number": lambda it: it.rooms.by_number.clear(),
    "rooms.by_place": lambda it: it.rooms.by_place.clear(),
    "members.by_number[1].roles": lambda it: setattr(it.members.by_number[1], "roles", frozenset()),
    "members.by_account": lambda it: it.members.by_account.clear(),
    "contributions.kinds": lambda it: it.contributions.kinds.pop("care"),
    "contributions.count": lambda it: setattr(it.contributions, "count", 0),
    "contributions.monthly": lambda it: it.contributions.monthly.popitem(),
    "contributions.daily": lambda it: it.contributions.daily.clear(),
    "contributions.days": lambda it: it.contributions.days.update(
        {"x": {1: (DayEntry(1, "", "", 1),)}}
    ),
    "ledger.balances[('member:1', 'h')]": lambda it: it.ledger.balances.update({("member:1", "h"): 1}),
    "ledger.monthly": lambda it: it.ledger.monthly.clear(),
    "thanks.received": lambda it: it.thanks.received.update({("2026-01", 9): 1}),
}


def test_states_of_the_same_journal_are_the_same() -> None:
    entries = book(12, 200).entries
    anew = Audit("home", partial=True)
    anew.take(entries)

    assert anew.audited().sound
    assert compare(fold(State("home"), entries, {}), anew.state) == []


@pytest.mark.parametrize("what", CHANGES)
def test_every_difference_of_two_states_is_told(what: str) -> None:
    anew = fold(State("home"), book(12, 200).entries, {})
    live = deepcopy(anew)
    CHANGES[what](live)

    told = compare(live, anew)
    assert any(row.startswith(what) for row in told), told


def test_only_some_of_many_differences_are_told() -> None:
    anew = fold(State("home"), book(12, 200).entries, {})

    told = compare(State("home"), anew)
    assert len(told) == 21
    assert told[-1].startswith("and ")


def test_the_journals_hold_every_kind_of_event() -> None:
    kinds = {type(read_event(it.payload)) for it in book(13, 400, whole=True).entries}

    assert kinds == set(EVENTS)
