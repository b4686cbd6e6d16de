"""Budgets: how much a circle, or a kind of expense, may take of the money in a month, quarter or year.

A budget moves nothing. What counts against it are the expenses that stand, by the day that each is for:
one that is undone counts no more where it stood, whenever it was undone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from bot.collective.events import Changes, Event, When
from bot.collective.treasury import Flow, Order, TransferApproved, TransferMade

BUDGETS_MAX = 100
"""More than anybody looks at; a bound on what the state holds."""


class BudgetTerms(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What a budget is for: its currency, how long its periods are, and which expenses count.

    Those of one `kind` and of one `circle`, where it names them; else of all.
    """

    unit: str
    every: str
    kind: str = ""
    circle: str = ""

    def counts(self, order: Order) -> bool:
        """Whether what is moved counts against it."""
        return order.flow is Flow.EXPENSE and self.takes(order.unit, order.kind, order.circle)

    def takes(self, unit: str, kind: str, circle: str) -> bool:
        """Whether expenses of a currency, a kind and a circle count against it."""
        return self.unit == unit and self.kind in {"", kind} and self.circle in {"", circle}


class _BudgetEvent(Event, frozen=True, kw_only=True):
    name: str
    by: int = 0
    proposal: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The budget."""
        return (f"budget:{self.name}",)


class BudgetBegun(_BudgetEvent, frozen=True, kw_only=True, tag="budget.begun"):
    """So much may be spent in each period, from the one on that begins on `first` (ISO).

    `number` is its own, and `room` where its card stands; those of before there were cards have 0.
    """

    terms: BudgetTerms
    count: int
    first: str
    number: int = 0
    room: int = 0


class BudgetChanged(_BudgetEvent, frozen=True, kw_only=True, tag="budget.changed"):
    """It is so much from the period on that begins on `first` (ISO); those before it keep theirs."""

    count: int
    first: str


class BudgetEnded(_BudgetEvent, frozen=True, kw_only=True, tag="budget.ended"):
    """Nothing counts against it any more."""


@dataclass(slots=True)
class Budget:
    """One budget; `steps` are the first days (ISO) from which it is so much, the earliest first.

    `number` and `room` are as in the event that began it.
    """

    name: str
    terms: BudgetTerms
    steps: list[tuple[str, int]]
    number: int = 0
    room: int = 0

    @property
    def ref(self) -> str:
        """What its card is known by; empty where it has none."""
        return f"BU{self.number}" if self.number else ""

    @property
    def first(self) -> str:
        """The first day (ISO) that counts."""
        return self.steps[0][0]

    def count_of(self, first: str) -> int | None:
        """How much it is in the period that begins on a day (ISO); None before there was any."""
        return next((count for since, count in reversed(self.steps) if since <= first), None)


@dataclass(slots=True)
class Budgets:
    """The budgets by name, and how many ever began.

    What was `spent` is in smallest parts by month, currency, kind and circle.
    """

    by_name: dict[str, Budget] = field(default_factory=dict)
    count: int = 0
    spent: dict[tuple[str, str, str, str], int] = field(default_factory=dict)

    def begin(self, event: BudgetBegun, _: When) -> None:
        """One more."""
        steps = [(event.first, event.count)]
        self.by_name[event.name] = Budget(event.name, event.terms, steps, event.number, event.room)
        self.count = max(self.count, event.number)

    def change(self, event: BudgetChanged, _: When) -> None:
        """It is another amount from a period on."""
        it = self.by_name[event.name]
        it.steps = [each for each in it.steps if each[0] < event.first]
        it.steps.append((event.first, event.count))

    def end(self, event: BudgetEnded, _: When) -> None:
        """One less."""
        del self.by_name[event.name]

    def note(self, event: TransferMade | TransferApproved) -> None:
        """Count an expense, or take one back where it counted."""
        order = event.order
        if order.flow is not Flow.EXPENSE:
            return
        day, sign = (event.corrects or order.day, -1) if event.reverses else (order.day, 1)
        key = (day[:7], order.unit, order.kind, order.circle)
        self.spent[key] = self.spent.get(key, 0) + sign * order.count

    def against(self, order: Order) -> list[Budget]:
        """The budgets that an expense counts against, by name."""
        return [it for _, it in sorted(self.by_name.items()) if it.terms.counts(order)]


CHANGES: Changes = {
    BudgetBegun: Budgets.begin,
    BudgetChanged: Budgets.change,
    BudgetEnded: Budgets.end,
}
