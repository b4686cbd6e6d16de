"""What waits for somebody: money that they can let go."""

from __future__ import annotations

from collections.abc import Iterator

from bot.chat import Refusal
from bot.collective.moneyguards import check_may_approve
from bot.collective.state import State
from bot.collective.treasury import reference
from bot.decision import Ask
from bot.feature import Waits
from bot.text.wording import Node, Typed, say


def _told(state: State, ask: Ask) -> Iterator[Node]:
    for number, it in sorted(state.treasury.waiting.items()):
        ref = reference(number)
        try:
            check_may_approve(state, ask.rules, ask.me, it, ref)
        except Refusal:
            continue
        yield say(
            "{approve}: {amount} waits for your word; {show} says what for",
            approve=Typed(f"approve {ref}"),
            amount=it.order.shown,
            show=Typed(f"show {ref}"),
        )


WAITS = Waits(_told)
