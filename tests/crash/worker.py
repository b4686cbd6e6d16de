"""One of several workers on a database, to kill: `python -m tests.crash.worker URL NAME SENT PACE`.

Each line `N ROOM` of standard input hands the message N in as `/log 1m number N`, said in that room; N
is printed behind its durable answer. What is delivered is written to the file SENT, which stands for a
platform that several programs speak to: worker, time, row and room, one line each.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from adapters.cli.outside import SystemChance, SystemClock
from adapters.cli.store import open_store
from adapters.ticker import Ticker
from bot.chat import CONSOLE, Actor, Incoming, Outgoing, Place
from bot.ports import Mark
from bot.writer.delivery import Delivery
from bot.writer.intake import NotRecorded
from bot.writer.lease import Lease
from tests.house import Desk, engine_over

IN_FLIGHT = 16


class Platform:
    """Takes a while for each message, and keeps which it got."""

    platform = CONSOLE

    def __init__(self, name: str, sent: Path) -> None:
        self.name, self.sent = name, sent.open("a", buffering=1)

    async def send(self, outgoing: Outgoing, replaces: str | None) -> str:
        row = f"{self.name} {time.monotonic()} {outgoing.id} {outgoing.place.room}\n"
        self.sent.write(row)
        await asyncio.sleep(0.002)  # tidy: a network is not at once
        return outgoing.id


async def until_kept(intake: Desk, message: Incoming) -> None:
    """Hand a message in until it is recorded: one that is paused may hold the database."""
    while True:
        try:
            await intake.submit(message)
        except NotRecorded:
            await asyncio.sleep(0.1)  # tidy: another program has the database
        else:
            return


async def main(url: str, name: str, sent: Path, pace: float) -> None:
    """Hand in every line, and deliver, until standard input ends."""
    loop = asyncio.get_running_loop()
    with open_store(url) as store:

        def tell(rows: Sequence[Outgoing]) -> None:
            delivery.offer(rows)

        clock, rules = SystemClock(), {"flood": 1_000_000}

        def mark(what: Mark) -> None:
            intake.note(what, at_once=not lease.is_apart())

        engine = engine_over(store.journal, rules, clock=clock, chance=SystemChance())
        intake = Desk(engine, tell)
        lease = Lease(store.crew, time.monotonic, time.time, pace)
        chats = {CONSOLE: Platform(name, sent)}
        lease.join(chats)
        delivery = Delivery(chats, store.outbox, mark, lease=lease, written=intake.finished)
        delivering = asyncio.create_task(delivery.keep_on())
        ticker = Ticker(intake, store.wakes, clock)
        ticker.start()
        gate = asyncio.Semaphore(IN_FLIGHT)
        handing = set[asyncio.Task[None]]()

        async def one(number: str, room: str) -> None:
            async with gate:
                who, place = f"p{int(number) % 20}", Place(CONSOLE, room)
                words = f"/log 1m number {number}"
                message = Incoming(number, place, Actor(CONSOLE, who, who), words)
                await until_kept(intake, message)
                print(number, flush=True)

        while line := await loop.run_in_executor(None, sys.stdin.readline):
            number, room = line.split()
            task = asyncio.create_task(one(number, room))
            handing.add(task)
            task.add_done_callback(handing.discard)
        await asyncio.gather(*handing)
        ticker.stop()
        await intake.finished()
        await delivery.drained()
        await delivery.stop()
        delivering.cancel()
        await intake.stop()
        store.crew.leave()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), float(sys.argv[4])))
