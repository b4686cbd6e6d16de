"""Which expenses have no receipt, where receipts are handed in at all."""

from __future__ import annotations

from bot.collective.state import State
from bot.collective.treasury import Flow, TransferAsked, TransferMade, reference
from bot.decision import About, Ask
from bot.language.periods import Period
from bot.text.wording import Node, joined, say

LOOKED_MAX = 200
"""How many expenses without a file are looked at for a link to one; of the others none is told."""

NAMED_MAX = 12
"""How many are named: what fits a line or two of a phone."""


def slipless_queries(state: State, period: Period) -> tuple[About, ...]:
    """The expenses without a file: a link to a receipt is one, too."""
    return tuple(About(reference(number)) for number in _without_file(state, period)[:LOOKED_MAX])


def slipless(state: State, ask: Ask, period: Period) -> list[str]:
    """The expenses of some days that have no receipt, the oldest first; of the last year."""
    return [reference(n) for n in _without_file(state, period)[:LOOKED_MAX] if not _linked(ask, n)]


def _without_file(state: State, period: Period) -> list[int]:
    """What the collective spent in some days and stands, by number."""
    if not state.slips.kept:
        return []
    first, last = period.first.isoformat(), period.last.isoformat()
    treasury = state.treasury
    return sorted(
        number
        for number, (_, order) in treasury.lately.items()
        if order.flow is Flow.EXPENSE
        and first <= order.day <= last
        and number not in treasury.waiting
        and number not in treasury.imported
        and number not in state.slips.kept
    )


def _linked(ask: Ask, number: int) -> bool:
    ref = reference(number)
    found = (event for _, event in ask.found.get(About(ref), ()))
    return any(isinstance(it, TransferMade | TransferAsked) and bool(it.proof) for it in found)


def slipless_told(refs: list[str]) -> Node | None:
    """They are named, but for those that are too many; None for none."""
    if not refs:
        return None
    named = joined(refs[:NAMED_MAX])
    more = len(refs) - NAMED_MAX
    if more > 0:
        return say("Without a receipt: {refs} and {count} more", refs=named, count=more)
    return say("Without a receipt: {refs}", refs=named)
