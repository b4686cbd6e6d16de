"""Distributions: a preview of who gets what, which a second step or a proposal carries out once.

The preview ends in a line with a code. The code is made from everything that would be carried out, so
what has changed since, or was carried out already, has another code, and is refused with the new one.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from bot.arguments import OptionType, arguments, takes
from bot.chain import Sealed
from bot.chat import Button, Kind, Refusal, Reply
from bot.collective.distributions import DistributionMade, ShareAllotted
from bot.collective.events import Posting
from bot.collective.grades import Grade
from bot.collective.guards import check_open
from bot.collective.ledger import transfer
from bot.collective.roles import Role
from bot.collective.rules import refused_by
from bot.collective.state import State
from bot.collective.treasury import OUTSIDE, fund_account, held_account, reference
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.feature import Feature
from bot.language.amounts import Amount
from bot.language.sums import decimals, shown
from bot.language.tokens import mention
from bot.text.wording import Node, Strong, Typed, Words, items, lines, say
from bot.value.equations import Bucket, Equation, Form
from bot.value.reading import written
from bot.value.reckoning import Shared, ShareLine, Situation, shared_out, sketched
from commands.decisions.openly import openly
from commands.ledger.money import check_covered, fund_named, fund_words, money_of
from commands.ledger.moving import BUTTON_MAX
from commands.sharing.page import SHARES_PAGE
from commands.sharing.pools import (
    file_of,
    last_shares,
    left_out,
    more_told,
    situation_of,
    table_of,
    total_told,
)
from commands.sharing.recipes import (
    bucket_told,
    check_currency,
    check_takers,
    equation_named,
    name_told,
)
from commands.sharing.shares import THING


@dataclass(frozen=True, slots=True)
class Plan:
    """A distribution that could be carried out now: of how much, from where, by what, to whom."""

    amount: Amount
    fund: str
    name: str
    version: int
    equation: Equation
    situation: Situation
    shared: Shared

    @property
    def code(self) -> str:
        """Short for all of it: another one wherever anything in it differs."""
        parts = (
            self.situation.seed,
            self.amount.unit.code,
            self.amount.count,
            self.fund,
            self.name,
            written(self.equation),
            sorted(self.shared.shares.items()),
            self.shared.funds,
            self.shared.rest,
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:6]

    @property
    def unit(self) -> str:
        """What is shared out."""
        return self.amount.unit.code


def planned(state: State, ask: Ask[DistributeArgs]) -> Plan:
    """What the line asks for, checked. Raises Refusal with what is in the way."""
    amount, fund = money_of(ask.args.amount), fund_named(state, ask.args.fund)
    unit, today = amount.unit.code, ask.today()
    check_open(today, ask.rules)
    name, equation = _equation_of(state, ask, amount)
    check_takers(state, equation)
    check_currency(equation, unit)
    check_covered(state, ask, transfer(fund_account(fund), OUTSIDE, unit, amount.count))
    situation = situation_of(state, unit, today.isoformat()[:7])
    share = shared_out if ask.proposal or ask.args.confirm else sketched
    shared = share(equation, amount.count, situation)
    personal = any(bucket.form is not Form.FUND for bucket in equation.buckets)
    if personal and not shared.shares:
        raise _nobody(state, equation, situation)
    return Plan(amount, fund, name, state.equations.version(name), equation, situation, shared)


def _equation_of(state: State, ask: Ask[DistributeArgs], amount: Amount) -> tuple[str, Equation]:
    """The equation that is meant, with its name; none where all goes to one person. Raises Refusal."""
    to = ask.args.to
    if not to:
        name = ask.args.equation or state.equations.chosen
        return name, equation_named(state, name)
    if not ask.args.what:
        raise Refusal(
            "what-missing",
            say("Say what it is for, where all goes to one person."),
            instead=say(
                "For example {line}",
                line=Typed(
                    f"distribute {amount.decimal} {amount.unit.code} the prototype "
                    f"--to {mention(ask.person(state, to).name)}"
                ),
            ),
        )
    return "", Equation((Bucket(Form.ONE, to=ask.person(state, to).number),))


def _nobody(state: State, equation: Equation, situation: Situation) -> Refusal:
    points = list(left_out(state, equation, situation))
    return Refusal(
        "nobody-weighs",
        lines(
            say("By this equation nobody gets anything: nothing in it weighs more than nothing."),
            items(points) if points else None,
        ),
        instead=say("{equation} tells what counts.", equation=Typed("equation")),
    )


@arguments
class DistributeArgs:
    """What `/distribute` takes."""

    amount: Amount = takes(OptionType.AMOUNT, say("how much, for example 1000 EUR"), positional=True)
    what: str = takes(OptionType.TEXT, say("what for"), positional=True, default="")
    equation: str = takes(
        OptionType.EQUATION, say("by which equation, if not the one in force"), default=""
    )
    to: str = takes(OptionType.PERSON, say("all to one person, as @name"), default="")
    fund: str = takes(OptionType.FUND, say("out of which fund, if not the treasury"), default="")
    confirm: str = takes(OptionType.WORD, say("the code of the preview, to carry it out"), default="")


def distribute(state: State, ask: Ask[DistributeArgs]) -> Accepted:
    """Preview a distribution; with the preview's code, or by a proposal, carry it out."""
    plan = planned(state, ask)
    code = ask.args.confirm.casefold()
    if not code and not ask.proposal:
        return Accepted(replies=(_preview(state, ask, plan),))
    if not ask.proposal:
        _check_may(state, ask, plan)
    if code and code != plan.code:
        raise Refusal(
            "plan-changed",
            say("What would be shared out has changed since, or it was shared out already."),
            word=code,
            instead=say("Look at it again: {line}", line=Typed(_line(state, ask, plan))),
        )
    return _made(state, ask, plan)


def _needs_proposal(state: State, ask: Ask, plan: Plan) -> str:
    """The rule by which only the members decide this; empty where a treasurer may."""
    rule = "distributions" if plan.name == state.equations.chosen else "equations"
    return rule if ask.rules.text(rule) == "proposal" else ""


def _check_may(state: State, ask: Ask[DistributeArgs], plan: Plan) -> None:
    rule = _needs_proposal(state, ask, plan)
    if rule:
        line = Typed(_proposal_line(state, ask, plan))
        told = say("This distribution is decided by the members.")
        raise refused_by(rule, told, instead=say("Propose it: {line}", line=line))
    if ask.member is not None and not ask.member.may(Role.TREASURER):
        raise Refusal("role", say("A treasurer carries a distribution out."))
    gainers = [state.members.gainers(each) for each in plan.shared.shares]
    if ask.member is not None and gainers and all(ask.member.number in each for each in gainers):
        line = Typed(_proposal_line(state, ask, plan))
        told = say("All of it would be yours; somebody else carries it out.")
        raise Refusal("own-transfer", told, instead=say("Propose it: {line}", line=line))


# --- The preview --------------------------------------------------------------------------------------


def _line(state: State, ask: Ask[DistributeArgs], plan: Plan) -> str:
    """The line that asks for this distribution."""
    words = [f"distribute {plan.amount.decimal} {plan.unit}"]
    if not plan.name:
        words.append(f"--to {mention(state.members.name(plan.equation.buckets[0].to).name)}")
    elif plan.name != state.equations.chosen:
        words.append(f"--equation {plan.name}")
    if plan.fund:
        words.append(f"--fund {plan.fund}")
    if ask.args.what:
        words.insert(1, ask.args.what)
    return " ".join(words)


def _proposal_line(state: State, ask: Ask[DistributeArgs], plan: Plan) -> str:
    line = _line(state, ask, plan)
    title = f"Share out {plan.amount.decimal} {plan.unit}"
    return f'propose {title} --do "{line}"' if "--" in line else f"propose {title} --do {line}"


def _preview(state: State, ask: Ask[DistributeArgs], plan: Plan) -> Reply:
    last = last_shares(state, plan.unit)
    points = list(left_out(state, plan.equation, plan.situation))
    confirm = f"{_line(state, ask, plan)} --confirm {plan.code}"
    decided = bool(_needs_proposal(state, ask, plan))
    step = (
        say("The members decide it: {line}", line=Typed(_proposal_line(state, ask, plan)))
        if decided
        else say("A treasurer carries it out: {line}", line=Typed(confirm))
    )
    body = lines(
        say(
            "{amount} of {place}, {how}. Nothing is shared out yet.",
            amount=plan.amount.shown,
            place=fund_words(plan.fund),
            how=_by_told(state, plan.name),
        ),
        items(cuts_told(state, plan.equation, plan.shared, plan.unit)),
        table_of(state, plan.shared, plan.unit, last),
        more_told(plan.shared, plan.unit, last),
        total_told(plan.shared, plan.unit, plan.fund),
        *_gone_told(state, plan, last),
        say("Left out:") if points else None,
        items(points) if points else None,
        step,
    )
    pressed = () if decided or len(confirm) > BUTTON_MAX else (Button(say("Carry it out"), confirm),)
    facts = {**shared_facts(state, plan.shared, plan.unit), "code": plan.code}
    files = file_of(state, plan.shared, plan.unit)
    return Reply(body, buttons=pressed, files=files, facts=facts)


def _by_told(state: State, name: str) -> Node:
    return say("by {equation}", equation=name_told(state, name)) if name else say("all to one person")


def _gone_told(state: State, plan: Plan, last: dict[int, int]) -> Iterator[Node]:
    """Who has left and still gets something; who got something the last time and now nothing."""
    for who, count in plan.shared.shares.items():
        if who not in plan.situation.here:
            yield say(
                "{who} has left; {count} is held for them.",
                who=state.members.name(who),
                count=shown(plan.unit, count),
            )
    for who, count in sorted(last.items()):
        if count and who not in plan.shared.shares:
            yield say(
                "{who} got {count} the last time, and nothing now.",
                who=state.members.name(who),
                count=shown(plan.unit, count),
            )


def cuts_told(state: State, equation: Equation, shared: Shared, unit: str) -> Iterator[Node]:
    """Each part of the pool: how much it is, how it is shared out, and what nobody could take."""
    for number, (bucket, cut) in enumerate(zip(equation.buckets, shared.cuts, strict=False), 1):
        yield say(
            "Part {number}, {amount}: {told}",
            number=number,
            amount=shown(unit, cut.amount),
            told=bucket_told(state, bucket),
        )
        if cut.handed < cut.amount:
            yield say(
                "Of part {number} nobody can take {rest}.",
                number=number,
                rest=shown(unit, cut.amount - cut.handed),
            )
    if equation.care:
        moved = shown(unit, shared.cuts[-1].amount)
        yield say("Care balance: {moved} is passed on to who cared more.", moved=moved)


def shared_facts(state: State, shared: Shared, unit: str) -> dict[str, object]:
    """A distribution, for machines."""
    shares = {state.members.name(who).name: count for who, count in shared.shares.items()}
    return {
        "unit": unit,
        "total": decimals({unit: shared.pool})[unit],
        "shares": {name: decimals({unit: count})[unit] for name, count in shares.items()},
        "funds": {name: decimals({unit: count})[unit] for name, count in shared.funds},
        "rest": decimals({unit: shared.rest})[unit],
    }


# --- Carrying it out ----------------------------------------------------------------------------------


def _made(state: State, ask: Ask[DistributeArgs], plan: Plan) -> Accepted:
    number, day = state.treasury.count + 1, ask.today().isoformat()
    what = ask.moment.seal(ask.args.what) if ask.args.what else None
    event = DistributionMade(
        number=number,
        unit=plan.unit,
        count=plan.amount.count,
        day=day,
        equation=plan.equation,
        name=plan.name,
        version=plan.version,
        fund=plan.fund,
        seed=plan.situation.seed,
        cuts=plan.shared.cuts,
        rest=plan.shared.rest,
        what=what.seal if what else "",
        by=ask.member.number if ask.member else 0,
        proposal=ask.proposal,
        postings=_fund_postings(plan),
    )
    shares = tuple(_allotted(plan, number, day))
    ref = reference(number)
    body = lines(
        say(
            "{ref}: {amount} of {place} is shared out, {how}.",
            ref=Strong(Words(ref)),
            amount=plan.amount.shown,
            place=fund_words(plan.fund),
            how=_by_told(state, plan.name),
        ),
        table_of(state, plan.shared, plan.unit, {}),
        more_told(plan.shared, plan.unit, {}),
        total_told(plan.shared, plan.unit, plan.fund),
        say("{why} tells you why you get what you get.", why=Typed(f"why {ref}")),
    )
    facts = shared_facts(state, plan.shared, plan.unit)
    files = file_of(state, plan.shared, plan.unit)
    reply = Reply(body, kind=Kind.OUTCOME, ref=ref, files=files, facts=facts)
    texts: tuple[Sealed, ...] = (what,) if what else ()
    return Accepted((event, *shares), texts, (reply,))


def _fund_postings(plan: Plan) -> tuple[Posting, ...]:
    made: list[Posting] = []
    for name, count in plan.shared.funds:
        if count and name != plan.fund:
            made.extend(transfer(fund_account(plan.fund), fund_account(name), plan.unit, count))
    return tuple(made)


def _allotted(plan: Plan, number: int, day: str) -> Iterator[ShareAllotted]:
    """The events of everybody who gets something, or whose work was counted."""
    by_person: defaultdict[int, list[ShareLine]] = defaultdict(list)
    for line in plan.shared.lines:
        by_person[line.person].append(line)
    buckets, source = plan.equation.buckets, fund_account(plan.fund)
    for person, own in sorted(by_person.items()):
        count = sum(line.count for line in own)
        met = (
            line.count for line in own if line.bucket >= 0 and buckets[line.bucket].form is Form.NEED
        )
        postings = transfer(source, held_account(person), plan.unit, count) if count else ()
        yield ShareAllotted(
            number=number,
            member=person,
            unit=plan.unit,
            count=count,
            day=day,
            lines=tuple(own),
            needed=sum(met),
            postings=postings,
        )


COMMANDS = (
    Command(
        name="distribute",
        about=say("share out income by an equation, after a preview"),
        also=say(
            "share, split, divide, share out, pay out, dividend, allocate, share money, "
            "share out money, pay everyone"
        ),
        decide=openly(distribute),
        effect=Grade.MONEY,
        args=DistributeArgs,
        examples=("distribute 1000 EUR", "distribute 1000 EUR --equation fair"),
    ),
)

FEATURE = Feature(
    name="distributions",
    commands=COMMANDS,
    thing=THING,
    pages=(SHARES_PAGE,),
)
