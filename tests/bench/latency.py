"""One command alone, from handing it in to its durable answer, against one raw transaction."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from tests.bench.bot import messages, running
from tests.bench.figures import Figure, Sizes, percentile
from tests.bench.figures import time as shown
from tests.bench.raw import RawSqlite, seconds_each

P50_RATIO_MAX = 4
STEP = dt.timedelta(minutes=4)


async def one_by_one(url: str, commands: int) -> list[float]:
    """How long each command takes when nobody else types."""
    seconds = []
    async with running(url, delivering=False, step=STEP) as bot:
        for message in islice(messages(), commands):
            begun = time.perf_counter()
            await bot.submit(message)
            seconds.append(time.perf_counter() - begun)
    return seconds


def measure(sizes: Sizes, folder: Path) -> Iterator[Figure]:
    """The middle and the slow end."""
    numbers = count()
    ours: list[float] = []
    raw: list[float] = []
    for _ in range(sizes.runs):
        url = f"sqlite:///{folder / f'{next(numbers)}.db'}"
        ours += asyncio.run(one_by_one(url, sizes.alone))
        raw += seconds_each(RawSqlite(folder / f"{next(numbers)}.db"), sizes.alone)
    for percent, goal in ((50, P50_RATIO_MAX), (99, None)):
        value, floor = percentile(ours, percent), percentile(raw, percent)
        yield Figure(
            f"one command alone, p{percent}",
            shown(value),
            shown(floor),
            value / floor,
            f"ratio ≤ {goal}" if goal else "–",
            value <= goal * floor if goal else None,
        )
