"""What is known of a room: who may do what in it, which space it is in, what became of it.

Pure: folded from its state events. The powers are computed here and not taken from a library: since
room version 12 a room's creators stand above all levels and are not listed among them (MSC4289).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from adapters.matrix import ids
from adapters.matrix.events import MEMBER, SPACE_CHILD, Event, text
from adapters.matrix.hints import DESCRIPTION, RULES

CREATOR_POWER = 2**53 - 1
"""The power of a creator since room version 12: the largest number that Matrix's JSON has."""

CREATORS_RULE_SINCE = 12
_CREATORS_RULE_UNSTABLE = {"org.matrix.hydra.11"}

READ = (
    "m.room.create",
    MEMBER,
    "m.room.power_levels",
    "m.room.encryption",
    "m.room.name",
    "m.room.tombstone",
    SPACE_CHILD,
    "m.space.parent",
    DESCRIPTION,
    RULES,
)
"""The state that is read here, or by whoever encrypts; a homeserver need tell no other."""


class RoomState:
    """One room, as its state events tell it."""

    def __init__(self, room: str) -> None:
        """A room of which nothing is known yet."""
        self.id = room
        self.version = "1"
        self.former = ""
        self.replacement = ""
        self.children: set[str] = set()
        self.creators: frozenset[str] = frozenset()
        self.name = ""
        self.encrypted = False
        self.hints: dict[tuple[str, str], Event] = {}
        self._parents: dict[str, bool] = {}
        self._levels: Mapping[str, Any] | None = None

    def take(self, event: Event) -> None:
        """Learn from a state event; others, and those of no shape, tell nothing."""
        if event.state_key is None:
            return
        if event.type in {DESCRIPTION, RULES}:
            self.hints[event.type, event.state_key] = event
        elif event.type == SPACE_CHILD:
            _switch(self.children, event.state_key, on="via" in event.content)
        elif event.type == "m.space.parent":
            self._parents.pop(event.state_key, None)
            if "via" in event.content:
                self._parents[event.state_key] = event.content.get("canonical") is True
        elif not event.state_key:
            self._take_one(event)

    def _take_one(self, event: Event) -> None:
        """Learn from state that a room has once."""
        if event.type == "m.room.name":
            self.name = text(event.content, "name")
        elif event.type == "m.room.power_levels":
            self._levels = event.content
        elif event.type == "m.room.encryption":
            # Once it was, it always is.
            self.encrypted = self.encrypted or bool(event.content.get("algorithm"))
        elif event.type == "m.room.tombstone":
            self.replacement = ids.room_id(event.content.get("replacement_room"))
        elif event.type == "m.room.create":
            self._created(event)

    def _created(self, event: Event) -> None:
        self.version = text(event.content, "room_version") or "1"
        more = event.content.get("additional_creators")
        also = more if self.has_creators_above and isinstance(more, list) else []
        self.creators = frozenset({event.sender, *(it for it in also if isinstance(it, str))})
        predecessor = event.content.get("predecessor")
        if isinstance(predecessor, Mapping):
            self.former = ids.room_id(predecessor.get("room_id"))

    @property
    def has_creators_above(self) -> bool:
        """Whether this room's version puts its creators above all levels."""
        if self.version in _CREATORS_RULE_UNSTABLE:
            return True
        return self.version.isdecimal() and int(self.version) >= CREATORS_RULE_SINCE

    def power(self, user: str) -> int:
        """The power of somebody in this room."""
        if self.has_creators_above and user in self.creators:
            return CREATOR_POWER
        if self._levels is None:
            # Before a room has levels, who made it has all power.
            return 100 if user in self.creators else 0
        users = self._levels.get("users")
        default = _level(self._levels.get("users_default"), 0)
        return _level(users.get(user), default) if isinstance(users, Mapping) else default

    def needed(self, event_type: str) -> int:
        """The power that it takes to send a state event of a type."""
        levels = self._levels or {}
        default = _level(levels.get("state_default"), 50 if self._levels is not None else 0)
        events = levels.get("events")
        return _level(events.get(event_type), default) if isinstance(events, Mapping) else default

    def needed_to_say(self, event_type: str) -> int:
        """The power that it takes to send an event of a type that is no state."""
        levels = self._levels or {}
        default = _level(levels.get("events_default"), 0)
        events = levels.get("events")
        return _level(events.get(event_type), default) if isinstance(events, Mapping) else default

    def parents(self) -> list[str]:
        """The spaces that the room says it is in, its canonical one first."""
        return sorted(self._parents, key=lambda space: (not self._parents[space], space))


def _switch(members: set[str], name: str, *, on: bool) -> None:
    members.discard(name)
    if on:
        members.add(name)


def _level(value: object, default: int) -> int:
    """A power level; until room version 9 it could also be written as a text (MSC3667)."""
    if isinstance(value, bool):
        return default
    if isinstance(value, int):
        return value
    if isinstance(value, str) and len(value) < 20 and value.strip().lstrip("-").isdecimal():
        return int(value)
    return default


def space_of(room: RoomState, rooms: Mapping[str, RoomState]) -> str:
    """The space that a room is in, empty where there is none.

    Anybody can write into a room that it is in a space; it counts only where the space, in which we
    are too, says the same.
    """
    return next(
        (space for space in room.parents() if space in rooms and room.id in rooms[space].children), ""
    )


def state_before(events: Iterable[Event]) -> Iterator[Event]:
    """The state before these events, as far as they changed it."""
    seen = set[tuple[str, str]]()
    for event in events:
        if event.state_key is None or (event.type, event.state_key) in seen:
            continue
        seen.add((event.type, event.state_key))
        before = event.unsigned.get("prev_content")
        yield replace(event, content=dict(before) if isinstance(before, Mapping) else {})


def with_presence(events: Sequence[Event], me: str) -> Iterator[tuple[Event, bool]]:
    """Each event, and whether we were in the room when it happened.

    What was said before we came, or while we were away, is not meant for us.
    """
    inside = _inside_before(events, me)
    for event in events:
        if is_membership_of(event, me):
            inside = event.membership == "join"
        yield event, inside


def _inside_before(events: Iterable[Event], me: str) -> bool:
    """Whether we were in the room before the first of these events."""
    first = next((event for event in events if is_membership_of(event, me)), None)
    if first is None or first.membership_before == "join":
        return True
    return first.membership in {"leave", "ban"} and not first.membership_before


def is_membership_of(event: Event, user: str) -> bool:
    """Whether an event says what somebody is in the room."""
    return event.type == MEMBER and event.state_key == user


def is_arrival(event: Event, me: str) -> bool:
    """Whether we come into the room by this event (and did not only change our name)."""
    return (
        is_membership_of(event, me) and event.membership == "join" and event.membership_before != "join"
    )
