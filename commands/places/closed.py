"""Closed books: what still waits in the days that are closed, and how it goes on."""

from __future__ import annotations

import datetime as dt

from bot.collective.contributions import reference as contribution_ref
from bot.collective.ruletypes import Value
from bot.collective.state import State
from bot.collective.treasury import reference as transfer_ref
from bot.text.wording import Node, Typed, joined, lines, say

TOLD_MAX = 12
"""How many references a line tells."""


def waiting_told(state: State, closed: Value) -> Node | None:
    """What waits in the days up to one that are closed; None where nothing does."""
    if not isinstance(closed, dt.date):
        return None
    until = closed.isoformat()
    unsettled = state.contributions.unsettled.items()
    entries = sorted(number for number, (_, share) in unsettled if share.day <= until)
    waiting = state.treasury.waiting.items()
    money = sorted(number for number, it in waiting if it.order.day <= until)
    first = contribution_ref(entries[0]) if entries else ""
    return (
        lines(
            say(
                "Not counted in it: {refs}. {amend} moves one to an open day, {withdraw} ends it.",
                refs=_some([contribution_ref(number) for number in entries]),
                amend=Typed(f"amend {first} --on today"),
                withdraw=Typed(f"withdraw {first}"),
            )
            if entries
            else None,
            say(
                "Waiting for approval: {refs}. What is approved counts for the day of that.",
                refs=_some([transfer_ref(number) for number in money]),
            )
            if money
            else None,
        )
        if entries or money
        else None
    )


def _some(refs: list[str]) -> Node:
    more = len(refs) - TOLD_MAX
    shown = joined(refs[:TOLD_MAX])
    return say("{names} and {count} more", names=shown, count=more) if more > 0 else shown
