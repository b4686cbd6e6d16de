"""What partners pledged, and what they owe by it: a claim for each period declared, or paid for.

A partner whose pledge is private has none: only its payments are in the books.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

import msgspec

from bot.collective.partners import Partner
from bot.collective.state import State
from bot.collective.treasury import reference
from bot.language.periods import Period
from bot.value.partners import Pledge, due_of
from bot.value.periods import period_text


class Claimed(msgspec.Struct, frozen=True):
    """What a partner owes for a period, and the short names of the transfers that settle it."""

    partner: str
    period: Period
    unit: str
    count: int
    settled_by: tuple[str, ...]

    @property
    def name(self) -> str:
        """What it is called among all claims."""
        return f"{self.partner}:{period_text(self.period)}"


def pledges_of(state: State) -> Iterator[tuple[str, Pledge]]:
    """All that partners pledged, by name and beginning; what was never in force is left out."""
    for name in sorted(state.partners.named):
        it = state.partners.named[name]
        if not it.private:
            yield from (
                (name, pledge)
                for pledge in it.pledges
                if pledge.last >= pledge.first or not pledge.last
            )


def claims_of(state: State) -> Iterator[Claimed]:
    """All that partners owe or owed, by name and period."""
    for name in sorted(state.partners.named):
        it = state.partners.named[name]
        if not it.private:
            yield from _claims(it)


def _claims(it: Partner) -> Iterator[Claimed]:
    ends = [each.period.last for each in it.declared.values()]
    paid = [dt.date.fromisoformat(each.day) for each in it.payments.values()]
    until = max([*ends, *paid], default=None)
    if until is None:
        return
    settled: defaultdict[str, list[str]] = defaultdict(list)
    for part in it.parts(until):
        settled[part.period.first.isoformat()].append(reference(part.payment))
    for period, pledge in it.covered(until):
        first = period.first.isoformat()
        count = _due(it, pledge, first)
        if count:
            by = tuple(dict.fromkeys(settled[first]))
            yield Claimed(it.name, period, pledge.unit, count, by)


def _due(it: Partner, pledge: Pledge, first: str) -> int:
    declared = it.declared.get(first)
    if declared is None and not pledge.owes_by_itself:
        return 0
    return due_of(pledge, declared.count if declared else 0)
