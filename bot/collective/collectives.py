"""What a collective is to itself: its founding, its name, and the invitations of rooms."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.collective.events import Changes, Event, When
from bot.collective.rules import TOGETHER, Group, Rule, RulesByGroup
from bot.collective.spans import HOUR, WEEK, YEAR, Span
from bot.text.wording import say

HOME = "home"
"""The collective that the console's rooms belong to."""

NAME_CHARACTERS_MAX = 80
"""A collective's name fits one line of a phone twice."""


class CollectiveFounded(Event, frozen=True, tag="collective.founded"):
    """A collective began."""

    name: str


class CollectiveRenamed(Event, frozen=True, tag="collective.renamed"):
    """A collective has another name."""

    name: str


class InviteMade(Event, frozen=True, tag="invite.made"):
    """A room may join with a code of which this is the digest, once, until an instant (ms)."""

    code: str
    until: int


class InviteEnded(Event, frozen=True, tag="invite.ended"):
    """The invitation was used, or taken back."""

    code: str


@dataclass(slots=True)
class Invites:
    """The open invitations: digest to the instant (ms) until which it is good."""

    until: dict[str, int] = field(default_factory=dict)

    def make(self, event: InviteMade, when: When) -> None:
        """One more is good; those that lapsed go."""
        good = {code: until for code, until in self.until.items() if when.at < until}
        self.until = {**good, event.code: event.until}

    def end(self, event: InviteEnded, _: When) -> None:
        """It is good no more."""
        self.until.pop(event.code, None)

    def good(self, digest: str, at: int) -> bool:
        """Whether a code with this digest lets a room in now."""
        return at < self.until.get(digest, 0)


CHANGES: Changes = {InviteMade: Invites.make, InviteEnded: Invites.end}

RULES: RulesByGroup = {
    Group.ROOMS: (
        Rule(
            "invite-lapses",
            say("How long the code is good by which a room joins the collective."),
            WEEK,
            Span(HOUR, YEAR),
            TOGETHER,
        ),
    )
}
