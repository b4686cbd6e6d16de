"""Requests to Discord, over discord.py's own HTTP: it knows the rate limits and repeats what it may.

Every failure leaves here as one of three: `Later` (the weather, try again), `Refusal` (Discord's own
no, with its code), or a bug. Requests of interactions go another way than all others: they need no
login and count against no limit of the bot.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, TypeVar

import aiohttp
import discord
from discord.http import HTTPClient, Route
from discord.webhook.async_ import AsyncWebhookAdapter

from adapters.discord.outgoing import file_name
from bot.chat import File
from bot.ports import Later, Undeliverable

Payload = dict[str, Any]

# Discord's codes (Topics, Opcodes and Status Codes).
UNKNOWN_CHANNEL = 10003
UNKNOWN_GUILD = 10004
UNKNOWN_MESSAGE = 10008
UNKNOWN_USER = 10013
UNKNOWN_WEBHOOK = 10015
UNKNOWN_INTERACTION = 10062
ACKNOWLEDGED = 40060
MISSING_ACCESS = 50001
CLOSED_TO_US = 50007
NO_TEXT_CHANNEL = 50008
MISSING_PERMISSIONS = 50013
OTHER_CHANNEL = 50024
BAD_TOKEN = 50027
INVALID_BODY = 50035
THREAD_ARCHIVED = 50083
NO_MUTUAL_GUILDS = 50278
TOO_MANY_EDITS = 30046
NO_REPLYING = 160002
POLL_EXPIRED = 520001

INTERACTION_GONE = {UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION, BAD_TOKEN}
PERSON_CLOSED = {CLOSED_TO_US, NO_MUTUAL_GUILDS, UNKNOWN_USER}

BANNED_SECONDS = 60.0
"""How long to wait after a 429 that says nothing: the address is blocked for a while."""

EDITS_SECONDS = 30.0
"""How long a card of long ago rests when Discord has had enough of its edits."""

PLAINLY = {
    UNKNOWN_CHANNEL: "the channel is gone",
    UNKNOWN_MESSAGE: "the message was deleted",
    MISSING_ACCESS: "the bot may not see the channel",
    MISSING_PERMISSIONS: "the bot may not write in the channel",
    THREAD_ARCHIVED: "the thread is closed",
}
"""What a no of Discord's means, in plain words."""

FILES = ("https://cdn.discordapp.com/", "https://media.discordapp.net/")
"""Where Discord keeps what people attach; nothing else is fetched, whatever an event says."""

log = logging.getLogger("talkoot.discord")

T = TypeVar("T")


class Garbled(Exception):  # noqa: N818 - the weather
    """Discord did it, or may have, and its answer cannot be read: cut off, or of another type."""


class TooLarge(Exception):  # noqa: N818 - somebody's file, no error of ours
    """A file is larger than was asked for."""


class Refusal(Exception):  # noqa: N818 - Discord's no is an answer, not an error of ours
    """Discord said no: its HTTP status, its code, and its words (for the log only)."""

    def __init__(self, status: int, code: int, words: str) -> None:
        """Keep what Discord said."""
        super().__init__(f"{status}, code {code}: {words}")
        self.status, self.code = status, code


def final_of(refused: Refusal) -> Later | Undeliverable:
    """What a no of Discord's means for the row."""
    if refused.status == 401:
        # The token was changed: the supervisor finds that out.
        return Later()
    if refused.code == TOO_MANY_EDITS:
        return Later(EDITS_SECONDS)
    if refused.code not in PLAINLY:
        log.error("Discord refused a request: %s", refused)
    return Undeliverable(PLAINLY.get(refused.code, f"Discord refused it (code {refused.code})"))


class Rest:
    """All requests, over whatever connection there is; without one, everything is for later."""

    def __init__(self) -> None:
        """Begin without a connection."""
        self._ways: dict[HTTPClient, aiohttp.ClientSession] = {}
        self._application = 0
        self._interactions = AsyncWebhookAdapter()  # type: ignore[no-untyped-call]

    def connect(self, http: HTTPClient, session: aiohttp.ClientSession, application: int) -> None:
        """Use these from now on: `http` is logged in, as the bot of `application`.

        Of several the first is used, so that it knows what was asked of Discord, until it is gone.
        """
        self._ways[http], self._application = session, application

    def disconnect(self, http: HTTPClient | None = None) -> None:
        """Use this no more, or none at all; whoever opened the connection closes it."""
        if http is None:
            self._ways.clear()
        else:
            self._ways.pop(http, None)

    @property
    def _http(self) -> HTTPClient | None:
        return next(iter(self._ways), None)

    @property
    def _session(self) -> aiohttp.ClientSession | None:
        return next(iter(self._ways.values()), None)

    async def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        files: Sequence[File] = (),
        query: Payload | None = None,
        shape: type = dict,
        **places: str,
    ) -> Any:  # noqa: ANN401 - it is what Discord answers
        """One request; `places` fill the `{names}` in the path, and `shape` is what is answered."""
        route = Route(method, path, **places)
        more: dict[str, Any] = {} if query is None else {"params": query}
        if files:
            more["form"] = _form(body, files)
        elif body is not None:
            more["json"] = body
        if self._http is None:
            raise Later
        # What is sent has a nonce, and all else may be asked twice.
        with _again():
            return _shaped(await _told(self._http.request(route, **more)), shape)

    async def send(self, channel: str, body: Payload, files: Sequence[File] = ()) -> Payload:
        """Post a message; returns it as Discord has it."""
        path = "/channels/{channel_id}/messages"
        sent: Payload = await self.ask("POST", path, body, files=files, channel_id=channel)
        return sent

    async def begin_post(
        self, forum: str, name: str, body: Payload, files: Sequence[File] = ()
    ) -> Payload:
        """Begin a post in a forum; returns its first message, whose channel it is."""
        path = "/channels/{channel_id}/threads"
        asked = {"name": name, "message": body}
        begun: Payload = await self.ask("POST", path, asked, files=files, channel_id=forum)
        first: Payload = begun["message"]
        return {**first, "channel_id": begun["id"]}

    async def posts(self, forum: str, *, put_away: bool) -> list[Payload]:
        """The posts of a forum that are open, and, if wished, the newest that were put away."""
        place = await self.ask("GET", "/channels/{channel_id}", channel_id=forum)
        path = "/guilds/{guild_id}/threads/active"
        told = await self.ask("GET", path, guild_id=str(place["guild_id"]))
        found: list[Payload] = [it for it in told["threads"] if str(it.get("parent_id")) == forum]
        if put_away:
            path = "/channels/{channel_id}/threads/archived/public"
            told = await self.ask("GET", path, query={"limit": 100}, channel_id=forum)
            found += told["threads"]
        return found

    async def unarchive(self, thread: str) -> None:
        """Open a thread that Discord has put away; it does that again by itself."""
        path = "/channels/{channel_id}"
        await self.ask("PATCH", path, {"archived": False}, channel_id=thread)

    async def edit(
        self, channel: str, message: str, body: Payload, files: Sequence[File] = ()
    ) -> Payload:
        """Replace an own message."""
        path = "/channels/{channel_id}/messages/{message_id}"
        edited: Payload = await self.ask(
            "PATCH", path, body, files=files, channel_id=channel, message_id=message
        )
        return edited

    async def message(self, channel: str, message: str) -> Payload:
        """Read a message."""
        path = "/channels/{channel_id}/messages/{message_id}"
        found: Payload = await self.ask("GET", path, channel_id=channel, message_id=message)
        return found

    async def react(self, channel: str, message: str, sign: str) -> None:
        """Put an emoji of Unicode at a message; doing it again changes nothing."""
        path = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me"
        await self.ask("PUT", path, shape=str, channel_id=channel, message_id=message, emoji=sign)

    async def since(self, channel: str, snowflake: int) -> list[Payload]:
        """The first hundred messages after an id, in no promised order."""
        found: list[Payload] = await self.ask(
            "GET",
            "/channels/{channel_id}/messages",
            query={"after": str(snowflake), "limit": 100},
            shape=list,
            channel_id=channel,
        )
        return found

    async def direct(self, person: str) -> str:
        """The channel of direct messages with a person."""
        opened = await self.ask("POST", "/users/@me/channels", {"recipient_id": person})
        return str(opened["id"])

    async def callback(
        self, interaction: str, token: str, kind: int, data: Payload | None, files: Sequence[File] = ()
    ) -> Payload:
        """Answer an interaction for the first time; returns what became of it. Raises Garbled."""
        body: Payload = {"type": int(kind)}
        if data is not None:
            body["data"] = data
        path = "/interactions/{webhook_id}/{webhook_token}/callback"
        route = Route("POST", path, webhook_id=int(interaction), webhook_token=token)
        answered: Payload = await self._of_interaction(route, body, files, {"with_response": "true"})
        return answered

    async def follow_up(self, token: str, body: Payload, files: Sequence[File] = ()) -> Payload:
        """One more message of an interaction that was answered. Raises Garbled."""
        path = "/webhooks/{webhook_id}/{webhook_token}"
        route = Route("POST", path, webhook_id=self._application, webhook_token=token)
        sent: Payload = await self._of_interaction(route, body, files, {"wait": "true"})
        return sent

    async def original(self, token: str, body: Payload, files: Sequence[File] = ()) -> Payload:
        """Replace the first answer of an interaction."""
        path = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
        route = Route("PATCH", path, webhook_id=self._application, webhook_token=token)
        with _again():
            edited: Payload = await self._of_interaction(route, body, files, None)
        return edited

    async def file(self, url: str, most: int) -> bytes:
        """What somebody attached. Raises TooLarge, Later, or Refusal for what Discord has not."""
        if not url.startswith(FILES):
            raise Refusal(0, 0, "no address of a file")
        if self._session is None:
            raise Later
        return await _told(_read(self._session, url, most))

    async def _of_interaction(
        self, route: Route, body: Payload, files: Sequence[File], query: Payload | None
    ) -> Any:  # noqa: ANN401 - it is what Discord answers
        if self._session is None:
            raise Later
        form = _form(body, files) if files else None
        asked = self._interactions.request(
            route,
            self._session,
            payload=None if files else body,
            multipart=form,
            params=query,
        )
        return _shaped(await _told(asked), dict)


async def _read(session: aiohttp.ClientSession, url: str, most: int) -> bytes:
    async with session.get(url, allow_redirects=False) as response:
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Later
        if response.status != HTTPStatus.OK:
            raise Refusal(response.status, 0, "the file is gone")
        parts, size = list[bytes](), 0
        async for part in response.content.iter_any():
            parts.append(part)
            size += len(part)
            if size > most:
                raise TooLarge
        return b"".join(parts)


@contextmanager
def _again() -> Iterator[None]:
    """What may be done twice is done again where the answer cannot be read."""
    try:
        yield
    except Garbled as garbled:
        raise Later from garbled


def _shaped(answer: Any, shape: type) -> Any:  # noqa: ANN401 - it is what Discord answers
    """The answer, if it is of the type that it must be; one without anything is `None` of its type."""
    if not isinstance(answer, shape):
        raise Garbled
    return answer


def _form(body: object, files: Sequence[File]) -> list[Payload]:
    """A body with files, as fields of a form."""
    fields: list[Payload] = [
        {"name": "payload_json", "value": json.dumps(body), "content_type": "application/json"}
    ]
    fields += [
        {
            "name": f"files[{number}]",
            "value": file.data,
            "filename": file_name(file),
            "content_type": file.media,
        }
        for number, file in enumerate(files)
    ]
    return fields


async def _told(asked: Awaitable[T]) -> T:
    """The answer, or why there is none. Raises Later or Refusal."""
    try:
        return await asked
    except discord.RateLimited as limited:
        raise Later(limited.retry_after) from limited
    except discord.DiscordServerError as down:
        raise Later from down
    except discord.HTTPException as refused:
        if refused.status == 429:
            raise Later(BANNED_SECONDS) from refused
        raise Refusal(refused.status, refused.code, refused.text) from refused
    except (OSError, aiohttp.ClientError, TimeoutError) as weather:
        raise Later from weather
    except ValueError as garbled:
        raise Garbled from garbled
    except RuntimeError as closed:
        # aiohttp's word for a session that was closed while we waited: we are reconnecting.
        if "closed" in str(closed):
            raise Later from closed
        raise
