"""A collective with a treasury, spoken to through the real engine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from commands import all_clockworks
from tests.house import House


def cooperative(*people: str, rules: Iterable[str] = (), timed: bool = False) -> House:
    """Ann keeps the till; the others are members. Where it is `timed`, things happen by the clock."""
    house = House(clockworks=all_clockworks() if timed else ())
    house.say("ann", "/me")
    house.say("ann", "/role give @ann treasurer")
    for person in people:
        house.say(person, "/me")
    for rule in rules:
        house.say("ann", f"/rules set {rule}")
    return house


def facts(house: House, who: str, words: str) -> dict[str, Any]:
    """What an answer tells machines."""
    told = house.say(who, words)
    assert not told.refused, told.text
    return told.rows[0].reply.facts


def held(house: House, who: str) -> dict[str, str]:
    """What the collective holds for a member, by unit."""
    found: dict[str, str] = facts(house, who, "/balance")["held"]
    return found


def in_treasury(house: House) -> dict[str, str]:
    """What is in the treasury, by unit."""
    found: dict[str, str] = facts(house, "ann", "/treasury")["treasury"]
    return found


def sums(house: House) -> dict[str, int]:
    """All balances of the collective together, by unit: zero, always."""
    with house.journal.transaction() as tx:
        state = house.engine._hearing.states.of(tx, "alpha")
        found: dict[str, int] = {}
        for (_, unit), count in state.ledger.balances.items():
            found[unit] = found.get(unit, 0) + count
        return found
