"""Who belongs to a collective: members, their accounts on the platforms, their roles.

A member is a number; names and account ids are erasable texts and stand outside the journal. One
person is one member, whatever the number of accounts.
"""

from __future__ import annotations

import difflib
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

from bot.chat import Actor, Misread, Refused, misread
from bot.collective.events import Event, Seal, about_member
from bot.wording import Person, Typed, joined, say

NAME_CHARACTERS_MAX = 60
"""Long enough for people; short enough that a name cannot flood a line."""


class Role(StrEnum):
    """What a person may do here; an admin may do everything."""

    GUEST = "guest"
    MEMBER = "member"
    COORDINATOR = "coordinator"
    TREASURER = "treasurer"
    FACILITATOR = "facilitator"
    ADMIN = "admin"


GIVEN_ROLES = (Role.COORDINATOR, Role.TREASURER, Role.FACILITATOR, Role.ADMIN)
"""The roles that are given; guest and member follow from joining."""


class MemberJoined(Event, frozen=True, tag="member.joined"):
    """Somebody became a member, by the account that they spoke with."""

    sealed_fields = ("name", "account")
    member: int
    name: Seal
    platform: str
    account: Seal
    roles: tuple[Role, ...] = ()

    @property
    def subjects(self) -> tuple[str, ...]:
        """The member."""
        return (about_member(self.member),)


class RoleGiven(Event, frozen=True, tag="role.given"):
    """A member was given a role."""

    member: int
    role: Role

    @property
    def subjects(self) -> tuple[str, ...]:
        """The member."""
        return (about_member(self.member),)


class RoleTaken(Event, frozen=True, tag="role.taken"):
    """A role was taken from a member."""

    member: int
    role: Role

    @property
    def subjects(self) -> tuple[str, ...]:
        """The member."""
        return (about_member(self.member),)


class LanguageChosen(Event, frozen=True, tag="language.chosen"):
    """A member chose the language that the bot answers them in; empty for the room's."""

    member: int
    language: str


class ZoneChosen(Event, frozen=True, tag="zone.chosen"):
    """A member chose the time zone that their days and hours are in; empty for the room's."""

    member: int
    zone: str


@dataclass(slots=True)
class Member:
    """A person in a collective."""

    number: int
    name: str
    roles: frozenset[Role] = frozenset()
    language: str = ""
    zone: str = ""

    @property
    def shown(self) -> Person:
        """As they are named in an answer."""
        return Person(self.name)

    def may(self, role: Role) -> bool:
        """Whether they may do what this role may."""
        return role in {Role.GUEST, Role.MEMBER} or not self.roles.isdisjoint({role, Role.ADMIN})


@dataclass(slots=True)
class Members:
    """The members of a collective, by number, by account and by name."""

    by_number: dict[int, Member] = field(default_factory=dict)
    by_account: dict[tuple[str, str], Member] = field(default_factory=dict)
    accounts: dict[int, list[tuple[str, str]]] = field(default_factory=dict)

    @property
    def next_number(self) -> int:
        """The number that the next member will have."""
        return len(self.by_number) + 1

    @property
    def admins(self) -> int:
        """How many admins there are."""
        return sum(Role.ADMIN in member.roles for member in self.by_number.values())

    def join(self, member: Member, platform: str, account: str) -> None:
        """Enter a new member with their first account."""
        self.by_number[member.number] = member
        self.by_account[platform, account] = member
        self.accounts.setdefault(member.number, []).append((platform, account))

    def who(self, actor: Actor) -> Member | None:
        """The member behind an account, if they are one."""
        return self.by_account.get((actor.platform, actor.id))

    def name(self, number: int) -> Person:
        """A member's name, for an answer."""
        return self.by_number[number].shown

    def found(self, word: str, account: tuple[str, str] | None) -> Member:
        """The member that somebody means by a word, or by the account that the platform says.

        Names are compared without case, accents' composition and blanks; a name that two members
        share, or nobody has, is refused with what would work.
        """
        if account is not None and account in self.by_account:
            return self.by_account[account]
        wanted = folded(word)
        same = [each for each in self.by_number.values() if folded(each.name) == wanted]
        if len(same) == 1:
            return same[0]
        if same:
            raise misread(
                "person-ambiguous",
                say("“{word}” could be any of {count} people here.", word=word, count=len(same)),
                word=word,
                instead=say("Mention the account that you mean."),
            )
        raise Misread(self._unknown(word))

    def _unknown(self, word: str) -> Refused:
        names = {folded(each.name): each.name for each in self.by_number.values()}
        near = difflib.get_close_matches(folded(word), names, 3)
        hint = (
            say("Did you mean {names}?", names=joined((Person(names[n]) for n in near), " / "))
            if near
            else say("A person joins by typing any command, for example {me}.", me=Typed("me"))
        )
        return Refused(
            say("Nobody here is called “{word}”.", word=word),
            error="person-unknown",
            word=word,
            instead=hint,
        )


def folded(name: str) -> str:
    """A name as it is compared: compatibility form, no case, no blanks, no invisible signs."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) not in {"Cf", "Cc"})
