"""What is wanted of a sync: no more of very many rooms than is read."""

from __future__ import annotations

from typing import Any

from adapters.matrix.rooms import READ

TIMELINE = 100
"""How many events of a room come at once; more are read as a gap."""

FIRST_TIMELINE = 1
"""How many before we ever read anything: nothing of it is for us."""


def wanted_of(timeline: int) -> dict[str, Any]:
    """What is wanted of rooms, as a filter: so many events, and of their state only what we read."""
    nothing = {"not_types": ["*"]}
    return {
        "presence": nothing,
        "account_data": nothing,
        "room": {
            "ephemeral": nothing,
            "account_data": nothing,
            "state": {"types": list(READ), "lazy_load_members": True},
            "timeline": {"limit": timeline, "lazy_load_members": True},
        },
    }
