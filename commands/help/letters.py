"""Dispatch by the letter of a reference: one command, and what it does to each kind of thing."""

from __future__ import annotations

from bot.collective.state import State
from bot.decision import Accepted, Ask, Decide, Reading, Reads
from bot.moment import Moment


def by_letter(usual: Decide, **others: Decide) -> Decide:
    """Decide by the letter of the reference `ref`; what has no entry is the usual one's to refuse."""

    def decide(state: State, ask: Ask, moment: Moment) -> Accepted:
        return others.get(_letter(ask), usual)(state, ask, moment)

    return decide


def reads_by_letter(usual: Reads, **others: Reads) -> Reads:
    """Read from the journal what the thing with that letter needs."""

    def reads(state: State, ask: Ask, moment: Moment) -> tuple[Reading, ...]:
        return others.get(_letter(ask), usual)(state, ask, moment)

    return reads


def _letter(ask: Ask) -> str:
    return ask.get("ref", str)[0]
