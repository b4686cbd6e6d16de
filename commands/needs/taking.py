"""`/take` and `/drop`: a commitment, and giving it back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.arguments import OptionType, arguments, flag, takes
from bot.chat import Button, Kind, Refusal, Reply
from bot.collective.contributions import reference as contribution_ref
from bot.collective.events import Event
from bot.collective.guards import may_by
from bot.collective.members import Member
from bot.collective.needevents import NeedCalled, NeedDropped, NeedTaken, ShiftsTaken
from bot.collective.needs import Need
from bot.collective.rules import refused_by
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask, Query
from bot.language.amounts import Amount
from bot.language.units import unit_of
from bot.text.wording import Node, Quantity, Time, Typed, joined, lines, say, say_n
from commands.needs.drafts import edited
from commands.needs.lookups import (
    REF,
    called,
    check_may,
    held_by,
    need_queries,
    open_need,
    place_of,
    time_line,
    words_queries,
)
from commands.needs.swaps import offered_to, swapped, unswapped

LISTED_MAX = 8


@arguments
class TakeArgs:
    """What `/take` takes."""

    ref: str = REF
    who: str = takes(
        OptionType.PERSON, say("who does it, if not you, as @name"), positional=True, default=""
    )
    part: Amount | None = takes(OptionType.AMOUNT, say("a part of it, as 2h"), default=None)
    every: bool = flag(say("all dates of it that come"))


def take(state: State, ask: Ask[TakeArgs]) -> Accepted:
    """Commit oneself, or somebody else where the rule lets one."""
    it = open_need(state, ask)
    who = _whose(state, ask)
    if ask.args.every:
        return _take_all(state, ask, it, who)
    if it.is_series:
        raise _which_date(state, it)
    check_takable(state, ask, it, who)
    offers = offered_to(state, it, who.number)
    # What somebody offers is their place as it is; a part is of what is free.
    if offers and ask.args.part is None:
        given = swapped(state, ask, it, offers[0], who)
        return replace(given, replies=(*given.replies, *_for_others(ask, it, who)))
    _check_free(state, it)
    count = _count(it, ask.args.part)
    event = NeedTaken(number=it.number, member=who.number, count=count, by=_by(ask, who))
    amount = _shown(it, count) if it.terms.count else None
    what = called(ask, it)
    told = lines(
        say("{who} takes {ref}: {what}, {amount}", who=who.shown, ref=it.ref, what=what, amount=amount)
        if amount
        else say("{who} takes {ref}: {what}", who=who.shown, ref=it.ref, what=what),
        time_line(it),
        say("{drop} gives it back.", drop=Typed(f"drop {it.ref}")),
    )
    replies = (Reply(told, ref=it.ref), *_for_others(ask, it, who), *edited(state, ask, it, [event]))
    return Accepted((event,), (), replies)


def _shown(it: Need, count: int) -> Quantity:
    return Quantity(count, it.terms.unit, unit_of(it.terms.unit).parts)


def _whose(state: State, ask: Ask[TakeArgs]) -> Member:
    who = ask.person(state, ask.args.who) if ask.args.who else ask.me
    if ask.member is not None and who.number == ask.member.number:
        return who
    if not may_by("take-for-others", ask.rules, ask.member):
        raise refused_by("take-for-others", say("You cannot take anything for {who}.", who=who.shown))
    return who


def _by(ask: Ask, who: Member) -> int:
    own = ask.member is not None and ask.member.number == who.number
    return 0 if own or ask.member is None else ask.member.number


def _for_others(ask: Ask, it: Need, who: Member) -> tuple[Reply, ...]:
    """Who is put down for something by somebody else is told, with the way out."""
    if ask.member is None or ask.member.number == who.number:
        return ()
    told = lines(
        say(
            "{who} put you down for {ref}: {what}",
            who=ask.member.shown,
            ref=it.ref,
            what=called(ask, it),
        ),
        say("{drop} gives it back.", drop=Typed(f"drop {it.ref}")),
    )
    return (Reply(told, to=who.number, ref=it.ref),)


def _which_date(state: State, it: Need) -> Refusal:
    free = next((each for each in state.needs.dates(it.number) if each.free > 0), None)
    every = Typed(f"take {it.ref} --every")
    return Refusal(
        "which-date",
        say("{ref} comes again and again: name one of its dates.", ref=it.ref),
        word=it.ref,
        instead=say(
            "{take} takes {at}, {every} all that come.",
            take=Typed(f"take {free.ref}"),
            at=Time(free.terms.at, free.terms.zone),
            every=every,
        )
        if free
        else say("{every} takes all that come.", every=every),
    )


def check_takable(state: State, ask: Ask, it: Need, who: Member) -> None:
    """Whether somebody may take it, has not yet, and it is still to come. Raises Refusal."""
    check_may(state, ask, it, who)
    if held_by(state, it, who.number) is not None:
        raise Refusal(
            "taken-already",
            say("You have taken {ref} already.", ref=it.ref)
            if who is ask.member
            else say("{who} has taken {ref} already.", who=who.shown, ref=it.ref),
            word=it.ref,
            instead=say("{drop} gives it back.", drop=Typed(f"drop {it.ref}")),
        )
    if _begun(ask, it) and not it.is_series:
        raise Refusal(
            "need-over",
            say("{ref} was {at}; it is over.", ref=it.ref, at=Time(it.terms.at, it.terms.zone)),
            word=it.ref,
            instead=say("{list} shows what is to come.", list=Typed("needs")),
        )


def _check_free(state: State, it: Need) -> None:
    """Whether there is something left to take. Raises Refusal."""
    if it.free <= 0:
        takers = joined(state.members.name(number) for number in it.taken)
        raise Refusal(
            "no-place",
            say("{ref} has no open place: {who} took it.", ref=it.ref, who=takers)
            if it.taken
            else say("{ref} has no open place.", ref=it.ref),
            word=it.ref,
            instead=say("{list} shows what is open.", list=Typed("needs")),
        )


def _count(it: Need, part: Amount | None) -> int:
    """How much of it is taken: a place, what is left of one, or the part named. Raises Refusal."""
    whole = min(it.terms.size, it.free)
    if part is None:
        return whole
    if not it.terms.count or part.unit.code != it.terms.unit:
        raise Refusal(
            "part-unit",
            say("{ref} is not counted in that.", ref=it.ref),
            instead=say("{take} takes all of it.", take=Typed(f"take {it.ref}")),
        )
    if part.count > whole:
        raise Refusal(
            "part-large",
            say("{part} is more than there is: {free}.", part=part.shown, free=_shown(it, whole)),
            instead=say("{take} takes what is left.", take=Typed(f"take {it.ref}")),
        )
    return part.count


# --- All that come --------------------------------------------------------------------------------


def _series_of(state: State, it: Need) -> Need:
    """What it is a date of. Raises Refusal where it does not repeat."""
    found = it if it.is_series else state.needs.open.get(it.series)
    if found is None:
        raise Refusal(
            "not-repeating",
            say("{ref} does not come again.", ref=it.ref),
            word=it.ref,
            instead=say("Leave {option} out.", option="--every"),
        )
    return found


def _take_all(state: State, ask: Ask[TakeArgs], it: Need, who: Member) -> Accepted:
    """All coming dates that have a place, and those that are still to be made."""
    series = _series_of(state, it)
    if ask.args.part is not None:
        raise Refusal("part-unit", say("A part is of one date."), word="--part")
    check_may(state, ask, series, who)
    mine = [each for each in series.standing if state.members.one(each) == who.number]
    dates = [each for each in state.needs.dates(series.number) if each.terms.at > ask.moment.at]
    open_ = [each for each in dates if held_by(state, each, who.number) is None]
    free = [each for each in open_ if each.free > 0]
    events: list[Event] = [
        NeedTaken(
            number=each.number,
            member=who.number,
            count=min(each.terms.size, each.free),
            by=_by(ask, who),
        )
        for each in free
    ]
    if not mine:
        events.append(ShiftsTaken(number=series.number, member=who.number))
    if not events:
        raise Refusal(
            "taken-already", say("{who} has taken all of {ref}.", who=who.shown, ref=series.ref)
        )
    full = [each.ref for each in open_ if each.free <= 0]
    told = lines(
        say_n(
            "{who} takes {count} date of {ref} that comes, and those behind it.",
            "{who} takes {count} dates of {ref} that come, and those behind them.",
            len(free),
            who=who.shown,
            ref=series.ref,
        ),
        say("No place is open at {refs}.", refs=some(full)) if full else None,
        say("{drop} gives them back.", drop=Typed(f"drop {series.ref} --every")),
    )
    replies = (Reply(told, ref=series.ref), *_for_others(ask, series, who))
    return Accepted(tuple(events), (), (*replies, *edited(state, ask, series, events)))


def some(refs: list[str]) -> Node:
    """The first of some references, and how many more there are."""
    more = len(refs) - LISTED_MAX
    shown = joined(refs[:LISTED_MAX])
    return say("{names} and {count} more", names=shown, count=more) if more > 0 else shown


# --- Giving back ----------------------------------------------------------------------------------


@arguments
class DropArgs:
    """What `/drop` takes."""

    ref: str = REF
    reason: str = takes(OptionType.TEXT, say("why"), positional=True, default="")
    every: bool = flag(say("all dates of it that come"))


def drop(state: State, ask: Ask[DropArgs]) -> Accepted:
    """Give back what one took; when its time is over, say that one could not come."""
    it, me = open_need(state, ask), ask.me
    if ask.args.every:
        return _drop_all(state, ask, it)
    held = held_by(state, it, me.number)
    if held is None:
        if offered_to(state, it, me.number):
            return unswapped(state, ask, it, ask.args.reason)
        raise _not_held(state, ask, it)
    missed = _begun(ask, it)
    reason = ask.moment.seal(ask.args.reason) if ask.args.reason else None
    event = NeedDropped(
        number=it.number, member=held[0], reason=reason.seal if reason else "", missed=missed
    )
    what = called(ask, it)
    told = (
        say("{who} could not do {ref}: {what}", who=me.shown, ref=it.ref, what=what)
        if missed
        else say("{who} gives {ref} back: {what}", who=me.shown, ref=it.ref, what=what)
    )
    body = lines(told, say("Because: {reason}", reason=ask.args.reason) if reason else None)
    calls = _calls(state, ask, it)
    events = (event, NeedCalled(number=it.number)) if calls else (event,)
    replies = (Reply(body, ref=it.ref), *_asker_told(state, ask, it, body), *calls)
    edits = edited(state, ask, it, events)
    return Accepted(events, (reason,) if reason else (), (*replies, *edits))


def _begun(ask: Ask, it: Need) -> bool:
    return bool(it.over or (it.ends_at and it.ends_at <= ask.moment.at))


def _not_held(state: State, ask: Ask, it: Need) -> Refusal:
    """Why there is nothing to give back: it is all dates, it is done, or it was never taken."""
    me = ask.me.number
    did = [contribution_ref(e.contribution) for e in it.done if state.members.one(e.member) == me]
    if did:
        return Refusal(
            "done-already",
            say("You did {ref} already: {refs}", ref=it.ref, refs=joined(did)),
            word=it.ref,
            instead=say("{command} takes it back.", command=Typed(f"withdraw {did[-1]}")),
        )
    dates = state.needs.dates(it.number) if it.is_series else []
    if any(held_by(state, each, me) for each in (it, *dates)) or me in map(
        state.members.one, it.standing
    ):
        return Refusal(
            "which-date",
            say("{ref} comes again and again: name one of its dates.", ref=it.ref),
            word=it.ref,
            instead=say("{drop} gives them back.", drop=Typed(f"drop {it.ref} --every")),
        )
    return not_taken(state, ask, it)


def not_taken(state: State, ask: Ask, it: Need) -> Refusal:
    """Somebody speaks of what they never took; taking it is offered where they may."""
    line = f"take {it.ref} --every" if it.is_series else f"take {it.ref}"
    try:
        check_takable(state, ask, it, ask.me)
        _check_free(state, it)
        instead = say("First: {take}", take=Typed(line))
    except Refusal:
        instead = say("{list} shows what is open.", list=Typed("needs"))
    return Refusal(
        "not-taken", say("You have not taken {ref}.", ref=it.ref), word=it.ref, instead=instead
    )


def _asker_told(state: State, ask: Ask, it: Need, told: Node) -> Iterator[Reply]:
    """Who asked for it needs to know."""
    asker = state.members.member(it.author)
    if asker.number != ask.me.number and asker.here:
        yield Reply(told, to=asker.number, ref=it.ref)


def _calls(state: State, ask: Ask, it: Need) -> tuple[Reply, ...]:
    """Shortly before, the room is told: there is somebody else to be found, at once."""
    place, open_ms = place_of(state, it), ask.rules.number("open-places") * 60_000
    soon = it.terms.at and 0 < it.terms.at - ask.moment.at <= open_ms
    if not soon or it.terms.offer or place is None:
        return ()
    button = Button(say("Take"), f"take {it.ref}")
    told = open_told(ask, it)
    return (Reply(told, kind=Kind.REMINDER, ref=it.ref, place=place, buttons=(button,)),)


def open_told(ask: Ask, it: Need) -> Node:
    """That somebody is still wanted."""
    return say(
        "Still wanted {at}: {ref}, {what}. {take}",
        at=Time(it.terms.at, it.terms.zone),
        ref=it.ref,
        what=called(ask, it),
        take=Typed(f"take {it.ref}"),
    )


def _drop_all(state: State, ask: Ask[DropArgs], it: Need) -> Accepted:
    series, me = _series_of(state, it), ask.me
    reason = ask.moment.seal(ask.args.reason) if ask.args.reason else None
    dates = [each for each in state.needs.dates(series.number) if not _begun(ask, each)]
    numbers = state.members.numbers(me.number)
    held = [(each, number) for each in dates for number in numbers if number in each.taken]
    given = {each.number: each for each, _ in held}
    standing = [each for each in series.standing if state.members.one(each) == me.number]
    if not held and not standing:
        raise not_taken(state, ask, series)
    events: list[Event] = [
        NeedDropped(number=each.number, member=number, reason=reason.seal if reason else "")
        for each, number in held
    ]
    events += [ShiftsTaken(number=series.number, member=each, ended=True) for each in standing]
    told = lines(
        say_n(
            "{who} gives {count} date of {ref} back, and takes no more.",
            "{who} gives {count} dates of {ref} back, and takes no more.",
            len(given),
            who=me.shown,
            ref=series.ref,
        ),
        say("Because: {reason}", reason=ask.args.reason) if reason else None,
    )
    asker = state.members.member(series.author)
    others: tuple[Reply, ...] = (
        (Reply(told, to=asker.number),) if asker.number != me.number and asker.here else ()
    )
    for each in given.values():
        if wanted := _calls(state, ask, each):
            events.append(NeedCalled(number=each.number))
            others = (*others, *wanted)
    edits = edited(state, ask, series, events)
    return Accepted(
        tuple(events), (reason,) if reason else (), (Reply(told, ref=series.ref), *others, *edits)
    )


def _drop_queries(state: State, ask: Ask[DropArgs]) -> tuple[Query, ...]:
    """Its words; with `--every` also those of its dates, which may have words of their own."""
    it = state.needs.open.get(int(ask.args.ref[1:])) if ask.args.ref[0] == "N" else None
    dates = state.needs.dates(it.series or it.number) if it and ask.args.every else []
    return (*need_queries(state, ask), *words_queries(dates))


COMMANDS = (
    Command(
        name="take",
        about=say("take what is needed or offered"),
        also=say(
            "claim, volunteer, sign up, signup, grab, accept, assign me, i'll take, i'll "
            "do, i take, pick up, take over, i'll come, i can do it, i can do that, i'll do "
            "it, i will do it, count me in, i'm in, i am in, put my name down, put me down, "
            "i'll help, i can help, sign me up, take shift, i'll do the, i'll take the"
        ),
        decide=take,
        wants=need_queries,
        args=TakeArgs,
        examples=("take N5", "take N5 --part 1h", "take N5 --every", "take N5 @bo"),
        undo="drop N5",
    ),
    Command(
        name="drop",
        about=say("give back what you took, or say no to a swap"),
        also=say(
            "give back, unclaim, unassign, can't make it, cannot make it, i can't, i can't do, not me, "
            "cant make it, can't come, cant come, cannot come, i cant make it, i can't "
            "come, not coming, won't make it, wont make it, i'm ill, i am ill, i'm sick, "
            "give shift back, sign me off"
        ),
        decide=drop,
        wants=_drop_queries,
        args=DropArgs,
        examples=("drop N5 I am ill", "drop N5 --every"),
    ),
)
