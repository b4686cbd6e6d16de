"""The REST interface of the stand-in: every route that the adapter may use, and nothing else."""

from __future__ import annotations

import asyncio
import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from tests.doubles.discord import limits, openapi
from tests.doubles.discord.edits import Edits, is_edit
from tests.doubles.discord.interactions import FIRST_SECONDS, Interactions
from tests.doubles.discord.storm import BEFORE, Storm, spoiled
from tests.doubles.discord.world import (
    ADD_REACTIONS,
    ATTACH_FILES,
    FORUM,
    READ_MESSAGE_HISTORY,
    SEND_IN_THREADS,
    SEND_MESSAGES,
    SEND_POLLS,
    VIEW_CHANNEL,
    ApiError,
    Channel,
    Message,
    Payload,
    Poll,
    World,
    words_in,
)

NONCE_SECONDS = 180.0
PREFIX = "/api/v10"


@dataclass
class Weather:
    """What happens to the next requests that match, so many times."""

    path: re.Pattern[str]
    method: str
    times: int
    what: str
    value: float = 0.0
    gate: asyncio.Event | None = None


@dataclass
class Asked:
    """One request, with what was sent."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    files: list[Payload] = field(default_factory=list)


Handler = Callable[["Rest", Asked, re.Match[str]], Any]
ROUTES: list[tuple[str, re.Pattern[str], Handler]] = []


def route(method: str, path: str) -> Callable[[Handler], Handler]:
    def put(handler: Handler) -> Handler:
        ROUTES.append((method, re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path)), handler))
        return handler

    return put


class Rest:
    """Takes requests, judges their bodies, and does what they ask."""

    def __init__(self, world: World, interactions: Interactions, token: str) -> None:
        self.world, self.interactions, self.token = world, interactions, token
        self.asked: list[Asked] = []
        self.invalid: list[str] = []
        self.complaints: list[str] = []
        self.weather: list[Weather] = []
        self.flags = 0
        self.storm: Storm | None = None
        self.edits: Edits | None = None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix(PREFIX)
        asked = await self._read(request, path)
        self.asked.append(asked)
        worst = self.storm.next(asked) if self.storm is not None else ""
        if worst in BEFORE:
            return self._worst_before(worst)
        if self.edits is not None and is_edit(asked) and (wait := self.edits.refused(asked)):
            body = {"message": "You are being rate limited.", "retry_after": wait, "global": False}
            return self._json(429, body, {"Via": "1.1 stand-in", **self.edits.headers(asked)})
        weather = self._weather(asked)
        if weather is not None and weather.what != "lose":
            early = await self._suffer(request, weather)
            if early is not None:
                return early
        try:
            told = self._answer(request, asked)
        except ApiError as problem:
            if problem.body["code"] == 50035:
                self.invalid.append(f"{asked.method} {path}: {problem.body}")
            return self._response(asked, problem.status, problem.body)
        if weather is not None and weather.what == "lose":
            # It was done, and nobody hears of it.
            assert request.transport is not None
            request.transport.abort()
        answer = self._response(asked, 204 if told is None else 200, told)
        return answer if told is None else spoiled(worst, answer)

    def _worst_before(self, worst: str) -> web.Response:
        """Nothing is done, and the answer says so in one of the documented ways."""
        if worst == "late":
            self.world.clock.move(FIRST_SECONDS)
            return web.Response(status=504, text="upstream request timeout")
        if worst == "limit":
            body = {"message": "You are being rate limited.", "retry_after": 0.3, "global": False}
            return self._json(429, body, {"Via": "1.1 stand-in", "Retry-After": "1"})
        return web.Response(status=int(worst), text="<html>down</html>", content_type="text/html")

    async def _read(self, request: web.Request, path: str) -> Asked:
        query = dict(request.query)
        if request.content_type == "multipart/form-data":
            body, files = None, []
            async for part in await request.multipart():
                assert isinstance(part, BodyPartReader)
                if part.name == "payload_json":
                    body = json.loads(await part.text())
                else:
                    data = await part.read()
                    files.append({"name": part.name, "filename": part.filename, "data": bytes(data)})
            return Asked(request.method, path, query, body, files)
        text = await request.text()
        return Asked(request.method, path, query, json.loads(text) if text else None)

    def _weather(self, asked: Asked) -> Weather | None:
        for each in self.weather:
            if each.times and each.method == asked.method and each.path.search(asked.path):
                each.times -= 1
                return each
        return None

    async def _suffer(self, request: web.Request, weather: Weather) -> web.StreamResponse | None:
        match weather.what:
            case "limit" | "global":
                body = {
                    "message": "You are being rate limited.",
                    "retry_after": weather.value,
                    "global": weather.what == "global",
                }
                return self._json(429, body, {"Via": "1.1 stand-in", "Retry-After": "1"})
            case "banned":
                return web.Response(status=429, text="error code: 1015")
            case "fail":
                return web.Response(status=int(weather.value), text="down")
            case "refuse":
                return self._json(400, {"message": "Refusal", "code": int(weather.value)}, {})
            case "tear":
                assert request.transport is not None
                request.transport.abort()
                return web.Response(status=500)
            case "wait":
                assert weather.gate is not None
                await weather.gate.wait()
        return None

    def _answer(self, request: web.Request, asked: Asked) -> Any:
        for method, pattern, handler in ROUTES:
            found = pattern.fullmatch(asked.path)
            if method == asked.method and found is not None:
                if not asked.path.startswith(("/interactions/", "/webhooks/", "/gateway")):
                    self._authorised(request)
                self.judge(openapi.complaints(method, asked.path, asked.body, asked.query))
                return handler(self, asked, found)
        self.complaints.append(f"{asked.method} {asked.path}: the stand-in has no such route")
        raise ApiError(501, 0, "not in the stand-in")

    def _authorised(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bot {self.token}":
            raise ApiError(401, 0, "401: Unauthorized")

    def judge(self, wrong: list[str]) -> None:
        if wrong:
            raise ApiError(400, 50035, "Invalid Form Body", wrong=wrong)

    def _response(self, asked: Asked, status: int, body: Any) -> web.Response:
        bucket = re.sub(r"\d{10,}", "#", f"{asked.method} {asked.path}")
        headers = {
            "X-RateLimit-Limit": "1000",
            "X-RateLimit-Remaining": "999",
            "X-RateLimit-Reset": str(self.world.clock.now() + 1),
            "X-RateLimit-Reset-After": "1.0",
            "X-RateLimit-Bucket": str(abs(hash(bucket))),
        }
        if self.edits is not None and is_edit(asked):
            headers |= self.edits.headers(asked)
        return self._json(status, body, headers)

    def _json(self, status: int, body: Any, headers: dict[str, str]) -> web.Response:
        if body is None:
            return web.Response(status=status, headers=headers)
        # discord.py reads JSON only where the type is exactly this.
        data = json.dumps(body).encode()
        return web.Response(status=status, body=data, content_type="application/json", headers=headers)

    # What the bot may

    def channel(self, number: str, needs: int = VIEW_CHANNEL) -> Channel:
        channel = self.world.channels.get(number)
        if channel is None:
            raise ApiError(404, 10003, "Unknown Channel")
        if not channel.guild:
            return channel
        guild = self.world.guilds[channel.guild]
        if guild.gone:
            raise ApiError(403, 50001, "Missing Access")
        has = self.world.permissions(guild, self.world.bot, channel)
        if not has & VIEW_CHANNEL:
            raise ApiError(403, 50001, "Missing Access")
        if needs & ~has:
            raise ApiError(403, 50013, "Missing Permissions")
        return channel

    def message(self, channel: Channel, number: str) -> Message:
        message = self.world.messages.get(number)
        if message is None or message.channel != channel.id or message.ephemeral:
            raise ApiError(404, 10008, "Unknown Message")
        return message

    def attachments(self, asked: Asked) -> list[Payload]:
        """The files as attachments, with what was said about each."""
        about = {str(each["id"]): each for each in (asked.body.get("attachments") or ())}
        told = []
        for file in asked.files:
            number = re.fullmatch(r"files\[(\d+)\]", str(file["name"]))
            assert number is not None, file["name"]
            described = about.get(number[1], {}).get("description")
            told.append(
                {
                    "id": self.world.snowflake(),
                    "filename": file["filename"],
                    "size": len(file["data"]),
                    "url": "https://cdn.example.org/x",
                    "proxy_url": "https://cdn.example.org/x",
                    "description": described,
                }
            )
        return told


@route("GET", "/users/@me")
def me(rest: Rest, asked: Asked, found: re.Match[str]) -> Payload:
    return rest.world.bot.payload()


@route("GET", "/gateway")
def gateway(rest: Rest, asked: Asked, found: re.Match[str]) -> Payload:
    return {"url": "wss://gateway.example.org"}


@route("GET", "/gateway/bot")
def gateway_of_bot(rest: Rest, asked: Asked, found: re.Match[str]) -> Payload:
    limit = {
        "total": 1000,
        "remaining": max(0, rest.world.starts_left),
        "reset_after": 3_600_000,
        "max_concurrency": rest.world.max_concurrency,
    }
    return {**gateway(rest, asked, found), "shards": rest.world.shards, "session_start_limit": limit}


@route("GET", "/users/@me/guilds")
def own_guilds(rest: Rest, asked: Asked, found: re.Match[str]) -> list[Payload]:
    after, limit = int(asked.query.get("after", "0")), int(asked.query.get("limit", "200"))
    bot = rest.world.bot
    inside = [it for it in rest.world.guilds.values() if bot.id in it.members and not it.gone]
    return [
        {
            "id": guild.id,
            "name": guild.name,
            "icon": None,
            "banner": None,
            "owner": guild.owner == bot.id,
            "permissions": str(rest.world.permissions(guild, bot)),
            "features": [],
        }
        for guild in sorted(inside, key=lambda it: int(it.id))
        if int(guild.id) > after
    ][:limit]


@route("GET", "/oauth2/applications/@me")
def application(rest: Rest, asked: Asked, found: re.Match[str]) -> Payload:
    bot = rest.world.bot
    return {
        "id": bot.id,
        "name": bot.username,
        "description": "",
        "icon": None,
        "bot_public": False,
        "bot_require_code_grant": False,
        "owner": bot.payload(),
        "verify_key": "0" * 64,
        "flags": rest.flags,
        "team": None,
    }


@route("GET", "/applications/{app}/commands")
def commands(rest: Rest, asked: Asked, found: re.Match[str]) -> list[Payload]:
    told: list[Payload] = json.loads(json.dumps(rest.world.commands))
    if asked.query.get("with_localizations") != "true":
        rest.complaints.append("commands were asked for without their localizations")
    return told


@route("PUT", "/applications/{app}/commands")
def register(rest: Rest, asked: Asked, found: re.Match[str]) -> list[Payload]:
    rest.judge(list(limits.command_complaints(asked.body)))
    rest.world.commands = [
        {
            "id": rest.world.snowflake(),
            "application_id": found["app"],
            "version": "1",
            "nsfw": False,
            "dm_permission": True,
            **_as_kept(command),
        }
        for command in asked.body
    ]
    rest.world.happened()
    return rest.world.commands


def _as_kept(it: Payload) -> Payload:
    """As Discord gives a command back: without what is empty or false, permissions as a text."""
    kept = {name: value for name, value in it.items() if value not in (None, False, [], {})}
    if "default_member_permissions" in it:
        kept["default_member_permissions"] = str(it["default_member_permissions"])
    if it.get("options"):
        kept["options"] = [_as_kept(option) for option in it["options"]]
    return kept


@route("POST", "/channels/{channel}/messages")
def create(rest: Rest, asked: Asked, found: re.Match[str]) -> Payload:
    world, body = rest.world, asked.body
    wrong = limits.message_complaints(body, len(asked.files), fields=limits.MESSAGE_FIELDS, new=True)
    rest.judge(list(wrong))
    place = world.channels.get(found["channel"])
    writes = SEND_IN_THREADS if place is not None and place.parent else SEND_MESSAGES
    needs = writes | (ATTACH_FILES if asked.files else 0) | (SEND_POLLS if body.get("poll") else 0)
    channel = rest.channel(found["channel"], needs)
    if channel.recipient and _closed_to_bot(world, channel.recipient):
        raise ApiError(403, 50007, "Cannot send messages to this user")
    if channel.type == FORUM:
        raise ApiError(400, 50008, "Cannot send messages in a non-text channel")
    if channel.archived and channel.locked:
        raise ApiError(400, 50083, "Thread is archived")
    channel.archived = False
    nonce = body.get("nonce")
    if body.get("enforce_nonce"):
        at, known = world.nonces.get((channel.id, nonce), (0.0, ""))
        if known in world.messages and world.clock.now() - at < NONCE_SECONDS:
            return {**world.message_payload(world.messages[known]), "nonce": nonce}
    reference = (body.get("message_reference") or {}).get("message_id", "")
    if reference:
        _may_refer(rest, channel, reference, body["message_reference"])
    message = Message(
        world.snowflake(),
        channel.id,
        world.bot,
        words_in(body),
        type=19 if reference else 0,
        flags=body.get("flags") or 0,
        components=body.get("components") or [],
        attachments=rest.attachments(asked),
        reference=reference if reference in world.messages else "",
        poll=_poll(world, body.get("poll")),
        nonce=nonce,
        allowed_mentions=body.get("allowed_mentions"),
    )
    world.nonces[channel.id, str(nonce)] = (world.clock.now(), message.id)
    world.post(message)
    return {**world.message_payload(message), "nonce": nonce}


def _closed_to_bot(world: World, person: str) -> bool:
    shares = any(person in guild.members and not guild.gone for guild in world.guilds.values())
    return world.users[person].closed or not shares


def _may_refer(rest: Rest, channel: Channel, reference: str, given: Payload) -> None:
    if channel.guild:
        guild = rest.world.guilds[channel.guild]
        if not rest.world.permissions(guild, rest.world.bot, channel) & READ_MESSAGE_HISTORY:
            raise ApiError(400, 160002, "Cannot reply without permission to read message history")
    if reference not in rest.world.messages and given.get("fail_if_not_exists", True):
        raise ApiError(400, 50035, "Unknown message", wrong=["message_reference"])


def _poll(world: World, body: Payload | None) -> Poll | None:
    if body is None:
        return None
    return Poll(
        body["question"]["text"],
        [each["poll_media"]["text"] for each in body["answers"]],
        bool(body.get("allow_multiselect")),
        world.clock.now() + body.get("duration", 24) * 3600,
    )


@route("GET", "/channels/{channel}/messages")
def history(rest: Rest, asked: Asked, found: re.Match[str]) -> list[Payload]:
    channel = rest.channel(found["channel"])
    if channel.type == FORUM:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    if channel.guild:
        guild = rest.world.guilds[channel.guild]
        if not rest.world.permissions(guild, rest.world.bot, channel) & READ_MESSAGE_HISTORY:
            return []
    after, limit = int(asked.query.get("after", "0")), int(asked.query.get("limit", "50"))
    here = [
        m
        for m in rest.world.messages.values()
        if m.channel == channel.id and not m.ephemeral and int(m.id) > after
    ]
    # The first ones after the id, newest first.
    return [
        rest.world.message_payload(m, redacted=rest.world.redacts(m)) for m in reversed(here[:limit])
    ]


@route("GET", "/channels/{channel}/messages/{message}")
def read(rest: Rest, asked: Asked, found: re.Match[str]) -> Payload:
    channel = rest.channel(found["channel"], READ_MESSAGE_HISTORY)
    message = rest.message(channel, found["message"])
    return rest.world.message_payload(message, redacted=rest.world.redacts(message))


@route("PATCH", "/channels/{channel}")
def change_channel(rest: Rest, asked: Asked, found: re.Match[str]) -> Payload:
    channel = rest.channel(found["channel"], SEND_MESSAGES)
    if set(asked.body) != {"archived"} or asked.body["archived"] or not channel.parent:
        rest.complaints.append("a channel can only be unarchived in the stand-in")
        raise ApiError(501, 0, "not in the stand-in")
    if channel.locked:
        # Only who may manage threads opens a locked one.
        raise ApiError(403, 50013, "Missing Permissions")
    channel.archived = False
    return channel.payload()


@route("GET", "/guilds/{guild}/roles")
def roles(rest: Rest, asked: Asked, found: re.Match[str]) -> list[Payload]:
    guild = rest.world.guilds.get(found["guild"])
    if guild is None or guild.gone:
        raise ApiError(404, 10004, "Unknown Guild")
    return [role.payload() for role in guild.roles.values()]


@route("PUT", "/channels/{channel}/messages/{message}/reactions/{emoji}/@me")
def react(rest: Rest, asked: Asked, found: re.Match[str]) -> None:
    # Without the right nobody may be the first to react with an emoji.
    channel = rest.channel(found["channel"], ADD_REACTIONS | READ_MESSAGE_HISTORY)
    message = rest.message(channel, found["message"])
    emoji = found["emoji"]
    if unicodedata.category(emoji[0]) != "So":
        raise ApiError(400, 10014, "Unknown Emoji")
    if emoji not in message.reactions:
        message.reactions.append(emoji)


@route("PATCH", "/channels/{channel}/messages/{message}")
def edit(rest: Rest, asked: Asked, found: re.Match[str]) -> Payload:
    channel = rest.channel(found["channel"])
    message = rest.message(channel, found["message"])
    if channel.archived:
        raise ApiError(400, 50083, "Thread is archived")
    if message.author is not rest.world.bot:
        raise ApiError(403, 50005, "Cannot edit a message authored by another user")
    if message.poll is not None:
        raise ApiError(400, 520003, "Cannot edit a poll message")
    wrong = limits.message_complaints(
        asked.body, len(asked.files), fields=limits.EDIT_FIELDS, new=False
    )
    rest.judge([*wrong, *limits.change_complaints(message, asked.body)])
    rest.interactions._change(message, asked.body, rest.attachments(asked))
    return rest.world.message_payload(message)


@route("POST", "/channels/{channel}/polls/{message}/expire")
def expire(rest: Rest, asked: Asked, found: re.Match[str]) -> Payload:
    channel = rest.channel(found["channel"])
    message = rest.message(channel, found["message"])
    if message.poll is None:
        raise ApiError(400, 520006, "Cannot expire a non-poll message")
    if message.author is not rest.world.bot:
        rest.complaints.append("expiring somebody else's poll: the stand-in does not know the code")
        raise ApiError(501, 0, "not in the stand-in")
    if message.poll.final or rest.world.clock.now() > message.poll.expires:
        raise ApiError(400, 520001, "Poll expired")
    rest.world.expire(message)
    return rest.world.message_payload(message)


@route("GET", "/channels/{channel}/polls/{message}/answers/{answer}")
def voters(rest: Rest, asked: Asked, found: re.Match[str]) -> Payload:
    channel = rest.channel(found["channel"])
    message = rest.message(channel, found["message"])
    assert message.poll is not None
    after, limit = int(asked.query.get("after", "0")), int(asked.query.get("limit", "25"))
    people = sorted(
        (person for person, taken in message.poll.votes.items() if int(found["answer"]) in taken),
        key=int,
    )
    page = [person for person in people if int(person) > after][:limit]
    return {"users": [rest.world.users[person].payload() for person in page]}


@route("POST", "/users/@me/channels")
def direct(rest: Rest, asked: Asked, found: re.Match[str]) -> Payload:
    user = rest.world.users.get(str(asked.body["recipient_id"]))
    if user is None:
        raise ApiError(400, 50033, "Invalid Recipient(s)")
    channel = rest.world.direct(user)
    return {"id": channel.id, "type": 1, "recipients": [user.payload()]}


@route("GET", "/guilds/{guild}/members/{user}")
def member(rest: Rest, asked: Asked, found: re.Match[str]) -> Payload:
    guild = rest.world.guilds.get(found["guild"])
    if guild is None or guild.gone:
        raise ApiError(404, 10004, "Unknown Guild")
    known = guild.members.get(found["user"])
    if known is None:
        raise ApiError(404, 10007, "Unknown Member")
    return known.payload()


@route("GET", "/users/{user}")
def user(rest: Rest, asked: Asked, found: re.Match[str]) -> Payload:
    known = rest.world.users.get(found["user"])
    if known is None:
        raise ApiError(404, 10013, "Unknown User")
    return known.payload()


@route("POST", "/interactions/{id}/{token}/callback")
def callback(rest: Rest, asked: Asked, found: re.Match[str]) -> Payload | None:
    if asked.query.get("with_response") != "true":
        rest.complaints.append("a callback without with_response is answered with nothing")
    files = rest.attachments(Asked("", "", {}, asked.body.get("data") or {}, asked.files))
    return rest.interactions.callback(found["id"], found["token"], asked.body, files)


@route("POST", "/webhooks/{app}/{token}")
def follow(rest: Rest, asked: Asked, found: re.Match[str]) -> Payload:
    return rest.interactions.follow_up(
        found["app"], found["token"], asked.body, rest.attachments(asked)
    )


@route("PATCH", "/webhooks/{app}/{token}/messages/@original")
def original(rest: Rest, asked: Asked, found: re.Match[str]) -> Payload:
    return rest.interactions.edit_original(
        found["app"], found["token"], asked.body, rest.attachments(asked)
    )
