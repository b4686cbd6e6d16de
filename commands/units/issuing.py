"""Issuing: a unit of one's own for confirmed work, within its budget; and giving some of it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction

from bot.arguments import OptionType, arguments, takes
from bot.chat import Kind, Refusal, Reply
from bot.collective.events import Event
from bot.collective.grades import Grade
from bot.collective.guards import check_open
from bot.collective.ledger import transfer
from bot.collective.roles import Role
from bot.collective.state import State
from bot.collective.treasury import Flow, held_account, reference
from bot.collective.units import ISSUER, IssueAllotted, Motion, OwnUnit, UnitsIssued
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.language.amounts import Amount
from bot.language.sums import shown
from bot.text.wording import Node, Strong, Typed, Words, lines, say
from bot.value.policy import Mode, issued, minutes_for
from commands.decisions.openly import openly
from commands.ledger.moving import moved
from commands.ledger.ownunits import own_of, own_order, running, unit_named
from commands.ledger.periods import EVERY
from commands.units.issues import basis_of, minutes_by_person, open_work, shares_table

_NAME = takes(OptionType.UNIT, say("which unit"), positional=True)


@arguments
class UnitIssueArgs:
    """What `/unit issue` takes."""

    name: str = _NAME
    who: str = takes(OptionType.PERSON, say("only to whom, as @name"), positional=True, default="")


def issue(state: State, ask: Ask[UnitIssueArgs]) -> Accepted:
    """Issue a unit for confirmed work that nothing was issued for yet, as far as the budget goes."""
    it = unit_named(state, ask.args.name)
    if it.terms.mode is not Mode.ISSUED:
        raise Refusal(
            "not-issued",
            say("{unit} is never issued: it comes to be as members pay one another.", unit=it.name),
            word=it.name,
            instead=say("{line} pays somebody in it.", line=Typed(f"pay @bo 3 {it.name}")),
        )
    if not ask.proposal and ask.member is not None and not ask.member.may(Role.TREASURER):
        raise Refusal("role", say("Only a treasurer does that here."))
    today = ask.today()
    check_open(today, ask.rules)
    work = open_work(state, it)
    minutes = minutes_by_person(work)
    to = ask.args.who
    if to:
        number = ask.anybody(state, to).number
        minutes = {who: count for who, count in minutes.items() if who == number}
    room = _room(it, today)
    number = state.treasury.count + 1
    shares = issued(it.terms, minutes, room, reference(number)) if it.terms.wage else {}
    if not shares:
        raise _nothing_to_issue(it, minutes, room)
    day, total = today.isoformat(), sum(shares.values())
    event = UnitsIssued(
        unit=it.code,
        number=number,
        count=total,
        day=day,
        by=ask.member.number if ask.member else 0,
        proposal=ask.proposal,
    )
    allotted: list[Event] = []
    rows: list[tuple[int, Fraction, int]] = []
    for who, count in sorted(shares.items()):
        exact = minutes_for(it.terms, count)
        rows.append((who, exact, count))
        allotted.append(
            IssueAllotted(
                unit=it.code,
                number=number,
                member=who,
                count=count,
                day=day,
                basis=tuple(basis_of(work, who, exact)),
                postings=transfer(ISSUER, held_account(who), it.code, count),
            )
        )
    ref = reference(number)
    left = sum(minutes.values()) - sum(exact for _, exact, _ in rows)
    body = lines(
        say("{ref}: {amount} issued for work", ref=Strong(Words(ref)), amount=shown(it.code, total)),
        shares_table(state, it.code, rows),
        _kept_told(it, left, room - total),
        say("{why} tells you for which work you got it.", why=Typed(f"why {ref}")),
    )
    facts = {"unit": it.name, "total": str(total), "left": str(room - total)}
    return Accepted((event, *allotted), (), (Reply(body, kind=Kind.OUTCOME, ref=ref, facts=facts),))


def _room(it: OwnUnit, today: dt.date) -> int:
    """How much may still be issued in this period."""
    period = running(it, today)
    first, last = period.first.isoformat(), period.last.isoformat()
    return max(0, it.terms.budget - it.flowed(Motion.ISSUED, first, last))


def _kept_told(it: OwnUnit, left: Fraction | int, room: int) -> Node:
    every = EVERY[it.terms.every]
    if int(left) > 0:
        return say(
            "Open still: {time}, for the next time. {room} may still be issued in this {every}.",
            time=shown("h", int(left)),
            room=shown(it.code, room),
            every=every,
        )
    return say("{room} may still be issued in this {every}.", room=shown(it.code, room), every=every)


def _nothing_to_issue(it: OwnUnit, minutes: Mapping[int, Fraction | int], room: int) -> Refusal:
    time = sum(minutes.values())
    if time and not room:
        return Refusal(
            "budget-spent",
            say(
                "All of the budget of {budget} a {every} is issued; {time} of work wait.",
                budget=shown(it.code, it.terms.budget),
                every=EVERY[it.terms.every],
                time=shown("h", int(time)),
            ),
            instead=say(
                "The next period begins, or the members decide another budget: {line}",
                line=Typed(f'propose … --do "unit set {it.name} --budget …"'),
            ),
        )
    return Refusal("no-work", say("There is no confirmed work that nothing was issued for yet."))


@arguments
class UnitRetireArgs:
    """What `/unit retire` takes."""

    amount: Amount = takes(OptionType.AMOUNT, say("how much"), positional=True)
    what: str = takes(OptionType.TEXT, say("what for"), positional=True, default="")


def retire(state: State, ask: Ask[UnitRetireArgs]) -> Accepted:
    """Give some of an issued unit back: it is gone for good."""
    it, amount = own_of(state, ask.args.amount), ask.args.amount
    if it is None or it.terms.mode is not Mode.ISSUED:
        raise Refusal(
            "not-issued",
            say("{unit} is not issued, and so not retired.", unit=amount.unit.name),
            word=amount.unit.name,
        )
    order = own_order(ask, it, Flow.RETIRE, amount.count)
    return moved(state, ask, order, what=ask.args.what)


COMMANDS = (
    Command(
        name="unit issue",
        about=say("issue a unit for confirmed work"),
        decide=openly(issue),
        effect=Grade.MONEY,
        args=UnitIssueArgs,
        examples=("unit issue star", "unit issue star @bo"),
    ),
    Command(
        name="unit retire",
        about=say("give some of an issued unit back"),
        decide=openly(retire),
        args=UnitRetireArgs,
        examples=("unit retire 5 star",),
    ),
)
