"""What was written before is told by its owner: a batch that is tried again says it no second time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress

import pytest

import bot.writer.intake
import bot.writer.sending
from adapters.cli.store import Store, open_store
from bot.chat import CONSOLE, Actor, Incoming, Outgoing, Place
from bot.ports import CommitUnknown, Mark, StorageFault
from bot.writer.delivery import Delivery
from bot.writer.intake import Intake, NotKnown
from bot.writer.lease import Lease
from tests.bot.writer.test_intake import Failing
from tests.house import engine_over


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.writer.intake, "RETRY_SECONDS", (0.0, 0.0, 0.0))


class Chat:
    """A platform that takes what it is sent once its gate is open."""

    platform = CONSOLE

    def __init__(self) -> None:
        self.gate, self.sent = asyncio.Event(), list[str]()
        self.gate.set()

    async def send(self, outgoing: Outgoing, replaces: str | None) -> str:
        await self.gate.wait()
        self.sent.append(outgoing.key.message)
        return outgoing.id


class Program:
    """One of several on a database, wired as it runs."""

    def __init__(self, store: Store) -> None:
        self.journal, self.chat = Failing(store.journal), Chat()
        self.store, self.lease = store, Lease(store.crew, time.monotonic, time.time)
        self.intake = Intake(engine_over(self.journal), self.tell, print, retell=self.retell)
        self.lease.join([CONSOLE])
        self.delivery = Delivery(
            {CONSOLE: self.chat}, store.outbox, self.mark, lease=self.lease, writing=self.intake
        )

    def tell(self, rows: Sequence[Outgoing]) -> None:
        self.delivery.offer(rows)

    def retell(self, rows: Sequence[Outgoing]) -> None:
        self.delivery.look_for(rows)

    def mark(self, what: Mark) -> None:
        self.intake.note(what, at_once=True)

    async def hears(self, number: int, room: str = "main") -> None:
        actor = Actor(CONSOLE, "anna", "anna")
        await self.intake.submit(Incoming(f"m{number}", Place(CONSOLE, room), actor, "/log 1m worked"))

    async def tells(self) -> None:
        """Everything that it has to tell."""
        await self.intake.finished()
        await self.delivery.drained()


@contextmanager
def opened(url: str, count: int) -> Iterator[list[Store]]:
    with open_store(url) as store:
        if count == 1:
            yield [store]
        else:
            with opened(url, count - 1) as others:
                yield [store, *others]


@asynccontextmanager
async def programs(url: str, count: int) -> AsyncIterator[list[Program]]:
    with opened(url, count) as stores:
        started = [Program(store) for store in stores]
        for each in started:
            await each.delivery.round()
        yield started
        for each in started:
            await each.delivery.stop()
            await each.intake.stop()


def busy(it: Program) -> None:
    """The store has no time once, and the batch is tried again."""
    it.journal.before = [StorageFault("busy")]


async def test_what_another_one_has_to_tell_is_not_told_for_it_by_whoever_hears_the_message_too(
    database_url: str,
) -> None:
    async with programs(database_url, 2) as (one, other):
        one.chat.gate.clear()
        await one.hears(1)
        busy(other)
        await other.hears(1)
        await other.tells()
        assert other.chat.sent == []

        one.chat.gate.set()
        await one.tells()
        assert one.chat.sent == ["m1"]


async def test_what_was_told_long_ago_is_not_told_again(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.writer.sending, "KNOWN_MAX", 1)
    async with programs(sqlite_url, 1) as (one,):
        for number in (1, 2, 3):
            await one.hears(number)
        await one.tells()
        busy(one)
        await one.hears(1)
        await one.tells()

        assert one.chat.sent == ["m1", "m2", "m3"]


@pytest.mark.parametrize("times", [1, 4])
async def test_what_was_written_without_our_knowing_is_told_by_us(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """Also where nobody could say for so long whether it was that whoever asked was told so."""
    monkeypatch.setattr(bot.writer.intake, "SETTLE_SECONDS", 0.01)
    async with programs(sqlite_url, 1) as (one,):
        one.journal.after = [CommitUnknown("lost")] * times
        with suppress(NotKnown):
            await one.hears(1)
        async with asyncio.timeout(5):
            while one.chat.sent != ["m1"]:
                await asyncio.sleep(0.01)  # tidy: another thread writes
        await one.tells()

        assert one.chat.sent == ["m1"]
