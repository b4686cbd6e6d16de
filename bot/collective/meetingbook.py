"""What a collective remembers of its meetings: what is open or to come, and what was left over."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, get_args

from bot.collective.agenda import Item
from bot.collective.beginnings import opened, planned
from bot.collective.deadlines import Deadline, Deadlines
from bot.collective.endings import Ended, Endings
from bot.collective.events import Changes, When
from bot.collective.grades import Grade
from bot.collective.meetingevents import (
    DecisionStepped,
    ItemBegun,
    LineNoted,
    MeetingMoved,
    MeetingOpened,
    MeetingPlanned,
    MinutesApproved,
    MinutesCorrected,
    RoundPassed,
    SpeakerCalled,
    Step,
)
from bot.collective.meetings import Meeting
from bot.collective.rules import PLACES, TOGETHER, Group, Rule, RulesByGroup, weighing
from bot.collective.ruletypes import Quorum, Switch, one_of
from bot.collective.spans import DAY, HOUR, WEEK, Span
from bot.collective.speaking import ORDERS
from bot.collective.spending import Part
from bot.text.wording import say


@dataclass(slots=True)
class Meetings:
    """The meetings that are open, or planned, by number; and by room the last that was not through.

    `last` is the newest that was opened. `left` has its number and the points that it did not come to.
    `ended` are those of a year that are over; `dates` are for calendars. `actions` are the needs that
    somebody took on at a meeting, with its number. `spokes` are who spoke for which circle last time.
    """

    count: int = 0
    last: int = 0
    open: dict[int, Meeting] = field(default_factory=dict)
    planned: dict[int, Meeting] = field(default_factory=dict)
    left: dict[int, tuple[int, tuple[Item, ...]]] = field(default_factory=dict)
    ended: Endings = field(default_factory=Endings)
    dates: Deadlines = field(default_factory=Deadlines)
    actions: dict[int, int] = field(default_factory=dict)
    spokes: dict[str, int] = field(default_factory=dict)

    def take(self, event: Any, when: When) -> None:  # noqa: ANN401 - each step has its own kind
        """Take an event in."""
        number = event.number
        if isinstance(event, MeetingPlanned):
            self.count = max(self.count, number)
            self.planned[number] = planned(event, when.at)
            self.dates.note(Deadline(number, event.at, event.title, event.circle), when.at)
        elif isinstance(event, MeetingOpened):
            self.count = max(self.count, number)
            self.last = number
            self.open[number] = opened(event, when.at, self.planned.pop(number, None))
            self.left.pop(event.room, None)
        elif number in self.planned:
            self._prepare(self.planned[number], event, when)
        elif number in self.open:
            it = self.open[number]
            it.take(event, when.at)
            _note_who(it, event, when)
            if isinstance(event, LineNoted) and event.need:
                self.actions[event.need] = number
            if it.closed_at:
                del self.open[number]
                self._end(it)
        elif isinstance(event, MinutesCorrected):
            self.ended.correct(number, when.at)
        elif isinstance(event, MinutesApproved):
            self.ended.approve(number, when.at)

    def _end(self, it: Meeting) -> None:
        if it.council is not None:
            self.spokes |= it.council.last
        told_at = it.closed_at if it.noted else 0
        came = frozenset(it.themselves)
        ended = Ended(it.opened_at, it.closed_at, came, told_at, it.title, it.room, it.circle)
        self.ended.note(it.number, ended)
        kept = self.open.keys() | self.ended.by_number.keys()
        self.actions = {need: of for need, of in self.actions.items() if of in kept}
        if it.left:
            self.left[it.room] = (it.number, tuple(it.left))

    def _prepare(self, it: Meeting, event: Any, when: When) -> None:  # noqa: ANN401 - as above
        it.take(event, when.at)
        if isinstance(event, MeetingMoved):
            self.dates.move(it.number, event.at, when.at)
        if it.closed_at:
            del self.planned[it.number]
            self.dates.move(it.number, 0, when.at)
            if it.items:
                self.left[it.room] = (it.number, self._with_left(it))

    def _with_left(self, it: Meeting) -> tuple[Item, ...]:
        """What was collected for one that is off, behind what was left over already."""
        number, left = self.left.get(it.room, (0, ()))
        before = (
            replace(each, since=each.since or number, words=each.words or number) for each in left
        )
        return (*before, *it.items)

    def in_room(self, room: int) -> Meeting | None:
        """The meeting that is open in a room."""
        return next((it for it in self.open.values() if it.room == room), None) if room else None

    def next_in(self, room: int) -> Meeting | None:
        """The next one that is planned in a room."""
        found = (it for it in self.planned.values() if room and it.room == room)
        return min(found, key=lambda it: (it.starts_at, it.number), default=None)


def _note_who(it: Meeting, event: Any, when: When) -> None:  # noqa: ANN401 - as above
    """Who did something at a meeting; and who was the last to go on, or to call somebody to speak."""
    if when.actor:
        it.acted[when.actor] = when.at
    if isinstance(event, ItemBegun | DecisionStepped):
        it.led_on = (when.actor, when.at)
    elif isinstance(event, RoundPassed):
        it.called_by = (0, when.at)
    elif isinstance(event, SpeakerCalled) and it.called_by != (0, when.at):
        # Whoever passes calls nobody: the round goes on by itself.
        it.called_by = (when.actor, when.at)


CHANGES: Changes = dict.fromkeys(get_args(Step), Meetings.take)

RULES: RulesByGroup = {
    Group.MEETINGS: (
        Rule(
            "meetings",
            say("Who may plan and open a meeting."),
            "anyone",
            one_of("anyone", "coordinators", "nobody"),
        ),
        Rule(
            "meeting-words",
            say(
                "Whether words such as q+ and #topic are understood without a sign, while people meet;"
                " nothing else that is said is written down."
            ),
            True,
            Switch(),
            PLACES,
        ),
        Rule(
            "meeting-idle",
            say("After how long without anything that happens a meeting is closed, with its minutes."),
            6 * HOUR,
            Span(HOUR, 2 * DAY),
            PLACES,
        ),
        Rule(
            "meeting-reminder",
            say("How long before a planned meeting its room is reminded; none: only when it begins."),
            DAY,
            Span(5, 2 * WEEK, "none"),
            PLACES,
        ),
        Rule(
            "call-time",
            say("How long those at a meeting have to answer a call, before it may be counted."),
            2,
            Span(0, HOUR),
        ),
        Rule(
            "facilitator-proposes",
            say(
                "Whether whoever facilitates is only warned where they propose themselves, or refused."
            ),
            "warned",
            one_of("warned", "refused"),
        ),
        Rule(
            "facilitator-silence",
            say(
                "After how long without anything from whoever facilitates somebody else who is there"
                " may take it over; never: only when they have left."
            ),
            30,
            Span(2, DAY, "never"),
        ),
        Rule(
            "meeting-quorum",
            say("How many members must be at a meeting for it to decide; else it talks, and tables."),
            "none",
            Quorum(),
        ),
        *weighing(
            Grade.MONEY,
            Rule(
                "meeting-spend",
                say(
                    "The most of what the treasury and its funds hold that one meeting may decide to"
                    " spend; none: as much as else may leave."
                ),
                "none",
                Part(),
                TOGETHER,
            ),
        ),
        Rule(
            "stack",
            say(
                "Who speaks next: who spoke less at this point of the agenda, or who came first, or, of"
                " those who spoke as little, who said in private to want that."
            ),
            ORDERS[0],
            one_of(*ORDERS),
        ),
        Rule(
            "minutes-names",
            say("Whether minutes say who was there, or only how many."),
            True,
            Switch(),
        ),
        Rule(
            "minutes-read",
            say("How long after a meeting the next one may approve its minutes at the earliest."),
            12 * HOUR,
            Span(0, 4 * WEEK),
        ),
        Rule(
            "minutes-approve",
            say("How long after the last word on minutes they may be corrected; then they stand."),
            3 * DAY,
            Span(HOUR, 4 * WEEK),
        ),
    )
}
