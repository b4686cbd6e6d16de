"""Reminders: when they are due, and what those do with them to whom they come."""

from __future__ import annotations

from typing import Final

from bot.arguments import OptionType, WithRef, arguments, takes
from bot.chat import Kind, Refusal, Reply
from bot.collective.events import Event
from bot.collective.members import MemberReached
from bot.collective.reminders import (
    Reminder,
    ReminderAmended,
    ReminderCame,
    ReminderEnded,
    ReminderJoined,
    ReminderMoved,
    RemindersRefused,
    RemindersWanted,
)
from bot.collective.roles import Role
from bot.collective.state import State
from bot.command import Command
from bot.decision import About, Accepted, Ask, Clockwork, Query, RulesAt
from bot.feature import Feature
from bot.language.recurrence import Times
from bot.language.repeating import next_of
from bot.text.wording import Node, Time, Typed, Words, items, lines, say
from commands.clock.remind import (
    LIST_LINE,
    WHEN,
    RemindArgs,
    check_time,
    not_at_night,
    person_of,
    remind,
    repeated_told,
    told_of,
)
from commands.decisions.reminding import remindable, why_told

LATE_MS: Final = 3_600_000
"""A reminder that comes more than an hour behind its time says so."""


_REF = takes(OptionType.REFERENCE, say("which one"), positional=True)


def _members(state: State, it: Reminder) -> list[int]:
    """Who is told, each person once."""
    return list(dict.fromkeys(person_of(state, number) for number in it.members))


def _owners(state: State, it: Reminder) -> set[int]:
    return {person_of(state, number) for number in it.owners}


# --- By the clock ---------------------------------------------------------------------------------


def _due(state: State, rules: RulesAt) -> int | None:
    return state.reminders.next_due


def _first(state: State) -> Reminder:
    return min(state.reminders.waiting.values(), key=lambda it: (it.at, it.number))


def _due_queries(state: State, ask: Ask) -> tuple[Query, ...]:
    return (About(_first(state).ref),)


def _happen(state: State, ask: Ask) -> Accepted:
    """Tell the first one that is due; a repeated one comes again at its next time that is to come."""
    it = _first(state)
    again = 0
    if it.every:
        again = next_of(it.first, it.every, it.zone, max(ask.moment.at, it.at), it.clock)
        again = 0 if it.until and again > it.until else again
    told_to, author = _members(state, it), state.members.member(it.author)
    others = [number for number in told_to if number != author.number]
    members = remindable(state, others, ask.rules, ask.moment.at)
    if author.number in told_to and author.here and not author.unreached:
        members.insert(0, author.number)
    told = say("{who} asked me to remind you: {what}", who=_author(state, it), what=_what(ask, it))
    own = say("You asked me to remind you: {what}", what=_what(ask, it))
    late = say("It was due {at}.", at=Time(it.at)) if ask.moment.at - it.at > LATE_MS else None
    snooze_line = say("{line} puts it off.", line=Typed(f"reminders snooze {it.ref} 1h"))
    owners = set() if it.every else _owners(state, it)
    replies = [
        Reply(
            lines(
                own if number == author.number else told,
                late,
                snooze_line if number in owners else None,
                why_told("reminders-week") if number != author.number else None,
            ),
            kind=Kind.REMINDER,
            ref=it.ref,
            to=number,
        )
        for number in members
    ]
    room = state.rooms.by_number.get(it.room)
    if room is not None and room.here:
        body = say("Reminder by {who}: {what}", who=_author(state, it), what=_what(ask, it))
        replies.append(Reply(lines(body, late), kind=Kind.REMINDER, ref=it.ref, place=room.place))
    event = ReminderCame(number=it.number, members=tuple(members), next=again)
    return Accepted((event,), (), tuple(replies))


def _author(state: State, it: Reminder) -> Node:
    return state.members.name(it.author)


def _what(ask: Ask, it: Reminder) -> Words:
    return Words(ask.text(it.what))


# --- The life of one ------------------------------------------------------------------------------


def _named(state: State, ask: Ask[WithRef], *, came: bool = False) -> Reminder:
    """The reminder that was named; with `came` also one that came of late. Raises Refusal."""
    ref = ask.args.ref
    number = int(ref[1:]) if ref[0] == "R" else 0
    it = state.reminders.waiting.get(number) or (state.reminders.came.get(number) if came else None)
    if it is None:
        raise _unknown(ref)
    return it


def _unknown(ref: str) -> Refusal:
    return Refusal(
        "reference-unknown",
        say("There is no reminder {ref} that waits.", ref=ref),
        word=ref,
        instead=say("{list} lists yours.", list=LIST_LINE),
    )


def _check_own(state: State, ask: Ask, it: Reminder) -> None:
    if ask.me.number not in _owners(state, it) and not ask.me.roles & {Role.COORDINATOR, Role.ADMIN}:
        raise _not_yours(it)


def _not_yours(it: Reminder) -> Refusal:
    return Refusal(
        "not-yours",
        say("{ref} is not yours.", ref=it.ref),
        word=it.ref,
        instead=say("Its author, whoever gets it, or a coordinator can do that."),
    )


@arguments
class RemindersCancelArgs:
    """What `/reminders cancel` takes."""

    ref: str = _REF


def cancel(state: State, ask: Ask[RemindersCancelArgs]) -> Accepted:
    """Take a reminder away."""
    it = _named(state, ask)
    me = ask.me.number
    mine = [number for number in it.members if person_of(state, number) == me]
    if mine and me not in _owners(state, it):
        left = say("You are not told {ref} any more.", ref=it.ref)
        ended = tuple(ReminderEnded(number=it.number, member=number) for number in mine)
        return Accepted(ended, (), (Reply(left, private=True, ref=it.ref),))
    _check_own(state, ask, it)
    told = say("{ref} does not come any more.", ref=it.ref)
    return Accepted((ReminderEnded(number=it.number),), (), (Reply(told, private=True, ref=it.ref),))


@arguments
class RemindersSnoozeArgs:
    """What `/reminders snooze` takes."""

    ref: str = _REF
    when: Times = WHEN


def snooze(state: State, ask: Ask[RemindersSnoozeArgs]) -> Accepted:
    """Put a reminder off, also one that just came."""
    it = _named(state, ask, came=True)
    _check_own(state, ask, it)
    times = ask.args.when
    if times.at <= ask.moment.at or times.every:
        raise Refusal(
            "reminder-past",
            say("Name one time to come, for example {example}.", example=Words("in 1h")),
        )
    told = say("{ref} comes {at}.", ref=it.ref, at=Time(times.at))
    moved = ReminderMoved(number=it.number, at=times.at)
    return Accepted((moved,), (), (Reply(told, private=True, ref=it.ref),))


@arguments
class RemindersEditArgs:
    """What `/reminders edit` takes."""

    ref: str = _REF
    when: Times | None = takes(
        OptionType.TIMES,
        say("the new time, for example fri 18:00 or every monday 09:00"),
        positional=True,
        default=None,
    )
    what: str = takes(OptionType.TEXT, say("the new words"), default="")


def edit(state: State, ask: Ask[RemindersEditArgs]) -> Accepted:
    """Change when a reminder comes, how often, or what it says: its author alone."""
    it = _named(state, ask)
    if ask.me.number != person_of(state, it.author):
        raise Refusal(
            "not-yours",
            say("{ref} is not yours.", ref=it.ref),
            word=it.ref,
            instead=say("Only its author can change what it says."),
        )
    times, words = ask.args.when, ask.args.what
    if times is None and not words:
        raise Refusal(
            "edit-empty",
            say("What is to change?"),
            instead=say(
                "Name another time, or other words: {example}",
                example=Typed(f"reminders edit {it.ref} fri 18:00 --what water the plants"),
            ),
        )
    at, every, until, zone, clock = it.at, it.every, it.until, it.zone, it.clock
    if times is not None:
        check_time(times, ask.moment)
        at, every, until, zone = times.at, times.every, times.until, ask.zone
        if any(number != person_of(state, it.author) for number in _members(state, it)):
            at = not_at_night(at, ask)
        clock = times.clock if at == times.at else ""
    what = ask.moment.seal(words or ask.text(it.what))
    event = ReminderAmended(
        number=it.number,
        at=at,
        what=what.seal,
        every=every,
        zone=zone,
        until=until,
        clock=clock,
    )
    told = lines(told_of(it.ref, at, Words(what.text)), repeated_told(every, until))
    return Accepted((event,), (what,), (Reply(told, private=True, ref=it.ref),))


@arguments
class RemindersJoinArgs:
    """What `/reminders join` takes."""

    ref: str = _REF


def join(state: State, ask: Ask[RemindersJoinArgs]) -> Accepted:
    """Be told as well."""
    it = _named(state, ask)
    members = _members(state, it)
    alone = members == [person_of(state, it.author)]
    if ask.me.number not in members and (alone or not it.shared):
        raise _unknown(it.ref)  # it is told to nobody that there is one
    if ask.me.number in members:
        raise Refusal("nothing-changed", say("You are told {ref} already.", ref=it.ref))
    told = say("You are told {ref} too, {at}.", ref=it.ref, at=Time(it.at))
    joined = ReminderJoined(number=it.number, member=ask.me.number)
    return Accepted((joined,), (), (Reply(told, private=True, ref=it.ref),))


def _mine(state: State, ask: Ask) -> list[Reminder]:
    known = state.reminders.waiting.values()
    me = ask.me.number
    mine = [
        it
        for it in known
        if me in {person_of(state, it.author), *_members(state, it)} or it.room == ask.room != 0
    ]
    return sorted(mine, key=lambda it: (it.at, it.number))


def _list_queries(state: State, ask: Ask) -> tuple[Query, ...]:
    return tuple(About(it.ref) for it in _mine(state, ask)) if ask.member is not None else ()


def _named_queries(state: State, ask: Ask[RemindersEditArgs]) -> tuple[Query, ...]:
    return (About(ask.args.ref),)


def list_(state: State, ask: Ask) -> Accepted:
    """One's own reminders, and those of this room."""
    points = [
        lines(
            say("{ref} {at}: {what}", ref=it.ref, at=Time(it.at), what=_what(ask, it))
            if not it.every
            else say(
                "{ref} {at}, {every}: {what}",
                ref=it.ref,
                at=Time(it.at),
                every=repeated_told(it.every, it.until) or "",
                what=_what(ask, it),
            )
        )
        for it in _mine(state, ask)
    ]
    off = bool(_refusing(state, ask))
    told = lines(
        items(points) if points else say("No reminder waits. {line} sets one.", line=_EXAMPLE),
        say("Others do not remind you. {line} changes that.", line=Typed("reminders on"))
        if off
        else None,
    )
    refs = [it.ref for it in _mine(state, ask)]
    return Accepted(replies=(Reply(told, private=True, facts={"refs": refs}),))


def _refusing(state: State, ask: Ask) -> list[int]:
    """The numbers under which who asks wants none."""
    numbers = state.members.numbers(ask.me.number)
    return [number for number in numbers if number in state.reminders.refused]


def off(state: State, ask: Ask) -> Accepted:
    """Be reminded by nobody else, of nothing, for good."""
    if _refusing(state, ask):
        raise Refusal("nothing-changed", say("That is how it is already."))
    told = say("Nobody reminds you any more; your own reminders still come.")
    event = RemindersRefused(member=ask.me.number)
    return Accepted((event,), (), (Reply(told, private=True),))


def on(state: State, ask: Ask) -> Accepted:
    """Be reminded again, and be written to in private again."""
    me = ask.me
    events: list[Event] = [RemindersWanted(member=number) for number in _refusing(state, ask)]
    if me.unreached:
        events.append(MemberReached(member=me.number))
    if not events:
        raise Refusal("nothing-changed", say("That is how it is already."))
    told = say(
        "You are reminded again, at most as often as the rule {rule} says.", rule="reminders-week"
    )
    return Accepted(tuple(events), (), (Reply(told, private=True),))


_EXAMPLE = Typed("remind me tomorrow 09:00 water the plants")


COMMANDS = (
    Command(
        name="remind",
        about=say("be told later, or tell somebody or the room"),
        also=say(
            "reminder, alarm, remember, remind us, dont forget, nudge, wake me, don't "
            "forget, ping me, ping us, notify"
        ),
        decide=remind,
        args=RemindArgs,
        examples=(
            "remind me tomorrow 09:00 water the plants",
            "remind room every monday 09:00 stand-up",
            "remind @bo in 2h the oven",
        ),
    ),
    Command(
        name="reminders",
        about=say("your reminders, and those of this room"),
        also=say("alarms"),
        decide=list_,
        wants=_list_queries,
        examples=("reminders",),
    ),
    Command(
        name="reminders cancel",
        about=say("take a reminder away"),
        decide=cancel,
        args=RemindersCancelArgs,
        examples=("reminders cancel R1",),
    ),
    Command(
        name="reminders snooze",
        about=say("put a reminder off, also one that just came"),
        decide=snooze,
        args=RemindersSnoozeArgs,
        examples=("reminders snooze R1 in 2h",),
    ),
    Command(
        name="reminders edit",
        about=say("change when your reminder comes, or what it says"),
        decide=edit,
        wants=_named_queries,
        args=RemindersEditArgs,
        examples=(
            "reminders edit R1 fri 18:00",
            "reminders edit R1 --what water the plants",
        ),
    ),
    Command(
        name="reminders join",
        about=say("be told a reminder too"),
        decide=join,
        args=RemindersJoinArgs,
        examples=("reminders join R1",),
    ),
    Command(
        name="reminders off",
        about=say("be reminded by nobody else, for good"),
        also=say(
            "turn off, stop messages, no more messages, unsubscribe, leave me alone, stop "
            "sending, stop sending me"
        ),
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

FEATURE = Feature(
    name="reminders",
    commands=COMMANDS,
    clockworks=(Clockwork("reminders", _due, _happen, _due_queries),),
)
