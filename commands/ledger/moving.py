"""Moving money: at once, or when somebody has agreed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.chain import Sealed
from bot.chat import Button, Kind, Reply
from bot.collective.budgeting import Standing
from bot.collective.events import Event
from bot.collective.guards import check_day, check_open
from bot.collective.moneyguards import (
    check_leaving,
    counterpart,
    has_treasurer,
    let_out_alone,
    needs_second,
    not_second,
)
from bot.collective.proposalevents import reference as proposal_ref
from bot.collective.state import State
from bot.collective.treasury import (
    Approval,
    Flow,
    Order,
    TransferAsked,
    TransferMade,
    postings_of,
    reference,
)
from bot.decision import Accepted, Ask
from bot.language.sums import decimals
from bot.text.wording import Node, Typed, fill, lines, say
from commands.decisions.proposals import drafted
from commands.ledger.budgeting import (
    budgets_told,
    check_bill,
    over_budgets,
    over_told,
    told_elsewhere,
)
from commands.ledger.budgetlive import cards_after
from commands.ledger.money import check_covered, order_facts, order_told

BUTTON_MAX = 80
"""The longest line that a button carries on every platform."""


def day_of_transfer(ask: Ask, named: dt.date | None) -> str:
    """The day of a transfer: none to come, none too long ago, none that is closed. Raises Refusal."""
    today = ask.today()
    day = named or today
    check_day(day, today, ask.rules)
    return day.isoformat()


def moved(
    state: State,
    ask: Ask,
    order: Order,
    *,
    ask_first: bool = False,
    what: str = "",
    proof: str = "",
    below: int = 0,
    also: Node | None = None,
) -> Accepted:
    """Move money, or have it wait for somebody's agreement. Raises Refusal.

    Whose account it comes from may go so much `below` nothing; what is written off all bear, so that
    the treasury of its unit may. `also` is told beside it.
    """
    check_open(dt.date.fromisoformat(order.day), ask.rules)
    postings = postings_of(order)
    borne = order.flow is Flow.WRITE_OFF and order.unit in state.units.by_code
    over = over_budgets(state, ask, order)
    if not borne and not _only_asks(ask, over, ask_first=ask_first):
        check_covered(state, ask, postings, below=below)
    check_leaving(state, ask.rules, ask.moment.at, order, leaves=order.leaves)
    check_bill(ask, order, over, what, proof)
    number, by = state.treasury.count + 1, ask.member.number if ask.member else 0
    sealed_what, sealed_proof = (ask.moment.seal(each) if each else None for each in (what, proof))
    texts = tuple(each for each in (sealed_what, sealed_proof) if each)
    told = order_told(state, reference(number), order, what)
    needs = _needs(state, ask, order, over, ask_first=ask_first)
    if needs is not None:
        told = lines(told, over_told(over, order)) if over else told
        asked = TransferAsked(
            number=number,
            order=order,
            needs=needs,
            what=sealed_what.seal if sealed_what else "",
            proof=sealed_proof.seal if sealed_proof else "",
            by=by,
            proposal=ask.proposal,
            room=ask.room,
        )
        waiting = waits(state, ask, asked, told, texts, what)
        shown = cards_after(state, ask, order, asked=order.count)
        return replace(waiting, replies=(*waiting.replies, *shown))
    event = TransferMade(
        number=number,
        order=order,
        what=sealed_what.seal if sealed_what else "",
        proof=sealed_proof.seal if sealed_proof else "",
        by=by,
        proposal=ask.proposal,
        postings=postings,
    )
    budgets = budgets_told(state, order)
    body = told if also is None and budgets is None else lines(told, also, budgets)
    reply = Reply(body, ref=reference(number), facts=order_facts(order))
    shown = cards_after(state, ask, order, spent=order.count)
    return Accepted((event,), texts, (reply, *told_elsewhere(state, ask, order), *shown))


def _only_asks(ask: Ask, over: list[Standing], *, ask_first: bool) -> bool:
    """Whether nothing moves yet: then it needs not be there yet either."""
    return bool(over) or (ask_first and not ask.proposal and ask.rules.text("expenses") != "nobody")


def _needs(
    state: State, ask: Ask, order: Order, over: list[Standing], *, ask_first: bool
) -> Approval | None:
    """Who has to agree before it is moved. What the members decided they need not be asked again."""
    if over:
        return Approval.PROPOSAL
    if ask_first and not ask.proposal:
        rule = ask.rules.text("expenses")
        return None if rule == "nobody" else Approval(rule)
    me, own = ask.member, order.flow is Flow.PAYOUT or order.dues
    gains = me is not None and own and me.number in state.members.gainers(order.member)
    before = let_out_alone(state, me, ask.moment.at, order)
    return needs_second(ask.rules, order, leaves=order.leaves, gains=gains, before=before)


_WAITS_FOR = {
    Approval.ANYONE: say("It waits for another member."),
    Approval.TREASURER: say("It waits for another treasurer."),
    Approval.PROPOSAL: say("It waits for a decision: {open} asks everybody."),
    Approval.COUNTERPART: say("It waits for the word of {who}."),
}


def _title(ref: str, order: Order, what: str) -> str:
    """What is decided on, in the words of whoever asked: `T5: 150.00 EUR, oil`."""
    ((unit, amount),) = decimals({order.unit: order.count}).items()
    return ", ".join((f"{ref}: {amount} {unit}", *what.splitlines()[:1]))


def _word_of(state: State, event: TransferAsked) -> Node:
    """Whose word it waits for; a treasurer's, where they are not here any more."""
    number = counterpart(state, event)
    return state.members.name(number) if state.members.member(number).here else say("a treasurer")


def waits(
    state: State,
    ask: Ask,
    event: TransferAsked,
    told: Node,
    texts: tuple[Sealed, ...],
    what: str = "",
) -> Accepted:
    """Have it wait, on a card that says for whom; with a draft of a proposal where all decide."""
    ref = reference(event.number)
    draft: tuple[Event, ...] = ()
    more: tuple[Sealed, ...] = ()
    if event.needs is Approval.PROPOSAL:
        title = _title(ref, event.order, what)
        proposal, more = drafted(state, ask.moment, ask.me.number, title, f"approve {ref}", ask.room)
        draft = (proposal,)
    needs = event.needs
    own = not_second(state, event.by, event.order)
    if needs is Approval.TREASURER and not has_treasurer(state, ask.rules, own):
        needs = Approval.ANYONE
    waits = fill(
        _WAITS_FOR[needs],
        open=Typed(f"open {proposal_ref(state.proposals.count + 1)}"),
        who=_word_of(state, event) if needs is Approval.COUNTERPART else "",
    )
    typed = say(
        "{approve} agrees, {decline} says no.",
        approve=Typed(f"approve {ref}"),
        decline=Typed(f"decline {ref}"),
    )
    pressed = (
        ()
        if draft
        else (
            Button(say("Approve"), f"approve {ref}"),
            Button(say("Decline"), f"decline {ref}"),
        )
    )
    facts = {**order_facts(event.order), "status": "waiting"}
    card = Reply(
        lines(told, waits),
        kind=Kind.CARD,
        ref=ref,
        buttons=pressed,
        facts=facts,
        typed=None if draft else typed,
    )
    return Accepted((event, *draft), (*texts, *more), (card,))
