"""One of several workers on a database, to kill: `python -m tests.crash.worker URL NAME SENT`.

Each line `N PLATFORM ROOM PERSON WORDS` of standard input hands the message N in, as if that person
said it in that room; N is printed behind its durable answer. What is delivered is written to the file
SENT, which stands for platforms that several programs speak to: worker, the name that it has among the
others, time, row and address, one line each.

Each of the `--platforms` is a collective of its own, but for the console's, which is the usual one.
`--rate` lets time go so much faster than on the wall, from `BEGIN` on, which was at `--zero` (seconds
since 1970).
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from adapters.cli.outside import SystemChance, SystemClock
from adapters.cli.store import open_store
from adapters.ticker import Ticker
from bot.chat import CONSOLE, Actor, Incoming, Outgoing, Place
from bot.collective.collectives import HOME
from bot.collective.ruletypes import Value
from bot.ports import Mark, StorageBroken
from bot.writer.delivery import Delivery
from bot.writer.intake import Intake, NotRecorded
from bot.writer.lease import Crew, Lease
from tests.house import engine_over

IN_FLIGHT = 16

BEGIN = dt.datetime(2035, 1, 1, 8, 25, tzinfo=dt.UTC)
"""A Monday to come, a while before digests do: the ticker's own alarm goes by the clock on the wall."""

RULES: Mapping[str, Value] = {"flood": 1_000_000, "digest-every": ("daily",)}


class QuickClock:
    """Time that goes faster than on the wall, the same in all programs that began to count together."""

    def __init__(self, rate: float, zero: float) -> None:
        """Count from `zero` (seconds since 1970), which is `BEGIN`."""
        self._rate, self._zero = rate, zero

    def now(self) -> dt.datetime:
        """The instant that it is there."""
        return BEGIN + dt.timedelta(seconds=(time.time() - self._zero) * self._rate)


class Platform:
    """Takes a while for each message, and keeps which it got."""

    def __init__(self, platform: str, name: str, sent: Path, crew: Crew) -> None:
        self.platform, self.name, self.crew = platform, name, crew
        self.sent = sent.open("a", buffering=1)

    async def send(self, outgoing: Outgoing, replaces: str | None) -> str:
        where = f"{self.platform}/{outgoing.place.room}/{outgoing.person}"
        row = f"{self.name} {self.crew.me} {time.monotonic()} {outgoing.id} {where}\n"
        self.sent.write(row)
        await asyncio.sleep(0.002)  # tidy: a network is not at once
        return outgoing.id


async def until_kept(intake: Intake, message: Incoming) -> None:
    """Hand a message in until it is recorded: one that is paused may hold the database."""
    while True:
        try:
            await intake.submit(message)
        except NotRecorded:
            await asyncio.sleep(0.1)  # tidy: another program has the database
        else:
            return


def broke(why: StorageBroken) -> None:
    """The disk failed: whoever watches sees that this program is gone."""
    sys.exit(str(why))


async def main(given: argparse.Namespace) -> None:
    """Hand in every line, and deliver, until standard input ends."""
    loop = asyncio.get_running_loop()
    with open_store(given.url) as store:

        def tell(rows: Sequence[Outgoing]) -> None:
            delivery.offer(rows)

        def retell(rows: Sequence[Outgoing]) -> None:
            delivery.look_for(rows)

        def mark(what: Mark) -> None:
            intake.note(what, at_once=not lease.is_apart())

        clock = QuickClock(given.rate, given.zero) if given.rate else SystemClock()
        homes = {each: HOME if each == CONSOLE else each for each in given.platforms}
        engine = engine_over(store.journal, RULES, clock=clock, chance=SystemChance(), homes=homes)
        intake = Intake(engine, tell, broke, retell=retell)
        lease = Lease(store.crew, time.monotonic, time.time, given.pace)
        chats = {each: Platform(each, given.name, given.sent, store.crew) for each in given.platforms}
        lease.join(chats)
        delivery = Delivery(chats, store.outbox, mark, lease=lease, writing=intake)
        delivering = asyncio.create_task(delivery.keep_on())
        ticker = Ticker(intake, store.wakes, clock)
        ticker.start()
        gate = asyncio.Semaphore(IN_FLIGHT)
        handing = set[asyncio.Task[None]]()

        async def one(row: str) -> None:
            async with gate:
                number, platform, room, who, words = row.rstrip("\n").split(" ", 4)
                actor = Actor(platform, who, who)
                await until_kept(intake, Incoming(number, Place(platform, room), actor, words))
                print(number, flush=True)

        while row := await loop.run_in_executor(None, sys.stdin.readline):
            task = asyncio.create_task(one(row))
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


def read() -> argparse.Namespace:
    """What it is started with."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.worker")
    parser.add_argument("url")
    parser.add_argument("name")
    parser.add_argument("sent", type=Path)
    parser.add_argument("--pace", type=float, default=1.0)
    parser.add_argument("--platforms", nargs="+", default=[CONSOLE])
    parser.add_argument("--rate", type=float, default=0.0)
    parser.add_argument("--zero", type=float, default=0.0)
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main(read()))
