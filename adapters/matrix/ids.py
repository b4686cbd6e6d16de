"""Ids, names and keys that somebody else wrote: their shape and length, looked at before any use.

Pure. <https://spec.matrix.org/v1.12/appendices/#common-identifier-format>: none is longer than 255
bytes. Homeservers hold the fields of an event itself to that, but not what stands in its content; and
what is put into a request as it came can fail in ways that no second try mends.
"""

from __future__ import annotations

BYTES_MAX = 255

EVENT, ROOM, USER = "$", "!", "@"
"""The signs that ids begin with."""


def is_short(value: object) -> bool:
    """Whether a value is a text that fits where Matrix has ids, names and keys."""
    if not isinstance(value, str) or len(value) > BYTES_MAX or "\x00" in value:
        return False
    try:
        return len(value.encode()) <= BYTES_MAX
    except UnicodeEncodeError:
        # Half a character is none, and no request takes it.
        return False


def short(value: object) -> str:
    """The text, or an empty one for what is none, or too long."""
    return value if isinstance(value, str) and is_short(value) else ""


def _is_id(value: object, sign: str) -> bool:
    if not isinstance(value, str) or value[:1] != sign or not is_short(value):
        return False
    return len(value) > 1 and value.isprintable() and not any(c.isspace() for c in value)


def is_sender(value: object) -> bool:
    """Whether a homeserver can have given it as an event's sender: other servers have odd names."""
    return isinstance(value, str) and value[:1] == USER and is_short(value)


def event_id(value: object) -> str:
    """The id of an event, or an empty text."""
    return str(value) if _is_id(value, EVENT) else ""


def room_id(value: object) -> str:
    """The id of a room, or an empty text. Since room version 12 it names no server."""
    return str(value) if _is_id(value, ROOM) else ""


def user_id(value: object) -> str:
    """The id of a person, or an empty text."""
    if not _is_id(value, USER):
        return ""
    localpart, _, server = str(value)[1:].partition(":")
    return str(value) if localpart and server else ""
