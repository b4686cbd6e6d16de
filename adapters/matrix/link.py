"""The line to the homeserver: every request that we make, and its answer as a value of ours.

matrix-nio makes the requests, reads the answers and does the encryption. It would wait and try again
by itself; here it must not, for only who asked knows what can wait (see `faults`).
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import logging
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote, urlencode

import msgspec
from aiohttp import ClientResponse
from nio import AsyncClient, AsyncClientConfig, MatrixRoom, MessageDirection
from nio.store import SqliteStore

from adapters.matrix.events import Event, read_all
from adapters.matrix.faults import Denied, Unreachable, answer_of, checked, fault_of
from adapters.matrix.keys import Keys, make_store, open_store
from bot.ports import TurnedAway

log = logging.getLogger("talkoot.matrix")
for _library in ("nio", "peewee"):
    # Their logs hold what people wrote, and keys; ours say what is worth knowing.
    logging.getLogger(_library).setLevel(logging.CRITICAL)

REQUEST_SECONDS_MAX = 60
SYNC_MS = 30_000
"""How long the homeserver may wait for something to happen."""

WHOLE_MS_MAX = 1_000
"""Everything comes at once, whatever we would wait; but Synapse gives the same question the same answer
for two minutes, so after a quick restart it would tell of rooms as they were at the last start.
"""

PAGE = 1_000
"""How many events of a gap are asked for at once; homeservers may give fewer."""

_FILTER: dict[str, Any] = {
    "presence": {"not_types": ["*"]},
    "account_data": {"not_types": ["*"]},
    "room": {
        "ephemeral": {"not_types": ["*"]},
        "account_data": {"not_types": ["*"]},
        "state": {"lazy_load_members": True},
        "timeline": {"limit": 100, "lazy_load_members": True},
    },
}


@dataclass(frozen=True, slots=True)
class Account:
    """Who we are on which homeserver; `store` is the folder of the encryption keys.

    With an empty `store_key` nothing is encrypted, and encrypted rooms are not served. `trusted` is the
    rule `trusted-devices`.
    """

    homeserver: str
    user: str
    device: str
    token: str
    store: Path
    store_key: str = ""
    trusted: tuple[str, ...] = ("*",)


class News(msgspec.Struct, frozen=True):
    """What is new in a room: its state before the timeline, the timeline, and whether there is a gap.

    `gap` says where the events between the last news and these begin (backwards); empty for none.
    """

    state: list[Event]
    timeline: list[Event]
    gap: str = ""


class Heard(msgspec.Struct, frozen=True):
    """What happened up to a position; `keys` says that keys may have come to what we could not read."""

    position: str
    invites: dict[str, list[Event]]
    left: list[str]
    rooms: dict[str, News]
    keys: bool = False


class Link:
    """One logged-in device on its homeserver."""

    def __init__(self, account: Account) -> None:
        """Open the encryption store, if there is one; nothing is sent yet. Raises TurnedAway."""
        encrypting = bool(account.store_key)
        if encrypting:
            make_store(account.store, account.store_key)
        self.account = account
        self.client = AsyncClient(
            account.homeserver.rstrip("/"),
            account.user,
            device_id=account.device,
            store_path=str(account.store) if encrypting else None,
            config=AsyncClientConfig(
                store=SqliteStore if encrypting else None,
                encryption_enabled=encrypting,
                pickle_key=account.store_key,
                store_sync_tokens=False,
                max_limit_exceeded=0,
                max_timeouts=0,
                request_timeout=REQUEST_SECONDS_MAX,
            ),
        )
        if encrypting:
            open_store(self.client, account.token)
        else:
            self.client.user_id = account.user
            self.client.access_token = account.token
        self.keys = Keys(self.client, account.trusted)
        self._filter = ""
        self._synced = asyncio.Condition()
        self._plain = set[str]()

    async def close(self) -> None:
        """Close the connections."""
        await self.client.close()

    @property
    def rooms(self) -> Mapping[str, MatrixRoom]:
        """The rooms that we are in, as nio knows them."""
        rooms: Mapping[str, MatrixRoom] = self.client.rooms
        return rooms

    async def joined(self, room: str) -> None:
        """Wait until a sync has told that we are in a room: before, nothing can be encrypted."""
        async with self._synced:
            await self._synced.wait_for(lambda: room in self.client.rooms)

    def forget(self, room: str) -> None:
        """Know nothing more of a room that we left."""
        self.client.rooms.pop(room, None)

    def expect(self, room: str, person: str) -> None:
        """Encrypt for somebody who is invited, so that they can read what they find when they come.

        Homeservers do not name all members at once, so nio may not know of them.
        """
        known = self.client.rooms.get(room)
        if self.keys.there and known is not None and person not in known.users:
            known.add_member(person, None, None, invited=True)
            self.client.invalidate_outbound_session(room)
            self.client.olm.update_tracked_users(known)

    def is_encrypted(self, room: str) -> bool:
        """Whether a room is encrypted; once it was, it always is."""
        known = self.client.rooms.get(room)
        return room in self.client.encrypted_rooms or bool(known and known.encrypted)

    async def encrypted(self, room: str) -> bool:
        """The same, asked of the homeserver where no sync has said so yet.

        A sync may tell of a room before it tells that it is encrypted, and what was sent in the clear
        cannot be taken back. Raises Denied or Unreachable.
        """
        if self.is_encrypted(room):
            return True
        if room in self._plain:
            return False
        try:
            await self.ask("GET", ["rooms", room, "state", "m.room.encryption"])
        except Denied as why:
            if why.code != "M_NOT_FOUND":
                raise
            self._plain.add(room)
            return False
        known = self.client.rooms.get(room)
        if known is not None:
            known.encrypted = True
            if self.keys.there:
                self.client.olm.update_tracked_users(known)
        return True

    async def check(self) -> None:
        """Find out whether the homeserver takes us for who we are. Raises TurnedAway."""
        user = (await self.ask("GET", ["account", "whoami"])).get("user_id")
        if user != self.account.user:
            raise TurnedAway(f"The access token belongs to {user}, not to {self.account.user}.")
        if self.keys.there:
            me, device = self.account.user, self.account.device
            answer = await self.ask("POST", ["keys", "query"], {"device_keys": {me: [device]}})
            published = answer.get("device_keys", {}).get(me, {}).get(device)
            if not self.keys.are_those_of(published):
                raise TurnedAway(
                    f"The encryption keys in {self.account.store} are not those of the device "
                    f"{device}; nobody could read the bot. Log in as a new device: talkoot init"
                )

    # --- Reading -------------------------------------------------------------------------------

    async def sync(self, since: str, *, whole: bool) -> Heard:
        """What happened since; `whole` gives all state of all rooms as well, at once."""
        if not self._filter:
            path = ["user", self.account.user, "filter"]
            self._filter = str((await self.ask("POST", path, _FILTER)).get("filter_id", ""))
        # nio skips an answer that it has seen, even where we were interrupted.
        self.client.next_batch = ""
        request = self.client.sync(
            timeout=secrets.randbelow(WHOLE_MS_MAX) if whole else SYNC_MS,
            sync_filter=self._filter,
            since=since,
            full_state=whole,
        )
        answer = await answer_of(request)
        async with self._synced:
            self._synced.notify_all()
        await self.keys.exchange()
        return Heard(
            answer.next_batch,
            {room: _invitation(told.invite_state) for room, told in answer.rooms.invite.items()},
            list(answer.rooms.leave),
            {room: self._news(told, room) for room, told in answer.rooms.join.items()},
            keys=bool(answer.to_device_events or answer.device_list.changed),
        )

    def _news(self, told: Any, room: str) -> News:  # noqa: ANN401 - nio has no types
        timeline = told.timeline
        gap = (timeline.prev_batch or "") if timeline.limited else ""
        return News(self._events(told.state, room), self._events(timeline.events, room), gap)

    def _events(self, events: Iterable[Any], room: str) -> list[Event]:
        opened = (self.keys.opened(event, room) for event in events)
        return [event for event in opened if event is not None]

    async def before(self, room: str, start: str | None, end: str) -> tuple[list[Event], str]:
        """Events of a room backwards from `start` (None: now) to `end`, and where the next begin."""
        back = MessageDirection.back
        request = self.client.room_messages(room, start, end or None, back, limit=PAGE)
        answer = await answer_of(request)
        return self._events(answer.chunk, room), answer.end or ""

    async def event(self, room: str, event_id: str) -> Event | None:
        """One event; None where there is none that we may see."""
        with contextlib.suppress(Denied):
            answer = await answer_of(self.client.room_get_event(room, event_id))
            return self.keys.opened(answer.event, room)
        return None

    async def related(self, room: str, event_id: str, rel_type: str) -> list[Event]:
        """What was said about an event, oldest first (as many as a homeserver gives at once)."""
        path = ["rooms", room, "relations", event_id, rel_type]
        with contextlib.suppress(Denied):
            answer = await self.ask("GET", path, version="v1", query={"limit": PAGE})
            chunk = answer.get("chunk")
            return read_all(chunk if isinstance(chunk, list) else [])[::-1]
        return []

    async def state(self, room: str, event_type: str, key: str = "") -> dict[str, Any] | None:
        """The content of a state event, or None where there is none that we may see."""
        with contextlib.suppress(Denied):
            return await self.ask("GET", ["rooms", room, "state", event_type, key])
        return None

    async def members(self, room: str) -> list[str]:
        """Who is in a room, or invited; nobody in a room that we may not look into."""
        with contextlib.suppress(Denied):
            answer = await self.ask("GET", ["rooms", room, "members"])
            chunk = answer.get("chunk")
            events = read_all(chunk if isinstance(chunk, list) else [])
            return [it.state_key or "" for it in events if it.membership in {"join", "invite"}]
        return []

    # --- Writing -------------------------------------------------------------------------------

    async def send(self, room: str, event_type: str, content: dict[str, Any], txn: str) -> str:
        """Send an event (encrypted in an encrypted room); the same `txn` again sends nothing."""
        if self.keys.there and room not in self.client.rooms:
            await self._not_told_of(room)
        encrypted = await self.encrypted(room)
        if encrypted and not self.keys.there:
            raise Denied("M_FORBIDDEN", "the room is encrypted, and encryption is switched off")
        if encrypted:
            await self.keys.exchange()
        request = self.client.room_send(room, event_type, content, txn, ignore_unverified_devices=True)
        return str((await answer_of(request)).event_id)

    async def _not_told_of(self, room: str) -> NoReturn:
        """Nothing can be sent where nobody knows whether it has to be encrypted: not yet, or never."""
        joined = (await self.ask("GET", ["joined_rooms"])).get("joined_rooms", [])
        if room in joined:
            raise Unreachable(f"no sync has told of {room} yet")
        raise Denied("M_FORBIDDEN", f"we are not in {room}")

    async def upload(self, data: bytes, media: str, name: str, *, encrypt: bool) -> dict[str, Any]:
        """Upload a file; the part of a content that says where it is."""
        request = self.client.upload(
            io.BytesIO(data), content_type=media, filename=name, encrypt=encrypt, filesize=len(data)
        )
        answer, keys = await answer_of(request)
        uri = checked(answer).content_uri
        return {"file": {**keys, "url": uri}} if encrypt else {"url": uri}

    async def ask(
        self,
        method: str,
        path: list[str],
        body: Mapping[str, Any] | None = None,
        *,
        version: str = "v3",
        query: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Any other request; returns its JSON."""
        where = "/".join(quote(part, safe="") for part in path)
        asked = f"?{urlencode(query)}" if query else ""
        return await answer_of(self._raw(method, f"/_matrix/client/{version}/{where}{asked}", body))

    async def _raw(self, method: str, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        response: ClientResponse = await self.client.send(
            method,
            path,
            None if body is None else json.dumps(body),
            {"Authorization": f"Bearer {self.account.token}", "Content-Type": "application/json"},
        )
        parsed = await self.client.parse_body(response)
        answer: dict[str, Any] = parsed if isinstance(parsed, dict) else {}
        if response.status >= 400:
            raise fault_of(
                response.status,
                answer.get("errcode"),
                str(answer.get("error", "")),
                answer.get("retry_after_ms"),
            )
        return answer


def _invitation(events: Iterable[Any]) -> list[Event]:
    """What an invitation tells of its room; nio takes the contents out of the events."""
    return read_all([{"content": getattr(it, "content", {}), **it.source} for it in events])
