"""Rooms with one person, for what only they should read: made once, and marked as such.

`m.direct` in our account's data says which rooms they are. A room counts only while nobody else is in
it: whoever is invited there later must not read answers to somebody else.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from adapters.matrix import ids
from adapters.matrix.answers import listed
from adapters.matrix.events import read
from adapters.matrix.faults import Denied, Unreachable
from adapters.matrix.link import Link
from adapters.matrix.memory import remember
from adapters.matrix.rooms import RoomState

log = logging.getLogger("talkoot.matrix")

PEOPLE_MAX = 2
"""They, and we."""

UNSURE_MAX = 8
"""How often we look whether a room was made after all, before another one is."""

_ENCRYPTED = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}


class Direct:
    """The rooms with one person each."""

    def __init__(self, link: Link, known: Mapping[str, RoomState]) -> None:
        """`known` are the rooms that we are in. Nothing is marked before `load`."""
        self._link, self._known = link, known
        self._rooms: dict[str, list[str]] = {}
        self._unsaved = False
        self._unsure: dict[str, int] = {}
        self._people: dict[str, frozenset[str]] = {}
        self._making: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @property
    def _path(self) -> list[str]:
        return ["user", self._link.account.user, "account_data", "m.direct"]

    async def load(self) -> None:
        """Ask the homeserver which rooms they are."""
        content: dict[str, Any] = {}
        try:
            content = await self._link.ask("GET", self._path)
        except Denied as why:
            # There are none yet.
            if why.code != "M_NOT_FOUND":
                raise
        self._rooms = {
            user: found
            for user, rooms in content.items()
            if (found := read(rooms, list[str])) is not None
        }

    async def is_direct(self, room: str) -> bool:
        """Whether a room is one with a single person."""
        marked = any(room in rooms for rooms in self._rooms.values())
        return marked and 0 < len(await self.people(room)) <= PEOPLE_MAX

    async def is_alone(self, room: str) -> bool:
        """Whether nobody but us and one person is in a room, or invited, marked or not."""
        known = self._link.rooms.get(room)
        # What a sync tells of them is quick to look at, and leaves out most rooms.
        if known is not None and known.member_count > PEOPLE_MAX:
            return False
        return len(await self.people(room)) == PEOPLE_MAX

    async def is_with(self, room: str, person: str) -> bool:
        """Whether a room is the one with this person."""
        marked = room in self._rooms.get(person, ())
        me = self._link.account.user
        return marked and {me} <= await self.people(room) <= {me, person}

    async def people(self, room: str) -> frozenset[str]:
        """Who is in a room, or invited.

        Asked of the homeserver, for a sync names only those who speak; known until somebody comes
        or goes (`changed`).
        """
        if room not in self._people:
            remember(self._people, room, frozenset(await self._link.members(room)))
        return self._people[room]

    def changed(self, room: str) -> None:
        """Somebody came into a room, or left it."""
        self._people.pop(room, None)

    def expect(self, person: str, room: str) -> None:
        """Take a room for the one with a person, before the homeserver is told (`save`)."""
        rooms = self._rooms.setdefault(person, [])
        if room not in rooms:
            rooms.append(room)
            self._unsaved = True

    async def add(self, person: str, room: str) -> None:
        """Mark a room as the one with a person."""
        self.expect(person, room)
        await self.save()

    def forget(self, room: str) -> None:
        """A room that we left is no such room any more; the homeserver is told by `save`."""
        if any(room in rooms for rooms in self._rooms.values()):
            self._rooms = {
                user: [it for it in rooms if it != room] for user, rooms in self._rooms.items()
            }
            self._unsaved = True

    async def save(self) -> None:
        """Tell the homeserver which rooms they are. Raises Denied, Limited or Unreachable."""
        if self._unsaved:
            self._unsaved = False
            try:
                await self._link.ask("PUT", self._path, self._rooms)
            except BaseException:
                self._unsaved = True
                raise

    async def room_with(self, person: str) -> str:
        """The room with a person; made where there is none. Waits until we can write in it."""
        async with self._making[person]:
            room = await self._found(person) or await self._made(person)
        await self._link.joined(room)
        self._link.expect(room, person)
        return room

    async def _found(self, person: str) -> str:
        for room in self._rooms.get(person, ()):
            if room in self._link.rooms and await self.is_with(room, person):
                if person not in await self.people(room):
                    await self._link.ask("POST", ["rooms", room, "invite"], {"user_id": person})
                return room
        return await self._orphan(person)

    async def _orphan(self, person: str) -> str:
        """A room that was made just before the program was killed, and never marked."""
        me = self._link.account.user
        for room, known in self._known.items():
            if me in known.creators and await self.people(room) == {person, me}:
                await self.add(person, room)
                return room
        return ""

    async def _made(self, person: str) -> str:
        wanted = {
            "preset": "trusted_private_chat",
            "is_direct": True,
            "invite": [person],
            "initial_state": [_ENCRYPTED] if self._link.keys.there else [],
        }
        made = await self._made_before(person)
        if made:
            return made
        self._unsure[person] = self._unsure.get(person, 0) + 1
        room = ids.room_id((await self._link.ask("POST", ["createRoom"], wanted)).get("room_id"))
        if not room:
            raise Unreachable("the homeserver did not say which room it made")
        await self.add(person, room)
        del self._unsure[person]
        return room

    async def _made_before(self, person: str) -> str:
        """The room that was made where we heard no answer to that; a sync tells of it."""
        if not 0 < self._unsure.get(person, 0) <= UNSURE_MAX:
            return ""
        me = self._link.account.user
        joined = listed(await self._link.ask("GET", ["joined_rooms"]), "joined_rooms")
        half_made = [room for room in joined if ids.room_id(room) and room not in self._known]
        for room, known in self._known.items():
            if me in known.creators:
                # What was known of it may be of before the invitation.
                self.changed(room)
                half_made += [room] if await self.people(room) == {me} else []
        if half_made:
            self._unsure[person] += 1
            raise Unreachable("no sync has told of all our rooms yet")
        return await self._orphan(person)
