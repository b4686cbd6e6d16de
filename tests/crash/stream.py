"""A process to be killed: takes message ids from standard input, says each one when it is answered.

`python -m tests.crash.stream URL` hands every line `N` in as `/log 1m number N` with the id `N`.
"""

from __future__ import annotations

import asyncio
import sys

from adapters.cli.outside import SystemChance, SystemClock
from adapters.cli.store import open_store
from bot.chat import CONSOLE, Actor, Incoming, Place
from tests.house import Desk, engine_over

IN_FLIGHT = 32


async def stream(url: str) -> None:
    """Hand in every line, many at once, and print each id behind its durable answer."""
    with open_store(url) as store:
        intake = Desk(engine_over(store.journal, clock=SystemClock(), chance=SystemChance()))
        gate = asyncio.Semaphore(IN_FLIGHT)

        async def one(number: str) -> None:
            async with gate:
                actor = Actor(CONSOLE, f"p{int(number) % 50}", f"p{int(number) % 50}")
                words = f"/log 1m number {number}"
                await intake.submit(Incoming(number, Place(CONSOLE, "main"), actor, words))
                print(number, flush=True)

        await asyncio.gather(*(one(row.strip()) for row in sys.stdin))
        await intake.stop()


if __name__ == "__main__":
    asyncio.run(stream(sys.argv[1]))
