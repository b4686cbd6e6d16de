"""What is wrong on Discord's side: the token, what the bot may read, its servers, its commands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import aiohttp
import discord
from discord.http import Route

from adapters.discord.checking import INTENT_MISSING, findings
from adapters.discord.commands import application_commands, fingerprint
from adapters.discord.setup import Application, SetupError, application_of, logged_in
from bot.command import Command

GUILDS_PAGE = 200
"""How many servers Discord lists at once (Resources, User, Get Current User Guilds)."""

INTENT_NEEDLESS = (
    "Discord lets the bot read all messages, which it does not need. Switch off Message Content Intent "
    "(Developer Portal, Bot)."
)
OTHER_COMMANDS = (
    "Discord has other commands of the bot than this version. They are registered at the next start of "
    "talkoot run; Discord lets 200 be made a day."
)

Payload = dict[str, Any]


def time_url() -> str:
    """An address that anybody may ask, for the time that comes with the answer."""
    return f"{Route.BASE}/gateway"


async def complaints(
    token: str, commands: Mapping[str, Command], guilds: Collection[str], *, message_text: bool
) -> list[str]:
    """What is wrong with the token, the intents, the rights and the commands, a sentence each.

    `guilds` are the servers that it shall work in; none: all it is in. It is only asked by REST: a
    second connection would hear everything that the running one hears.
    """
    told: list[str] = []
    try:
        async with logged_in(token) as client:
            found = application_of(client)
            told += _intents(wanted=message_text, allowed=found.reads_text)
            told += await _servers(client, await _guilds(client), guilds, found)
            told += await _registered(client, found, commands)
    except SetupError as wrong:
        return [str(wrong)]
    except (discord.DiscordException, aiohttp.ClientError, OSError) as away:
        told.append(f"Discord cannot be asked for more ({type(away).__name__}). Try it later.")
    return told


def _intents(*, wanted: bool, allowed: bool) -> list[str]:
    if wanted and not allowed:
        return [INTENT_MISSING]
    if allowed and not wanted:
        return [INTENT_NEEDLESS]
    return []


async def _guilds(client: discord.Client) -> list[Payload]:
    """The servers that the bot is in, page by page."""
    found: list[Payload] = []
    while True:
        after = int(found[-1]["id"]) if found else 0
        page = await client.http.get_guilds(GUILDS_PAGE, after=after, with_counts=False)
        found += [{**each} for each in page]
        if len(page) < GUILDS_PAGE:
            return found


async def _servers(
    client: discord.Client, inside: list[Payload], wanted: Collection[str], it: Application
) -> list[str]:
    missing = sorted(set(wanted) - {str(each["id"]) for each in inside})
    told = [
        f"The bot is not in the server {number} of [discord] guilds. Invite it: {it.invitation}"
        for number in missing
    ]
    if not inside and not missing:
        told.append(f"The bot is in no server yet. Invite it: {it.invitation}")
    for each in inside:
        if not wanted or str(each["id"]) in wanted:
            # What channels take away again is told by what could not be delivered there.
            permissions = discord.Permissions(int(each["permissions"]))
            told += findings(str(each["name"]), permissions, await _everyone(client, each))
    return told


async def _everyone(client: discord.Client, guild: Payload) -> discord.Permissions:
    """What everybody is permitted in a server: the role with the server's own number."""
    roles = await client.http.get_roles(int(guild["id"]))
    bits = (int(role["permissions"]) for role in roles if str(role["id"]) == str(guild["id"]))
    return discord.Permissions(next(bits, 0))


async def _registered(
    client: discord.Client, it: Application, commands: Mapping[str, Command]
) -> list[str]:
    route = Route("GET", "/applications/{application_id}/commands", application_id=it.number)
    known = await client.http.request(route, params={"with_localizations": "true"})
    if fingerprint(known) == fingerprint(application_commands(commands)):
        return []
    return [OTHER_COMMANDS]
