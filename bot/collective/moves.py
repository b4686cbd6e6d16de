"""What moved where money lies: in the treasury, in its funds, in what is held for members.

The one reckoning behind every report: each posting on one of these places is noted by the day that it
counts for and by why it moved, so that what was there before, and what moved, make what is there after.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.collective.booking import booked
from bot.collective.distributions import DistributionMade, ShareAllotted
from bot.collective.events import Posting
from bot.collective.treasury import TREASURY, Flow, Order, TransferApproved, TransferMade
from bot.collective.units import IssueAllotted, UnitsTaken


class Place(StrEnum):
    """Where money or units of one's own lie; all members' accounts are one place."""

    TREASURY = "treasury"
    FUNDS = "funds"
    HELD = "held"


class Move(StrEnum):
    """Why something moved, as a report tells it; in the order in which it does."""

    INCOME = "income"
    PARTNER = "partner"
    EXPENSE = "expense"
    LAID_OUT = "laid-out"
    SET_ASIDE = "set-aside"
    RELEASED = "released"
    SHARED_OUT = "shared-out"
    GIVEN = "given"
    PAID_OUT = "paid-out"
    ISSUED = "issued"
    BROUGHT = "brought"
    FEE = "fee"
    LEVY = "levy"
    TAKEN = "taken"
    RETIRED = "retired"
    WRITTEN_OFF = "written-off"


Moving = TransferMade | TransferApproved | DistributionMade | ShareAllotted | IssueAllotted | UnitsTaken
"""Every kind of event that moves something there."""

UNDONE = "undone:"
"""What the name of what is undone begins with, before that which is undone."""

_OF_FLOW: Mapping[Flow, Move] = {
    Flow.PAYOUT: Move.PAID_OUT,
    Flow.SET_ASIDE: Move.SET_ASIDE,
    Flow.RELEASE: Move.RELEASED,
    Flow.LEVY: Move.LEVY,
    Flow.RETIRE: Move.RETIRED,
    Flow.WRITE_OFF: Move.WRITTEN_OFF,
    Flow.OPENING: Move.BROUGHT,
    Flow.DISTRIBUTION: Move.SHARED_OUT,
}


def place_of(account: str) -> Place | None:
    """The place that an account is part of; None where it is elsewhere."""
    if account == TREASURY:
        return Place.TREASURY
    if account.startswith("fund:"):
        return Place.FUNDS
    return Place.HELD if account.startswith("held:") else None


def move_of(event: Moving, place: Place) -> str:
    """Why an event changes what lies at a place; behind it the kind, the partner or the fund.

    An undoing of before there was `corrects` takes back what it undoes on the day of that.
    """
    match event:
        case TransferMade() | TransferApproved():
            name = _of_order(event.order, place)
            undone = bool(event.corrects)
        case DistributionMade() | ShareAllotted():
            name, undone = f"{Move.SHARED_OUT}:", bool(event.reverses)
        case IssueAllotted():
            name, undone = f"{Move.ISSUED}:", bool(event.reverses)
        case UnitsTaken():
            name, undone = f"{Move.TAKEN}:", False
    return f"{UNDONE}{name}" if undone else name


def _of_order(order: Order, place: Place) -> str:
    match order.flow:
        case Flow.INCOME if order.partner:
            return f"{Move.PARTNER}:{order.partner}"
        case Flow.INCOME:
            return f"{Move.INCOME}:{order.kind}"
        case Flow.EXPENSE if place is Place.HELD:
            return f"{Move.LAID_OUT}:"
        case Flow.EXPENSE:
            return f"{Move.EXPENSE}:{order.kind}"
        case Flow.PAY:
            # What one member pays another stays where it is, but for the fee.
            return f"{Move.FEE if order.member else Move.GIVEN}:"
        case Flow.SET_ASIDE | Flow.RELEASE:
            return f"{_OF_FLOW[order.flow]}:{order.fund}"
        case _:
            return f"{_OF_FLOW[order.flow]}:"


Parts = list[tuple[str, int]]
"""What is held for somebody in one unit, by the days (ISO) from which it is, the oldest first."""


def settle(parts: Parts, day: str, count: int) -> None:
    """Enter what came on a day or, below nothing, went: the oldest parts go first.

    What goes beyond them is owed from that day on, as parts below nothing.
    """
    while count and parts and (parts[0][1] > 0) != (count > 0):
        since, oldest = parts.pop(0)
        rest = oldest + count
        if rest and (rest > 0) == (oldest > 0):
            parts.insert(0, (since, rest))
            return
        count = rest
    if count and parts and parts[-1][0] == day:
        parts[-1] = (day, parts[-1][1] + count)
    elif count:
        insort(parts, (day, count))


@dataclass(slots=True)
class Moves:
    """What moved, summed up by day (ISO), why (see `move_of`), place and unit.

    `held` is what is held on each member's account by unit, in parts by how old they are.
    """

    sums: dict[tuple[str, str, Place, str], int] = field(default_factory=dict)
    held: dict[tuple[str, str], Parts] = field(default_factory=dict)

    def note(self, event: Moving, at: int) -> None:
        """Note what an event written at an instant (ms) moves."""
        for day, postings in booked(event, at):
            for each in postings:
                place = place_of(each.account)
                if place is not None:
                    self._add(day, move_of(event, place), place, each)

    def _add(self, day: str, name: str, place: Place, posting: Posting) -> None:
        key = (day, name, place, posting.unit)
        self.sums[key] = self.sums.get(key, 0) + posting.count
        if place is Place.HELD:
            account = (posting.account, posting.unit)
            settle(self.held.setdefault(account, []), day, posting.count)
