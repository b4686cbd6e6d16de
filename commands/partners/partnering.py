"""Partners in answers: looked up by name, their pledges and periods in words, what is settled."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from bot.arguments import OptionType, takes
from bot.chat import Refusal
from bot.collective.partners import Grace, Partner, Standing, Term
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.deciding.terms import Ratio
from bot.decision import Ask
from bot.language.amounts import Amount, read_amount
from bot.language.sums import shown, sums_told
from bot.language.units import UNITS, UnitClass
from bot.text.wording import Day, Node, Say, Typed, Words, joined, say, say_n
from bot.value.partners import Basis, Pledge
from bot.value.periods import period_text
from commands.ledger.payments import partner_named

_MINUTES_A_DAY = 1_440


NAME = takes(OptionType.PARTNER, say("the partner's name"), positional=True)


def by_of(ask: Ask) -> int:
    """The number of who asks; 0 for the operator and for what the members decided."""
    return ask.member.number if ask.member else 0


def grace_of(rules: Rules) -> Grace:
    """Within how many days partners declare and pay."""
    declared, paid = rules.number("declared-within"), rules.number("paid-within")
    return Grace(declared // _MINUTES_A_DAY, paid // _MINUTES_A_DAY)


def partner_here(state: State, name: str) -> Partner:
    """The same, who is a partner still. Raises Refusal."""
    found = partner_named(state, name)
    if found.ended:
        raise Refusal(
            "partner-ended",
            say("{name} is a partner no more.", name=name),
            word=name,
            instead=say("{command} takes it back.", command=Typed(f"partner add {name}")),
        )
    return found


# --- Reading a pledge -------------------------------------------------------------------------------

_PERCENT = re.compile(r"(-?)([0-9]{1,4})(?:[.,]([0-9]{1,4}))?\s*%\s*")


def read_rate(text: str, basis: Basis, language: str) -> tuple[Ratio, str]:
    """The rate of a pledge and its currency: `5% EUR`, or `200 EUR` a head or flat. Raises Refusal."""
    percent = _PERCENT.match(text)
    if basis in {Basis.REVENUE, Basis.SURPLUS}:
        if percent is None:
            raise Refusal(
                "rate-odd",
                say("Of revenue or surplus a pledge takes a percentage, in a currency."),
                word=text,
                instead=say("Like this: {example}", example=Words("5% EUR")),
            )
        return _share(percent), _currency(text, text[percent.end() :], language)
    if percent is not None:
        raise Refusal(
            "rate-odd",
            say("For each head, or flat, a pledge is an amount."),
            word=text,
            instead=say("Like this: {example}", example=Words("200 EUR")),
        )
    amount = read_money(text, language)
    return Ratio(amount.count), amount.unit.code


def _share(percent: re.Match[str]) -> Ratio:
    places = percent[3] or ""
    share = Fraction(int(percent[2] + places), 100 * 10 ** len(places))
    if percent[1] or not 0 < share <= 1:
        raise Refusal(
            "rate-range",
            say("A pledge is more than 0 % and no more than 100 %."),
            word=percent[0].strip(),
        )
    return Ratio(share.numerator, share.denominator)


def _currency(text: str, code: str, language: str) -> str:
    words = code.split()
    try:
        amount, used = read_amount(["1", *words], language)
    except Refusal:
        amount, used = None, 0
    if amount is None or used != len(words) + 1 or amount.unit.unit_class is not UnitClass.MONEY:
        raise Refusal(
            "currency-unknown",
            say("“{word}” is no currency that I know.", word=code)
            if code
            else say("In which currency?"),
            word=text,
            instead=say("Name one by its code, for example {example}.", example=Words("5% EUR")),
        )
    return amount.unit.code


def read_money(text: str, language: str) -> Amount:
    """The amount of money that a text is, and nothing else. Raises Refusal."""
    words = text.split()
    amount, used = read_amount(words, language, offered=(UNITS["EUR"],))
    if used < len(words) or amount.unit.unit_class is not UnitClass.MONEY:
        raise Refusal(
            "not-money",
            say("“{word}” is no amount of money.", word=text),
            word=text,
            instead=say("Name a currency, for example {example}.", example=Words("12.50 EUR")),
        )
    return amount


# --- In words ---------------------------------------------------------------------------------------

STANDINGS: Mapping[Standing | None, Say] = {
    Standing.COMMONER: say("commoner"),
    Standing.COOPERATIVE: say("cooperative"),
    Standing.NONPROFIT: say("nonprofit"),
    Standing.CONTRIBUTING: say("contributing firm"),
    Standing.NONCONTRIBUTING: say("noncontributing firm"),
    None: say("not classified"),
}
"""What a partner is, in words."""


def basis_told(pledge: Pledge, count: int) -> Node:
    """What was declared, in words."""
    match pledge.basis:
        case Basis.HEAD:
            return say_n("{count} head", "{count} heads", count)
        case Basis.SURPLUS:
            return say("{amount} surplus", amount=shown(pledge.unit, count))
        case _:
            return say("{amount} revenue", amount=shown(pledge.unit, count))


def term_told(term: Term, today: dt.date, grace: Grace) -> Node:
    """A period of a pledge that ended, and how it stands."""
    period, unit = period_text(term.period), term.pledge.unit
    if not term.known:
        if term.undeclared(today, grace):
            return say("{period}: undeclared", period=period)
        by = Day(term.declared_by(grace).isoformat())
        return say("{period}: to be declared by {day}", period=period, day=by)
    due = say("{amount} due", amount=shown(unit, term.due))
    told = (
        joined([basis_told(term.pledge, term.declared.count), due])
        if term.declared is not None
        else due
    )
    return say(
        "{period}: {told}, {status}", period=period, told=told, status=_status(term, today, grace)
    )


def earlier_told(terms: list[Term], today: dt.date, grace: Grace) -> Node | None:
    """How many periods came before those that are told one by one, and what of them is not done."""
    if not terms:
        return None
    undeclared = sum(each.undeclared(today, grace) for each in terms)
    left: dict[str, int] = {}
    for each in terms:
        left[each.pledge.unit] = left.get(each.pledge.unit, 0) + max(0, each.left)
    left = {unit: count for unit, count in left.items() if count}
    told = [
        say_n("{count} earlier period", "{count} earlier periods", len(terms)),
        *([say("{sums} open", sums=sums_told(left))] if left else []),
        *([say("{count} undeclared", count=undeclared)] if undeclared else []),
    ]
    return joined(told, "; ")


def _status(term: Term, today: dt.date, grace: Grace) -> Node:
    unit = term.pledge.unit
    if term.left <= 0:
        return say("paid") if term.due else say("nothing to pay")
    if term.overdue(today, grace):
        return say("{amount} overdue", amount=shown(unit, term.left))
    by = Day(term.paid_by(grace).isoformat())
    return say("{amount} to be paid by {day}", amount=shown(unit, term.left), day=by)


# --- Payments ---------------------------------------------------------------------------------------


def ended_terms(partner: Partner, today: dt.date) -> list[Term]:
    """The periods that are over, as they stand."""
    return partner.terms(today - dt.timedelta(days=1))


def undeclared_and_overdue(
    state: State, today: dt.date, grace: Grace
) -> Iterator[tuple[Partner, list[Term], list[Term]]]:
    """The partners who are late: with what they have not declared, and what they have not paid."""
    for partner in state.partners.ever:
        terms = ended_terms(partner, today)
        undeclared = [each for each in terms if each.undeclared(today, grace)]
        overdue = [each for each in terms if each.overdue(today, grace)]
        if undeclared or overdue:
            yield partner, undeclared, overdue
