"""Which rooms and which members get digests, and how they say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.arguments import OptionType, arguments, options_of, takes
from bot.chat import Refusal, Reply
from bot.collective.digests import DigestStopped, DigestTaken, Every, next_slot, untold_slot
from bot.collective.roles import Role
from bot.collective.rooms import Room
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask, Decide, RulesAt
from bot.text.wording import Say, Time, Typed, items, joined, lines, say
from commands.decisions.lookups import rules_at
from commands.places.rules import RulesSetArgs
from commands.places.rules import set_ as set_rule

HOME_ONLY, ALL, NONE = "home", "on", "off"


def rooms_told(state: State, rules: RulesAt) -> Iterator[tuple[Room, Rules]]:
    """The rooms that get a digest, with their rules, the first one first."""
    here = sorted(state.rooms.here, key=lambda room: room.number)
    for room in here:
        of_room = rules(room.place)
        wanted = of_room.text("digest")
        if wanted == ALL or (wanted == HOME_ONLY and room is here[0]):
            yield room, of_room


def taken_by(state: State, number: int) -> list[int]:
    """The numbers under which a person takes a digest of their own."""
    return state.digests.taken(state.members.numbers(number))


def settings(state: State, ask: Ask) -> Accepted:
    """Whether this room gets digests, when the next one comes, who else gets it."""
    rules = ask.rules
    room = state.rooms.by_place.get(ask.place)
    here = room is not None and any(each is room for each, _ in rooms_told(state, rules_at(state, ask)))
    slots = [
        (_next(state, ask, room.number, every), every)
        for every in map(Every, rules.patterns("digest-every"))
        if room is not None
    ]
    own = _own_every(state, ask)
    told = lines(
        items(
            say("{every}: next {at}", every=_OFTEN[every], at=Time(slot + ask.spread))
            for slot, every in sorted(slots)
        )
        if here
        else say("This room gets no digest. {line} begins.", line=Typed("digest on")),
        _spread_told(ask) if here or own else None,
        say("It tells: {sections}", sections=joined(rules.patterns("digest-sections"))),
        say("As a direct message: {who}", who=joined(rules.patterns("digest-to")))
        if rules.patterns("digest-to")
        else None,
        say("Your own comes {every}; {line} stops it.", every=_OFTEN[own], line=Typed("digest stop"))
        if own
        else say("{line} sends you one of your own.", line=Typed("digest mine weekly")),
    )
    return Accepted(replies=(Reply(told, private=True),))


def _next(state: State, ask: Ask, room: int, every: Every) -> int:
    """The slot (ms) of the next digest that a room gets."""
    known, at, zone = state.digests, ask.rules.text("digest-at"), ask.rules.text("zone")
    begun = max(known.begun.get(room, 0), known.changed)
    untold = untold_slot(known.told.get((room, every), 0), begun, every, at, zone)
    return max(untold, next_slot(ask.moment.at - ask.spread, every, at, zone))


def _spread_told(ask: Ask) -> Say | None:
    """That digests come later here than the rule says, where that is a minute at least."""
    minutes = ask.spread // 60_000
    if not minutes:
        return None
    return say(
        "Many collectives share this bot, so each gets its digests at a minute of its own: "
        "here {minutes} min later.",
        minutes=minutes,
    )


def sets(name: str, argument: str, value: str = "") -> Decide:
    """A setting that is one of the room's rules; whatever holds for rules holds for it."""

    def decide(state: State, ask: Ask) -> Accepted:
        wanted = value or getattr(ask.args, argument)
        return set_rule(state, ask.with_args(RulesSetArgs(name=name, value=wanted, in_="room")))

    return decide


_OFTEN: Mapping[Every, Say] = {
    Every.DAILY: say("daily"),
    Every.WEEKLY: say("weekly"),
    Every.MONTHLY: say("monthly"),
    Every.QUARTERLY: say("quarterly"),
}


@arguments
class DigestMineArgs:
    """What `/digest mine` takes."""

    every: str = takes(
        OptionType.WORD, say("how often"), positional=True, choices=tuple(each.value for each in Every)
    )


def mine(state: State, ask: Ask[DigestMineArgs]) -> Accepted:
    """Take a digest of one's own, in private."""
    every = Every(ask.args.every)
    if _own_every(state, ask) is every:
        raise Refusal("nothing-changed", say("That is how it is already."))
    told = say(
        "You get a {every} digest in private. {line} stops it.",
        every=_OFTEN[every],
        line=Typed("digest stop"),
    )
    others = [number for number in taken_by(state, ask.me.number) if number != ask.me.number]
    stopped = (DigestStopped(member=number) for number in others)
    taken = DigestTaken(member=ask.me.number, every=every, by=ask.me.number)
    return Accepted((*stopped, taken), (), (Reply(told, private=True),))


def _own_every(state: State, ask: Ask) -> Every | None:
    """How often who asks gets a digest of their own."""
    taken = taken_by(state, ask.me.number)
    return state.digests.own[taken[0]] if taken else None


def stop(state: State, ask: Ask) -> Accepted:
    """Stop one's own digest, for good."""
    taken = taken_by(state, ask.me.number)
    if not taken:
        raise Refusal(
            "digest-none",
            say("You take no digest of your own."),
            instead=say("What a room gets is a coordinator's to say: {line}", line=Typed("digest off")),
        )
    told = say("You get no digest of your own any more.")
    stopped = tuple(DigestStopped(member=number) for number in taken)
    return Accepted(stopped, (), (Reply(told, private=True),))


def setting(word: str, about: Say, args: type[object], example: str, rule: str) -> Command:
    """The command that sets one rule of digests for the room."""
    return Command(
        name=f"digest {word}",
        about=about,
        decide=sets(rule, options_of(args)[0].name),
        role=Role.COORDINATOR,
        args=args,
        examples=(example,),
    )


@arguments
class DigestAtArgs:
    """What `/digest at` takes."""

    when: str = takes(OptionType.TEXT, say("a weekday and a time"), positional=True)


@arguments
class DigestEveryArgs:
    """What `/digest every` takes."""

    often: str = takes(OptionType.TEXT, say("one or several"), positional=True)


@arguments
class DigestToArgs:
    """What `/digest to` takes."""

    who: str = takes(OptionType.TEXT, say("which roles, or none"), positional=True)


@arguments
class DigestSectionsArgs:
    """What `/digest sections` takes."""

    sections: str = takes(OptionType.TEXT, say("the sections"), positional=True)
