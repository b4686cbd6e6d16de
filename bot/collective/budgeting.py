"""How budgets stand: what of one is spent and asked for, and which an expense would go over.

Pure functions of the state; nothing here writes or refuses anything.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.collective.budgets import Budget
from bot.collective.moves import Place, place_of
from bot.collective.state import State
from bot.collective.treasury import Order
from bot.language.periods import Period
from bot.value.periods import Every, period_of


@dataclass(frozen=True, slots=True)
class Standing:
    """A budget in one of its periods: how much it is, what of that is spent, and what is asked for."""

    it: Budget
    period: Period
    count: int
    spent: int
    asked: int

    @property
    def left(self) -> int:
        """What can still be spent where all that is asked for is approved; below nothing: over it."""
        return self.count - self.spent - self.asked


def period_in(it: Budget, day: dt.date) -> Period:
    """The period of a budget that a day lies in."""
    return period_of(day, Every(it.terms.every))


def standing_of(state: State, it: Budget, day: dt.date) -> Standing | None:
    """How a budget stands in the period that a day lies in; None before it began."""
    period = period_in(it, day)
    first, last = period.first.isoformat(), period.last.isoformat()
    count = it.count_of(first)
    if count is None:
        return None
    spent = sum(
        parts
        for (month, unit, kind, circle), parts in state.budgets.spent.items()
        if first[:7] <= month <= last[:7] and it.terms.takes(unit, kind, circle)
    )
    waiting = (each.order for each in state.treasury.waiting.values() if not each.reverses)
    asked = sum(
        order.count for order in waiting if first <= order.day <= last and it.terms.counts(order)
    )
    return Standing(it, period, count, spent, asked)


def standings_for(state: State, order: Order) -> list[Standing]:
    """How the budgets stand that an expense counts against, in the period of its day."""
    day = dt.date.fromisoformat(order.day)
    found = (standing_of(state, it, day) for it in state.budgets.against(order))
    return [each for each in found if each is not None]


def has_treasury(state: State, unit: str) -> bool:
    """Whether money of a currency ever lay in the treasury or in a fund."""
    return any(
        code == unit and place_of(account) in {Place.TREASURY, Place.FUNDS}
        for account, code in state.ledger.balances
    )
