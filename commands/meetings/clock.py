"""What a meeting does by the clock: the time of a point is told, and what nobody closes is closed."""

from __future__ import annotations

from collections.abc import Iterator

from bot.collective.meetingevents import MeetingClosed, TimeTold
from bot.collective.meetings import Meeting
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.decision import Accepted, Ask, Clockwork, Due, Query, RulesAt
from bot.text.wording import Typed, say
from commands.decisions.lookups import rules_at, texts_of
from commands.meetings.cards import point_told
from commands.meetings.lookups import in_room, stepped
from commands.meetings.minutes import closed_with, minutes_queries

_MINUTE_MS = 60_000


def _rules(state: State, at: RulesAt, it: Meeting) -> Rules:
    return at(state.rooms.by_number[it.room].place)


def _coming(state: State, at: RulesAt) -> Iterator[tuple[int, Meeting]]:
    for it in state.meetings.open.values():
        yield it.due(_rules(state, at, it).number("meeting-idle") * _MINUTE_MS), it


def _due(state: State, rules: RulesAt) -> int | None:
    return min((at for at, _ in _coming(state, rules)), default=None)


def _first(state: State, ask: Ask[Due]) -> Meeting:
    return min(_coming(state, rules_at(state, ask)), key=lambda each: (each[0], each[1].number))[1]


def _wants(state: State, ask: Ask[Due]) -> tuple[Query, ...]:
    return minutes_queries(ask, _first(state, ask).number)


def _happen(state: State, ask: Ask[Due]) -> Accepted:
    """Tell the time of a point, or close what is idle."""
    it = _first(state, ask)
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


CLOCKWORK = Clockwork("meetings", _due, _happen, _wants)
