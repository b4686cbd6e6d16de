"""What is wrong with the set-up on Matrix's side, in plain words, and how to mend it."""

from __future__ import annotations

import contextlib
from urllib.parse import quote

from adapters.matrix.events import REACTION, read_all
from adapters.matrix.faults import Denied, Limited, Unreachable
from adapters.matrix.login import asked, by_token
from adapters.matrix.rooms import Room
from bot.ports import TurnedAway

ROOMS_MAX = 50
"""How many rooms are looked at: a homeserver allows only so many questions."""

MESSAGE, MESSAGE_ENCRYPTED = "m.room.message", "m.room.encrypted"
ENCRYPTION = "m.room.encryption"


async def complaints(homeserver: str, user: str, device: str, token: str) -> list[str]:
    """What is wrong with the login and with the bot's power in its rooms, a sentence each."""
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
        told += await _rooms(homeserver, session.user, token)
    except (Denied, Unreachable, Limited) as why:
        told.append(f"The rooms could not be looked at ({why}). Try it later.")
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
                f"In the room {number} the bot may not {' and not '.join(lacks)}. Give it more power "
                "there (room settings, roles and permissions)."
            )
    return told


async def _looked_at(state: str, number: str, token: str) -> tuple[Room, bool]:
    """What a room's state says of powers, and whether it is encrypted."""
    room, found = Room(number), set[str]()
    for kind in ("m.room.create", "m.room.power_levels", ENCRYPTION):
        # A room may be without.
        with contextlib.suppress(Denied):
            answer = await asked("GET", f"{state}/{kind}/?format=event", token=token)
            for event in read_all([answer]):
                room.take(event)
                found.add(event.type)
    return room, ENCRYPTION in found
