"""What waits for somebody: rounds to agree to, and shares of which they have given nothing."""

from __future__ import annotations

from collections.abc import Iterator

from bot.chat import Refusal
from bot.collective.moneyguards import check_may_approve
from bot.collective.state import State
from bot.collective.treasury import Approval, Flow, Order, Waiting
from bot.decision import Ask
from bot.feature import Waits
from bot.language.sums import shown
from bot.text.wording import Node, Typed, say
from commands.funding.lookups import time_of


def _told(state: State, ask: Ask) -> Iterator[Node]:
    for asked in state.funding.asked.values():
        order = Order(Flow.SET_ASIDE, asked.terms.unit, asked.terms.count, "")
        needs = Approval(ask.rules.text("second-eyes-by"))
        try:
            waiting = Waiting(order, asked.at, asked.by, needs)
            check_may_approve(state, ask.rules, ask.me, waiting, asked.ref)
        except Refusal:
            continue
        yield say(
            "{approve}: {amount} for ideas waits for your word",
            approve=Typed(f"funding approve {asked.ref}"),
            amount=shown(asked.terms.unit, asked.terms.count),
        )
    numbers = state.members.numbers(ask.me.number)
    for it in state.funding.open.values():
        shares = ask.me.number in {state.members.one(number) for number in it.members}
        if shares and it.live and it.open_at(ask.moment.at) and not it.spent_by(numbers):
            yield say(
                "{ideas}: {each} is yours to give to ideas, by {at}",
                ideas=Typed(f"ideas --round {it.ref}"),
                each=shown(it.terms.unit, it.terms.each),
                at=time_of(it, it.terms.closes),
            )


WAITS = Waits(_told)
