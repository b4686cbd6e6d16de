"""Forums of the stand-in: their posts are threads, begun with a first message."""

from __future__ import annotations

import re

from tests.doubles.discord import limits
from tests.doubles.discord.rest import Asked, Rest, route
from tests.doubles.discord.world import (
    ATTACH_FILES,
    FORUM,
    READ_MESSAGE_HISTORY,
    SEND_MESSAGES,
    VIEW_CHANNEL,
    ApiError,
    Message,
    Payload,
    words_in,
)


@route("GET", "/channels/{channel}")
def read_channel(rest: Rest, asked: Asked, found: re.Match[str]) -> Payload:
    return rest.channel(found["channel"]).payload()


@route("GET", "/guilds/{guild}/threads/active")
def active(rest: Rest, asked: Asked, found: re.Match[str]) -> Payload:
    world = rest.world
    guild = world.guilds[found["guild"]]
    threads = [
        it.payload()
        for it in world.channels.values()
        if it.guild == guild.id
        and it.parent
        and not it.archived
        and world.permissions(guild, world.bot, it) & VIEW_CHANNEL
    ]
    return {"threads": threads, "members": []}


@route("GET", "/channels/{channel}/threads/archived/public")
def put_away(rest: Rest, asked: Asked, found: re.Match[str]) -> Payload:
    forum = rest.channel(found["channel"], READ_MESSAGE_HISTORY)
    inside = [it for it in rest.world.channels.values() if it.parent == forum.id and it.archived]
    return {"threads": [it.payload() for it in inside], "members": [], "has_more": False}


@route("POST", "/channels/{channel}/threads")
def begin_post(rest: Rest, asked: Asked, found: re.Match[str]) -> Payload:
    world, body = rest.world, asked.body
    forum = rest.channel(found["channel"], SEND_MESSAGES | (ATTACH_FILES if asked.files else 0))
    if forum.type != FORUM:
        rest.complaints.append("a thread in what is no forum: the stand-in does not know it")
        raise ApiError(501, 0, "not in the stand-in")
    first = body["message"]
    wrong = list(
        limits.message_complaints(first, len(asked.files), fields=limits.POST_FIELDS, new=True)
    )
    if not 1 <= len(body["name"]) <= 100:
        wrong.append("the name of a thread has 1 to 100 characters")
    rest.judge(wrong)
    thread = world.channel(world.guilds[forum.guild], body["name"], forum)
    thread.owner = world.bot.id
    # The first message of a post has its number.
    message = Message(
        thread.id,
        thread.id,
        world.bot,
        words_in(first),
        flags=first.get("flags") or 0,
        components=first.get("components") or [],
        attachments=rest.attachments(Asked("", "", {}, first, asked.files)),
        allowed_mentions=first.get("allowed_mentions"),
    )
    world.dispatch("THREAD_CREATE", thread.payload())
    world.post(message)
    return {**thread.payload(), "message": world.message_payload(message)}
