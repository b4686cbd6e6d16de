"""Circles: working groups, begun and closed, joined and left."""

from __future__ import annotations

from bot.arguments import OptionType, WithWho, arguments, takes
from bot.chat import Refusal, Reply
from bot.collective.circles import (
    CIRCLES_MAX,
    CircleClosed,
    CircleFormed,
    CircleJoined,
    CircleLeft,
)
from bot.collective.grades import Grade
from bot.collective.guards import may_by
from bot.collective.members import Member
from bot.collective.roles import Role
from bot.collective.rules import refused_by
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.feature import Feature, names
from bot.text.wording import Strong, Typed, Words, items, joined, lines, say, say_n
from commands.decisions.openly import openly
from commands.ledger.budgetlive import ended_card, ended_told
from commands.ledger.budgets import ended_with

_NAME = takes(OptionType.CIRCLE, say("its name"), positional=True)
_NEW = takes(OptionType.NAME, say("its name"), positional=True)
_WHO = takes(OptionType.PERSON, say("who, if not you, as @name"), positional=True, default="")
_NONE_WORD = "none"


@arguments
class CircleCreateArgs:
    """What `/circle create` takes."""

    name: str = _NEW
    purpose: str = takes(OptionType.TEXT, say("what it is for"), positional=True, default="")


def create(state: State, ask: Ask[CircleCreateArgs]) -> Accepted:
    """Begin a circle; whoever begins it works in it."""
    name = ask.args.name
    if not may_by("new-circles", ask.rules, ask.member):
        raise refused_by("new-circles", say("You cannot begin a circle here."))
    if known := state.circles.by_name.get(name):
        mine = state.members.numbers(ask.member.number) if ask.member else frozenset()
        is_in = not known.members.isdisjoint(mine)
        raise Refusal(
            "circle-known",
            say("There is a circle {name} already.", name=Strong(Words(name))),
            word=name,
            instead=say("{circles} shows who works in it.", circles=Typed("circle"))
            if is_in
            else say("{join} joins it.", join=Typed(f"circle join {name}")),
        )
    if len(state.circles.by_name) >= CIRCLES_MAX or name == _NONE_WORD:
        raise Refusal("circle-odd", say("There can be no circle {name}.", name=name), word=name)
    purpose = ask.moment.seal(ask.args.purpose) if ask.args.purpose else None
    formed = CircleFormed(name=name, purpose=purpose.seal if purpose else "")
    joining = (CircleJoined(name=name, member=ask.member.number),) if ask.member else ()
    told = lines(
        say("The circle {name} begins.", name=Strong(Words(name))),
        say(
            "{join} joins it; {room} gives it this room.",
            join=Typed(f"circle join {name}"),
            room=Typed(f"room circle {name}"),
        ),
    )
    return Accepted((formed, *joining), (purpose,) if purpose else (), (Reply(told),))


def show(state: State, ask: Ask) -> Accepted:
    """The circles, and who works in them."""
    if not state.circles.by_name:
        nothing = say(
            "There is no circle yet. {create} begins one.", create=Typed("circle create kitchen")
        )
        return Accepted(replies=(Reply(nothing, private=True),))
    points = []
    for name, circle in sorted(state.circles.by_name.items()):
        people = {state.members.one(number) for number in circle.members}
        names = joined(state.members.name(number) for number in sorted(people))
        points.append(
            say_n(
                "{name}, {count} member: {names}",
                "{name}, {count} members: {names}",
                len(people),
                name=Strong(Words(name)),
                names=names,
            )
        )
    return Accepted(replies=(Reply(items(points), private=True),))


@arguments
class CircleJoinArgs:
    """What `/circle join` takes."""

    name: str = _NAME
    who: str = _WHO


def join(state: State, ask: Ask[CircleJoinArgs]) -> Accepted:
    """Work in a circle, or have somebody else work in it."""
    circle, who = state.circles.named(ask.args.name), _who(state, ask)
    if not circle.members.isdisjoint(state.members.numbers(who.number)):
        raise Refusal(
            "nothing-changed", say("{who} works in {name} already.", who=who.shown, name=circle.name)
        )
    told = say("{who} works in the circle {name}.", who=who.shown, name=Strong(Words(circle.name)))
    return Accepted((CircleJoined(name=circle.name, member=who.number),), (), (Reply(told),))


@arguments
class CircleLeaveArgs:
    """What `/circle leave` takes."""

    name: str = _NAME
    who: str = _WHO


def leave(state: State, ask: Ask[CircleLeaveArgs]) -> Accepted:
    """Work in a circle no more."""
    circle, who = state.circles.named(ask.args.name), _who(state, ask)
    numbers = [each for each in state.members.numbers(who.number) if each in circle.members]
    if not numbers:
        raise Refusal(
            "nothing-changed", say("{who} does not work in {name}.", who=who.shown, name=circle.name)
        )
    told = say("{who} left the circle {name}.", who=who.shown, name=Strong(Words(circle.name)))
    events = tuple(CircleLeft(name=circle.name, member=each) for each in numbers)
    return Accepted(events, (), (Reply(told),))


def _who(state: State, ask: Ask[WithWho]) -> Member:
    named = ask.args.who
    who = ask.person(state, named) if named else ask.me
    me = ask.member
    if me is not None and who.number != me.number and not me.may(Role.COORDINATOR):
        raise Refusal("role", say("Only coordinators say that for somebody else."), word=named)
    return who


@arguments
class CircleCloseArgs:
    """What `/circle close` takes."""

    name: str = _NAME


def close(state: State, ask: Ask[CircleCloseArgs]) -> Accepted:
    """End a circle; what was given in it stays, its rooms belong to no circle any more."""
    circle = state.circles.named(ask.args.name)
    told = say(
        "The circle {name} is closed; what was given in it stays.", name=Strong(Words(circle.name))
    )
    by = ask.member.number if ask.member else 0
    ended = ended_with(state, circle.name, by, ask.proposal)
    budgets = joined(each.name for each in ended)
    also = say("Its budgets end with it: {budgets}", budgets=budgets) if ended else None
    shown = tuple(
        reply
        for each in ended
        for reply in ended_card(state, state.budgets.by_name[each.name], ended_told(each.name))
    )
    return Accepted((CircleClosed(name=circle.name), *ended), (), (Reply(lines(told, also)), *shown))


COMMANDS = (
    Command(name="circle", about=say("the circles, and who works in them"), decide=show),
    Command(
        name="circle create",
        about=say("begin a circle"),
        decide=openly(create),
        effect=Grade.HARMLESS,
        args=CircleCreateArgs,
        examples=("circle create kitchen", "circle create garden vegetables for all"),
    ),
    Command(
        name="circle join",
        about=say("work in a circle"),
        also=say("join, join circle"),
        decide=openly(join),
        effect=Grade.HARMLESS,
        args=CircleJoinArgs,
        examples=("circle join kitchen",),
    ),
    Command(
        name="circle leave",
        about=say("work in a circle no more"),
        decide=openly(leave),
        effect=Grade.HARMLESS,
        args=CircleLeaveArgs,
        examples=("circle leave kitchen",),
    ),
    Command(
        name="circle close",
        about=say("end a circle"),
        decide=openly(close),
        effect=Grade.HARMLESS,
        role=Role.COORDINATOR,
        args=CircleCloseArgs,
        examples=("circle close kitchen",),
    ),
)

FEATURE = Feature(
    name="circles",
    commands=COMMANDS,
    suggests={OptionType.CIRCLE: names(lambda state: state.circles.by_name)},
)
