"""Pledges of partners: what each gives of what it makes, and what it declares for a period."""

from __future__ import annotations

import datetime as dt

from bot.arguments import OptionType, arguments, flag, takes
from bot.chat import Refusal, Reply
from bot.collective.grades import Grade
from bot.collective.partners import Partner, PartnerDeclared, PartnerPledged
from bot.collective.roles import Role
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.language.amounts import Amount
from bot.language.periods import Period, read_period
from bot.language.sums import decimals, shown
from bot.text.wording import Day, Strong, Words, lines, say
from bot.value.partners import (
    HEADS_MAX,
    Basis,
    Pledge,
    due_of,
    periods,
)
from bot.value.periods import Every, period_of, period_text
from commands.decisions.openly import openly
from commands.decisions.reserved import check_decided
from commands.ledger.money import fund_named
from commands.ledger.payments import partner_named, pledge_told, pledged_period
from commands.partners.partnering import NAME, basis_told, by_of, partner_here, read_money, read_rate

_DAY = dt.timedelta(days=1)

_DECIDED = say("What a partner pledges is accepted by the members.")

_BACK_MAX = dt.timedelta(days=5 * 366)
"""How far back or ahead a pledge may begin."""


# --- Pledging ---------------------------------------------------------------------------------------


@arguments
class PartnerPledgeArgs:
    """What `/partner pledge` takes."""

    name: str = NAME
    basis: str = takes(
        OptionType.WORD, say("of what"), positional=True, choices=tuple(each.value for each in Basis)
    )
    rate: str = takes(
        OptionType.TEXT, say("how much: 5% EUR, or 200 EUR a head or flat"), positional=True
    )
    every: str = takes(
        OptionType.WORD,
        say("each month, quarter or year; a quarter if left out"),
        choices=tuple(each.value for each in Every),
        default="",
    )
    cap: Amount | None = takes(OptionType.AMOUNT, say("the most for one period"), default=None)
    from_: Period | None = takes(
        OptionType.PERIOD, say("from when on, if not from this period"), default=None
    )
    until: Period | None = takes(OptionType.PERIOD, say("until when, if not for good"), default=None)
    fund: str = takes(OptionType.FUND, say("the fund that it is for"), default="")
    private: bool = flag(say("reports leave the name out"))


def pledge(state: State, ask: Ask[PartnerPledgeArgs]) -> Accepted:
    """What a partner pledges from now on, or from a day on."""
    it, today = partner_here(state, ask.args.name), ask.today()
    basis, every = Basis(ask.args.basis), Every(ask.args.every or Every.QUARTER)
    rate, unit = read_rate(ask.args.rate, basis, ask.language)
    cap = ask.args.cap
    if cap is not None and cap.unit.code != unit:
        raise Refusal(
            "currency-differs",
            say("The pledge is in {unit}, and {cap} is not.", unit=unit, cap=cap.shown),
            word=cap.unit.code,
        )
    begins, ends = ask.args.from_, ask.args.until
    first = period_of(begins.first if begins else today, every).first
    last = period_of(ends.last, every).last if ends else None
    if abs(first - today) > _BACK_MAX or (last and abs(last - today) > 10 * _BACK_MAX):
        raise Refusal("pledge-far", say("{day} is too far away.", day=Day(first.isoformat())))
    if last is not None and last < first:
        raise Refusal("period-backwards", say("A period cannot end before it begins."))
    made = Pledge(
        basis=basis,
        unit=unit,
        rate=rate,
        every=every,
        first=first.isoformat(),
        last=last.isoformat() if last else "",
        cap=cap.count if cap else 0,
        fund=fund_named(state, ask.args.fund),
        private=ask.args.private,
    )
    _check_next(it, made, today)
    check_decided(ask, "partners", _DECIDED, _pledge_line(ask, it, made))
    event = PartnerPledged(name=it.name, pledge=made, by=by_of(ask), proposal=ask.proposal)
    told = say("{name} pledges {pledge}.", name=Strong(Words(it.name)), pledge=pledge_told(made))
    return Accepted((event,), (), (Reply(told),))


def _check_next(it: Partner, made: Pledge, today: dt.date) -> None:
    """A new pledge changes nothing of what is over, nor cuts a period in two. Raises Refusal."""
    if it.pledge == made:
        raise Refusal("nothing-changed", say("That is what {name} pledged already.", name=it.name))
    first = dt.date.fromisoformat(made.first)
    for old in it.pledges:
        over = [each.last for each in periods(old, today - _DAY)]
        running = period_of(first, old.every)
        if over and first <= over[-1]:
            until = over[-1]
        elif old.first < made.first <= (old.last or made.first) and running.first != first:
            until = running.last
        else:
            continue
        begins = period_of(until + _DAY, made.every)
        free = until + _DAY if begins.first > until else begins.last + _DAY
        raise Refusal(
            "pledge-overlaps",
            say("Until {day} another pledge counts.", day=Day(until.isoformat())),
            word=made.first,
            instead=say("Begin behind it: {option}", option=Words(f"--from {free.isoformat()}")),
        )


def _pledge_line(ask: Ask[PartnerPledgeArgs], it: Partner, made: Pledge) -> str:
    """The line that pledges this, to be put into a proposal."""
    cap = ask.args.cap
    options = (
        f"--every {made.every.value}",
        f"--cap {cap.decimal} {cap.unit.code}" if cap else "",
        f"--from {made.first}" if ask.args.from_ else "",
        f"--until {made.last}" if made.last else "",
        f"--fund {made.fund}" if made.fund else "",
        "--private" if made.private else "",
    )
    rate = " ".join(ask.args.rate.split())
    words = " ".join(filter(None, options))
    return f"partner pledge {it.name} {made.basis.value} {rate} {words}"


# --- Declaring --------------------------------------------------------------------------------------


@arguments
class PartnerDeclareArgs:
    """What `/partner declare` takes."""

    name: str = NAME
    amount: str = takes(
        OptionType.TEXT,
        say("its revenue or surplus, or how many work there; behind it the period"),
        positional=True,
    )
    period: Period | None = takes(
        OptionType.PERIOD, say("the period, if not the last one"), default=None
    )
    proof: str = takes(OptionType.LINK, say("a link to the evidence"), default="")


def declare(state: State, ask: Ask[PartnerDeclareArgs]) -> Accepted:
    """What a partner declares for a period: its revenue, its surplus, or its heads."""
    it, today = partner_named(state, ask.args.name), ask.today()
    words, typed = _amount_and_period(ask, today)
    period, pledged = _declared_period(it, typed, today)
    if pledged.basis is Basis.FLAT:
        raise Refusal(
            "nothing-to-declare",
            say("What {name} pledged is flat: there is nothing to declare.", name=it.name),
        )
    count = _count(words, pledged, ask.language)
    before = it.declared.get(period.first.isoformat())
    if before is not None and before.count == count and not ask.args.proof:
        raise Refusal("nothing-changed", say("That is declared already."))
    proof = ask.moment.seal(ask.args.proof) if ask.args.proof else None
    event = PartnerDeclared(
        name=it.name,
        first=period.first.isoformat(),
        last=period.last.isoformat(),
        count=count,
        day=today.isoformat(),
        proof=proof.seal if proof else "",
        by=by_of(ask),
        proposal=ask.proposal,
    )
    due = shown(pledged.unit, due_of(pledged, count))
    told = lines(
        say(
            "{name} declares {what} for {period}: {due} is due.",
            name=Strong(Words(it.name)),
            what=basis_told(pledged, count),
            period=period_text(period),
            due=due,
        ),
        say("It corrects {before}.", before=basis_told(pledged, before.count)) if before else None,
    )
    facts = {"period": period_text(period), "due": decimals({pledged.unit: due.count})[pledged.unit]}
    return Accepted((event,), (proof,) if proof else (), (Reply(told, facts=facts),))


def _amount_and_period(ask: Ask[PartnerDeclareArgs], today: dt.date) -> tuple[list[str], Period | None]:
    """The words of the amount; and the period, as an option or behind them. Raises Refusal."""
    words, period = ask.args.amount.split(), ask.args.period
    for at in range(1, len(words)) if period is None else ():
        try:
            found, used = read_period(words[at:], ask.language, today)
        except Refusal:
            continue
        if used == len(words) - at:
            return words[:at], found
    return words, period


def _declared_period(it: Partner, typed: Period | None, today: dt.date) -> tuple[Period, Pledge]:
    """The period that is declared: one that is over. Raises Refusal."""
    if typed is None:
        over = list(it.covered(today - _DAY))
        if over:
            return over[-1]
        if it.pledge is None:
            raise Refusal("nothing-pledged", say("{name} has pledged nothing yet.", name=it.name))
        typed = period_of(dt.date.fromisoformat(it.pledge.first), it.pledge.every)
    period, pledged = pledged_period(it, typed)
    if period.last >= today:
        raise Refusal(
            "period-running",
            say("{period} is not over yet.", period=period_text(period)),
            word=period_text(period),
            instead=say("Declare it after {day}.", day=Day(period.last.isoformat())),
        )
    return period, pledged


_NOTHING = frozenset(["0", "0.00", "0,00"])


def _count(words: list[str], pledged: Pledge, language: str) -> int:
    """So many heads, or so much money, which may be none. Raises Refusal."""
    if pledged.basis is Basis.HEAD:
        if len(words) == 1 and words[0].isdecimal() and int(words[0][:12]) <= HEADS_MAX:
            return int(words[0])
        raise Refusal(
            "heads-odd",
            say("“{word}” is no number of people.", word=" ".join(words)),
            word=" ".join(words),
            instead=say("What was pledged is for each head: a whole number, such as 12."),
        )
    if words and words[0] in _NOTHING and words[1:] in ([], [pledged.unit]):
        return 0
    amount = read_money(" ".join(words), language)
    if amount.unit.code != pledged.unit:
        raise Refusal(
            "currency-differs",
            say("The pledge is in {unit}, and {cap} is not.", unit=pledged.unit, cap=amount.shown),
            word=amount.unit.code,
        )
    return amount.count


# --- Declarations ---------------------------------------------------------------------------------

COMMANDS = (
    Command(
        name="partner pledge",
        about=say("what a partner gives of what it makes, by a proposal"),
        decide=openly(pledge),
        effect=Grade.MONEY,
        args=PartnerPledgeArgs,
        examples=(
            "partner pledge city-bakery revenue 5% EUR --cap 2000 EUR",
            "partner pledge city-bakery head 200 EUR --every year --fund tools",
        ),
    ),
    Command(
        name="partner declare",
        about=say("what a partner declares for a period that is over"),
        decide=openly(declare),
        role=Role.TREASURER,
        effect=Grade.MONEY,
        args=PartnerDeclareArgs,
        examples=(
            "partner declare city-bakery 12000 EUR",
            "partner declare city-bakery 12000 EUR 2026-Q1 --proof https://example.org/report",
        ),
    ),
)
