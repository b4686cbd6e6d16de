"""Rooms: which there are, what they are called, which circle they belong to, and leaving."""

from __future__ import annotations

from bot.arguments import OptionType, arguments, takes
from bot.chat import Refusal, Reply
from bot.collective.grades import Grade
from bot.collective.roles import Role
from bot.collective.rooms import NAME_CHARACTERS_MAX, Room, RoomLeft, RoomNamed, RoomPlaced
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.feature import Feature
from bot.text.rendering import visible
from bot.text.wording import Node, Strong, Typed, Words, items, lines, say, say_n

_NO_CIRCLE = "none"


def _room(state: State, ask: Ask) -> Room:
    """The room that the command is typed in. Raises Refusal for a private conversation."""
    room = None if ask.private else state.rooms.by_place.get(ask.place)
    if room is not None:
        return room
    if ask.room and not ask.private:
        return Room(ask.room, ask.place)
    raise _no_room()


def _no_room() -> Refusal:
    return Refusal(
        "no-room",
        say("A private conversation is no room."),
        instead=say("Type it in the room that is meant."),
    )


def show(state: State, ask: Ask) -> Accepted:
    """This room, and the others."""
    room = state.rooms.by_place.get(ask.place)
    here = _told(room) if room else None
    others = [_told(each) for each in state.rooms.here if each is not room]
    body = lines(
        say("This is {room}.", room=here) if here else None,
        say("The other rooms of {name}:", name=state.name) if others else None,
        items(others) if others else None,
    )
    return Accepted(replies=(Reply(body, private=True),))


def _told(room: Room) -> Node:
    if room.circle:
        return say("{room}, circle {circle}", room=Strong(Words(room.shown)), circle=room.circle)
    return Strong(Words(room.shown))


@arguments
class RoomNameArgs:
    """What `/room name` takes."""

    name: str = takes(OptionType.TEXT, say("its name"), positional=True)


def name(state: State, ask: Ask[RoomNameArgs]) -> Accepted:
    """Give this room a name for lists."""
    room, named = _room(state, ask), " ".join(visible(ask.args.name).split())
    if not 0 < len(named) <= NAME_CHARACTERS_MAX:
        raise Refusal("name-long", say("A name has up to {most} characters.", most=NAME_CHARACTERS_MAX))
    told = say("This room is called {name} from now on.", name=Strong(Words(named)))
    return Accepted((RoomNamed(number=room.number, name=named),), (), (Reply(told),))


@arguments
class RoomCircleArgs:
    """What `/room circle` takes."""

    circle: str = takes(OptionType.CIRCLE, say("a circle, or none"), positional=True)


def circle(state: State, ask: Ask[RoomCircleArgs]) -> Accepted:
    """Say which circle this room belongs to: what is logged here is for it, and its rules count."""
    room, word = _room(state, ask), ask.args.circle
    named = "" if word == _NO_CIRCLE else state.circles.named(word).name
    if named == room.circle:
        raise Refusal("nothing-changed", say("That is so already."))
    told = (
        lines(
            say("This room belongs to the circle {name} from now on.", name=Strong(Words(named))),
            _asked_here(state, named),
        )
        if named
        else say("This room belongs to no circle from now on.")
    )
    return Accepted((RoomPlaced(number=room.number, circle=named),), (), (Reply(told),))


def _asked_here(state: State, name: str) -> Node:
    """What that means for votes: nobody should find out by being refused."""
    people = {state.members.one(number) for number in state.circles.named(name).members}
    return say_n(
        "What is put to the vote here is asked of its {count} person alone; what goes beyond it, all"
        " decide.",
        "What is put to the vote here is asked of its {count} people alone; what goes beyond it, all"
        " decide.",
        len(people),
    )


def leave(state: State, ask: Ask) -> Accepted:
    """Take this room out of the collective."""
    if ask.private:
        raise _no_room()
    room = state.rooms.by_place.get(ask.place)
    if room is None:
        raise Refusal("no-collective", say("This room belongs to no collective yet."))
    if len(state.rooms.here) == 1:
        raise Refusal(
            "last-room",
            say("This is the only room of {name}.", name=state.name),
            instead=say("Take another room in first: {invite}", invite=Typed("collective invite")),
        )
    event = RoomLeft(number=room.number, platform=room.place.platform, room=room.place.room)
    told = say("This room no longer belongs to {name}; what was recorded here stays.", name=state.name)
    return Accepted((event,), (), (Reply(told),))


COMMANDS = (
    Command(name="room", about=say("this room, and the others of the collective"), decide=show),
    Command(
        name="room name",
        about=say("give this room a name for lists"),
        decide=name,
        role=Role.ADMIN,
        args=RoomNameArgs,
        examples=("room name Kitchen",),
    ),
    Command(
        name="room circle",
        about=say("say which circle this room belongs to"),
        decide=circle,
        effect=Grade.RULES,
        role=Role.ADMIN,
        args=RoomCircleArgs,
        examples=("room circle kitchen", "room circle none"),
    ),
    Command(
        name="room leave",
        about=say("take this room out of the collective"),
        decide=leave,
        role=Role.ADMIN,
    ),
)

FEATURE = Feature(name="rooms", commands=COMMANDS)
