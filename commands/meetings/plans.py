"""`/meeting plan` and `/meeting adjourn`: when people will meet, and what is prepared until then."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, Final

from bot.arguments import OptionType, arguments, takes
from bot.chain import Sealed
from bot.chat import Kind, Refusal, Reply
from bot.collective.beginnings import planned
from bot.collective.events import Event
from bot.collective.meetingevents import (
    MeetingClosed,
    MeetingMoved,
    MeetingOff,
    MeetingPlanned,
    words_of,
)
from bot.collective.meetings import Meeting
from bot.collective.roles import Role
from bot.collective.state import State
from bot.command import Command
from bot.decision import About, Accepted, Ask, Query, joined_with
from bot.language.recurrence import Times
from bot.language.repeating import PERIODS, next_of
from bot.text.wording import Node, Time, Typed, Words, say
from commands.decisions.letters import CancelArgs
from commands.decisions.lookups import circle_for, home_of, texts_of
from commands.meetings.agenda import check_title
from commands.meetings.calls import check_no_call
from commands.meetings.cards import card_of, headed
from commands.meetings.lookups import (
    check_leads,
    check_may_meet,
    found_here,
    in_room,
    prepared_here,
    stepped,
)
from commands.meetings.minutes import closed_with, minutes_queries

AHEAD_MAX_MS: Final = 2 * 366 * 86_400_000
"""Further away nobody plans a meeting."""

PLANNED_MAX: Final = 10
"""How many one person may have planned at once; a series counts as one."""


@arguments
class MeetingPlanArgs:
    """What `/meeting plan` takes."""

    when: Times = takes(
        OptionType.TIMES, say("when, for example fri 19:00, or every monday 19:00"), positional=True
    )
    title: str = takes(OptionType.TEXT, say("what kind of meeting"), positional=True, default="")
    every: str = takes(OptionType.WORD, say("how often it comes again"), choices=PERIODS, default="")
    circle: str = takes(OptionType.CIRCLE, say("the circle that meets"), default="")


def plan(state: State, ask: Ask[MeetingPlanArgs]) -> Accepted:
    """Announce a meeting in this room; its agenda is collected until then."""
    args, times = ask.args, ask.args.when
    circle = circle_for(state, ask)
    check_may_meet(state, ask, circle)
    check_title(args.title)
    _check_time(ask, times.at)
    if args.every and times.every:
        raise Refusal(
            "options-both",
            say("It is said twice how often it comes."),
            word=args.every,
            instead=say("Once is enough: {line}", line=Typed("meeting plan every monday 19:00 Weekly")),
        )
    _check_many(state, ask)
    title = ask.moment.seal(args.title) if args.title else None
    event = MeetingPlanned(
        number=state.meetings.count + 1,
        by=ask.me.number,
        at=times.at,
        room=ask.room,
        circle=circle,
        title=title.seal if title else "",
        every=args.every or times.every,
        zone=ask.zone,
        first=times.at,
        until=times.until,
        clock=times.clock,
    )
    return _announced(state, ask, event, (title,) if title else ())


def _check_many(state: State, ask: Ask[Any]) -> None:
    """Nobody fills the calendar of all. Raises Refusal."""
    mine = [
        it
        for it in state.meetings.planned.values()
        if state.members.one(it.planned_by) == ask.me.number
    ]
    if len(mine) >= PLANNED_MAX:
        raise Refusal(
            "meetings-many",
            say("You planned as many meetings as one person may: {count}.", count=PLANNED_MAX),
            instead=say("{line} takes one away.", line=Typed(f"cancel {mine[0].ref}")),
        )


def _check_time(ask: Ask[Any], at: int) -> None:
    """It is to come, and not in a far future. Raises Refusal."""
    if at <= ask.moment.at:
        raise Refusal("meeting-past", say("{when} is over.", when=Time(at)))
    if at > ask.moment.at + AHEAD_MAX_MS:
        raise Refusal("meeting-far", say("{when} is too far away.", when=Time(at)))


def _announced(
    state: State, ask: Ask[Any], event: MeetingPlanned, texts: tuple[Sealed, ...]
) -> Accepted:
    """A meeting is planned, and its card is shown in its room."""
    it = planned(event, ask.moment.at)
    room = state.rooms.by_number.get(event.room)
    place = room.place if room is not None else ask.place
    known = texts_of(ask, {each.seal: each.text for each in texts})
    card = card_of(state, it, known, Kind.CARD, place, ask.rules.text("stack"))
    told = say(
        "{meeting} is planned in {room}, {at}, by {who}.",
        meeting=headed(it, known),
        room=Words(room.shown if room is not None else ""),
        at=Time(event.at),
        who=state.members.name(event.by),
    )
    return Accepted((event,), texts, (card, *_told_to_all(state, it, told)))


def _told_to_all(state: State, it: Meeting, told: Node) -> tuple[Reply, ...]:
    """When all meet in one of several rooms, it is told in the first one, too."""
    home = home_of(state)
    room = state.rooms.by_number.get(it.room)
    if it.circle or not home.room or (room is not None and room.place == home):
        return ()
    return (Reply(told, ref=it.ref, place=home),)


def following(
    state: State, ask: Ask[Any], it: Meeting, number: int
) -> tuple[tuple[MeetingPlanned, ...], tuple[Sealed, ...]]:
    """The next one of a series, which gets that number; nothing where it does not come again."""
    series = it.series
    if series is None:
        return (), ()
    after = max(ask.moment.at, it.starts_at, it.slot)
    at = next_of(series.first, series.every, series.zone, after, series.clock)
    if series.until and at > series.until:
        return (), ()
    title = ask.moment.seal(ask.text(it.title)) if it.title else None
    event = MeetingPlanned(
        number=number,
        by=it.planned_by,
        at=at,
        room=it.room,
        circle=it.circle,
        title=title.seal if title else "",
        every=series.every,
        zone=series.zone,
        first=series.first,
        until=series.until,
        clock=series.clock,
    )
    return (event,), (title,) if title else ()


# --- Putting it off -------------------------------------------------------------------------------


@arguments
class MeetingAdjournArgs:
    """What `/meeting adjourn` takes."""

    when: dt.datetime = takes(OptionType.WHEN, say("when people meet instead"), positional=True)


def adjourn_queries(state: State, ask: Ask[Any]) -> tuple[Query, ...]:
    """The life of the meeting that is open here, or the words of the one that is planned."""
    it = found_here(state, ask)
    if it is not None:
        return minutes_queries(ask, it.number)
    coming = prepared_here(state, ask)
    return (About(words_of(coming.number)),) if coming is not None else ()


def adjourn(state: State, ask: Ask[MeetingAdjournArgs]) -> Accepted:
    """Close the meeting and go on at another time; one that is only planned is moved."""
    at = int(ask.args.when.timestamp() * 1000)
    it = found_here(state, ask) or prepared_here(state, ask)
    if it is None:
        raise Refusal(
            "no-meeting",
            say("Nobody meets here now, and no meeting is planned."),
            instead=say("{line} plans one.", line=Typed("meeting plan fri 19:00")),
        )
    _check_time(ask, at)
    return _goes_on(state, ask, it, at) if it.opened_at else _shifted(state, ask, it, at)


def _goes_on(state: State, ask: Ask[Any], it: Meeting, at: int) -> Accepted:
    check_leads(state, ask, it)
    check_no_call(state, it)
    _check_many(state, ask)
    closed = closed_with(state, ask, it, MeetingClosed(number=it.number))
    title = ask.moment.seal(ask.text(it.title)) if it.title else None
    event = MeetingPlanned(
        number=state.meetings.count + 1,
        by=ask.me.number,
        at=at,
        room=it.room,
        circle=it.circle,
        title=title.seal if title else "",
    )
    left = dict(state.meetings.left)
    if it.left:
        left[it.room] = (it.number, tuple(it.left))
    then = replace(state, meetings=replace(state.meetings, left=left))
    return joined_with(closed, _announced(then, ask, event, (title,) if title else ()))


def _shifted(state: State, ask: Ask[Any], it: Meeting, at: int) -> Accepted:
    _check_own(state, ask, it)
    if at == it.starts_at:
        raise Refusal("nothing-changed", say("That is so already."))
    told = say(
        "{who} moves {meeting}. It begins {at}.",
        who=ask.me.shown,
        meeting=headed(it, texts_of(ask)),
        at=Time(at),
    )
    event = MeetingMoved(number=it.number, by=ask.me.number, at=at)
    elsewhere = _told_to_all(state, it, told)
    return stepped(state, ask, it, (event,), *in_room(state, ask, it, told), *elsewhere)


# --- Calling it off -------------------------------------------------------------------------------


def cancel_queries(state: State, ask: Ask[Any]) -> tuple[Query, ...]:
    """What the meeting that was named is called."""
    return (About(words_of(int(ask.args.ref[1:]))),)


def cancel(state: State, ask: Ask[CancelArgs]) -> Accepted:
    """Call off a meeting that is planned: whoever planned it, or a role; it does not come again."""
    number = int(ask.args.ref[1:])
    it = state.meetings.planned.get(number)
    if it is None:
        raise _not_planned(state, ask, number)
    _check_own(state, ask, it)
    reason = ask.moment.seal(ask.args.reason) if ask.args.reason else None
    event: Event = MeetingOff(number=number, by=ask.me.number, reason=reason.seal if reason else "")
    meeting = headed(it, texts_of(ask))
    told = (
        say(
            "{who} calls off {meeting}. Why: {reason}",
            who=ask.me.shown,
            meeting=meeting,
            reason=Words(reason.text),
        )
        if reason
        else say("{who} calls off {meeting}.", who=ask.me.shown, meeting=meeting)
    )
    texts = (reason,) if reason else ()
    return stepped(state, ask, it, (event,), *in_room(state, ask, it, told), texts=texts)


def _check_own(state: State, ask: Ask[Any], it: Meeting) -> None:
    """What is only planned is whoever's that planned it, or who has a role for it. Raises Refusal."""
    me = ask.me
    if me.number == state.members.one(it.planned_by):
        return
    if not (me.may(Role.FACILITATOR) or me.may(Role.COORDINATOR)):
        raise Refusal(
            "not-own",
            say("{ref} is {who}'s.", ref=it.ref, who=state.members.name(it.planned_by)),
            word=it.ref,
            instead=say("Ask them in the room."),
        )


def _not_planned(state: State, ask: Ask[CancelArgs], number: int) -> Refusal:
    if number in state.meetings.open:
        return Refusal(
            "meeting-open",
            say("{ref} is open.", ref=ask.args.ref),
            word=ask.args.ref,
            instead=say("{line} closes it, where people meet.", line=Typed("meeting close")),
        )
    return Refusal(
        "reference-unknown",
        say("No meeting {ref} is planned here.", ref=ask.args.ref),
        word=ask.args.ref,
        instead=say("{line} plans one.", line=Typed("meeting plan fri 19:00")),
    )


COMMANDS = (
    Command(
        name="meeting plan",
        about=say("announce a meeting in this room, and collect its agenda"),
        also=say("plan meeting, schedule meeting, announce meeting, next meeting"),
        decide=plan,
        args=MeetingPlanArgs,
        examples=(
            "meeting plan fri 19:00 General assembly",
            "meeting plan every monday 19:00 Weekly",
            "meeting plan fri 19:00 Kitchen --every month --circle kitchen",
        ),
    ),
    Command(
        name="meeting adjourn",
        about=say("close the meeting and go on at another time; move one that is planned"),
        also=say("adjourn, postpone meeting, move meeting, reschedule meeting"),
        decide=adjourn,
        wants=adjourn_queries,
        args=MeetingAdjournArgs,
        examples=("meeting adjourn fri 19:00",),
    ),
)
