"""What a homeserver answers, held to what was asked: everything else is no answer.

Pure. A cut JSON, a page of some proxy, a field of another type: who asked gets no half truth, and asks
again.
"""

from __future__ import annotations

import json
from typing import Any

from adapters.matrix import ids
from adapters.matrix.events import read_all
from adapters.matrix.faults import Unreachable, fault_of

TOKEN_CHARACTERS_MAX = 2_000
"""No position and no name of a homeserver's own is longer."""


def read_answer(status: int, body: bytes) -> dict[str, Any]:
    """The JSON of an answer. Raises what its status says, or Unreachable for what is no object."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    said = answer if isinstance(answer, dict) else {}
    if status >= 400:
        words = str(said.get("error", ""))
        raise fault_of(status, said.get("errcode"), words, said.get("retry_after_ms"))
    if not isinstance(answer, dict) or status != 200:
        raise Unreachable(f"the homeserver answered {status} and no JSON object")
    return answer


def flaw_of(synced: dict[str, Any]) -> str:
    """What in the answer to a sync has another shape than it should, empty for nothing."""
    rooms = synced.get("rooms", {})
    if not isinstance(rooms, dict):
        return "rooms"
    for kind in ("join", "invite", "leave"):
        of_kind = rooms.get(kind, {})
        if not isinstance(of_kind, dict) or not all(map(ids.room_id, of_kind)):
            return f"rooms.{kind}"
    flawed = (
        f"{name} in {room}"
        for room, told in rooms.get("join", {}).items()
        for name in ("state", "timeline")
        if not _is_told(told, name)
    )
    sent = synced.get("to_device", {})
    if not isinstance(sent, dict) or not _are_tables(sent.get("events", [])):
        return "to_device"
    return next(flawed, "")


def _is_told(room: object, name: str) -> bool:
    part = room.get(name, {}) if isinstance(room, dict) else None
    if not isinstance(part, dict) or not isinstance(part.get("limited", False), bool):
        return False
    events, gap = part.get("events", []), part.get("prev_batch")
    if part.get("limited") and not isinstance(gap, str):
        return False
    return isinstance(events, list) and len(read_all(events)) == len(events)


def _are_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(it, dict) for it in value)


def table(value: object) -> dict[str, Any]:
    """An object, empty for what is none."""
    return value if isinstance(value, dict) else {}


def listed(answer: dict[str, Any], name: str) -> list[Any]:
    """A list that an answer must have. Raises Unreachable."""
    value = answer.get(name)
    if not isinstance(value, list):
        raise Unreachable(f"the homeserver's answer has no list {name}")
    return value


def named(answer: dict[str, Any], name: str) -> str:
    """A text that an answer must have. Raises Unreachable."""
    value = answer.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= TOKEN_CHARACTERS_MAX:
        raise Unreachable(f"the homeserver's answer has no {name}")
    return value
