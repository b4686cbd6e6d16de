"""Houses with life in them, and what a treasury's members ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from bot.collective.ruletypes import Value
from tests.house.house import House


def settled(rules: Mapping[str, Value] | None = None) -> House:
    """A house with life in it: anna (admin), bo and cem in alpha, an entry, a dispute, a timer.

    Thousands of tests begin with it, so it is lived once for each set of rules, and copied.
    """
    return _lived(tuple(sorted((rules or {}).items()))).copy()


@cache
def _lived(rules: tuple[tuple[str, Value], ...]) -> House:
    house = House(dict(rules)).enter("anna", "bo", "cem")
    house.say("anna", "/log 2h baked bread #care\nwith a note")
    house.say("bo", "/log 12.50 EUR flour --proof https://example.org/bill")
    house.say("bo", "/dispute C1 it was one hour")
    house.say("cem", "/timer start repairing the oven")
    return house


def cooperative(*people: str, rules: Iterable[str] = ()) -> House:
    """Ann keeps the till; the others are members."""
    house = House().enter("ann")
    house.say("ann", "/role give @ann treasurer")
    house.enter(*people)
    for rule in rules:
        house.say("ann", f"/rules set {rule}")
    return house


def held(house: House, who: str) -> dict[str, str]:
    """What the collective holds for a member, by unit."""
    found: dict[str, str] = house.say(who, "/balance").facts["held"]
    return found


def in_treasury(house: House) -> dict[str, str]:
    """What is in the treasury, by unit."""
    found: dict[str, str] = house.say("ann", "/treasury").facts["treasury"]
    return found


def sums(house: House) -> dict[str, int]:
    """All balances of the collective together, by unit: zero, always."""
    found: defaultdict[str, int] = defaultdict(int)
    for (_, unit), count in house.state().ledger.balances.items():
        found[unit] += count
    return dict(found)
