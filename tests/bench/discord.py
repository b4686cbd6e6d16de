"""Fifty members at once on Discord: from the interaction to its callback, over real sockets.

The stand-in runs in the same process and takes its share of the machine. The baseline is discord.py
alone, which answers each interaction with the same words and writes nothing down.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import discord

from adapters.cli.outside import SystemChance, SystemClock
from adapters.cli.store import open_store
from adapters.discord.client import Discord, Settings
from bot.chat import CONSOLE, Outgoing
from bot.collective.collectives import HOME
from bot.writer.delivery import Delivery
from bot.writer.intake import Intake
from bot.writer.resting import REST_SECONDS
from tests.bench.figures import Figure, Sizes, percentile
from tests.bench.figures import time as shown
from tests.doubles.discord import openapi
from tests.doubles.discord.interactions import COMMAND, Interaction
from tests.doubles.discord.server import TOKEN, Standin, standing_in
from tests.doubles.discord.world import Channel, Member, User
from tests.house import COMMANDS, engine_over

MEMBERS = 50
P99_SECONDS_MAX = 0.5
LOG = [
    {"type": 3, "name": "amount", "value": "1m"},
    {"type": 3, "name": "what", "value": "watered the beds behind the greenhouse"},
]


def crowd(standin: Standin) -> tuple[Channel, list[User]]:
    """A room with fifty people in it."""
    world = standin.world
    people = [world.user(f"Person {number}") for number in range(MEMBERS)]
    guild = world.guild("Garden", people[0], "hall")
    for user in people[1:]:
        guild.members[user.id] = Member(user)
    room = next(c for c in world.channels.values() if c.guild == guild.id)
    return room, people


@asynccontextmanager
async def talkoot(standin: Standin, url: str, *, text: bool = False) -> AsyncIterator[None]:
    """The whole bot, with its store on the disk; with `text` it reads what people write."""
    with open_store(url) as store:
        engine = engine_over(
            store.journal,
            {"duplicates": "allow", "flood": 600},
            clock=SystemClock(),
            chance=SystemChance(),
            homes={CONSOLE: HOME, "discord": HOME},
        )
        settings = Settings(TOKEN, message_text=text, guild_ready_seconds=0.1)
        bot = Discord(settings, COMMANDS, store.outbox)

        def tell(rows: Sequence[Outgoing]) -> None:
            delivery.offer(rows)

        intake = Intake(engine, tell, lambda _: None)
        delivery = Delivery(
            {"discord": bot}, store.outbox, intake.note, rests={"discord": REST_SECONDS}
        )
        running = asyncio.create_task(bot.listen(intake))
        await standin.world.until(lambda: bool(standin.gateway.identifies), 20)
        try:
            yield
        finally:
            await intake.finished()
            await delivery.drained()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await intake.stop()


@asynccontextmanager
async def bare(standin: Standin) -> AsyncIterator[None]:
    """discord.py alone."""
    client = discord.Client(intents=discord.Intents.none(), guild_ready_timeout=0.1)
    broken: list[str] = []

    @client.event
    async def on_error(event: str, *_: object, **__: object) -> None:
        broken.append(event)

    @client.event
    async def on_interaction(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(
            "C1: Person 0, 1m", allowed_mentions=discord.AllowedMentions.none()
        )

    running = asyncio.create_task(client.start(TOKEN))
    await standin.world.until(lambda: bool(standin.gateway.identifies), 20)
    try:
        yield
    finally:
        await client.close()
        await asyncio.gather(running, return_exceptions=True)
    assert not broken, "what it is measured against does its work"


async def rounds(standin: Standin, room: Channel, people: list[User], count: int) -> list[float]:
    """So many times all of them at once; the first time warms up."""
    seconds = []
    for number in range(count + 1):
        data = {"id": "1", "name": "log", "type": 1, "options": LOG}
        asked: list[Interaction] = [
            standin.interactions.begin(COMMAND, user, room, data) for user in people
        ]
        for each in asked:
            await standin.interactions.answered(each, 20)
        if number:
            seconds += [each.latency for each in asked]
    return seconds


async def ours(url: str, count: int) -> list[float]:
    """How long the whole bot takes."""
    async with standing_in() as standin:
        room, people = crowd(standin)
        async with talkoot(standin, url):
            seconds = await rounds(standin, room, people, count)
        standin.sound()
        assert all("1m" in message.content for message in standin.world.said(room))
        return seconds


async def theirs(count: int) -> list[float]:
    """How long discord.py alone takes."""
    async with standing_in() as standin:
        room, people = crowd(standin)
        async with bare(standin):
            return await rounds(standin, room, people, count)


def measure(sizes: Sizes, folder: Path) -> Iterator[Figure]:
    """The middle and the slow end."""
    openapi.PATH = ""
    bot: list[float] = []
    alone: list[float] = []
    for run in range(sizes.runs):
        bot += asyncio.run(ours(f"sqlite:///{folder / f'{run}.db'}", sizes.asked // 4 or 1))
        alone += asyncio.run(theirs(sizes.asked // 4 or 1))
    for percent, goal in ((50, None), (99, P99_SECONDS_MAX)):
        value, floor = percentile(bot, percent), percentile(alone, percent)
        yield Figure(
            f"Discord: {MEMBERS} interactions at once, answered, p{percent}",
            shown(value),
            f"{shown(floor)} (discord.py alone)",
            value / floor,
            f"< {shown(goal)}" if goal else "–",
            value < goal if goal else None,
        )
