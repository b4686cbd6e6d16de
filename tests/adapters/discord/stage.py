"""The whole bot on the stand-in: real engine, real intake, real delivery, real discord.py."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from adapters.cli.store import MEMORY, Store, open_store
from adapters.discord.client import Discord, Settings
from adapters.ticker import not_reached, tick
from bot.chat import CONSOLE, Outgoing
from bot.collective.collectives import HOME
from bot.collective.ruletypes import Value
from bot.command import Command
from bot.ports import Chance, Chat, Mark
from bot.writer.delivery import Delivery
from commands import FEATURES
from tests import foul
from tests.doubles.discord.server import TOKEN, Standin, standing_in
from tests.doubles.discord.storm import Storm
from tests.doubles.discord.world import Channel, Guild, Role, User, World
from tests.house import Desk, engine_over
from tests.painting import paint_here


class WorldClock:
    """The engine's clock is the stand-in's, so that a test moves both."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self._world.clock.now(), tz=dt.UTC)


@dataclass
class Stage:
    """A guild with anna (its owner), bo and cem, and a bot in it that can be stopped and started."""

    discord: Standin
    store: Store
    guild: Guild
    room: Channel
    anna: User
    bo: User
    cem: User
    commands: Mapping[str, Command]
    rules: Mapping[str, Value]
    settings: dict[str, Any]
    marks: list[Mark] = field(default_factory=list)
    bot: Discord | None = None
    intake: Desk | None = None
    delivery: Delivery | None = None
    running: asyncio.Task[None] | None = None
    chance: Chance | None = None
    """Where several programs share a database they must not draw the same."""
    may_begin: bool = True
    """Whether it holds its lease."""
    at_home: bool = True
    """Whether all of Discord belongs to one collective, without anybody having to begin it."""
    patience: asyncio.Event | None = None
    """While there is one, the delivery waits for it between its attempts."""
    chats: dict[str, Chat] = field(default_factory=dict)
    """Other platforms that are connected at the same time."""
    waiting: asyncio.Event = field(default_factory=asyncio.Event)
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    telling: set[asyncio.Task[Any]] = field(default_factory=set)

    @property
    def world(self) -> World:
        return self.discord.world

    @property
    def people(self) -> Any:
        return self.discord.people

    def configured(self) -> Settings:
        return Settings(
            token=TOKEN,
            guild_ready_seconds=0.01,
            **{
                "guilds": (self.guild.id,) if self.at_home else (),
                "defer_after": 1.0,
                **self.settings,
            },
        )

    async def start(self) -> None:
        """Start the bot and wait until its commands are there and the gateway has taken it."""
        clock = self.world.clock
        self.connected.clear()
        self.bot = Discord(
            self.configured(),
            self.commands,
            self.store.outbox,
            now=clock.steady,
            wall=clock.now,
            pause=self.pause,
            paint=paint_here,
            announce=self.announced,
            may_begin=lambda: self.may_begin,
        )
        engine = engine_over(
            self.store.journal,
            self.rules,
            clock=WorldClock(self.world),
            chance=self.chance,
            homes={CONSOLE: HOME, "discord": HOME} if self.at_home else {CONSOLE: HOME},
            commands=self.commands,
        )
        self.intake = Desk(engine, self.tell)
        chats = {"discord": self.bot, **self.chats}
        self.delivery = Delivery(
            chats, self.store.outbox, self.mark, pause=self.pause, unreached=self.unreached
        )
        before = self.discord.gateway.identifies
        self.running = asyncio.create_task(self.bot.listen(self.intake))
        await self.world.until(
            lambda: self.discord.gateway.identifies > before and bool(self.world.commands)
        )
        self.delivery.take_up()
        if foul.seed() is not None:
            # Whoever connects again and again is not yet there.
            await self.world.until(self.connected.is_set)
            assert self.bot.listener is not None
            await self.bot.listener.settled()

    def announced(self, words: str) -> None:
        self.connected.set()
        self.world.happened()

    def unreached(self, row: Outgoing) -> None:
        """Hand in that somebody could not be written to, as the program does."""
        assert self.intake is not None
        self.telling.add(asyncio.create_task(self.intake.submit(not_reached(row))))

    async def tick(self) -> None:
        """Hand in what time it is, as the program does when something is due."""
        assert self.intake is not None
        at = int(self.world.clock.now() * 1000)
        await self.intake.submit(tick(HOME, at))

    async def pause(self, seconds: float) -> None:
        """Waits are not real: the clock moves on, and the loop gets a turn.

        In foul weather somebody waits at any time; it stands still for whoever may not wait long.
        """
        self.waiting.set()
        if self.patience is not None:
            await self.patience.wait()
        if foul.seed() is None or not self.discord.interactions.pending():
            self.world.clock.move(seconds)
        await asyncio.sleep(0.001)  # tidy: lets sockets be read

    async def waited(self) -> None:
        """Until the delivery waits between two attempts."""
        async with asyncio.timeout(5):
            await self.waiting.wait()

    def tell(self, rows: Sequence[Outgoing]) -> None:
        assert self.delivery is not None
        self.delivery.offer(rows)

    def mark(self, mark: Mark) -> None:
        assert self.intake is not None
        self.marks.append(mark)
        self.intake.note(mark)
        self.world.happened()

    async def settled(self) -> None:
        """Wait until everything that was said is answered, told and marked."""
        assert self.bot is not None
        assert self.intake is not None
        assert self.delivery is not None
        for _ in range(3):
            if self.bot.listener is not None:
                await self.bot.listener.settled()
            await self.intake.finished()
            await self.delivery.drained()

    async def stop(self, *, kill: bool = False) -> None:
        """Stop the bot; a kill leaves what was not delivered to the next start."""
        assert self.running is not None
        assert self.intake is not None
        assert self.delivery is not None
        if not kill:
            await self.settled()
        await self.delivery.stop()
        self.running.cancel()
        with suppress(asyncio.CancelledError):
            await self.running
        assert self.bot is not None
        await self.bot.close()
        await self.intake.stop()

    async def restart(self, *, kill: bool = False) -> None:
        await self.stop(kill=kill)
        await self.start()


@asynccontextmanager
async def staged(
    commands: Mapping[str, Command] | None = None,
    rules: Mapping[str, Value] | None = None,
    *,
    sound: bool = True,
    start: bool = True,
    at_home: bool = True,
    **settings: Any,
) -> AsyncIterator[Stage]:
    """A stage with the bot running, whose every request has been valid in the end."""
    async with standing_in() as discord:
        seed = foul.seed()
        if seed is not None:
            discord.rest.storm = Storm(seed, deaf=False)
        world = discord.world
        anna, bo, cem = (world.user(name) for name in ("Anna", "Bo", "Cem"))
        guild = world.guild("Garden", anna, "hall")
        for user in (bo, cem):
            guild.members[user.id] = type(guild.members[anna.id])(user)
        room = next(c for c in world.channels.values() if c.guild == guild.id)
        with open_store(MEMORY) as store:
            stage = Stage(
                discord,
                store,
                guild,
                room,
                anna,
                bo,
                cem,
                FEATURES.commands if commands is None else commands,
                rules or {},
                settings,
                at_home=at_home,
            )
            if start:
                await stage.start()
            try:
                yield stage
            finally:
                if stage.running is not None:
                    await stage.stop(kill=True)
        if sound:
            discord.sound()


def give(stage: Stage, user: User, name: str, permissions: int = 0) -> Role:
    """Give somebody a role of the guild."""
    role = stage.world.role(stage.guild, name, permissions)
    stage.guild.members[user.id].roles.append(role.id)
    return role
