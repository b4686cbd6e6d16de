"""Who gets in and who may do what: admission by speaking, and the permission of a command."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from bot.chain import Sealed, sealed
from bot.chat import Actor, Place, Refused
from bot.collective.collectives import CollectiveFounded, RoomJoined
from bot.collective.events import Event
from bot.collective.members import NAME_CHARACTERS_MAX, Member, MemberJoined, Role
from bot.collective.rules import Rules, refused_by
from bot.collective.state import State
from bot.decision import Moment
from bot.wording import Say, Typed, say, shortened, visible


@dataclass(frozen=True, slots=True)
class Admission:
    """What has to be written before somebody's command counts, and the member they then are."""

    member: Member | None
    events: tuple[Event, ...] = ()
    texts: tuple[Sealed, ...] = ()


def admission(
    state: State, actor: Actor, place: Place, name: str, rules: Rules, moment: Moment
) -> Admission:
    """Found the collective (as `name`), enter the room and the person, as far as they are new.

    The first person who speaks is its admin. Where the rule `new-members` says nobody, a stranger
    stays a guest.
    """
    events: list[Event] = []
    texts: list[Sealed] = []
    if not state.founded:
        events.append(CollectiveFounded(name=name))
    if place not in state.room_numbers:
        number = len(state.rooms) + 1
        events.append(RoomJoined(number=number, platform=place.platform, room=place.room))
    member = state.members.who(actor)
    if member is None and not actor.operator and rules.text("new-members") == "everyone":
        member, joined = _joining(state, actor, moment)
        texts = list(joined)
        events.append(
            MemberJoined(
                member=member.number,
                name=joined[0].seal,
                platform=actor.platform,
                account=joined[1].seal,
                roles=tuple(sorted(member.roles)),
            )
        )
    return Admission(member, tuple(events), tuple(texts))


def _joining(state: State, actor: Actor, moment: Moment) -> tuple[Member, tuple[Sealed, Sealed]]:
    shown = shortened(visible(actor.name).strip(), NAME_CHARACTERS_MAX)
    name = shown if any(unicodedata.category(c)[0] in "LNPS" for c in shown) else actor.id
    roles = frozenset() if state.members.admins else frozenset({Role.ADMIN})
    member = Member(state.members.next_number, name, roles)
    return member, (moment.seal(name), sealed(actor.id, moment.chance.salt()))


ROLE_NAMES: dict[Role, Say] = {
    Role.GUEST: say("guests"),
    Role.MEMBER: say("members"),
    Role.COORDINATOR: say("coordinators"),
    Role.TREASURER: say("treasurers"),
    Role.FACILITATOR: say("facilitators"),
    Role.ADMIN: say("admins"),
}


def refusal(command: str, role: Role, actor: Actor, member: Member | None) -> Refused | None:
    """Why somebody may not use a command, or None when they may."""
    if role is Role.GUEST or actor.operator:
        return None
    if member is None:
        return refused_by(
            "new-members",
            say("{command} is for members, and you are not one yet.", command=Typed(command)),
        )
    if member.may(role):
        return None
    return Refused(
        say("{command} is for {role}.", command=Typed(command), role=ROLE_NAMES[role]),
        error="role",
        instead=say("An admin can give you that role."),
    )
