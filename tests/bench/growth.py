"""Whether memory stays bounded: the same process after some commands, and after ten times as many.

`python -m tests.bench.growth URL FEW MANY` hands them in and prints the bytes of memory at both.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench.bot import messages, running
from tests.bench.figures import Figure, Sizes, mebibytes
from tests.bench.machine import rss
from tests.bench.processes import said_as_json

GROWTH_MAX = 1.25
"""Sums by day and by month are kept, so a little growth is right; single entries are not kept."""


async def grow(url: str, few: int, many: int) -> dict[str, int]:
    """Memory after each number of commands, all delivered."""
    async with running(url, delivering=True) as bot:
        source = messages()
        await bot.take(source, few)
        before = rss()
        await bot.take(source, many - few)
        return {"few": before, "many": rss()}


def measure(sizes: Sizes, folder: Path) -> Iterator[Figure]:
    """In a process of its own, whose memory is nobody else's."""
    few, many = sizes.growth
    url = f"sqlite:///{folder / 'growth.db'}"
    said = said_as_json("tests.bench.growth", url, str(few), str(many))
    ratio = said["many"] / said["few"]
    yield Figure(
        f"memory after {many:,} commands",
        mebibytes(said["many"]),
        f"{mebibytes(said['few'])} (after {few:,})",
        ratio,
        f"ratio ≤ {GROWTH_MAX}",
        ratio <= GROWTH_MAX,
    )


if __name__ == "__main__":
    print(json.dumps(asyncio.run(grow(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))))
