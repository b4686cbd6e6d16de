"""Rooms of several workers: cards that another one showed, and rows of which nobody heard."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest

from bot.chat import Kind, Outgoing, Place
from bot.ports import Mark, StorageFault
from bot.writer.lease import BEAT_SECONDS, Address
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
    database: Database,
) -> None:
    one, _ = Worker(database), Worker(database)
    await one.delivery.round()
    marks: list[Mark] = []
    one.delivery._mark = marks.append
    database.cards[Place("sim", "hall")] = "an older card"

    async def written() -> None:
        while marks:
            database.mark(marks.pop())

    one.delivery._written = written
    one.write(row(1, kind=Kind.CARD, ref="C1"), row(2, kind=Kind.EDIT, ref="C1"))
    await settle(one)

    assert one.chat.sent == [("m1", None), ("m2", "receipt m1")]


async def test_what_is_written_while_it_lets_go_is_sent_behind_what_is_being_read(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody hears of it then, so a line that is read meanwhile may have missed it."""
    one, other = Worker(database), Worker(database)
    for each in (one, other):
        await each.delivery.round()
    may, send = asyncio.Event(), one.chat.send

    async def slowly(row: Outgoing, replaces: str | None) -> str:
        await may.wait()
        return await send(row, replaces)

    monkeypatch.setattr(one.chat, "send", slowly)
    one.tell(1)
    await settle(one)
    old = one.crew.me
    del database.beats[old]
    one.clock.move(BEAT_SECONDS)
    one.gate.clear()
    beginning_anew = asyncio.create_task(one.delivery.round())
    while one.crew.me == old:
        await settle(one)
    reads = Slow(one.delivery._outbox.queued)
    monkeypatch.setattr(one.delivery._outbox, "queued", reads)
    may.set()
    await reads.until_done()
    one.tell(2)
    monkeypatch.undo()
    addresses = Slow(one.delivery._outbox.addresses)
    monkeypatch.setattr(one.delivery._outbox, "addresses", addresses)
    one.gate.set()
    await addresses.until_done()
    addresses.may.set()
    await beginning_anew
    reads.may.set()
    for _ in range(2):
        await one.delivery.round()
        await settle(one)

    assert one.sent == ["m1", "m2"]


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
