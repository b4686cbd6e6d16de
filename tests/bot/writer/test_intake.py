"""The way in: durable before answered, grouped, faults retried, a broken store stops it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import bot.writer.intake
import bot.writer.notes
from adapters.cli.store import Store, open_store
from bot.chat import CONSOLE, Actor, Incoming, Place
from bot.command import Asked, Suggestion
from bot.ports import CommitUnknown, Journal, Mark, Position, StorageBroken, StorageFault, Transaction
from bot.writer.intake import NotRecorded
from tests.house import Desk, engine_over


class Failing:
    """The real journal, whose next transactions fail as the list says."""

    def __init__(self, journal: Journal) -> None:
        self.journal, self.before, self.after = journal, list[Exception](), list[Exception]()
        self.transactions = 0

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        self.transactions += 1
        if self.before:
            raise self.before.pop(0)
        with self.journal.transaction() as tx:
            yield tx
        if self.after:
            raise self.after.pop(0)

    def close(self) -> None:
        self.journal.close()


class Member:
    """An intake over a real SQLite file whose journal may fail, and one member who logs."""

    def __init__(self, store: Store) -> None:
        self.journal = Failing(store.journal)
        self.intake = Desk(engine_over(self.journal))

    async def log(self, number: int, words: str = "/log 1m worked") -> str:
        message = Incoming(str(number), Place(CONSOLE, "main"), Actor(CONSOLE, "anna", "anna"), words)
        answer = await self.intake.submit(message)
        assert answer is not None
        return str(answer.outgoing[0].reply.ref)


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    with open_store(sqlite_url) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.writer.intake, "RETRY_SECONDS", (0.0, 0.0, 0.0))


async def test_what_waits_together_is_written_together(store: Store) -> None:
    anna = Member(store)

    refs = await asyncio.gather(*(anna.log(n) for n in range(200)))
    await anna.intake.stop()

    assert refs == [f"C{n}" for n in range(1, 201)]
    assert anna.journal.transactions < 20
    assert [row.reply.ref for row in anna.intake.told] == refs


async def test_a_fault_is_tried_again_and_nobody_notices(store: Store) -> None:
    anna = Member(store)
    anna.journal.before = [StorageFault("locked"), StorageFault("locked")]

    assert await anna.log(1) == "C1"
    await anna.intake.stop()
    assert len(anna.intake.told) == 1


async def test_a_commit_whose_result_is_unknown_acts_once_and_is_told(store: Store) -> None:
    anna = Member(store)
    anna.journal.after = [CommitUnknown("connection lost")]

    assert await anna.log(1) == "C1"
    assert await anna.log(2, "/log 2m worked") == "C2"
    await anna.intake.stop()

    assert [row.reply.ref for row in anna.intake.told] == ["C1", "C2"]


async def test_a_fault_that_lasts_is_told_and_the_same_message_may_come_again(store: Store) -> None:
    anna = Member(store)
    anna.journal.before = [StorageFault("no room left")] * 4

    with pytest.raises(NotRecorded):
        await anna.log(1)

    assert await anna.log(1) == "C1"
    await anna.intake.stop()


async def test_what_was_told_is_written_by_itself_once_the_store_is_back(store: Store) -> None:
    anna = Member(store)
    await anna.log(1)
    (row,) = anna.intake.told
    anna.journal.before = [StorageFault("busy")] * 4
    anna.intake.note(Mark(row.key, row.number, "$receipt"), at_once=True)
    anna.intake.note(Mark(row.key, row.number, "$receipt"), at_once=True)

    await anna.intake.noted()

    assert not anna.journal.before, "it was tried again, and nobody said anything meanwhile"
    assert store.outbox.waiting(1) == []
    await anna.intake.noted()
    await anna.intake.stop()


async def test_a_broken_store_stops_the_intake_loudly(store: Store) -> None:
    anna = Member(store)
    anna.journal.before = [StorageBroken("fsync failed")]

    with pytest.raises(NotRecorded):
        await anna.log(1)
    await asyncio.sleep(0)  # tidy: lets the loop run what the writer left
    with pytest.raises(NotRecorded):
        await anna.log(2)
    await anna.intake.stop()

    assert [str(why) for why in anna.intake.broken] == ["fsync failed"]


async def test_a_flood_is_refused_at_the_door(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.writer.intake, "WAITING_MAX", 10)
    anna = Member(store)

    answers = await asyncio.gather(*(anna.log(n) for n in range(100)), return_exceptions=True)
    await anna.intake.stop()

    assert any(isinstance(answer, NotRecorded) for answer in answers)
    assert any(isinstance(answer, str) for answer in answers)


async def test_a_message_that_comes_again_gets_the_first_answer_and_is_told_once(
    store: Store,
) -> None:
    anna = Member(store)

    assert await anna.log(1) == "C1"
    assert await anna.log(1, "/log 5h something else") == "C1"
    await anna.intake.stop()

    assert len(anna.intake.told) == 1


def typing(platform: str = CONSOLE) -> Incoming:
    return Incoming("", Place(platform, "main"), Actor(platform, "anna", "anna"), "")


async def test_who_types_is_shown_what_the_collective_knows(store: Store) -> None:
    anna = Member(store)
    await anna.log(1, "/log 1h worked #weaving")

    found = await anna.intake.suggest(typing(), Asked("log", "kind", "wea"))
    nowhere = await anna.intake.suggest(typing("x"), Asked("log", "kind", "wea"))
    anna.journal.before = [StorageFault("locked")]
    away = await anna.intake.suggest(typing(), Asked("log", "kind", "wea"))
    await anna.intake.stop()

    assert [each.word for each in found] == ["weaving"]
    assert nowhere == away == await anna.intake.suggest(typing(), Asked("log", "kind", "")) == []


async def test_a_bug_while_suggesting_stops_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> list[Suggestion]:
        raise KeyError("planted")

    monkeypatch.setattr(bot.writer.intake, "suggestions", broken)
    anna = Member(store)
    await anna.log(1)

    assert await anna.intake.suggest(typing(), Asked("log", "kind", "")) == []
    assert await anna.log(2) == "C2"
    await anna.intake.stop()
    assert "planted" in caplog.text


READ = Position("matrix", "@bot:example.org", "s7")


def kept(store: Store) -> str | None:
    return store.outbox.position("matrix", "@bot:example.org")


async def test_what_is_noted_is_written_with_the_next_message(store: Store) -> None:
    anna = Member(store)

    anna.intake.note(READ)
    await anna.log(1)

    assert kept(store) == "s7"
    assert anna.journal.transactions == 1
    await anna.intake.stop()


async def test_what_is_noted_is_written_alone_where_no_message_comes(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.writer.notes, "NOTED_SECONDS", 0.01)
    anna = Member(store)

    anna.intake.note(READ)
    async with asyncio.timeout(5):
        while kept(store) != "s7":
            await asyncio.sleep(0.01)  # tidy: another thread writes

    assert anna.journal.transactions == 1
    await anna.intake.stop()


async def test_what_is_noted_last_is_written_before_the_end(store: Store) -> None:
    anna = Member(store)

    anna.intake.note(READ)
    await anna.intake.stop()

    assert kept(store) == "s7"


@pytest.mark.parametrize("waits", [False, True])
async def test_what_is_to_be_forgotten_or_others_wait_for_waits_for_nobody(
    store: Store, monkeypatch: pytest.MonkeyPatch, *, waits: bool
) -> None:
    monkeypatch.setattr(bot.writer.notes, "NOTED_SECONDS", 3600)
    anna = Member(store)
    await anna.log(1)
    (row,) = anna.intake.told

    anna.intake.note(Mark(row.key, row.number, receipt="$1", fleeting=not waits), at_once=waits)
    async with asyncio.timeout(5):
        while store.outbox.waiting(10):
            await asyncio.sleep(0.01)  # tidy: another thread writes

    await anna.intake.stop()
