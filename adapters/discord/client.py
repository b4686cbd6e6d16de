"""Discord as a chat: it can be spoken to (`send`), and it hands in what is said there (`listen`)."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
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

Payload = dict[str, Any]


class Settings(msgspec.Struct, frozen=True):
    """How to connect: the token (a secret), the guilds that are served, and what may be read.

    Where no guild is named, all are served that invite the bot. The seconds are for tests, which
    have no time.
    """

    token: str
    guilds: tuple[str, ...] = ()
    message_text: bool = False
    defer_after: float = DEFER_AFTER_SECONDS
    guild_ready_seconds: float = GUILD_READY_SECONDS

    def __repr__(self) -> str:
        """Without the token."""
        return f"Settings(guilds={self.guilds}, message_text={self.message_text})"


class Discord:
    """The platform: one connection at a time, under supervision of its own."""

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
        self._book = PollBook(outbox)
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
        self._connection: Connection | None = None
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
        connecting = asyncio.create_task(keep_connected(self._connect, self._now))
        try:
            raise TurnedAway(await asyncio.shield(connecting))
        finally:
            await ended(connecting)
            self.listener.stop()

    def unread(self) -> tuple[Unread, ...]:
        """Nothing: what Discord could not hand over at once it never does."""
        return ()

    @property
    def is_connected(self) -> bool:
        """Whether the gateway has said that all is ready, and has not gone since."""
        connection = self._connection
        return connection is not None and connection.is_ready()

    async def close(self) -> None:
        """Stop telling; what is not told stays in the outbox."""
        await self._teller.close()

    async def _connect(self) -> None:
        """One connection, from login to its end."""
        assert self.listener is not None
        registering: asyncio.Task[None] | None = None
        connection = Connection(
            self._take,
            message_text=self._settings.message_text,
            guild_ready_seconds=self._settings.guild_ready_seconds,
            ready=self._ready,
        )
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session, connection:
            try:
                await connection.login(self._settings.token)
                self._connection = connection
                application = connection.application_id
                assert application is not None
                assert connection.user is not None
                self._teller.before.bot = str(connection.user.id)
                self.rest.connect(connection.http, session, application)
                registering = asyncio.create_task(self._register(application))
                await connection.connect()
            finally:
                if registering is not None:
                    registering.cancel()
                self.rest.disconnect()
                self._connection = None

    def _ready(self) -> None:
        """Say that it is connected, as whom and to which servers."""
        if self._connection is None or self._connection.user is None:
            return
        guilds = [guild.name for guild in self._connection.guilds]
        where = (
            f"in {', '.join(guilds)}"
            if guilds
            else "in no server yet: talkoot doctor says how to invite it"
        )
        self._announce(f"Connected to Discord as {self._connection.user.name}, {where}.")

    def _take(self, event: str, payload: Payload) -> None:
        """Hear an event; a guild that comes is looked at first."""
        assert self.listener is not None
        if event == "GUILD_CREATE":
            for told in self.findings(str(payload["id"])):
                log.warning("%s", told)
        self.listener.take(event, payload)

    async def _register(self, application: int) -> None:
        """Register the commands with Discord, if it has others. Creating them is rationed by day."""
        wanted = application_commands(self._commands)
        path = "/applications/{application_id}/commands"
        place: Payload = {"application_id": str(application)}
        wait = REGISTER_AGAIN_SECONDS
        while True:
            try:
                known = await self.rest.ask(
                    "GET", path, query={"with_localizations": "true"}, shape=list, **place
                )
                if fingerprint(known) != fingerprint(wanted):
                    known = await self.rest.ask("PUT", path, wanted, shape=list, **place)
                    log.info("registered %d commands", len(wanted))
                self._ids.clear()
                self._ids.update(ids_of(known))
            except Later:
                log.warning("the commands could not be registered; trying again in %d s", wait)
                await self._pause(wait)
                wait = min(2 * wait, REGISTER_AGAIN_SECONDS_MAX)
            except Refusal as refused:
                log.error("Discord does not take the commands: %s", refused)  # noqa: TRY400 - no bug
                return
            else:
                return

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
        if self._connection is None or not number:
            return None
        return self._connection.get_guild(int(number))

    def findings(self, number: str = "") -> list[str]:
        """What is wrong with the bot's rights in a guild (in all of them), a sentence each."""
        guilds = self._connection.guilds if self._connection is not None else ()
        served = self._settings.guilds
        return [
            told
            for guild in guilds
            if number in {"", str(guild.id)} and (not served or str(guild.id) in served)
            for told in findings(guild.name, guild.me.guild_permissions, guild.default_role.permissions)
        ]


def overwrites_of(channel: discord.abc.GuildChannel) -> dict[str, Overwrite]:
    """What a channel gives and takes, by the id of the role or the person."""
    pairs = {str(target.id): given.pair() for target, given in channel.overwrites.items()}
    return {target: Overwrite(allow.value, deny.value) for target, (allow, deny) in pairs.items()}
