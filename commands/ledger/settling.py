"""Settling what is left of who is not here any more: into the treasury, or borne by all."""

from __future__ import annotations

from bot.arguments import OptionType, arguments, takes
from bot.chat import Refusal
from bot.collective.grades import Grade
from bot.collective.members import ERASED, Member
from bot.collective.roles import Role
from bot.collective.state import State
from bot.collective.treasury import TREASURY, Flow, Order
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.language.amounts import Amount
from bot.language.sums import shown
from bot.text.wording import Typed, say
from commands.decisions.openly import openly
from commands.decisions.reserved import check_decided
from commands.ledger.exits import called
from commands.ledger.money import held, who_told
from commands.ledger.moving import moved
from commands.ledger.ownunits import DECIDED


@arguments
class MemberSettleArgs:
    """What `/member settle` takes."""

    who: str = takes(OptionType.PERSON, say("who, as @#4"), positional=True)
    amount: Amount = takes(OptionType.AMOUNT, say("how much"), positional=True)


def settle(state: State, ask: Ask[MemberSettleArgs]) -> Accepted:
    """What is held for somebody who is gone goes into the treasury; what they owe is borne by all."""
    who, amount = ask.anybody(state, ask.args.who), ask.args.amount
    unit, day = amount.unit.code, ask.today().isoformat()
    has = held(state, who.number).get(unit, 0)
    _check_settled(state, ask, who, amount, has)
    own = state.units.by_code.get(unit)
    if has < 0:
        if own is not None:
            check_decided(ask, "units", DECIDED, f"unit write-off {called(who)} {own.name}")
        order = Order(Flow.WRITE_OFF, unit, amount.count, day, member=who.number)
        return moved(state, ask, order)
    taker = own.taker if own else TREASURY
    order = Order(Flow.RETIRE, unit, amount.count, day, member=who.number, taker=taker)
    return moved(state, ask, order)


def _check_settled(state: State, ask: Ask, who: Member, amount: Amount, has: int) -> None:
    """Only of who is gone, and no more than there is; of who is known, the members. Raises Refusal."""
    name, line = who_told(state, who.number), Typed(f"balance {called(who)}")
    if who.here:
        raise Refusal(
            "still-here",
            say("{who} is still a member.", who=name),
            instead=say("{line} shows what is held for them.", line=line),
        )
    if amount.count > abs(has):
        told = say("{who} is at {has}.", who=name, has=shown(amount.unit.code, has))
        raise Refusal("not-enough", told, word=amount.unit.name)
    if ask.proposal or who.name == ERASED:
        return
    typed = f"member settle {called(who)} {amount.decimal} {amount.unit.name}"
    raise Refusal(
        "by-proposal",
        say("{who} left and can still be asked; only the members decide about that.", who=name),
        instead=say("Propose it: {line}", line=Typed(f"propose … --do {typed}")),
    )


COMMANDS = (
    Command(
        name="member settle",
        about=say("settle what is left of a former member"),
        decide=openly(settle),
        role=Role.TREASURER,
        effect=Grade.MONEY,
        args=MemberSettleArgs,
        examples=("member settle @#4 75 EUR",),
    ),
)
