"""Funding rounds: money of the treasury that members give to ideas, everybody out of the same share.

The pot is set aside in a fund of the round's own, under a name that nobody can type. An idea that is
funded gets a fund with its money; what nobody gave goes back into the treasury with the round's end.
All of it is moved by transfers; what is kept here says only who gives what to which idea. The rules are
Cobudget's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import msgspec

from bot.collective.events import Changes, Event, Seal, When
from bot.collective.grades import Grade
from bot.collective.ideas import (
    BackingsReturned,
    Idea,
    IdeaApproved,
    IdeaBacked,
    IdeaChanged,
    IdeaEnded,
    IdeaFunded,
    IdeaPut,
)
from bot.collective.ideas import round_reference as reference
from bot.collective.rules import TOGETHER, Group, Rule, RulesByGroup, weighing
from bot.collective.spans import DAY, HOUR, WEEK, YEAR, Span
from bot.text.wording import say

ROUNDS: Final = "funding"
"""The index subject of all funding rounds."""

ROUNDS_MAX: Final = 5
"""More rounds at once than anybody has money for."""

IDEAS_MAX: Final = 100
"""More ideas in one round than anybody reads."""

_POT = re.compile(r"F[1-9][0-9]*")


class FundingTerms(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """By what a round goes: its currency, the pot and each member's share in smallest parts, its times.

    All times are instants (ms), `zone` is whose clocks they are told by. It closes at `closes`; ideas
    are put until `ideas_until` and backed from `backs_from` on, where these are not 0. One person gives
    one idea `per_idea` at the most, where that is not 0. Ideas are of one sum where they are `exact`,
    are looked at by a coordinator before they are backed where they are `looked_at`, and nobody is told
    who backs what where it is `hidden`.
    """

    unit: str
    count: int
    each: int
    closes: int
    ideas_until: int = 0
    backs_from: int = 0
    per_idea: int = 0
    exact: bool = False
    looked_at: bool = False
    hidden: bool = False
    zone: str = ""

    @property
    def puts_until(self) -> int:
        """The last instant (ms) at which an idea can be put."""
        return self.ideas_until or self.closes


class _FundingEvent(Event, frozen=True, kw_only=True):
    moves_clock = True
    number: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The round; and all rounds together."""
        return (reference(self.number), ROUNDS)


class FundingAsked(_FundingEvent, frozen=True, kw_only=True, tag="funding.asked"):
    """Somebody wants to open a round; it waits for a second person, on a card in a room."""

    terms: FundingTerms
    by: int = 0
    room: int = 0


class FundingDeclined(_FundingEvent, frozen=True, kw_only=True, tag="funding.declined"):
    """What waited is not opened; `by` nobody, where its time was over before anybody agreed."""

    by: int = 0


class FundingOpened(_FundingEvent, frozen=True, kw_only=True, tag="funding.opened"):
    """A round is open: each of these `members` has a share. `transfer` set the pot aside.

    `second` is who agreed to it, where one had to.
    """

    terms: FundingTerms
    members: tuple[int, ...]
    transfer: int
    by: int = 0
    second: int = 0
    proposal: int = 0
    room: int = 0


class FundingEnded(_FundingEvent, frozen=True, kw_only=True, tag="funding.ended"):
    """A round is over; so many smallest parts went back into the treasury, by the `transfer`."""

    sealed_fields = ("reason",)
    left: int
    transfer: int = 0
    cancelled: bool = False
    reason: Seal = ""
    by: int = 0
    proposal: int = 0


FundingStep = FundingAsked | FundingDeclined | FundingOpened | FundingEnded


def pot_of(number: int) -> str:
    """The name of the fund that holds a round's pot: nobody can type a name in capitals."""
    return reference(number)


def is_pot(fund: str) -> bool:
    """Whether a fund is the pot of a round, of now or of before."""
    return bool(_POT.fullmatch(fund))


@dataclass(frozen=True, slots=True)
class Asked:
    """A round that waits for a second person: since when (ms), who asked, and where its card stands."""

    number: int
    terms: FundingTerms
    at: int
    by: int
    room: int

    @property
    def ref(self) -> str:
        """Its short name."""
        return reference(self.number)


@dataclass(slots=True)
class Round:
    """A round; of one that is over when (ms) it `ended_at`, and what was `returned`."""

    number: int
    terms: FundingTerms
    members: tuple[int, ...]
    opened_at: int
    by: int = 0
    second: int = 0
    proposal: int = 0
    room: int = 0
    ideas: dict[int, Idea] = field(default_factory=dict)
    ended_at: int = 0
    cancelled: bool = False
    returned: int = 0

    @property
    def ref(self) -> str:
        """Its short name."""
        return reference(self.number)

    @property
    def given(self) -> int:
        """What ideas have been given, funded or not."""
        return sum(it.total for it in self.ideas.values() if it.ended is None)

    @property
    def funded(self) -> int:
        """What ideas have got for good."""
        return sum(it.funded for it in self.ideas.values())

    @property
    def left(self) -> int:
        """What of the pot nobody has given to an idea."""
        return self.terms.count - self.given

    @property
    def live(self) -> list[Idea]:
        """The ideas that are neither funded nor ended."""
        return [it for it in self.ideas.values() if it.live]

    def open_at(self, at: int) -> bool:
        """Whether it is open at an instant (ms), also where nobody has noticed yet."""
        return not self.ended_at and at <= self.terms.closes

    def spent_by(self, numbers: Iterable[int]) -> int:
        """What a person has given of their share, over all their numbers."""
        mine = tuple(numbers)
        return sum(it.of(mine) for it in self.ideas.values() if it.ended is None)


@dataclass(slots=True)
class Funding:
    """The rounds that are open or wait, by number, and how many rounds and ideas there ever were.

    `funds` are the names of the funds of ideas, each with its number.
    """

    count: int = 0
    ideas: int = 0
    asked: dict[int, Asked] = field(default_factory=dict)
    open: dict[int, Round] = field(default_factory=dict)
    funds: dict[str, int] = field(default_factory=dict)

    @property
    def running(self) -> list[Asked | Round]:
        """The rounds that are open, and those that wait."""
        return [*self.open.values(), *self.asked.values()]

    def idea(self, number: int) -> tuple[Round, Idea] | None:
        """An idea of a round that is open, with that."""
        found = ((each, each.ideas[number]) for each in self.open.values() if number in each.ideas)
        return next(found, None)

    def every_idea(self) -> Iterator[tuple[Round, Idea]]:
        """The ideas of all rounds that are open, with these."""
        return ((each, it) for each in self.open.values() for it in each.ideas.values())

    # --- Rounds -------------------------------------------------------------------------------------

    def ask(self, event: FundingAsked, when: When) -> None:
        """One waits."""
        self.count = event.number
        self.asked[event.number] = Asked(event.number, event.terms, when.at, event.by, event.room)

    def decline(self, event: FundingDeclined, _: When) -> None:
        """It waits no more."""
        self.asked.pop(event.number, None)

    def begin(self, event: FundingOpened, when: When) -> None:
        """It is open."""
        self.count = max(self.count, event.number)
        self.asked.pop(event.number, None)
        self.open[event.number] = Round(
            event.number,
            event.terms,
            event.members,
            when.at,
            event.by,
            event.second,
            event.proposal,
            event.room,
        )

    def end(self, event: FundingEnded, when: When) -> None:
        """It is over, and what became of it stands in the journal."""
        it = self.open[event.number]
        it.ended_at, it.cancelled, it.returned = when.at, event.cancelled, event.left
        self._leave(it)

    def _leave(self, it: Round) -> None:
        del self.open[it.number]

    # --- Ideas --------------------------------------------------------------------------------------

    def put(self, event: IdeaPut, when: When) -> None:
        """One more idea."""
        self.ideas = max(self.ideas, event.number)
        self.open[event.round].ideas[event.number] = Idea(
            event.number,
            event.round,
            event.author,
            event.title,
            event.text,
            event.least,
            event.most,
            when.at,
        )

    def change(self, event: IdeaChanged, _: When) -> None:
        """It is otherwise."""
        it = self._idea(event)
        it.title, it.text = event.title or it.title, event.text or it.text
        it.least, it.most, it.approved = event.least, event.most, False

    def approve(self, event: IdeaApproved, _: When) -> None:
        """It may be backed."""
        self._idea(event).approved = True

    def back(self, event: IdeaBacked, when: When) -> None:
        """Somebody gives it so much; of who was forgotten what is sealed is nobody's."""
        number, count = event.number, event.count
        if event.backing:
            words = when.names.get(event.backing, "0 0").split()
            number, count = int(words[0]), int(words[1])
        it = self.open[event.round].ideas.get(number)
        if it is None:
            return
        it.backing.pop(event.member, None)
        if count:
            it.backing[event.member] = count

    def give_back(self, event: BackingsReturned, _: When) -> None:
        """What somebody gave to what is not funded is not given any more."""
        for it in self.open[event.round].live:
            it.backing.pop(event.member, None)

    def fund(self, event: IdeaFunded, when: When) -> None:
        """It has its money."""
        it = self._idea(event)
        it.funded, it.fund, it.givers, it.ended_at = event.count, event.fund, event.backers, when.at
        self.funds[event.fund] = event.number

    def drop(self, event: IdeaEnded, when: When) -> None:
        """It gets nothing, and what was given to it is not given any more."""
        it = self._idea(event)
        it.missed, it.givers, it.ended, it.ended_at = event.count, event.backers, event.why, when.at
        it.backing = {}

    def _idea(self, event: IdeaChanged | IdeaApproved | IdeaFunded | IdeaEnded) -> Idea:
        return self.open[event.round].ideas[event.number]

    # --- People -------------------------------------------------------------------------------------

    def forget(self, numbers: Iterable[int]) -> None:
        """Nobody knows any more what somebody gave, also to what is funded: that keeps its sum."""
        gone = set(numbers)
        for _, it in self.every_idea():
            it.backing = {each: count for each, count in it.backing.items() if each not in gone}


class Kept(Funding):
    """The same, of which no round goes."""

    __slots__ = ()

    def _leave(self, it: Round) -> None:
        """It stays."""


def life_of(events: Iterable[tuple[Event, When]], number: int) -> tuple[Asked | None, Round | None]:
    """A round that is over, folded from its own events; what waited and was not opened has no round."""
    book = Kept()
    waited: Asked | None = None
    for event, when in events:
        change = CHANGES.get(type(event))
        if change is None or number not in {getattr(event, "round", 0), getattr(event, "number", 0)}:
            continue
        if isinstance(event, _FundingEvent):
            if event.number != number:
                continue
        elif getattr(event, "round", 0) != number or number not in book.open:
            continue
        change(book, event, when)
        waited = book.asked.get(number, waited)
    return waited, book.open.get(number)


CHANGES: Changes = {
    FundingAsked: Funding.ask,
    FundingDeclined: Funding.decline,
    FundingOpened: Funding.begin,
    FundingEnded: Funding.end,
    IdeaPut: Funding.put,
    IdeaChanged: Funding.change,
    IdeaApproved: Funding.approve,
    IdeaBacked: Funding.back,
    BackingsReturned: Funding.give_back,
    IdeaFunded: Funding.fund,
    IdeaEnded: Funding.drop,
}

RULES: RulesByGroup = {
    Group.MONEY: weighing(
        Grade.MONEY,
        Rule(
            "funding-closes",
            say("How long a funding round is open, if whoever opens it does not say."),
            2 * WEEK,
            Span(HOUR, YEAR),
            TOGETHER,
        ),
        Rule(
            "funding-open",
            say("How long a funding round is open at the least, whatever is said."),
            DAY,
            Span(HOUR, 26 * WEEK),
            TOGETHER,
        ),
    )
}
