"""Payouts: what is held goes into members' own pockets, one by one or as a run of several at once.

A run is previewed with a code that is made from all that would be paid, so that a change or a second
run has another one. Each of its payouts is a transfer of its own; much of it together, or some for
whoever carries it out, waits for a second person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

import msgspec

from bot.arguments import OptionType, arguments, takes
from bot.chat import Button, Refusal, Reply
from bot.collective.grades import Grade
from bot.collective.members import ERASED, Member
from bot.collective.moneyguards import cash_in_hand, let_out_alone, needs_second
from bot.collective.roles import Role
from bot.collective.state import State
from bot.collective.treasury import (
    Approval,
    Flow,
    Order,
    TransferMade,
    postings_of,
    reference,
)
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.language.amounts import Amount
from bot.language.sums import decimals, shown, sums_told
from bot.language.tokens import quoted
from bot.language.units import UnitClass, unit_of
from bot.text.wording import Node, Typed, joined, lines, say
from commands.decisions.openly import openly
from commands.ledger.bankfiles import FILE, Due, file_queries, foretold, with_file
from commands.ledger.exits import called
from commands.ledger.money import money_of, order_facts, who_told
from commands.ledger.moving import BUTTON_MAX, day_of_transfer, moved, waits
from commands.ledger.runs import (
    ROWS_MAX,
    Run,
    asked_of,
    check_run,
    head_told,
    nothing_payable,
    paid_before,
    payable,
    pays_told,
    run_number,
    typed_amount,
    waiting_payouts,
)

RUN_MAX = 500
"""How many payouts one run may have: they are written at once, while everybody waits."""

_ALL = "payout all"

_MEMO = takes(OptionType.TEXT, say("what for"), positional=True, default="")
_ON = takes(OptionType.DAY, say("the day, if not today"), default=None)
_CONFIRM = takes(OptionType.WORD, say("the code of the preview, to carry it out"), default="")


# --- What could be paid ---------------------------------------------------------------------------


def _run(state: State, asked: _Asked) -> Run:
    """All that is held for these, or what is held in one currency."""
    return Run(
        tuple(
            Order(Flow.PAYOUT, each, count, asked.day, member=who.number)
            for who in asked.people
            for each, count in sorted(payable(state, who.number).items())
            if asked.unit in {"", each}
        ),
        paid_before(state),
        asked.what,
    )


def _everybody(state: State) -> list[Member]:
    """Everybody who has a name: where nobody knows whose it is, nobody can be paid by the way."""
    everyone = (m for n, m in state.members.by_number.items() if n not in state.members.merges)
    return [each for each in everyone if each.name != ERASED]


# --- The commands ---------------------------------------------------------------------------------


@arguments
class PayoutArgs:
    """What `/payout` takes."""

    who: tuple[str, ...] = takes(OptionType.PEOPLE, say("whom, as @name; several make a run"))
    amount: Amount | None = takes(
        OptionType.AMOUNT,
        say("how much, for example 12.50 EUR; all of it if left out"),
        positional=True,
        default=None,
    )
    what: str = _MEMO
    on: dt.date | None = _ON
    file: str = FILE
    confirm: str = _CONFIRM


def payout(state: State, ask: Ask[PayoutArgs]) -> Accepted:
    """Pay one member an amount, or some members all that is held for them, after a preview."""
    day = day_of_transfer(ask, ask.args.on)
    people = list(
        {who.number: who for word in ask.args.who for who in [ask.anybody(state, word)]}.values()
    )
    if ask.args.amount is None:
        if ask.proposal:
            raise Refusal(
                "amount-undecided",
                say("A decision names the amount for one person, or pays everybody out."),
                instead=say("Propose it: {line}", line=Typed("propose … --do payout all")),
            )
        line, file = _line(ask, people), ask.args.file
        asked = _Asked(people, "", day, line, ask.args.confirm, file, ask.args.what)
        return _ran(state, ask, asked)
    amount = money_of(ask.args.amount)
    if len(people) > 1:
        whom = " ".join(map(called, people))
        raise Refusal(
            "amount-of-one",
            say("An amount is for one person; several are paid all that is held for them."),
            word=amount.unit.name,
            instead=say("Look at it first: {line}", line=Typed(f"payout {whom}")),
        )
    if ask.args.confirm:
        raise Refusal(
            "code-of-run",
            say("A code belongs to a run; an amount for one person needs none."),
            word=ask.args.confirm,
        )
    order = Order(Flow.PAYOUT, amount.unit.code, amount.count, day, member=people[0].number)
    return with_file(state, ask, ask.args.file, moved(state, ask, order, what=ask.args.what))


def _line(ask: Ask[PayoutArgs], people: list[Member]) -> str:
    """The line that asks for this run."""
    words = ["payout", *map(called, people)]
    if ask.args.what:
        words.append(quoted(ask.args.what))
    if ask.args.on:
        words.append(f"--on {ask.args.on}")
    return " ".join(words) + _file_option(ask.args.file)


def _file_option(form: str) -> str:
    return f" --file {form}" if form else ""


@arguments
class PayoutAllArgs:
    """What `/payout all` takes."""

    unit: str = takes(
        OptionType.WORD, say("in which currency, as EUR; all if left out"), positional=True, default=""
    )
    on: dt.date | None = _ON
    file: str = FILE
    confirm: str = _CONFIRM


def payout_all(state: State, ask: Ask[PayoutAllArgs]) -> Accepted:
    """Pay everybody all that is held for them, after a preview."""
    day, unit = day_of_transfer(ask, ask.args.on), ask.args.unit.upper()
    there = {code for _, code in state.ledger.balances if unit_of(code).unit_class is UnitClass.MONEY}
    if unit and unit not in there:
        raise Refusal(
            "currency-not-held",
            say("Nothing is held in {unit} here.", unit=ask.args.unit),
            word=ask.args.unit,
            instead=say("{owed} shows what is.", owed=Typed("owed")),
        )
    line = " ".join([_ALL, *([unit] if unit else [])])
    line += f" --on {ask.args.on}" if ask.args.on else ""
    line += _file_option(ask.args.file)
    asked = _Asked(_everybody(state), unit, day, line, ask.args.confirm, ask.args.file)
    return _ran(state, ask, asked)


# --- A run ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asked:
    """A run that was asked for: whom, in which currency, for which day, and by which line."""

    people: list[Member]
    unit: str
    day: str
    line: str
    confirm: str
    file: str = ""
    what: str = ""


def _ran(state: State, ask: Ask, asked: _Asked) -> Accepted:
    """Preview a run; with the preview's code, or by a proposal, carry it out. Raises Refusal."""
    run = _run(state, asked)
    if not run.pays:
        raise nothing_payable(state, {each.number for each in asked.people})
    if len(run.pays) > RUN_MAX:
        raise Refusal(
            "run-long",
            say("A run takes {most} at most, and this is {count}.", most=RUN_MAX, count=len(run.pays)),
            instead=say("Name whom: {line}", line=Typed("payout @bo @cem")),
        )
    check_run(state, ask, run)
    code = asked.confirm.casefold()
    if not code and not ask.proposal:
        dues = [Due(0, it.member, it.unit, it.count) for it in run.pays]
        files = foretold(state, ask, asked.file, dues)
        return Accepted(replies=(_preview(state, ask, run, asked), *files))
    if code and code != run.code:
        raise Refusal(
            "plan-changed",
            say("What would be paid out, or what for, has changed since, or it was paid out already."),
            word=code,
            instead=say("Look at it again: {line}", line=Typed(asked.line)),
        )
    return with_file(state, ask, asked.file, _paid(state, ask, run))


def _needs(state: State, ask: Ask, run: Run) -> Approval | None:
    """Who else has to agree: as for each payout alone, and as for one that is all of them together."""
    me = ask.member.number if ask.member else 0
    for order in run.pays:
        gains = me in state.members.gainers(order.member)
        before = let_out_alone(state, ask.member, ask.moment.at, order)
        found = needs_second(ask.rules, order, leaves=True, gains=gains, before=before)
        if found is not None:
            return found
    for unit, count in run.sums.items():
        whole = Order(Flow.PAYOUT, unit, count, run.pays[0].day)
        found = needs_second(ask.rules, whole, leaves=True, gains=False)
        if found is not None:
            return found
    return None


def _paid(state: State, ask: Ask, run: Run) -> Accepted:
    pays, needs, what = list(run.pays), _needs(state, ask, run), run.what
    if needs is not None:
        asked, texts = asked_of(state, ask, pays, needs, what)
        told = lines(head_told(reference(asked[0].number), run), *pays_told(state, run))
        waiting = waits(state, ask, asked[0], told, texts)
        cards = tuple(_with_facts(each, run) for each in waiting.replies)
        return replace(waiting, events=asked, replies=cards)
    seals = [ask.moment.seal(what) if what else None for _ in pays]
    first = state.treasury.count + 1
    made = tuple(
        TransferMade(
            number=first + at,
            order=order,
            what=seal.seal if seal else "",
            by=ask.member.number if ask.member else 0,
            proposal=ask.proposal,
            postings=postings_of(order),
            run=run_number(pays, first),
        )
        for at, (order, seal) in enumerate(zip(pays, seals, strict=True))
    )
    ref = reference(first)
    body = lines(head_told(ref, run), *pays_told(state, run))
    reply = _with_facts(Reply(body, ref=ref, facts=order_facts(pays[0])), run)
    return Accepted(made, tuple(each for each in seals if each), (reply,))


def _with_facts(reply: Reply, run: Run) -> Reply:
    facts = {**reply.facts, "pays": len(run.pays), "total": decimals(run.sums)}
    return msgspec.structs.replace(reply, facts=facts)


# --- In words ---------------------------------------------------------------------------------------


def _preview(state: State, ask: Ask, run: Run, asked: _Asked) -> Reply:
    confirm = f"{asked.line} --confirm {run.code}"
    cash = (
        say(
            "In hand: {before}, and {after} after it.",
            before=shown(unit, has),
            after=shown(unit, has - count),
        )
        for unit, count in sorted(run.sums.items())
        for has in [cash_in_hand(state, unit)]
    )
    body = lines(
        say("{sums} would be paid out. Nothing is paid yet.", sums=sums_told(run.sums)),
        *pays_told(state, run),
        *cash,
        *_left_told(state, run, asked),
        say("It waits for a second person then.") if _needs(state, ask, run) else None,
        say("A treasurer carries it out: {line}", line=Typed(confirm)),
    )
    facts = {"pays": len(run.pays), "total": decimals(run.sums), "code": run.code}
    pressed = () if len(confirm) > BUTTON_MAX else (Button(say("Carry it out"), confirm),)
    return Reply(body, buttons=pressed, facts=facts)


def _left_told(state: State, run: Run, asked: _Asked) -> Iterator[Node]:
    """Of whom nothing is held, what waits already, what stays, and that nobody knows whose some is."""
    paid = {(it.member, it.unit) for it in run.pays}
    named = {who.number for who in asked.people}
    waiting = waiting_payouts(state, named)
    without = [who for who in asked.people if who.number not in {it.member for it in run.pays}]
    if not asked.line.startswith(_ALL) and without:
        who = joined(who_told(state, each.number) for each in without)
        yield say("Nothing to pay out to: {who}", who=who)
    if waiting:
        yield say("Waits already: {refs}", refs=joined(waiting[:ROWS_MAX]))
    stays: dict[str, int] = {}
    nameless: list[Node] = []
    everyone = (m for n, m in state.members.by_number.items() if n not in state.members.merges)
    for each in everyone:
        for unit, count in payable(state, each.number).items():
            if (each.number, unit) not in paid:
                stays[unit] = stays.get(unit, 0) + count
                line = Typed(f"payout {called(each)} {typed_amount(unit, count)}")
                if each.name == ERASED:
                    nameless.append(say("{who}: {line}", who=who_told(state, each.number), line=line))
    if stays:
        yield say("Stays held: {sums}", sums=sums_told(stays))
    if nameless:
        yield say("Of that nobody knows whose it is: {people}", people=joined(nameless[:ROWS_MAX]))


# --- Declarations -----------------------------------------------------------------------------------

COMMANDS = (
    Command(
        name="payout",
        grouped="payout make",
        undo="reverse T4 typed twice",
        about=say("pay out what is held for members"),
        also=say("pay off, cash out, withdraw money"),
        decide=openly(payout),
        wants=file_queries,
        role=Role.TREASURER,
        effect=Grade.MONEY,
        args=PayoutArgs,
        examples=("payout @bo 120 EUR",),
    ),
    Command(
        name="payout all",
        undo="reverse T4 typed twice",
        about=say("pay everybody out, after a preview"),
        also=say("pay run, payment run, pay everyone out"),
        decide=openly(payout_all),
        wants=file_queries,
        role=Role.TREASURER,
        effect=Grade.MONEY,
        args=PayoutAllArgs,
        examples=("payout all", "payout all EUR", "payout all --file sepa"),
    ),
)
