"""What was given in a time: the entries that count, by kind and together, in words and for machines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from bot.collective.state import State
from bot.language.periods import Period
from bot.language.sums import decimals, shown, sums_told
from bot.text.wording import Node, Number, Table, Words, say

Given = dict[tuple[str, str], tuple[int, int]]
"""How many entries count, and what they are together, by kind and unit."""


def _given(state: State, period: Period) -> Given:
    """What counts in a time."""
    sums: defaultdict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    found = state.contributions.between(period.first.isoformat(), period.last.isoformat())
    for (kind, unit, _), entries, count in found:
        before = sums[kind, unit]
        sums[kind, unit] = (before[0] + entries, before[1] + count)
    return dict(sorted(sums.items()))


def _totals(sums: Given) -> dict[str, int]:
    totals: dict[str, int] = {}
    for (_, unit), (_, count) in sums.items():
        totals[unit] = totals.get(unit, 0) + count
    return totals


def given_told(state: State, period: Period) -> Iterator[Node]:
    """What was given in a time, by kind and together."""
    sums = _given(state, period)
    rows = tuple(
        (Words(f"#{kind}"), shown(unit, count), Number(entries))
        for (kind, unit), (entries, count) in sums.items()
    )
    if not rows:
        yield say("No confirmed entries in this time.")
        return
    yield Table((say("Kind"), say("Amount"), say("Entries")), rows)
    yield say("Together: {sums}", sums=sums_told(_totals(sums)))


def given_facts(state: State, period: Period) -> dict[str, object]:
    """The same for machines."""
    sums = _given(state, period)
    kinds: dict[str, dict[str, str]] = {}
    for (kind, unit), (_, count) in sums.items():
        kinds.setdefault(kind, {}).update(decimals({unit: count}))
    return {"kinds": kinds, "totals": decimals(_totals(sums))}
