"""The card of a budget, where it began: it changes with every expense that counts against it.

Of pictures that wait to be shown only the newest is (`bot/writer/resting.py`), as with every card.
"""

from __future__ import annotations

from dataclasses import replace

import msgspec

from bot.chat import Kind, Reply, Tone
from bot.collective.budgeting import Standing, standings_for
from bot.collective.budgets import Budget
from bot.collective.state import State
from bot.collective.treasury import Flow, Order
from bot.decision import Ask
from bot.text.wording import Node, Strong, Words, say
from commands.decisions.cards import place_of, placed
from commands.decisions.lookups import home_of
from commands.ledger.budgetcards import card, facts_of, line
from commands.ledger.budgeting import today_of


def room_for(state: State, ask: Ask) -> int:
    """The room in which a new card stands, by number: the one that it is told in."""
    home = state.rooms.by_place.get(home_of(state))
    return ask.room if ask.room and not ask.private else (home.number if home else 0)


def edited(state: State, each: Standing) -> tuple[Reply, ...]:
    """The card of a budget as it stands; none where it has none, or the bot is there no more."""
    it = each.it
    if not it.number:
        return ()
    tone = Tone.BAD if each.left < 0 else Tone.OPEN
    picture = Reply(card(each), ref=it.ref, facts=facts_of(each), news=line(each), tone=tone)
    return placed(picture, Kind.EDIT, place_of(state, it.room))


def ended_told(name: str) -> Node:
    """That a budget is over."""
    return say("The budget {name} ends; no expense counts against it.", name=Strong(Words(name)))


def ended_card(state: State, it: Budget, told: Node) -> tuple[Reply, ...]:
    """The last picture of the card of a budget that ends."""
    if not it.number:
        return ()
    picture = Reply(told, ref=it.ref, news=told, tone=Tone.OVER)
    return placed(picture, Kind.EDIT, place_of(state, it.room))


def cards_after(
    state: State, ask: Ask, order: Order, *, spent: int = 0, asked: int = 0, day: str = ""
) -> tuple[Reply, ...]:
    """The cards of the budgets that an expense counts against, when so much more is spent and asked.

    It counts on `day` (ISO), or that of the order; a period that is over changes no card.
    """
    if order.flow is not Flow.EXPENSE:
        return ()
    counted = msgspec.structs.replace(order, day=day) if day else order
    today = today_of(state, ask)
    return tuple(
        reply
        for each in standings_for(state, counted)
        if each.period.first <= today <= each.period.last
        for reply in edited(state, replace(each, spent=each.spent + spent, asked=each.asked + asked))
    )
