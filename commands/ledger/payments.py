"""What a partner pays: for which period, into which fund, and what it settles."""

from __future__ import annotations

import datetime as dt
import difflib
from typing import Protocol

from bot.chat import Refusal
from bot.collective.partners import Partner
from bot.collective.state import State
from bot.collective.treasury import Flow, Order
from bot.deciding.terms import share_text
from bot.decision import Ask
from bot.language.amounts import Amount
from bot.language.periods import Period
from bot.language.sums import shown
from bot.text.wording import Day, Node, Typed, Words, fill, joined, lines, say
from bot.value.partners import Basis, Payment, Pledge, settled
from bot.value.periods import period_text
from commands.ledger.money import fund_named
from commands.ledger.periods import EVERY

_PLEDGES = {
    Basis.REVENUE: say("{rate} of its revenue in {unit}, each {every}"),
    Basis.SURPLUS: say("{rate} of its surplus in {unit}, each {every}"),
    Basis.HEAD: say("{amount} for each who works there, each {every}"),
    Basis.FLAT: say("{amount} each {every}"),
}


def partner_named(state: State, name: str) -> Partner:
    """The partner that is meant. Raises Refusal where there is none."""
    found = state.partners.named.get(name)
    if found is not None:
        return found
    names = [it.name for it in state.partners.here]
    near = difflib.get_close_matches(name, names, 1)
    raise Refusal(
        "partner-unknown",
        say("There is no partner “{name}” here.", name=name),
        word=name,
        instead=say("Did you mean {name}?", name=near[0])
        if near
        else say("There are {names}.", names=joined(names))
        if names
        else say("{command} enters one.", command=Typed(f"partner add {name}")),
    )


def pledge_told(pledge: Pledge) -> Node:
    """A pledge in words."""
    told = fill(
        _PLEDGES[pledge.basis],
        rate=share_text(pledge.rate),
        unit=pledge.unit,
        amount=shown(pledge.unit, pledge.rate.n),
        every=EVERY[pledge.every],
    )
    points: list[Node] = [told]
    if pledge.cap:
        points.append(say("no more than {cap}", cap=shown(pledge.unit, pledge.cap)))
    points.append(say("from {day} on", day=Day(pledge.first)))
    if pledge.last:
        points.append(say("until {day}", day=Day(pledge.last)))
    if pledge.fund:
        points.append(say("for the fund {fund}", fund=pledge.fund))
    if pledge.private:
        points.append(say("reports leave the name out"))
    return joined(points, "; ") if pledge.private else joined(points)


_LAST_PLEDGED = dt.date(dt.MAXYEAR - 2, 1, 1)
"""No pledge goes so far; the calendar ends soon behind it."""


def pledged_period(partner: Partner, typed: Period) -> tuple[Period, Pledge]:
    """The period of a pledge in which the days lie. Raises Refusal where the pledge covers none."""
    for found, pledge in partner.covered(min(typed.first, _LAST_PLEDGED) + dt.timedelta(days=366)):
        if found.first <= typed.first and typed.last <= found.last:
            return found, pledge
    pledge_now = partner.pledge
    if pledge_now is None:
        raise Refusal("nothing-pledged", say("{name} has pledged nothing yet.", name=partner.name))
    raise Refusal(
        "period-not-pledged",
        say("{period} is no period of what {name} pledged.", name=partner.name, period=typed.shown),
        instead=say("It pledged {pledge}.", pledge=pledge_told(pledge_now)),
    )


class PaymentArgs(Protocol):
    """What an income takes that a partner pays."""

    @property
    def partner(self) -> str:
        """The partner's name."""

    @property
    def period(self) -> Period | None:
        """The period that it pays for, if one was named."""

    @property
    def kind(self) -> str:
        """The kind of income, empty where it was left out."""

    @property
    def fund(self) -> str:
        """The fund that it is for, empty where it was left out."""


def payment_order(state: State, ask: Ask[PaymentArgs], amount: Amount, day: str) -> Order:
    """What a partner pays: into the fund that its pledge is earmarked for. Raises Refusal."""
    partner = partner_named(state, ask.args.partner)
    unit, count = amount.unit.code, amount.count
    typed, period = ask.args.period, ""
    pledge = partner.pledge
    if typed is not None:
        found, pledge = pledged_period(partner, typed)
        period = found.first.isoformat()
    else:
        terms = partner.terms(dt.date.fromisoformat(day))
        open_terms = (each.pledge for each in terms if each.left > 0 and each.pledge.unit == unit)
        pledge = next(open_terms, pledge)
    bound = fund_named(state, pledge.fund if pledge else "")
    fund = fund_named(state, ask.args.fund) or bound
    if bound and fund != bound:
        raise Refusal(
            "fund-bound",
            say("What {name} pledged is for the fund {fund}.", name=partner.name, fund=bound),
            word=fund,
            instead=say("Leave {option} out.", option=Words("--fund")),
        )
    return Order(
        Flow.INCOME,
        unit,
        count,
        day,
        kind=ask.args.kind,
        fund=fund,
        partner=partner.name,
        period=period,
    )


def payment_told(state: State, order: Order) -> Node:
    """What a payment settles that is about to be made, and what of it is a gift on top."""
    partner = partner_named(state, order.partner)
    day, until = dt.date.fromisoformat(order.day), dt.date.fromisoformat(order.period or order.day)
    until = max(day, until + dt.timedelta(days=366) if order.period else day)
    payment = Payment(0, order.day, order.unit, order.count, order.period)
    parts = settled(partner.dues(until), (*partner.payments.values(), payment))
    own = [each for each in parts if not each.payment]
    over = order.count - sum(each.count for each in own)
    points = [
        say(
            "{amount} for {period}",
            amount=shown(each.unit, each.count),
            period=period_text(each.period),
        )
        for each in own
    ]
    waits = any(
        not each.known
        and (each.period.last <= day or each.period.first.isoformat() == order.period)
        and each.pledge.unit == order.unit
        for each in partner.terms(until)
    )
    rest = (
        say("{amount} waits for what is still to be declared; what is over then is a gift.")
        if waits
        else say("{amount} is more than is due: a gift on top.")
    )
    return lines(
        say("It settles {points}.", points=joined(points)) if points else None,
        fill(rest, amount=shown(order.unit, over)) if over else None,
    )
