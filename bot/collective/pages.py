"""Who may look into the open book: the links that were given out, and whose name nobody outside sees.

A link holds a secret of 128 bits, of which the journal keeps only the fingerprint. A member's own link
ends when they leave, and whoever comes back asks for a new one; a guest's link is the collective's, to
hand on.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.collective.events import Changes, Event, When, about_member
from bot.collective.rules import TOGETHER, Group, Rule, RulesByGroup
from bot.collective.ruletypes import Patterns, one_of
from bot.text.wording import say

GUEST: Final = 0
"""Whose the link is that is the collective's."""

_LINK: Final = "link:"
"""What stands before the fingerprint of a link where it is found by that."""


def _links_of(member: int) -> str:
    """By what all is found that happened to somebody's links to the pages."""
    return f"links:{member}"


def _calendars_of(member: int) -> str:
    """By what all is found that happened to the addresses of somebody's calendar."""
    return f"calendars:{member}"


class PageLinkMade(Event, frozen=True, kw_only=True, tag="page.link.made"):
    """A link was made, and the one before it is good no more; `member` 0 is for guests."""

    member: int
    digest: str

    @property
    def subjects(self) -> tuple[str, ...]:
        """Whose it is, and by what it is found."""
        whose = (about_member(self.member),) if self.member else ()
        return (*whose, f"{_LINK}{self.digest}", self.series)

    @property
    def series(self) -> str:
        """By what the links are found of which this is one: the last of them is good."""
        return _links_of(self.member)


class PageLinkVoided(Event, frozen=True, kw_only=True, tag="page.link.voided"):
    """A link is good no more."""

    member: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """Whose it was, and which links end with it."""
        return (*((about_member(self.member),) if self.member else ()), _links_of(self.member))


class CalendarLinkMade(Event, frozen=True, kw_only=True, tag="calendar.link.made"):
    """A member got an address of their own calendar; the one before it is good no more."""

    member: int
    digest: str

    @property
    def subjects(self) -> tuple[str, ...]:
        """Whose it is, and by what it is found."""
        return (about_member(self.member), f"{_LINK}{self.digest}", self.series)

    @property
    def series(self) -> str:
        """By what the addresses are found of which this is one: the last of them is good."""
        return _calendars_of(self.member)


class CalendarLinkVoided(Event, frozen=True, kw_only=True, tag="calendar.link.voided"):
    """An address of a calendar is good no more."""

    member: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """Whose it was, and which addresses end with it."""
        return (about_member(self.member), _calendars_of(self.member))


class PageNameHidden(Event, frozen=True, kw_only=True, tag="page.name.hidden"):
    """A member's name is hidden from who is no member, or (`hidden` false) shown as the rule says."""

    member: int
    hidden: bool = True

    @property
    def subjects(self) -> tuple[str, ...]:
        """Whose it is."""
        return (about_member(self.member),)


def link_secret(salt: bytes) -> str:
    """The secret of a link: 128 bits that chance gave."""
    assert len(salt) >= 16, "a link has 128 random bits"
    return salt[:16].hex()


def about_link(secret: str) -> str:
    """By what that a link was made is found in the journal, by whoever has it."""
    return f"{_LINK}{link_digest(secret)}"


def link_digest(secret: str) -> str:
    """What the journal keeps of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(slots=True)
class Pages:
    """The links that are good, by whose they are, and the members whose names are hidden.

    `calendars` are the addresses of members' own calendars: they show nothing else.
    """

    links: dict[int, str] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    calendars: dict[int, str] = field(default_factory=dict)

    def owner(self, secret: str) -> int | None:
        """Whose link has this secret (0: a guest's); None where none has."""
        return _owner(self.links, secret)

    def calendar_owner(self, secret: str) -> int | None:
        """Whose calendar has this secret; None where none has."""
        return _owner(self.calendars, secret)

    def voided(self, numbers: Iterable[int]) -> tuple[Event, ...]:
        """The end of every link that the person who has these numbers was given."""
        every = tuple(numbers)
        return (
            *(PageLinkVoided(member=each) for each in every if each in self.links),
            *(CalendarLinkVoided(member=each) for each in every if each in self.calendars),
        )

    def is_hidden(self, numbers: Iterable[int]) -> bool:
        """Whether the person who has these numbers hides their name."""
        return not self.hidden.isdisjoint(numbers)

    def make(self, event: PageLinkMade, _: When) -> None:
        """Enter a link."""
        self.links[event.member] = event.digest

    def void(self, event: PageLinkVoided, _: When) -> None:
        """Take it out."""
        self.links.pop(event.member, None)

    def make_calendar(self, event: CalendarLinkMade, _: When) -> None:
        """Enter an address of a calendar."""
        self.calendars[event.member] = event.digest

    def void_calendar(self, event: CalendarLinkVoided, _: When) -> None:
        """Take it out."""
        self.calendars.pop(event.member, None)

    def hide(self, event: PageNameHidden, _: When) -> None:
        """Hide a name, or show it again."""
        (self.hidden.add if event.hidden else self.hidden.discard)(event.member)


def _owner(links: Mapping[int, str], secret: str) -> int | None:
    digest, found = link_digest(secret), None
    for member, known in links.items():
        if hmac.compare_digest(known, digest):
            found = member
    return found


CHANGES: Changes = {
    CalendarLinkMade: Pages.make_calendar,
    CalendarLinkVoided: Pages.void_calendar,
    PageLinkMade: Pages.make,
    PageLinkVoided: Pages.void,
    PageNameHidden: Pages.hide,
}

RULES: RulesByGroup = {
    Group.CLOCK: (
        Rule(
            "web",
            say("Who sees the collective's web page."),
            "off",
            one_of("off", "link", "public"),
            TOGETHER,
        ),
        Rule(
            "web-names",
            say("How the web page names people to whoever is no member."),
            "initials",
            one_of("names", "initials", "none"),
            TOGETHER,
        ),
        Rule(
            "witnesses",
            say(
                "Which witnesses are asked to sign that the journal only grew, by name, of those that "
                "whoever runs this bot knows; they see its name and length."
            ),
            (),
            Patterns("garden.example/witness"),
            TOGETHER,
        ),
    )
}
