"""What is wrong with the set-up on Matrix's side, in plain words, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from adapters.matrix.faults import Denied, Limited, Unreachable
from adapters.matrix.login import asked, by_token
from bot.ports import TurnedAway

ROOMS_MAX = 50
"""How many rooms are looked at: a homeserver allows only so many questions."""

NEEDED = {"m.room.message": "write", "m.reaction": "react"}


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
    for room in joined[:ROOMS_MAX]:
        state = f"{base}/rooms/{quote(room, safe='')}/state"
        try:
            powers = await asked("GET", f"{state}/m.room.power_levels/", token=token)
        except Denied:
            continue  # a room without power levels lets everybody write
        lacks = [word for event, word in NEEDED.items() if not _may(powers, user, event)]
        if lacks:
            told.append(
                f"In the room {room} the bot may not {' and not '.join(lacks)}. Give it more power "
                "there (room settings, roles and permissions)."
            )
    return told


def _may(powers: Mapping[str, Any], user: str, event: str) -> bool:
    usual = powers.get("events_default", 0)
    needed = (powers.get("events") or {}).get(event, usual)
    has = (powers.get("users") or {}).get(user, powers.get("users_default", 0))
    return isinstance(needed, int) and isinstance(has, int) and has >= needed
