"""The ledger: postings that sum to zero per unit, and the running balances they make.

Accounts are named `member:7`, `commons`, `commons:garden`, `treasury`, …; a positive balance is what
the account holds or is owed. Nothing here knows why something was posted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from bot.collective.events import Posting

COMMONS = "commons"


def member_account(number: int) -> str:
    """The account of a member."""
    return f"member:{number}"


def commons_account(circle: str = "") -> str:
    """The account of the commons, or of a circle's share of it."""
    return f"{COMMONS}:{circle}" if circle else COMMONS


def transfer(source: str, target: str, unit: str, count: int) -> tuple[Posting, Posting]:
    """`count` smallest parts from one account to another."""
    return Posting(target, unit, count), Posting(source, unit, -count)


def reversed_postings(postings: Iterable[Posting]) -> tuple[Posting, ...]:
    """The postings that undo these: nothing is ever edited in place."""
    return tuple(Posting(each.account, each.unit, -each.count) for each in postings)


def imbalance(postings: Iterable[Posting]) -> dict[str, int]:
    """What the postings do not sum to zero by, per unit; empty when they are right."""
    sums: dict[str, int] = {}
    for each in postings:
        sums[each.unit] = sums.get(each.unit, 0) + each.count
    return {unit: rest for unit, rest in sums.items() if rest}


@dataclass(slots=True)
class Month:
    """What came to each account in a month, and what went from it, by account and unit.

    It was written down from the instant `first` (ms) to `last`.
    """

    first: int
    last: int = 0
    came: dict[tuple[str, str], int] = field(default_factory=dict)
    went: dict[tuple[str, str], int] = field(default_factory=dict)


@lru_cache(4096)
def shared_account(account: str) -> str:
    """An account, or what all members have together of its sort (`member`, `held`)."""
    sort, _, number = account.partition(":")
    return sort if sort in _PEOPLE and number.isdecimal() else account


_PEOPLE = frozenset({"member", "held"})
"""The sorts of accounts that each member has one of."""


@dataclass(slots=True)
class Ledger:
    """The running balances of a collective, and what moved in each month.

    In `monthly`, by month such as 2026-11, all members have one account of each sort together.
    """

    balances: dict[tuple[str, str], int] = field(default_factory=dict)
    monthly: dict[str, Month] = field(default_factory=dict)

    def post(self, postings: Iterable[Posting]) -> None:
        """Add an entry's postings to the running sums."""
        balances = self.balances
        for each in postings:
            key = (each.account, each.unit)
            balances[key] = balances.get(key, 0) + each.count

    def note(self, day: str, postings: Iterable[Posting], at: int) -> None:
        """Note what moved on a day (ISO), and when that was written down (ms)."""
        sums = self.monthly.get(day[:7])
        if sums is None:
            sums = self.monthly[day[:7]] = Month(at)
        sums.last = at
        for each in postings:
            count, key = each.count, (shared_account(each.account), each.unit)
            if count > 0:
                sums.came[key] = sums.came.get(key, 0) + count
            else:
                sums.went[key] = sums.went.get(key, 0) - count

    def of(self, *accounts: str) -> dict[str, int]:
        """The balances of an account, or of several together, by unit, as the units first came."""
        sums: dict[str, int] = {}
        for (name, unit), count in self.balances.items():
            if name in accounts:
                sums[unit] = sums.get(unit, 0) + count
        return sums
