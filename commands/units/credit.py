"""Mutual credit: vouching for those who may go below nothing, and writing off what nobody will pay."""

from __future__ import annotations

from collections.abc import Iterator

from bot.arguments import OptionType, arguments, flag, takes
from bot.chat import Refusal, Reply
from bot.collective.grades import Grade
from bot.collective.members import Member
from bot.collective.state import State
from bot.collective.treasury import Flow, Order
from bot.collective.units import OwnUnit, UnitVouched
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.language.sums import shown
from bot.text.wording import Node, Typed, items, lines, say, say_n
from bot.value.policy import Mode
from commands.decisions.openly import openly
from commands.decisions.reserved import check_decided
from commands.ledger.exits import called, open_told
from commands.ledger.money import held
from commands.ledger.moving import moved
from commands.ledger.ownunits import DECIDED, unit_named, vouching

_NAME = takes(OptionType.UNIT, say("which unit"), positional=True)
_WHO = takes(OptionType.PERSON, say("who, as @name"), positional=True)


@arguments
class UnitVouchArgs:
    """What `/unit vouch` takes."""

    who: str = _WHO
    name: str = _NAME
    back: bool = flag(say("take it back"))


def vouch(state: State, ask: Ask[UnitVouchArgs]) -> Accepted:
    """Vouch for somebody, who may then go below nothing; or take that back."""
    it, who = unit_named(state, ask.args.name), ask.person(state, ask.args.who)
    back, me, needed = ask.args.back, ask.me, it.terms.vouches
    if who.number == me.number:
        raise Refusal("own-vouch", say("You cannot vouch for yourself."))
    if not needed:
        raise Refusal("no-vouches", say("Nobody has to vouch in {unit}.", unit=it.name))
    given = vouching(state, it, who.number)
    if back != (me.number in given):
        raise Refusal("nothing-changed", say("That is how it is already."))
    events = (
        tuple(_taken_back(state, it, who.number, me.number))
        if back
        else (UnitVouched(unit=it.code, member=who.number, by=me.number),)
    )
    count = len(given) + (-1 if back else 1)
    told = say_n(
        "{who} has {given} of the {count} vouch that {unit} asks for.",
        "{who} has {given} of the {count} vouches that {unit} asks for.",
        needed,
        who=who.shown,
        given=count,
        unit=it.name,
    )
    enough = say("They may go below nothing now.") if count == needed and not back else None
    return Accepted(events, (), (Reply(lines(told, enough)),))


def _taken_back(state: State, it: OwnUnit, member: int, by: int) -> Iterator[UnitVouched]:
    """Every vouching of one person for another, under whatever numbers they gave it."""
    theirs = state.members.numbers(by)
    for number in state.members.numbers(member):
        for each in sorted(it.vouches.get(number, ())):
            if each in theirs:
                yield UnitVouched(unit=it.code, member=number, by=each, given=False)


@arguments
class UnitWriteOffArgs:
    """What `/unit write-off` takes."""

    who: str = _WHO
    name: str = _NAME
    sure: bool = flag(say("that you have seen what is open"))


def write_off(state: State, ask: Ask[UnitWriteOffArgs]) -> Accepted:
    """What somebody is below nothing is borne by all: the treasury of the unit takes it over."""
    it, who = unit_named(state, ask.args.name), ask.anybody(state, ask.args.who)
    has = held(state, who.number).get(it.code, 0)
    if has >= 0 or it.terms.mode is not Mode.CREDIT:
        raise Refusal(
            "not-below",
            say("{who} is not below nothing: {amount}.", who=who.shown, amount=shown(it.code, has)),
        )
    line = f"unit write-off {called(who)} {it.name}"
    check_decided(ask, "units", DECIDED, line)
    credit = say("{who} has no credit in {unit} until that is undone.", who=who.shown, unit=it.name)
    if not ask.proposal and not ask.args.sure:
        return Accepted(replies=(_first(state, who, it, -has, line, credit),))
    day = ask.today().isoformat()
    order = Order(Flow.WRITE_OFF, it.code, -has, day, member=who.number)
    return moved(state, ask, order, also=credit)


def _first(state: State, who: Member, it: OwnUnit, count: int, line: str, credit: Node) -> Reply:
    """What all would bear, and what is open of whoever it is written off for."""
    told = lines(
        say("All would bear {amount} of {who}.", amount=shown(it.code, count), who=who.shown),
        items(open_told(state, who.number)),
        credit,
        say("To do it: {line}", line=Typed(f"{line} --sure")),
    )
    return Reply(told, private=True)


COMMANDS = (
    Command(
        name="unit vouch",
        about=say("vouch for a member, who may then go below nothing"),
        decide=openly(vouch),
        args=UnitVouchArgs,
        examples=("unit vouch @bo leaf",),
    ),
    Command(
        name="unit write-off",
        about=say("let all bear what somebody is below nothing, by a proposal"),
        decide=openly(write_off),
        effect=Grade.MONEY,
        args=UnitWriteOffArgs,
        examples=("unit write-off @bo leaf",),
    ),
)
