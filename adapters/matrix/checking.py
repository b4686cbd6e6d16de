"""What is wrong with the set-up on Matrix's side, in plain words, and how to mend it."""

from __future__ import annotations

import contextlib
import json
import secrets
import time
from typing import Any
from urllib.parse import quote, urlencode

from adapters.matrix.answers import table
from adapters.matrix.events import REACTION, read_all
from adapters.matrix.faults import Denied, Limited, Unreachable
from adapters.matrix.login import asked, by_token
from adapters.matrix.publishing import CURVE
from adapters.matrix.rooms import RoomState
from bot.ports import TurnedAway

ROOMS_MAX = 50
"""How many rooms are looked at: a homeserver allows only so many questions."""

BEHIND_MS = 5 * 60_000
"""What was said longer ago than this ought to be read."""

ASKED_MS_MAX = 1_000

LOOK = {
    "presence": {"not_types": ["*"]},
    "account_data": {"not_types": ["*"]},
    "room": {
        "ephemeral": {"not_types": ["*"]},
        "account_data": {"not_types": ["*"]},
        "state": {"not_types": ["*"]},
        "timeline": {"limit": 20, "types": ["m.room.message", "m.room.encrypted", "m.reaction"]},
    },
}
NOTHING = {**LOOK, "room": {"rooms": []}}
"""What is asked for to see what waits; where nothing was ever read, only the keys."""

MESSAGE, MESSAGE_ENCRYPTED = "m.room.message", "m.room.encrypted"
ENCRYPTION = "m.room.encryption"


async def complaints(
    homeserver: str, user: str, device: str, token: str, *, since: str = "", encrypting: bool = False
) -> list[str]:
    """What is wrong with the login, the reading, the keys, and the bot's power in its rooms.

    A sentence each. `since` is how far it says that it has read.
    """
    try:
        session = await by_token(homeserver, token)
    except TurnedAway as turned_away:
        return [str(turned_away)]
    except Denied as denied:
        return [f"{homeserver} does not accept the token ({denied}). Run talkoot init again."]
    except (Unreachable, Limited) as away:
        return [f"{homeserver} cannot be asked now ({away}). Try it later."]
    told = []
    if session.user != user:
        told.append(f"The token is that of {session.user}, not of {user}. Run talkoot init again.")
    if device and session.device != device:
        told.append(
            f"The token belongs to the device {session.device}, the encryption store to {device}. "
            "Run talkoot init again, with a new folder as [matrix] store."
        )
    try:
        told += await _behind(homeserver, session.user, token, since, encrypting=encrypting)
        told += await _rooms(homeserver, session.user, token)
    except (Denied, Unreachable, Limited) as why:
        told.append(f"The rooms could not be looked at ({why}). Try it later.")
    return told


async def _behind(homeserver: str, user: str, token: str, since: str, *, encrypting: bool) -> list[str]:
    """What waits to be read for longer than reading takes, and which keys are there."""
    # Synapse gives the same question the same answer for two minutes.
    wait = str(secrets.randbelow(ASKED_MS_MAX))
    query = {"filter": json.dumps(LOOK if since else NOTHING), "timeout": wait}
    query |= {"since": since} if since else {}
    url = f"{homeserver}/_matrix/client/v3/sync?{urlencode(query)}"
    synced = await asked("GET", url, token=token)
    told = _keys(synced) if encrypting else []
    if not since:
        return told
    joined = table(table(synced.get("rooms")).get("join"))
    waiting = [
        event.origin_server_ts
        for room in joined.values()
        for event in read_all(table(table(room).get("timeline")).get("events"))
        if event.sender != user
    ]
    now = int(time.time() * 1000)
    if waiting and min(waiting) < now - BEHIND_MS:
        minutes = (now - min(waiting)) // 60_000
        told.append(
            f"What was said {minutes} minutes ago is not read yet. If talkoot run is not running, "
            "start it; if it is, it is stuck: its log says at what."
        )
    return told


def _keys(synced: dict[str, Any]) -> list[str]:
    """Which of the keys are used up that others need to write to the bot encrypted."""
    told = []
    if not table(synced.get("device_one_time_keys_count")).get(CURVE):
        told.append(
            "No one-time key of the bot is left at the homeserver, so new devices can hardly write to "
            "it. Start talkoot run: it makes new ones within a minute."
        )
    unused = synced.get("device_unused_fallback_key_types")
    if isinstance(unused, list) and CURVE not in unused:
        told.append(
            "The homeserver has no unused fallback key of the bot. Start talkoot run: it makes one at "
            "its start, and a new one within an hour after one was used."
        )
    return told


async def _rooms(homeserver: str, user: str, token: str) -> list[str]:
    base = f"{homeserver}/_matrix/client/v3"
    joined = (await asked("GET", f"{base}/joined_rooms", token=token)).get("joined_rooms", [])
    told = []
    for number in joined[:ROOMS_MAX]:
        room, encrypted = await _looked_at(
            f"{base}/rooms/{quote(number, safe='')}/state", number, token
        )
        needed = {MESSAGE_ENCRYPTED if encrypted else MESSAGE: "write", REACTION: "react"}
        lacks = [word for event, word in needed.items() if room.power(user) < room.needed_to_say(event)]
        if lacks:
            told.append(
                f"In the room {room.name or number} the bot may not {' and not '.join(lacks)}. Give it "
                "more power there (room settings, roles and permissions)."
            )
    return told


async def _looked_at(state: str, number: str, token: str) -> tuple[RoomState, bool]:
    """What a room's state says of powers, and whether it is encrypted."""
    room, found = RoomState(number), set[str]()
    for kind in ("m.room.create", "m.room.power_levels", "m.room.name", ENCRYPTION):
        # A room may be without.
        with contextlib.suppress(Denied):
            answer = await asked("GET", f"{state}/{kind}/?format=event", token=token)
            for event in read_all([answer]):
                room.take(event)
                found.add(event.type)
    return room, ENCRYPTION in found
