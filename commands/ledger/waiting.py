"""What waits for somebody: money that they can let go."""

from __future__ import annotations

from collections.abc import Iterator

from bot.chat import Refusal
from bot.collective.moneyguards import check_may_approve
from bot.collective.state import State
from bot.collective.treasury import Waiting, reference
from bot.decision import Ask
from bot.feature import Waits
from bot.language.sums import sums_told
from bot.text.wording import Node, Typed, say
from commands.ledger.runs import Run
from commands.ledger.sharedparts import mine_told


def _told(state: State, ask: Ask) -> Iterator[Node]:
    for number, it in sorted(state.treasury.waiting.items()):
        if it.run and any(n < number for n in state.treasury.run_of(number)):
            continue  # a run is told once
        run = state.treasury.run_of(number).items()
        there = {n: each for n, each in run if _may_approve(state, ask, n, each)}
        if not there:
            continue
        ref, orders = reference(min(there)), tuple(each.order for each in there.values())
        yield say(
            "{approve}: {amount} waits for your word; {show} says what for",
            approve=Typed(f"approve {ref}"),
            amount=sums_told(Run(orders).sums),
            show=Typed(f"show {ref}"),
        )
    yield from mine_told(state, ask.me.number)


def _may_approve(state: State, ask: Ask, number: int, it: Waiting) -> bool:
    try:
        check_may_approve(state, ask.rules, ask.me, it, reference(number))
    except Refusal:
        return False
    return True


WAITS = Waits(_told)
