"""Who gets in and who may do what: admission by speaking, roles, and the permission of a command."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.chain import Sealed, sealed
from bot.chat import Actor, Incoming, Refusal
from bot.collective.collectives import CollectiveFounded
from bot.collective.events import Event
from bot.collective.lookalikes import is_reserved, shows_account
from bot.collective.memberbook import Members
from bot.collective.members import NAME_CHARACTERS_MAX, Member, MemberJoined, MemberReturned
from bot.collective.roles import GIVEN_ROLES, Role
from bot.collective.rooms import RoomJoined, RoomNamed, room_name
from bot.collective.rules import Rules, refused_by
from bot.collective.ruletypes import matches
from bot.collective.state import State
from bot.moment import Moment
from bot.text.rendering import shortened, visible
from bot.text.wording import Say, Typed, joined, say

EVERYONE = "everyone"

ADMINS_NAMED_MAX = 3
"""As many admins are named to whoever lacks a role: more would not fit a phone's line."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What has to be written before somebody's command counts, and the member they then are.

    `room` is the number of the room it came from, 0 for a private message from no room of ours; `there`
    the state by which is decided: that once they have entered.
    """

    member: Member | None
    room: int
    there: State
    events: tuple[Event, ...] = ()
    texts: tuple[Sealed, ...] = ()


def admission(
    state: State,
    message: Incoming,
    name: str,
    rules: Rules,
    moment: Moment,
    *,
    joins: bool,
    former: bool,
) -> Admission:
    """Found the collective (as `name`), enter the room and the person, as far as they are new.

    The first person who speaks is its admin. Whom the rules let in by speaking joins; the others stay
    guests; what `former` members may do, they do without becoming one again. The room is entered
    where it `joins`, and until it is named is called as on its platform.
    """
    events: list[Event] = []
    if not state.founded:
        events.append(CollectiveFounded(name=name))
    known = state.rooms.by_place.get(message.place)
    room = known.number if known else 0
    if known is None and joins:
        room = state.rooms.next_number
        place = message.place
        events.append(RoomJoined(number=room, platform=place.platform, room=place.room))
    called = "" if message.private else room_name(message.called)
    if room and called and not (known and known.name):
        events.append(RoomNamed(number=room, name=called))
    member, entering, texts = _entering(state, message.actor, rules, moment, former=former)
    there = state if member is None else among(state, member, message.actor, moment.at)
    return Admission(member, room, there, (*events, *entering), texts)


def _entering(
    state: State, actor: Actor, rules: Rules, moment: Moment, *, former: bool
) -> tuple[Member | None, tuple[Event, ...], tuple[Sealed, ...]]:
    known = state.members.known(actor)
    if known is not None and (known.here or former):
        return known, (), ()
    first = not state.members.by_number
    open_to_all = first or rules.text("new-members") == EVERYONE
    if actor.operator or is_ghost(actor, rules) or not open_to_all:
        return None, (), ()
    if known is not None:
        if known.removed:
            return None, (), ()
        return replace(known, here=True, since=moment.at), returned(state, known.number), ()
    roles = frozenset({Role.ADMIN}) if first else frozenset[Role]()
    shown = shown_name(actor, state.members)
    member = Member(state.members.next_number, shown, roles, since=moment.at)
    name, account = sealed_identity(actor, state.members, moment)
    event = MemberJoined(
        member=member.number,
        name=name.seal,
        platform=actor.platform,
        account=account.seal,
        roles=tuple(sorted(roles)),
    )
    return member, (event,), (name, account)


def among(state: State, member: Member, actor: Actor, at: int) -> State:
    """The state once somebody has entered by this account at an instant (ms): by that is decided.

    It is the same where nobody enters: who is there already, and who asks only as a former member.
    """
    members = state.members
    known = members.by_number.get(member.number)
    if not member.here or (known is not None and known.here):
        return state
    theirs = members.numbers(member.number) if known is not None else ()
    entered = {number: replace(members.by_number[number], since=at) for number in theirs}
    entered[member.number] = replace(member, since=at)
    account, by_account, owned = (actor.platform, actor.id), members.by_account, members.owned
    if account not in by_account:
        one = members.one(member.number)
        by_account = {**by_account, account: member.number}
        owned = {**owned, one: {**owned.get(one, {}), account: members.accounted + 1}}
    there = replace(
        members, by_number={**members.by_number, **entered}, by_account=by_account, owned=owned
    )
    return replace(state, members=there)


def returned(state: State, number: int) -> tuple[Event, ...]:
    """Somebody is a member again; what opened the pages for them before opens nothing any more."""
    voided = state.pages.voided(state.members.numbers(number))
    return (MemberReturned(member=number), *voided)


def sealed_identity(actor: Actor, members: Members, moment: Moment) -> tuple[Sealed, Sealed]:
    """The name and the account of somebody new among the members, as erasable texts."""
    return moment.seal(shown_name(actor, members)), sealed(actor.id, moment.chance.salt())


def shown_name(actor: Actor, members: Members) -> str:
    """How somebody new is named: as the platform shows them, or by their id if nobody can read that.

    With their account, where they would be taken for somebody else.
    """
    shown = shortened(visible(actor.name).strip(), NAME_CHARACTERS_MAX)
    if not any(unicodedata.category(c)[0] in "LNPS" for c in shown):
        return actor.id
    if shown == actor.id or not _mistaken(shown, members):
        return shown
    room = NAME_CHARACTERS_MAX - len(actor.id) - 3
    return f"{shortened(shown, room)} ({actor.id})" if room > 0 else actor.id


def _mistaken(name: str, members: Members) -> bool:
    return is_reserved(name) or shows_account(name) or members.like(name) is not None


def is_ghost(actor: Actor, rules: Rules) -> bool:
    """Whether an account is a bridge's puppet, by the rule's patterns."""
    patterns = rules.patterns("bridge-ghosts")
    return bool(patterns) and matches(actor.id, patterns)


def is_ignored(actor: Actor, state: State | None, rules: Rules) -> bool:
    """Whether the rules say not to answer an account; admins are always answered."""
    patterns = rules.patterns("ignored")
    if not patterns or not matches(actor.id, patterns):
        return False
    member = state.members.who(actor) if state else None
    return member is None or not member.may(Role.ADMIN)


def deaf_rule(message: Incoming, rules: Rules) -> str:
    """The rule by which this program does not listen to the room or the account; empty for none."""
    place = f"{message.place.platform}:{message.place.room}"
    if not matches(place, rules.patterns("places")):
        return "places"
    return "" if matches(message.actor.id, rules.patterns("people")) else "people"


def with_standing(member: Member | None, actor: Actor, rules: Rules) -> Member | None:
    """Somebody with the roles that the rules give by what the platform says they are."""
    mapped = roles_by_standing(actor.standing, rules)
    if member is None or mapped <= member.roles:
        return member
    return replace(member, roles=member.roles | mapped)


def roles_by_standing(standing: Iterable[str], rules: Rules) -> frozenset[Role]:
    """The roles that somebody has here by what the platform says they are."""
    words = tuple(standing)
    if not words:
        return frozenset()
    return frozenset(role for role in GIVEN_ROLES if _stands(words, rules.patterns(f"{role}s")))


def _stands(words: tuple[str, ...], patterns: tuple[str, ...]) -> bool:
    return any(_power(word) >= least > 0 for word in words for least in map(_power, patterns)) or any(
        word in patterns for word in words
    )


def _power(word: str) -> int:
    """The power level in `power:50`; 0 where it is none, or gives no power."""
    kind, _, level = word.partition(":")
    return int(level) if kind == "power" and level.isascii() and level.isdecimal() else 0


ROLE_NAMES: dict[Role, Say] = {
    Role.GUEST: say("guests"),
    Role.MEMBER: say("members"),
    Role.COORDINATOR: say("coordinators"),
    Role.TREASURER: say("treasurers"),
    Role.FACILITATOR: say("facilitators"),
    Role.ADMIN: say("admins"),
}


def check_role(
    command: str, role: Role, actor: Actor, member: Member | None, state: State, rules: Rules
) -> None:
    """Raise Refusal where somebody may not use a command."""
    if role is Role.GUEST or actor.operator:
        return
    if member is None:
        raise _no_member(command, actor, state, rules)
    if member.may(role):
        return
    raise Refusal(
        "role",
        say("{command} is for {role}.", command=Typed(command), role=ROLE_NAMES[role]),
        instead=_who_gives(state),
    )


def _who_gives(state: State) -> Say:
    """Who can give somebody a role: by name, where they are not too many to be asked."""
    admins = [each.shown for each in state.members.here if Role.ADMIN in each.roles]
    if not 0 < len(admins) <= ADMINS_NAMED_MAX:
        return say("An admin can give you that role.")
    return say("Admins here: {admins}.", admins=joined(admins))


def removed() -> Refusal:
    """What is told on every road by which somebody who was removed might come back."""
    return Refusal(
        "removed",
        say("You were removed from the members here."),
        instead=say("An admin can take you back."),
    )


def _no_member(command: str, actor: Actor, state: State, rules: Rules) -> Refusal:
    known = state.members.known(actor)
    if known is not None and known.removed:
        return removed()
    if is_ghost(actor, rules):
        return refused_by(
            "bridge-ghosts",
            say("You speak through a bridge, and {command} is for members.", command=Typed(command)),
            instead=say(
                "Write {link} from your own account, and the code that you get from here.",
                link=Typed("me link"),
            ),
        )
    return refused_by(
        "new-members",
        say("{command} is for members, and you are not one yet.", command=Typed(command)),
        instead=_WAYS_IN.get(rules.text("new-members")),
    )


_WAYS_IN = {
    "request": say("{apply} asks for it.", apply=Typed("member apply")),
    "vouch": say("{apply} asks for it; members then vouch for you.", apply=Typed("member apply")),
    "proposal": say("{apply} asks for it; the members then decide.", apply=Typed("member apply")),
}
