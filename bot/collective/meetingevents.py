"""What happens to a meeting: its events, from the opening to the last correction of its minutes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.collective.events import Event, Seal, about_member

MEETINGS: Final = "meetings"
"""The index subject of when meetings begin and end."""


def reference(number: int) -> str:
    """The short name of a meeting: M1."""
    return f"M{number}"


def words_of(number: int) -> str:
    """The index subject of what a meeting and the points of its agenda are called."""
    return f"words:{reference(number)}"


@dataclass(frozen=True, slots=True)
class Series:
    """How a meeting comes again: how often, from which instant (ms) on, by which clock, until when."""

    every: str
    first: int
    zone: str
    until: int = 0
    clock: str = ""


class MeetingEvent(Event, frozen=True, kw_only=True):
    """What the events of a meeting have in common."""

    number: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The meeting."""
        return (reference(self.number),)


class MeetingPlanned(MeetingEvent, frozen=True, kw_only=True, tag="meeting.planned"):
    """People will meet at an instant (ms): where, and what that is called.

    One that comes again does so `every` so often, counted from the instant `first`, by the clock of
    `zone`, up to `until` (0: without an end); `clock` is the local time that was said, where the clocks
    skip it.
    """

    sealed_fields = ("title",)
    common_fields = ("title",)
    moves_clock = True
    by: int
    at: int
    room: int
    circle: str = ""
    title: Seal = ""
    every: str = ""
    zone: str = ""
    first: int = 0
    until: int = 0
    clock: str = ""

    @property
    def subjects(self) -> tuple[str, ...]:
        """The meeting, its words, who planned it; and all meetings together."""
        own = (reference(self.number), words_of(self.number))
        return (*own, about_member(self.by), MEETINGS)


class MeetingMoved(MeetingEvent, frozen=True, kw_only=True, tag="meeting.moved"):
    """One that is planned is at another instant (ms)."""

    moves_clock = True
    by: int
    at: int


class MeetingOff(MeetingEvent, frozen=True, kw_only=True, tag="meeting.off"):
    """One that was planned is called off; `by` is who says so, 0 where nobody opened it."""

    sealed_fields = ("reason",)
    common_fields = ("reason",)
    moves_clock = True
    by: int = 0
    reason: Seal = ""


class MeetingReminded(MeetingEvent, frozen=True, kw_only=True, tag="meeting.reminded"):
    """The room knows that it comes, or that it is due to begin."""

    moves_clock = True
    begins: bool = False


class MeetingOpened(MeetingEvent, frozen=True, kw_only=True, tag="meeting.opened"):
    """People meet: where, and who facilitates. At a council circles decide, by `spokes`."""

    sealed_fields = ("title",)
    common_fields = ("title",)
    moves_clock = True
    facilitator: int
    room: int
    circle: str = ""
    title: Seal = ""
    spokes: bool = False

    @property
    def subjects(self) -> tuple[str, ...]:
        """The meeting, its words, who facilitates it; and all meetings together."""
        own = (reference(self.number), words_of(self.number))
        return (*own, about_member(self.facilitator), MEETINGS)


class MeetingClosed(MeetingEvent, frozen=True, kw_only=True, tag="meeting.closed"):
    """It is over; `idle` where nobody said so, and nothing happened any more."""

    moves_clock = True
    idle: bool = False

    @property
    def subjects(self) -> tuple[str, ...]:
        """The meeting, and all meetings together."""
        return (reference(self.number), MEETINGS)


class MembersCame(MeetingEvent, frozen=True, kw_only=True, tag="meeting.came"):
    """Members are there; with them so many `guests` in all, who are counted and nothing else.

    `by` is who entered them; 0 where they did something themselves.
    """

    members: tuple[int, ...] = ()
    guests: int | None = None
    by: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The meeting, and who is there."""
        return (reference(self.number), *map(about_member, self.members))


class MemberWent(MeetingEvent, frozen=True, kw_only=True, tag="meeting.went"):
    """A member is there no more; `by` is who says so, 0 where they did themselves."""

    member: int
    by: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The meeting, and who went."""
        return (reference(self.number), about_member(self.member))


class DutyGiven(MeetingEvent, frozen=True, kw_only=True, tag="meeting.duty"):
    """A member takes a duty of the meeting over; as a spoke they speak for a `circle` from now on."""

    duty: str
    member: int
    circle: str = ""

    @property
    def subjects(self) -> tuple[str, ...]:
        """The meeting, and who has the duty."""
        return (reference(self.number), about_member(self.member))


class ItemAdded(MeetingEvent, frozen=True, kw_only=True, tag="meeting.item-added"):
    """A point comes on the agenda, as the last one; it has so many `minutes`, 0 for any number.

    `since` is the meeting that did not come to it, where it was left over; `sort` what it is for, and
    `proposal` the number of the one that it is about.
    """

    sealed_fields = ("title",)
    common_fields = ("title",)
    item: int
    title: Seal
    minutes: int = 0
    since: int = 0
    sort: str = ""
    proposal: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The meeting, and its words."""
        return (reference(self.number), words_of(self.number))


class ItemMoved(MeetingEvent, frozen=True, kw_only=True, tag="meeting.item-moved"):
    """A point stands at another place of the agenda, counted from 0."""

    item: int
    to: int


class ItemDropped(MeetingEvent, frozen=True, kw_only=True, tag="meeting.item-dropped"):
    """A point is taken off the agenda."""

    item: int


class ItemBegun(MeetingEvent, frozen=True, kw_only=True, tag="meeting.item-begun"):
    """The meeting comes to a point; the one before is over, and so is its list of speakers."""

    moves_clock = True
    item: int


class TimeTold(MeetingEvent, frozen=True, kw_only=True, tag="meeting.time-told"):
    """The room knows that the time of a point is nearly over, or that it is `over`."""

    moves_clock = True
    over: bool = False


class TimeExtended(MeetingEvent, frozen=True, kw_only=True, tag="meeting.extended"):
    """The point has time until an instant (ms)."""

    moves_clock = True
    until: int


class LineNoted(MeetingEvent, frozen=True, kw_only=True, tag="meeting.noted"):
    """A line of the minutes: what sort of line, from whom, and of an action `whose`, and the need."""

    sealed_fields = ("text",)
    sort: str
    member: int
    text: Seal
    whose: int = 0
    need: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The meeting, who said it, and whose it is."""
        people = dict.fromkeys((self.member, self.whose or self.member))
        return (reference(self.number), *map(about_member, people))


class SpeakerListed(MeetingEvent, frozen=True, kw_only=True, tag="meeting.listed"):
    """A member wants to speak: as what, and about what; `by` is who put them on the list."""

    sealed_fields = ("about",)
    member: int
    sort: str
    about: Seal = ""
    by: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The meeting, and who wants to speak."""
        return (reference(self.number), about_member(self.member))


class SpeakerLeft(MeetingEvent, frozen=True, kw_only=True, tag="meeting.unlisted"):
    """A member does not want to speak any more."""

    member: int


class SpeakerCalled(MeetingEvent, frozen=True, kw_only=True, tag="meeting.called"):
    """A member speaks; they are on the list no more. 0 where nobody does."""

    member: int = 0


class RoundOpened(MeetingEvent, frozen=True, kw_only=True, tag="meeting.round"):
    """Everybody who is there speaks once, in that order; who begins was drawn with that seed."""

    sealed_fields = ("question",)
    common_fields = ("question",)
    order: tuple[int, ...]
    seed: str
    question: Seal = ""

    @property
    def subjects(self) -> tuple[str, ...]:
        """The meeting, and its words."""
        return (reference(self.number), words_of(self.number))


class RoundPassed(MeetingEvent, frozen=True, kw_only=True, tag="meeting.passed"):
    """A member says nothing in the round."""

    member: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The meeting, and who passes."""
        return (reference(self.number), about_member(self.member))


class TemperatureAsked(MeetingEvent, frozen=True, kw_only=True, tag="meeting.temperature"):
    """Everybody is asked how they feel about something; what was asked before is over."""

    sealed_fields = ("question",)
    common_fields = ("question",)
    question: Seal = ""

    @property
    def subjects(self) -> tuple[str, ...]:
        """The meeting, and its words."""
        return (reference(self.number), words_of(self.number))


class SignalGiven(MeetingEvent, frozen=True, kw_only=True, tag="meeting.signal"):
    """A member shows how they feel about what is asked: up, flat or down."""

    member: int
    signal: str

    @property
    def subjects(self) -> tuple[str, ...]:
        """The meeting, and who showed it."""
        return (reference(self.number), about_member(self.member))


class DecisionCalled(MeetingEvent, frozen=True, kw_only=True, tag="meeting.decision"):
    """Those who are there are asked to decide: the proposal with that number."""

    proposal: int


class DecisionStepped(MeetingEvent, frozen=True, kw_only=True, tag="meeting.step"):
    """What the meeting is to decide at this point comes to its next step, such as `questions`."""

    step: str


class BlocksHeard(MeetingEvent, frozen=True, kw_only=True, tag="meeting.blocks-heard"):
    """Somebody blocks the proposal with that number; it is talked about once more before it ends."""

    proposal: int


class ItemTabled(MeetingEvent, frozen=True, kw_only=True, tag="meeting.tabled"):
    """The point that the meeting is at waits for the next one, where it comes first."""

    item: int


class MinutesCorrected(MeetingEvent, frozen=True, kw_only=True, tag="minutes.corrected"):
    """A member says what should stand in the minutes otherwise."""

    sealed_fields = ("text",)
    member: int
    text: Seal

    @property
    def subjects(self) -> tuple[str, ...]:
        """The meeting, and who corrects it."""
        return (reference(self.number), about_member(self.member))


class MinutesApproved(MeetingEvent, frozen=True, kw_only=True, tag="minutes.approved"):
    """Those who meet at `within`, another meeting, say that the minutes are right: now they stand."""

    member: int
    within: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """Both meetings, and who said it for them."""
        return (reference(self.number), reference(self.within), about_member(self.member))


Step = (
    MeetingPlanned
    | MeetingMoved
    | MeetingOff
    | MeetingReminded
    | MeetingOpened
    | MeetingClosed
    | MembersCame
    | MemberWent
    | DutyGiven
    | ItemAdded
    | ItemMoved
    | ItemDropped
    | ItemBegun
    | TimeTold
    | TimeExtended
    | LineNoted
    | SpeakerListed
    | SpeakerLeft
    | SpeakerCalled
    | RoundOpened
    | RoundPassed
    | TemperatureAsked
    | SignalGiven
    | DecisionCalled
    | DecisionStepped
    | BlocksHeard
    | ItemTabled
    | MinutesCorrected
    | MinutesApproved
)
"""All that happens to one meeting."""
