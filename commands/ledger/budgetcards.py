"""How budgets look: a card of one, a line of a digest, a table of all; and for machines."""

from __future__ import annotations

from typing import Any

from bot.collective.budgeting import Standing
from bot.collective.budgets import BudgetTerms
from bot.language.sums import decimals, shown
from bot.text.rendering import unit_name
from bot.text.wording import Day, Node, Say, Strong, Table, Words, lines, say
from bot.value.periods import Every, period_text
from commands.ledger.budgeting import NEAR, headed

_EVERY = {Every.MONTH: say("a month"), Every.QUARTER: say("a quarter"), Every.YEAR: say("a year")}


def every_told(terms: BudgetTerms) -> Say:
    """How long its periods are, behind an amount."""
    return _EVERY[Every(terms.every)]


def counts_told(terms: BudgetTerms) -> Node:
    """Which expenses count against it."""
    unit, circle = unit_name(terms.unit), f":{terms.circle}"
    if terms.kind and terms.circle:
        return say("expenses #{kind} of {circle}, in {unit}", circle=circle, unit=unit, kind=terms.kind)
    if terms.kind:
        return say("all expenses #{kind} in {unit}", unit=unit, kind=terms.kind)
    if terms.circle:
        return say("all expenses of {circle} in {unit}", circle=circle, unit=unit)
    return say("all expenses in {unit}", unit=unit)


def card(each: Standing) -> Node:
    """What it is for; spent, asked and left, which are together what it is."""
    terms = each.it.terms
    rows: tuple[tuple[Say, int], ...] = (
        (say("Spent"), each.spent),
        (say("Asked for"), each.asked),
        (say("Left"), each.left),
        (say("Budget"), each.count),
    )
    return lines(
        say(
            "The budget {name}: {amount} {every}, for {what}.",
            name=Strong(Words(each.it.name)),
            amount=shown(terms.unit, each.count),
            every=every_told(terms),
            what=counts_told(terms),
        ),
        Table(
            (each.period.shown, Words(unit_name(terms.unit))),
            tuple((name, shown(terms.unit, count)) for name, count in rows),
        ),
        _warned(each),
    )


def _warned(each: Standing) -> Node | None:
    """That nothing is left, or not much."""
    part, whole = NEAR
    if each.spent > each.count:
        return say("It is exceeded.")
    if each.spent == each.count:
        return say("It is used up.")
    if each.left < 0:
        return say("With all that is asked for it would be exceeded.")
    return say("It is nearly used up.") if each.spent * whole >= each.count * part else None


def facts_of(each: Standing) -> dict[str, Any]:
    """The same for machines."""
    terms = each.it.terms

    def figure(count: int) -> str:
        return decimals({terms.unit: count})[unit_name(terms.unit)]

    return {
        "budget": each.it.name,
        "of-kind": terms.kind,
        "of-circle": terms.circle,
        "period": period_text(each.period),
        "unit": unit_name(terms.unit),
        "spent": figure(each.spent),
        "asked": figure(each.asked),
        "left": figure(each.left),
        "amount": figure(each.count),
    }


def line(each: Standing) -> Say:
    """How it stands, in one line."""
    unit = each.it.terms.unit
    budget, spent, of = headed(each), shown(unit, each.spent), shown(unit, each.count)
    if each.left < 0:
        over = shown(unit, -each.left)
        return say(
            "{budget}: {spent} of {of} spent, over it by {over}",
            budget=budget,
            spent=spent,
            of=of,
            over=over,
        )
    return say(
        "{budget}: {spent} of {of} spent, {left} left until {last}",
        budget=budget,
        spent=spent,
        of=of,
        left=shown(unit, each.left),
        last=Day(each.period.last.isoformat()),
    )


def table(found: list[Standing]) -> Node:
    """Of each budget what is spent, asked for and left, which are together what it is."""
    heading = (say("Which"), say("Spent"), say("Asked for"), say("Left"), say("Budget"))
    rows: tuple[tuple[Node, ...], ...] = tuple(
        (
            headed(each),
            *(
                shown(each.it.terms.unit, count)
                for count in (each.spent, each.asked, each.left, each.count)
            ),
        )
        for each in found
    )
    return Table(heading, rows)
