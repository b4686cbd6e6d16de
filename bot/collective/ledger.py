"""The ledger: postings that sum to zero per unit, and the running balances they make.

Accounts are named `member:7`, `commons`, `commons:garden`, `treasury`, …; a positive balance is what
the account holds or is owed. Nothing here knows why something was posted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

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


Key = tuple[str, str]
"""An account, and a unit."""


@dataclass(slots=True)
class Month:
    """What came to each account in a month and what went from it: `moved` holds both by key.

    It was written down from the instant `first` (ms) to `last`.
    """

    first: int
    last: int = 0
    moved: dict[Key, list[int]] = field(default_factory=dict)


@lru_cache(4096)
def shared_account(account: str) -> str:
    """An account, or what all members have together of its sort (`member`, `held`, `between`)."""
    sort, _, number = account.partition(":")
    return sort if sort in _PEOPLE and number.isdecimal() else account


_PEOPLE = frozenset({"member", "held", "between"})
"""The sorts of accounts that each member has one of."""


@dataclass(slots=True)
class Ledger:
    """The running balances of a collective, and what moved in each month.

    In `monthly`, by month such as 2026-11, all members have one account of each sort together.
    """

    balances: dict[Key, int] = field(default_factory=dict)
    monthly: dict[str, Month] = field(default_factory=dict)
    _month: str = field(default="", repr=False, compare=False)
    _cells: dict[Key, list[int]] = field(default_factory=dict, repr=False, compare=False)
    """Where of the month that was noted last each account is summed up: a fold asks that the most."""
    _own: dict[str, list[tuple[int, Key]]] = field(default_factory=dict, repr=False, compare=False)
    """The keys of each account among the first `_placed` of `balances`, and where each stands there."""
    _placed: int = field(default=0, repr=False, compare=False)

    def post(self, postings: Iterable[Posting]) -> None:
        """Add an entry's postings to the running sums."""
        balances = self.balances
        for each in postings:
            key = (each.account, each.unit)
            balances[key] = balances.get(key, 0) + each.count

    def note(self, day: str, postings: Iterable[Posting], at: int) -> None:
        """Note what moved on a day (ISO), and when that was written down (ms)."""
        month = self._noted(day[:7], at)
        for each in postings:
            self._sum(month, (each.account, each.unit), each.count)

    def book(self, day: str, postings: Iterable[Posting], at: int) -> None:
        """Post and note at once, in one walk: most of what is folded goes this way."""
        month = self._noted(day[:7], at)
        balances, cells = self.balances, self._cells
        for each in postings:
            count, key = each.count, (each.account, each.unit)
            balances[key] = balances.get(key, 0) + count
            cell = cells.get(key)
            if cell is None:
                self._sum(month, key, count)
            elif count > 0:
                cell[0] += count
            else:
                cell[1] -= count

    def _noted(self, name: str, at: int) -> Month:
        """The month in which something is noted at an instant."""
        if name != self._month:
            self._month, self._cells = name, {}
        month = self.monthly.get(name)
        if month is None:
            month = self.monthly[name] = Month(at)
        if at < month.first:  # noqa: PLR1730 - no call: a fold comes here for each entry
            month.first = at
        if at > month.last:  # noqa: PLR1730 - the same
            month.last = at
        return month

    def _sum(self, month: Month, key: Key, count: int) -> None:
        account, unit = key
        cell = self._cells[key] = month.moved.setdefault((shared_account(account), unit), [0, 0])
        if count > 0:
            cell[0] += count
        else:
            cell[1] -= count

    def of(self, *accounts: str) -> dict[str, int]:
        """The balances of an account, or of several together, by unit, as the units first came.

        It costs what these accounts have, and a look at what was posted to for the first time since
        somebody asked: most of those who fold a journal never ask.
        """
        self._place()
        own, sums = self._own, dict[str, int]()
        for _, key in sorted({each for account in accounts for each in own.get(account, ())}):
            sums[key[1]] = sums.get(key[1], 0) + self.balances[key]
        return sums

    def _place(self) -> None:
        """Find the keys that came since, which stand last: none ever goes."""
        new = [*islice(reversed(self.balances), len(self.balances) - self._placed)]
        for key in reversed(new):
            self._own.setdefault(key[0], []).append((self._placed, key))
            self._placed += 1
