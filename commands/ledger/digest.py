"""What a digest tells of the books: how they stand, and the money that came and went."""

from __future__ import annotations

from collections.abc import Iterator

from bot.collective.treasury import reference
from bot.digest import Digest, Section, Told, cut
from bot.language.sums import shown
from bot.text.wording import (
    Node,
    say,
)
from commands.ledger.flows import flows_told
from commands.ledger.ledger import checkpoint_told, head_told, waiting_told
from commands.ledger.witnesses import witnesses_told

MONEY = Section("money")
"""Where units and needs are told, too."""


def _waiting(digest: Digest) -> Iterator[Node]:
    told = waiting_told(digest.state)
    if told is not None:
        yield told


def _journal(digest: Digest) -> Iterator[Node]:
    yield head_told(digest.state)
    for told in (checkpoint_told(digest.checkpoint), witnesses_told(digest.witnessed)):
        if told is not None:
            yield told


BOOKS = Told(
    sections={
        Section("waiting"): _waiting,
        Section("journal"): _journal,
    },
    figures=lambda digest: {"head": digest.state.head.text},
)


def _money(digest: Digest) -> list[Node]:
    period = digest.period
    return flows_told(digest.state, period.first.isoformat(), period.last.isoformat())


def _needs(digest: Digest, now: int) -> Iterator[Node]:
    """What waits for approval, and who is below nothing."""
    state = digest.state
    waiting = [
        say("{ref} waits for approval: {amount}", ref=reference(number), amount=it.order.shown)
        for number, it in sorted(state.treasury.waiting.items())
    ]
    yield from cut(waiting, "treasury")
    for (account, unit), count in sorted(state.ledger.balances.items()):
        if count < 0 and account.startswith("held:") and unit not in state.units.by_code:
            who = state.members.name(int(account.partition(":")[2]))
            yield say("{who} is at {amount}", who=who, amount=shown(unit, count))


TREASURY = Told(sections={MONEY: _money}, happened=lambda digest: bool(_money(digest)), needs=_needs)
