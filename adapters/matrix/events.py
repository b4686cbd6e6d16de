"""Matrix events as values, read once and strictly: what has another shape than it should is nothing.

Pure. Everything in an event was written by a stranger; the ids that it names are looked at here
(`ids`), so that whoever uses them need not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from adapters.matrix import ids

MESSAGE = "m.room.message"
REACTION = "m.reaction"
REDACTION = "m.room.redaction"
MEMBER = "m.room.member"
SPACE_CHILD = "m.space.child"
ENCRYPTED = "m.room.encrypted"
POLL_RESPONSES = ("m.poll.response", "org.matrix.msc3381.poll.response")
POLL_ENDS = ("m.poll.end", "org.matrix.msc3381.poll.end")

REPLACE = "m.replace"
THREAD = "m.thread"
ANNOTATION = "m.annotation"
REFERENCE = "m.reference"


class Event(msgspec.Struct, frozen=True):
    """One event of a room; `state_key` is there only for state.

    `sealed` says that it was encrypted and could be read; no source can say that by itself.
    """

    type: str
    sender: str
    event_id: str = ""
    content: dict[str, Any] = {}
    state_key: str | None = None
    unsigned: dict[str, Any] = {}
    redacts: str = ""
    origin_server_ts: int = 0
    sealed: bool = False

    @property
    def relation(self) -> Relation:
        """What the event is about; an empty relation where it is about nothing."""
        return (read(self.content.get("m.relates_to"), Relation) or Relation()).sound

    @property
    def redacted(self) -> str:
        """Which event a redaction takes back; until room version 10 that stood beside the content."""
        return ids.event_id(self.redacts) or ids.event_id(self.content.get("redacts"))

    @property
    def is_sound(self) -> bool:
        """Whether its own fields are what a homeserver holds them to."""
        named = ids.is_short(self.type) and ids.is_short(self.state_key or "")
        # What is told with an invitation has no ids.
        known = not self.event_id or bool(ids.event_id(self.event_id))
        return named and known and ids.is_sender(self.sender)

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

    @property
    def sound(self) -> Relation:
        """The same without ids that are none, and keys that are too long."""
        target = self.in_reply_to
        return Relation(
            ids.short(self.rel_type),
            ids.event_id(self.event_id),
            ids.short(self.key),
            self.is_falling_back,
            None if target is None else Target(ids.event_id(target.event_id)),
        )


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


def read_event(source: object) -> Event | None:
    """An event, or None for what is none."""
    event = read(source, Event)
    if event is None or not event.is_sound:
        return None
    return msgspec.structs.replace(event, sealed=False) if event.sealed else event


def read_all(sources: object) -> list[Event]:
    """The events that are events at all, in order; none where there is no list."""
    listed = sources if isinstance(sources, list) else []
    return [event for source in listed if (event := read_event(source)) is not None]


def text(content: Mapping[str, Any], name: str) -> str:
    """A text in a content, empty where there is none."""
    value = content.get(name)
    return value if isinstance(value, str) else ""
