"""What is wrong with the set-up on Discord's side, in plain words, and how to mend it."""

from __future__ import annotations

import discord

PERMISSIONS = {
    "view_channel": "View Channels",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "read_message_history": "Read Message History",
    "attach_files": "Attach Files",
    "send_polls": "Create Polls",
}
"""What the bot needs in a server, by Discord's own names for it."""

NEEDLESS = {
    "administrator": "Administrator",
    "manage_guild": "Manage Server",
    "manage_roles": "Manage Roles",
    "manage_webhooks": "Manage Webhooks",
    "ban_members": "Ban Members",
    "kick_members": "Kick Members",
    "mention_everyone": "Mention Everyone",
}
"""What the bot never uses, and what would make a stolen token worse."""

SCOPES = ("bot", "applications.commands")

LOGIN_WRONG = (
    "Discord does not know the bot's token. Make a new one (Developer Portal, Bot, Reset Token) and "
    "put it into .env as TALKOOT_DISCORD__TOKEN."
)
INTENT_MISSING = (
    "Discord does not let the bot read messages. Switch on Message Content Intent (Developer Portal, "
    "Bot), or set message_text = false in [discord]."
)
CLOSED_FOR_GOOD = {
    4004: LOGIN_WRONG,
    4010: "Discord refused the connection: it was told a wrong shard. Mend shards and shard_ids in "
    "[discord].",
    4011: "Discord refused the connection: the bot is in more servers than its shards may have. Set "
    "shards in [discord] higher, to the same number in all programs of this bot.",
    4012: "Discord refused the connection: this version of its protocol is over. Update Talkoot.",
    4013: "Discord refused the connection: it does not know what the bot wants to hear of.",
    4014: INTENT_MISSING,
}
"""Discord's close codes after which connecting again is useless (Gateway, Close Event Codes)."""


def final(failure: BaseException) -> str | None:
    """Why a connection can never work as it is configured; None when it is worth trying again."""
    if isinstance(failure, discord.LoginFailure):
        return LOGIN_WRONG
    if isinstance(failure, discord.PrivilegedIntentsRequired):
        return INTENT_MISSING
    if isinstance(failure, discord.ConnectionClosed):
        return CLOSED_FOR_GOOD.get(failure.code)
    return None


def lacking(permissions: discord.Permissions) -> list[str]:
    """The permissions that the bot lacks, by Discord's names."""
    if permissions.administrator:
        return []
    return [shown for name, shown in PERMISSIONS.items() if not getattr(permissions, name)]


def lacking_for_cards(permissions: int, *, thread: bool) -> list[str]:
    """What of it keeps a card in a channel (or a thread) from being told and edited."""
    names = ("view_channel", "send_messages_in_threads" if thread else "send_messages")
    has = discord.Permissions(permissions)
    return [] if has.administrator else [PERMISSIONS[name] for name in names if not getattr(has, name)]


def needless(permissions: discord.Permissions, everyone: discord.Permissions) -> list[str]:
    """What the bot was given and never uses, beyond what everybody has in the server."""
    if permissions.administrator:
        return [NEEDLESS["administrator"]]
    given = discord.Permissions(permissions.value & ~everyone.value)
    return [shown for name, shown in NEEDLESS.items() if getattr(given, name)]


def findings(guild: str, permissions: discord.Permissions, everyone: discord.Permissions) -> list[str]:
    """What is wrong with the bot's permissions in a server, a sentence each."""
    missing, more = lacking(permissions), needless(permissions, everyone)
    told = []
    if missing:
        told.append(
            f"In the server {guild} the bot lacks: {', '.join(missing)}. Give them to its role "
            "(Server Settings, Roles)."
        )
    if more:
        told.append(
            f"In the server {guild} the bot has more rights than it needs: {', '.join(more)}. Take "
            "them from its role."
        )
    return told


def invite_link(application: int) -> str:
    """The address that invites the bot into a server, with the permissions that it needs."""
    permissions = discord.Permissions(**dict.fromkeys(PERMISSIONS, True))
    return discord.utils.oauth_url(application, permissions=permissions, scopes=SCOPES)
