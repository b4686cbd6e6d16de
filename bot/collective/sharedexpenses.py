"""Shared expenses: what one member laid out for several, and what members owe one another by that.

The collective's own money has no part in it. Each member has an account `between:N`: above nothing is
what others owe them, below it what they owe; in each currency all of them together are nothing. What
somebody pays another outside is a transfer (`Flow.SETTLE`) between the same accounts. The number of a
shared expense is that of a transfer, T9.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from bot.collective.events import Event, Posting, Seal, When, about_member
from bot.collective.treasury import TransferApproved, TransferMade, between_account, reference

LATELY_KEPT_MS = 32 * 86_400_000
"""How long one is remembered by which the same one again is known."""


class Borne(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a member bears of it: so many parts of it, which came to so many smallest parts of money."""

    member: int
    parts: int
    count: int


class ExpenseShared(Event, frozen=True, kw_only=True, tag="expense.shared"):
    """`payer` laid out `count` smallest parts, which these bear; or that is undone.

    `reverses` is the number of the shared expense that this undoes, 0 for none, and `corrects` the day
    (ISO) that it counted for.
    """

    sealed_fields = ("what", "proof")
    number: int
    payer: int
    unit: str
    count: int
    day: str
    borne: tuple[Borne, ...]
    kind: str = ""
    what: Seal = ""
    proof: Seal = ""
    by: int = 0
    proposal: int = 0
    reverses: int = 0
    corrects: str = ""
    postings: tuple[Posting, ...] = ()

    @property
    def subjects(self) -> tuple[str, ...]:
        """It, whom it is about, and what it undoes."""
        people = dict.fromkeys((self.payer, *(each.member for each in self.borne)))
        undone = (reference(self.reverses),) if self.reverses else ()
        return (reference(self.number), *map(about_member, people), *undone)


def shared_postings(payer: int, unit: str, borne: Iterable[Borne]) -> tuple[Posting, ...]:
    """What a shared expense posts: the payer gets from each what they bear, from themselves nothing."""
    owed = {each.member: each.count for each in borne if each.member != payer and each.count}
    claim = Posting(between_account(payer), unit, sum(owed.values()))
    return (claim, *(Posting(between_account(who), unit, -count) for who, count in owed.items()))


class Between(StrEnum):
    """Why something moved between members."""

    SHARED = "shared"
    SETTLED = "settled"


@dataclass(slots=True)
class SharedExpenses:
    """What decisions and reports need to know of them.

    `lately` are those of a month that stand, by number, with when (ms). `moved` sums up what was
    shared, and what was paid, by day (ISO), why and unit; what was undone is taken off on the day of
    that.
    """

    lately: dict[int, tuple[int, ExpenseShared]] = field(default_factory=dict)
    moved: dict[tuple[str, Between, str], int] = field(default_factory=dict)

    def share(self, event: ExpenseShared, when: When) -> None:
        """Enter one, or that one is undone."""
        kept = self.lately.items()
        self.lately = {n: it for n, it in kept if it[0] > when.at - LATELY_KEPT_MS}
        if event.reverses:
            self.lately.pop(event.reverses, None)
        else:
            self.lately[event.number] = (when.at, event)
        self._move(event.day, Between.SHARED, event.unit, event.count, undone=bool(event.reverses))

    def settle(self, event: TransferMade | TransferApproved) -> None:
        """Enter what one member paid another, or that this is undone."""
        order, undone = event.order, bool(event.reverses)
        self._move(order.day, Between.SETTLED, order.unit, order.count, undone=undone)

    def _move(self, day: str, why: Between, unit: str, count: int, *, undone: bool) -> None:
        key = (day, why, unit)
        self.moved[key] = self.moved.get(key, 0) + (-count if undone else count)
