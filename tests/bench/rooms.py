"""Matrix: one account in very many rooms, on a real homeserver: its first sync, and a restart.

Making the rooms takes Synapse minutes, so the homeserver that has them is kept in the cache folder of
its environment, one for each number of rooms. In a room are somebody, the bot, and in every twentieth
four others; it has a name and a topic, and nobody spoke.
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

from adapters.matrix.wanted import FIRST_TIMELINE, wanted_of
from tests.adapters.matrix.house import account_of
from tests.adapters.matrix.people import Person, answered
from tests.adapters.matrix.running import ACCOUNT
from tests.bench.figures import Figure, Sizes
from tests.bench.figures import time as shown
from tests.bench.machine import cpu_seconds, rss_max
from tests.sharing import locked
from tests.synapse import Homeserver, cache

SECONDS_MAX = 60
MIB_MAX = 300
AT_ONCE = 4
OTHERS = 4
MANY_IN = 20
"""In every room of so many there are the others, too."""
REST_SECONDS = 25.0
"""How long the bot is watched where nobody speaks: some looks at what rooms show."""

MIB = 1024 * 1024

BARE = "asked for and parsed once, bare"


class Kept(msgspec.Struct):
    """Who is there, by user, token and device; and the rooms that they share."""

    anna: tuple[str, str, str]
    bot: tuple[str, str, str]
    rooms: list[str]


async def _make(server: Homeserver, count: int) -> Kept:
    """Make the rooms; the bot goes into each by itself."""
    async with aiohttp.ClientSession() as session:
        anna, bot, *others = [
            await Person(server.url, session).register(name)
            for name in ("anna", "bot", *(["member"] * OTHERS))
        ]
        rooms, numbers = list[str](), iter(range(count))

        async def making() -> None:
            for number in numbers:
                called = {"name": f"Collective {number}", "topic": "What we do, and when we meet"}
                room = await anna.create_room(preset="public_chat", **called)
                for person in (bot, *(others if number % MANY_IN == 0 else ())):
                    await person.join(room)
                rooms.append(room)

        await asyncio.gather(*(making() for _ in range(AT_ONCE)))
        kept = [(it.user, it.token, it.device) for it in (anna, bot)]
        return Kept(kept[0], kept[1], rooms)


@asynccontextmanager
async def surroundings(
    count: int, folder: Path, *, smoke: bool
) -> AsyncIterator[tuple[Homeserver, Kept]]:
    """A homeserver with so many rooms, made or kept; and who is there."""
    home = folder if smoke else cache() / f"rooms-{count}"
    home.mkdir(parents=True, exist_ok=True)
    with locked(home / "lock"):
        server = Homeserver(home / "server")
        server.start()
        try:
            who = home / "who.json"
            if not who.exists():
                who.write_bytes(msgspec.json.encode(await _make(server, count)))
            yield server, msgspec.json.decode(who.read_bytes(), type=Kept)
        finally:
            server.stop()


class Bot:
    """The bot in a process of its own, that says when it is connected."""

    def __init__(self, folder: Path) -> None:
        module = "tests.adapters.matrix.running"
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, str(folder)], stdout=subprocess.PIPE, text=True
        )
        self.begun = time.perf_counter()

    async def connected(self) -> float:
        """How long that took."""
        assert self._process.stdout is not None
        said = await asyncio.to_thread(self._process.stdout.readline)
        assert said.startswith("Connected"), said
        return time.perf_counter() - self.begun

    @property
    def cpu(self) -> float:
        return cpu_seconds(self._process.pid)

    def kill(self) -> int:
        """End it at once; how much memory it held at most."""
        most = rss_max(self._process.pid)
        self._process.kill()
        self._process.wait()
        return most


async def _bare(url: str, token: str) -> float:
    """How long all rooms take to be asked for once, as the bot asks, and to be read as JSON."""
    wanted = msgspec.json.encode(wanted_of(FIRST_TIMELINE)).decode()
    query = {"filter": wanted, "timeout": "0"}
    begun = time.perf_counter()
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session,
        session.get(f"{url}/_matrix/client/v3/sync", params=query) as answer,
    ):
        msgspec.json.decode(await answer.read())
    return time.perf_counter() - begun


async def _answer(anna: Person, room: str, asked: str) -> None:
    while True:
        newest = await anna.newest(room)
        if any(answered(it) == asked for it in newest):
            return
        await asyncio.sleep(0.25)  # tidy: asking more often would slow the homeserver down


def measure(sizes: Sizes, folder: Path) -> Iterator[Figure]:
    """The first sync, rest, and a restart while somebody speaks."""
    yield from asyncio.run(_measured(sizes, folder))


async def _measured(sizes: Sizes, folder: Path) -> list[Figure]:
    count = sizes.rooms
    async with (
        surroundings(count, folder, smoke=sizes.smoke) as (server, kept),
        aiohttp.ClientSession() as session,
    ):
        url = server.url
        anna, us = Person(url, session), Person(url, session)
        anna.user, anna.token, anna.device = kept.anna
        us.user, us.token, us.device = kept.bot
        own = folder / "bot"
        own.mkdir()
        (own / ACCOUNT).write_bytes(msgspec.json.encode(account_of(us, own), enc_hook=str))
        bot, busy = Bot(own), cpu_seconds(server.pid)
        first = await bot.connected()
        busy_first = (bot.cpu, cpu_seconds(server.pid) - busy)
        room = kept.rooms[-1]
        await _answer(anna, room, await anna.say(room, "!log 1 kg apples"))
        before, watched = bot.cpu, 1.0 if sizes.smoke else REST_SECONDS
        await asyncio.sleep(watched)  # tidy: it is watched while nothing happens
        rest = (bot.cpu - before) / watched
        memory = [bot.kill()]
        asked = await anna.say(kept.rooms[0], "!log 1 kg pears")
        bot, busy = Bot(own), cpu_seconds(server.pid)
        again = await bot.connected()
        busy_again = (bot.cpu, cpu_seconds(server.pid) - busy)
        await _answer(anna, kept.rooms[0], asked)
        restart = time.perf_counter() - bot.begun
        memory.append(bot.kill())
        bare = await _bare(url, us.token)

    def took(what: str, seconds: float) -> Figure:
        goal, met = f"≤ {SECONDS_MAX} s", seconds <= SECONDS_MAX
        return Figure(what, shown(seconds), f"{shown(bare)} ({BARE})", seconds / bare, goal, met)

    def held(what: str, most: int) -> Figure:
        return Figure(what, f"{most / MIB:.0f} MiB", goal=f"≤ {MIB_MAX} MiB", met=most <= MIB_MAX * MIB)

    def busy_with(what: str, spent: tuple[float, float]) -> Figure:
        ours, theirs = map(shown, spent)
        return Figure(what, ours, f"{theirs} (the homeserver's)", spent[0] / spent[1])

    rooms = f"Matrix, {count:,} rooms"
    return [
        took(f"{rooms}: first start, until connected", first),
        busy_with(f"{rooms}: the same, processor time", busy_first),
        held(f"{rooms}: memory then, at most", memory[0]),
        Figure(f"{rooms}: processor where nobody speaks", f"{100 * rest:.1f} %"),
        took(f"{rooms}: killed, start until connected", again),
        busy_with(f"{rooms}: the same, processor time", busy_again),
        took(f"{rooms}: until what was said meanwhile is answered", restart),
        held(f"{rooms}: memory then, at most", memory[1]),
    ]
