"""What a partner pledged, in numbers: the periods, what is due for each, and what settles it.

A pledge covers whole months, quarters or years of the calendar, one after the other. All is exact: what
is due is rounded once, to the nearest smallest part, a half upwards. What is settled follows from all
dues and all payments together, so it never matters in which order they were written down.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from fractions import Fraction

import msgspec

from bot.deciding.terms import Ratio
from bot.language.periods import Period
from bot.value.periods import Every, next_period, period_of

HEADS_MAX = 1_000_000
"""More people than any enterprise has; keeps every product small."""


class Basis(StrEnum):
    """What a pledge is a share of."""

    REVENUE = "revenue"
    SURPLUS = "surplus"
    HEAD = "head"
    """So much for each person who works there."""

    FLAT = "flat"
    """So much, whatever the enterprise takes in."""


CAPTURING = frozenset({Basis.REVENUE, Basis.SURPLUS})
"""Where what is declared is money that was made with the commons."""


class Pledge(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an enterprise pledged.

    `rate` is the share of revenue or surplus, or so many smallest parts for each head, or flat.
    `first` and `last` (ISO days) are where the first period begins and the last one ends (empty: open).
    `cap` (0: none) is the most for one period. `fund` is what it is earmarked for. The reports count a
    `private` one without the partner's name.
    """

    basis: Basis
    unit: str
    rate: Ratio
    every: Every
    first: str
    last: str = ""
    cap: int = 0
    fund: str = ""
    private: bool = False

    @property
    def captures(self) -> bool:
        """Whether what is declared is money."""
        return self.basis in CAPTURING

    @property
    def owes_by_itself(self) -> bool:
        """Whether nothing has to be declared before something is due."""
        return self.basis is Basis.FLAT


def due_of(pledge: Pledge, basis: int) -> int:
    """What is due of so much revenue or surplus (smallest parts), or of so many heads.

    It is rounded to the nearest smallest part, a half upwards, and never more than the cap.
    """
    rate = pledge.rate
    match pledge.basis:
        case Basis.FLAT:
            due = rate.n // rate.d
        case Basis.HEAD:
            due = rate.n * basis // rate.d
        case _:
            due = (2 * rate.n * basis + rate.d) // (2 * rate.d)
    return min(pledge.cap, due) if pledge.cap else due


# --- Periods --------------------------------------------------------------------------------------


def periods(pledge: Pledge, until: dt.date) -> Iterator[Period]:
    """The periods of a pledge that ended by a day, in order."""
    last = min(until, dt.date.fromisoformat(pledge.last)) if pledge.last else until
    period = period_of(dt.date.fromisoformat(pledge.first), pledge.every)
    while period.last <= last:
        yield period
        period = next_period(period, pledge.every)


# --- Settling -------------------------------------------------------------------------------------


class Due(msgspec.Struct, frozen=True, gc=False):
    """What a partner owes for a period that ended, in smallest parts."""

    period: Period
    unit: str
    count: int


class Payment(msgspec.Struct, frozen=True, gc=False):
    """What a partner paid on a day; `period` is the first day (ISO) of the one it is for, if named."""

    number: int
    day: str
    unit: str
    count: int
    period: str = ""


class Part(msgspec.Struct, frozen=True, gc=False):
    """So much of a payment (by number) settles the due of a period, so many days after its end."""

    payment: int
    period: Period
    unit: str
    count: int
    lag: int


def settled(dues: Iterable[Due], payments: Iterable[Payment]) -> tuple[Part, ...]:
    """What settles what: a payment first the period it was paid for, then the oldest that had ended.

    What is over is a gift. The order of the arguments changes nothing.
    """
    in_order = sorted(payments, key=lambda each: (each.day, each.number))
    over = {each.number: each.count for each in in_order}
    rows = sorted(dues, key=lambda due: due.period.first)
    left = [due.count for due in rows]
    named = {(due.period.first.isoformat(), due.unit): at for at, due in enumerate(rows)}
    oldest: defaultdict[str, deque[int]] = defaultdict(deque)
    for at, due in enumerate(rows):
        oldest[due.unit].append(at)
    parts: list[Part] = []

    def settle(each: Payment, at: int) -> None:
        count = min(left[at], over[each.number])
        left[at] -= count
        over[each.number] -= count
        if count:
            period = rows[at].period
            lag = (dt.date.fromisoformat(each.day) - period.last).days
            parts.append(Part(each.number, period, each.unit, count, lag))

    for each in in_order:
        if (each.period, each.unit) in named:
            settle(each, named[each.period, each.unit])
    for each in in_order:
        waiting, day = oldest[each.unit], dt.date.fromisoformat(each.day)
        while waiting and over[each.number] and rows[waiting[0]].period.last <= day:
            settle(each, waiting[0])
            if not left[waiting[0]]:
                waiting.popleft()
    return tuple(parts)


def paid_for(parts: Iterable[Part]) -> dict[tuple[Period, str], int]:
    """What is settled of the due of each period, by period and unit."""
    paid: dict[tuple[Period, str], int] = {}
    for each in parts:
        key = (each.period, each.unit)
        paid[key] = paid.get(key, 0) + each.count
    return paid


def median(days: Sequence[int]) -> Fraction:
    """The middle one of some numbers, or the mean of the two in the middle. There must be one."""
    ordered = sorted(days)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return Fraction(ordered[middle])
    return Fraction(ordered[middle - 1] + ordered[middle], 2)


def tenths_text(number: Fraction) -> str:
    """A number with one decimal where it needs one, rounded half up."""
    tenths = (20 * number.numerator + number.denominator) // (2 * number.denominator)
    sign, (whole, rest) = "-" if tenths < 0 else "", divmod(abs(tenths), 10)
    return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"


def percent_text(part: int, whole: int) -> str:
    """A part of a whole in percent, to a tenth."""
    return f"{tenths_text(Fraction(100 * part, whole))}%"
