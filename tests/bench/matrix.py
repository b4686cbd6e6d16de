"""Matrix: from a message to its durable answer, and catching up, against a bare echo bot of nio.

Both are processes of their own on the same homeserver, asked in turns by the same person. What is
logged is goods: a day has room for 1,440 minutes, and what is refused is answered in another room.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import msgspec

from tests.adapters.matrix.house import account_of
from tests.adapters.matrix.people import Person, answered
from tests.adapters.matrix.running import ACCOUNT
from tests.bench.figures import Figure, Sizes, percentile
from tests.bench.figures import time as shown
from tests.bench.machine import CPU_TICK_SECONDS, cpu_seconds
from tests.synapse import Homeserver

P50_RATIO_MAX = 1.15
CPU_RATIO_MAX = 2
IN_TURN = 10
SENT_AT_ONCE = 8
QUIET_SECONDS = 60
"""A bot that says nothing for so long has nothing more to say: it takes in all before it begins."""


class Bot:
    """A bot in a process of its own, and the room where it is asked."""

    def __init__(self, module: str, folder: Path, account: Person) -> None:
        self.module, self.folder, self.account = module, folder, account
        self.room = ""
        self.seconds: list[float] = []
        self.cpu = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir()
        written = msgspec.json.encode(account_of(account, folder), enc_hook=str)
        (folder / ACCOUNT).write_bytes(written)

    def start(self) -> None:
        self._process = subprocess.Popen([sys.executable, "-m", self.module, str(self.folder)])

    def stop(self) -> None:
        assert self._process
        self._process.terminate()
        self._process.wait()

    def cpu_seconds(self) -> float:
        assert self._process
        return cpu_seconds(self._process.pid)

    async def ask(self, person: Person, number: int) -> float:
        """How long one command waits for its answer, on the wire and back."""
        begun = time.perf_counter()
        asked = await person.say(self.room, f"!log 1 kg number {number}")
        await person.hear_answer(self.room, asked)
        person.events.clear()
        return time.perf_counter() - begun


@asynccontextmanager
async def surroundings(folder: Path) -> AsyncIterator[tuple[Person, Bot, Bot]]:
    """A homeserver, somebody who asks, our bot and the bare one, both in their rooms."""
    server = Homeserver(folder / "server")
    server.start()
    try:
        async with aiohttp.ClientSession() as session:
            anna, us, bare = [
                await Person(server.url, session).register(name) for name in ("anna", "us", "bare")
            ]
            bots = (
                Bot("tests.adapters.matrix.running", folder / "us", us),
                Bot("tests.bench.echo", folder / "bare", bare),
            )
            for bot in bots:
                bot.start()
                bot.room = await anna.room_with(bot.account.user)
            try:
                yield (anna, *bots)
            finally:
                for bot in bots:
                    bot.stop()
    finally:
        server.stop()


async def in_turns(anna: Person, bots: tuple[Bot, ...], messages: int) -> None:
    """Ask each bot so many times, some in turn."""
    for begin in range(0, messages, IN_TURN):
        for bot in bots:
            before = bot.cpu_seconds()
            for number in range(begin, min(begin + IN_TURN, messages)):
                bot.seconds.append(await bot.ask(anna, number))
            bot.cpu += bot.cpu_seconds() - before


async def catch_up(anna: Person, bot: Bot, messages: int) -> tuple[int, bool, float]:
    """Type while a bot is away; how many it then answers, whether once and in order, and the time."""
    bot.stop()
    numbers = iter(range(messages))

    async def typing() -> None:
        for number in numbers:
            await anna.say(bot.room, f"!log 1 kg number {number} while you were away")

    await asyncio.gather(*(typing() for _ in range(SENT_AT_ONCE)))
    events = await anna.messages(bot.room)
    asked = [it["event_id"] for it in events if "away" in str(it["content"].get("body"))][-messages:]
    begun = last = time.perf_counter()
    bot.start()
    newest = ""
    while newest != asked[-1] and time.perf_counter() - last < QUIET_SECONDS:
        await asyncio.sleep(0.25)  # tidy: asking more often would slow the homeserver down
        said = [it for it in await anna.newest(bot.room) if it["sender"] == bot.account.user]
        if said and answered(said[0]) != newest:
            newest, last = str(answered(said[0])), time.perf_counter()
    waited_for = set(asked)
    told = [answered(it) for it in await anna.messages(bot.room) if it["sender"] == bot.account.user]
    got = [it for it in told if it in waited_for]
    return len(set(got)), got == asked, last - begun


def measure(sizes: Sizes, folder: Path) -> Iterator[Figure]:
    """Latency and processor time, then the backlog."""
    yield from asyncio.run(_measured(sizes, folder))


async def _measured(sizes: Sizes, folder: Path) -> list[Figure]:
    async with surroundings(folder) as (anna, us, bare):
        await in_turns(anna, (us, bare), sizes.matrix)
        figures = [_latency(us, bare, percent) for percent in (50, 99)]
        # A short run may take less than the system counts.
        ours, theirs = (max(each.cpu, CPU_TICK_SECONDS) / sizes.matrix for each in (us, bare))
        figures.append(
            Figure(
                "Matrix: the bot's processor time a message",
                shown(ours),
                f"{shown(theirs)} (bare echo bot)",
                ours / theirs,
                f"ratio ≤ {CPU_RATIO_MAX}",
                ours <= CPU_RATIO_MAX * theirs,
            )
        )
        count, in_order, seconds = await catch_up(anna, us, sizes.backlog)
        theirs_count, _, _ = await catch_up(anna, bare, sizes.backlog)
        figures.append(
            Figure(
                f"Matrix: answered of {sizes.backlog:,} typed while it was away",
                f"{count:,} in {seconds:.0f} s" + (", once, in order" if in_order else ""),
                f"{theirs_count:,} (bare echo bot)",
                goal="all, once, in order",
                met=in_order,
            )
        )
        return figures


def _latency(us: Bot, bare: Bot, percent: int) -> Figure:
    ours, theirs = percentile(us.seconds, percent), percentile(bare.seconds, percent)
    judged = percent == 50
    return Figure(
        f"Matrix: message to durable answer, p{percent}",
        shown(ours),
        f"{shown(theirs)} (bare echo bot)",
        ours / theirs,
        f"ratio ≤ {P50_RATIO_MAX}" if judged else "–",
        ours <= P50_RATIO_MAX * theirs if judged else None,
    )
