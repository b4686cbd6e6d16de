"""What is spent: how much goes out of the treasury and its funds, and what part a meeting may decide.

Source: New York City General Assembly, minutes of 1 September 2012: before money is decided on, the
balance is stated, and no assembly spends more than a fifth of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from bot.chat import Refusal
from bot.collective.events import Event, Posting
from bot.collective.ledger import Ledger
from bot.collective.ruletypes import Value
from bot.collective.treasury import TREASURY, TransferAsked, postings_of, undoing_of
from bot.deciding.terms import Ratio, read_share, share_text
from bot.text.wording import say


class Spend(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`count` smallest parts of a unit are to be spent; the treasury and its funds `held` so many."""

    unit: str
    count: int
    held: int


def is_common(account: str) -> bool:
    """Whether an account is the treasury, or a fund of it."""
    return account == TREASURY or account.startswith("fund:")


def held_in_common(ledger: Ledger, unit: str) -> int:
    """What the treasury and its funds hold together, in smallest parts."""
    return sum(
        count
        for (account, code), count in ledger.balances.items()
        if code == unit and is_common(account)
    )


def spent_by(events: Iterable[Event]) -> dict[str, int]:
    """What of each unit goes out of the treasury and its funds by these events, in smallest parts.

    Also what still waits for somebody's agreement; nothing of what moves between them, or comes in.
    """
    sums: dict[str, int] = {}
    for each in (posting for event in events for posting in _postings(event)):
        if is_common(each.account):
            sums[each.unit] = sums.get(each.unit, 0) - each.count
    return {unit: count for unit, count in sums.items() if count > 0}


def _postings(event: Event) -> Iterable[Posting]:
    if isinstance(event, TransferAsked):
        return undoing_of(event.order) if event.reverses else postings_of(event.order)
    postings: tuple[Posting, ...] = getattr(event, "postings", ())
    return postings


# --- The rule ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole, from nothing on: `20%`, `1/3`; or none, for no bound at all."""

    allowed = say("a share such as 20% or 1/3, 0% for nothing, or none")

    def read(self, text: str) -> str:
        """A share, as percents where these are exact; or none."""
        typed = text.strip().casefold()
        if typed == "none":
            return "none"
        if typed.replace(" ", "") in {"0", "0%"}:
            return "0%"
        try:
            return share_text(read_share(typed))
        except Refusal:
            raise ValueError(text) from None

    def write(self, value: Value) -> str:
        """As it is read."""
        return str(value)


def part_of(value: str, count: int) -> int | None:
    """What such a rule says of so many smallest parts, rounded down; None where it bounds nothing."""
    if value == "none":
        return None
    share = Ratio(0) if value == "0%" else read_share(value)
    return count * share.n // share.d
