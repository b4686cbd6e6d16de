"""Collectives: founding one in a room, inviting further rooms of any platform, joining by a code."""

from __future__ import annotations

import msgspec

from bot.arguments import OptionType, WithName, arguments, takes
from bot.chat import Actor, Refusal, Reply
from bot.collective.access import sealed_identity
from bot.collective.codes import digest_of, named_code, read_named_code, secret_of
from bot.collective.collectives import (
    NAME_CHARACTERS_MAX,
    CollectiveFounded,
    CollectiveRenamed,
    InviteEnded,
    InviteMade,
)
from bot.collective.events import Event
from bot.collective.grades import Grade
from bot.collective.members import MemberJoined
from bot.collective.prefixes import typed_anywhere
from bot.collective.roles import Role
from bot.collective.rooms import RoomJoined, SpaceJoined
from bot.collective.rules import Rules, refused_by
from bot.collective.state import State
from bot.command import Command, Home
from bot.decision import Accepted, Ask
from bot.feature import Feature
from bot.text.rendering import visible
from bot.text.wording import Strong, Time, Typed, Words, items, joined, lines, say, say_n
from commands.decisions.openly import openly
from commands.ledger.ledger import head_told
from commands.places.setup import led

_NAME = takes(OptionType.TEXT, say("its name"), positional=True)
_INVITE = Typed("collective invite")
_CODE = takes(OptionType.WORD, say("the code"), positional=True)

ROOM_ADMIN_POWER = 50
"""The power level from which Matrix rooms let somebody change their state (`state_default`)."""

_ADMIN_PERMISSIONS = {"permission:administrator", "permission:manage-guild"}


def _name(ask: Ask[WithName]) -> str:
    """The name that was typed. Raises Refusal."""
    name = " ".join(visible(ask.args.name).split())
    if not 0 < len(name) <= NAME_CHARACTERS_MAX:
        raise Refusal(
            "name-long",
            say("A name has up to {most} characters.", most=NAME_CHARACTERS_MAX),
            word=name[:NAME_CHARACTERS_MAX],
        )
    return name


def _check_founder(actor: Actor, rules: Rules) -> None:
    """Who may bring a room into a collective. Raises Refusal."""
    allowed = rules.text("founders")
    if actor.operator or allowed == "anyone" or (allowed == "room-admins" and has_power(actor)):
        return
    raise refused_by(
        "founders",
        say("Here that is for those who run the room.")
        if allowed == "room-admins"
        else say("Nobody founds a collective here."),
    )


def has_power(actor: Actor) -> bool:
    """Whether the platform says that somebody runs the room; the console knows no such thing."""
    powers = [word.partition(":")[2] for word in actor.standing if word.startswith("power:")]
    if any(level.isdecimal() and int(level) >= ROOM_ADMIN_POWER for level in powers):
        return True
    return not _ADMIN_PERMISSIONS.isdisjoint(actor.standing) or actor.platform == "console"


def _room_events(state: State, ask: Ask) -> list[Event]:
    place = ask.place
    number = state.rooms.next_number
    events: list[Event] = [RoomJoined(number=number, platform=place.platform, room=place.room)]
    if ask.space:
        events.append(SpaceJoined(platform=place.platform, space=ask.space))
    return events


@arguments
class CollectiveCreateArgs:
    """What `/collective create` takes."""

    name: str = _NAME


def create(state: State, ask: Ask[CollectiveCreateArgs]) -> Accepted:
    """Found a collective, with this room as its first and whoever asks as its admin."""
    _public(ask)
    _check_founder(ask.actor, ask.rules)
    name = _name(ask)
    events: list[Event] = [CollectiveFounded(name=name), *_room_events(state, ask)]
    texts = sealed_identity(ask.actor, state.members, ask.moment)
    events.append(
        MemberJoined(
            member=1,
            name=texts[0].seal,
            platform=ask.actor.platform,
            account=texts[1].seal,
            roles=(Role.ADMIN,),
        )
    )
    begun = say("{name} begins here, and you are its admin.", name=Strong(Words(name)))
    facts = {"collective": state.collective}
    told = msgspec.structs.replace(led(state, ask, (), begun), facts=facts)
    return Accepted(tuple(events), texts, (told,))


def _public(ask: Ask) -> None:
    if ask.private:
        raise Refusal(
            "no-room",
            say("A private conversation is no room."),
            instead=say("Type it in the room that is meant."),
        )


def invite(state: State, ask: Ask) -> Accepted:
    """A code by which one room joins, on any platform."""
    secret = secret_of(ask.moment.chance.salt())
    until = ask.moment.at + ask.rules.number("invite-lapses") * 60_000
    event = InviteMade(code=digest_of(secret), until=until)
    line = f"collective join {named_code(state.collective, secret)}"
    told = lines(
        say("Type this in the room that is to join {name}:", name=state.name),
        typed_anywhere(line),
        say("It is good for one room, until {at}.", at=Time(until)),
    )
    return Accepted((event,), (), (Reply(told, private=True, facts={"line": line}, fleeting=True),))


@arguments
class CollectiveJoinArgs:
    """What `/collective join` takes."""

    code: str = _CODE


def join(state: State, ask: Ask[CollectiveJoinArgs]) -> Accepted:
    """Take this room into the collective that a code invites it to."""
    _public(ask)
    _check_founder(ask.actor, ask.rules)
    named = read_named_code(ask.args.code)
    digest = digest_of(named[1]) if named else ""
    if not state.founded or not state.collectives.good(digest, ask.moment.at):
        raise Refusal(
            "code-unknown",
            say("This code lets nobody in: it was used, or has lapsed, or was never one."),
            instead=say(
                "{invite} in a room of the collective gives a new one.",
                invite=_INVITE,
            ),
        )
    events = (InviteEnded(code=digest), *_room_events(state, ask))
    told = lines(
        say("This room now belongs to {name}.", name=Strong(Words(state.name))),
        say(
            "Its ledger and its decisions are those of all its rooms. Who is a member elsewhere links "
            "their account here with {link}.",
            link=Typed("me link"),
        ),
    )
    return Accepted(events, (), (Reply(told),))


def info(state: State, ask: Ask) -> Accepted:
    """The collective in a few lines."""
    if not state.founded:
        begins = say("Nothing was recorded here yet. {log} begins it.", log=Typed("log 2h baked bread"))
        return Accepted(replies=(Reply(begins, private=True),))
    people = [member for member in state.members.here if not member.seat]
    admins = [member.shown for member in people if Role.ADMIN in member.roles]
    body = lines(
        Strong(Words(state.name)),
        say_n(
            "{count} member; admins: {admins}",
            "{count} members; admins: {admins}",
            len(people),
            admins=joined(admins),
        ),
        say_n("{count} room", "{count} rooms", len(state.rooms.here)),
        items(room.shown for room in state.rooms.here),
        head_told(state),
    )
    facts = {"collective": state.collective, "members": len(people), "head": state.head.text}
    return Accepted(replies=(Reply(body, private=True, facts=facts),))


@arguments
class CollectiveNameArgs:
    """What `/collective name` takes."""

    name: str = _NAME


def rename(state: State, ask: Ask[CollectiveNameArgs]) -> Accepted:
    """Give the collective another name."""
    name = _name(ask)
    if name == state.name:
        raise Refusal("nothing-changed", say("That is its name already."))
    told = say("{before} is called {name} from now on.", before=state.name, name=Strong(Words(name)))
    return Accepted((CollectiveRenamed(name=name),), (), (Reply(told),))


@arguments
class InArgs:
    """What `/in` takes."""

    name: str = takes(OptionType.TEXT, say("its name, and the command"), positional=True, default="")


def speak_in(state: State, ask: Ask) -> Accepted:
    """Say which collective private messages are for; the name itself is taken off before this."""
    name = Words(state.name)
    if ask.private:
        return Accepted(replies=(Reply(say("Your private messages are for {name} now.", name=name)),))
    raise Refusal(
        "not-private",
        say("What is written here is for {name}.", name=name),
        instead=say("{line} is for private messages to me.", line=Typed("in NAME …")),
    )


COMMANDS = (
    Command(
        name="in",
        discreet=True,
        about=say("say which of your collectives a private message is for"),
        decide=speak_in,
        args=InArgs,
        examples=("in Garden Coop balance", "in Garden Coop"),
    ),
    Command(
        name="collective create",
        about=say("found a collective in this room"),
        decide=create,
        role=Role.GUEST,
        home=Home.NEW,
        args=CollectiveCreateArgs,
        examples=("collective create Garden Coop",),
    ),
    Command(
        name="collective invite",
        about=say("a code by which a further room joins"),
        also=say("invite, invitation"),
        decide=invite,
        role=Role.ADMIN,
        examples=("collective invite",),
    ),
    Command(
        name="collective join",
        discreet=True,
        about=say("take this room into a collective, by its code"),
        also=say("join"),
        decide=join,
        role=Role.GUEST,
        home=Home.CODE,
        args=CollectiveJoinArgs,
        examples=("collective join home.2345-6789-ABCD-EFGH",),
    ),
    Command(name="collective info", about=say("the collective in a few lines"), decide=info),
    Command(
        name="collective name",
        about=say("give the collective another name"),
        decide=openly(rename),
        effect=Grade.HARMLESS,
        role=Role.ADMIN,
        args=CollectiveNameArgs,
        examples=("collective name Garden Coop",),
    ),
)

FEATURE = Feature(name="collectives", commands=COMMANDS)
