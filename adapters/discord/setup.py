"""A look at a bot's application, for who sets it up: whose token it is, and how to invite the bot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import aiohttp
import discord
import msgspec

from adapters.discord.checking import INTENT_MISSING, LOGIN_WRONG, findings, invite_link
from adapters.discord.commands import application_commands, fingerprint
from bot.command import Command


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
    client = discord.Client(intents=discord.Intents.none())
    try:
        await client.login(token)
        about = client.application
        assert about is not None
        flags = about.flags
        return Application(
            str(about.id),
            about.name,
            public=about.bot_public,
            reads_text=flags.gateway_message_content or flags.gateway_message_content_limited,
        )
    except discord.LoginFailure as wrong:
        raise SetupError(LOGIN_WRONG) from wrong
    except (discord.DiscordException, aiohttp.ClientError, OSError) as away:
        raise SetupError(f"Discord cannot be reached ({type(away).__name__}). Try it later.") from away
    finally:
        await client.close()


async def complaints(
    token: str, commands: Mapping[str, Command], guilds: Sequence[str], *, message_text: bool
) -> list[str]:
    """What is wrong with the token, the intents, the rights and the commands, a sentence each."""
    try:
        found = await look(token)
    except SetupError as wrong:
        return [str(wrong)]
    told = [INTENT_MISSING] if message_text and not found.reads_text else []
    client = discord.Client(intents=discord.Intents.none())
    try:
        await client.login(token)
        servers = await client.http.get_guilds(200, with_counts=False)
        path = discord.http.Route("GET", "/applications/{number}/commands", number=found.number)
        registered = await client.http.request(path, params={"with_localizations": "true"})
    except (discord.DiscordException, aiohttp.ClientError, OSError) as away:
        return [*told, f"Discord cannot be asked for more ({type(away).__name__}). Try it later."]
    finally:
        await client.close()
    if not servers:
        told.append(f"The bot is in no server yet. Invite it: {found.invitation}")
    for server in servers:
        told += findings(server["name"], discord.Permissions(int(server.get("permissions") or 0)))
    here = {str(server["id"]) for server in servers}
    told += [
        f"The bot is not in the server {each} of [discord] guilds."
        for each in guilds
        if each not in here
    ]
    if fingerprint(registered) != fingerprint(application_commands(commands)):
        told.append(
            "Discord has other commands of the bot than this version. They are registered at the next "
            "start of talkoot run."
        )
    return told
