"""What moved what is held for somebody, or owed to them, as a line of their statement."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from bot.collective.distributions import DistributionMade, ShareAllotted
from bot.collective.events import Event, Seal
from bot.collective.sharedexpenses import ExpenseShared, PartAgreed
from bot.collective.state import State
from bot.collective.treasury import (
    Flow,
    Order,
    TransferApproved,
    TransferAsked,
    TransferMade,
    reference,
)
from bot.collective.units import UnitsIssued
from bot.decision import Found
from bot.language.sums import shown
from bot.text.wording import Node, Say, Words, say
from commands.ledger.money import who_told

_WHY: Mapping[Flow, Say] = {
    Flow.EXPENSE: say("laid out"),
    Flow.PAYOUT: say("paid out"),
    Flow.LEVY: say("a levy"),
    Flow.RETIRE: say("given back"),
    Flow.WRITE_OFF: say("written off"),
}


_WITH_WORDS: Final = TransferMade | TransferAsked | DistributionMade | UnitsIssued | ExpenseShared


class SaidFor(NamedTuple):
    """The commitment to what a transfer was said to be for, and the entry that it stands in."""

    seal: Seal
    seq: int


def said_for(found: Found) -> dict[int, SaidFor]:
    """What each transfer that was read was said to be for, by its number: the last that was said."""
    return {
        event.number: SaidFor(event.what, entry.seq)
        for entry, event in found
        if isinstance(event, _WITH_WORDS)
    }


def moved_told(state: State, mine: Collection[int], event: Event, what: str) -> Node:
    """Why it moved, for whoever has these numbers; and what was said that it is for."""
    why = _why(state, mine, event)
    return say("{why}: {what}", why=why, what=Words(what)) if what else why


def _why(state: State, mine: Collection[int], event: Event) -> Node:
    undone = getattr(event, "reverses", 0)
    if undone:
        return say("undoes {ref}", ref=reference(undone))
    if isinstance(event, TransferMade | TransferApproved):
        return _of_order(state, mine, event.order)
    if isinstance(event, ExpenseShared):
        if event.payer in mine:
            return say("laid out for others")
        return say("a part of what {who} laid out", who=who_told(state, event.payer))
    if isinstance(event, PartAgreed):
        if event.payer in mine:
            return say("laid out for {who}", who=who_told(state, event.member))
        return say("a part of what {who} laid out", who=who_told(state, event.payer))
    if isinstance(event, DistributionMade | ShareAllotted):
        return say("shared out")
    return say("issued for work")


def _of_order(state: State, mine: Collection[int], order: Order) -> Node:
    if order.flow is Flow.SETTLE:
        if order.member in mine:
            return say("paid to {who}", who=who_told(state, order.to))
        return say("paid by {who}", who=who_told(state, order.member))
    if order.flow is not Flow.PAY:
        return _WHY.get(order.flow, Words(order.flow.value))
    if not order.member:
        return say("from the treasury")
    if order.member not in mine:
        return say("from {who}", who=who_told(state, order.member))
    told = say("to {who}", who=who_told(state, order.to))
    return say("{line} (fee {fee})", line=told, fee=shown(order.unit, order.fee)) if order.fee else told
