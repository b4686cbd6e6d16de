"""A Monday at nine: ten thousand collectives get their digests, and people go on typing."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TypeVar

from adapters.cli.outside import SystemChance
from adapters.cli.store import Store, open_store
from adapters.painter import Painter
from adapters.ticker import tick
from bot.chat import CONSOLE, Actor, Incoming, Kind, Outgoing, Place
from bot.ports import StorageBroken, Unpainted
from bot.text.charts import NIGHT, svg
from bot.text.languages import reader
from bot.writer.delivery import Delivery
from bot.writer.intake import Intake
from bot.writer.spreading import Spread, own_delay
from tests.bench.figures import Figure, Sizes, percentile, rate, time
from tests.bench.raw import RawSqlite, seconds_each
from tests.house import engine_over

BEGIN = dt.datetime(2026, 1, 5, 10, 0, tzinfo=dt.UTC)
MONDAY = dt.datetime(2026, 1, 12, 9, 10, tzinfo=dt.UTC)
"""All that is due at nine is due by then, spread or not."""

LINES = ("/log 1h30 cleaned the kitchen #care", "/log 45m watered the beds", "/thank @p1 for the bread")
TYPING_SECONDS, MINUTE_MS = 0.1, 60_000
GOAL_RATE, GOAL_SECONDS = 150.0, 0.100
PLATFORM_SECONDS = 0.02
"""What a platform takes for a message: a bot may send fifty a second, as Discord lets it."""

T = TypeVar("T")


class StillClock:
    """A time that stands until it is set."""

    def __init__(self, at: dt.datetime) -> None:
        self.at = at

    def now(self) -> dt.datetime:
        return self.at


class Limited:
    """A platform that takes fifty messages a second, and for each picture has it painted."""

    platform = CONSOLE

    def __init__(self, painter: Painter) -> None:
        self._painter, self._turn = painter, asyncio.Lock()
        self.sent = self.painted = self.bare = 0

    async def send(self, outgoing: Outgoing, replaces: str | None) -> str:
        picture = outgoing.reply.chart
        if picture is not None:
            try:
                await self._painter.paint(svg(picture, reader("en", "UTC", "/"), NIGHT))
                self.painted += 1
            except Unpainted:
                self.bare += 1
        async with self._turn:
            await asyncio.sleep(PLATFORM_SECONDS)  # tidy: the platform's rate is what is measured
        self.sent += 1
        return outgoing.id


@contextmanager
def ready(folder: Path, count: int) -> Iterator[tuple[Store, StillClock]]:
    """So many collectives with an entry or two, of the week before that Monday."""
    clock = StillClock(BEGIN)
    with open_store(f"sqlite:///{folder}/monday.db") as store:
        for number in range(count):
            engine = engine_over(
                store.journal, clock=clock, chance=SystemChance(), homes={CONSOLE: f"c{number}"}
            )
            said = [
                Incoming(
                    f"{number}.{n}", _room(number), Actor(CONSOLE, f"p{n % 2}", f"p{n % 2}"), words
                )
                for n, words in enumerate(LINES)
            ]
            engine.handle(said)
        clock.at = MONDAY
        yield store, clock


def _room(number: int) -> Place:
    return Place(CONSOLE, f"room{number}")


class Morning:
    """The engine on that Monday, with one who types all the while."""

    def __init__(self, store: Store, clock: StillClock, painter: Painter) -> None:
        self.store, self.chat = store, Limited(painter)
        engine = engine_over(
            store.journal, clock=clock, chance=SystemChance(), homes={}, spread=Spread(many=True)
        )
        self.intake = Intake(engine, self._tell, self._broke)
        self.delivery = Delivery({CONSOLE: self.chat}, store.outbox, self.intake.note)
        self.told, self.delivering = 0, True

    def _tell(self, rows: Sequence[Outgoing]) -> None:
        self.told += sum(row.reply.kind is Kind.DIGEST and not row.person for row in rows)
        if self.delivering:
            self.delivery.offer(rows)

    def _broke(self, why: StorageBroken) -> None:
        raise why

    async def types(self, name: str, over: asyncio.Event) -> list[float]:
        """A member asks for the balance ten times a second: how long each answer takes (s)."""
        took, number = list[float](), 0
        while not over.is_set():
            number += 1
            begun = perf_counter()
            said = Incoming(f"{name}{number}", _room(0), Actor(CONSOLE, "p0", "p0"), "/balance")
            await self.intake.submit(said)
            took.append(perf_counter() - begun)
            await asyncio.sleep(TYPING_SECONDS)  # tidy: people do not type without a pause
        return took

    async def storm(self, collectives: Sequence[int]) -> float:
        """Hand the time in to all of these, one after another, as the ticker does: seconds it takes."""
        begun, before = perf_counter(), self.told
        for number in collectives:
            await self.intake.submit(tick(f"c{number}", int(MONDAY.timestamp() * 1000)))
        assert self.told - before == len(collectives), "each is told its digest"
        return perf_counter() - begun

    async def spread(self, due: list[tuple[float, int]]) -> list[float]:
        """Hand the time in to each when it is due (s from now): how late its digest is durable (s)."""
        begun, late, before = perf_counter(), list[float](), self.told
        for at, number in due:
            await asyncio.sleep(max(0.0, begun + at - perf_counter()))  # tidy: it is not due yet
            await self.intake.submit(tick(f"c{number}", int(MONDAY.timestamp() * 1000)))
            late.append(perf_counter() - begun - at)
        assert self.told - before == len(due), "each is told its digest"
        return late

    async def close(self) -> None:
        await self.delivery.stop()
        await self.intake.stop()


async def _typing_beside(morning: Morning, name: str, work: Awaitable[T]) -> tuple[T, list[float]]:
    over = asyncio.Event()
    typing = asyncio.create_task(morning.types(name, over))
    done = await work
    over.set()
    return done, await typing


async def _monday(sizes: Sizes, folder: Path, raw: Sequence[float]) -> AsyncIterator[Figure]:
    count = sizes.collectives
    ours = [number for number in range(count) if own_delay(f"c{number}") < sizes.minutes * MINUTE_MS]
    due = sorted((own_delay(f"c{number}") / 1000, number) for number in ours)
    rest = [number for number in range(count) if number not in set(ours)][: count // 2]
    painter = Painter()
    with ready(folder, count) as (store, clock):
        morning = Morning(store, clock, painter)
        try:
            quiet = asyncio.sleep(sizes.minutes * 10)  # tidy: nobody else wants anything meanwhile
            _, alone = await _typing_beside(morning, "alone", quiet)
            late, slow = await _typing_beside(morning, "spread", morning.spread(due))
            await morning.delivery.drained()
            chat = morning.chat
            yield Figure(
                f"digests spread, {len(due):,} in {sizes.minutes:g} min, durable late by, p99",
                time(percentile(late, 99)),
            )
            yield _member("while they come spread, told and painted", slow, alone)
            yield Figure(
                "pictures painted with them, others without one",
                f"{chat.painted:,}, {chat.bare:,}",
                f"{chat.sent:,} messages at {rate(1 / PLATFORM_SECONDS)}",
            )
            morning.delivering = False
            used = process_time()
            seconds, slow = await _typing_beside(morning, "storm", morning.storm(rest))
            used = process_time() - used
        finally:
            await morning.close()
            await painter.close()
    each, floor = seconds / len(rest), median(raw)
    yield Figure(
        f"digests due at once, {len(rest):,} of {count:,} collectives",
        rate(1 / each),
        f"{rate(1 / floor)} (raw transactions)",
        floor / each,
        f"≥ {rate(GOAL_RATE)}",
        1 / each >= GOAL_RATE,
    )
    yield Figure(
        "processor time of each of them, with what the one who types takes",
        time(used / len(rest)),
        f"{rate(len(rest) / used)} of one core",
    )
    yield _member("while they are due at once", slow, alone)


def _member(when: str, took: Sequence[float], alone: Sequence[float]) -> Figure:
    p99, floor = percentile(took, 99), percentile(alone, 99)
    return Figure(
        f"a member's /balance {when}, p99 (p50 {time(percentile(took, 50))})",
        time(p99),
        f"{time(floor)} (nothing due; p50 {time(percentile(alone, 50))})",
        p99 / floor,
        f"< {time(GOAL_SECONDS)}",
        p99 < GOAL_SECONDS,
    )


def measure(sizes: Sizes, folder: Path) -> Iterator[Figure]:
    """Digests that are spread, as a platform takes them; and as fast as they can be made."""
    raw = seconds_each(RawSqlite(folder / "raw.db"), sizes.alone)

    async def all_() -> list[Figure]:
        return [figure async for figure in _monday(sizes, folder, raw)]

    yield from asyncio.run(all_())
