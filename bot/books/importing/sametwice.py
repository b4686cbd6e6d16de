"""Money of a file that looks like some that is here already, from elsewhere: it is asked about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from bot.books.importing.mapping import ENTER, SKIP
from bot.books.importing.planned import Plan, Planned, Way
from bot.collective.state import State
from bot.collective.treasury import Flow, Order, reference
from bot.text.wording import Code, joined, say_n

_MONEY = {Way.INCOME: Flow.INCOME, Way.EXPENSE: Flow.EXPENSE, Way.LAID_OUT: Flow.EXPENSE}

SHOWN_MAX = 10
"""How many transfers that rows look like are named."""


def twins_of(
    state: State, rows: Sequence[Planned], but: Collection[int] = (), since: int = 0
) -> list[int]:
    """The number of the transfer that each row looks like, 0 for none: same amount, day and way.

    Its words are not looked at: a bank has other words than people. Each transfer is one row's alone;
    of those `but` these, and of those that were entered `since` then (ms).
    """
    here: dict[tuple[object, ...], list[int]] = {}
    for number, (at, order) in reversed(state.treasury.lately.items()):
        if number not in but and at >= since:
            here.setdefault(_of_order(state, order), []).append(number)
    return [(here.get(_of_row(each)) or [0]).pop() if _of_row(each) else 0 for each in rows]


def _of_order(state: State, order: Order) -> tuple[object, ...]:
    who = state.members.one(order.member) if order.own else 0
    return (order.flow, who, order.unit, order.count, order.day)


def _of_row(each: Planned) -> tuple[object, ...]:
    flow = _MONEY.get(Way(each.flow)) if each.flow else None
    who = each.member if each.flow == Way.LAID_OUT else 0
    return (flow, who, each.unit, each.count, each.day) if flow else ()


def settle_twins(state: State, plan: Plan, but: Collection[int], answer: str) -> None:
    """Ask about rows that look like money that is here; or leave out or enter them, as answered."""
    alike = twins_of(state, plan.entries, but)
    plan.twins = [number for number in alike if number]
    if not plan.twins:
        return
    refs = joined(map(reference, plan.twins[:SHOWN_MAX]))
    if not answer:
        plan.asked.append(
            say_n(
                "{count} row looks like money that is here: {refs}. Is it ({skip}) or not ({enter})?",
                "{count} rows look like money that is here: {refs}. Is it ({skip}) or not ({enter})?",
                len(plan.twins),
                refs=refs,
                skip=Code(f"twins = {SKIP}"),
                enter=Code(f"twins = {ENTER}"),
            )
        )
        plan.entries = []
    elif answer == SKIP:
        plan.entries = _without(plan.entries, alike)
        plan.again += len(plan.twins)
    else:
        plan.notes.insert(
            0,
            say_n(
                "{count} row looks like money that is here, and is said to be another: {refs}.",
                "{count} rows look like money that is here, and are said to be others: {refs}.",
                len(plan.twins),
                refs=refs,
            ),
        )


def _without(rows: Iterable[Planned], alike: Iterable[int]) -> list[Planned]:
    return [each for each, number in zip(rows, alike, strict=True) if not number]
