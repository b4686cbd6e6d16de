"""A person whose client encrypts: matrix-nio, as a stand-in for any client that does."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from nio import AsyncClient, AsyncClientConfig, ShareGroupSessionResponse
from nio.store import SqliteStore

from tests.adapters.matrix.people import Json, Person, answered
from tests.foul import PATIENCE


class Cipher:
    """Somebody who writes in encrypted rooms."""

    def __init__(self, person: Person, folder: Path) -> None:
        self.person = person
        folder.mkdir(exist_ok=True)
        config = AsyncClientConfig(store=SqliteStore, pickle_key="test", encryption_enabled=True)
        self.client = AsyncClient(person.url, person.user, person.device, str(folder), config)
        self.client.restore_login(person.user, person.device, person.token)
        self.events: list[tuple[str, Any]] = []
        self.held: list[tuple[Any, ...]] = []
        self._since = ""

    async def sync(self, timeout_ms: int = 1_000) -> None:
        """Take in what is new, and do what the encryption asks for."""
        client = self.client
        answer = await client.sync(
            timeout=timeout_ms,
            sync_filter={"room": {"timeline": {"limit": 100}}},
            since=self._since,
            full_state=not self._since,
        )
        self._since = answer.next_batch
        for room, told in answer.rooms.join.items():
            self.events += [(room, event) for event in told.timeline.events]
        await client.send_to_device_messages()
        if client.should_upload_keys:
            await client.keys_upload()
        if client.should_query_keys:
            await client.keys_query()

    async def send(self, room: str, content: Json, kind: str = "m.room.message") -> str:
        sent = await self.client.room_send(room, kind, content, ignore_unverified_devices=True)
        return str(sent.event_id)

    async def say(self, room: str, body: str, **more: Any) -> str:
        return await self.send(room, {"msgtype": "m.text", "body": body, **more})

    async def say_before_its_key(self, room: str, body: str) -> str:
        """Send a message whose key stays here until `let_go`."""
        real = self.client._send

        async def holding(
            response_class: Any, method: str, path: str, *given: Any, **named: Any
        ) -> Any:
            if "/sendToDevice/" not in path:
                return await real(response_class, method, path, *given, **named)
            self.held.append((response_class, method, path, *given))
            return ShareGroupSessionResponse(room, set())

        self.client._send = holding
        try:
            return await self.say(room, body)
        finally:
            self.client._send = real

    async def let_go(self) -> None:
        """Send the keys that were held back."""
        for response_class, method, path, data in self.held:
            await self.client._send(response_class, method, path, data, ("!", set()))
        self.held.clear()

    async def hear_answer(self, room: str, to: str, seconds: int = 12) -> Json:
        """The first message that answers an event, as it can be read here."""
        return await self._hear(room, lambda it: answered(it) == to, seconds)

    async def hear_body(self, room: str, part: str) -> Json:
        """The first message with these words, as it can be read here."""
        return await self._hear(room, lambda it: part in str(it["content"].get("body", "")))

    async def _hear(self, room: str, wanted: Any, seconds: int = 12) -> Json:
        end = time.monotonic() + seconds * PATIENCE
        while True:
            for where, event in self.events:
                if where == room and event.decrypted and wanted(event.source):
                    found: Json = event.source
                    return found
            assert time.monotonic() < end, [(it.sender, type(it)) for _, it in self.events[-8:]]
            await self.sync()

    async def close(self) -> None:
        await self.client.close()
