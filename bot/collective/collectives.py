"""What a collective is to itself: its founding and its rooms."""

from __future__ import annotations

from bot.chat import Place
from bot.collective.events import Event

HOME = "home"
"""The collective that the console's rooms belong to."""

NAME_CHARACTERS_MAX = 80
"""A collective's name fits one line of a phone twice."""


class CollectiveFounded(Event, frozen=True, tag="collective.founded"):
    """A collective began."""

    name: str


class RoomJoined(Event, frozen=True, tag="room.joined"):
    """A room became one of the collective's."""

    number: int
    platform: str
    room: str

    @property
    def place(self) -> Place:
        """The room, as the platforms know it."""
        return Place(self.platform, self.room)
