"""Meetings: who is there, the agenda, who speaks, and what of it is due by the clock.

What a collective remembers of them all is in `bot.collective.meetingbook`; the minutes are folded from
a meeting's own events (`bot.collective.minutes`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, get_args

from bot.collective.agenda import CALL, STEPS, Item
from bot.collective.apart import apart
from bot.collective.events import Event, Seal
from bot.collective.meetingevents import (
    BlocksHeard,
    DecisionCalled,
    DecisionStepped,
    DutyGiven,
    ItemAdded,
    ItemBegun,
    ItemDropped,
    ItemMoved,
    ItemTabled,
    LineNoted,
    MeetingClosed,
    MeetingMoved,
    MeetingOff,
    MeetingReminded,
    MembersCame,
    MemberWent,
    RoundOpened,
    RoundPassed,
    Series,
    SignalGiven,
    SpeakerCalled,
    SpeakerLeft,
    SpeakerListed,
    Step,
    TemperatureAsked,
    TimeExtended,
    TimeTold,
    reference,
)
from bot.collective.speaking import ONCE, Speaker
from bot.collective.spokes import Council

FACILITATOR: Final = "facilitator"
DUTIES: Final = (FACILITATOR, "stack", "time", "minutes", "vibes")
"""What somebody does for a meeting."""

SIGNALS: Final = ("up", "flat", "down")
"""How one feels about what is asked: for it, unsure, against it."""

UNSIGNALLED: Final = "none"
"""What somebody signals who takes back how they feel."""

GUESTS_MAX: Final = 10_000

_MINUTE_MS: Final = 60_000
SOON_MS: Final = 2 * _MINUTE_MS
"""How long before the end of a point's time the room is told."""

EARLY_MS: Final = 60 * _MINUTE_MS
"""How long before its time a planned meeting is the one that is opened here."""


@dataclass(slots=True)
class Meeting:
    """A meeting. Instants are in ms; 0 is never.

    `led` are those who facilitated it, one after the other. `present` has since when who is there,
    `entered` those of them of whom others say so, `came` everybody who ever was, `guests` how many
    others there are; `sent` are those who came themselves and of whom others say that they left.
    `themselves` are all who ever came themselves; `noted` says that its minutes tell something.
    `turns` is how often who spoke at this point, `all_turns` in all of it; `jumped` who used what is
    theirs only once at a point. `answers` is how who feels about what was asked last; `asking` says
    that it is asked still. `call` is the number of the proposal that those who are there
    were asked last, `calls` has all that they were asked, and `blocks` since when which is talked about
    once more. `step` is where what is decided at this point stands. `acted` is when who did something
    there last. While it is `rounding`, `round` has who is still to speak in it, and `heard` who
    was called or passed; `rounds` is how many were gone through, `seed` the draw of one that was not.
    `asked` is how often it was asked how people feel; `led_on` has who went on last, and when, and
    `called_by` the same of whoever called somebody to speak. Of a spokes council, `council` has who
    speaks for which circle.

    Of one that was planned: `starts_at`, and `slot`, which is when that was before it was moved; who
    planned it when for that instant (`planned_at` is kept when it is opened), whether it comes again,
    and how often the room was `reminded`. Until it is opened, `opened_at` is 0.
    """

    number: int
    room: int
    circle: str
    title: Seal
    opened_at: int
    duties: dict[str, int]
    led: list[int] = field(default_factory=list)
    present: dict[int, int] = field(default_factory=dict)
    came: dict[int, int] = field(default_factory=dict)
    entered: set[int] = field(default_factory=set)
    sent: set[int] = field(default_factory=set)
    guests: int = 0
    guests_most: int = 0
    items: list[Item] = field(default_factory=list)
    count: int = 0
    current: int = 0
    ends_at: int = 0
    told: int = 0
    queue: list[Speaker] = field(default_factory=list)
    speaking: int = 0
    turns: dict[int, int] = field(default_factory=dict)
    all_turns: dict[int, int] = field(default_factory=dict)
    themselves: set[int] = field(default_factory=set)
    noted: bool = False
    jumped: set[tuple[int, str]] = field(default_factory=set)
    asking: bool = False
    asked: int = 0
    question: Seal = ""
    answers: dict[int, str] = field(default_factory=dict)
    call: int = 0
    calls: list[int] = field(default_factory=list)
    step: str = ""
    blocks: dict[int, int] = field(default_factory=dict)
    acted: dict[int, int] = field(default_factory=dict)
    led_on: tuple[int, int] = (0, 0)
    called_by: tuple[int, int] = (0, 0)
    rounding: bool = False
    round: list[int] = field(default_factory=list)
    heard: set[int] = field(default_factory=set)
    rounds: int = 0
    seed: str = ""
    council: Council | None = None
    last_at: int = 0
    closed_at: int = 0
    idle: bool = False
    starts_at: int = 0
    slot: int = 0
    planned_by: int = 0
    planned_at: int = 0
    series: Series | None = None
    reminded: int = 0

    @property
    def ref(self) -> str:
        """Its short name."""
        return reference(self.number)

    @property
    def facilitator(self) -> int:
        """Who facilitates it; while it is only planned, who planned it."""
        return self.duties.get(FACILITATOR, self.planned_by)

    @property
    def coming(self) -> list[Item]:
        """The points that it has not come to, in order."""
        return [it for it in self.items if not it.done]

    @property
    def left(self) -> list[Item]:
        """What comes first at the next meeting: what was tabled, then what it did not come to."""
        return [*(it for it in self.items if it.tabled), *self.coming]

    @property
    def to_speak(self) -> list[int]:
        """Who is still to speak in the round, and there."""
        return [each for each in self.round if each in self.present]

    def item(self, number: int) -> Item | None:
        """A point by its own number, which is not its place."""
        return next((it for it in self.items if it.number == number), None)

    @property
    def item_now(self) -> Item | None:
        """The point that it is at."""
        return self.item(self.current)

    def announced(self, ahead_ms: int, now: int) -> bool:
        """Whether all could know so long ahead that people meet now: it was planned, for this time."""
        known = self.planned_at and self.planned_at + ahead_ms <= now
        return bool(known) and self.opened_at >= self.starts_at - EARLY_MS

    def due(self, idle_ms: int) -> int:
        """When something is due by the clock: the time of a point, or that nothing happens any more."""
        idle = self.last_at + idle_ms
        if not self.ends_at or self.told == 2:
            return idle
        return min(idle, self.ends_at - (0 if self.told else SOON_MS))

    def comes_up(self, ahead_ms: int, idle_ms: int) -> int:
        """When something is due of a planned one: a reminder, its beginning, or its end unopened."""
        if self.reminded == 2:
            return self.starts_at + idle_ms
        ahead = self.starts_at - ahead_ms
        if self.reminded or not ahead_ms or ahead <= self.planned_at:
            return self.starts_at
        return ahead

    def stepped(self, events: Iterable[Event], at: int) -> Meeting:
        """The meeting after these events; this one stays as it is."""
        then = apart(self)
        for event in events:
            if type(event) in _STEPS and getattr(event, "number", 0) == self.number:
                then.take(event, at)
        return then

    def take(self, event: Any, at: int) -> None:  # noqa: ANN401 - each step has its own kind
        """Take one more event in."""
        _STEPS[type(event)](self, event, at)
        # What the clock does by itself is no sign of life.
        if type(event) not in _SILENT:
            self.last_at = at


def _shifted(it: Meeting, event: MeetingMoved, at: int) -> None:
    it.starts_at, it.planned_at, it.reminded = event.at, at, 0


def _off(it: Meeting, event: MeetingOff, at: int) -> None:
    it.closed_at, it.idle = at, not event.by


def _reminded(it: Meeting, event: MeetingReminded, _: int) -> None:
    it.reminded = 2 if event.begins else 1


def _closed(it: Meeting, event: MeetingClosed, at: int) -> None:
    it.closed_at, it.idle = at, event.idle
    it.ends_at, it.speaking, it.asking = 0, 0, False
    _no_round(it)


def _no_round(it: Meeting) -> None:
    if it.rounding and not it.to_speak:
        it.rounds, it.seed = it.rounds + 1, ""
    it.rounding, it.round = False, []


def _came(it: Meeting, event: MembersCame, at: int) -> None:
    for member in event.members:
        if event.by and member not in it.present:
            it.entered.add(member)
        elif not event.by:
            it.entered.discard(member)
            it.themselves.add(member)
        it.sent.discard(member)
        if it.rounding and member not in {*it.round, *it.heard}:
            it.round.append(member)
        it.present.setdefault(member, at)
        it.came.setdefault(member, at)
    if event.guests is not None:
        it.guests = event.guests
        it.guests_most = max(it.guests_most, event.guests)


def _went(it: Meeting, event: MemberWent, _: int) -> None:
    it.present.pop(event.member, None)
    if event.by and event.member not in it.entered:
        it.sent.add(event.member)
    it.entered.discard(event.member)
    it.queue = [each for each in it.queue if each.member != event.member]
    if it.speaking == event.member:
        it.speaking = 0


def _duty(it: Meeting, event: DutyGiven, at: int) -> None:
    it.acted[event.member] = at
    if event.circle and it.council is not None:
        it.council.send(event.circle, event.member)
        return
    it.duties[event.duty] = event.member
    if event.duty == FACILITATOR and event.member not in it.led:
        it.led.append(event.member)


def _added(it: Meeting, event: ItemAdded, _: int) -> None:
    item = Item(event.item, event.title, event.minutes, event.since)
    item.sort, item.proposal = event.sort, event.proposal
    it.items.append(item)
    it.count = max(it.count, event.item)


def _moved(it: Meeting, event: ItemMoved, _: int) -> None:
    found = it.item(event.item)
    if found is not None:
        it.items.remove(found)
        it.items.insert(event.to, found)


def _dropped(it: Meeting, event: ItemDropped, _: int) -> None:
    it.items = [each for each in it.items if each.number != event.item]


def _begun(it: Meeting, event: ItemBegun, at: int) -> None:
    it.current, it.step = event.item, ""
    for each in it.items:
        if each.number == event.item:
            each.done = True
            it.step = STEPS[0] if each.decides else ""
            it.ends_at = at + each.minutes * _MINUTE_MS if each.minutes else 0
    it.told = _told_from(it.ends_at, at)
    it.speaking, it.asking, it.question = 0, False, ""
    it.queue, it.turns, it.jumped, it.answers = [], {}, set(), {}
    _no_round(it)


def _told_from(ends_at: int, at: int) -> int:
    """What the room need not be told any more: that two minutes are left, of a time so short."""
    return 1 if ends_at and ends_at - at <= SOON_MS else 0


def _time_told(it: Meeting, event: TimeTold, _: int) -> None:
    it.told = 2 if event.over else 1


def _extended(it: Meeting, event: TimeExtended, at: int) -> None:
    it.ends_at = event.until
    it.told = _told_from(event.until, at)


def _listed(it: Meeting, event: SpeakerListed, _: int) -> None:
    it.queue = [each for each in it.queue if each.member != event.member]
    it.queue.append(Speaker(event.member, event.sort))


def _unlisted(it: Meeting, event: SpeakerLeft, _: int) -> None:
    it.queue = [each for each in it.queue if each.member != event.member]


def _called(it: Meeting, event: SpeakerCalled, _: int) -> None:
    it.speaking = event.member
    if not event.member:
        # Whoever has left the collective, or was heard by another account, is not waited for.
        it.round = []
    if it.rounding and not it.to_speak:
        _no_round(it)
    if not event.member:
        return
    process = Speaker(event.member, "process") in it.queue
    if event.member in it.round and not process:
        # What everybody has once is no turn that somebody took.
        it.round.remove(event.member)
        it.heard.add(event.member)
        it.queue = [each for each in it.queue if each.member != event.member]
        return
    for each in it.queue:
        if each.member == event.member and each.sort in ONCE:
            it.jumped.add((each.member, each.sort))
    it.queue = [each for each in it.queue if each.member != event.member]
    it.turns[event.member] = it.turns.get(event.member, 0) + 1
    it.all_turns[event.member] = it.all_turns.get(event.member, 0) + 1


def _round(it: Meeting, event: RoundOpened, _: int) -> None:
    it.rounding, it.round, it.heard, it.seed = True, list(event.order), set(), event.seed
    it.speaking = 0


def _passed(it: Meeting, event: RoundPassed, _: int) -> None:
    it.round = [each for each in it.round if each != event.member]
    it.heard.add(event.member)


def _asked(it: Meeting, event: TemperatureAsked, _: int) -> None:
    it.asking, it.question, it.answers = True, event.question, {}
    it.asked += 1


def _signalled(it: Meeting, event: SignalGiven, _: int) -> None:
    if event.signal == UNSIGNALLED:
        it.answers.pop(event.member, None)
    else:
        it.answers[event.member] = event.signal


def _decides(it: Meeting, event: DecisionCalled, _: int) -> None:
    it.call, it.noted = event.proposal, True
    it.calls.append(event.proposal)
    it.step = CALL if it.step else ""


def _stepped(it: Meeting, event: DecisionStepped, _: int) -> None:
    it.step = event.step


def _heard(it: Meeting, event: BlocksHeard, at: int) -> None:
    it.blocks[event.proposal] = at


def _noted(it: Meeting, _: LineNoted, __: int) -> None:
    it.noted = True


def _tabled(it: Meeting, event: ItemTabled, _: int) -> None:
    for each in it.items:
        if each.number == event.item:
            each.tabled = True
    it.current, it.ends_at, it.speaking, it.asking, it.queue, it.step = 0, 0, 0, False, [], ""
    _no_round(it)


def _nothing(it: Meeting, event: Event, _: int) -> None:
    """What stands in the minutes alone."""


_STEPS: Mapping[type[Event], Callable[[Meeting, Any, int], None]] = {
    **dict.fromkeys(get_args(Step), _nothing),
    MeetingMoved: _shifted,
    MeetingOff: _off,
    MeetingReminded: _reminded,
    MeetingClosed: _closed,
    MembersCame: _came,
    MemberWent: _went,
    DutyGiven: _duty,
    ItemAdded: _added,
    ItemMoved: _moved,
    ItemDropped: _dropped,
    ItemBegun: _begun,
    TimeTold: _time_told,
    TimeExtended: _extended,
    SpeakerListed: _listed,
    SpeakerLeft: _unlisted,
    SpeakerCalled: _called,
    RoundOpened: _round,
    RoundPassed: _passed,
    TemperatureAsked: _asked,
    SignalGiven: _signalled,
    LineNoted: _noted,
    DecisionCalled: _decides,
    DecisionStepped: _stepped,
    BlocksHeard: _heard,
    ItemTabled: _tabled,
}

_SILENT: Final[tuple[type[Event], ...]] = (TimeTold, MeetingReminded)
