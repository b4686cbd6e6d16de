"""Members: `/me` and its settings, and the roles that an admin gives."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import available_timezones

from babel.core import Locale

from bot.chat import Refused, Reply
from bot.collective.access import ROLE_NAMES
from bot.collective.members import (
    GIVEN_ROLES,
    LanguageChosen,
    Role,
    RoleGiven,
    RoleTaken,
    ZoneChosen,
)
from bot.collective.rules import read_value
from bot.collective.state import State
from bot.command import Command, Option, OptionType
from bot.decision import Accepted, Ask, Decision, Moment
from bot.languages import offered
from bot.wording import Words, joined, lines, say

_ROOMS = "room"


def me(state: State, ask: Ask, moment: Moment) -> Decision:  # noqa: ARG001
    """What the collective knows about the one who asks."""
    who = ask.me
    accounts = state.members.accounts.get(who.number, [(ask.actor.platform, ask.actor.id)])
    roles = (
        joined(ROLE_NAMES[role] for role in sorted(who.roles)) if who.roles else ROLE_NAMES[Role.MEMBER]
    )
    body = lines(
        say("You are {name}, one of the {roles} here.", name=who.shown, roles=roles),
        say("Accounts: {accounts}", accounts=joined(f"{p}: {a}" for p, a in accounts)),
        say("Language: {language}; time zone: {zone}.", language=ask.language, zone=ask.zone),
    )
    facts = {"member": who.number, "roles": sorted(role.value for role in who.roles)}
    return Accepted(replies=(Reply(body, private=True, facts=facts),))


def language(state: State, ask: Ask, moment: Moment) -> Decision:  # noqa: ARG001
    """Choose the language of one's own private answers; `room` takes the room's."""
    wanted = ask.get("language", str)
    if wanted.casefold() == _ROOMS:
        told = Reply(say("From now on you get the room's language."), private=True)
        return Accepted((LanguageChosen(member=ask.me.number, language=""),), (), (told,))
    value = read_value("language", wanted)
    if isinstance(value, Refused) or str(value).partition("-")[0] not in offered():
        return Refused(
            say("I do not speak “{language}”.", language=wanted),
            error="language-unknown",
            word=wanted,
            instead=say(
                "I speak {languages}; {room} takes the room's.",
                languages=joined(offered()),
                room=Words(_ROOMS),
            ),
        )
    told = Reply(
        say("From now on I answer you in {language}.", language=_own_name(str(value))), private=True
    )
    return Accepted((LanguageChosen(member=ask.me.number, language=str(value)),), (), (told,))


def _own_name(language: str) -> str:
    """A language's name in itself, so that whoever chose it can read it."""
    return Locale.parse(language, sep="-").get_display_name() or language


def zone(state: State, ask: Ask, moment: Moment) -> Decision:  # noqa: ARG001
    """Choose the time zone of one's own days and hours; `room` takes the room's."""
    wanted = ask.get("zone", str)
    if wanted.casefold() == _ROOMS:
        told = Reply(say("From now on you have the room's time zone."), private=True)
        return Accepted((ZoneChosen(member=ask.me.number, zone=""),), (), (told,))
    names = _zones()
    known = names.get(wanted.casefold()) or _city(wanted, names)
    if known is None:
        return Refused(
            say("I know no time zone “{zone}”.", zone=wanted),
            error="zone-unknown",
            word=wanted,
            instead=say("It looks like Europe/Berlin; {room} takes the room's.", room=Words(_ROOMS)),
        )
    told = Reply(say("From now on your days and hours are those of {zone}.", zone=known), private=True)
    return Accepted((ZoneChosen(member=ask.me.number, zone=known),), (), (told,))


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    """The zones by their folded names; asking the system for them reads its disk."""
    return {name.casefold(): name for name in available_timezones()}


def _city(wanted: str, names: dict[str, str]) -> str | None:
    ends = [name for folded, name in sorted(names.items()) if folded.endswith(f"/{wanted.casefold()}")]
    return ends[0] if len(ends) == 1 else None


def give(state: State, ask: Ask, moment: Moment) -> Decision:  # noqa: ARG001
    """Give a member a role."""
    who, role = ask.person(state, ask.get("who", str)), Role(ask.get("role", str))
    if role in who.roles:
        return Refused(
            say("{who} is one of the {role} already.", who=who.shown, role=ROLE_NAMES[role]),
            error="nothing-changed",
        )
    told = say("{who} is now one of the {role}.", who=who.shown, role=ROLE_NAMES[role])
    return Accepted((RoleGiven(member=who.number, role=role),), (), (Reply(told),))


def take(state: State, ask: Ask, moment: Moment) -> Decision:  # noqa: ARG001
    """Take a role from a member; somebody always stays an admin."""
    who, role = ask.person(state, ask.get("who", str)), Role(ask.get("role", str))
    if role not in who.roles:
        return Refused(
            say("{who} is not one of the {role}.", who=who.shown, role=ROLE_NAMES[role]),
            error="nothing-changed",
        )
    if role is Role.ADMIN and state.members.admins == 1:
        return Refused(
            say("{who} is the only admin.", who=who.shown),
            error="last-admin",
            instead=say("Give somebody else that role first."),
        )
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
    Command(name="me", about=say("what the collective knows about you"), decide=me),
    Command(
        name="me language",
        about=say("choose the language of your private answers"),
        decide=language,
        options=(
            Option(
                "language",
                OptionType.WORD,
                say("a language, or room"),
                required=True,
                positional=True,
            ),
        ),
        examples=("me language de", "me language room"),
    ),
    Command(
        name="me zone",
        about=say("choose the time zone of your days and hours"),
        decide=zone,
        options=(
            Option(
                "zone", OptionType.WORD, say("a time zone, or room"), required=True, positional=True
            ),
        ),
        examples=("me zone Europe/Berlin",),
    ),
    Command(
        name="role give",
        about=say("give a member a role"),
        decide=give,
        role=Role.ADMIN,
        options=_GIVEN,
        examples=("role give @bo coordinator",),
    ),
    Command(
        name="role take",
        about=say("take a role from a member"),
        decide=take,
        role=Role.ADMIN,
        options=_GIVEN,
        examples=("role take @bo coordinator",),
    ),
)
