"""Circles: working groups of a collective; a room may belong to one."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field

from bot.chat import Refusal
from bot.collective.events import Changes, Event, Seal, When
from bot.collective.rules import TOGETHER, Group, Rule, RulesByGroup
from bot.collective.ruletypes import one_of
from bot.text.wording import Typed, joined, say

CIRCLES_MAX = 500
"""More than a room can list; a bound on what the state holds."""


class _CircleEvent(Event, frozen=True, kw_only=True):
    name: str

    @property
    def subjects(self) -> tuple[str, ...]:
        """The circle."""
        return (about_circle(self.name),)


class CircleFormed(_CircleEvent, frozen=True, kw_only=True, tag="circle.formed"):
    """A circle began."""

    sealed_fields = ("purpose",)
    common_fields = ("purpose",)
    purpose: Seal = ""


class CircleJoined(_CircleEvent, frozen=True, kw_only=True, tag="circle.joined"):
    """A member works in the circle."""

    member: int


class CircleLeft(_CircleEvent, frozen=True, kw_only=True, tag="circle.left"):
    """A member works in it no more."""

    member: int


class CircleClosed(_CircleEvent, frozen=True, kw_only=True, tag="circle.closed"):
    """The circle ended; what was given in it stays."""


def about_circle(name: str) -> str:
    """The index subject of a circle."""
    return f"circle:{name}"


@dataclass(slots=True)
class Circle:
    """One circle: who works in it, and what for."""

    name: str
    purpose: Seal = ""
    members: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Circles:
    """The open circles, by name."""

    by_name: dict[str, Circle] = field(default_factory=dict)

    def named(self, name: str) -> Circle:
        """The circle of that name. Raises Refusal with the nearest one."""
        circle = self.by_name.get(name)
        if circle is None:
            raise self._unknown(name)
        return circle

    def of(self, member: int) -> list[str]:
        """The circles that a member works in."""
        return sorted(circle.name for circle in self.by_name.values() if member in circle.members)

    def form(self, event: CircleFormed, _: When) -> None:
        """Begin one."""
        self.by_name[event.name] = Circle(event.name, event.purpose)

    def join(self, event: CircleJoined, _: When) -> None:
        """Somebody works in it."""
        self.by_name[event.name].members.add(event.member)

    def leave(self, event: CircleLeft, _: When) -> None:
        """Somebody works in it no more."""
        self.by_name[event.name].members.discard(event.member)

    def _unknown(self, name: str) -> Refusal:
        near = difflib.get_close_matches(name, self.by_name, 1)
        if near:
            instead = say("Did you mean {name}?", name=near[0])
        elif self.by_name:
            instead = say("The circles here: {names}.", names=joined(sorted(self.by_name)))
        else:
            instead = say("Who may begin one types {command}.", command=Typed(f"circle create {name}"))
        return Refusal(
            "circle-unknown",
            say("There is no circle “{name}” here.", name=name),
            word=name,
            instead=instead,
        )


CHANGES: Changes = {
    CircleFormed: Circles.form,
    CircleJoined: Circles.join,
    CircleLeft: Circles.leave,
}

RULES: RulesByGroup = {
    Group.MEMBERS: (
        Rule(
            "new-circles",
            say("Who may begin a circle."),
            "coordinators",
            one_of("anyone", "coordinators", "nobody"),
            TOGETHER,
        ),
    )
}
