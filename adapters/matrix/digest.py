"""Giving nio what a sync brought: it keeps rooms and keys, and decrypts.

First the keys, then the rooms: all at once, for that is quick; but where one of them has something in
it that nio stumbles over, one by one, so that it keeps nothing of the others from us.
"""

from __future__ import annotations

import logging
from typing import Any

from nio import AsyncClient, MatrixRoom, SyncResponse

from adapters.matrix import ids
from adapters.matrix.answers import table
from adapters.matrix.events import Event, read_all
from adapters.matrix.keys import Keys

log = logging.getLogger("talkoot.matrix")

Digested = tuple[list[Event], list[Event]]
"""A room's state before its timeline, and the timeline, decrypted as far as that can be."""


class Digest:
    """What nio makes of syncs."""

    def __init__(self, client: AsyncClient, keys: Keys) -> None:
        """Nothing was heard yet."""
        self._client, self._keys = client, keys

    async def keys(self, synced: dict[str, Any]) -> bool:
        """Take in what concerns keys; whether some came to what we could not read.

        Raises StorageFault where they cannot be kept.
        """
        lists = table(synced.get("device_lists"))
        sent = table(synced.get("to_device")).get("events")
        messages = [it for it in sent if isinstance(it, dict)] if isinstance(sent, list) else []
        with self._keys.kept_whole():
            for message in messages:
                await self._given({"to_device": {"events": [message]}}, "a message to our device")
        if any(lists.values()):  # nio looks through all of an answer, also where there is nothing in it
            await self._given({"device_lists": lists}, "the lists of devices")
        return bool(messages or lists.get("changed"))

    async def rooms(self, synced: dict[str, Any]) -> dict[str, tuple[dict[str, Any], Digested]]:
        """Each room that we are in: what a sync told of it, and its events."""
        joined = table(table(synced.get("rooms")).get("join"))
        told = {room: it for room, it in joined.items() if ids.room_id(room) and isinstance(it, dict)}
        if not told:
            return {}
        answer = await self._given({"rooms": {"join": told}}, "the rooms together")
        if answer is not None:
            return {room: (it, self._read(answer, room, it)) for room, it in told.items()}
        return {room: (it, await self._alone(room, it)) for room, it in told.items()}

    async def _alone(self, room: str, told: dict[str, Any]) -> Digested:
        answer = await self._given({"rooms": {"join": {room: told}}}, f"the room {room}")
        if answer is not None:
            return self._read(answer, room, told)
        encrypted = room in self._client.encrypted_rooms
        self._client.rooms.setdefault(room, MatrixRoom(room, self._client.user_id, encrypted))
        state, timeline = table(told.get("state")), table(told.get("timeline"))
        return read_all(state.get("events")), read_all(timeline.get("events"))

    async def _given(self, part: dict[str, Any], what: str) -> SyncResponse | None:
        # nio skips an answer that it has seen, even where we were interrupted.
        self._client.next_batch = ""
        try:
            answer = SyncResponse.from_dict({"next_batch": "now", **part})
            if isinstance(answer, SyncResponse):
                await self._client.receive_response(answer)
                return answer
        except Exception as why:  # noqa: BLE001 - nio raises whatever it likes
            # Strangers wrote it, and nio's ways with that are its own.
            log.warning("%s could not be taken in: %s", what, type(why).__name__)
            return None
        log.warning("%s could not be taken in", what)
        return None

    def _read(self, answer: SyncResponse, room: str, told: dict[str, Any]) -> Digested:
        given = answer.rooms.join[room]
        parts = (table(told.get(name)).get("events") for name in ("state", "timeline"))
        sources = {str(it.get("event_id")): it for part in parts for it in _tables(part)}
        opened = (
            [self._keys.opened(event, room, sources.get(event.event_id)) for event in events]
            for events in (given.state, given.timeline.events)
        )
        state, timeline = ([event for event in events if event is not None] for events in opened)
        return state, timeline


def _tables(value: object) -> list[dict[str, Any]]:
    return [it for it in value if isinstance(it, dict)] if isinstance(value, list) else []
