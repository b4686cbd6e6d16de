"""Discord as a chat: it can be spoken to (`send`), and it hands in what is said there (`listen`)."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from typing import Any

import aiohttp
import discord
import msgspec

from adapters.discord.checking import findings
from adapters.discord.commands import application_commands, as_spoken, fingerprint, ids_of, spoken
from adapters.discord.connection import GUILD_READY_SECONDS, Connection
from adapters.discord.conversation import DEFER_AFTER_SECONDS
from adapters.discord.listening import Listener
from adapters.discord.markdown import Markdown
from adapters.discord.means import Means
from adapters.discord.pollbook import PollBook
from adapters.discord.rest import Refusal, Rest
from adapters.discord.setup import logged_in
from adapters.discord.sharding import TOO_MANY_SERVERS, Grown, Shards, Turns
from adapters.discord.standing import PLATFORM, Overwrite, Surroundings
from adapters.discord.supervision import ended, keep_connected
from adapters.discord.telling import Teller
from bot.chat import Outgoing, Unread
from bot.command import Command
from bot.ports import Later, Outbox, Paint, TurnedAway
from bot.writer.intake import Intake

log = logging.getLogger("talkoot.discord")

REGISTER_AGAIN_SECONDS = 30.0
REGISTER_AGAIN_SECONDS_MAX = 3600.0
"""The waits before the commands are registered again after Discord could not take them."""

GUILDS_NAMED_MAX = 10
"""Where the bot is in more servers, only their number is told."""

Payload = dict[str, Any]


class Settings(msgspec.Struct, frozen=True):
    """How to connect: the token (a secret), the guilds that are served, and what may be read.

    Where no guild is named, all are served that invite the bot. Without `shards` it has as many as
    Discord wants, all of them here. The seconds are for tests, which have no time.
    """

    token: str
    guilds: tuple[str, ...] = ()
    message_text: bool = False
    shards: Shards | None = None
    defer_after: float = DEFER_AFTER_SECONDS
    guild_ready_seconds: float = GUILD_READY_SECONDS

    def __repr__(self) -> str:
        """Without the token."""
        return f"Settings(guilds={self.guilds}, message_text={self.message_text})"


class Discord:
    """The platform: one connection at a time for each shard, under supervision of its own."""

    platform = PLATFORM

    def __init__(  # noqa: PLR0913 - what a program gives, and what a test does
        self,
        settings: Settings,
        commands: Mapping[str, Command],
        outbox: Outbox,
        *,
        now: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        paint: Paint | None = None,
        announce: Callable[[str], None] = lambda _: None,
        may_begin: Callable[[], bool] = lambda: True,
    ) -> None:
        """Prepare; nothing is connected yet. `now` never goes back, `wall` is seconds since 1970.

        Without `paint`, pictures are told in words. `announce` tells whoever runs it that it is
        connected. `may_begin` says whether this program may send what is its own now.
        """
        self._announce = announce
        self._settings, self._commands, self._names = settings, commands, spoken(commands)
        self._now, self._pause, self._may_begin = now, pause, may_begin
        self._ids = dict[str, str]()
        self._markup = Markdown(lambda line: as_spoken(line, self._names, commands), self._ids)
        self.rest = Rest()
        self._outbox = outbox
        self._shards = settings.shards or Shards()
        self._turns = self._fresh_turns()
        self._book = PollBook(outbox, shared=self._shards.is_shared)
        self._teller = Teller(
            self.rest,
            self._book,
            now,
            wall,
            markup=self._markup,
            cards=outbox.receipts,
            paint=paint,
            pause=pause,
        )
        self._connections: dict[int, Connection] = {}
        self.listener: Listener | None = None

    async def send(self, outgoing: Outgoing, replaces: str | None) -> str:
        """Deliver a row, or join its delivery where that began already; returns the receipt.

        Raises Later or Undeliverable.
        """
        return await self._teller.tell(outgoing, replaces)

    async def listen(self, intake: Intake) -> None:
        """Stay connected and hand in what is said, until cancelled.

        Raises TurnedAway, in plain words, when it can never work as it is configured.
        """
        means = Means(
            rest=self.rest,
            teller=self._teller,
            book=self._book,
            surroundings=self._surroundings,
            guilds=frozenset(self._settings.guilds),
            now=self._now,
            defer_after=self._settings.defer_after,
            pause=self._pause,
            may_begin=self._may_begin,
        )
        self._book.keep(intake.note)
        self.listener = Listener(means, intake)
        try:
            while True:
                try:
                    raise TurnedAway(await self._all_connected())
                except Grown as grown:
                    log.warning("the bot is in many servers: it is divided into %d shards", grown.count)
                    self._shards = Shards(grown.count)
                    self._turns = self._fresh_turns()
        finally:
            self.listener.stop()

    def _fresh_turns(self) -> Turns:
        kept, swap = partial(self._outbox.position, PLATFORM), partial(self._outbox.swap, PLATFORM)
        return Turns(self._shards, self._now, self._pause, kept, swap)

    async def _all_connected(self) -> str:
        """Keep all shards connected, until one cannot be any more: returns why. Raises Grown."""
        keeping = [
            asyncio.create_task(keep_connected(partial(self._connect, shard), self._now))
            for shard in self._shards.ids
        ]
        try:
            done, _ = await asyncio.wait(keeping, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await asyncio.gather(*map(ended, keeping))
        # Several may have grown at once; what nobody asks for would be told as a bug.
        over = [it.exception() for it in keeping if not it.cancelled()]
        grown = next((it for it in over if isinstance(it, Grown)), None)
        if grown is not None:
            raise grown
        return done.pop().result()

    def unread(self) -> tuple[Unread, ...]:
        """Nothing: what Discord could not hand over at once it never does."""
        return ()

    @property
    def is_connected(self) -> bool:
        """Whether the gateway has said of every shard that all is ready, and has not gone since."""
        here = self._connections
        return all(shard in here and here[shard].is_ready() for shard in self._shards.ids)

    async def close(self) -> None:
        """Stop telling; what is not told stays in the outbox."""
        await self._teller.close()

    async def _connect(self, shard: int) -> None:
        """One connection of a shard, from login to its end. Raises Grown."""
        registering: asyncio.Task[None] | None = None
        connection = Connection(
            self._take,
            self._turns,
            self._shards,
            shard,
            message_text=self._settings.message_text,
            guild_ready_seconds=self._settings.guild_ready_seconds,
            ready=self._ready,
        )
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session, connection:
            try:
                await connection.login(self._settings.token)
                self._connections[shard] = connection
                application = connection.application_id
                assert application is not None
                assert connection.user is not None
                self._teller.before.bot = str(connection.user.id)
                self.rest.connect(connection.http, session, application)
                if shard == self._shards.ids[0]:
                    registering = asyncio.create_task(self._register(application))
                if not self._shards.is_one:
                    _, _, limits = await connection.http.get_bot_gateway()
                    self._turns.limited(limits)
                await self._turns.take(shard)
                await connection.connect()
            except discord.ConnectionClosed as closed:
                if closed.code == TOO_MANY_SERVERS and self._settings.shards is None:
                    raise Grown(await self._wanted()) from closed
                raise
            finally:
                if registering is not None:
                    registering.cancel()
                self._turns.give_back(shard)
                self.rest.disconnect(connection.http)
                self._connections.pop(shard, None)

    async def _wanted(self) -> int:
        """How many shards Discord wants, which are more than there are."""
        async with logged_in(self._settings.token) as client:
            wanted, _, _ = await client.http.get_bot_gateway()
        return max(wanted, self._shards.count + 1)

    def _ready(self) -> None:
        """Say that it is connected, as whom and to which servers, when that is so of every shard."""
        if not self.is_connected:
            return
        user = next(iter(self._connections.values())).user
        assert user is not None
        guilds = [guild.name for guild in self._guilds()]
        if not guilds:
            where = "in no server yet: talkoot doctor says how to invite it"
        elif len(guilds) > GUILDS_NAMED_MAX:
            where = f"in {len(guilds):,} servers"
        else:
            where = f"in {', '.join(guilds)}"
        divided = "" if self._shards.is_one else f" ({self._shards})"
        self._announce(f"Connected to Discord as {user.name}, {where}{divided}.")

    def _guilds(self) -> Iterator[discord.Guild]:
        """The guilds of all shards that are connected here."""
        for connection in self._connections.values():
            yield from connection.guilds

    def _take(self, event: str, payload: Payload) -> None:
        """Hear an event; a guild that comes is looked at first."""
        assert self.listener is not None
        if event == "GUILD_CREATE":
            for told in self.findings(str(payload["id"])):
                log.warning("%s", told)
        self.listener.take(event, payload)

    async def _register(self, application: int) -> None:
        """Register the commands with Discord, if it has others. Creating them is rationed by day.

        Of several programs the one that has the first shard does; others wait until that is done.
        """
        wanted = application_commands(self._commands)
        path = "/applications/{application_id}/commands"
        place: Payload = {"application_id": str(application)}
        wait = REGISTER_AGAIN_SECONDS
        while True:
            try:
                known = await self.rest.ask(
                    "GET", path, query={"with_localizations": "true"}, shape=list, **place
                )
                is_right = fingerprint(known) == fingerprint(wanted)
                if not is_right and 0 in self._shards.ids:
                    known = await self.rest.ask("PUT", path, wanted, shape=list, **place)
                    log.info("registered %d commands", len(wanted))
                    is_right = True
                self._ids.clear()
                self._ids.update(ids_of(known))
                if is_right:
                    return
            except Later:
                log.warning("the commands could not be registered; trying again in %d s", wait)
            except Refusal as refused:
                log.error("Discord does not take the commands: %s", refused)  # noqa: TRY400 - no bug
                return
            await self._pause(wait)
            wait = min(2 * wait, REGISTER_AGAIN_SECONDS_MAX)

    def _surroundings(self, payload: Payload) -> Surroundings:
        """What discord.py knows of an event's guild: whose it is, its roles, where it happened."""
        guild = self._guild(payload.get("guild_id"))
        if guild is None:
            return Surroundings(self._teller.before.bot, self._commands, self._names, ids=self._ids)
        place = guild.get_channel_or_thread(int(payload.get("channel_id") or 0))
        thread = place if isinstance(place, discord.Thread) else None
        channel = thread.parent if thread is not None else place
        return Surroundings(
            self._teller.before.bot,
            self._commands,
            self._names,
            {str(role.id): role.permissions.value for role in guild.roles},
            str(thread.parent_id) if thread is not None else "",
            str(guild.owner_id),
            overwrites_of(channel) if isinstance(channel, discord.abc.GuildChannel) else {},
            self._ids,
        )

    def _guild(self, number: str | None) -> discord.Guild | None:
        if not number:
            return None
        found = (each.get_guild(int(number)) for each in self._connections.values())
        return next((guild for guild in found if guild is not None), None)

    def findings(self, number: str = "") -> list[str]:
        """What is wrong with the bot's rights in a guild (in all of them), a sentence each."""
        served = self._settings.guilds
        return [
            told
            for guild in self._guilds()
            if number in {"", str(guild.id)} and (not served or str(guild.id) in served)
            for told in findings(guild.name, guild.me.guild_permissions, guild.default_role.permissions)
        ]


def overwrites_of(channel: discord.abc.GuildChannel) -> dict[str, Overwrite]:
    """What a channel gives and takes, by the id of the role or the person."""
    pairs = {str(target.id): given.pair() for target, given in channel.overwrites.items()}
    return {target: Overwrite(allow.value, deny.value) for target, (allow, deny) in pairs.items()}
