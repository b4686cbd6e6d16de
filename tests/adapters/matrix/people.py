"""People with a Matrix client of their own: plain HTTP, nothing of matrix-nio in it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import time
from collections.abc import Callable
from typing import Any, Self
from urllib.parse import quote

import aiohttp

from tests.foul import PATIENCE
from tests.synapse import SECRET

HEARING_SECONDS_MAX = 12 * PATIENCE
"""The longest that anybody waits for something that should come."""

_NAMES = itertools.count(1)
_RUN = f"{time.time_ns():x}"

Json = dict[str, Any]


class Refused(Exception):  # noqa: N818 - what a test expects
    """The homeserver refused a request."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(f"{status} {body}")
        self.status, self.code = status, body.get("errcode")


class Person:
    """Somebody with an account, who does things and hears what happens."""

    seals = False
    """Whether their client reads and writes in encrypted rooms."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url, self.session = url, session
        self.line = url
        """By which the bot of this account reaches the homeserver."""
        self.user = self.token = self.device = ""
        self.events: list[Json] = []
        self._since = ""
        self._txn = itertools.count()

    @property
    def name(self) -> str:
        return self.user[1:].partition(":")[0]

    async def register(self, name: str = "person", *, admin: bool = False) -> Self:
        """Make an account, by the secret that administrators have."""
        path = "/_synapse/admin/v1/register"
        nonce = (await self._request("GET", path))["nonce"]
        user = f"{name}-{next(_NAMES)}-{_RUN}"
        signed = "\0".join((nonce, user, "secret", "admin" if admin else "notadmin"))
        body = {
            "nonce": nonce,
            "username": user,
            "displayname": name.capitalize(),
            "password": "secret",
            "admin": admin,
            "mac": hmac.new(SECRET.encode(), signed.encode(), hashlib.sha1).hexdigest(),
        }
        made = await self._request("POST", path, body)
        self.user, self.token, self.device = made["user_id"], made["access_token"], made["device_id"]
        return self

    async def api(self, method: str, path: str, body: Json | None = None, **query: Any) -> Json:
        """Any request of the client-server API, by its path behind `v3`."""
        return await self._request(method, f"/_matrix/client/v3{path}", body, query)

    async def _request(
        self, method: str, path: str, body: Json | None = None, query: Json | None = None
    ) -> Json:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with self.session.request(
            method, self.url + path, json=body, params=query, headers=headers
        ) as response:
            answer: Json = await response.json()
            if response.status >= 400:
                raise Refused(response.status, answer)
            return answer

    # --- Doing ---------------------------------------------------------------------------------

    async def create_room(self, *invited: str, **options: Any) -> str:
        """Make a room; whoever is invited may join by themselves."""
        body = {"preset": "private_chat", "invite": list(invited), **options}
        return str((await self.api("POST", "/createRoom", body))["room_id"])

    async def room_with(self, *others: str, **options: Any) -> str:
        """Make a room, and wait until everybody who was invited has come."""
        room = await self.create_room(*others, **options)
        for user in others:
            await self.hear_join(room, user)
        return room

    async def invite(self, room: str, user: str) -> None:
        await self.api("POST", f"/rooms/{quote(room)}/invite", {"user_id": user})

    async def join(self, room: str) -> None:
        await self.api("POST", f"/join/{quote(room)}", {})

    async def leave(self, room: str) -> None:
        await self.api("POST", f"/rooms/{quote(room)}/leave", {})

    async def kick(self, room: str, user: str) -> None:
        await self.api("POST", f"/rooms/{quote(room)}/kick", {"user_id": user})

    async def send(self, room: str, event_type: str, content: Json) -> str:
        path = f"/rooms/{quote(room)}/send/{event_type}/{next(self._txn)}"
        return str((await self.api("PUT", path, content))["event_id"])

    async def say(self, room: str, body: str, **more: Any) -> str:
        """Write a message; `more` goes into its content."""
        return await self.send(room, "m.room.message", {"msgtype": "m.text", "body": body, **more})

    async def reply(self, room: str, to: str, body: str, **more: Any) -> str:
        content: Json = {"m.relates_to": {"m.in_reply_to": {"event_id": to}}, **more}
        return await self.say(room, body, **content)

    async def edit(self, room: str, event: str, body: str) -> str:
        new = {"msgtype": "m.text", "body": body}
        related = {"rel_type": "m.replace", "event_id": event}
        content: Json = {"m.new_content": new, "m.relates_to": related}
        return await self.say(room, f"* {body}", **content)

    async def react(self, room: str, event: str, key: str) -> str:
        related = {"rel_type": "m.annotation", "event_id": event, "key": key}
        return await self.send(room, "m.reaction", {"m.relates_to": related})

    async def redact(self, room: str, event: str) -> None:
        await self.api("PUT", f"/rooms/{quote(room)}/redact/{event}/{next(self._txn)}", {})

    async def put_state(self, room: str, event_type: str, content: Json, key: str = "") -> str:
        path = f"/rooms/{quote(room)}/state/{event_type}/{quote(key, safe='')}"
        return str((await self.api("PUT", path, content))["event_id"])

    async def state(self, room: str, event_type: str, key: str = "") -> Json:
        return await self.api("GET", f"/rooms/{quote(room)}/state/{event_type}/{quote(key, safe='')}")

    async def messages(self, room: str) -> list[Json]:
        """Everything that was said in a room, oldest first."""
        found: list[Json] = []
        query: Json = {"dir": "f", "limit": 1000}
        while True:
            page = await self.api("GET", f"/rooms/{quote(room)}/messages", **query)
            found += page["chunk"]
            if not page.get("end") or not page["chunk"]:
                return found
            query["from"] = page["end"]

    async def newest(self, room: str, number: int = 20) -> list[Json]:
        """The newest events of a room, newest first."""
        path = f"/rooms/{quote(room)}/messages"
        newest: list[Json] = (await self.api("GET", path, None, dir="b", limit=number))["chunk"]
        return newest

    # --- Hearing -------------------------------------------------------------------------------

    async def hear(self, wanted: Callable[[Json], bool]) -> Json:
        """The first event, also of those that came already, for which this is true."""
        end = time.monotonic() + HEARING_SECONDS_MAX
        while True:
            for event in self.events:
                if wanted(event):
                    return event
            assert time.monotonic() < end, f"heard only {[_short(it) for it in self.events[-12:]]}"
            await self._sync()

    async def hear_wherever(self, wanted: Callable[[Json], bool]) -> Json:
        """The first such event, also in a room that somebody invites to: where a direct room was not
        read yet, another one is made."""
        event = await self.hear(lambda it: wanted(it) or self._is_invited(it))
        if not wanted(event):
            await self.join(event["room_id"])
        return await self.hear(wanted)

    def _is_invited(self, event: Json) -> bool:
        mine = event["type"] == "m.room.member" and event.get("state_key") == self.user
        return mine and event["content"].get("membership") == "invite"

    async def hear_body(self, room: str, of: str, part: str) -> Json:
        """The first message of somebody in a room whose body has this part."""
        return await self.hear(
            lambda it: (
                it["room_id"] == room
                and it["sender"] == of
                and part in str(it["content"].get("body", ""))
            )
        )

    async def hear_join(self, room: str, user: str) -> Json:
        """That somebody came into a room."""
        return await self.hear(
            lambda it: (
                it["room_id"] == room
                and it["type"] == "m.room.member"
                and it.get("state_key") == user
                and it["content"]["membership"] == "join"
            )
        )

    async def hear_answer(self, room: str, to: str) -> Json:
        """The first message in a room that answers an event."""
        return await self.hear(lambda it: it["room_id"] == room and answered(it) == to)

    async def quiet(self) -> list[Json]:
        """All that came so far: what is there now, without waiting for more."""
        await self._sync(0)
        return self.events

    async def _sync(self, timeout_ms: int = 3_000) -> None:
        query: Json = {"timeout": timeout_ms}
        if self._since:
            query["since"] = self._since
        answer = await self.api("GET", "/sync", **query)
        self._since = answer["next_batch"]
        await self._take(answer)

    async def _take(self, answer: Json) -> None:
        """Remember what a sync told."""
        rooms = answer.get("rooms", {})
        for room, told in rooms.get("join", {}).items():
            parts = (told.get("state", {}), told["timeline"], told.get("ephemeral", {}))
            for part in parts:
                self.events += [{"sender": "", **it, "room_id": room} for it in part.get("events", [])]
        for room, told in rooms.get("invite", {}).items():
            state = told["invite_state"]["events"]
            self.events += [{"event_id": "", **it, "room_id": room} for it in state]


def answered(event: Json) -> str | None:
    """The event that another one answers."""
    related = event["content"].get("m.relates_to")
    answers = related.get("m.in_reply_to", {}) if isinstance(related, dict) else {}
    return answers.get("event_id")


def _short(event: Json) -> str:
    return f"{event['sender'][:8]} {event['type']} {str(event['content'])[:80]}"


async def within(awaitable: Any, seconds: float = 12) -> Any:
    """The result, or a failure where it takes too long."""
    return await asyncio.wait_for(awaitable, seconds * PATIENCE)
