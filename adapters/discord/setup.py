"""A look at a bot's application, for who sets it up: whose token it is, and how to invite the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import discord
import msgspec

from adapters.discord.checking import LOGIN_WRONG, invite_link
from adapters.discord.connection import quiet


class SetupError(Exception):
    """The token cannot be used now; says why, and what to do, in plain words."""


class Application(msgspec.Struct, frozen=True):
    """What Discord knows of the bot that a token belongs to.

    `public` says that anybody may invite it, `reads_text` that it may read messages.
    """

    number: str
    name: str
    public: bool
    reads_text: bool

    @property
    def invitation(self) -> str:
        """The address at which somebody who manages a server invites the bot into it."""
        return invite_link(int(self.number))


async def look(token: str) -> Application:
    """Ask Discord about the bot behind a token. Raises SetupError."""
    async with logged_in(token) as client:
        return application_of(client)


@asynccontextmanager
async def logged_in(token: str) -> AsyncIterator[discord.Client]:
    """A client that can ask, and is not connected. Raises SetupError."""
    quiet()
    # Without the servers among them discord.py warns, though nothing is connected.
    client = discord.Client(intents=discord.Intents(guilds=True))
    try:
        await _log_in(client, token)
        yield client
    finally:
        await client.close()


async def _log_in(client: discord.Client, token: str) -> None:
    try:
        await client.login(token)
    except discord.LoginFailure as wrong:
        raise SetupError(LOGIN_WRONG) from wrong
    except (discord.DiscordException, aiohttp.ClientError, OSError) as away:
        raise SetupError(f"Discord cannot be reached ({type(away).__name__}). Try it later.") from away


def application_of(client: discord.Client) -> Application:
    """What Discord said of the bot when the client logged in."""
    about = client.application
    assert about is not None
    flags = about.flags
    return Application(
        str(about.id),
        about.name,
        public=about.bot_public,
        reads_text=flags.gateway_message_content or flags.gateway_message_content_limited,
    )
