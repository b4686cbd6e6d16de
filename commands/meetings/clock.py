"""Meetings by the clock: they are reminded of, a point's time is told, what nobody closes is closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.chat import Kind, Reply
from bot.collective.meetingevents import MeetingClosed, MeetingOff, MeetingReminded, TimeTold
from bot.collective.meetings import Meeting
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.decision import Accepted, Ask, Clockwork, Due, Query, RulesAt
from bot.text.wording import Typed, say
from commands.decisions.lookups import rules_at, texts_of
from commands.meetings.cards import card_of, headed, point_told
from commands.meetings.lookups import in_room, place_of, stepped
from commands.meetings.minutes import closed_with, minutes_queries
from commands.meetings.plans import following

_MINUTE_MS = 60_000


def _rules(state: State, at: RulesAt, it: Meeting) -> Rules:
    return at(state.rooms.by_number[it.room].place)


def _coming(state: State, at: RulesAt) -> Iterator[tuple[int, Meeting]]:
    for it in state.meetings.open.values():
        yield it.due(_rules(state, at, it).number("meeting-idle") * _MINUTE_MS), it
    for it in state.meetings.planned.values():
        rules = _rules(state, at, it)
        ahead, idle = (rules.number(each) * _MINUTE_MS for each in ("meeting-reminder", "meeting-idle"))
        yield it.comes_up(ahead, idle), it


def _due(state: State, rules: RulesAt) -> int | None:
    return min((at for at, _ in _coming(state, rules)), default=None)


def _first(state: State, ask: Ask[Due]) -> Meeting:
    return min(_coming(state, rules_at(state, ask)), key=lambda each: (each[0], each[1].number))[1]


def _wants(state: State, ask: Ask[Due]) -> tuple[Query, ...]:
    return minutes_queries(ask, _first(state, ask).number)


def _happen(state: State, ask: Ask[Due]) -> Accepted:
    """Tell the time of a point, or close what is idle."""
    it = _first(state, ask)
    if not it.opened_at:
        return _coming_up(state, ask, it)
    item = it.item_now
    told_all = it.told == 2 or not it.ends_at
    if told_all or item is None or ask.args.due < it.ends_at - 2 * _MINUTE_MS:
        return closed_with(state, ask, it, MeetingClosed(number=it.number, idle=True))
    over = ask.moment.at >= it.ends_at
    point = point_told(it, item, texts_of(ask))
    told = (
        say(
            "The time is over: {point}. {extend} gives more, {next} goes on.",
            point=point,
            extend=Typed("meeting extend 5m"),
            next=Typed("meeting next"),
        )
        if over
        else say("Two minutes are left: {point}.", point=point)
    )
    event = TimeTold(number=it.number, over=over)
    return stepped(state, ask, it, (event,), *in_room(state, ask, it, told))


def _coming_up(state: State, ask: Ask[Due], it: Meeting) -> Accepted:
    """Remind the room of what is planned; what nobody opens is off, but for its next time."""
    meeting = headed(it, texts_of(ask))
    if it.reminded == 2:
        told = say("Nobody opened {meeting}.", meeting=meeting)
        again, words = following(state, ask, it, state.meetings.count + 1)
        off = MeetingOff(number=it.number)
        done = stepped(state, ask, it, (off,), *in_room(state, ask, it, told), texts=words)
        return replace(done, events=(*done.events, *again))
    begins = ask.args.due >= it.starts_at
    event = MeetingReminded(number=it.number, begins=begins)
    place = place_of(state, ask, it)
    if place is None:
        return Accepted((event,))
    if begins:
        body = say(
            "{meeting} is due to begin: {open}", meeting=meeting, open=Typed(f"meeting open {it.ref}")
        )
        return Accepted((event,), (), (Reply(body, kind=Kind.REMINDER, ref=it.ref, place=place),))
    # Its card again: it may never have been shown, and what is added from now on changes this one.
    order = _rules(state, rules_at(state, ask), it).text("stack")
    return Accepted((event,), (), (card_of(state, it, texts_of(ask), Kind.CARD, place, order),))


CLOCKWORK = Clockwork("meetings", _due, _happen, _wants)
