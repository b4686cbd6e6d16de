"""The money of funding rounds: each step is a transfer like others, so that every sum holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from bot.chat import Place
from bot.collective.events import Event
from bot.collective.funding import Round, pot_of
from bot.collective.guards import is_closed
from bot.collective.ideas import Idea, IdeaFunded
from bot.collective.state import State
from bot.collective.treasury import Flow, FundBegun, Order, TransferMade, postings_of
from bot.decision import Ask
from commands.decisions.lookups import rules_at
from commands.ledger.budgeting import today_of


def day_of(state: State, ask: Ask) -> str:
    """The day (ISO) on which the clock moves money: today, or the first one that is not closed."""
    day, rules = today_of(state, ask), rules_at(state, ask)(Place("", ""))
    closed = rules.day("closed-until")
    if closed is not None and is_closed(day, rules):
        day = closed + dt.timedelta(days=1)
    return day.isoformat()


def moves(
    state: State, ask: Ask, orders: Iterable[Order], *, before: int = 0, by: int = 0
) -> tuple[TransferMade, ...]:
    """These orders as transfers, behind so many that are made `before` them in the same decision."""
    first = state.treasury.count + before + 1
    return tuple(
        TransferMade(
            number=number, order=order, by=by, proposal=ask.proposal, postings=postings_of(order)
        )
        for number, order in enumerate(orders, first)
    )


def fund_for(state: State, idea: Idea) -> str:
    """The name of the fund of an idea, as it is typed; another where somebody took that name."""
    name, number = f"k{idea.number}", 1
    while name in state.treasury.funds:
        number += 1
        name = f"k{idea.number}-{number}"
    return name


def funding_of(
    state: State, ask: Ask, it: Round, idea: Idea, *, before: int = 0, by: int = 0
) -> tuple[Event, ...]:
    """What gives an idea its money: out of the pot, into a fund of its own."""
    day, unit, count, fund = day_of(state, ask), it.terms.unit, idea.total, fund_for(state, idea)
    out = Order(Flow.RELEASE, unit, count, day, fund=pot_of(it.number))
    into = Order(Flow.SET_ASIDE, unit, count, day, fund=fund)
    made = moves(state, ask, (out, into), before=before, by=by)
    funded = IdeaFunded(
        number=idea.number,
        round=it.number,
        count=count,
        backers=len(idea.backers(state.members.one)),
        fund=fund,
        transfer=made[1].number,
        by=by,
    )
    return (FundBegun(name=fund), *made, funded)
