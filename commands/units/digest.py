"""What a digest tells of the units of a collective's own."""

from __future__ import annotations

from collections.abc import Iterator

from bot.digest import Digest, Told
from bot.text.wording import (
    Node,
)
from commands.ledger.digest import MONEY
from commands.ledger.ownunits import looked_at, units_told


def _told(digest: Digest) -> Iterator[Node]:
    period = digest.period
    return units_told(digest.state, period.first.isoformat(), period.last.isoformat())


def _needs(digest: Digest, now: int) -> Iterator[Node]:
    for it in digest.state.units:
        yield from looked_at(digest.state, it, now)


TOLD = Told(sections={MONEY: _told}, happened=lambda digest: any(_told(digest)), needs=_needs)
