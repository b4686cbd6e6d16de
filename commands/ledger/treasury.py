"""The treasury: income, expenses, payments between members, payouts, funds.

Every movement passes the same guards: what it is taken from has it, what leaves stays within the
limit, a second person agrees where a rule asks for that. What a proposal decided passes them too.
"""

from __future__ import annotations

import datetime as dt

from bot.arguments import OptionType, arguments, flag, takes
from bot.chat import Attached, Refusal, Reply
from bot.collective.funding import is_pot
from bot.collective.grades import Grade
from bot.collective.moneyguards import cash_in_hand, was_written_off
from bot.collective.proposalevents import reference as proposal_ref
from bot.collective.roles import Role
from bot.collective.state import State
from bot.collective.treasury import FUNDS_MAX, OTHER_KIND, Flow, FundBegun, Order, Waiting, reference
from bot.command import Command
from bot.decision import Accepted, Ask, Query
from bot.language.amounts import Amount
from bot.language.periods import Period
from bot.language.sums import decimals, sums_told
from bot.text.wording import Node, Strong, Time, Typed, Words, items, lines, say
from commands.decisions.lookups import circle_for
from commands.decisions.openly import openly
from commands.ledger import slipping
from commands.ledger.exits import gone_told
from commands.ledger.flows import cash_of, held_and_owed
from commands.ledger.funds import fund_called
from commands.ledger.invoicing import after_told, invoice_queries, paid_invoice
from commands.ledger.money import balances_of_funds, by_told, fund_named, money_of
from commands.ledger.moving import day_of_transfer, moved
from commands.ledger.openbetween import open_sums
from commands.ledger.ownunits import limit_for, own_of, paid_of, plenty_told, with_fee
from commands.ledger.payments import payment_order, payment_told
from commands.ledger.sharedexpenses import shared, shared_twins
from commands.ledger.twins import again_line, check_no_twin, twins_queries

_OWN, _TREASURY = "me", "treasury"

_AMOUNT = takes(OptionType.AMOUNT, say("how much, for example 12.50 EUR"), positional=True)
_FUND = takes(OptionType.FUND, say("the fund that it is for, or comes from"), default="")
_KIND = takes(OptionType.KIND, say("the kind of income or expense, as #rent"), default="")
_CIRCLE = takes(OptionType.CIRCLE, say("the circle that it is for, if not the room's"), default="")
_ON = takes(OptionType.DAY, say("the day, if not today"), default=None)
_PROOF = takes(OptionType.LINK, say("a link to the receipt"), default="")
_AGAIN = flag(say("that it is another one than the one that looks the same"))
_WHO = takes(OptionType.PERSON, say("who, as @name"), positional=True)
_MEMO = takes(OptionType.TEXT, say("what for"), positional=True, default="")
_TO_FUND = takes(OptionType.FUND, say("which fund"), positional=True)


# --- Moving ---------------------------------------------------------------------------------------


@arguments
class IncomeArgs:
    """What `/income` takes."""

    amount: Amount = _AMOUNT
    what: str = takes(OptionType.TEXT, say("from whom, for what"), positional=True)
    kind: str = _KIND
    fund: str = _FUND
    on: dt.date | None = _ON
    proof: str = _PROOF
    partner: str = takes(OptionType.PARTNER, say("the partner that pays what it pledged"), default="")
    period: Period | None = takes(
        OptionType.PERIOD, say("for which period, if not the oldest due"), default=None
    )
    invoice: str = takes(
        OptionType.REFERENCE, say("the invoice that it pays of, for example B3"), default=""
    )
    again: bool = _AGAIN


def income(state: State, ask: Ask[IncomeArgs]) -> Accepted:
    """Money came in from outside, for all or for one purpose; or from a partner, for what is due."""
    amount, kind = money_of(ask.args.amount), ask.args.kind or OTHER_KIND
    invoice = paid_invoice(state, ask)
    if ask.args.partner:
        if invoice:
            raise Refusal(
                "options-both",
                say("What a partner pledged pays of no invoice."),
                word=invoice.ref,
                instead=say("Leave {option} out.", option=Words("--partner")),
            )
        paid = payment_order(state, ask, amount, day_of_transfer(ask, ask.args.on))
        check_no_twin(state, ask, paid)
        return moved(
            state, ask, paid, what=ask.args.what, proof=ask.args.proof, also=payment_told(state, paid)
        )
    if ask.args.period:
        raise Refusal(
            "period-alone",
            say("A period belongs to what a partner pays."),
            instead=say("Name the partner: {option}", option=Words("--partner city-bakery")),
        )
    fund = fund_named(state, ask.args.fund)
    order = Order(
        Flow.INCOME,
        amount.unit.code,
        amount.count,
        day_of_transfer(ask, ask.args.on),
        kind=kind,
        fund=fund,
        invoice=invoice.number if invoice else 0,
    )
    check_no_twin(state, ask, order)
    also = after_told(invoice, amount.count) if invoice else None
    return moved(state, ask, order, what=ask.args.what, proof=ask.args.proof, also=also)


def _income_queries(state: State, ask: Ask[IncomeArgs]) -> tuple[Query, ...]:
    return (*twins_queries(state, ask), *invoice_queries(state, ask))


@arguments
class ExpenseArgs:
    """What `/expense` takes."""

    amount: Amount = _AMOUNT
    what: str = takes(OptionType.TEXT, say("what it was for"), positional=True)
    who: tuple[str, ...] = takes(
        OptionType.PEOPLE,
        say("the members who bear it instead of the collective, as @name; a number behind is parts"),
        default=(),
        parts=True,
    )
    kind: str = _KIND
    circle: str = _CIRCLE
    fund: str = _FUND
    on: dt.date | None = _ON
    proof: str = _PROOF
    paid: str = takes(
        OptionType.WORD, say("out of whose pocket it was paid"), choices=(_OWN, _TREASURY), default=""
    )
    again: bool = _AGAIN
    slip: Attached | None = takes(OptionType.FILE, slipping.ABOUT, default=None, kept=True)


def expense(state: State, ask: Ask[ExpenseArgs]) -> Accepted:
    """Somebody laid money out and asks for it back, of all or of who bears it; or a bill is paid."""
    made = shared(state, ask) if ask.args.who else _expense(state, ask)
    return slipping.with_slip(state, ask, made, again_line(ask))


def _expense(state: State, ask: Ask[ExpenseArgs]) -> Accepted:
    amount, kind = money_of(ask.args.amount), ask.args.kind or OTHER_KIND
    fund, day = fund_named(state, ask.args.fund), day_of_transfer(ask, ask.args.on)
    unit, count, circle = amount.unit.code, amount.count, circle_for(state, ask)
    if ask.member is None or ask.args.paid == _TREASURY:
        if ask.member is not None and not ask.member.may(Role.TREASURER):
            raise Refusal(
                "role",
                say("Only a treasurer pays out of the treasury."),
                instead=say("Leave {option} out to be paid back.", option=Words("--paid treasury")),
            )
        bill = Order(Flow.EXPENSE, unit, count, day, kind=kind, fund=fund, circle=circle)
        check_no_twin(state, ask, bill)
        return moved(state, ask, bill, what=ask.args.what, proof=ask.args.proof)
    order = Order(
        Flow.EXPENSE,
        unit,
        count,
        day,
        member=ask.me.number,
        kind=kind,
        fund=fund,
        own=True,
        circle=circle,
    )
    check_no_twin(state, ask, order)
    return moved(state, ask, order, what=ask.args.what, proof=ask.args.proof, ask_first=True)


def _expense_queries(state: State, ask: Ask[ExpenseArgs]) -> tuple[Query, ...]:
    """What it may be the same as: of what members share, what they shared."""
    twins = shared_twins(state, ask) if ask.args.who else twins_queries(state, ask)
    return (*twins, *slipping.new_queries(state, ask))


@arguments
class PayArgs:
    """What `/pay` takes."""

    who: str = _WHO
    amount: Amount = _AMOUNT
    what: str = _MEMO


def pay(state: State, ask: Ask[PayArgs]) -> Accepted:
    """Pay another member out of what is held for oneself; a proposal pays out of the treasury."""
    to = ask.person(state, ask.args.who)
    amount = paid_of(ask.args.amount) if ask.proposal else ask.args.amount
    payer, day = 0 if ask.proposal else ask.me.number, ask.today().isoformat()
    if to.number == payer:
        raise Refusal("own-payment", say("You cannot pay yourself."))
    unit, own = amount.unit.code, own_of(state, ask.args.amount)
    order = Order(Flow.PAY, unit, amount.count, day, member=payer, to=to.number)
    if own is None:
        return moved(state, ask, order, what=ask.args.what, below=_credit(state, ask, payer, unit))
    below = limit_for(state, own, payer, day[:7]) if payer else 0
    plenty = plenty_told(state, own, to, amount.count)
    return moved(state, ask, with_fee(own, order), what=ask.args.what, below=below, also=plenty)


def _credit(state: State, ask: Ask, payer: int, unit: str) -> int:
    """How far below nothing somebody may go in a currency, or in time."""
    if not payer or was_written_off(state, payer, unit):
        return 0
    return ask.rules.limit("credit-limit", unit) or 0


# --- Funds ----------------------------------------------------------------------------------------


@arguments
class FundCreateArgs:
    """What `/fund create` takes."""

    name: str = takes(OptionType.NAME, say("its name"), positional=True)


def fund_create(state: State, ask: Ask[FundCreateArgs]) -> Accepted:
    """Begin to keep money apart for one purpose."""
    name = ask.args.name
    if name in state.treasury.funds:
        raise Refusal("fund-known", say("There is a fund {name} already.", name=name), word=name)
    if len(state.treasury.funds) - len(state.funding.funds) >= FUNDS_MAX:
        raise Refusal("funds-max", say("There are as many funds as there may be."))
    told = say(
        "The fund {name} begins. {add} puts money into it.",
        name=Strong(Words(name)),
        add=Typed(f"fund add 100 EUR {name}"),
    )
    return Accepted((FundBegun(name=name),), (), (Reply(told),))


@arguments
class FundMoveArgs:
    """What `/fund add` and `/fund release` take."""

    amount: Amount = _AMOUNT
    fund: str = _TO_FUND
    what: str = _MEMO


def fund_add(state: State, ask: Ask[FundMoveArgs]) -> Accepted:
    """Set money of the treasury aside."""
    return moved(state, ask, _fund_order(state, ask, Flow.SET_ASIDE), what=ask.args.what)


def fund_release(state: State, ask: Ask[FundMoveArgs]) -> Accepted:
    """Take money out of a fund, back into the treasury: what was given for a purpose is bound to it."""
    order = _fund_order(state, ask, Flow.RELEASE)
    if not ask.proposal:
        line = Typed(f"propose … --do fund release … {order.fund}")
        raise Refusal(
            "by-proposal",
            say("What is in a fund is bound to its purpose; only the members release it."),
            instead=say("Propose it: {line}", line=line),
        )
    return moved(state, ask, order, what=ask.args.what)


def _fund_order(state: State, ask: Ask[FundMoveArgs], flow: Flow) -> Order:
    amount, fund = money_of(ask.args.amount), fund_named(state, ask.args.fund)
    day = ask.today().isoformat()
    return Order(flow, amount.unit.code, amount.count, day, fund=fund)


# --- Looking ----------------------------------------------------------------------------------------


def treasury(state: State, ask: Ask) -> Accepted:
    """What there is: the treasury, the funds, what is held for members, and what waits."""
    return _treasury(state, ask, gone_told(state))


def treasury_outside(state: State, ask: Ask) -> Accepted:
    """The same for who is no member: not who left, and what each of them is owed."""
    return _treasury(state, ask, None)


def _treasury(state: State, ask: Ask, gone: Node | None) -> Accepted:
    rows = balances_of_funds(state)
    for_members, owed = held_and_owed(state)
    hand, open_ = cash_of(state), open_sums(state)
    waiting = [
        say("{what}, since {at}", what=_waiting_told(state, number, it), at=Time(it.at))
        for number, it in sorted(state.treasury.waiting.items())
    ]
    body = lines(
        items(
            say(
                "{place}: {sums}",
                place=_place(state, ask, name),
                sums=sums_told(sums) if sums else say("nothing"),
            )
            for name, sums in rows
        ),
        say("Held for members: {sums}", sums=sums_told(for_members)) if for_members else None,
        say("Owed by members: {sums}", sums=sums_told(owed)) if owed else None,
        say("In hand together: {sums}", sums=sums_told(hand))
        if hand and (rows[1:] or for_members or owed)
        else None,
        gone,
        say("Open between members, beside it: {sums}", sums=sums_told(open_)) if open_ else None,
        _leaving_told(state, ask),
        say("Waiting for approval:") if waiting else None,
        items(waiting) if waiting else None,
    )
    facts = {
        "treasury": decimals(rows[0][1]),
        "funds": {name: decimals(sums) for name, sums in rows[1:]},
        "held": decimals(for_members),
        "owed": decimals(owed),
        "between": decimals(open_),
        "in-hand": decimals(hand),
        "waiting": [reference(number) for number in sorted(state.treasury.waiting)],
    }
    return Accepted(replies=(Reply(body, facts=facts, page="money"),))


def _place(state: State, ask: Ask, name: str) -> Node:
    if is_pot(name):
        return say("In the pot of {ref}", ref=name)
    if not name:
        return say("In the treasury")
    return say("In the fund {name}", name=fund_called(state, ask, name))


def _waiting_told(state: State, number: int, it: Waiting) -> Node:
    who = proposal_ref(it.proposal) if it.proposal else by_told(state, it.by)
    return say("{ref}: {amount}, asked by {who}", ref=reference(number), amount=it.order.shown, who=who)


def _leaving_told(state: State, ask: Ask) -> Node | None:
    """How much may still leave, where a rule says so."""
    since = ask.moment.at - ask.rules.number("leaving-period") * 60_000
    units = dict.fromkeys(unit for (_, unit), count in state.ledger.balances.items() if count)
    room = {}
    for unit in units:
        most = ask.rules.limit("leaving-max", unit)
        if most is not None and cash_in_hand(state, unit) > 0:
            room[unit] = max(0, most - state.treasury.left_since(unit, since))
    return say("May still leave: {sums}", sums=sums_told(room)) if room else None


# --- Declarations ---------------------------------------------------------------------------------


SEVERAL = say("Several go into one message, a line each: all of them are entered, or none.")

COMMANDS = (
    Command(
        name="income",
        several=True,
        details=SEVERAL,
        undo="reverse T4 typed twice",
        about=say("enter money that came in"),
        also=say("received, earned, revenue, donation, sale, deposit, got"),
        decide=openly(income),
        wants=_income_queries,
        role=Role.TREASURER,
        effect=Grade.MONEY,
        args=IncomeArgs,
        examples=(
            "income 1000 EUR City library, for the booking system",
            "income 200 EUR a donor --fund tools",
            "income 500 EUR the share of spring --partner city-bakery",
            "income 400 EUR City library --invoice B3",
        ),
    ),
    Command(
        name="expense",
        several=True,
        details=SEVERAL,
        undo="reverse T4 typed twice",
        about=say("ask to be paid back, or pay a bill"),
        also=say(
            "spent, paid, spend, bought, buy, receipt, refund, reimburse, cost, costs, "
            "bill, invoice, reimburse me, refund me, pay me back, money back, claim back, i "
            "paid, i spent, i bought, we spent, out of pocket, laid out, expenses, my money "
            "back, get my money back"
        ),
        decide=openly(expense),
        wants=_expense_queries,
        effect=Grade.MONEY,
        args=ExpenseArgs,
        examples=(
            "expense 12.50 EUR eggs #food",
            "expense 40 EUR hosting --paid treasury",
            "expense 60 EUR pizza @ana @bo @cem",
        ),
    ),
    Command(
        name="pay",
        undo="reverse T4 typed twice",
        about=say("pay another member"),
        also=say("send, transfer, give, tip, pay to, give money, pay out to, send money"),
        decide=openly(pay),
        effect=Grade.MONEY,
        args=PayArgs,
        examples=("pay @bo 20 EUR for the bike",),
    ),
    Command(
        name="treasury",
        about=say("what there is, and what waits for approval"),
        also=say(
            "money, cash, till, bank, fund, funds, kitty, how much money, how much cash, "
            "how much is in, what is in the bank, whats in the bank"
        ),
        decide=treasury,
        examples=("treasury",),
    ),
    Command(
        name="fund create",
        about=say("keep money apart for one purpose"),
        decide=openly(fund_create),
        role=Role.TREASURER,
        effect=Grade.MONEY,
        args=FundCreateArgs,
        examples=("fund create tools",),
    ),
    Command(
        name="fund add",
        about=say("set money of the treasury aside"),
        decide=openly(fund_add),
        role=Role.TREASURER,
        effect=Grade.MONEY,
        args=FundMoveArgs,
        examples=("fund add 100 EUR tools",),
    ),
    Command(
        name="fund release",
        about=say("take money out of a fund, by a proposal"),
        decide=openly(fund_release),
        role=Role.TREASURER,
        effect=Grade.MONEY,
        args=FundMoveArgs,
        examples=("fund release 100 EUR tools",),
    ),
)
