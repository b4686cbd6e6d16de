"""Money in answers, and the guards that every movement of it passes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.chat import Refusal
from bot.collective.events import Posting
from bot.collective.funding import is_pot, pot_of
from bot.collective.invoices import reference as invoice_ref
from bot.collective.members import ERASED
from bot.collective.moneyguards import check_cash
from bot.collective.recurring import reference as recurring_ref
from bot.collective.rules import refused_by
from bot.collective.state import State
from bot.collective.treasury import TREASURY, Flow, Order, fund_account, held_account
from bot.decision import Ask
from bot.language.amounts import Amount
from bot.language.sums import decimals, shown
from bot.language.units import UnitClass
from bot.text.wording import (
    Node,
    Place,
    Say,
    Typed,
    Words,
    fill,
    joined,
    say,
)


def held(state: State, number: int) -> dict[str, int]:
    """What the collective holds for a member, by unit; what is nothing is left out."""
    accounts = map(held_account, state.members.numbers(number))
    return {unit: count for unit, count in state.ledger.of(*accounts).items() if count}


def money_of(amount: Amount) -> Amount:
    """The amount, if it is money. Raises Refusal."""
    if amount.unit.unit_class is not UnitClass.MONEY:
        raise Refusal(
            "not-money",
            say("{amount} is no money.", amount=amount.shown),
            word=amount.unit.name,
            instead=say("Name a currency, for example {example}.", example=Words("12.50 EUR")),
        )
    return amount


def fund_named(state: State, name: str) -> str:
    """A fund that there is; empty for the treasury itself. Raises Refusal."""
    if not name or name in state.treasury.funds:
        return name
    raise Refusal(
        "fund-unknown",
        say("There is no fund “{name}” here.", name=name),
        word=name,
        instead=say("The funds here: {names}.", names=joined(state.treasury.funds))
        if state.treasury.funds
        else say("{command} begins one.", command=Typed(f"fund create {name}")),
    )


def fund_words(name: str) -> Node:
    """Where money lies, in words."""
    if is_pot(name):
        return say("the pot of {ref}", ref=name)
    return say("the fund {name}", name=name) if name else say("the treasury")


def in_words(name: str) -> Node:
    """Where money lies, as what is said of it needs it."""
    if is_pot(name):
        return say("in the pot of {ref}", ref=name)
    return say("in the fund {name}", name=name) if name else say("in the treasury")


def into_words(name: str) -> Node:
    """Where money goes to, in words."""
    if is_pot(name):
        return say("into the pot of {ref}", ref=name)
    return say("into the fund {name}", name=name) if name else say("into the treasury")


def check_covered(state: State, ask: Ask, postings: Iterable[Posting], *, below: int = 0) -> None:
    """No fund goes below nothing, no person further than so much `below`, over all their accounts.

    And no more of a currency goes out than there is in hand. Raises Refusal.
    """
    postings = tuple(postings)
    changes: dict[tuple[str, str], int] = {}
    for each in postings:
        key = (_whole_account(state, each.account), each.unit)
        changes[key] = changes.get(key, 0) + each.count
    for (account, unit), change in changes.items():
        if change >= 0:
            continue
        kind, _, name = account.partition(":")
        if kind == "held":
            _check_member(state, ask, int(name), unit, change, below)
        elif kind in {"treasury", "fund"}:
            has = state.ledger.balances.get((account, unit), 0)
            if has + change < 0:
                raise Refusal(
                    "not-enough",
                    say("There is {has} {where}.", has=shown(unit, has), where=in_words(name)),
                    instead=say("{treasury} shows what there is.", treasury=Typed("treasury")),
                )
    check_cash(state, postings)


def _whole_account(state: State, account: str) -> str:
    """The account of a person, for any of theirs: what is held for them is held over all."""
    kind, _, number = account.partition(":")
    return held_account(state.members.one(int(number))) if kind == "held" else account


def _check_member(state: State, ask: Ask, number: int, unit: str, change: int, below: int) -> None:
    has = held(state, number).get(unit, 0)
    if has + change >= -below:
        return
    me = ask.member
    # Who joins by this very message is not among the members yet.
    who = me.shown if me and me.number == number else state.members.name(number)
    own = state.units.by_code.get(unit)
    why = say("{line} tells why.", line=Typed(f"unit {own.name}")) if own else None
    if below:
        told = say(
            "{has} is held for {who}, and they go no further down than {limit}.",
            has=shown(unit, has),
            who=who,
            limit=shown(unit, -below),
        )
        if own is None:
            raise refused_by("credit-limit", told)
        raise Refusal("limit", told, instead=why)
    raise Refusal(
        "not-enough",
        say("{has} is held for {who}.", has=shown(unit, has), who=who),
        instead=why or say("{balance} shows it.", balance=Typed("balance")),
    )


def order_facts(order: Order) -> dict[str, str]:
    """A transfer, for machines."""
    ((unit, amount),) = decimals({order.unit: order.count}).items()
    facts = {"flow": order.flow.value, "unit": unit, "amount": amount}
    invoice = invoice_ref(order.invoice) if order.invoice else ""
    recurs = recurring_ref(order.recurring) if order.recurring else ""
    named = {
        "partner": order.partner,
        "circle": order.circle,
        "invoice": invoice,
        "recurring": recurs,
    }
    return {**facts, **{name: value for name, value in named.items() if value}}


def order_told(state: State, ref: str, order: Order, what: str) -> Node:
    """A transfer in one line."""
    places: dict[str, Place] = {
        "ref": ref,
        "amount": order.shown,
        "kind": f"{order.kind} :{order.circle}" if order.circle else order.kind,
        "partner": order.partner,
        "invoice": invoice_ref(order.invoice),
        "place": fund_words(order.fund),
        "into": into_words(order.fund),
        "who": who_told(state, order.member) if order.member else "",
        "to": who_told(state, order.to) if order.to else "",
    }
    line: Node = fill(_TOLD[order.flow, _variant(order)], **places)
    if order.fee:
        line = say("{line} (fee {fee})", line=line, fee=shown(order.unit, order.fee))
    return say("{line}: {what}", line=line, what=what) if what else line


def _variant(order: Order) -> str:
    if order.flow is Flow.EXPENSE:
        return "own" if order.own else ""
    if order.partner:
        return "partner"
    if order.invoice:
        return "invoice"
    if order.flow is Flow.RETIRE:
        return "all" if order.taker == TREASURY else ""
    return "" if order.member or order.flow is not Flow.PAY else "all"


def who_told(state: State, number: int) -> Node:
    """A member by name; who was forgotten has only a number left, by which they are still paid."""
    known = state.members.member(number)
    return known.shown if known.name != ERASED else say("former member {number}", number=known.number)


_TOLD: Mapping[tuple[Flow, str], Say] = {
    (Flow.INCOME, ""): say("{ref}: {amount} #{kind} came {into}"),
    (Flow.INCOME, "partner"): say("{ref}: {amount} from the partner {partner} came {into}"),
    (Flow.INCOME, "invoice"): say("{ref}: {amount} #{kind} for {invoice} came {into}"),
    (Flow.EXPENSE, ""): say("{ref}: {amount} #{kind} went out of {place}"),
    (Flow.EXPENSE, "own"): say("{ref}: {amount} #{kind} that {who} laid out, from {place}"),
    (Flow.PAY, ""): say("{ref}: {who} pays {to} {amount}"),
    (Flow.PAY, "all"): say("{ref}: {to} gets {amount} from the treasury"),
    (Flow.PAYOUT, ""): say("{ref}: payout of {amount} to {who}"),
    (Flow.SET_ASIDE, ""): say("{ref}: {amount} set aside {into}"),
    (Flow.RELEASE, ""): say("{ref}: {amount} out of {place} into the treasury"),
    (Flow.LEVY, ""): say("{ref}: {who} pays {amount} of the levies owed"),
    (Flow.RETIRE, ""): say("{ref}: {who} gives {amount} back, which is retired"),
    (Flow.RETIRE, "all"): say("{ref}: {amount} held for {who} goes into the treasury"),
    (Flow.WRITE_OFF, ""): say("{ref}: {amount} of {who} is written off, borne by all"),
    (Flow.OPENING, ""): say("{ref}: {who} has {amount} from before"),
    (Flow.SETTLE, ""): say("{ref}: {who} paid {to} {amount}, to settle up"),
}
"""How each transfer is told."""


def balances_of_funds(state: State) -> list[tuple[str, dict[str, int]]]:
    """The treasury, each fund (by name) and the pots of rounds, with what is in them.

    Of the funds of ideas those where something is left.
    """
    names = ["", *state.treasury.funds, *map(pot_of, state.funding.open)]
    found = ((name, _some(state.ledger.of(fund_account(name)))) for name in names)
    return [(name, sums) for name, sums in found if sums or name not in state.funding.funds]


def _some(balances: Mapping[str, int]) -> dict[str, int]:
    return {unit: count for unit, count in balances.items() if count}


def by_told(state: State, number: int) -> Node:
    """Who did something."""
    return state.members.name(number) if number else say("the operator")
