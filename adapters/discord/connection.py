"""One connection to Discord by discord.py, which keeps the gateway, its resumes and the guilds.

Events about people's doings go to us as Discord sent them; about guilds, channels and roles to
discord.py. An exception in one of its parsers would end the connection: here it costs one event.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import discord

from adapters.discord.sharding import Shards, Turns
from bot.writer.crashes import wordless

log = logging.getLogger("talkoot.discord")

OURS = (
    "INTERACTION_CREATE",
    "MESSAGE_CREATE",
    "MESSAGE_UPDATE",
    "MESSAGE_POLL_VOTE_ADD",
    "MESSAGE_POLL_VOTE_REMOVE",
)
"""The events that discord.py does not see: it would keep what we do not need, or raise at news."""

ALSO_OURS = ("GUILD_CREATE", "GUILD_DELETE")
"""The events that we read after discord.py did."""

RATE_LIMIT_SECONDS_MAX = 60.0
"""Rather than wait longer for a rate limit, a message goes back into its line."""

GUILD_READY_SECONDS = 2.0

Payload = dict[str, Any]
Take = Callable[[str, Payload], None]
Parse = Callable[[Any], Any]


def intents(*, message_text: bool) -> discord.Intents:
    """What the bot hears of: nothing privileged, but the text of messages where that is wanted."""
    wanted = discord.Intents.none()
    wanted.guilds = wanted.messages = wanted.polls = True
    wanted.message_content = message_text
    return wanted


def quiet() -> None:
    """Let nothing be heard of discord.py but what is wrong.

    What it logs below that holds the tokens of interactions, and people's words; and nobody wants to
    hear that a bot without a voice cannot speak.
    """
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    logging.getLogger("discord").setLevel(logging.WARNING)


class Connection(discord.Client):
    """A client for one connection, of one shard: after a failure that ends it, a fresh one is made.

    Not discord.py's client of many shards: there one that ends ends all, and one whose network was
    away for two attempts begins anew instead of resuming, so that what happened meanwhile is lost.
    """

    def __init__(
        self,
        take: Take,
        turns: Turns,
        shards: Shards,
        shard: int,
        *,
        message_text: bool,
        guild_ready_seconds: float = GUILD_READY_SECONDS,
        ready: Callable[[], None] = lambda: None,
    ) -> None:
        """`take` is called with the name and the data of every event that is ours.

        `turns` says when a session may begin, `ready` is called when the servers are known.
        """
        quiet()
        super().__init__(
            intents=intents(message_text=message_text),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=guild_ready_seconds,
            max_ratelimit_timeout=RATE_LIMIT_SECONDS_MAX,
            allowed_mentions=discord.AllowedMentions.none(),
            shard_id=None if shards.is_one else shard,
            shard_count=None if shards.is_one else shards.count,
        )
        self._turns, self.shard = turns, shard
        self._take, self._ready_again = take, ready
        parsers: dict[str, Parse] = self._connection.parsers
        for event, parse in parsers.items():
            parsers[event] = self._guarded(event, None if event in OURS else parse)

    async def before_identify_hook(self, _shard: int | None, *, initial: bool = False) -> None:
        """Begin a session when it is this shard's turn: discord.py calls this, and begins then.

        The first turn was taken before anything was connected: Discord does not wait that long.
        """
        if not initial:
            await self._turns.take(self.shard)
        self._turns.used(self.shard)

    async def on_ready(self) -> None:
        """Everything is known: discord.py calls this."""
        self._ready_again()

    def _guarded(self, event: str, parse: Parse | None) -> Parse:
        def parsed(data: Payload) -> None:
            try:
                if parse is not None:
                    parse(data)
                if parse is None or event in ALSO_OURS:
                    self._take(event, data)
            except Exception as bug:
                told = wordless(bug)
                log.exception("an event %s that cannot be read was left out", event, exc_info=told)

        return parsed
