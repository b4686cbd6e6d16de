"""Roles: given and taken by an admin."""

from __future__ import annotations

from bot.chat import Refusal, Reply
from bot.collective.access import ROLE_NAMES
from bot.collective.grades import Grade
from bot.collective.roles import GIVEN_ROLES, Role, RoleGiven, RoleTaken
from bot.collective.state import State
from bot.command import Command, Option, OptionType
from bot.decision import Accepted, Ask
from bot.feature import Feature
from bot.moment import Moment
from bot.text.wording import say
from commands.decisions.openly import openly
from commands.people.members import check_admin_left


def give(state: State, ask: Ask, moment: Moment) -> Accepted:  # noqa: ARG001
    """Give a member a role."""
    who, role = ask.person(state, ask.get("who", str)), Role(ask.get("role", str))
    if role in who.roles:
        raise Refusal(
            "nothing-changed",
            say("{who} is one of the {role} already.", who=who.shown, role=ROLE_NAMES[role]),
        )
    told = say("{who} is now one of the {role}.", who=who.shown, role=ROLE_NAMES[role])
    return Accepted((RoleGiven(member=who.number, role=role),), (), (Reply(told),))


def take(state: State, ask: Ask, moment: Moment) -> Accepted:  # noqa: ARG001
    """Take a role from a member; somebody always stays an admin."""
    who, role = ask.person(state, ask.get("who", str)), Role(ask.get("role", str))
    if role not in who.roles:
        raise Refusal(
            "nothing-changed",
            say("{who} is not one of the {role}.", who=who.shown, role=ROLE_NAMES[role]),
        )
    if role is Role.ADMIN:
        check_admin_left(state, who)
    told = say("{who} is no longer one of the {role}.", who=who.shown, role=ROLE_NAMES[role])
    return Accepted((RoleTaken(member=who.number, role=role),), (), (Reply(told),))


_GIVEN = (
    Option("who", OptionType.PERSON, say("whom, as @name"), required=True, positional=True),
    Option(
        "role",
        OptionType.WORD,
        say("which role"),
        required=True,
        positional=True,
        choices=tuple(role.value for role in GIVEN_ROLES),
    ),
)


COMMANDS = (
    Command(
        name="role give",
        about=say("give a member a role"),
        decide=openly(give),
        effect=Grade.ROLES,
        role=Role.ADMIN,
        options=_GIVEN,
        examples=("role give @bo coordinator",),
    ),
    Command(
        name="role take",
        about=say("take a role from a member"),
        decide=openly(take),
        effect=Grade.ROLES,
        role=Role.ADMIN,
        options=_GIVEN,
        examples=("role take @bo coordinator",),
    ),
)

FEATURE = Feature(name="roles", commands=COMMANDS)
