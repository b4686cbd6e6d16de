"""`/payout request`: a member asks a treasurer to pay out what is held for them."""

from __future__ import annotations

from bot.arguments import OptionType, arguments, takes
from bot.chat import Refusal
from bot.collective.guards import check_open
from bot.collective.moneyguards import let_out_alone, needs_second
from bot.collective.roles import Role
from bot.collective.rules import refused_by
from bot.collective.state import State
from bot.collective.treasury import Approval, Flow, Order, Waiting, reference
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.language.amounts import Amount
from bot.language.sums import shown, sums_told
from bot.text.wording import Node, Typed, Words, say
from commands.decisions.openly import openly
from commands.ledger.exits import called
from commands.ledger.money import money_of
from commands.ledger.moving import waits
from commands.ledger.runs import asked_of, nothing_payable, payable, typed_amount


@arguments
class PayoutRequestArgs:
    """What `/payout request` takes."""

    amount: Amount | None = takes(
        OptionType.AMOUNT,
        say("how much; all that is held for you if left out"),
        positional=True,
        default=None,
    )
    what: str = takes(OptionType.TEXT, say("what for"), positional=True, default="")


def payout_request(state: State, ask: Ask[PayoutRequestArgs]) -> Accepted:
    """Ask a treasurer to pay out what is held for oneself."""
    amount, mine = ask.args.amount, payable(state, ask.me.number)
    if amount is None:
        if len(mine) > 1:
            ((unit, count), *_) = sorted(mine.items())
            raise Refusal(
                "which-currency",
                say("For you {sums} is held.", sums=sums_told(mine)),
                instead=say(
                    "For example {line}", line=Typed(f"payout request {typed_amount(unit, count)}")
                ),
            )
        if not mine:
            raise nothing_payable(state, {ask.me.number})
        ((unit, count),) = mine.items()
    else:
        unit, count = money_of(amount).unit.code, amount.count
        has = mine.get(unit, 0)
        if not has:
            raise nothing_payable(state, {ask.me.number})
        if count > has:
            line = Typed(f"payout request {typed_amount(unit, has)}")
            raise Refusal(
                "not-enough",
                say("{has} is held for you, and asked for by nobody yet.", has=shown(unit, has)),
                word=amount.unit.name,
                instead=say("Send it so: {line}", line=line),
            )
    order = Order(Flow.PAYOUT, unit, count, ask.today().isoformat(), member=ask.me.number)
    check_open(ask.today(), ask.rules)
    (event,), texts = asked_of(state, ask, [order], Approval.TREASURER, ask.args.what)
    told: Node = say(
        "{ref}: {who} asks to be paid out {amount}",
        ref=reference(event.number),
        who=ask.me.shown,
        amount=order.shown,
    )
    told = say("{line}: {what}", line=told, what=Words(ask.args.what)) if ask.args.what else told
    return waits(state, ask, event, told, texts)


def check_not_much(state: State, ask: Ask, it: Waiting, ref: str) -> None:
    """Much that somebody asked for themselves no treasurer lets out alone. Raises Refusal.

    Who asked is no second person: they gain by it, and it may be the treasurer's own other account.
    """
    order, me, one = it.order, ask.member, state.members.one
    if order.recurring and not it.reverses:
        _check_not_in_parts(state, ask, it, ref)
    if me is None or order.flow is not Flow.PAYOUT or it.reverses or one(it.by) != one(order.member):
        return
    who = state.members.member(order.member)
    before = let_out_alone(state, me, ask.moment.at, order)
    if who.may(Role.TREASURER) or not needs_second(
        ask.rules, order, leaves=True, gains=False, before=before
    ):
        return
    raise refused_by(
        "second-eyes",
        say(
            "{ref} is much: beside you and {who} a second person has to agree.", ref=ref, who=who.shown
        ),
        instead=say(
            "A treasurer begins it anew: {line}",
            line=Typed(f"payout {called(who)} {typed_amount(order.unit, order.count)}"),
        ),
    )


def _check_not_in_parts(state: State, ask: Ask, it: Waiting, ref: str) -> None:
    """Much in parts is let out alone by nobody who said that it recurs. Raises Refusal."""
    order, me, one = it.order, ask.member, state.members.one
    if me is None or it.proposal or (it.by and one(it.by) != one(me.number)):
        return
    before = let_out_alone(state, me, ask.moment.at, order)
    if needs_second(ask.rules, order, leaves=True, gains=False, before=before):
        raise refused_by(
            "second-eyes",
            say(
                "With what you let out within a day {ref} is much: somebody else agrees to it.", ref=ref
            ),
        )


COMMANDS = (
    Command(
        name="payout request",
        undo="decline T4 not yet",
        about=say("ask to be paid out what is held for you"),
        also=say("pay me out, request payout, i want my money"),
        decide=openly(payout_request),
        args=PayoutRequestArgs,
        examples=("payout request", "payout request 20 EUR"),
    ),
)
