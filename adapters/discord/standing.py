"""Who somebody is on Discord, and what they may do where they speak."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from bot.chat import Actor
from bot.command import Command

PLATFORM = "discord"

Payload = dict[str, Any]


class Overwrite(msgspec.Struct, frozen=True):
    """What a channel gives to, and takes from, a role or a person."""

    allow: int
    deny: int


class Surroundings(msgspec.Struct, frozen=True):
    """What an event does not say itself.

    `names` maps what is spoken on Discord (command, subcommand) to our commands; `roles` are what the
    guild's roles are permitted, by id, `owner` is whose guild it is, `overwrites` are those of the
    channel by the id of a role or a person; `parent` is the channel above, if it is a thread; `ids` are
    Discord's for our commands.
    """

    bot: str
    commands: Mapping[str, Command]
    names: Mapping[tuple[str, str], str]
    roles: Mapping[str, int] = {}
    parent: str = ""
    owner: str = ""
    overwrites: Mapping[str, Overwrite] = {}
    ids: Mapping[str, str] = {}


def name_of(user: Payload) -> str:
    """What they are called everywhere."""
    return str(user.get("global_name") or user["username"])


def actor_of(payload: Payload, known: Surroundings) -> Actor:
    """Who sends it, by the name that they have in this guild."""
    member = payload.get("member") or {}
    user = payload.get("user") or payload.get("author") or member["user"]
    name = member.get("nick") or name_of(user)
    return Actor(PLATFORM, str(user["id"]), str(name), standing=_standing(payload, member, known))


def _standing(payload: Payload, member: Payload, known: Surroundings) -> tuple[str, ...]:
    """What Discord says somebody is here: their roles, and what they are permitted."""
    guild = str(payload.get("guild_id") or "")
    if not guild or not member:
        return ()
    own = [str(it) for it in member.get("roles", ()) if str(it) in known.roles]
    if "permissions" in member:
        bits = int(member["permissions"])
    else:
        bits = permitted_to(
            str((member.get("user") or payload.get("author") or {}).get("id")), own, guild, known
        )
    permitted = [name for bit, name in PERMISSIONS.items() if bits & (1 << bit)]
    return (
        # By their ids: a moderator can make a second role of any name.
        *sorted(f"role:{it}" for it in own),
        *(f"permission:{name}" for name in permitted),
    )


ADMINISTRATOR = 1 << 3

EVERYTHING = (1 << 53) - 1


def permitted_to(person: str, own: list[str], guild: str, known: Surroundings) -> int:
    """What somebody is permitted where they wrote, as Discord reckons it (Topics, Permissions).

    Messages do not tell it. The owner of a guild and its Administrators are permitted everything.
    """
    bits = known.roles.get(guild, 0)
    for role in own:
        bits |= known.roles[role]
    if person == known.owner or bits & ADMINISTRATOR:
        return EVERYTHING
    for layer in ([guild], own, [person]):
        found = [known.overwrites[each] for each in layer if each in known.overwrites]
        for each in found:
            bits &= ~each.deny
        for each in found:
            bits |= each.allow
    return bits


PERMISSIONS = {
    1: "kick-members",
    2: "ban-members",
    3: "administrator",
    4: "manage-channels",
    5: "manage-guild",
    13: "manage-messages",
    28: "manage-roles",
    34: "manage-threads",
    40: "moderate-members",
}
"""The permissions that a collective's roles may follow from, by their bit."""
