"""Shared expenses: what one member laid out for several, and what members owe one another by that.

The collective's own money has no part in it. Nobody owes a part before they said that it is so. Each
member has an account `between:N`: above nothing is what others owe them, below it what they owe; in
each currency all of them together are nothing. What somebody pays another outside is a transfer
(`Flow.SETTLE`) between the same accounts. The number of a shared expense is that of a transfer, T9.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

import msgspec

from bot.collective.events import Changes, Event, Posting, Seal, When, about_member
from bot.collective.ledger import transfer
from bot.collective.rules import TOGETHER, Group, Rule, RulesByGroup
from bot.collective.spans import DAY, HOUR, WEEK, Span
from bot.collective.treasury import TransferApproved, TransferMade, between_account, reference
from bot.text.wording import say

LATELY_KEPT_MS = 32 * 86_400_000
"""How long one is remembered by which the same one again is known."""


class Borne(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a member bears of it: so many parts of it, which came to so many smallest parts of money."""

    member: int
    parts: int
    count: int


class ExpenseShared(Event, frozen=True, kw_only=True, tag="expense.shared"):
    """`payer` laid out `count` smallest parts, which these bear; or that is undone.

    `asked` are those who owe their parts only when they agree (`PartAgreed`); the others owe them from
    now on, as all did before anybody was asked. `room` is where its card stands. `reverses` is the
    number of the shared expense that this undoes, 0 for none, and `corrects` the day (ISO) that it
    counted for.
    """

    sealed_fields = ("what", "proof")
    moves_clock = True
    number: int
    payer: int
    unit: str
    count: int
    day: str
    borne: tuple[Borne, ...]
    asked: tuple[int, ...] = ()
    kind: str = ""
    what: Seal = ""
    proof: Seal = ""
    by: int = 0
    proposal: int = 0
    room: int = 0
    reverses: int = 0
    corrects: str = ""
    postings: tuple[Posting, ...] = ()

    @property
    def subjects(self) -> tuple[str, ...]:
        """It, whom it is about, and what it undoes."""
        people = dict.fromkeys((self.payer, *(each.member for each in self.borne)))
        undone = (reference(self.reverses),) if self.reverses else ()
        return (reference(self.number), *map(about_member, people), *undone)


class PartsReminded(Event, frozen=True, kw_only=True, tag="parts.reminded"):
    """Who had not answered yet for a part of a shared expense was reminded (`members`), once."""

    moves_clock = True
    number: int
    members: tuple[int, ...] = ()

    @property
    def subjects(self) -> tuple[str, ...]:
        """The shared expense, and who was reminded."""
        return (reference(self.number), *map(about_member, self.members))


class _PartEvent(Event, frozen=True, kw_only=True):
    """What whoever is asked for a part of a shared expense says to it."""

    moves_clock = True
    number: int
    member: int
    by: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The shared expense, and whose part it is."""
        return (reference(self.number), about_member(self.member))


class PartAgreed(_PartEvent, frozen=True, kw_only=True, tag="part.agreed"):
    """They owe it from a day (ISO) on: `count` smallest parts, to the `payer`."""

    payer: int
    unit: str
    count: int
    day: str
    postings: tuple[Posting, ...] = ()

    @property
    def subjects(self) -> tuple[str, ...]:
        """The shared expense, whose part it is, and who is owed it."""
        return (*super().subjects, about_member(self.payer))


class PartDeclined(_PartEvent, frozen=True, kw_only=True, tag="part.declined"):
    """They do not bear it; nobody owes it."""

    sealed_fields = ("reason",)
    reason: Seal = ""


def shared_postings(payer: int, unit: str, borne: Iterable[Borne]) -> tuple[Posting, ...]:
    """What parts that are owed post: from each to the payer, and nothing from themselves."""
    owed = {each.member: each.count for each in borne if each.member != payer and each.count}
    if not owed:
        return ()
    claim = Posting(between_account(payer), unit, sum(owed.values()))
    return (claim, *(Posting(between_account(who), unit, -count) for who, count in owed.items()))


def part_postings(member: int, payer: int, unit: str, count: int) -> tuple[Posting, ...]:
    """What one part posts: whoever bears it owes it to whoever laid it out."""
    return transfer(between_account(member), between_account(payer), unit, count)


def _whose(posting: Posting) -> int:
    """Whose account it is."""
    return int(posting.account.partition(":")[2])


class Between(StrEnum):
    """Why something moved between members."""

    SHARED = "shared"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Asked:
    """A shared expense of which some have not said yet whether they bear their parts.

    They were asked at an instant (`at`, ms), and are reminded once.
    """

    event: ExpenseShared
    left: tuple[int, ...]
    at: int = 0
    reminded: bool = False

    def part_of(self, numbers: Iterable[int]) -> Borne | None:
        """The part that one person is asked for, by any of their numbers; None for none."""
        mine = set(numbers) & set(self.left)
        return next((each for each in self.event.borne if each.member in mine), None)


@dataclass(slots=True)
class SharedExpenses:
    """What decisions and reports need to know of them.

    `lately` are those of a month that stand, by number, with when (ms); `asked` those that wait for
    somebody's word. `moved` sums up what came to be owed, and what was paid, by day (ISO), why and
    unit; what was undone is taken off on the day of that. `of` is the same of each member: what others
    came to owe them more, or below nothing less. `pairs` is what of each two the second owes the first,
    by their numbers and unit: by that they have to do with one another.
    """

    lately: dict[int, tuple[int, ExpenseShared]] = field(default_factory=dict)
    asked: dict[int, Asked] = field(default_factory=dict)
    moved: dict[tuple[str, Between, str], int] = field(default_factory=dict)
    of: dict[tuple[str, Between, str, int], int] = field(default_factory=dict)
    pairs: dict[tuple[int, int, str], int] = field(default_factory=dict)

    def share(self, event: ExpenseShared, when: When) -> None:
        """Enter one, or that one is undone."""
        kept = self.lately.items()
        self.lately = {n: it for n, it in kept if it[0] > when.at - LATELY_KEPT_MS}
        if event.reverses:
            self.lately.pop(event.reverses, None)
            self.asked.pop(event.reverses, None)
        else:
            self.lately[event.number] = (when.at, event)
            if event.asked:
                self.asked[event.number] = Asked(event, event.asked, when.at)
        self._move(event.day, Between.SHARED, event.postings, undone=bool(event.reverses))
        for each in event.postings:
            if each.account != between_account(event.payer):
                self._owe(_whose(each), event.payer, each.unit, -each.count)

    def agree(self, event: PartAgreed) -> None:
        """Somebody owes their part."""
        self._answered(event)
        self._move(event.day, Between.SHARED, event.postings)
        self._owe(event.member, event.payer, event.unit, event.count)

    def decline(self, event: PartDeclined, _: When) -> None:
        """Somebody does not bear it."""
        self._answered(event)

    def remind(self, event: PartsReminded) -> None:
        """Who has not answered was reminded."""
        self.asked[event.number] = replace(self.asked[event.number], reminded=True)

    def settle(self, event: TransferMade | TransferApproved) -> None:
        """Enter what one member paid another, or that this is undone."""
        order, undone = event.order, bool(event.reverses)
        self._move(order.day, Between.SETTLED, event.postings, undone=undone)
        self._owe(order.member, order.to, order.unit, order.count if undone else -order.count)

    def _answered(self, event: PartAgreed | PartDeclined) -> None:
        it = self.asked.pop(event.number)
        left = tuple(each for each in it.left if each != event.member)
        if left:
            self.asked[event.number] = replace(it, left=left)

    def _owe(self, debtor: int, creditor: int, unit: str, count: int) -> None:
        """So much more is owed from one to another; what comes to nothing is left out."""
        first, second = sorted((debtor, creditor))
        key = (first, second, unit)
        owed = self.pairs.pop(key, 0) + (count if debtor == second else -count)
        if owed and first != second:
            self.pairs[key] = owed

    def _move(
        self, day: str, why: Between, postings: Iterable[Posting], *, undone: bool = False
    ) -> None:
        for each in postings:
            whose = (day, why, each.unit, _whose(each))
            self.of[whose] = self.of.get(whose, 0) + each.count
            if each.count > 0:
                key = (day, why, each.unit)
                self.moved[key] = self.moved.get(key, 0) + (-each.count if undone else each.count)


CHANGES: Changes = {PartDeclined: SharedExpenses.decline}

RULES: RulesByGroup = {
    Group.MONEY: (
        Rule(
            "parts-reminder",
            say("How long after it whoever is asked for a part of a shared expense is reminded, once."),
            3 * DAY,
            Span(HOUR, 26 * WEEK, nothing="never"),
            TOGETHER,
        ),
    )
}
