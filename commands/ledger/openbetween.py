"""What stands open between members: who is owed what, and among whom it may be settled.

Payments are set off among those alone who have to do with one another: one owes another a part that
they agreed to, and so on from one to the next. Whoever shares nothing with two others neither pays nor
bears what these two say that they owe.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from bot.collective.state import State


def open_balances(state: State) -> dict[str, dict[int, int]]:
    """By unit what each person is owed, or below nothing owes, in smallest parts."""
    sums: dict[str, defaultdict[int, int]] = {}
    for (account, unit), count in state.ledger.balances.items():
        sort, _, number = account.partition(":")
        if sort == "between" and count:
            sums.setdefault(unit, defaultdict(int))[state.members.one(int(number))] += count
    found = {unit: {who: n for who, n in of.items() if n} for unit, of in sorted(sums.items())}
    return {unit: of for unit, of in found.items() if of}


def open_sums(state: State) -> dict[str, int]:
    """How much stands open between members, by unit."""
    return {
        unit: sum(count for count in of.values() if count > 0)
        for unit, of in open_balances(state).items()
    }


def groups(state: State, unit: str, balances: Mapping[int, int]) -> list[dict[int, int]]:
    """The balances of one unit by those who have to do with one another: each group sums to nothing."""
    leads = _leads(state, unit)
    found: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for who, count in balances.items():
        found[_first(leads, who)][who] = count
    return list(found.values())


def have_to_do(state: State, one: int, other: int, unit: str) -> bool:
    """Whether one of them owes the other, be it through others."""
    leads = _leads(state, unit)
    return _first(leads, state.members.one(one)) == _first(leads, state.members.one(other))


def _leads(state: State, unit: str) -> dict[int, int]:
    """From each person a step to another of their group; who leads nowhere stands for the group."""
    leads: dict[int, int] = {}
    for first, second, of in state.sharedexpenses.pairs:
        if of == unit:
            one, other = (_first(leads, state.members.one(each)) for each in (first, second))
            if one != other:
                leads[other] = one
    return leads


def _first(leads: dict[int, int], who: int) -> int:
    while who in leads:
        who = leads[who]
    return who
