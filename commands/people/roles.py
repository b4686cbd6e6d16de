"""Roles: given and taken by an admin."""

from __future__ import annotations

from bot.arguments import OptionType, arguments, takes
from bot.chat import Refusal, Reply
from bot.collective.access import ROLE_NAMES
from bot.collective.grades import Grade
from bot.collective.roles import GIVEN_ROLES, Role, RoleGiven, RoleTaken
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.feature import Feature
from bot.text.wording import say
from commands.decisions.openly import openly
from commands.people.members import check_admin_left


@arguments
class RoleArgs:
    """What `/role give` and `/role take` take."""

    who: str = takes(OptionType.PERSON, say("whom, as @name"), positional=True)
    role: str = takes(
        OptionType.WORD,
        say("which role"),
        positional=True,
        choices=tuple(role.value for role in GIVEN_ROLES),
    )


def give(state: State, ask: Ask[RoleArgs]) -> Accepted:
    """Give a member a role."""
    who, role = ask.person(state, ask.args.who), Role(ask.args.role)
    if role in who.roles:
        raise Refusal(
            "nothing-changed",
            say("{who} is one of the {role} already.", who=who.shown, role=ROLE_NAMES[role]),
        )
    told = say("{who} is now one of the {role}.", who=who.shown, role=ROLE_NAMES[role])
    return Accepted((RoleGiven(member=who.number, role=role),), (), (Reply(told),))


def take(state: State, ask: Ask[RoleArgs]) -> Accepted:
    """Take a role from a member; somebody always stays an admin."""
    who, role = ask.person(state, ask.args.who), Role(ask.args.role)
    if role not in who.roles:
        raise Refusal(
            "nothing-changed",
            say("{who} is not one of the {role}.", who=who.shown, role=ROLE_NAMES[role]),
        )
    if role is Role.ADMIN:
        check_admin_left(state, who)
    told = say("{who} is no longer one of the {role}.", who=who.shown, role=ROLE_NAMES[role])
    return Accepted((RoleTaken(member=who.number, role=role),), (), (Reply(told),))


COMMANDS = (
    Command(
        name="role give",
        about=say("give a member a role"),
        also=say("role, promote, make, appoint, make treasurer, make admin, make coordinator"),
        decide=openly(give),
        effect=Grade.ROLES,
        role=Role.ADMIN,
        args=RoleArgs,
        examples=("role give @bo coordinator",),
    ),
    Command(
        name="role take",
        about=say("take a role from a member"),
        decide=openly(take),
        effect=Grade.ROLES,
        role=Role.ADMIN,
        args=RoleArgs,
        examples=("role take @bo coordinator",),
    ),
)

FEATURE = Feature(name="roles", commands=COMMANDS)
