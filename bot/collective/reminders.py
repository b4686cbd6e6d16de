"""Reminders: what somebody wants to be told, to whom and when; who wants none; who got how many."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from bot.collective.events import Changes, Event, Seal, When, about_member
from bot.collective.rules import PLACES, TOGETHER, Group, Rule, RulesByGroup
from bot.collective.ruletypes import Hours, SomeOf, Switch, Whole
from bot.text.wording import say

WEEK_MS: Final = 7 * 86_400_000

OPEN_MAX: Final = 50
"""The most reminders of one author that wait; more is a calendar."""


class _ReminderEvent(Event, frozen=True, kw_only=True):
    number: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The reminder."""
        return (reference(self.number),)


class ReminderSet(_ReminderEvent, frozen=True, kw_only=True, tag="reminder.set"):
    """Something is to be told at an instant (ms), to a member or in a room (by number).

    `every` says how often again, by the clocks of `zone`; empty for once. `until` is the last instant
    (ms) at which it may come, 0 for no end. `clock` is the local time that is meant, where the clocks
    skip it on the first day. `shared` says that others read along when it was set, and may join it.
    """

    sealed_fields = ("what",)
    moves_clock = True
    author: int
    at: int
    what: Seal
    to: int = 0
    room: int = 0
    every: str = ""
    zone: str = ""
    shared: bool = False
    until: int = 0
    clock: str = ""

    @property
    def subjects(self) -> tuple[str, ...]:
        """The reminder, its author, and whom it is for."""
        people = dict.fromkeys(each for each in (self.author, self.to) if each)
        return (reference(self.number), *map(about_member, people))


class ReminderCame(_ReminderEvent, frozen=True, kw_only=True, tag="reminder.came"):
    """It was told to these members (none: to a room); `next` says when again (ms), 0: never."""

    moves_clock = True
    members: tuple[int, ...] = ()
    next: int = 0


class ReminderMoved(_ReminderEvent, frozen=True, kw_only=True, tag="reminder.moved"):
    """It comes at another instant (ms)."""

    moves_clock = True
    at: int


class ReminderAmended(_ReminderEvent, frozen=True, kw_only=True, tag="reminder.amended"):
    """Its author changed it: how it is now, as a new one would be."""

    sealed_fields = ("what",)
    moves_clock = True
    at: int
    what: Seal
    every: str = ""
    zone: str = ""
    until: int = 0
    clock: str = ""


class ReminderJoined(_ReminderEvent, frozen=True, kw_only=True, tag="reminder.joined"):
    """A member wants to be told too."""

    member: int


class ReminderEnded(_ReminderEvent, frozen=True, kw_only=True, tag="reminder.ended"):
    """It does not come any more; where `member` is named, only to them."""

    moves_clock = True
    member: int = 0


class RemindersRefused(Event, frozen=True, kw_only=True, tag="reminders.refused"):
    """A member wants to be reminded by nobody else, of nothing."""

    member: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The member."""
        return (about_member(self.member),)


class RemindersWanted(Event, frozen=True, kw_only=True, tag="reminders.wanted"):
    """A member may be reminded again."""

    member: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The member."""
        return (about_member(self.member),)


def reference(number: int) -> str:
    """The short name of a reminder in chat."""
    return f"R{number}"


@dataclass(frozen=True, slots=True)
class Reminder:
    """One that waits; `members` are all who are told, `room` the room (0: none).

    What repeats is counted from when it was to come `first` (ms), and ends at `until` (ms, 0: never).
    """

    number: int
    author: int
    at: int
    what: Seal
    members: tuple[int, ...]
    room: int
    every: str
    zone: str
    first: int
    shared: bool
    until: int = 0
    clock: str = ""

    @property
    def ref(self) -> str:
        """Its short name."""
        return reference(self.number)

    @property
    def owners(self) -> set[int]:
        """Whose it is: the author's, and where no room is told theirs whom it was set for."""
        return {self.author, *(self.members[:1] if not self.room else ())}


Numbers = set[int]
"""Numbers of members: in the class below `set` is something else."""


@dataclass(slots=True)
class Reminders:
    """What waits, by number; who wants none; when (ms) who was reminded by others in the last week.

    The last one that came can be put off: `came` holds those of the last week.
    """

    count: int = 0
    waiting: dict[int, Reminder] = field(default_factory=dict)
    came: dict[int, Reminder] = field(default_factory=dict)
    refused: Numbers = field(default_factory=Numbers)
    given: list[tuple[int, int]] = field(default_factory=list)

    def set(self, event: ReminderSet, _: When) -> None:
        """One more waits."""
        self.count = event.number
        members = (event.to,) if event.to else ()
        self.waiting[event.number] = Reminder(
            event.number,
            event.author,
            event.at,
            event.what,
            members,
            event.room,
            event.every,
            event.zone,
            event.at,
            event.shared or bool(event.room),
            event.until,
            event.clock,
        )

    def tell(self, event: ReminderCame, when: When) -> None:
        """It was told; a repeated one waits for its next time."""
        it = self.waiting.pop(event.number)
        others = [number for number in event.members if number != it.author]
        self.note(others, when.at)
        recent = when.at - WEEK_MS
        self.came = {number: each for number, each in self.came.items() if each.at > recent}
        if event.next:
            self.waiting[event.number] = replace(it, at=event.next)
        else:
            self.came[event.number] = it

    def note(self, members: Iterable[int], at: int) -> None:
        """These were reminded of something by others."""
        self.given = [each for each in self.given if each[0] > at - WEEK_MS]
        self.given += [(at, number) for number in members]

    def move(self, event: ReminderMoved, _: When) -> None:
        """It comes later, or once more."""
        it = self.waiting.get(event.number) or self.came.pop(event.number)
        self.waiting[event.number] = replace(it, at=event.at)

    def amend(self, event: ReminderAmended, _: When) -> None:
        """It is another now: its time, how often, or its words."""
        it = self.waiting[event.number]
        same = (event.at, event.every, event.zone, event.clock) == (it.at, it.every, it.zone, it.clock)
        self.waiting[event.number] = replace(
            it,
            at=event.at,
            first=it.first if same else event.at,
            what=event.what,
            every=event.every,
            zone=event.zone,
            until=event.until,
            clock=event.clock,
        )

    def join(self, event: ReminderJoined, _: When) -> None:
        """One more is told."""
        it = self.waiting[event.number]
        self.waiting[event.number] = replace(it, members=(*it.members, event.member))

    def end(self, event: ReminderEnded, _: When) -> None:
        """It waits no more, or no more for one of those who joined."""
        if event.member:
            it = self.waiting[event.number]
            self.waiting[event.number] = replace(
                it, members=tuple(each for each in it.members if each != event.member)
            )
            return
        self.waiting.pop(event.number, None)
        self.came.pop(event.number, None)

    def refuse(self, event: RemindersRefused, _: When) -> None:
        """Somebody wants none from others."""
        self.refused.add(event.member)

    def want(self, event: RemindersWanted, _: When) -> None:
        """Somebody takes them again."""
        self.refused.discard(event.member)

    def received(self, numbers: Container[int], at: int) -> int:
        """How often whoever has these numbers was reminded by others in the week before an instant."""
        return sum(1 for when, number in self.given if number in numbers and when > at - WEEK_MS)

    @property
    def next_due(self) -> int | None:
        """When the next one comes (ms)."""
        return min((it.at for it in self.waiting.values()), default=None)


CHANGES: Changes = {
    ReminderSet: Reminders.set,
    ReminderCame: Reminders.tell,
    ReminderMoved: Reminders.move,
    ReminderAmended: Reminders.amend,
    ReminderJoined: Reminders.join,
    ReminderEnded: Reminders.end,
    RemindersRefused: Reminders.refuse,
    RemindersWanted: Reminders.want,
}

RULES: RulesByGroup = {
    Group.CLOCK: (
        Rule(
            "rings",
            say(
                "What may notify on Matrix when it is new; everything"
                " else but reminders comes silently."
            ),
            ("proposals", "polls", "digests"),
            SomeOf(("proposals", "polls", "digests"), least=0),
            PLACES,
        ),
        Rule(
            "quiet-hours",
            say("The hours in which nobody is reminded."),
            "22:00-07:00",
            Hours(),
        ),
        Rule(
            "nudges",
            say("Whether members who have not voted are reminded before the close."),
            True,
            Switch(),
        ),
        Rule(
            "reminders-week",
            say("How often at most a member is reminded by others in a week."),
            10,
            Whole(0, 1000),
            TOGETHER,
        ),
    )
}
