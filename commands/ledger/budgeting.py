"""What an expense does to the budgets that it counts against: what they ask of it, and what is told.

Over a budget an expense needs a decision of the members, where the rule `budget-over` says so. What a
proposal carries out was decided, and is only told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bot.chat import Place, Reply
from bot.collective.budgeting import Standing, standings_for
from bot.collective.rules import refused_by
from bot.collective.state import State
from bot.collective.treasury import OTHER_KIND, Order
from bot.decision import Ask
from bot.language.clock import local_day
from bot.language.sums import shown
from bot.language.tokens import quoted
from bot.language.units import unit_of
from bot.text.rendering import decimal_text
from bot.text.wording import Node, Say, Strong, Typed, Words, lines, say
from bot.value.periods import period_text
from commands.decisions.lookups import home_of, rules_at

NEAR = (4, 5)
"""The part of a budget from which on it is told of: 80 %."""


def today_of(state: State, ask: Ask) -> dt.date:
    """The day it is by the collective's clock, wherever whoever asks may be."""
    return local_day(ask.moment.now, rules_at(state, ask)(home_of(state)).text("zone"))


def headed(each: Standing) -> Say:
    """A budget and its period: `kitchen (2026-Q4)`."""
    return say("{name} ({period})", name=Strong(Words(each.it.name)), period=period_text(each.period))


# --- What it asks of an expense -------------------------------------------------------------------


def over_budgets(state: State, ask: Ask, order: Order) -> list[Standing]:
    """The budgets over which an expense goes, with all that is asked for: so it takes a decision."""
    if not _guarded(ask):
        return []
    return [each for each in standings_for(state, order) if order.count > each.left]


def _guarded(ask: Ask) -> bool:
    return not ask.proposal and ask.rules.text("budget-over") == "proposal"


def _over_told(each: Standing, order: Order) -> Say:
    sum_over = shown(order.unit, order.count - each.left)
    return say("It goes {sum} over the budget {budget}.", sum=sum_over, budget=headed(each))


def over_told(over: list[Standing], order: Order) -> Node | None:
    """By how much it goes over them."""
    return lines(*(_over_told(each, order) for each in over)) if over else None


def check_bill(ask: Ask, order: Order, over: list[Standing], what: str, proof: str) -> None:
    """A bill over a budget is paid when the members decide it. Raises Refusal."""
    if over and not order.own:
        line = Typed(f"propose … --do {quoted(_line(ask, order, what, proof))}")
        raise refused_by(
            "budget-over",
            _over_told(over[0], order),
            instead=say("Propose it: {line}", line=line),
        )


def check_still_within(state: State, ask: Ask, order: Order, ref: str) -> None:
    """Whether what waited for one person's word is within its budgets by now. Raises Refusal.

    Others may have been approved since, or the budget made or changed.
    """
    if not _guarded(ask):
        return
    for each in standings_for(state, order):
        if each.spent + order.count > each.count:
            raise refused_by(
                "budget-over",
                say(
                    "{ref} would go {sum} over the budget {budget} by now.",
                    ref=ref,
                    sum=shown(order.unit, each.spent + order.count - each.count),
                    budget=headed(each),
                ),
                instead=say(
                    "The members may decide it: {line}", line=Typed(f"propose … --do approve {ref}")
                )
                if order.own
                else say("{line} takes it back; a proposal can pay it.", line=Typed(f"decline {ref}")),
            )


def _line(ask: Ask, order: Order, what: str, proof: str) -> str:
    """The line that pays the bill, to be put into a proposal."""
    unit = order.unit
    amount = decimal_text(order.count, unit_of(unit).parts)
    words = ["expense", f"{amount} {unit}", what.partition("\n")[0]]
    if order.kind != OTHER_KIND:
        words.append(f"#{order.kind}")
    if order.circle:
        words.append(f"--circle {order.circle}")
    if order.fund:
        words.append(f"--fund {order.fund}")
    if order.day != ask.today().isoformat():
        words.append(f"--on {order.day}")
    if proof:
        words.append(f"--proof {proof}")
    return " ".join(words)


# --- What is told ---------------------------------------------------------------------------------


def budgets_told(state: State, order: Order) -> Node | None:
    """Of which budgets an expense, before it is counted, reaches 80 % or the whole, or goes beyond."""
    found = list(_crossed(state, order))
    return lines(*(told for _, told in found)) if found else None


def told_elsewhere(state: State, ask: Ask, order: Order) -> tuple[Reply, ...]:
    """The same where those read it whose budget it is, if that is not where it is answered."""
    home, found = home_of(state), list(_crossed(state, order))
    here = {ask.place, home} if ask.private else {ask.place}  # what is done in private is told at home
    places: dict[Place, list[Say]] = {}
    for each, told in found:
        circle = each.it.terms.circle
        of_circle = [room.place for room in state.rooms.here if circle and room.circle == circle]
        for place in of_circle or [home]:
            if place not in here and place.room:
                places.setdefault(place, []).append(told)
    return tuple(Reply(lines(*told), place=place) for place, told in places.items())


def _crossed(state: State, order: Order) -> Iterator[tuple[Standing, Say]]:
    part, whole = NEAR
    for each in standings_for(state, order):
        before, after = each.spent, each.spent + order.count
        budget = headed(each)
        spent, of = shown(order.unit, after), shown(order.unit, each.count)
        if after > each.count:
            told = say(
                "The budget {budget} is exceeded: {spent} of {of}.", budget=budget, spent=spent, of=of
            )
        elif after == each.count:
            told = say(
                "The budget {budget} is used up: {spent} of {of}.", budget=budget, spent=spent, of=of
            )
        elif after * whole >= each.count * part > before * whole:
            told = say(
                "The budget {budget} is nearly used up: {spent} of {of}.",
                budget=budget,
                spent=spent,
                of=of,
            )
        else:
            continue
        yield each, told
