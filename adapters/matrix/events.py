"""Matrix events as values, read once and strictly: what has another shape than it should is nothing.

Pure. Everything in an event was written by a stranger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec

MESSAGE = "m.room.message"
REACTION = "m.reaction"
REDACTION = "m.room.redaction"
MEMBER = "m.room.member"
ENCRYPTED = "m.room.encrypted"
POLL_RESPONSES = ("m.poll.response", "org.matrix.msc3381.poll.response")
POLL_ENDS = ("m.poll.end", "org.matrix.msc3381.poll.end")

REPLACE = "m.replace"
THREAD = "m.thread"
ANNOTATION = "m.annotation"
REFERENCE = "m.reference"


class Event(msgspec.Struct, frozen=True):
    """One event of a room; `state_key` is there only for state."""

    type: str
    sender: str
    event_id: str = ""
    content: dict[str, Any] = {}
    state_key: str | None = None
    unsigned: dict[str, Any] = {}
    redacts: str = ""
    origin_server_ts: int = 0

    @property
    def relation(self) -> Relation:
        """What the event is about; an empty relation where it is about nothing."""
        return read(self.content.get("m.relates_to"), Relation) or Relation()

    @property
    def membership(self) -> str:
        """What a membership event makes of whom it is about."""
        return text(self.content, "membership")

    @property
    def membership_before(self) -> str:
        """What they were before it, as far as the homeserver says so."""
        before = self.unsigned.get("prev_content")
        return text(before, "membership") if isinstance(before, Mapping) else ""


class Target(msgspec.Struct, frozen=True):
    """Which event another one answers."""

    event_id: str


class Relation(msgspec.Struct, frozen=True, rename={"in_reply_to": "m.in_reply_to"}):
    """`m.relates_to` in all its forms."""

    rel_type: str = ""
    event_id: str = ""
    key: str = ""
    is_falling_back: bool = False
    in_reply_to: Target | None = None


def mentioned(content: Mapping[str, Any]) -> list[str]:
    """Whom the writer's client says is meant (`m.mentions`)."""
    mentions = content.get("m.mentions")
    users = mentions.get("user_ids") if isinstance(mentions, dict) else None
    return [user for user in users if isinstance(user, str)] if isinstance(users, list) else []


T = TypeVar("T")


def read(source: object, shape: type[T]) -> T | None:
    """A value of this shape, or None where the source has another one."""
    try:
        return msgspec.convert(source, shape)
    except msgspec.ValidationError:
        return None


def read_all(sources: Sequence[object]) -> list[Event]:
    """The events that are events at all, in order."""
    return [event for source in sources if (event := read(source, Event)) is not None]


def text(content: Mapping[str, Any], name: str) -> str:
    """A text in a content, empty where there is none."""
    value = content.get(name)
    return value if isinstance(value, str) else ""
