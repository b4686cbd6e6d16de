"""Undoings: their guards, how they are told, and to whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.chat import Refusal, Reply
from bot.collective.events import Posting
from bot.collective.moneyguards import check_leaving
from bot.collective.state import State
from bot.collective.treasury import Flow, Order, reference, undoing_of
from bot.decision import Ask
from bot.text.wording import Day, Node, lines, say
from commands.ledger.money import check_covered
from commands.ledger.ownunits import limit_for


def check_stands(state: State, number: int, *, reverses: int = 0) -> None:
    """Whether a transfer was not undone yet, and undoes nothing itself. Raises Refusal."""
    if reverses or number in state.treasury.undone:
        ref = reference(number)
        raise Refusal("undone", say("{ref} was undone already, or undoes another.", ref=ref), word=ref)


def check_undoing(state: State, ask: Ask, order: Order) -> None:
    """The guards of the same movement in the other direction. Raises Refusal."""
    check_covered(state, ask, undoing_of(order), below=_below(state, ask, order))
    check_leaving(state, ask.rules, ask.moment.at, order, leaves=order.comes_in)


def _below(state: State, ask: Ask, order: Order) -> int:
    """How far below nothing whoever gives it back may go: as if they paid it, or as they were."""
    if order.flow is Flow.WRITE_OFF:
        return order.count
    own = state.units.by_code.get(order.unit)
    if order.flow is not Flow.PAY:
        return 0
    if own is None:
        return ask.rules.limit("credit-limit", order.unit) or 0
    return limit_for(state, own, order.to, order.day[:7])


def undoing_told(ref: str, order: Order, undone: int, corrects: str, why: str) -> Node:
    """An undoing, and that it changes no day of before."""
    told = say(
        "{new} undoes {ref}, {amount}: {reason}",
        new=ref,
        ref=reference(undone),
        amount=order.shown,
        reason=why,
    )
    return lines(told, counts_today(corrects, order.day))


def counts_today(corrects: str, day: str) -> Node | None:
    """That what is undone on another day counts for that one; None on the same day."""
    if corrects == day:
        return None
    return say(
        "It counts for {today}; what was told of {day} stays.", today=Day(day), day=Day(corrects)
    )


def concerned(
    state: State, ask: Ask, postings: Iterable[Posting], told: Node, ref: str
) -> Iterator[Reply]:
    """What those are told for whom more or less is held by it, or who are owed more or less."""
    me = ask.member.number if ask.member else 0
    accounts = (each.account.partition(":") for each in postings)
    numbers = (int(number) for sort, _, number in accounts if sort in {"held", "between"})
    for number in dict.fromkeys(map(state.members.one, numbers)):
        if number != me and state.members.member(number).here:
            yield Reply(told, to=number, ref=ref)
