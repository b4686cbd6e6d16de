"""`/remind`: what is to be told to whom, when, and how often."""

from __future__ import annotations

from typing import Final

from bot.arguments import OptionType, arguments, takes
from bot.chat import Refusal, Reply
from bot.collective.reminders import OPEN_MAX, ReminderSet, reference
from bot.collective.rules import refused_by
from bot.collective.state import State
from bot.deciding.deadlines import after_quiet
from bot.deciding.terms import Timing, read_quiet
from bot.decision import Accepted, Ask
from bot.language.recurrence import Times, every_told
from bot.moment import Moment
from bot.text.wording import Node, Time, Typed, Words, lines, say
from commands.decisions.reminding import remindable

ROOM, ME = "room", "me"

YEARS_MAX_MS: Final = 5 * 366 * 86_400_000
"""Further away nobody reads it."""

WHEN = takes(
    OptionType.TIMES, say("when, for example fri 18:00, in 2h, every monday 09:00"), positional=True
)


@arguments
class RemindArgs:
    """What `/remind` takes."""

    who: str = takes(OptionType.WORD, say("me, room, or @who"), positional=True)
    when: Times = WHEN
    what: str = takes(OptionType.TEXT, say("what about"), positional=True)


def remind(state: State, ask: Ask[RemindArgs]) -> Accepted:
    """Set a reminder."""
    times, who = ask.args.when, ask.args.who
    own = sum(
        1 for it in state.reminders.waiting.values() if person_of(state, it.author) == ask.me.number
    )
    if own >= OPEN_MAX:
        raise Refusal(
            "reminders-many",
            say("{count} of your reminders wait already; that is the most.", count=own),
            instead=say(
                "{list} shows them, {cancel} takes one away.", list=LIST_LINE, cancel=CANCEL_LINE
            ),
        )
    check_time(times, ask.moment)
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
        at = not_at_night(at, ask)
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
        clock=times.clock if at == times.at else "",
    )
    told = lines(
        told_of(reference(number), at, Words(what.text)),
        repeated_told(times.every, times.until),
        say(
            "{cancel} takes it away, {edit} changes it.",
            cancel=Typed(f"reminders cancel {reference(number)}"),
            edit=Typed(f"reminders edit {reference(number)}"),
        ),
    )
    private = not (room or (to and to != ask.me.number))
    return Accepted((event,), (what,), (Reply(told, private=private, ref=reference(number)),))


def check_time(times: Times, moment: Moment) -> None:
    """It is to come, and within a few years. Raises Refusal."""
    if times.at <= moment.at:
        raise Refusal(
            "reminder-past",
            say("{when} is over.", when=Time(times.at)),
            instead=say("Name a time to come, for example {example}.", example=Words("tomorrow 09:00")),
        )
    if times.at > moment.at + YEARS_MAX_MS:
        raise Refusal("reminder-far", say("{when} is too far away.", when=Time(times.at)))


def told_of(ref: str, at: int, what: Words) -> Node:
    """When it comes, and with which words: whoever set it sees what was understood."""
    return say("{ref} comes {at}: {what}", ref=ref, at=Time(at), what=what)


def repeated_told(every: str, until: int) -> Node | None:
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


def not_at_night(at: int, ask: Ask) -> int:
    """Nobody else is woken by it."""
    quiet = read_quiet(ask.rules.text("quiet-hours"))
    return after_quiet(at, Timing(quiet=quiet, zone=ask.rules.text("zone")))


def person_of(state: State, number: int) -> int:
    """Who that member is: one person, whatever the number."""
    return state.members.one(number)


LIST_LINE, CANCEL_LINE = Typed("reminders"), Typed("reminders cancel R1")
