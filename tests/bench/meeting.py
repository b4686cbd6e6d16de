"""A meeting of sixty: within a minute all come, say how they feel, and vote; how long each waits.

Everybody acts once in each third of the minute, at an instant drawn by a seed; and whoever facilitates
writes a line into the room every few seconds, whose answer all see. On Discord they press
buttons, and the stand-in lets through as many edits as Discord does; the baseline is discord.py alone,
pressed as often at the same instants. On Matrix they react, and wait for their private answer; the
baseline is a bare echo bot of nio that answers what the same people write at the same instants.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp

from tests.adapters.matrix.people import Json, Person
from tests.bench.discord import bare, talkoot
from tests.bench.figures import Figure, Sizes, percentile
from tests.bench.figures import time as shown
from tests.bench.matrix import Bot
from tests.doubles.discord import openapi
from tests.doubles.discord.edits import Edits
from tests.doubles.discord.gateway import MESSAGE_CONTENT
from tests.doubles.discord.server import standing_in
from tests.doubles.discord.world import Channel, Guild, Member, Message, User, World
from tests.synapse import Homeserver

TRIES_MAX = 5
"""How often what is made ready is waited for, before the clock runs."""

P99_SECONDS_MAX = 0.5
LINES = 4
"""How many lines whoever facilitates writes in each third."""

ACTS = 3
"""What each does: come, signal, vote."""

WAVE, UP, TICK = "\U0001f44b", "\U0001f44d", "\u2705"

Act = Callable[[int], Awaitable[float]]


def instants(people: int, seconds: float, seed: int) -> list[float]:
    """When each of them acts, in order, within so many seconds."""
    drawn = random.Random(seed)
    return sorted(drawn.uniform(0, seconds) for _ in range(people))


async def crowd(people: int, seconds: float, seed: int, act: Act) -> list[float]:
    """Have each act at their instant, and wait for all; how long each waited."""
    begun = time.perf_counter()

    async def one(number: int, at: float) -> float:
        await asyncio.sleep(max(0.0, at - (time.perf_counter() - begun)))  # tidy: the load itself
        return await act(number)

    waits = (one(number, at) for number, at in enumerate(instants(people, seconds, seed)))
    return list(await asyncio.gather(*waits))


async def facilitated(seconds: float, say: Callable[[], Awaitable[float]]) -> list[float]:
    """A line every few seconds, amid what all others do; how long each waited for its answer."""
    waits: list[float] = []
    for _ in range(LINES):
        await asyncio.sleep(seconds / (LINES + 1))  # tidy: the load itself
        waits.append(await say())
    return waits


# --- Discord --------------------------------------------------------------------------------------


def garden(world: World, count: int) -> tuple[Channel, list[User]]:
    """A room with so many people in it."""
    people = [world.user(f"Person {number}") for number in range(count)]
    guild: Guild = world.guild("Garden", people[0], "hall")
    for user in people[1:]:
        guild.members[user.id] = Member(user)
    return next(c for c in world.channels.values() if c.guild == guild.id), people


def newest(world: World, room: Channel, part: str) -> Message:
    """The newest message of the room with these words."""
    return [each for each in world.said(room) if part in each.content.replace("**", "")][-1]


async def on_discord(url: str, people: int, seconds: float) -> tuple[list[float], list[float], Edits]:
    """How long each waits for the whole bot, and what is written; and the edits meanwhile."""
    async with standing_in() as standin:
        world, seconds = standin.world, seconds / ACTS
        standin.gateway.allowed |= MESSAGE_CONTENT
        room, users = garden(world, people)
        written: list[float] = []
        async with talkoot(standin, url, text=True):
            await world.until(lambda: bool(world.commands), 20)

            async def said(name: str, part: str, **values: str) -> Message:
                await standin.people.slash(users[0], room, name, **values)
                await world.until(lambda: any(part in m.content for m in world.said(room)), 20)
                return newest(world, room, part)

            async def pressed(on: Message, label: str, seed: int) -> list[float]:
                async def act(number: int) -> float:
                    it = await standin.people.press(users[number], on, label)
                    assert it.answered is not None
                    return float(it.latency)

                async def line() -> float:
                    begun, part = time.perf_counter(), f"adds point {len(written) + 1}:"
                    standin.people.say(users[0], room, "agenda+ The oven")
                    await world.until(lambda: any(part in m.content for m in world.said(room)), 30)
                    written.append(time.perf_counter() - begun)
                    return written[-1]

                waits, _ = await asyncio.gather(
                    crowd(people, seconds, seed, act), facilitated(seconds, line)
                )
                return waits

            card = await said("meeting open", "facilitates", title="General assembly")
            standin.rest.edits = Edits()
            waits = await pressed(card, "I am here", 1)
            asked = await said("meeting temp", "How does this feel", question="The oven?")
            waits += await pressed(asked, "for it", 2)
            call = await said("meeting call", "P1:", title="We buy the oven")
            waits += await pressed(call, "consent", 3)
            await world.until(lambda: "passed" in call.content, 20)
            await world.until(lambda: f"for it {people}" in card.content, 20)
        standin.sound()
        return waits, written, standin.rest.edits


async def bare_discord(people: int, seconds: float) -> list[float]:
    """How long each waits for discord.py alone."""
    async with standing_in() as standin:
        room, users = garden(standin.world, people)
        async with bare(standin):
            waits: list[float] = []
            for seed in range(1, ACTS + 1):

                async def act(number: int) -> float:
                    data = {"id": "1", "name": "here", "type": 1, "options": []}
                    it = standin.interactions.begin(2, users[number], room, data)
                    await standin.interactions.answered(it, 20)
                    return float(it.latency)

                waits += await crowd(people, seconds / ACTS, seed, act)
            return waits


# --- Matrix ---------------------------------------------------------------------------------------


def is_answer(event: Json, bot: str) -> bool:
    """Whether the bot says something, new or as an edit."""
    return bool(event["sender"] == bot and event["type"] == "m.room.message")


async def patiently(hear: Callable[[], Awaitable[Any]]) -> Any:
    """What a busy machine is late with is waited for longer than a test would."""
    for _ in range(TRIES_MAX):
        with suppress(AssertionError):
            return await hear()
    return await hear()


class Hall:
    """A room of Matrix with many people, and a bot in it."""

    def __init__(self, bot: Bot, people: Sequence[Person], onlooker: Person) -> None:
        self.bot, self.people, self.onlooker = bot, people, onlooker
        self.direct: dict[int, str] = {}

    async def gather(self) -> None:
        """All come into a room with the bot, however long that takes to start."""
        first, *others = self.people
        self.bot.room = await first.create_room(self.bot.account.user)
        await patiently(lambda: first.hear_join(self.bot.room, self.bot.account.user))
        for other in (*others, self.onlooker):
            await first.invite(self.bot.room, other.user)
            await other.join(self.bot.room)

    async def acquaint(self) -> None:
        """Everybody has a room with the bot alone, as whoever it answered before."""
        for number, person in enumerate(self.people):
            await person.quiet()
            person.events.clear()
            await person.say(self.bot.room, "!help")
            self.direct[number] = await patiently(partial(self._direct_with, person))

    async def _direct_with(self, person: Person) -> str:
        told = await person.hear_wherever(
            lambda it: is_answer(it, self.bot.account.user) and it["room_id"] != self.bot.room
        )
        return str(told["room_id"])

    async def said(self, line: str, part: str) -> Json:
        """What the bot says in the room to a line of whoever facilitates."""
        first = self.people[0]
        await first.say(self.bot.room, line)
        found: Json = await patiently(
            lambda: first.hear(
                lambda it: (
                    is_answer(it, self.bot.account.user) and part in str(it["content"].get("body"))
                )
            )
        )
        return found

    async def reacted(self, event: str, sign: str, number: int) -> float:
        """How long somebody waits for the private answer to their reaction."""
        person = self.people[number]
        await person.quiet()
        person.events.clear()
        begun = time.perf_counter()
        await person.react(self.bot.room, event, sign)
        mine = self.bot.account.user
        await patiently(
            lambda: person.hear(lambda it: is_answer(it, mine) and it["room_id"] == self.direct[number])
        )
        return time.perf_counter() - begun

    async def wrote(self, line: str, part: str) -> float:
        """How long somebody who looks on waits until the room is told what came of a line."""
        begun = time.perf_counter()
        await self.people[0].say(self.bot.room, line)
        mine = self.bot.account.user
        await patiently(
            lambda: self.onlooker.hear(
                lambda it: is_answer(it, mine) and part in str(it["content"].get("body"))
            )
        )
        return time.perf_counter() - begun

    async def echoed(self, number: int) -> float:
        """How long somebody waits for an echo."""
        person = self.people[number]
        await person.quiet()
        person.events.clear()
        begun = time.perf_counter()
        asked = await person.say(self.bot.room, "here")
        await patiently(lambda: person.hear_answer(self.bot.room, asked))
        return time.perf_counter() - begun

    async def edits(self) -> int:
        """How many edits the bot made in the room."""
        events = await self.people[0].messages(self.bot.room)
        mine = (it for it in events if is_answer(it, self.bot.account.user))
        return sum("m.new_content" in it["content"] for it in mine)


async def on_matrix(
    folder: Path, people: int, seconds: float
) -> tuple[list[float], list[float], list[float], int]:
    """How long each waits for the whole bot, what is written, and for the bare one; and the edits."""
    server = Homeserver(folder / "server")
    server.start()
    try:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            accounts = [await Person(server.url, session).register(name) for name in ("us", "bare")]
            us = Bot("tests.adapters.matrix.running", folder / "us", accounts[0])
            alone = Bot("tests.bench.echo", folder / "bare", accounts[1])
            for bot in (us, alone):
                bot.start()
            try:
                persons = [await Person(server.url, session).register("person") for _ in range(people)]
                onlooker = await Person(server.url, session).register("onlooker")
                hall = Hall(us, persons, onlooker)
                await hall.gather()
                waits, written, edits = await met(hall, people, seconds / ACTS)
                hall, theirs = Hall(alone, persons, onlooker), list[float]()
                await hall.gather()
                for seed in range(1, ACTS + 1):
                    theirs += await crowd(people, seconds / ACTS, seed, hall.echoed)
            finally:
                for bot in (us, alone):
                    bot.stop()
            return waits, written, theirs, edits
    finally:
        server.stop()


async def met(hall: Hall, people: int, seconds: float) -> tuple[list[float], list[float], int]:
    """The meeting itself."""
    await hall.acquaint()
    card = await hall.said("!meeting open General assembly", "facilitates")
    waits, written = list[float](), list[float]()

    async def write() -> float:
        written.append(await hall.wrote("agenda+ The oven", f"adds point {len(written) + 1}:"))
        return written[-1]

    asked: dict[int, tuple[str, str, str]] = {
        1: ("", "", WAVE),
        2: ("!temp The oven?", "How does this feel", UP),
        3: ("!call We buy the oven", "P1: We buy", TICK),
    }
    for seed, (line, part, sign) in asked.items():
        event = (await hall.said(line, part) if line else card)["event_id"]

        async def act(number: int, event: str = event, sign: str = sign) -> float:
            return await hall.reacted(event, sign, number)

        # Whoever facilitates is there already.
        each, _ = await asyncio.gather(crowd(people, seconds, seed, act), facilitated(seconds, write))
        waits += each
    return waits, written, await hall.edits()


# --- The figures ----------------------------------------------------------------------------------


def measure(sizes: Sizes, folder: Path) -> Iterator[Figure]:
    """Both platforms: the answers, and the edits of what is live."""
    openapi.PATH = ""
    people, seconds = sizes.meeting
    url = f"sqlite:///{folder / 'meeting.db'}"
    waits, written, edits = asyncio.run(on_discord(url, people, seconds))
    yield from _told("Discord", waits, asyncio.run(bare_discord(people, seconds)), people)
    yield _spoken("Discord", written)
    count = sum(map(len, edits.done.values()))
    yield Figure(
        f"Discord: edits of the cards, of {len(waits)} acts in {seconds:.0f} s",
        f"{count}, {edits.limited} of them refused",
        f"{edits.most} in {edits.seconds:.0f} s (the stand-in's limit)",
        goal="none refused",
        met=edits.limited == 0,
    )
    waits, written, theirs, edited = asyncio.run(on_matrix(folder, people, seconds))
    yield from _told("Matrix", waits, theirs, people)
    yield _spoken("Matrix", written)
    yield Figure(
        f"Matrix: edits of the cards, of {len(waits)} acts in {seconds:.0f} s",
        f"{edited}, with an account that nobody limits, and a second of rest for a card",
    )


def _spoken(platform: str, written: Sequence[float]) -> Figure:
    slowest = max(written)
    return Figure(
        f"{platform}: {len(written)} lines written amid that, answered for all to see, the slowest",
        shown(slowest),
        goal=f"< {shown(P99_SECONDS_MAX)}",
        met=slowest < P99_SECONDS_MAX,
    )


def _told(platform: str, waits: Sequence[float], theirs: Sequence[float], people: int) -> Iterator[Any]:
    whom = "discord.py alone" if platform == "Discord" else "bare echo bot"
    for percent, goal in ((50, None), (99, P99_SECONDS_MAX)):
        value, floor = percentile(waits, percent), percentile(theirs, percent)
        yield Figure(
            f"{platform}: a meeting of {people} who come, signal and vote, answered, p{percent}",
            shown(value),
            f"{shown(floor)} ({whom})",
            value / floor,
            f"< {shown(goal)}" if goal else "–",
            value < goal if goal else None,
        )
