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
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from urllib.parse import quote, urlencode

import msgspec
from aiohttp import ClientResponse
from nio import AsyncClient, AsyncClientConfig, MatrixRoom
from nio.store import SqliteStore

from adapters.matrix import ids
from adapters.matrix.answers import flaw_of, listed, named, table
from adapters.matrix.bodies import answer_in, file_of
from adapters.matrix.digest import Digest, Digested
from adapters.matrix.events import ENCRYPTED, REACTION, SPACE_CHILD, Event, read_all, read_event
from adapters.matrix.faults import Denied, Unreachable, answer_of, checked
from adapters.matrix.keys import Keys, make_store, open_store
from adapters.matrix.wanted import FIRST_TIMELINE, TIMELINE, wanted_of
from bot.ports import TurnedAway

log = logging.getLogger("talkoot.matrix")
for _library in ("nio", "peewee"):
    # Their logs hold what people wrote, and keys; ours say what is worth knowing.
    logging.getLogger(_library).setLevel(logging.CRITICAL)

T = TypeVar("T")

REQUEST_SECONDS_MAX = 60
WHOLE_SECONDS_MAX = 300
"""The same where all rooms are asked for: with thousands a homeserver works at that for a minute and
more, and one that is hung up on begins anew.
"""

SYNC_MS = 30_000
"""How long the homeserver may wait for something to happen."""

WHOLE_MS_MAX = 1_000
"""Everything comes at once, whatever we would wait; but Synapse gives the same question the same answer
for two minutes, so after a quick restart it would tell of rooms as they were at the last start.
"""

FLAWS_MAX = 5
"""How often an answer may come damaged before it is taken as it is."""

SOON_MS = 1_000
"""The wait where something is to be tried again."""

LOOKUP_SECONDS_MAX = 10
"""How long one event is looked up: nobody else is read meanwhile."""

PAGE = 1_000
"""How many events of a gap are asked for at once; homeservers may give fewer."""


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

    @property
    def is_of_space(self) -> bool:
        """Whether it tells of rooms that are in this one."""
        return any(event.type == SPACE_CHILD for event in (*self.state, *self.timeline))


class Heard(msgspec.Struct, frozen=True):
    """What happened up to a position; `keys` says that keys may have come to what we could not read."""

    position: str
    invites: dict[str, list[Event]]
    left: list[str]
    rooms: dict[str, News]
    keys: bool = False

    def spaces_first(self) -> list[tuple[str, News]]:
        """The rooms, spaces before others: a room is in one only where that says so too."""
        return sorted(self.rooms.items(), key=lambda it: not it[1].is_of_space)


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
        self.keys = Keys(self.client, account.trusted, self.ask)
        self._digest = Digest(self.client, self.keys)
        self._filters: dict[int, str] = {}
        self._flaws = 0
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

    def is_plain(self, room: str) -> bool:
        """Whether the homeserver was asked, and a room was not encrypted then."""
        return room in self._plain

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
        user = named(await self.ask("GET", ["account", "whoami"]), "user_id")
        if user != self.account.user:
            raise TurnedAway(f"The access token belongs to {user}, not to {self.account.user}.")
        if self.keys.there:
            me, device = self.account.user, self.account.device
            answer = await self.ask("POST", ["keys", "query"], {"device_keys": {me: [device]}})
            published = table(table(answer.get("device_keys")).get(me)).get(device)
            if not self.keys.are_those_of(published):
                raise TurnedAway(
                    f"The encryption keys in {self.account.store} are not those of the device "
                    f"{device}; nobody could read the bot. Log in as a new device: talkoot init"
                )
            await self.keys.published()

    # --- Reading -------------------------------------------------------------------------------

    async def sync(self, since: str, *, whole: bool, soon: bool = False) -> Heard:
        """What happened since; `whole` gives all state of all rooms as well, at once.

        Where it is to be `soon`, nothing is waited for.
        """
        timeline = TIMELINE if since else FIRST_TIMELINE
        if timeline not in self._filters:
            path = ["user", self.account.user, "filter"]
            made = await self.ask("POST", path, wanted_of(timeline))
            self._filters[timeline] = named(made, "filter_id")
        wait = secrets.randbelow(WHOLE_MS_MAX) if whole else SOON_MS if soon else SYNC_MS
        query = {"timeout": wait, "filter": self._filters[timeline], "full_state": str(whole).lower()}
        try:
            query |= {"since": since} if since else {}
            patience = WHOLE_SECONDS_MAX if whole else REQUEST_SECONDS_MAX
            synced = await self.ask("GET", ["sync"], query=query, seconds=patience)
        except Denied as why:
            self._filters.clear()
            raise Unreachable(f"the homeserver refuses to tell what is new: {why}") from why
        position = named(synced, "next_batch")
        self._refuse(flaw_of(synced))
        keys = await self._digest.keys(synced)
        rooms = await self._digest.rooms(synced)
        self.keys.heard(synced)
        async with self._synced:
            self._synced.notify_all()
        await self.keys.exchange()
        told = table(synced.get("rooms"))
        return Heard(
            position,
            {
                room: read_all(table(table(it).get("invite_state")).get("events"))
                for room, it in table(told.get("invite")).items()
                if ids.room_id(room)
            },
            list(table(told.get("leave"))),
            {room: self._news(it, given) for room, (it, given) in rooms.items()},
            keys=self.keys.met() or keys,
        )

    def _refuse(self, flaw: str) -> None:
        """Ask again for what came damaged; but what stays so must not keep everything else from us."""
        self._flaws = self._flaws + 1 if flaw else 0
        if 0 < self._flaws < FLAWS_MAX:
            raise Unreachable(f"the homeserver's answer is damaged: {flaw}")
        if flaw:
            log.error("the homeserver's answer stays damaged (%s); that part is passed over", flaw)
            self._flaws = 0

    def _news(self, told: dict[str, Any], given: Digested) -> News:
        timeline = table(told.get("timeline"))
        gap = timeline.get("prev_batch") if timeline.get("limited") else ""
        return News(*given, gap if isinstance(gap, str) else "")

    async def alive(self) -> None:
        """Find out whether the homeserver answers at all. Raises Unreachable (or Limited) where not."""
        await self.ask("GET", ["account", "whoami"], seconds=LOOKUP_SECONDS_MAX)

    async def before(
        self, room: str, start: str | None, end: str, *, whole: bool = True
    ) -> tuple[list[Event], str]:
        """Events of a room backwards from `start` (None: now) to `end`, and where the next begin.

        Where it need not be the `whole`, what is none is left out.
        """
        query: dict[str, Any] = {"dir": "b", "limit": PAGE}
        query |= {name: at for name, at in (("from", start), ("to", end)) if at}
        answer = await self.ask("GET", ["rooms", room, "messages"], query=query)
        chunk = listed(answer, "chunk")
        events = [self._unlocked(it, room) for it in read_all(chunk)]
        if whole and len(events) < len(chunk):
            raise Unreachable(f"the homeserver's answer about {room} is damaged")
        further = answer.get("end")
        return events, further if isinstance(further, str) else ""

    def _unlocked(self, event: Event, room: str) -> Event:
        return self.keys.unlock(event, room) if event.type == ENCRYPTED else event

    async def event(self, room: str, event_id: str) -> Event | None:
        """One event; None where there is none that we may see."""
        if not ids.event_id(event_id):
            return None
        with contextlib.suppress(Denied):
            answer = await self._look_up(["rooms", room, "event", event_id])
            event = read_event(answer)
            if event is None or event.event_id != event_id:
                raise Unreachable("the homeserver answered with another event")
            return self._unlocked(event, room)
        return None

    async def related(self, room: str, event_id: str, rel_type: str) -> list[Event]:
        """What was said about an event, oldest first (as many as a homeserver gives at once)."""
        path = ["rooms", room, "relations", event_id, rel_type]
        with contextlib.suppress(Denied):
            answer = await self._look_up(path, version="v1", query={"limit": PAGE})
            chunk = listed(answer, "chunk")
            events = [self._unlocked(it, room) for it in read_all(chunk)]
            if len(events) < len(chunk):
                # One that is left out may be the vote that counts.
                raise Unreachable(f"the homeserver's answer about {room} is damaged")
            return events[::-1]
        return []

    async def state(self, room: str, event_type: str, key: str = "") -> dict[str, Any] | None:
        """The content of a state event, or None where there is none that we may see."""
        with contextlib.suppress(Denied):
            return await self._look_up(["rooms", room, "state", event_type, key])
        return None

    async def members(self, room: str) -> list[str]:
        """Who is in a room, or invited; nobody in a room that we may not look into."""
        with contextlib.suppress(Denied):
            answer = await self._look_up(["rooms", room, "members"])
            events = map(read_event, listed(answer, "chunk"))
            # Of whom nothing can be read is somebody all the same.
            there = (it for it in events if it is None or it.membership in {"join", "invite"})
            return ["" if it is None else it.state_key or "" for it in there]
        return []

    async def _look_up(self, path: list[str], **how: Any) -> dict[str, Any]:  # noqa: ANN401 - as for ask
        return await self.ask("GET", path, seconds=LOOKUP_SECONDS_MAX, **how)

    # --- Writing -------------------------------------------------------------------------------

    async def send(self, room: str, event_type: str, content: dict[str, Any], txn: str) -> str:
        """Send an event (encrypted in an encrypted room); the same `txn` again sends nothing."""
        if self.keys.there and room not in self.client.rooms:
            await self._not_told_of(room)
        encrypted = await self.encrypted(room)
        if encrypted and not self.keys.there:
            raise Denied("M_FORBIDDEN", "the room is encrypted, and encryption is switched off")
        # Reactions are never encrypted.
        if encrypted and event_type != REACTION:
            await self.keys.exchange()
            event_type, content = await self.keys.sealed(room, event_type, content)
        answer = await self.ask("PUT", ["rooms", room, "send", event_type, txn], content)
        sent = ids.event_id(answer.get("event_id"))
        if not sent:
            raise Unreachable("the homeserver gave no id for what was sent")
        return sent

    async def _not_told_of(self, room: str) -> NoReturn:
        """Nothing can be sent where nobody knows whether it has to be encrypted: not yet, or never."""
        if room in listed(await self.ask("GET", ["joined_rooms"]), "joined_rooms"):
            raise Unreachable(f"no sync has told of {room} yet")
        raise Denied("M_FORBIDDEN", f"we are not in {room}")

    async def upload(self, data: bytes, media: str, name: str, *, encrypt: bool) -> dict[str, Any]:
        """Upload a file; the part of a content that says where it is."""
        request = self.client.upload(
            io.BytesIO(data), content_type=media, filename=name, encrypt=encrypt, filesize=len(data)
        )
        answer, keys = await answer_of(request)
        uri = ids.short(checked(answer).content_uri)
        if not uri.startswith("mxc://"):
            raise Unreachable("the homeserver did not say where the file is")
        return {"file": {**keys, "url": uri}} if encrypt else {"url": uri}

    async def download(self, server: str, media: str, most: int) -> bytes:
        """What was uploaded; of what is larger than `most` bytes, only that it is.

        Raises Denied, Limited, Unreachable or TurnedAway.
        """
        path = f"/_matrix/client/v1/media/download/{server}/{media}"
        return await answer_of(self._raw("GET", path, None, LOOKUP_SECONDS_MAX, file_of(most)))

    async def ask(
        self,
        method: str,
        path: list[str],
        body: Mapping[str, Any] | None = None,
        *,
        version: str = "v3",
        query: Mapping[str, Any] | None = None,
        seconds: float = REQUEST_SECONDS_MAX,
    ) -> dict[str, Any]:
        """Any other request; returns its JSON. Raises Denied, Limited, Unreachable or TurnedAway."""
        where = "/".join(quote(part, safe="") for part in path)
        asked = f"?{urlencode(query)}" if query else ""
        url = f"/_matrix/client/{version}/{where}{asked}"
        return await answer_of(self._raw(method, url, body, seconds, answer_in))

    async def _raw(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        seconds: float,
        read: Callable[[ClientResponse], Awaitable[T]],
    ) -> T:
        response: ClientResponse = await self.client.send(
            method,
            path,
            None if body is None else json.dumps(body),
            {"Authorization": f"Bearer {self.account.token}", "Content-Type": "application/json"},
            timeout=seconds,
        )
        async with response:
            return await read(response)
