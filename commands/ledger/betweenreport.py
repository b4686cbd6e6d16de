"""What members shared and paid one another in some days, beside the collective's own money.

For each currency a table with a line for each member: what others owed them before, what was shared,
what was paid, what they are owed after. Each line adds up; every column comes to nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from bot.collective.sharedexpenses import Between
from bot.collective.state import State
from bot.digest import Digest, Told
from bot.language.periods import Period
from bot.language.sums import decimals, shown, sums_told
from bot.text.rendering import unit_name
from bot.text.wording import Node, Strong, Table, Typed, Words, joined, say, say_n
from commands.ledger.digest import MONEY
from commands.ledger.money import who_told
from commands.ledger.openbetween import open_balances


class Line(NamedTuple):
    """One member in some days, in smallest parts: below nothing is what they owe, or paid less."""

    before: int
    shared: int
    paid: int
    after: int


def lines_of(state: State, first: str, last: str) -> dict[str, dict[int, Line]]:
    """By unit and person what moved from day to day (ISO); who had to do with nothing is left out.

    What was before is reckoned back from what there is.
    """
    later: defaultdict[tuple[str, int], int] = defaultdict(int)
    moved: dict[Between, defaultdict[tuple[str, int], int]] = {why: defaultdict(int) for why in Between}
    for (day, why, unit, number), count in state.sharedexpenses.of.items():
        key = (unit, state.members.one(number))
        if day > last:
            later[key] += count
        elif day >= first:
            moved[why][key] += count
    now = open_balances(state)
    people = {(unit, who) for unit, of in now.items() for who in of}
    people |= {key for sums in (later, *moved.values()) for key in sums}
    found: dict[str, dict[int, Line]] = {}
    for unit, who in sorted(people):
        after = now.get(unit, {}).get(who, 0) - later[unit, who]
        shared, paid = (moved[why][unit, who] for why in (Between.SHARED, Between.SETTLED))
        it = Line(after - shared - paid, shared, paid, after)
        if any(it):
            found.setdefault(unit, {})[who] = it
    return found


def between_tables(state: State, period: Period) -> Iterator[Node]:
    """A table for each currency, with names: for members."""
    for unit, people in lines_of(state, *_days(period)).items():
        heading = (
            Strong(say("Between members, {unit}", unit=Words(unit_name(unit)))),
            say("Before"),
            say("Shared"),
            say("Paid"),
            say("After"),
        )
        rows = (
            (who_told(state, who), *(shown(unit, count) for count in it)) for who, it in people.items()
        )
        yield Table(heading, tuple(rows))


def between_rows(state: State, period: Period) -> list[dict[str, object]]:
    """The same for machines, with the numbers of members."""
    found: list[dict[str, object]] = []
    for unit, people in lines_of(state, *_days(period)).items():
        for who, it in people.items():
            figures = {name: decimals({unit: n})[unit_name(unit)] for name, n in it._asdict().items()}
            found.append({"unit": unit_name(unit), "member": who, **figures})
    return found


def between_sums(state: State, period: Period) -> Iterator[Node]:
    """What came to be owed and what was paid, without names: for everybody."""
    first, last = _days(period)
    sums: dict[Between, dict[str, int]] = {why: {} for why in Between}
    for (day, why, unit), count in sorted(state.sharedexpenses.moved.items()):
        if first <= day <= last and count:
            sums[why][unit] = sums[why].get(unit, 0) + count
    points = []
    if sums[Between.SHARED]:
        points.append(say("{sums} shared", sums=sums_told(sums[Between.SHARED])))
    if sums[Between.SETTLED]:
        points.append(say("{sums} paid back", sums=sums_told(sums[Between.SETTLED])))
    if points:
        yield say("Between members, beside the collective's money: {points}", points=joined(points))


def _money(digest: Digest) -> Iterator[Node]:
    """What was shared and paid in these days, and how much waits for an answer."""
    yield from between_sums(digest.state, digest.period)
    asked = digest.state.sharedexpenses.asked
    parts = sum(1 for it in asked.values() for n in it.left if digest.state.members.member(n).here)
    if parts:
        yield say_n(
            "{count} part of what members laid out is not answered yet: {line}",
            "{count} parts of what members laid out are not answered yet: {line}",
            parts,
            line=Typed("settle-up"),
        )


TOLD = Told(sections={MONEY: _money})


def _days(period: Period) -> tuple[str, str]:
    return period.first.isoformat(), period.last.isoformat()
