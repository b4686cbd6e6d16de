"""`/remind`: to be told later, oneself, somebody else or the room; once, or again and again."""

from __future__ import annotations

from typing import Final

from bot.arguments import OptionType, WithRef, arguments, takes
from bot.chat import Kind, Refusal, Reply
from bot.collective.events import Event
from bot.collective.members import MemberReached
from bot.collective.reminders import (
    OPEN_MAX,
    Reminder,
    ReminderAmended,
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
from bot.command import Command
from bot.deciding.deadlines import after_quiet
from bot.deciding.terms import Timing, read_quiet
from bot.decision import About, Accepted, Ask, Clockwork, Query, RulesAt
from bot.feature import Feature
from bot.language.recurrence import Times, every_told
from bot.language.repeating import next_of
from bot.moment import Moment
from bot.text.wording import Node, Time, Typed, Words, items, lines, say
from commands.decisions.reminding import remindable, why_told

ROOM, ME = "room", "me"

LATE_MS: Final = 3_600_000
"""A reminder that comes more than an hour behind its time says so."""

YEARS_MAX_MS: Final = 5 * 366 * 86_400_000
"""Further away nobody reads it."""

_REF = takes(OptionType.REFERENCE, say("which one"), positional=True)
_WHEN = takes(
    OptionType.TIMES, say("when, for example fri 18:00, in 2h, every monday 09:00"), positional=True
)


@arguments
class RemindArgs:
    """What `/remind` takes."""

    who: str = takes(OptionType.WORD, say("me, room, or @who"), positional=True)
    when: Times = _WHEN
    what: str = takes(OptionType.TEXT, say("what about"), positional=True)


def remind(state: State, ask: Ask[RemindArgs]) -> Accepted:
    """Set a reminder."""
    times, who = ask.args.when, ask.args.who
    own = sum(1 for it in state.reminders.waiting.values() if _one(state, it.author) == ask.me.number)
    if own >= OPEN_MAX:
        raise Refusal(
            "reminders-many",
            say("{count} of your reminders wait already; that is the most.", count=own),
            instead=say("{list} shows them, {cancel} takes one away.", list=_LIST, cancel=_CANCEL),
        )
    _check_time(times, ask.moment)
    what = ask.moment.seal(ask.args.what)
    number, to, room, at = state.reminders.count + 1, 0, 0, times.at
    if who.casefold() == ROOM:
        room = ask.room
        if not room:
            raise Refusal("no-room", say("This is no room of the collective."), word=who)
    else:
        to = ask.person(state, who.removeprefix("@")).number
    if to and to != ask.me.number:
        if not remindable(state, [to], ask.rules, ask.moment.at):
            raise _not_now(state, to)
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
        shared=not ask.unseen,
        until=times.until,
    )
    told = lines(
        _told(reference(number), at, Words(what.text)),
        _repeated(times.every, times.until),
        say(
            "{cancel} takes it away, {edit} changes it.",
            cancel=Typed(f"reminders cancel {reference(number)}"),
            edit=Typed(f"reminders edit {reference(number)}"),
        ),
    )
    private = not (room or (to and to != ask.me.number))
    return Accepted((event,), (what,), (Reply(told, private=private, ref=reference(number)),))


def _check_time(times: Times, moment: Moment) -> None:
    if times.at <= moment.at:
        raise Refusal(
            "reminder-past",
            say("{when} is over.", when=Time(times.at)),
            instead=say("Name a time to come, for example {example}.", example=Words("tomorrow 09:00")),
        )
    if times.at > moment.at + YEARS_MAX_MS:
        raise Refusal("reminder-far", say("{when} is too far away.", when=Time(times.at)))


def _told(ref: str, at: int, what: Words) -> Node:
    """When it comes, and with which words: whoever set it sees what was understood."""
    return say("{ref} comes {at}: {what}", ref=ref, at=Time(at), what=what)


def _repeated(every: str, until: int) -> Node | None:
    """How often again, and until when."""
    if not every:
        return None
    if not until:
        return every_told(every)
    return say("{every}, until {end}", every=every_told(every), end=Time(until))


def _not_now(state: State, to: int) -> Refusal:
    who = state.members.name(to)
    if any(number in state.reminders.refused for number in state.members.numbers(to)):
        return Refusal(
            "reminders-refused",
            say("{who} wants no reminders.", who=who),
            instead=say("Write to them yourself."),
        )
    return refused_by(
        "reminders-week", say("{who} was reminded often enough in the last seven days.", who=who)
    )


def _after_quiet(at: int, ask: Ask) -> int:
    """Nobody else is woken by it."""
    quiet = read_quiet(ask.rules.text("quiet-hours"))
    return after_quiet(at, Timing(quiet=quiet, zone=ask.rules.text("zone")))


def _one(state: State, number: int) -> int:
    return state.members.one(number)


def _members(state: State, it: Reminder) -> list[int]:
    """Who is told, each person once."""
    return list(dict.fromkeys(_one(state, number) for number in it.members))


def _owners(state: State, it: Reminder) -> set[int]:
    return {_one(state, number) for number in it.owners}


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
        again = next_of(it.first, it.every, it.zone, max(ask.moment.at, it.at))
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
        instead=say("{list} lists yours.", list=_LIST),
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
    mine = [number for number in it.members if _one(state, number) == me]
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
    when: Times = _WHEN


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
    if ask.me.number != _one(state, it.author):
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
    at, every, until, zone = it.at, it.every, it.until, it.zone
    if times is not None:
        _check_time(times, ask.moment)
        at, every, until, zone = times.at, times.every, times.until, ask.zone
        if any(number != _one(state, it.author) for number in _members(state, it)):
            at = _after_quiet(at, ask)
    what = ask.moment.seal(words or ask.text(it.what))
    event = ReminderAmended(
        number=it.number,
        at=at,
        what=what.seal,
        every=every,
        zone=zone,
        until=until,
    )
    told = lines(_told(it.ref, at, Words(what.text)), _repeated(every, until))
    return Accepted((event,), (what,), (Reply(told, private=True, ref=it.ref),))


@arguments
class RemindersJoinArgs:
    """What `/reminders join` takes."""

    ref: str = _REF


def join(state: State, ask: Ask[RemindersJoinArgs]) -> Accepted:
    """Be told as well."""
    it = _named(state, ask)
    members = _members(state, it)
    alone = members == [_one(state, it.author)]
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
        if me in {_one(state, it.author), *_members(state, it)} or it.room == ask.room != 0
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
                every=_repeated(it.every, it.until) or "",
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


_LIST, _CANCEL = Typed("reminders"), Typed("reminders cancel R1")
_EXAMPLE = Typed("remind me tomorrow 09:00 water the plants")


COMMANDS = (
    Command(
        name="remind",
        about=say("be told later, or tell somebody or the room"),
        also=say("reminder, alarm, remember, remind us"),
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
