"""`/log` through the whole engine, 64 in flight, against raw writing of four rows a command."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests import postgres
from tests.bench.bot import IN_FLIGHT, everywhere, hosting, messages, running
from tests.bench.figures import Figure, Sizes, alternating, rate
from tests.bench.raw import RawPostgres, RawSqlite, commands_per_second

RATE_MIN = 2_000
RATIO_MIN = 0.12


async def through_engine(url: str, commands: int, *, delivering: bool) -> float:
    """Commands a second, from the first message to the last durable answer (delivered and marked)."""
    async with running(url, delivering=delivering) as bot:
        source = messages()
        begun = time.perf_counter()
        await bot.take(source, commands)
        spent = time.perf_counter() - begun
        assert bot.chat.count >= commands or not delivering
    return commands / spent


async def of_a_hundred(url: str, commands: int) -> float:
    """Commands a second of a hundred collectives, so that hardly two of a batch are of one."""
    async with hosting(url) as bot:
        source = everywhere()
        begun = time.perf_counter()
        await bot.take(source, commands)
        return commands / (time.perf_counter() - begun)


def measure(sizes: Sizes, folder: Path) -> Iterator[Figure]:
    """SQLite with and without delivery; PostgreSQL for information."""
    yield from _sqlite(sizes, folder)
    if not sizes.smoke:
        yield from _postgresql(sizes)


def _sqlite(sizes: Sizes, folder: Path) -> Iterator[Figure]:
    numbers = count()

    def ours(*, delivering: bool) -> float:
        url = f"sqlite:///{folder / f'{next(numbers)}.db'}"
        return asyncio.run(through_engine(url, sizes.commands, delivering=delivering))

    def raw() -> float:
        path = folder / f"{next(numbers)}.db"
        return commands_per_second(RawSqlite(path), sizes.commands, IN_FLIGHT)

    delivered, answered, floor = alternating(
        sizes.runs, lambda: ours(delivering=True), lambda: ours(delivering=False), raw
    )
    for what, value in (
        ("commands, answered durably", answered),
        ("commands, answered, delivered, marked", delivered),
    ):
        met = value >= RATE_MIN and value >= RATIO_MIN * floor
        goal = f"≥ {RATE_MIN:,}/s, ratio ≥ {RATIO_MIN}"
        yield Figure(what, rate(value), rate(floor), value / floor, goal, met)


def _postgresql(sizes: Sizes) -> Iterator[Figure]:
    def ours() -> float:
        with postgres.fresh_database() as url:
            return asyncio.run(through_engine(url, sizes.commands // 4, delivering=True))

    def hundred() -> float:
        with postgres.fresh_database() as url:
            return asyncio.run(of_a_hundred(url, sizes.commands // 4))

    def raw() -> float:
        with postgres.fresh_database() as url:
            return commands_per_second(RawPostgres(url), sizes.commands // 4, IN_FLIGHT)

    with _durable_server():
        value, many, floor = alternating(sizes.runs, ours, hundred, raw)
    yield Figure("commands, PostgreSQL, delivered", rate(value), rate(floor), value / floor)
    yield Figure("commands of 100 collectives, PostgreSQL", rate(many), rate(floor), many / floor)


@contextmanager
def _durable_server() -> Iterator[None]:
    """The tests' server, but one that waits for its disk: a figure without that would be a lie."""
    postgres.SETTINGS.update(fsync="on", full_page_writes="on")
    postgres.pytest_configure()
    try:
        yield
    finally:
        postgres.pytest_unconfigure()
