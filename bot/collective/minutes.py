"""The minutes of a meeting, folded from its own events: what was noted and asked, at which point."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, get_args

from bot.collective.beginnings import opened, planned
from bot.collective.events import Event, Seal
from bot.collective.meetingevents import (
    DecisionCalled,
    LineNoted,
    MeetingOpened,
    MeetingPlanned,
    MinutesApproved,
    MinutesCorrected,
    RoundOpened,
    RoundPassed,
    SpeakerCalled,
    Step,
    TemperatureAsked,
)
from bot.collective.meetings import Meeting

INFO, AGREED, ACTION, IDEA, LINK = "info", "agreed", "action", "idea", "link"
SORTS: Final = (INFO, AGREED, ACTION, IDEA, LINK)
"""What a line of the minutes is."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A line of the minutes, at a point of the agenda (0: before the first)."""

    item: int
    sort: str
    member: int
    text: Seal
    whose: int = 0
    need: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """How people felt about something, at a point of the agenda."""

    item: int
    question: Seal
    answers: dict[int, str]


@dataclass(frozen=True, slots=True)
class Called:
    """What was decided, or asked, at a point of the agenda: the number of the proposal."""

    item: int
    proposal: int


@dataclass(frozen=True, slots=True)
class Rounded:
    """A round, at a point of the agenda: what it was about, who spoke, and who passed."""

    item: int
    question: Seal
    spoke: set[int] = field(default_factory=set)
    passed: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Approved:
    """The minutes of another meeting were approved, at a point of the agenda."""

    item: int
    meeting: int


Entry = Noted | Asked | Called | Rounded | Approved


@dataclass(slots=True)
class Minutes:
    """A meeting as it is, or ended; what was noted and asked, in order; and what was corrected.

    `corrected_at` is when (ms) that was the last time, `approved_at` when the meeting `approved_by`
    approved them; 0 for never.
    """

    meeting: Meeting
    told: list[Entry] = field(default_factory=list)
    corrected: list[MinutesCorrected] = field(default_factory=list)
    corrected_at: int = 0
    approved_at: int = 0
    approved_by: int = 0

    def at(self, item: int) -> list[Entry]:
        """What belongs to a point of the agenda."""
        return [each for each in self.told if each.item == item]


def minutes_of(steps: Iterable[tuple[int, Event]]) -> Minutes | None:
    """The minutes of the meeting that these events, each with its instant (ms), are the life of."""
    found: Minutes | None = None
    for at, event in steps:
        if isinstance(event, MeetingPlanned):
            found = Minutes(planned(event, at))
        elif isinstance(event, MeetingOpened):
            found = Minutes(opened(event, at, found.meeting if found else None))
        elif isinstance(event, MinutesApproved) and found is not None:
            _approve(found, event, at)
        elif found is not None and isinstance(event, get_args(Step)):
            _take(found, event, at)
    return found


def _approve(found: Minutes, event: MinutesApproved, at: int) -> None:
    """What stands in the minutes of both meetings."""
    if event.number == found.meeting.number:
        found.approved_at, found.approved_by = at, event.within
    else:
        found.told.append(Approved(found.meeting.current, event.number))


def _take_round(found: Minutes, event: Event, waiting: set[int]) -> None:
    """What belongs to the round that is going on; `waiting` is who had not spoken yet."""
    if isinstance(event, RoundOpened):
        found.told.append(Rounded(found.meeting.current, event.question))
        return
    rounds = [each for each in found.told if isinstance(each, Rounded)]
    if isinstance(event, SpeakerCalled) and event.member in waiting - {*found.meeting.round}:
        rounds[-1].spoke.add(event.member)
    elif isinstance(event, RoundPassed):
        rounds[-1].spoke.discard(event.member)
        rounds[-1].passed.add(event.member)


def _take(found: Minutes, event: Event, at: int) -> None:
    it = found.meeting
    waiting = {*it.round}
    it.take(event, at)
    _take_round(found, event, waiting)
    if isinstance(event, LineNoted):
        found.told.append(
            Noted(it.current, event.sort, event.member, event.text, event.whose, event.need)
        )
    elif isinstance(event, TemperatureAsked):
        # The meeting's own answers, which go on being counted as they come.
        found.told.append(Asked(it.current, it.question, it.answers))
    elif isinstance(event, DecisionCalled):
        found.told.append(Called(it.current, event.proposal))
    elif isinstance(event, MinutesCorrected):
        found.corrected.append(event)
        found.corrected_at = at
