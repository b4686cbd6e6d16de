"""Questions: what proposals and polls have in common.

Who is asked and until when, what each said last, when those who have not voted are reminded, and what
is due by the clock. What may be said and what comes out is each one's own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from msgspec.structs import replace as replace_struct

from bot.collective.memberbook import Members
from bot.deciding.deadlines import reminder_time
from bot.deciding.terms import Timing
from bot.text.wording import Time

CLOSE = "close"
NUDGE = "nudge"


class Coming(NamedTuple):
    """At an instant (ms) something of the question with this number is due by the clock."""

    at: int
    number: int
    what: str


class Said(Protocol):
    """What somebody said last, and when."""

    @property
    def at(self) -> int:
        """The instant (ms)."""


Vote = TypeVar("Vote", bound=Said)
Asked = TypeVar("Asked", bound="Question[Any]")


@dataclass(slots=True, kw_only=True)
class Question(ABC, Generic[Vote]):
    """Something that members are asked. Instants are in ms; 0 is never.

    `cast` is what each voter said last, in the order in which it was said. `nudges` says that those
    who have not voted are reminded, `nudge_at` when that is due. It came from `room`; `circle` is who
    is asked where that is not everybody; of a call in a meeting, those who were there.
    """

    number: int
    author: int
    room: int = 0
    circle: str = ""
    meeting: int = 0
    electorate: frozenset[int] = frozenset()
    opened_at: int = 0
    closes: int = 0
    ended_at: int = 0
    nudges: bool = False
    nudge_at: int = 0
    cast: dict[int, Vote] = field(default_factory=dict)

    @property
    @abstractmethod
    def ref(self) -> str:
        """Its short name."""

    @property
    @abstractmethod
    def open(self) -> bool:
        """Whether it can be voted on, as far as its events say."""

    @property
    @abstractmethod
    def timing(self) -> Timing | None:
        """The rules about time that were frozen into it; a draft has none."""

    def open_at(self, at: int) -> bool:
        """Whether it can be voted on at an instant (ms), also where nobody has noticed yet."""
        return self.open and at <= self.closes

    def time(self, at: int) -> Time:
        """An instant of it (ms), by the clock of the room where it was asked."""
        return self.timing.time(at) if self.timing else Time(at)

    def day(self, at: int) -> Time:
        """Only the day of an instant, by the same clock."""
        return replace_struct(self.time(at), short=True)

    def voters(self, members: Members) -> frozenset[int]:
        """Who may vote, as people are known now."""
        return frozenset(map(members.one, self.electorate)) if members.merges else self.electorate

    def votes(self, members: Members) -> dict[int, Vote]:
        """The votes of people as they are known now: one person, one vote, the later one."""
        if not members.merges:
            return dict(self.cast)
        votes: dict[int, Vote] = {}
        for voter, each in self.cast.items():
            one = members.one(voter)
            if one not in votes or votes[one].at <= each.at:
                votes[one] = each
        return votes

    def take_vote(self, voter: int, vote: Vote) -> None:
        """Somebody votes, or anew: what was said later stands later."""
        self.cast.pop(voter, None)
        self.cast[voter] = vote

    def nudge_anew(self, at: int) -> None:
        """From an instant (ms) on there is another text, deadline or method to be reminded of."""
        if self.nudges and self.timing:
            self.nudge_at = reminder_time(self.timing, at, self.closes) or 0

    def dues(self) -> Iterator[Coming]:
        """What is due by the clock while it is open."""
        if self.open:
            yield Coming(self.closes, self.number, CLOSE)
            if self.nudge_at:
                yield Coming(self.nudge_at, self.number, NUDGE)


def still_open(questions: Iterable[Asked], at: int) -> list[Asked]:
    """Those that can be voted on at an instant (ms), the first to close first."""
    return sorted((it for it in questions if it.open_at(at)), key=lambda it: it.closes)


def next_due(dues: Iterable[Coming]) -> int | None:
    """When (ms) something is due the next time."""
    return min((each.at for each in dues), default=None)


def first_due(dues: Iterable[Coming], at: int) -> Coming:
    """The first thing that is due at an instant (ms), which is one of these."""
    return next(each for each in dues if each.at <= at)


def without(it: Asked, numbers: Collection[int]) -> Asked:
    """The question without what was said under these numbers."""
    return replace(it, cast={voter: vote for voter, vote in it.cast.items() if voter not in numbers})
