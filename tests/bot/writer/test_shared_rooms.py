"""Rooms of several workers: cards that another one showed, and rows of which nobody heard."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from bot.chat import Kind, Place
from bot.ports import Mark, StorageFault
from bot.writer.lease import HELD_SECONDS, Address
from tests.bot.writer.test_delivery import row
from tests.bot.writer.test_lease import Database, Slow, Worker, settle


@pytest.fixture
def database() -> Database:
    return Database()


async def test_an_edit_changes_the_card_that_another_one_showed_last(database: Database) -> None:
    one, other = Worker(database), Worker(database)
    for each in (one, other):
        await each.delivery.round()
    one.write(row(1, kind=Kind.CARD, ref="C1"))
    await settle(one)
    other.write(row(2, kind=Kind.CARD, ref="C1"))
    await settle(other)
    one.write(row(3, kind=Kind.EDIT, ref="C1"))
    await settle(one)

    assert one.chat.sent == [("m1", None), ("m3", "receipt m2")]


async def test_an_edit_among_others_waits_until_it_is_written_where_its_card_stands(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = Worker(database), Worker(database)
    await one.delivery.round()
    marks: list[Mark] = []
    one.delivery._mark = marks.append
    database.cards[Place("sim", "hall")] = "an older card"

    async def noted() -> None:
        while marks:
            database.mark(marks.pop())

    monkeypatch.setattr(one.writing, "noted", noted)
    one.write(row(1, kind=Kind.CARD, ref="C1"), row(2, kind=Kind.EDIT, ref="C1"))
    await settle(one)

    assert one.chat.sent == [("m1", None), ("m2", "receipt m1")]


@pytest.mark.parametrize("fault", ["while it was taken", "while it was looked what was taken"])
async def test_what_was_taken_though_nobody_heard_of_it_still_comes_before_what_we_have(
    database: Database, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """The connection broke while it was committed: it is ours, and nobody said so."""
    one, _ = Worker(database), Worker(database)
    database.rows.append(("gone", row(1)))
    one.lease.round()
    claim = one.crew.claim

    def committed(owners: Iterable[str], limit: int) -> list[Address]:
        claim(owners, limit)
        raise StorageFault("lost while committing")

    def away() -> list[Address]:
        raise StorageFault("away")

    monkeypatch.setattr(one.crew, "claim", committed)
    with pytest.raises(StorageFault):
        await one.delivery.round()
    one.tell(2)
    await settle(one)
    assert one.sent == []
    monkeypatch.undo()
    if fault == "while it was looked what was taken":
        monkeypatch.setattr(one.delivery._outbox, "addresses", away)
        with pytest.raises(StorageFault):
            await one.delivery.round()
        await settle(one)
        assert one.sent == []
        monkeypatch.undo()
    await one.delivery.round()
    await settle(one)

    assert one.sent == ["m1", "m2"]


@pytest.mark.parametrize("what", ["it is alone", "the store has not heard of it"])
async def test_the_card_that_this_one_showed_is_known_without_the_store(
    database: Database, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    one, asked = Worker(database), list[str]()
    if what != "it is alone":
        Worker(database)
    await one.delivery.round()

    def receipts(collective: str, ref: str) -> dict[Place, str]:
        asked.append(ref)
        return {}

    monkeypatch.setattr(one.delivery._outbox, "receipts", receipts)
    one.write(row(1, kind=Kind.CARD, ref="C1"), row(2, kind=Kind.EDIT, ref="C1"))
    await settle(one)

    assert one.chat.sent == [("m1", None), ("m2", "receipt m1")]
    assert asked == ([] if what == "it is alone" else ["C1"])


async def test_a_lease_that_ends_while_it_is_asked_what_comes_before_is_over(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = Worker(database), Worker(database)
    await one.delivery.round()
    asked = Slow(lambda _: False)
    monkeypatch.setattr(one.crew, "ahead", asked)
    one.tell(1)
    await asked.until_done()
    one.clock.move(HELD_SECONDS)
    asked.may.set()
    await settle(one)
    assert one.sent == []
    await one.delivery.round()
    await settle(one)

    assert one.sent == ["m1"]
