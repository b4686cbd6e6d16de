"""Rooms: the chat places of a collective, on any platform, each with a number of its own."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.chat import Place
from bot.collective.events import Changes, Event, When
from bot.collective.rules import INSTANCE, PLACES, TOGETHER, Group, Rule, RulesByGroup
from bot.collective.ruletypes import (
    OF_PLATFORM,
    LanguageCode,
    Patterns,
    Prefix,
    Switch,
    Whole,
    ZoneName,
    one_of,
)
from bot.text.rendering import shortened, visible
from bot.text.wording import say

NAME_CHARACTERS_MAX = 60
"""Long enough for a room; short enough for a list."""


def room_name(called: str) -> str:
    """What a room is called, as it can be kept: short, and with nothing in it that nobody sees."""
    return shortened(" ".join(visible(called).split()), NAME_CHARACTERS_MAX)


def space_of(platform: str, space: str) -> Place:
    """How a space (a guild, a Matrix space) is known among the places; no room's id has a blank."""
    return Place(platform, f"space {space}")


class RoomJoined(Event, frozen=True, tag="room.joined"):
    """A room became one of the collective's."""

    moves_clock = True
    number: int
    platform: str
    room: str

    @property
    def place(self) -> Place:
        """The room, as the platforms know it."""
        return Place(self.platform, self.room)

    @property
    def taken(self) -> tuple[Place, ...]:
        """The room belongs to the collective."""
        return (self.place,)


class SpaceJoined(Event, frozen=True, tag="space.joined"):
    """A guild or space: its rooms join by themselves."""

    platform: str
    space: str

    @property
    def taken(self) -> tuple[Place, ...]:
        """The space belongs to the collective."""
        return (space_of(self.platform, self.space),)


class RoomNamed(Event, frozen=True, tag="room.named"):
    """A room got a name that people read in lists."""

    number: int
    name: str


class RoomPlaced(Event, frozen=True, tag="room.placed"):
    """A room belongs to a circle from now on, or to none (empty)."""

    number: int
    circle: str


class RoomMoved(Event, frozen=True, tag="room.moved"):
    """The platform replaced the room by a new one; here it stays the same."""

    number: int
    platform: str
    former: str
    room: str

    @property
    def taken(self) -> tuple[Place, ...]:
        """The new room belongs to the collective."""
        return (Place(self.platform, self.room),)

    @property
    def given_up(self) -> tuple[Place, ...]:
        """The old room belongs to nobody."""
        return (Place(self.platform, self.former),)


class RoomLeft(Event, frozen=True, tag="room.left"):
    """A room is no longer one of the collective's."""

    number: int
    platform: str
    room: str

    @property
    def given_up(self) -> tuple[Place, ...]:
        """The room belongs to nobody."""
        return (Place(self.platform, self.room),)


@dataclass(slots=True)
class Room:
    """One room; `circle` is empty where it belongs to none, `here` false once it left."""

    number: int
    place: Place
    name: str = ""
    circle: str = ""
    here: bool = True

    @property
    def shown(self) -> str:
        """As it is named in an answer."""
        return self.name or f"{self.place.room} ({self.place.platform})"


@dataclass(slots=True)
class Rooms:
    """The rooms of a collective, by number and by place, and the spaces whose rooms join."""

    by_number: dict[int, Room] = field(default_factory=dict)
    by_place: dict[Place, Room] = field(default_factory=dict)
    spaces: set[tuple[str, str]] = field(default_factory=set)

    @property
    def next_number(self) -> int:
        """The number that the next room will have."""
        return len(self.by_number) + 1

    @property
    def here(self) -> list[Room]:
        """The rooms that the collective speaks in."""
        return list(self.by_place.values())

    @property
    def first(self) -> list[Place]:
        """The first room on each platform: what concerns all is told there."""
        found: dict[str, Place] = {}
        for room in sorted(self.here, key=lambda room: room.number):
            found.setdefault(room.place.platform, room.place)
        return list(found.values())

    def circle(self, place: Place) -> str:
        """The circle that a room belongs to, empty for none."""
        room = self.by_place.get(place)
        return room.circle if room else ""

    def join(self, event: RoomJoined, _: When) -> None:
        """Enter a room."""
        room = Room(event.number, event.place)
        self.by_number[room.number] = self.by_place[room.place] = room

    def add_space(self, event: SpaceJoined, _: When) -> None:
        """The rooms of a space join by themselves from now on."""
        self.spaces.add((event.platform, event.space))

    def name(self, event: RoomNamed, _: When) -> None:
        """Call a room otherwise."""
        self.by_number[event.number].name = event.name

    def place(self, event: RoomPlaced, _: When) -> None:
        """Put a room into a circle, or out of one."""
        self.by_number[event.number].circle = event.circle

    def move(self, event: RoomMoved, _: When) -> None:
        """Put a room where the platform has it now."""
        room = self.by_number[event.number]
        self.by_place.pop(room.place, None)
        room.place = Place(event.platform, event.room)
        self.by_place[room.place] = room

    def leave(self, event: RoomLeft, _: When) -> None:
        """Take a room out; its number stays its own."""
        room = self.by_number[event.number]
        room.here = False
        self.by_place.pop(room.place, None)


CHANGES: Changes = {
    SpaceJoined: Rooms.add_space,
    RoomNamed: Rooms.name,
    RoomPlaced: Rooms.place,
    RoomMoved: Rooms.move,
}

RULES: RulesByGroup = {
    Group.ROOMS: (
        Rule(
            "welcome",
            say("Whether who is new is told once how to begin, and how to put a first entry right."),
            True,
            Switch(),
            PLACES,
        ),
        Rule(
            "prefix",
            say("What a command begins with in this room; auto is ! on Matrix and / elsewhere."),
            OF_PLATFORM,
            Prefix(),
        ),
        Rule(
            "zone",
            say("The time zone of a room."),
            "UTC",
            ZoneName(),
        ),
        Rule(
            "language",
            say("The language of a room."),
            "en",
            LanguageCode(),
        ),
        Rule(
            "new-rooms",
            say("Which rooms join by themselves: those of a guild or space that one is in, or none."),
            "space",
            one_of("space", "none"),
            TOGETHER,
        ),
        Rule(
            "listen",
            say("Whether commands are taken in this room; admins are always heard."),
            True,
            Switch(),
            PLACES,
        ),
        Rule(
            "ignored",
            say("Accounts that are not answered; admins always are."),
            (),
            Patterns("@spam*:*, troll"),
            PLACES,
        ),
        Rule(
            "show-rules",
            say("Whether a Matrix room's state tells the rules in force to clients and other bots."),
            False,
            Switch(),
            PLACES,
        ),
        Rule(
            "show-commands",
            say(
                "Whether commands are described in a Matrix room's state,"
                " so that clients complete them."
            ),
            False,
            Switch(),
            PLACES,
        ),
        Rule(
            "flood",
            say("How many commands one person may send in a minute."),
            30,
            Whole(2, 600),
            PLACES,
        ),
        Rule(
            "places",
            say("The rooms that this program listens to at all."),
            ("*",),
            Patterns("matrix:*:example.org, discord:*"),
            INSTANCE,
        ),
        Rule(
            "people",
            say("The accounts that this program listens to at all."),
            ("*",),
            Patterns("@*:example.org"),
            INSTANCE,
        ),
        Rule(
            "trusted-devices",
            say(
                "Whose devices are trusted when first seen, in"
                " encrypted rooms; and single fingerprints."
            ),
            ("*",),
            Patterns("@*:example.org, fwT4x0VqGx6iJQTMhk7vFYpTaBxfL3kPlkMRyo3Rzq4"),
            INSTANCE,
        ),
        Rule(
            "founders",
            say("Who may found a collective in a room: who has power there, anyone, or nobody."),
            "room-admins",
            one_of("room-admins", "anyone", "nobody"),
            INSTANCE,
        ),
    )
}
