"""`/remind`: to be told later, oneself, somebody else or the room; once, or again and again."""

from __future__ import annotations

from typing import Final

from bot.chat import Kind, Misread, Refused, Reply, misread
from bot.collective.events import Event
from bot.collective.members import MemberReached
from bot.collective.reminders import (
    OPEN_MAX,
    Reminder,
    ReminderCame,
    ReminderEnded,
    ReminderJoined,
    ReminderMoved,
    ReminderSet,
    RemindersRefused,
    RemindersWanted,
    reference,
)
from bot.collective.roles import Role
from bot.collective.rules import refused_by
from bot.collective.state import State
from bot.command import Command, Option, OptionType
from bot.deciding.deadlines import after_quiet
from bot.deciding.terms import Timing, read_quiet
from bot.decision import About, Accepted, Ask, Clockwork, Decision, Moment, Reading, RulesAt
from bot.polling.repeating import next_of
from bot.recurrence import Times
from bot.wording import Node, Time, Typed, Words, items, lines, say
from commands.common.reminding import remindable, why_told

ROOM, ME = "room", "me"

YEARS_MAX_MS: Final = 5 * 366 * 86_400_000
"""Further away nobody reads it."""

EVERY_WORDS: Final = {
    "day": say("every day"),
    "week": say("every week"),
    "fortnight": say("every fortnight"),
    "month": say("every month"),
}


def remind(state: State, ask: Ask, moment: Moment) -> Decision:
    """Set a reminder."""
    times, who = ask.get("when", Times), ask.get("who", str)
    own = sum(1 for it in state.reminders.waiting.values() if it.author == ask.me.number)
    if own >= OPEN_MAX:
        raise misread(
            "reminders-many",
            say("{count} of your reminders wait already; that is the most.", count=own),
            instead=say("{list} shows them, {cancel} takes one away.", list=_LIST, cancel=_CANCEL),
        )
    if times.at <= moment.at:
        raise misread(
            "reminder-past",
            say("{when} is over.", when=Time(times.at)),
            instead=say("Name a time to come, for example {example}.", example=Words("tomorrow 09:00")),
        )
    if times.at > moment.at + YEARS_MAX_MS:
        raise misread("reminder-far", say("{when} is too far away.", when=Time(times.at)))
    what = moment.seal(ask.get("what", str))
    number, to, room, at = state.reminders.count + 1, 0, 0, times.at
    if who.casefold() == ROOM:
        room = ask.room
        if not room:
            raise misread("no-room", say("This is no room of the collective."), word=who)
    else:
        to = ask.person(state, who.removeprefix("@")).number
    if to and to != ask.me.number:
        if not remindable(state, [to], ask.rules, moment.at):
            return _not_now(state, to)
        at = _after_quiet(at, ask)
    event = ReminderSet(
        number=number,
        author=ask.me.number,
        at=at,
        what=what.seal,
        to=to,
        room=room,
        every=times.every,
        zone=ask.zone,
    )
    told = lines(
        say("{ref} comes {at}.", ref=reference(number), at=Time(at)),
        EVERY_WORDS[times.every] if times.every else None,
        say("{cancel} takes it away.", cancel=Typed(f"reminders cancel {reference(number)}")),
    )
    private = not (room or (to and to != ask.me.number))
    return Accepted((event,), (what,), (Reply(told, private=private, ref=reference(number)),))


def _not_now(state: State, to: int) -> Refused:
    who = state.members.name(to)
    if to in state.reminders.refused:
        return Refused(
            say("{who} wants no reminders.", who=who),
            error="reminders-refused",
            instead=say("Write to them yourself."),
        )
    return refused_by(
        "reminders-week", say("{who} was reminded often enough in the last seven days.", who=who)
    )


def _after_quiet(at: int, ask: Ask) -> int:
    """Nobody else is woken by it."""
    quiet = read_quiet(ask.rules.text("quiet-hours"))
    return after_quiet(at, Timing(quiet=quiet, zone=ask.rules.text("zone")))


# --- By the clock ---------------------------------------------------------------------------------


def _due(state: State, rules: RulesAt) -> int | None:  # noqa: ARG001 - a clockwork's signature
    return state.reminders.next_due


def _first(state: State) -> Reminder:
    return min(state.reminders.waiting.values(), key=lambda it: (it.at, it.number))


def _reads_due(state: State, ask: Ask, moment: Moment) -> tuple[Reading, ...]:  # noqa: ARG001
    return (About(_first(state).ref),)


def _happen(state: State, ask: Ask, moment: Moment) -> Decision:
    """Tell the first one that is due; a repeated one comes again at its next time that is to come."""
    it = _first(state)
    again = 0
    if it.every:
        again = next_of(it.first, it.every, it.zone, max(moment.at, it.at))
    others = [number for number in it.members if number != it.author]
    members = remindable(state, others, ask.rules, moment.at)
    author = state.members.member(it.author)
    if it.author in it.members and author.here and not author.unreached:
        members.insert(0, it.author)
    told = say("{who} asked me to remind you: {what}", who=_author(state, it), what=_what(ask, it))
    own = say("You asked me to remind you: {what}", what=_what(ask, it))
    foot = None if it.every else say("{line} puts it off.", line=Typed(f"reminders snooze {it.ref} 1h"))
    replies = [
        Reply(
            lines(own, foot) if number == it.author else lines(told, foot, why_told("reminders-week")),
            kind=Kind.REMINDER,
            ref=it.ref,
            to=number,
        )
        for number in members
    ]
    room = state.rooms.by_number.get(it.room)
    if room is not None and room.here:
        body = say("Reminder by {who}: {what}", who=_author(state, it), what=_what(ask, it))
        replies.append(Reply(body, kind=Kind.REMINDER, ref=it.ref, place=room.place))
    event = ReminderCame(number=it.number, members=tuple(members), next=again)
    return Accepted((event,), (), tuple(replies))


def _author(state: State, it: Reminder) -> Node:
    return state.members.name(it.author)


def _what(ask: Ask, it: Reminder) -> Words:
    return Words(ask.text(it.what))


# --- The life of one ------------------------------------------------------------------------------


def _named(state: State, ask: Ask, *, came: bool = False) -> Reminder:
    """The reminder that was named; with `came` also one that came of late. Raises Misread."""
    ref = ask.get("ref", str)
    number = int(ref[1:]) if ref[0] == "R" else 0
    it = state.reminders.waiting.get(number) or (state.reminders.came.get(number) if came else None)
    if it is None:
        raise _unknown(ref)
    return it


def _unknown(ref: str) -> Misread:
    return misread(
        "reference-unknown",
        say("There is no reminder {ref} that waits.", ref=ref),
        word=ref,
        instead=say("{list} lists yours.", list=_LIST),
    )


def _check_own(ask: Ask, it: Reminder) -> None:
    if ask.me.number not in it.owners and not ask.me.roles & {Role.COORDINATOR, Role.ADMIN}:
        raise Misread(_not_yours(it))


def _not_yours(it: Reminder) -> Refused:
    return Refused(
        say("{ref} is not yours.", ref=it.ref),
        error="not-yours",
        word=it.ref,
        instead=say("Its author, whoever gets it, or a coordinator can do that."),
    )


def cancel(state: State, ask: Ask, moment: Moment) -> Decision:  # noqa: ARG001
    """Take a reminder away."""
    it = _named(state, ask)
    me = ask.me.number
    if me in it.members and me not in it.owners:
        left = say("You are not told {ref} any more.", ref=it.ref)
        ended = ReminderEnded(number=it.number, member=me)
        return Accepted((ended,), (), (Reply(left, private=True, ref=it.ref),))
    _check_own(ask, it)
    told = say("{ref} does not come any more.", ref=it.ref)
    return Accepted((ReminderEnded(number=it.number),), (), (Reply(told, private=True, ref=it.ref),))


def snooze(state: State, ask: Ask, moment: Moment) -> Decision:
    """Put a reminder off, also one that just came."""
    it = _named(state, ask, came=True)
    _check_own(ask, it)
    times = ask.get("when", Times)
    if times.at <= moment.at or times.every:
        raise misread(
            "reminder-past",
            say("Name one time to come, for example {example}.", example=Words("in 1h")),
        )
    told = say("{ref} comes {at}.", ref=it.ref, at=Time(times.at))
    moved = ReminderMoved(number=it.number, at=times.at)
    return Accepted((moved,), (), (Reply(told, private=True, ref=it.ref),))


def join(state: State, ask: Ask, moment: Moment) -> Decision:  # noqa: ARG001
    """Be told as well."""
    it = _named(state, ask)
    if it.members == (it.author,) and ask.me.number != it.author:
        raise _unknown(it.ref)  # it is told to nobody that there is one
    if ask.me.number in it.members:
        return Refused(say("You are told {ref} already.", ref=it.ref), error="nothing-changed")
    told = say("You are told {ref} too, {at}.", ref=it.ref, at=Time(it.at))
    joined = ReminderJoined(number=it.number, member=ask.me.number)
    return Accepted((joined,), (), (Reply(told, private=True, ref=it.ref),))


def _mine(state: State, ask: Ask) -> list[Reminder]:
    known = state.reminders.waiting.values()
    mine = [it for it in known if ask.me.number in {it.author, *it.members} or it.room == ask.room != 0]
    return sorted(mine, key=lambda it: (it.at, it.number))


def _reads_list(state: State, ask: Ask, moment: Moment) -> tuple[Reading, ...]:  # noqa: ARG001
    return tuple(About(it.ref) for it in _mine(state, ask)) if ask.member is not None else ()


def list_(state: State, ask: Ask, moment: Moment) -> Decision:  # noqa: ARG001
    """One's own reminders, and those of this room."""
    points = [
        lines(
            say("{ref} {at}: {what}", ref=it.ref, at=Time(it.at), what=_what(ask, it))
            if not it.every
            else say(
                "{ref} {at}, {every}: {what}",
                ref=it.ref,
                at=Time(it.at),
                every=EVERY_WORDS[it.every],
                what=_what(ask, it),
            )
        )
        for it in _mine(state, ask)
    ]
    off = ask.me.number in state.reminders.refused
    told = lines(
        items(points) if points else say("No reminder waits. {line} sets one.", line=_EXAMPLE),
        say("Others do not remind you. {line} changes that.", line=Typed("reminders on"))
        if off
        else None,
    )
    refs = [it.ref for it in _mine(state, ask)]
    return Accepted(replies=(Reply(told, private=True, facts={"refs": refs}),))


def off(state: State, ask: Ask, moment: Moment) -> Decision:  # noqa: ARG001
    """Be reminded by nobody else, of nothing, for good."""
    if ask.me.number in state.reminders.refused:
        return Refused(say("That is how it is already."), error="nothing-changed")
    told = say("Nobody reminds you any more; your own reminders still come.")
    event = RemindersRefused(member=ask.me.number)
    return Accepted((event,), (), (Reply(told, private=True),))


def on(state: State, ask: Ask, moment: Moment) -> Decision:  # noqa: ARG001
    """Be reminded again, and be written to in private again."""
    me = ask.me
    events: list[Event] = []
    if me.number in state.reminders.refused:
        events.append(RemindersWanted(member=me.number))
    if me.unreached:
        events.append(MemberReached(member=me.number))
    if not events:
        return Refused(say("That is how it is already."), error="nothing-changed")
    told = say(
        "You are reminded again, at most as often as the rule {rule} says.", rule="reminders-week"
    )
    return Accepted(tuple(events), (), (Reply(told, private=True),))


CLOCKWORKS = (Clockwork("reminders", _due, _happen, _reads_due),)

_LIST, _CANCEL = Typed("reminders"), Typed("reminders cancel R1")
_EXAMPLE = Typed("remind me tomorrow 09:00 water the plants")
_REF = Option("ref", OptionType.REFERENCE, say("which one"), required=True, positional=True)
_WHEN = Option(
    "when",
    OptionType.TIMES,
    say("when, for example fri 18:00, in 2h, every monday 09:00"),
    required=True,
    positional=True,
)

COMMANDS = (
    Command(
        name="remind",
        about=say("be told later, or tell somebody or the room"),
        decide=remind,
        options=(
            Option("who", OptionType.WORD, say("me, room, or @who"), required=True, positional=True),
            _WHEN,
            Option("what", OptionType.TEXT, say("what about"), required=True, positional=True),
        ),
        examples=(
            "remind me tomorrow 09:00 water the plants",
            "remind room every monday 09:00 stand-up",
            "remind @bo in 2h the oven",
        ),
    ),
    Command(
        name="reminders",
        about=say("your reminders, and those of this room"),
        decide=list_,
        reads=_reads_list,
        examples=("reminders",),
    ),
    Command(
        name="reminders cancel",
        about=say("take a reminder away"),
        decide=cancel,
        options=(_REF,),
        examples=("reminders cancel R1",),
    ),
    Command(
        name="reminders snooze",
        about=say("put a reminder off, also one that just came"),
        decide=snooze,
        options=(_REF, _WHEN),
        examples=("reminders snooze R1 in 2h",),
    ),
    Command(
        name="reminders join",
        about=say("be told a reminder too"),
        decide=join,
        options=(_REF,),
        examples=("reminders join R1",),
    ),
    Command(
        name="reminders off",
        about=say("be reminded by nobody else, for good"),
        decide=off,
        examples=("reminders off",),
    ),
    Command(
        name="reminders on",
        about=say("be reminded by others again"),
        decide=on,
        examples=("reminders on",),
    ),
)
