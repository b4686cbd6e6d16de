"""A6: what decisions read beside the journal is checked, and what happens once happens once.

Somebody with an SQL shell takes a row away, adds one, or cuts the journal's end off with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from adapters.cli.verify import report_text, verify_archive
from bot.chain import entry_hash
from tests.house import House, settled, staged

TRANSCRIPTS = sorted((Path(__file__).parent.parent / "transcripts").glob("*.transcript"))


@pytest.fixture
def house() -> Iterator[House]:
    house = settled({"second-eyes": ()})
    house.say("anna", "/income 100 EUR market")
    house.say("anna", "/income 20 EUR coffee")
    house.say("dee", "/me")
    house.say("anna", "/poll Where? | here | there --secret")
    house.hand_in([replace(house.message("bo", "/vote Q1 1"), private=True)])
    yield house
    house.close()


def sql(house: House, *statements: str) -> None:
    """Do it past the triggers, as whoever has the file can."""
    with house.database.begin() as connection:
        asked = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for name in connection.exec_driver_sql(asked).scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        for statement in statements:
            assert connection.exec_driver_sql(statement).rowcount, statement


def flaws(house: House) -> tuple[str, ...]:
    return verify_archive(house.store.archive).flaws


def test_a_house_holds(house: House) -> None:
    assert flaws(house) == ()


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_what_any_transcript_leaves_behind_holds(path: Path) -> None:
    with staged() as it:
        it.play(path.read_text("utf-8"))
        report = verify_archive(it.store.archive)
        assert report.sound, report_text(report)


@pytest.mark.parametrize(
    ("column", "forged"),
    [
        ("cause", b"\xffab:1"),
        ("cause", b"matrix:x"),
        ("cause", 1.5),
        ("at", 0.5),
        ("actor", 1.5),
    ],
)
def test_an_envelope_of_another_kind_is_told_though_its_hash_fits(
    house: House, column: str, forged: bytes | float
) -> None:
    last = house.entries()[-1]
    kinds: dict[str, Any] = {"at": last.at, "actor": last.actor, "cause": last.cause, column: forged}
    if column == "at":
        kinds["at"] = last.at + 0.5  # never before the last one
    made = entry_hash(
        last.collective, last.seq, payload_hash=last.payload_hash, previous=last.previous, **kinds
    )
    sql(house, "UPDATE entries SET hash = hash")
    with house.database.begin() as connection:
        change = f"UPDATE entries SET {column} = ?, hash = ? WHERE seq = ? AND collective = ?"
        connection.exec_driver_sql(change, (kinds[column], made, last.seq, last.collective))

    assert flaws(house) == (f"{last.collective}, entry {last.seq}: its envelope was changed",)


SPOILED = {
    "a row of the index is gone": (
        "DELETE FROM subjects WHERE subject = 'T1'",
        "the index does not know it by T1",
    ),
    "a row of the index is too many": (
        "INSERT INTO subjects SELECT collective, 'C7', seq FROM subjects WHERE subject = 'T1'",
        "the index has it at C7",
    ),
    "a row of the index says something else": (
        "UPDATE subjects SET subject = 'T9' WHERE subject = 'T1'",
        "the index does not know it by T1",
    ),
    "a message is not known any more": (
        "DELETE FROM inbox WHERE message = 'm9'",
        "its message is not among those that were handled",
    ),
    "a room is not known any more": ("DELETE FROM rooms", "the room a:hall is not kept"),
    "a room is somebody else's": (
        "INSERT INTO rooms VALUES ('a', 'other', 'alpha')",
        "the room a:other is kept as one of this collective, and is none",
    ),
    "a ballot is gone": ("DELETE FROM ballots", "the sealed ballots of Q1"),
    "a ballot is too many": (
        "INSERT INTO ballots SELECT collective, poll, 3, box FROM ballots",
        "the sealed ballots of Q1",
    ),
    "a node of the tree is gone": (
        "DELETE FROM nodes WHERE level = 1 AND number = 2",
        "node 2 of level 1 of its tree is gone",
    ),
    "a node of the tree is another": (
        "UPDATE nodes SET hash = zeroblob(32) WHERE level = 2 AND number = 0",
        "node 0 of level 2 of its tree does not follow from the entries",
    ),
    "a node of the tree is too many": (
        "INSERT INTO nodes SELECT collective, 1, 99, hash FROM nodes WHERE level = 1 AND number = 0",
        "node 99 of level 1 of its tree does not follow from the entries",
    ),
    "ballots of no poll": (
        "INSERT INTO ballots SELECT collective, 9, 3, box FROM ballots",
        "sealed ballots of poll 9",
    ),
    "words are blanked": (
        "UPDATE texts SET salt = NULL, text = NULL WHERE text = 'market'",
        "a text of it was erased, and nobody whose it was is forgotten",
    ),
    "words are put where nobody looks for them": (
        "UPDATE texts SET sheet = 7 WHERE text = 'market'",
        "is kept behind the journal's end",
    ),
    "words are put before where anybody looks for them": (
        "UPDATE texts SET sheet = -1 WHERE text = 'market'",
        "a text of it is lost",
    ),
    "a name is kept as words": (
        "UPDATE texts SET identity = 0 WHERE text = 'bo'",
        "a name of it is kept as words",
    ),
}


@pytest.fixture(params=["all at once", "few at once"])
def at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many entries, and messages of them, are looked at together."""
    if request.param == "few at once":
        monkeypatch.setattr("bot.books.beside.ENTRIES_AT_ONCE", 3)
        monkeypatch.setattr("bot.books.beside.MESSAGES_AT_ONCE", 2)
        monkeypatch.setattr("storage.asking.PAGE", 2)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("how", SPOILED)
def test_what_is_spoiled_beside_the_journal_is_found(house: House, how: str) -> None:
    statement, words = SPOILED[how]
    assert flaws(house) == ()
    sql(house, statement)

    assert words in "\n".join(flaws(house))


def test_a_journal_that_is_gone_is_missed(house: House) -> None:
    sql(house, "DELETE FROM entries")

    told = "\n".join(flaws(house))
    for table in ("subjects", "texts", "rooms", "ballots", "wakes"):
        assert f"alpha has {table}, and no journal" in told


@pytest.mark.parametrize("words", ["/log 1h swept", "/role give @cem treasurer", "/thank @bo for it"])
def test_a_last_entry_that_is_gone_is_missed(house: House, words: str) -> None:
    assert not house.say("anna", words).refused
    sql(house, "DELETE FROM entries WHERE seq = (SELECT max(seq) FROM entries)")

    assert flaws(house)


@pytest.mark.parametrize("undone", ["/reverse T1 typed twice", "/withdraw C2"])
def test_what_is_undone_once_is_not_undone_again_whatever_the_index_says(
    house: House, undone: str
) -> None:
    who, ref = ("anna", "T1") if "T1" in undone else ("bo", "C2")
    assert not house.say(who, undone).refused
    kept = house.tables(but=("inbox", "outbox", "subjects"))
    last = f"subject = '{ref}' AND seq = (SELECT max(seq) FROM subjects WHERE subject = '{ref}')"
    sql(house, f"DELETE FROM subjects WHERE {last}")
    house.restart()

    house.say(who, undone)
    assert house.tables(but=("inbox", "outbox", "subjects")) == kept
