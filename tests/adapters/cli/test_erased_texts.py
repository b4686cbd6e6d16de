"""Which texts may be gone from a journal: both verifiers know, and nobody else decides it."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.cli.export import export_bundle
from adapters.cli.verify import verify_archive, verify_bundle
from bot.books.bundle import JOURNAL, TEXTS
from bot.collective.accounts import MembersMerged
from bot.collective.events import about_member
from bot.collective.folding import read_event
from bot.collective.members import MemberForgotten, MemberLeft
from bot.ports import Erased, Written
from tests.adapters.cli.test_verify import alone, bundle
from tests.house.journals import Book, book, stored


def forgotten(made: Book, member: int) -> list[str]:
    """Forget a member of a book; returns the commitments of what is theirs."""
    about = about_member(member)
    seals = [
        seal
        for entry in made.entries
        if about in (event := read_event(entry.payload)).subjects or entry.actor == member
        for seal in event.personal
    ]
    made.add(MemberForgotten(member=member))
    return list(dict.fromkeys(seals))


def test_erased_texts_of_a_forgotten_member_pass_and_are_counted(
    sqlite_url: str, tmp_path: Path
) -> None:
    made = book(4)
    kept_texts = len(made.written.texts)
    seals = forgotten(made, 3)
    with stored(sqlite_url, made) as (journal, archive):
        with journal.transaction() as transaction:
            transaction.write(Written(erased=[Erased("home", tuple(seals))]))
        export_bundle(archive, tmp_path / "bundle")
        kept = verify_archive(archive)

    code, told = alone(tmp_path / "bundle")
    assert seals
    assert kept.sound
    assert (kept.journals[0].matched, kept.journals[0].absent) == (kept_texts - len(seals), len(seals))
    assert kept == verify_bundle(tmp_path / "bundle")
    assert (code, f"{kept_texts - len(seals)} texts match, {len(seals)} erased" in told) == (0, True)


@pytest.mark.parametrize("when", ["nobody", "another", "before"])
def test_words_that_are_gone_without_anybody_forgotten_are_found(
    sqlite_url: str, tmp_path: Path, when: str
) -> None:
    """The operator blanks what somebody said, as if it had been erased."""
    made = book(4)
    if when == "before":
        made.add(MemberForgotten(member=2))
    seal = made.seal("I was promised 50 EUR")
    made.add(MemberLeft(member=2, reason=seal))
    seq = made.entries[-1].seq
    if when == "another":
        made.add(MemberForgotten(member=3))
    with stored(sqlite_url, made) as (journal, archive):
        with journal.transaction() as transaction:
            transaction.write(Written(erased=[Erased("home", (seal,))]))
        export_bundle(archive, tmp_path / "bundle")
        kept = verify_archive(archive)

    code, told = alone(tmp_path / "bundle")
    assert kept.flaws == (
        f"home, entry {seq}: a text of it was erased, and nobody whose it was is forgotten",
    )
    assert f"home, entry {seq}: 1 texts" in verify_bundle(tmp_path / "bundle").flaws[0]
    assert code == 1
    assert f"home, entry {seq}: " in told


def test_a_bundle_without_its_texts_holds_only_for_who_knows_of_it(tmp_path: Path) -> None:
    folder = bundle(tmp_path / "bundle", book(5))
    (folder / TEXTS).write_bytes(b"")

    assert "--without-texts" in verify_bundle(folder).flaws[0]
    assert verify_bundle(folder, partial=True).sound
    assert verify_bundle(folder / JOURNAL, partial=True).sound
    code, told = alone(folder)
    assert (code, "--without-texts" in told) == (1, True)
    assert alone(folder, without=True)[0] == 0


def test_the_words_of_who_was_merged_and_forgotten_may_be_gone(sqlite_url: str, tmp_path: Path) -> None:
    made = book(4)
    seal = made.seal("I was here under another name")
    made.add(MemberLeft(member=3, reason=seal))
    made.add(MembersMerged(member=2, absorbed=3))
    made.add(MemberForgotten(member=2))
    with stored(sqlite_url, made) as (journal, archive):
        with journal.transaction() as transaction:
            transaction.write(Written(erased=[Erased("home", (seal,))]))
        export_bundle(archive, tmp_path / "bundle")
        assert verify_archive(archive).sound

    assert verify_bundle(tmp_path / "bundle").sound
    assert alone(tmp_path / "bundle")[0] == 0
