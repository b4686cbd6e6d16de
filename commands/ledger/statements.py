"""What a statement is made of: somebody's entries and accounts in some days, in one walk.

What was written long ago is read together with all that came since, of which most is not told: only
what belongs to these days is put together, and only the words that are told are looked up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.chain import Entry
from bot.collective.booking import booked
from bot.collective.contributions import (
    Contribution,
    ContributionAmended,
    Life,
    Status,
    fold_contribution,
)
from bot.collective.events import Event, Posting, Seal
from bot.collective.ledger import member_account
from bot.collective.state import State
from bot.collective.treasury import between_account, held_account
from bot.decision import Found, Words
from bot.language.periods import Period
from commands.contributions.lookups import steps_of
from commands.ledger.movements import said_for

LINES_MAX: Final = 40
"""The most entries in a statement: what fits one message on every platform."""

Sums = dict[str, int]
"""Smallest parts by unit."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody's accounts of one sort in some days: before them, each movement, and after them."""

    opening: Sums
    moved: Sequence[tuple[str, Event, Sums]]
    closing: Sums

    @property
    def ends(self) -> tuple[Sums, Sums]:
        """What they held before and after."""
        return self.opening, self.closing


@dataclass(frozen=True, slots=True)
class Statement:
    """Somebody's entries of some days, by day; and what they gave, what is held for them and owed."""

    entries: Sequence[Contribution]
    given: Account
    money: Account
    owed: Account


def reckoned(state: State, found: Found, numbers: Collection[int], period: Period) -> Statement:
    """What the journal says of these days and of all since, reckoned back from today."""
    days = period.first.isoformat(), period.last.isoformat()
    sorts = [
        [of(number) for number in numbers] for of in (member_account, held_account, between_account)
    ]
    given, money, owed = _accounts(state, found, sorts, days)
    return Statement(_entries(state, found, numbers, days), given, money, owed)


def words_of(it: Statement, found: Found) -> Words:
    """The words that are told of a statement, of the last entries and movements alone."""
    told = {each.number: each.what for each in it.entries[-LINES_MAX:] if each.what}
    near: dict[Seal, int] = {}
    for entry, event in found:
        if isinstance(event, Life) and told.get(event.number) in event.seals:
            near.setdefault(told[event.number], entry.seq)
    moved = [event for each in (it.money, it.owed) for _, event, _ in each.moved[-LINES_MAX:]]
    said = said_for(found) if moved else {}
    for event in moved:
        what = said.get(getattr(event, "number", 0))
        if what is not None and what.seal:
            near.setdefault(what.seal, what.seq)
    return Words(tuple(near.items()))


# --- Entries --------------------------------------------------------------------------------------


def _entries(
    state: State, found: Found, numbers: Collection[int], days: tuple[str, str]
) -> Sequence[Contribution]:
    """The contributions of these days that were not withdrawn: only what may be one is put together."""
    first, last = days
    lives: dict[int, list[tuple[Entry, Event]]] = {}
    meant: set[int] = set()
    for each in found:
        event = each[1]
        if isinstance(event, Life):
            lives.setdefault(event.number, []).append(each)
            if any(first <= day <= last for day in _days(event)):
                meant.add(event.number)
    folded = (fold_contribution(steps_of(state, tuple(lives[number]))) for number in meant)
    several = (
        it
        for it in folded
        if it is not None
        and it.share.member in numbers
        and it.status is not Status.WITHDRAWN
        and first <= it.share.day <= last
    )
    return sorted(several, key=lambda it: (it.share.day, it.number))


def _days(event: Life) -> Iterator[str]:
    """The days on which a contribution may stand behind an event."""
    yield event.share.day
    if isinstance(event, ContributionAmended):
        yield event.now.day


# --- Accounts -------------------------------------------------------------------------------------


def _accounts(
    state: State, found: Found, sorts: Sequence[Collection[str]], days: tuple[str, str]
) -> Iterator[Account]:
    """The accounts of each sort; an event moves those whose account one of its postings names."""
    first, last = days
    sort_of = {account: sort for sort, accounts in enumerate(sorts) for account in accounts}
    openings = [state.ledger.of(*accounts) for accounts in sorts]
    closings = [dict(each) for each in openings]
    moved: list[list[tuple[str, Event, Sums]]] = [[] for _ in sorts]
    for entry, event in found:
        for day, postings in booked(event, entry.at):
            if day < first:
                continue
            for sort, sums in _sums(postings, sort_of).items():
                if not any(sums.values()):
                    continue
                _take(openings[sort], sums)
                if day > last:
                    _take(closings[sort], sums)
                else:
                    moved[sort].append((day, event, sums))
    return (
        Account(_some(opening), of_sort, _some(closing))
        for opening, of_sort, closing in zip(openings, moved, closings, strict=True)
    )


def _sums(postings: Iterable[Posting], sort_of: dict[str, int]) -> dict[int, Sums]:
    """What postings move on the accounts of each sort."""
    found: dict[int, Sums] = {}
    for each in postings:
        sort = sort_of.get(each.account)
        if sort is not None:
            sums = found.setdefault(sort, {})
            sums[each.unit] = sums.get(each.unit, 0) + each.count
    return found


def _take(sums: Sums, moved: Sums) -> None:
    for unit, count in moved.items():
        sums[unit] = sums.get(unit, 0) - count


def _some(sums: Sums) -> Sums:
    return {unit: count for unit, count in sums.items() if count}
