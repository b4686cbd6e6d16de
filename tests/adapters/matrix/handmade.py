"""A person whose client encrypts by hand: libolm and plain requests, nothing of matrix-nio in it.

It follows the specification to the letter: it verifies every signature, believes a key only from who
sent it, refuses a message that was encrypted twice at the same place, and may be told to be slow.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any, Self
from urllib.parse import quote

import olm

from tests.adapters.matrix.people import Json, Person

OLM = "m.olm.v1.curve25519-aes-sha2"
MEGOLM = "m.megolm.v1.aes-sha2"
CURVE = "signed_curve25519"
KEYS_MIN = 25
"""When so few one-time keys are left at the homeserver, there are new ones."""


class Handmade(Person):
    """Somebody who reads and writes in encrypted rooms as in any other."""

    seals = True

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.account = olm.Account()
        self.holding = False
        self.held: list[Json] = []
        self._sealed: set[str] = set()
        self._devices: dict[str, dict[str, Json]] = {}
        self._sessions: dict[str, list[Any]] = defaultdict(list)
        self._readers: dict[tuple[str, str, str], tuple[str, Any]] = {}
        self._read: dict[tuple[str, int], str] = {}
        self._writers: dict[str, tuple[Any, set[str]]] = {}

    # --- Keys of our own -------------------------------------------------------------------------

    async def register(self, name: str = "person", *, admin: bool = False) -> Self:
        """Make an account, and publish the keys of its device."""
        await super().register(name, admin=admin)
        mine = {f"{kind}:{self.device}": key for kind, key in self.account.identity_keys.items()}
        about = {"algorithms": [OLM, MEGOLM], "device_id": self.device, "user_id": self.user}
        await self.api("POST", "/keys/upload", {"device_keys": self._signed({**about, "keys": mine})})
        await self._make_one_time_keys()
        return self

    async def _make_one_time_keys(self) -> None:
        self.account.generate_one_time_keys(50)
        made = self.account.one_time_keys["curve25519"].items()
        keys = {f"{CURVE}:{name}": self._signed({"key": key}) for name, key in made}
        self.account.mark_keys_as_published()
        await self.api("POST", "/keys/upload", {"one_time_keys": keys})

    def _signed(self, content: Json) -> Json:
        signature = self.account.sign(_canonical(content))
        return {**content, "signatures": {self.user: {f"ed25519:{self.device}": signature}}}

    # --- Writing ---------------------------------------------------------------------------------

    async def send(self, room: str, event_type: str, content: Json) -> str:
        if event_type == "m.reaction" or not await self._is_sealed(room):
            return await super().send(room, event_type, content)
        writer = await self._shared(room)
        inner = {"type": event_type, "content": content, "room_id": room}
        sealed: Json = {
            "algorithm": MEGOLM,
            "ciphertext": writer.encrypt(json.dumps(inner)),
            "session_id": writer.id,
            "sender_key": self.account.identity_keys["curve25519"],
            "device_id": self.device,
        }
        # What a message is about is told in clear.
        if "m.relates_to" in content:
            sealed["m.relates_to"] = content["m.relates_to"]
        return await super().send(room, "m.room.encrypted", sealed)

    async def say_before_its_key(self, room: str, body: str) -> str:
        """Write with a new key, and keep the key here until `let_go`."""
        self.rotate(room)
        self.holding = True
        try:
            return await self.say(room, body)
        finally:
            self.holding = False

    async def let_go(self) -> None:
        """Send the keys that were held, the last one first: nothing says that they keep an order."""
        while self.held:
            await self._to_devices(self.held.pop())

    def rotate(self, room: str) -> None:
        """Write with a new key from here on."""
        self._writers.pop(room, None)

    async def _is_sealed(self, room: str) -> bool:
        if room not in self._sealed:
            state: Any = await self.api("GET", f"/rooms/{quote(room)}/state")
            if any(it["type"] == "m.room.encryption" for it in state):
                self._sealed.add(room)
        return room in self._sealed

    async def _shared(self, room: str) -> Any:
        """The key to write with, which every device in the room has, or is to have."""
        writer, having = self._writers.setdefault(room, (olm.OutboundGroupSession(), set()))
        joined = (await self.api("GET", f"/rooms/{quote(room)}/joined_members"))["joined"]
        mine = self.account.identity_keys["curve25519"]
        lacking = [it for it in await self._devices_of(*joined) if _curve(it) not in {*having, mine}]
        key: Json = {
            "algorithm": MEGOLM,
            "room_id": room,
            "session_id": writer.id,
            "session_key": writer.session_key,
        }
        reader = olm.InboundGroupSession(writer.session_key)
        self._readers.setdefault((room, mine, writer.id), (self.user, reader))
        messages: Json = defaultdict(dict)
        for device in lacking:
            messages[device["user_id"]][device["device_id"]] = await self._for(device, key)
            having.add(_curve(device))
        if self.holding:
            self.held.append(messages)
        elif messages:
            await self._to_devices(messages)
        return writer

    async def _to_devices(self, messages: Json) -> None:
        path = f"/sendToDevice/m.room.encrypted/{next(self._txn)}"
        await self.api("PUT", path, {"messages": messages})

    async def _for(self, device: Json, key: Json) -> Json:
        """A room's key, encrypted for one device."""
        theirs = _curve(device)
        if not self._sessions[theirs]:
            await self._begin(device)
        mine = self.account.identity_keys
        inner = {
            "type": "m.room_key",
            "content": key,
            "sender": self.user,
            "keys": {"ed25519": mine["ed25519"]},
            "recipient": device["user_id"],
            "recipient_keys": {"ed25519": _ed(device)},
        }
        message = self._sessions[theirs][0].encrypt(json.dumps(inner))
        ciphertext = {theirs: {"type": message.message_type, "body": message.ciphertext}}
        return {"algorithm": OLM, "sender_key": mine["curve25519"], "ciphertext": ciphertext}

    async def _begin(self, device: Json) -> None:
        """Begin a session with a device, by one of its one-time keys."""
        user, number = device["user_id"], device["device_id"]
        claim: Json = {"one_time_keys": {user: {number: CURVE}}}
        claimed = (await self.api("POST", "/keys/claim", claim))["one_time_keys"]
        assert user in claimed, f"{user} has no one-time key left"
        (key,) = claimed[user][number].values()
        _verify(device, key)
        begun = olm.OutboundSession(self.account, _curve(device), key["key"])
        self._sessions[_curve(device)].insert(0, begun)

    async def _devices_of(self, *users: str) -> list[Json]:
        answer = await self.api("POST", "/keys/query", {"device_keys": {it: [] for it in users}})
        for user, devices in answer["device_keys"].items():
            for number, device in devices.items():
                assert (device["user_id"], device["device_id"]) == (user, number)
                _verify(device, device)
                # A device keeps its keys for ever.
                known = self._devices.setdefault(user, {}).setdefault(number, device)
                assert known["keys"] == device["keys"], f"{user} has other keys now"
        return [it for user in users for it in self._devices.get(user, {}).values()]

    # --- Reading ---------------------------------------------------------------------------------

    async def _take(self, answer: Json) -> None:
        for event in answer.get("to_device", {}).get("events", []):
            if event["type"] == "m.room.encrypted":
                await self._take_key(event)
        if answer.get("device_one_time_keys_count", {}).get(CURVE, 0) < KEYS_MIN:
            await self._make_one_time_keys()
        await super()._take(answer)
        self.events = [self._opened(it, it["room_id"]) for it in self.events]

    async def messages(self, room: str) -> list[Json]:
        return [self._opened(it, room) for it in await super().messages(room)]

    async def _take_key(self, event: Json) -> None:
        """Take the key of a room from a device, if it is that device's, and for us."""
        content, theirs = event["content"], event["content"]["sender_key"]
        given = content["ciphertext"][self.account.identity_keys["curve25519"]]
        inner = json.loads(self._decrypted(theirs, given["type"], given["body"]))
        devices = await self._devices_of(event["sender"])
        (device,) = (it for it in devices if _curve(it) == theirs)
        assert inner["sender"] == event["sender"]
        assert inner["keys"]["ed25519"] == _ed(device)
        assert inner["recipient"] == self.user
        assert inner["recipient_keys"]["ed25519"] == self.account.identity_keys["ed25519"]
        if inner["type"] == "m.room_key":
            key = inner["content"]
            reader = olm.InboundGroupSession(key["session_key"])
            assert reader.id == key["session_id"]
            self._readers.setdefault((key["room_id"], theirs, reader.id), (event["sender"], reader))

    def _decrypted(self, theirs: str, kind: int, body: str) -> str:
        message = (olm.OlmPreKeyMessage if kind == 0 else olm.OlmMessage)(body)
        for session in self._sessions[theirs]:
            if kind == 1 or session.matches(message, theirs):
                try:
                    return str(session.decrypt(message))
                except olm.OlmSessionError:
                    continue
        assert kind == 0, "no session can read it"
        session = olm.InboundSession(self.account, message, theirs)
        self.account.remove_one_time_keys(session)
        self._sessions[theirs].insert(0, session)
        return str(session.decrypt(message))

    def _opened(self, event: Json, room: str) -> Json:
        """An event as it can be read: as it is where its key is not here."""
        content = event["content"]
        if event["type"] != "m.room.encrypted" or content.get("algorithm") != MEGOLM:
            return event
        number = content["session_id"]
        owner, reader = self._readers.get((room, content["sender_key"], number), ("", None))
        if reader is None:
            return event
        plaintext, index = reader.decrypt(content["ciphertext"])
        assert self._read.setdefault((number, index), event["event_id"]) == event["event_id"]
        inner = json.loads(plaintext)
        assert (inner["room_id"], owner) == (room, event["sender"])
        related = {it: content[it] for it in ("m.relates_to",) if it in content}
        return {**event, "type": inner["type"], "content": {**inner["content"], **related}}


def _canonical(content: Json) -> str:
    signed = {name: it for name, it in content.items() if name not in {"signatures", "unsigned"}}
    return json.dumps(signed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _verify(device: Json, signed: Json) -> None:
    """Fail where something was not signed by a device."""
    signature = signed["signatures"][device["user_id"]][f"ed25519:{device['device_id']}"]
    olm.ed25519_verify(_ed(device), _canonical(signed), signature)


def _curve(device: Json) -> str:
    return str(device["keys"][f"curve25519:{device['device_id']}"])


def _ed(device: Json) -> str:
    return str(device["keys"][f"ed25519:{device['device_id']}"])
