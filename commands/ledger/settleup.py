"""`/settle-up`: who pays whom so that no member owes another anything; and noting that somebody did.

The payments are the fewest (`bot.value.settlement`). What somebody says that they paid counts when
whoever got it confirms; who got it notes it alone, for nobody else loses by that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace

import msgspec

from bot.arguments import OptionType, arguments, takes
from bot.chat import Refusal, Reply
from bot.collective.guards import check_open
from bot.collective.members import Member
from bot.collective.state import State
from bot.collective.treasury import (
    Approval,
    Flow,
    Order,
    TransferApproved,
    TransferAsked,
    TransferMade,
    postings_of,
    reference,
    undoing_of,
)
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.feature import Feature, reference_queries
from bot.language.amounts import Amount
from bot.language.sums import decimals, shown
from bot.text.wording import Node, Strong, Typed, items, joined, lines, say, say_n
from bot.value.settlement import Payment, settlement
from commands.decisions.letters import ReverseArgs
from commands.decisions.openly import openly
from commands.ledger.betweenreport import TOLD
from commands.ledger.exits import called
from commands.ledger.money import money_of, order_facts, order_told, who_told
from commands.ledger.moving import day_of_transfer, waits
from commands.ledger.openbetween import groups, have_to_do, open_balances
from commands.ledger.partsclock import CLOCKWORK
from commands.ledger.runs import typed_amount
from commands.ledger.sharedcards import between
from commands.ledger.sharedexpenses import THING, life_of, undone
from commands.ledger.sharedparts import pending_told
from commands.ledger.undoings import check_stands, undoing_told

TOLD_MAX = 20
"""The most payments that are told at once, of each currency."""


def settle_up(state: State, ask: Ask) -> Accepted:
    """What stands open, and the fewest payments that settle it."""
    found = open_balances(state)
    if not found:
        nothing = say(
            "No member owes another anything. {line} shares what you laid out.",
            line=Typed("expense 60 EUR pizza @ana @bo"),
        )
        asked = lines(nothing, *pending_told(state))
        return Accepted(replies=(Reply(asked, facts={"payments": []}),))
    body: list[Node] = []
    facts: list[dict[str, str]] = []
    every: list[tuple[str, Payment]] = []
    for unit, balances in found.items():
        made = [each for group in groups(state, unit, balances) for each in settlement(group)]
        every += ((unit, each) for each in made)
        body += _unit_told(state, unit, balances, made)
        facts += ({**_pair(state, each), **_amount(unit, each.amount)} for each in made)
    body.append(_next_told(state, ask, every))
    body += pending_told(state)
    return Accepted(replies=(Reply(lines(*body), facts={"payments": facts}),))


def _next_told(state: State, ask: Ask, made: list[tuple[str, Payment]]) -> Node:
    """How whoever asks notes a payment of theirs, or that they were paid; else how anybody does."""
    me = ask.member.number if ask.member else 0
    mine = next((each for each in made if each[1].payer == me), None)
    if mine is None and (owed := next((each for each in made if each[1].receiver == me), None)):
        unit, it = owed
        line = f"settle-up got {_name(state, it.payer)} {typed_amount(unit, it.amount)}"
        return say("When you are paid: {line}", line=Typed(line))
    unit, it = mine or made[0]
    line = f"settle-up paid {_name(state, it.receiver)} {typed_amount(unit, it.amount)}"
    if mine is not None:
        return say("When you have paid: {line}", line=Typed(line))
    return say("Whoever paid types, for example: {line}", line=Typed(line))


def _unit_told(
    state: State, unit: str, balances: Mapping[int, int], made: list[Payment]
) -> Iterator[Node]:
    ordered = sorted(balances.items(), key=lambda each: (-each[1], each[0]))
    has = [
        say("{who} {amount}", who=who_told(state, who), amount=shown(unit, count))
        for who, count in ordered
    ]
    more = len(has) - TOLD_MAX
    rest = [say("and {count} more", count=more)] if more > 0 else []
    yield say("Open between members: {points}", points=joined([*has[:TOLD_MAX], *rest]))
    yield Strong(say_n("{count} payment settles it:", "{count} payments settle it:", len(made)))
    more = len(made) - TOLD_MAX
    points: list[Node] = [
        say(
            "{payer} pays {receiver} {amount}",
            payer=who_told(state, each.payer),
            receiver=who_told(state, each.receiver),
            amount=shown(unit, each.amount),
        )
        for each in made[:TOLD_MAX]
    ]
    if more > 0:
        points.append(say("and {count} more", count=more))
    yield items(points)


def _name(state: State, number: int) -> str:
    return called(state.members.member(number))


def _pair(state: State, each: Payment) -> dict[str, str]:
    return {"payer": _name(state, each.payer), "receiver": _name(state, each.receiver)}


def _amount(unit: str, count: int) -> dict[str, str]:
    ((name, amount),) = decimals({unit: count}).items()
    return {"unit": name, "amount": amount}


# --- Paying -----------------------------------------------------------------------------------------

_WHO = takes(OptionType.PERSON, say("who, as @name; also who left"), positional=True)
_AMOUNT = takes(OptionType.AMOUNT, say("how much, for example 20 EUR"), positional=True)
_MEMO = takes(OptionType.TEXT, say("what is to be noted with it"), positional=True, default="")
_ON = takes(OptionType.DAY, say("the day, if not today"), default=None)


@arguments
class PaidArgs:
    """What `/settle-up paid` and `/settle-up got` take."""

    who: str = _WHO
    amount: Amount = _AMOUNT
    what: str = _MEMO
    on: dt.date | None = _ON


def paid(state: State, ask: Ask[PaidArgs]) -> Accepted:
    """Whoever asks paid somebody, who has to confirm it; where they are gone, a treasurer."""
    other, order = _order(state, ask, got=False)
    sealed = ask.moment.seal(ask.args.what) if ask.args.what else None
    number = state.treasury.count + 1
    told = order_told(state, reference(number), order, ask.args.what)
    asked = TransferAsked(
        number=number,
        order=order,
        needs=Approval.COUNTERPART,
        what=sealed.seal if sealed else "",
        by=ask.me.number,
        room=ask.room,
    )
    decision = waits(state, ask, asked, told, (sealed,) if sealed else ())
    return _with_word_to(decision, other, told, reference(number))


def _with_word_to(decision: Accepted, other: Member, told: Node, ref: str) -> Accepted:
    """The same, and whose word it waits for is told so."""
    if not other.here:
        return decision
    line = say("{approve} says that it is so.", approve=Typed(f"approve {ref}"))
    word = Reply(lines(told, line), to=other.number, ref=ref)
    return replace(decision, replies=(*decision.replies, word))


def got(state: State, ask: Ask[PaidArgs]) -> Accepted:
    """Somebody paid whoever asks: they owe less from now on."""
    other, order = _order(state, ask, got=True)
    sealed = ask.moment.seal(ask.args.what) if ask.args.what else None
    number = state.treasury.count + 1
    event = TransferMade(
        number=number,
        order=order,
        what=sealed.seal if sealed else "",
        by=ask.me.number,
        postings=postings_of(order),
    )
    ref = reference(number)
    told = order_told(state, ref, order, ask.args.what)
    word = (Reply(told, to=other.number, ref=ref),) if other.here else ()
    reply = Reply(told, ref=ref, facts=order_facts(order))
    return Accepted((event,), (sealed,) if sealed else (), (reply, *word))


def _order(state: State, ask: Ask[PaidArgs], *, got: bool) -> tuple[Member, Order]:
    """Who the other one is, and the payment. Raises Refusal where so much is not owed and claimed."""
    amount = money_of(ask.args.amount)
    other, me = ask.anybody(state, ask.args.who), ask.me
    day = day_of_transfer(ask, ask.args.on)
    check_open(dt.date.fromisoformat(day), ask.rules)
    if other.number == me.number:
        raise Refusal("own-payment", say("You cannot pay yourself."), word=ask.args.who)
    payer, receiver = (other.number, me.number) if got else (me.number, other.number)
    order = Order(Flow.SETTLE, amount.unit.code, amount.count, day, member=payer, to=receiver)
    check_owed(state, order, also=_waiting(state, order))
    return other, order


def _waiting(state: State, order: Order) -> int:
    """How much the same payer has already said that they paid, in this unit, and is not confirmed."""
    one = state.members.one
    return sum(
        it.order.count
        for it in state.treasury.waiting.values()
        if it.order.flow is Flow.SETTLE
        and not it.reverses
        and (one(it.order.member), it.order.unit) == (one(order.member), order.unit)
    )


def check_owed(state: State, order: Order, *, also: int = 0) -> None:
    """Nobody pays more than they owe all others, or to anybody more than they are owed. Raises Refusal.

    And only where one owes the other, be it through others: else two who agree on a debt could turn it
    into what third people owe and are owed. What is `also` paid is counted as if it were.
    """
    unit = order.unit
    owes = -between(state, order.member).get(unit, 0) - also
    claims = between(state, order.to).get(unit, 0)
    payer, receiver = who_told(state, order.member), who_told(state, order.to)
    if order.count <= min(owes, claims):
        if have_to_do(state, order.member, order.to, unit):
            return
        raise Refusal(
            "not-owed",
            say(
                "{who} owes {receiver} nothing in {unit}, through others neither.",
                who=payer,
                receiver=receiver,
                unit=unit,
            ),
            instead=say("{line} tells who pays whom.", line=Typed("settle-up")),
        )
    if owes < order.count:
        told = (
            say("{who} owes the others {amount}.", who=payer, amount=shown(unit, owes))
            if owes > 0
            else say("{who} owes the others nothing in {unit}.", who=payer, unit=unit)
        )
        if also:
            told = say(
                "{told} {amount} more is said to be paid, and waits.",
                told=told,
                amount=shown(unit, also),
            )
    else:
        told = (
            say("{who} is owed {amount} by the others.", who=receiver, amount=shown(unit, claims))
            if claims > 0
            else say("{who} is owed nothing in {unit}.", who=receiver, unit=unit)
        )
    raise Refusal(
        "not-owed",
        told,
        instead=say("{line} tells who pays whom.", line=Typed("settle-up")),
    )


# --- Taking back --------------------------------------------------------------------------------------


def take_back(state: State, ask: Ask[ReverseArgs]) -> Accepted:
    """Take back a shared expense that one laid out, or a payment; of that the other one has a say."""
    ref, me = ask.args.ref, ask.me
    one = state.members.one
    for _, event in life_of(ask, ref):
        if reference(event.number) == ref:
            if one(event.payer) != me.number:
                raise _not_own(state, ref, event.payer)
            return undone(state, ask, event)
    found = (event for entry, event in ask.entries(*ask.found))
    made = next(
        (
            event
            for event in found
            if isinstance(event, TransferMade | TransferApproved)
            and reference(event.number) == ref
            and event.order.flow is Flow.SETTLE
        ),
        None,
    )
    if made is None:
        raise Refusal(
            "reference-unknown",
            say("{ref} is no shared expense, and no payment between members.", ref=ref),
            word=ref,
            instead=say("{show} tells what it is.", show=Typed(f"show {ref}")),
        )
    return _payment_back(state, ask, made)


def _not_own(state: State, ref: str, number: int) -> Refusal:
    return Refusal(
        "not-own",
        say("{ref} is {who}'s to take back, or a treasurer's.", ref=ref, who=who_told(state, number)),
        word=ref,
        instead=say("A treasurer types {line}.", line=Typed(f"reverse {ref} …")),
    )


def _payment_back(
    state: State, ask: Ask[ReverseArgs], made: TransferMade | TransferApproved
) -> Accepted:
    """Whoever had paid owes it again at once, by their own word; else when they confirm it."""
    one, me, ref = state.members.one, ask.me, ask.args.ref
    check_stands(state, made.number, reverses=made.reverses)
    if me.number not in {one(made.order.member), one(made.order.to)}:
        raise _not_own(state, ref, made.order.member)
    if state.treasury.waits_undoing(made.number):
        again = reference(state.treasury.waits_undoing(made.number))
        raise Refusal(
            "undoing-waits",
            say("{again} would undo {ref}, and waits for approval.", again=again, ref=ref),
            word=ref,
        )
    check_open(ask.today(), ask.rules)
    order = msgspec.structs.replace(made.order, day=ask.today().isoformat())
    sealed, number = ask.moment.seal(ask.args.reason), state.treasury.count + 1
    new = reference(number)
    told = undoing_told(new, order, made.number, made.order.day, ask.args.reason)
    mine = me.number == one(made.order.member)
    other = state.members.member(made.order.to if mine else made.order.member)
    if mine:
        event = TransferMade(
            number=number,
            order=order,
            what=sealed.seal,
            by=me.number,
            reverses=made.number,
            corrects=made.order.day,
            postings=undoing_of(order),
        )
        facts = {**order_facts(order), "undoes": ref}
        word = (Reply(told, to=other.number, ref=new),) if other.here else ()
        return Accepted((event,), (sealed,), (Reply(told, ref=new, facts=facts), *word))
    asked = TransferAsked(
        number=number,
        order=order,
        needs=Approval.COUNTERPART,
        what=sealed.seal,
        by=me.number,
        reverses=made.number,
        corrects=made.order.day,
        room=ask.room,
    )
    return _with_word_to(waits(state, ask, asked, told, (sealed,)), other, told, new)


COMMANDS = (
    Command(
        name="settle-up",
        about=say("who pays whom, so that no member owes another anything"),
        also=say(
            "settle up, split the bill, split, who owes whom, who owes who, who owes what, even out, "
            "square up, splitwise, debts"
        ),
        decide=settle_up,
        examples=("settle-up",),
        details=say(
            "{line} shares what you laid out, in equal parts; {parts} in others. It has nothing to do "
            "with the collective's money.",
            line=Typed("expense 60 EUR pizza @ana @bo @cem"),
            parts=Typed("expense 60 EUR pizza @ana 2 @bo 1"),
        ),
    ),
    Command(
        name="settle-up paid",
        undo="settle-up undo T4 typed twice",
        about=say("note that you paid another member; they confirm it"),
        also=say("i paid you back, paid back, paid my share, gave him the money, gave her the money"),
        decide=openly(paid),
        args=PaidArgs,
        examples=("settle-up paid @ana 20 EUR",),
    ),
    Command(
        name="settle-up got",
        undo="settle-up undo T4 typed twice",
        about=say("note that another member paid you"),
        also=say("paid me back, got my money back from, gave me the money"),
        decide=openly(got),
        args=PaidArgs,
        examples=("settle-up got @bo 20 EUR",),
    ),
    Command(
        name="settle-up undo",
        about=say("take back an expense that you shared, or a payment"),
        decide=openly(take_back),
        wants=reference_queries,
        args=ReverseArgs,
        examples=("settle-up undo T4 bo was not there",),
    ),
)

FEATURE = Feature(
    name="sharedexpenses",
    commands=COMMANDS,
    thing=THING,
    clockworks=(CLOCKWORK,),
    digest=TOLD,
)
