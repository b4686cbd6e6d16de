"""The policy of a unit of one's own: what its terms are, and the arithmetic that follows from them.

A unit is kept in one of two modes. Mutual credit (LETS, Sardex): whoever pays may go below nothing down
to a limit, and all balances sum to zero. Issued: the collective issues it for confirmed work, within a
budget, and takes it back by levies, fees and demurrage, which retire it (chartal money; Fullwiler,
Kelton and Wray). Counts are whole smallest parts; what is exact is a Fraction; nothing is a float.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Final

import msgspec

from bot.deciding.terms import Ratio
from bot.value.apportion import apportioned
from bot.value.periods import Every
from bot.value.weighing import Parts

NOTHING: Final = Ratio(0)

INCOME_MONTHS: Final = 6
"""Over how many months an income is averaged for a limit."""

OVERDUE_DAYS: Final = 365
"""After how long below nothing an account is to be looked at (Sardex: twelve months)."""

_HOUR: Final = 60


class Mode(StrEnum):
    """How a unit comes to be: as members pay one another, or as the collective issues it."""

    CREDIT = "credit"
    ISSUED = "issued"


class UnitTerms(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was decided of a unit; counts are its smallest parts, 0 is none.

    `fee` is a part of each payment, `demurrage` one of what is held at the end of a period, `levy` what
    each member owes for a period; above `plenty` somebody is reminded to spend. Credit: `limit` is how
    far down everybody may go, `earning` how much of an average month's income beyond that, `most` the
    most of both, `vouches` how many members must vouch before. Issued: `wage` is issued for an hour,
    at most `budget` in a period, for these `kinds` (all, where none is named), of months `since`.
    """

    mode: Mode
    every: Every = Every.MONTH
    fee: Ratio = NOTHING
    demurrage: Ratio = NOTHING
    levy: int = 0
    plenty: int = 0
    limit: int = 0
    earning: Ratio = NOTHING
    most: int = 0
    vouches: int = 0
    wage: int = 0
    budget: int = 0
    kinds: tuple[str, ...] = ()
    since: str = ""

    @property
    def takes(self) -> bool:
        """Whether anything is taken at the end of a period."""
        return bool(self.levy or self.demurrage.n)


def months_before(month: str, count: int) -> tuple[str, ...]:
    """The months before a month, such as 2026-11, the newest first."""
    at = int(month[:4]) * 12 + int(month[5:7]) - 1
    return tuple(f"{(at - back) // 12}-{(at - back) % 12 + 1:02}" for back in range(1, count + 1))


# --- Paying ---------------------------------------------------------------------------------------


def fee_of(terms: UnitTerms, count: int) -> int:
    """What is taken of a payment, beside it; rounded down, so that small sums pass free."""
    return terms.fee.n * count // terms.fee.d


def limit_of(terms: UnitTerms, vouches: int, earned: int) -> int:
    """How far below nothing somebody may go: `min(most, limit + earning · earned / 6)`, rounded down.

    `earned` is what they got in the last six months. Nothing until enough members vouch for them.
    """
    if terms.mode is not Mode.CREDIT or vouches < terms.vouches:
        return 0
    beyond = terms.earning.n * earned // (terms.earning.d * INCOME_MONTHS)
    limit = terms.limit + beyond
    return min(limit, terms.most) if terms.most else limit


# --- The end of a period --------------------------------------------------------------------------


class Taken(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What the end of a period takes of somebody: demurrage, levy, and what of levies is owed then."""

    demurrage: int = 0
    levy: int = 0
    owed: int = 0


def taken(terms: UnitTerms, balance: int, owed: int, *, levied: bool) -> Taken:
    """What is taken of a balance: of what is above nothing `b` stays `floor(b · (1 − demurrage))`.

    From that the levy is paid, with what is owed of earlier ones, as far as it goes; nobody goes below
    nothing by it. `levied` says whether they owe one for this period.
    """
    has = max(0, balance)
    keeps = has * (terms.demurrage.d - terms.demurrage.n) // terms.demurrage.d
    due = owed + (terms.levy if levied else 0)
    levy = min(due, keeps)
    return Taken(has - keeps, levy, due - levy)


def lacking(terms: UnitTerms, payers: int, spendable: int) -> int:
    """What is too little to pay a period's levy: nobody can pay what was never issued.

    `spendable` is what members hold. In mutual credit the levy returns only as it is spent.
    """
    issued = terms.budget if terms.mode is Mode.ISSUED else 0
    return max(0, terms.levy * payers - issued - spendable) if terms.levy else 0


# --- Issuing --------------------------------------------------------------------------------------


def issued(terms: UnitTerms, minutes: Mapping[int, Parts], room: int, seed: str) -> dict[int, int]:
    """What everybody gets for the minutes that nothing was issued for yet, by person.

    `wage · minutes / 60`, rounded down: the rest stays open. Where the `room` in the budget does not
    hold all of it, it is handed out in proportion, to the last part (see `apportion`).
    """
    earned = {who: earned_by(terms, it) for who, it in minutes.items()}
    earned = {who: count for who, count in earned.items() if count > 0}
    if sum(earned.values()) <= room:
        return earned
    shares = apportioned(max(0, room), earned, seed)
    return {who: count for who, count in shares.items() if count}


def earned_by(terms: UnitTerms, minutes: Parts) -> int:
    """What so many minutes earn, rounded down."""
    exact = Fraction(minutes) * terms.wage / _HOUR
    return exact.numerator // exact.denominator


def minutes_for(terms: UnitTerms, count: int) -> Fraction:
    """The minutes that so much is issued for, exactly."""
    return Fraction(count * _HOUR, terms.wage)


# --- The report -----------------------------------------------------------------------------------


def average(levels: Mapping[str, int], first: str, last: str) -> Fraction:
    """The mean over the days from first to last (ISO) of what stood at the end of each day.

    `levels` holds it for the days on which it changed; before the first of them it is nothing.
    """
    day, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    days = (end - day).days + 1
    changes = sorted(levels)
    level = next((levels[each] for each in reversed(changes) if each < first), 0)
    total = 0
    for each in (each for each in changes if first <= each <= last):
        at = dt.date.fromisoformat(each)
        total += level * (at - day).days
        day, level = at, levels[each]
    return Fraction(total + level * ((end - day).days + 1), days)


def top_tenth(balances: Iterable[int]) -> Fraction:
    """The share of everything above nothing that the richest tenth of the members holds (at least one).

    Nothing where nobody holds anything.
    """
    all_of_them = sorted((max(0, count) for count in balances), reverse=True)
    whole = sum(all_of_them)
    top = -(-len(all_of_them) // 10)
    return Fraction(sum(all_of_them[:top]), whole) if whole else Fraction(0)
