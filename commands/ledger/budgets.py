"""Budgets: `/budget` and `/budgets` tell how they stand, an admin or a proposal makes and ends them."""

from __future__ import annotations

from collections.abc import Iterator

from bot.arguments import OptionType, arguments, takes
from bot.chat import Kind, Refusal, Reply
from bot.collective.budgeting import Standing, has_treasury, period_in, standing_of
from bot.collective.budgets import (
    BUDGETS_MAX,
    Budget,
    BudgetBegun,
    BudgetChanged,
    BudgetEnded,
    BudgetTerms,
)
from bot.collective.grades import Grade
from bot.collective.roles import Role
from bot.collective.state import State
from bot.collective.treasury import reference
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.digest import Digest, Told, cut
from bot.feature import Feature, names
from bot.language.amounts import Amount
from bot.language.periods import Period
from bot.language.sums import shown
from bot.page import BOOKS, Listed, Page, Shown, Wanted
from bot.text.rendering import unit_name
from bot.text.wording import Day, Node, Strong, Typed, Words, items, joined, lines, say
from bot.value.periods import Every, period_of
from commands.decisions.lookups import circle_for
from commands.decisions.openly import openly
from commands.ledger.budgetcards import card, counts_told, every_told, facts_of, line, table
from commands.ledger.budgeting import NEAR, today_of
from commands.ledger.budgetlive import edited, ended_card, ended_told, room_for
from commands.ledger.digest import MONEY
from commands.ledger.money import money_of, order_told

LISTED_MAX = 10
"""How many of the expenses that count are told one by one: what fits a phone's screen."""

_NAME = takes(OptionType.BUDGET, say("which budget"), positional=True)
_AMOUNT = takes(OptionType.AMOUNT, say("how much, for example 600 EUR"), positional=True)

# --- Making and ending ----------------------------------------------------------------------------


@arguments
class BudgetCreateArgs:
    """What `/budget create` takes."""

    name: str = takes(OptionType.NAME, say("its name"), positional=True)
    amount: Amount = _AMOUNT
    per: str = takes(
        OptionType.WORD, say("how long it lasts"), choices=tuple(each.value for each in Every)
    )
    kind: str = takes(OptionType.KIND, say("only expenses of this kind, as #food"), default="")
    circle: str = takes(
        OptionType.CIRCLE, say("only expenses of this circle, if not the room's"), default=""
    )


def create(state: State, ask: Ask[BudgetCreateArgs]) -> Accepted:
    """From the period that runs on, so much may be spent in each."""
    name, amount = ask.args.name, money_of(ask.args.amount)
    unit = amount.unit.code
    if name in state.budgets.by_name:
        raise Refusal(
            "budget-known",
            say("There is a budget {name} already.", name=name),
            word=name,
            instead=say("{line} tells how it stands.", line=Typed(f"budget {name}")),
        )
    if len(state.budgets.by_name) >= BUDGETS_MAX:
        raise Refusal("budgets-max", say("There are as many budgets as there may be."))
    if not has_treasury(state, unit):
        raise Refusal(
            "no-treasury",
            say(
                "There is no treasury in {unit} here: no money of it ever came in.",
                unit=unit_name(unit),
            ),
            word=amount.unit.name,
            instead=say("{treasury} shows what there is.", treasury=Typed("treasury")),
        )
    terms = BudgetTerms(unit, ask.args.per, ask.args.kind, circle_for(state, ask))
    first = period_of(today_of(state, ask), Every(terms.every)).first.isoformat()
    event = BudgetBegun(
        name=name,
        terms=terms,
        count=amount.count,
        first=first,
        by=_by(ask),
        proposal=ask.proposal,
        number=state.budgets.count + 1,
        room=room_for(state, ask),
    )
    it = Budget(name, terms, [(first, amount.count)], event.number, event.room)
    each = standing_of(state, it, today_of(state, ask))
    assert each is not None, "it runs from this period on"
    shown_card = Reply(card(each), kind=Kind.CARD, ref=it.ref, facts=facts_of(each), page="budgets")
    return Accepted((event,), (), (shown_card,))


@arguments
class BudgetChangeArgs:
    """What `/budget change` takes."""

    name: str = _NAME
    amount: Amount = _AMOUNT


def change(state: State, ask: Ask[BudgetChangeArgs]) -> Accepted:
    """From the period that runs on it is another amount; those before it keep theirs."""
    it, amount = budget_named(state, ask.args.name), money_of(ask.args.amount)
    if amount.unit.code != it.terms.unit:
        raise Refusal(
            "currency-differs",
            say("The budget {name} is in {unit}.", name=it.name, unit=unit_name(it.terms.unit)),
            word=amount.unit.name,
            instead=say("Another currency has a budget of its own, with another name."),
        )
    first = period_in(it, today_of(state, ask)).first.isoformat()
    if it.count_of(first) == amount.count:
        raise Refusal(
            "nothing-changed",
            say("The budget {name} is {amount} already.", name=it.name, amount=amount.shown),
        )
    event = BudgetChanged(
        name=it.name, count=amount.count, first=first, by=_by(ask), proposal=ask.proposal
    )
    steps = [*(each for each in it.steps if each[0] < first), (first, amount.count)]
    changed = Budget(it.name, it.terms, steps, it.number, it.room)
    each = standing_of(state, changed, today_of(state, ask))
    assert each is not None, "it runs from this period on"
    reply = Reply(card(each), facts=facts_of(each), page="budgets")
    return Accepted((event,), (), (reply, *edited(state, each)))


@arguments
class BudgetNameArgs:
    """What `/budget end` takes."""

    name: str = _NAME


def end(state: State, ask: Ask[BudgetNameArgs]) -> Accepted:
    """Nothing counts against it any more; what was spent stays spent."""
    it = budget_named(state, ask.args.name)
    event = BudgetEnded(name=it.name, by=_by(ask), proposal=ask.proposal)
    told = ended_told(it.name)
    return Accepted((event,), (), (Reply(told), *ended_card(state, it, told)))


def _by(ask: Ask) -> int:
    return ask.member.number if ask.member else 0


def budget_named(state: State, name: str) -> Budget:
    """A budget that there is. Raises Refusal."""
    it = state.budgets.by_name.get(name)
    if it is None:
        known = state.budgets.by_name
        raise Refusal(
            "budget-unknown",
            say("There is no budget “{name}” here.", name=name),
            word=name,
            instead=say("The budgets here: {names}.", names=joined(sorted(known)))
            if known
            else say("{command} lists what there is.", command=Typed("budgets")),
        )
    return it


def ended_with(state: State, circle: str, by: int, proposal: int) -> tuple[BudgetEnded, ...]:
    """The ends of the budgets of a circle that is closed: nothing can count against them any more."""
    found = sorted(state.budgets.by_name.items())
    return tuple(
        BudgetEnded(name=name, by=by, proposal=proposal)
        for name, it in found
        if it.terms.circle == circle
    )


# --- Looking --------------------------------------------------------------------------------------


@arguments
class BudgetArgs:
    """What `/budget` takes."""

    name: str = _NAME
    period: Period | None = takes(
        OptionType.PERIOD, say("in which time, for example last quarter"), default=None
    )


def budget(state: State, ask: Ask[BudgetArgs]) -> Accepted:
    """One budget: how it stands now, or stood in a period before, and what counts against it."""
    it = budget_named(state, ask.args.name)
    day = ask.args.period.first if ask.args.period else today_of(state, ask)
    each = standing_of(state, it, day)
    if each is None:
        raise Refusal(
            "budget-before",
            say("The budget {name} begins on {day}.", name=it.name, day=Day(it.first)),
            instead=say("{line} tells how it stands.", line=Typed(f"budget {it.name}")),
        )
    body = lines(card(each), *_expenses(state, each))
    return Accepted(replies=(Reply(body, facts=facts_of(each), page="budgets"),))


def _expenses(state: State, each: Standing) -> Iterator[Node]:
    """Those of the last year that count, the newest first, and what waits."""
    first, last = each.period.first.isoformat(), each.period.last.isoformat()
    found = [
        _waiting(state, number, order_told(state, reference(number), order, ""))
        for number, (_, order) in sorted(state.treasury.lately.items(), reverse=True)
        if first <= order.day <= last and each.it.terms.counts(order)
    ]
    if found:
        yield items(found[:LISTED_MAX])
    if len(found) > LISTED_MAX:
        yield say("and {count} more", count=len(found) - LISTED_MAX)


def _waiting(state: State, number: int, told: Node) -> Node:
    return say("{line} (waits)", line=told) if number in state.treasury.waiting else told


def budgets(state: State, ask: Ask) -> Accepted:
    """All budgets: what is spent, asked for and left."""
    found = standings(state, ask)
    if not found:
        nothing = say(
            "There is no budget here. An admin begins one, or a proposal: {line}",
            line=Typed("budget create kitchen 600 EUR --per quarter"),
        )
        return Accepted(replies=(Reply(nothing, facts={"budgets": []}, page="budgets"),))
    facts = {"budgets": [facts_of(each) for each in found]}
    return Accepted(replies=(Reply(table(found), facts=facts, page="budgets"),))


def standings(state: State, ask: Ask, period: Period | None = None) -> list[Standing]:
    """How every budget stands, or stood at the end of some days."""
    day = period.last if period else today_of(state, ask)
    each = (standing_of(state, it, day) for _, it in sorted(state.budgets.by_name.items()))
    return [it for it in each if it is not None]


# --- The digest and the page ----------------------------------------------------------------------


def _of(digest: Digest) -> list[Standing]:
    """How they stood on the last day that is told of."""
    by_name = sorted(digest.state.budgets.by_name.items())
    found = (standing_of(digest.state, it, digest.period.last) for _, it in by_name)
    return [each for each in found if each is not None]


def _money(digest: Digest) -> Iterator[Node]:
    told = [say("Budget {line}", line=line(each)) for each in _of(digest)]
    return cut(told, "budgets")


def _needs(digest: Digest, _: int) -> Iterator[Node]:
    """For coordinators: what is nearly used up, or over."""
    part, whole = NEAR
    near = (each for each in _of(digest) if (each.count - each.left) * whole >= each.count * part)
    return cut([say("Budget {line}", line=line(each)) for each in near], "budgets")


def _view(state: State, ask: Ask[Wanted]) -> Shown:
    found = standings(state, ask, ask.args.period)
    if not found:
        return Shown(body=say("There is no budget."), facts={"budgets": []})
    told = (
        say(
            "{name}: {amount} {every}, for {what}",
            name=Strong(Words(each.it.name)),
            amount=shown(each.it.terms.unit, each.count),
            every=every_told(each.it.terms),
            what=counts_told(each.it.terms),
        )
        for each in found
    )
    return Shown(
        body=lines(table(found), items(told)), facts={"budgets": [facts_of(each) for each in found]}
    )


PAGE = Page(
    name="budgets",
    title=say("Budgets"),
    about=say("How much may be spent on what: what is spent of it, asked for, and left."),
    view=_view,
    part=BOOKS,
    takes=frozenset({"period"}),
    listed=Listed(
        "budgets",
        ("budget", "of-kind", "of-circle", "period", "unit", "spent", "asked", "left", "amount"),
    ),
)


# --- Declarations ---------------------------------------------------------------------------------

COMMANDS = (
    Command(
        name="budgets",
        grouped="budget list",
        about=say("what may be spent on what, and what of it is left"),
        also=say("budget overview, spending limits, how much may we spend, how much is left to spend"),
        decide=budgets,
        examples=("budgets",),
    ),
    Command(
        name="budget",
        about=say("one budget: spent, asked for, left, and what counts against it"),
        also=say("how much is left of the budget, what is left of the budget"),
        decide=budget,
        args=BudgetArgs,
        examples=("budget kitchen", "budget kitchen --period last quarter"),
    ),
    Command(
        name="budget create",
        about=say("say how much may be spent in a month, a quarter or a year"),
        also=say("new budget, set a budget, plan spending"),
        decide=openly(create),
        role=Role.ADMIN,
        effect=Grade.MONEY,
        args=BudgetCreateArgs,
        examples=(
            "budget create kitchen 600 EUR --per quarter",
            "budget create food 200 EUR --per month --kind food --circle kitchen",
        ),
        undo="budget end kitchen",
    ),
    Command(
        name="budget change",
        about=say("change how much a budget is, from the period that runs on"),
        also=say("raise a budget, lower a budget"),
        decide=openly(change),
        role=Role.ADMIN,
        effect=Grade.MONEY,
        args=BudgetChangeArgs,
        examples=("budget change kitchen 800 EUR",),
    ),
    Command(
        name="budget end",
        about=say("end a budget"),
        also=say("delete a budget, no budget any more"),
        decide=openly(end),
        role=Role.ADMIN,
        effect=Grade.MONEY,
        args=BudgetNameArgs,
        examples=("budget end kitchen",),
    ),
)

FEATURE = Feature(
    name="budgets",
    commands=COMMANDS,
    digest=Told(sections={MONEY: _money}, needs=_needs),
    suggests={OptionType.BUDGET: names(lambda state: state.budgets.by_name)},
    pages=(PAGE,),
)
