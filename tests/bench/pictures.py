"""Pictures: how long everybody else waits while many are made."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from time import perf_counter

from adapters.painter import Painter
from adapters.painting import paint
from bot.text.charts import NIGHT, Bar, Bars, svg
from bot.text.languages import reader
from bot.text.wording import Words
from tests.bench.figures import Figure, Sizes, percentile, time

Paint = Callable[[str], Awaitable[bytes]]

GOAL_SECONDS = 0.050
LOOK_SECONDS = 0.005


def measure(sizes: Sizes, _folder: Path) -> Iterator[Figure]:
    """How late the loop is while pictures wait, beside a thread that paints them."""
    drawn = [_drawn(number) for number in range(sizes.pictures)]
    late, took = asyncio.run(_by_painter(drawn))
    thread_late, thread_took = asyncio.run(_beside(_in_thread, drawn))
    p99, thread_p99 = percentile(late, 99), percentile(thread_late, 99)
    yield Figure(
        f"late while {len(drawn)} pictures wait, p99 (at most {time(max(late))})",
        time(p99),
        f"{time(thread_p99)} (a thread paints)",
        p99 / thread_p99,
        f"< {time(GOAL_SECONDS)}",
        p99 < GOAL_SECONDS,
    )
    yield Figure(
        f"{len(drawn)} pictures",
        time(took),
        f"{time(thread_took)} (a thread paints)",
        took / thread_took,
    )


def _drawn(number: int) -> str:
    bars = tuple(Bar(Words(f"option {n}"), f"{n}", 100 * n) for n in range(1, 9))
    return svg(Bars(Words(f"Poll {number}"), bars), reader("en", "UTC", "/"), NIGHT)


async def _in_thread(drawn: str) -> bytes:
    return await asyncio.to_thread(paint, drawn)


async def _by_painter(drawn: list[str]) -> tuple[list[float], float]:
    painter = Painter()
    try:
        return await _beside(painter.paint, drawn)
    finally:
        await painter.close()


async def _beside(paint_one: Paint, drawn: list[str]) -> tuple[list[float], float]:
    """How late whoever looks every few milliseconds is (s), and how long all pictures take (s)."""
    begun = perf_counter()
    painting = asyncio.gather(*(paint_one(each) for each in drawn))
    late = list[float]()
    while not painting.done():
        wanted = perf_counter() + LOOK_SECONDS
        await asyncio.sleep(LOOK_SECONDS)  # tidy: being late is what is measured
        late.append(perf_counter() - wanted)
    await painting
    return late, perf_counter() - begun
