"""Ideas: what members would have done with the money of a funding round, and what happens to them.

An idea takes from `least` to `most`; members back it out of their shares of the round. Of a hidden
round it is sealed who backs what: the journal says that somebody did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from bot.collective.events import Event, Seal, about_member

IDEAS = "ideas"
"""The index subject of what all ideas are called."""


def reference(number: int) -> str:
    """The short name of an idea in chat."""
    return f"K{number}"


def words_of(number: int) -> str:
    """The index subject of what the ideas of a round are called."""
    return f"ideas:{number}"


def round_reference(number: int) -> str:
    """The short name of a funding round in chat."""
    return f"F{number}"


class IdeaEnd(StrEnum):
    """Why an idea gets nothing."""

    WITHDRAWN = "withdrawn"
    MISSED = "missed"
    """The round closed before it had its least."""
    CANCELLED = "cancelled"
    """The round was cancelled."""


class _IdeaEvent(Event, frozen=True, kw_only=True):
    """What happens to one idea of a funding `round`."""

    number: int
    round: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The idea, and its round."""
        return (reference(self.number), round_reference(self.round))


class IdeaPut(_IdeaEvent, frozen=True, kw_only=True, tag="idea.put"):
    """A member has an idea that takes from `least` to `most` smallest parts of the round's currency."""

    sealed_fields = ("title", "text")
    author: int
    title: Seal
    least: int
    most: int
    text: Seal = ""

    @property
    def subjects(self) -> tuple[str, ...]:
        """The idea, its round and the words of that, whose it is; and all ideas together."""
        return (*super().subjects, words_of(self.round), about_member(self.author), IDEAS)


class IdeaChanged(_IdeaEvent, frozen=True, kw_only=True, tag="idea.changed"):
    """It is otherwise, before anybody backed it; what is empty stays. What was approved is no more."""

    sealed_fields = ("title", "text")
    least: int
    most: int
    title: Seal = ""
    text: Seal = ""

    @property
    def subjects(self) -> tuple[str, ...]:
        """The idea, its round and the words of that; and all ideas together."""
        return (*super().subjects, words_of(self.round), IDEAS)


class IdeaApproved(_IdeaEvent, frozen=True, kw_only=True, tag="idea.approved"):
    """A coordinator looked at it: it may be backed."""

    by: int = 0


class IdeaBacked(Event, frozen=True, kw_only=True, tag="idea.backed"):
    """A member backs an idea with so many smallest parts, instead of those before; 0 takes them back.

    Of a hidden round `backing` is sealed (`3 5000`: the idea's number, and the count), and nothing else
    says which idea it is.
    """

    sealed_fields = identity_fields = kept_back_fields = ("backing",)
    round: int
    member: int
    number: int = 0
    count: int = 0
    backing: Seal = ""

    @property
    def subjects(self) -> tuple[str, ...]:
        """The round, who backs; and the idea, where that is told."""
        idea = (reference(self.number),) if self.number else ()
        return (*idea, round_reference(self.round), about_member(self.member))


class BackingsReturned(Event, frozen=True, kw_only=True, tag="backings.returned"):
    """What a member gave to ideas of a round that are not funded yet is not given any more."""

    round: int
    member: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The round, and the member."""
        return (round_reference(self.round), about_member(self.member))


class IdeaFunded(_IdeaEvent, frozen=True, kw_only=True, tag="idea.funded"):
    """It has its money, of so many `backers`, in a fund of its own; `transfer` set it aside there.

    `by` is who accepted it before the round closed, where it had not its most.
    """

    count: int
    backers: int
    fund: str
    transfer: int
    by: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The idea and its round; and all ideas together."""
        return (*super().subjects, IDEAS)


class IdeaEnded(_IdeaEvent, frozen=True, kw_only=True, tag="idea.ended"):
    """It gets nothing; the `count` that `backers` gave is theirs again, or goes back with the round."""

    sealed_fields = ("reason",)
    why: IdeaEnd
    count: int = 0
    backers: int = 0
    reason: Seal = ""
    by: int = 0


IdeaStep = IdeaPut | IdeaChanged | IdeaApproved | IdeaFunded | IdeaEnded


@dataclass(slots=True)
class Idea:
    """One idea: `backing` is what each member gives, in smallest parts; `approved` that it may be.

    Once it is `funded` it has that, of so many `givers`, in its `fund`; or it `ended` without.
    """

    number: int
    round: int
    author: int
    title: Seal
    text: Seal
    least: int
    most: int
    put_at: int
    approved: bool = False
    backing: dict[int, int] = field(default_factory=dict)
    funded: int = 0
    fund: str = ""
    givers: int = 0
    missed: int = 0
    ended: IdeaEnd | None = None
    ended_at: int = 0

    @property
    def ref(self) -> str:
        """Its short name."""
        return reference(self.number)

    @property
    def live(self) -> bool:
        """Whether it can still be backed, or could if its time had come."""
        return not self.funded and self.ended is None

    @property
    def total(self) -> int:
        """What it has been given; once it is funded that stays."""
        return self.funded or sum(self.backing.values())

    @property
    def free(self) -> int:
        """What it still takes."""
        return max(0, self.most - self.total) if self.live else 0

    def of(self, numbers: Iterable[int]) -> int:
        """What a person gives, over all their numbers."""
        return sum(self.backing.get(each, 0) for each in numbers)

    def backers(self, one: Callable[[int], int]) -> dict[int, int]:
        """What each person gives, as people are known now (`one`); most first."""
        sums: dict[int, int] = {}
        for number, count in self.backing.items():
            sums[one(number)] = sums.get(one(number), 0) + count
        return dict(sorted(sums.items(), key=lambda each: (-each[1], each[0])))

    def may_be_funded(self, one: Callable[[int], int]) -> bool:
        """Whether it has its least, and somebody backs it beside its author."""
        others = any(who != one(self.author) for who in self.backers(one))
        return self.live and self.total >= self.least and others
