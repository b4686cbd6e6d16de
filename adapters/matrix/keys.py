"""Encryption: the store of our keys, and whose words an encrypted message really is.

nio encrypts and decrypts. What it leaves to us is checked here: a message counts as its sender's only
where the session that it was encrypted with belongs to a device of the sender, and never where the
key came by way of somebody else (CVE-2022-39249, CVE-2022-39251).

Devices are trusted when they are first seen, as far as the rule `trusted-devices` goes; nio refuses a
device whose keys change. To one that is not trusted no keys are sent, and what it wrote is not read.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from nio import AsyncClient, EncryptionError, MegolmEvent
from nio import Event as NioEvent
from nio.store.models import OlmSessions
from peewee import PeeweeException

from adapters.matrix.events import Event, read_event
from adapters.matrix.faults import Denied, Limited, Unreachable, answer_of, checked
from adapters.matrix.publishing import Ask, Publisher, Sessions
from bot.collective.ruletypes import matches
from bot.ports import StorageFault, TurnedAway

log = logging.getLogger("talkoot.matrix")

KEY_CHARACTERS_MIN = 24
"""The shortest key of the store; `talkoot init` makes longer ones."""


def make_store(folder: Path, key: str) -> None:
    """Make the folder of the keys, for its owner alone. Raises TurnedAway where it is not safe."""
    if len(key) < KEY_CHARACTERS_MIN:
        raise TurnedAway(
            f"The key of the encryption store is too short (less than {KEY_CHARACTERS_MIN} characters)."
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        raise TurnedAway(
            f"Others can look into {folder}, where the encryption keys are. Mend it: chmod 700 {folder}"
        )


def open_store(client: AsyncClient, token: str) -> None:
    """Open the store of a client and log in with a token. Raises TurnedAway where it cannot be read."""
    try:
        client.restore_login(client.user, client.device_id, token)
    except ValueError as why:
        raise TurnedAway(
            f"The encryption keys in {client.store_path} cannot be read: the key of the store "
            "(in .env) is another one than they were kept with."
        ) from why
    for file in Path(client.store_path).iterdir():
        file.chmod(0o600)


def _drop(client: AsyncClient, sessions: list[str]) -> None:
    """Forget sessions for good; nio keeps them all."""
    with client.store.database.bind_ctx(client.store.models):
        for session in sessions:
            OlmSessions.delete().where(OlmSessions.session_id == session).execute()


class Keys:
    """The keys of one device."""

    def __init__(self, client: AsyncClient, trusted: tuple[str, ...], ask: Ask) -> None:
        """Over a client, whose store may be open or not.

        `trusted` is the rule `trusted-devices`, `ask` makes a request.
        """
        self._client, self._trusted, self._ask = client, trusted, ask
        self.is_behind = False
        """Whether something of the last exchange failed, and is to be done again soon."""
        self._met = False
        self._sharing: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._publisher: Publisher | None = None
        if self.there:
            client.olm.session_store = sessions = Sessions(client.olm.session_store)
            _drop(client, sessions.dropped)
            self._publisher = Publisher(client.olm, ask, lambda: time.monotonic_ns() // 1_000_000)
            self._judge()

    @property
    def there(self) -> bool:
        """Whether we can encrypt and decrypt at all."""
        return self._client.olm is not None

    @contextmanager
    def kept_whole(self) -> Iterator[None]:
        """What comes to our device inside is kept all at once, or not at all: then it comes again.

        nio keeps in one step that a message was read, and in the next one the key that stood in it: of
        whoever is killed between them the key would be lost, for no message can be read twice. Nothing
        may be waited for inside. Raises StorageFault where it cannot be kept.
        """
        if not self.there:
            yield
            return
        try:
            with self._client.store.database.atomic():
                yield
        except PeeweeException as why:
            raise StorageFault("The encryption keys could not be kept.") from why

    def opened(self, event: Any, room: str, source: object) -> Event | None:  # noqa: ANN401 - nio has no types
        """An event of nio as ours; one that we cannot read, or not yet trust, stays as its `source`.

        None for what has not the shape of an event.
        """
        if not getattr(event, "decrypted", False):
            return read_event(event.source)
        if not self._is_owners(event, room):
            return read_event(source)
        opened = read_event(event.source)
        return None if opened is None else replace(opened, sealed=True)

    def unlock(self, event: Event, room: str) -> Event:
        """Try again to read an encrypted event; the same event where that still fails."""
        decrypted = self._decrypted(event, room)
        opened = None if decrypted is None else self.opened(decrypted, room, None)
        return event if opened is None else opened

    def opens(self, event: Event, room: str) -> bool:
        """Whether we have the key of an encrypted event, whoever gave it to us."""
        return self._decrypted(event, room) is not None

    def _decrypted(self, event: Event, room: str) -> Any:  # noqa: ANN401 - nio has no types
        source = {
            "type": event.type,
            "sender": event.sender,
            "event_id": event.event_id,
            "room_id": room,
            "content": event.content,
            "origin_server_ts": event.origin_server_ts,
        }
        parsed = NioEvent.parse_event(source)
        if not self.there or not isinstance(parsed, MegolmEvent):
            return None
        try:
            return self._client.decrypt_event(parsed)
        except (EncryptionError, KeyError, TypeError, ValueError):
            # What is in there was written by a stranger, too.
            return None

    def _is_owners(self, event: Any, room: str) -> bool:  # noqa: ANN401 - nio has no types
        """Whether the session that an event was encrypted with belongs to a device of its sender."""
        olm = self._client.olm
        if event.sender == self._client.user_id:
            return True
        session = olm.inbound_group_store.get(room, event.sender_key, event.session_id)
        if session is None or session.forwarding_chain:
            return False
        return any(
            device.curve25519 == event.sender_key
            and device.ed25519 == session.ed25519
            and not olm.is_device_blacklisted(device)
            for device in olm.device_store[event.sender].values()
        )

    def _judge(self) -> None:
        """Take the devices that we know for trusted or not, as the rule says now."""
        for device in list(self._client.device_store):
            if is_trusted(device.user_id, device.ed25519, self._trusted):
                self._client.unblacklist_device(device)
            else:
                self._client.blacklist_device(device)

    def heard(self, synced: dict[str, Any]) -> None:
        """Take from a sync what the homeserver has of our keys."""
        if self._publisher is not None:
            self._publisher.heard(synced)

    async def exchange(self) -> None:
        """Send and fetch what the encryption needs; what fails is done again after the next sync.

        Raises TurnedAway.
        """
        if self._publisher is None:
            return
        self.is_behind = False
        for step in (self._send, self._publisher.publish, self._query, self._claim):
            try:
                await step()
            except (Unreachable, Limited, Denied) as why:
                self.is_behind = True
                log.warning("keys could not be exchanged: %s", why)

    async def published(self) -> None:
        """Publish our keys, if they never were: before, nobody can write to us encrypted.

        Raises Limited, Unreachable or TurnedAway.
        """
        if self._publisher is not None and not self._client.olm.account.shared:
            with suppress(Denied):
                await self._publisher.publish()

    async def sealed(
        self, room: str, event_type: str, content: dict[str, Any]
    ) -> tuple[str, dict[str, Any]]:
        """An event of a room, encrypted, when everybody in the room has the key to it.

        Raises Denied, Limited, Unreachable or TurnedAway.
        """
        async with self._sharing[room]:
            await self._share(room)
            sealed: tuple[str, dict[str, Any]] = self._client.encrypt(room, event_type, content)
            return sealed

    async def _share(self, room: str) -> None:
        """Send the key of a room to its devices, where they do not have it.

        nio takes a key for shared that reached nobody, because the homeserver failed, and itself for
        logged out by some of these failures.
        """
        client, olm = self._client, self._client.olm
        if not olm.account.shared:
            raise Unreachable("our keys are not published yet")
        if not client.rooms[room].members_synced:
            await answer_of(client.joined_members(room))
        await self._query()
        if not olm.should_share_group_session(room):
            return
        missing = client.get_missing_sessions(room)
        if missing:
            await answer_of(client.keys_claim(missing))
        users = list(client.rooms[room].users)
        for devices, messages in olm.share_group_session_parallel(
            room, users, ignore_unverified_devices=True
        ):
            path = ["sendToDevice", "m.room.encrypted", secrets.token_hex()]
            await self._ask("PUT", path, messages)
            olm.outbound_group_sessions[room].users_shared_with.update(devices)
        olm.outbound_group_sessions[room].shared = True

    async def _send(self) -> None:
        for answer in await answer_of(self._client.send_to_device_messages()):
            checked(answer)

    async def _query(self) -> None:
        if self._client.should_query_keys:
            await answer_of(self._client.keys_query())
            self._judge()
            self._met = True

    def met(self) -> bool:
        """Whether we have come to know devices since this was asked: what they wrote may count now."""
        met, self._met = self._met, False
        return met

    async def _claim(self) -> None:
        client = self._client
        if client.should_claim_keys:
            await answer_of(client.keys_claim(client.get_users_for_key_claiming()))

    def are_those_of(self, published: object) -> bool:
        """Whether the keys that the homeserver has of our device are those in our store."""
        mine = self._client.olm.account.identity_keys
        keys = published.get("keys") if isinstance(published, dict) else None
        if not isinstance(keys, dict):
            return True
        return bool(keys.get(f"curve25519:{self._client.device_id}") == mine["curve25519"])


def is_trusted(user: str, fingerprint: str, trusted: tuple[str, ...]) -> bool:
    """Whether a device is trusted: as one of its user's, or by its fingerprint (spaced or not)."""
    return matches(user, trusted) or fingerprint in ("".join(each.split()) for each in trusted)
