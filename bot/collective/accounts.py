"""Accounts: how one person speaks from several places, and how two members turn out to be one."""

from __future__ import annotations

from dataclasses import dataclass

from bot.collective.events import Event, Seal, about_member
from bot.collective.roles import Role


class AccountAdded(Event, frozen=True, kw_only=True, tag="account.added"):
    """A member has one more account, by a code of which this is the digest."""

    sealed_fields = ("account",)
    identity_fields = ("account",)
    member: int
    platform: str
    account: Seal
    code: str

    @property
    def subjects(self) -> tuple[str, ...]:
        """The member."""
        return (about_member(self.member),)


class CodeOffered(Event, frozen=True, kw_only=True, tag="code.offered"):
    """Whoever enters the code with this digest before an instant (ms) is this member."""

    member: int
    code: str
    until: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The member."""
        return (about_member(self.member),)


class MembersMerged(Event, frozen=True, kw_only=True, tag="members.merged"):
    """Two members are one person: `absorbed` is from now on `member`, who gains `roles`."""

    moves_clock = True
    member: int
    absorbed: int
    roles: tuple[Role, ...] = ()
    code: str = ""

    @property
    def subjects(self) -> tuple[str, ...]:
        """Both."""
        return (about_member(self.member), about_member(self.absorbed))


class MergeUndone(Event, frozen=True, kw_only=True, tag="merge.undone"):
    """They were two after all; `roles` are those that `member` had gained."""

    moves_clock = True
    member: int
    absorbed: int
    roles: tuple[Role, ...] = ()

    @property
    def subjects(self) -> tuple[str, ...]:
        """Both."""
        return (about_member(self.member), about_member(self.absorbed))


@dataclass(frozen=True, slots=True)
class Merge:
    """That one member is another one: since when (ms), and the roles that this brought."""

    member: int
    at: int
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """What a code is good for: to be this member, until an instant (ms)."""

    member: int
    until: int
