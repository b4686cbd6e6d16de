"""Roles: what a person may do in a collective."""

from __future__ import annotations

from enum import StrEnum

from bot.collective.events import Event, about_member


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


class RoleGiven(Event, frozen=True, kw_only=True, tag="role.given"):
    """A member was given a role."""

    member: int
    role: Role

    @property
    def subjects(self) -> tuple[str, ...]:
        """The member."""
        return (about_member(self.member),)


class RoleTaken(Event, frozen=True, kw_only=True, tag="role.taken"):
    """A role was taken from a member."""

    member: int
    role: Role

    @property
    def subjects(self) -> tuple[str, ...]:
        """The member."""
        return (about_member(self.member),)
