"""Paid needs: the work that a unit of their own is issued for, and how long it waits for somebody."""

from __future__ import annotations

from bot.collective.state import State
from bot.text.wording import Node, Quantity, say

_MINUTE_MS = 60_000


def paid_told(state: State, unit: str) -> Node | None:
    """How many needs paid in a unit are open, were unfilled when their time was over, and waited."""
    facts = paid_facts(state, unit)
    if not any(facts.values()):
        return None
    told = say(
        "Needs paid in it: {open} open, {unfilled} unfilled when their time was over.",
        open=facts["open"],
        unfilled=facts["unfilled"],
    )
    if not facts["taken"]:
        return told
    wait = Quantity(facts["wait"], "h", 60) if facts["wait"] else say("no time")
    return say("{told} Taken after {wait} on average.", told=told, wait=wait)


def paid_facts(state: State, unit: str) -> dict[str, int]:
    """The same as whole numbers; the wait in minutes."""
    paid = [it for it in state.needs.by_time if it.terms.pays_unit == unit and not it.over]
    taken, waited = state.needs.waits.get(unit, (0, 0))
    return {
        "open": sum(1 for it in paid if it.free > 0),
        "unfilled": state.needs.unfilled.get(unit, 0),
        "taken": taken,
        "wait": waited // taken // _MINUTE_MS if taken else 0,
    }
