"""Settling up: who pays whom so that nobody owes anybody anything, in the fewest payments.

What people owe is one balance each, which together are nothing. If they fall into so many groups that
each are nothing by themselves, a group of n people takes n - 1 payments: so the most groups are the
fewest payments. Up to `EXACT_MAX` people that are left when equal and opposite balances are paired
(which never costs a payment), the most groups are found by looking at every set of them once (dynamic
programming over subsets). Of more, the largest debt goes to the largest claim until all is settled:
never more than one payment less than there are people, which may be more than the fewest; finding
those is NP-hard (it contains the partition problem).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from typing import NamedTuple

EXACT_MAX = 12
"""How many people, beside those that are paired, are looked at in all sets: 4,096 of them."""


class Payment(NamedTuple):
    """Somebody pays somebody so much, in smallest parts."""

    payer: int
    receiver: int
    amount: int


def settlement(balances: Mapping[int, int]) -> list[Payment]:
    """The payments that settle balances, which sum to nothing; below nothing is owed, above is claimed.

    By payer and receiver. Raises ValueError where the balances do not sum to nothing.
    """
    if sum(balances.values()):
        raise ValueError("what is owed is not what is claimed")
    rest = {who: count for who, count in sorted(balances.items()) if count}
    made = list(_paired(rest))
    groups = _groups(list(rest.items())) if len(rest) <= EXACT_MAX else [rest]
    for group in groups:
        made += _greedy(group)
    return sorted(made)


def _paired(rest: dict[int, int]) -> Iterator[Payment]:
    """One payment for each debt and claim of the same size, which are taken out of the rest."""
    claims: dict[int, list[int]] = {}
    for who, count in rest.items():
        if count > 0:
            claims.setdefault(count, []).append(who)
    for who, count in list(rest.items()):
        if count < 0 and claims.get(-count):
            receiver = claims[-count].pop(0)
            del rest[who], rest[receiver]
            yield Payment(who, receiver, -count)


def _groups(people: list[tuple[int, int]]) -> list[dict[int, int]]:
    """The most groups that each sum to nothing: an order of people in which most sums are nothing."""
    whole = 1 << len(people)
    sums, most, last = [0] * whole, [0] * whole, [0] * whole
    for some in range(1, whole):
        low = (some & -some).bit_length() - 1
        sums[some] = sums[some & (some - 1)] + people[low][1]
        without = ((most[some ^ 1 << at], -at) for at in range(len(people)) if some >> at & 1)
        before, at = max(without)
        most[some], last[some] = before + (not sums[some]), -at
    groups: list[dict[int, int]] = []
    some = whole - 1
    while some:
        if not sums[some]:
            groups.append({})
        who, count = people[last[some]]
        groups[-1][who] = count
        some ^= 1 << last[some]
    return groups


def _greedy(group: Mapping[int, int]) -> Iterator[Payment]:
    """The largest debt goes to the largest claim, until nothing is left: each settles somebody."""
    debts = [(count, who) for who, count in group.items() if count < 0]
    claims = [(-count, who) for who, count in group.items() if count > 0]
    heapq.heapify(debts)
    heapq.heapify(claims)
    while debts:
        debt, payer = heapq.heappop(debts)
        claim, receiver = heapq.heappop(claims)
        paid = min(-debt, -claim)
        yield Payment(payer, receiver, paid)
        if debt + paid:
            heapq.heappush(debts, (debt + paid, payer))
        if claim + paid:
            heapq.heappush(claims, (claim + paid, receiver))
