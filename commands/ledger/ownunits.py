"""Units of one's own in answers: looked up, told in plain words, summed up; what paying costs."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

import msgspec

from bot.chat import Refusal
from bot.collective.members import Member
from bot.collective.moneyguards import was_written_off
from bot.collective.state import State
from bot.collective.treasury import Flow, Order
from bot.collective.units import Motion, OwnUnit
from bot.deciding.terms import share_text
from bot.decision import Ask
from bot.language.amounts import Amount
from bot.language.periods import Period
from bot.language.sums import decimals, shown
from bot.language.tokens import mention
from bot.language.units import UnitClass
from bot.text.wording import Figure, Node, Place, Say, Typed, Words, fill, joined, say, say_n
from bot.value.periods import next_period, period_of
from bot.value.policy import (
    OVERDUE_DAYS,
    Mode,
    average,
    fee_of,
    lacking,
    limit_of,
    top_tenth,
)
from commands.ledger.money import held, money_of
from commands.ledger.periods import EVERY

_DAY_MS = 86_400_000


# --- Looking up -----------------------------------------------------------------------------------


def unit_named(state: State, word: str) -> OwnUnit:
    """The unit of the collective's own that a word means. Raises Refusal where there is none."""
    found = state.units.named(word)
    if found is not None:
        return found
    names = [it.name for it in state.units]
    raise Refusal(
        "unit-unknown",
        say("There is no unit “{name}” of your own here.", name=word),
        word=word,
        instead=say("There are {names}.", names=joined(names))
        if names
        else say("{line} begins one.", line=Typed("unit create leaf credit --limit 20")),
    )


def own_of(state: State, amount: Amount) -> OwnUnit | None:
    """The unit of one's own that the amount is in; None where it is in another unit."""
    return state.units.by_code.get(amount.unit.code)


def paid_of(amount: Amount) -> Amount:
    """The amount, if it is money or in a unit of one's own. Raises Refusal."""
    return amount if amount.unit.unit_class is UnitClass.OWN else money_of(amount)


# --- Paying ---------------------------------------------------------------------------------------


def vouching(state: State, it: OwnUnit, number: int) -> set[int]:
    """Who vouches for a member: people who are here, each once."""
    members = state.members
    numbers = members.numbers(number)
    found = {members.one(each) for one in numbers for each in it.vouches.get(one, ())}
    return {each for each in found if each not in numbers and members.member(each).here}


def limit_for(state: State, it: OwnUnit, number: int, month: str) -> int:
    """How far below nothing a member may go, in a month such as 2026-11: who was written off, never."""
    if was_written_off(state, number, it.code):
        return 0
    earned = it.earned_lately(state.members.numbers(number), month)
    return limit_of(it.terms, len(vouching(state, it, number)), earned)


def with_fee(it: OwnUnit, order: Order) -> Order:
    """The payment with what it costs beside it."""
    fee = fee_of(it.terms, order.count) if order.member else 0
    return msgspec.structs.replace(order, fee=fee, taker=it.taker) if fee else order


def own_order(ask: Ask, it: OwnUnit, flow: Flow, count: int) -> Order:
    """What whoever asks gives up of a unit."""
    day = ask.today().isoformat()
    return Order(flow, it.code, count, day, member=ask.me.number, taker=it.taker)


def plenty_told(state: State, it: OwnUnit, who: Member, gets: int) -> Node | None:
    """That somebody has so much that they had better spend it (LETS: a limit above, too)."""
    has = held(state, who.number).get(it.code, 0) + gets
    if not it.terms.plenty or has <= it.terms.plenty:
        return None
    told = say("{who} has {amount} now: it is there to be spent.")
    return fill(told, who=who.shown, amount=shown(it.code, has))


# --- In plain words ---------------------------------------------------------------------------------

MODES = {
    Mode.CREDIT: say("mutual credit: who pays may go below nothing, and all accounts sum to zero"),
    Mode.ISSUED: say("issued for confirmed work, and retired by what is taken of it"),
}


def terms_told(it: OwnUnit) -> Iterator[Node]:
    """The mode, and each term in a sentence."""
    terms = it.terms
    yield MODES[terms.mode]
    places: dict[str, Place] = {
        "every": EVERY[terms.every],
        "limit": shown(it.code, -terms.limit),
        "earning": share_text(terms.earning),
        "most": shown(it.code, -terms.most),
        "wage": shown(it.code, terms.wage),
        "budget": shown(it.code, terms.budget),
        "kinds": joined(f"#{kind}" for kind in terms.kinds),
        "since": terms.since,
        "fee": share_text(terms.fee),
        "demurrage": share_text(terms.demurrage),
        "levy": shown(it.code, terms.levy),
        "plenty": shown(it.code, terms.plenty),
    }
    for sentence in _sentences(it):
        yield fill(sentence, **places)
    if terms.vouches:
        yield say_n(
            "Nobody goes below nothing until {count} member vouches for them.",
            "Nobody goes below nothing until {count} members vouch for them.",
            terms.vouches,
        )


def _sentences(it: OwnUnit) -> Iterator[Say]:
    terms = it.terms
    if terms.mode is Mode.CREDIT:
        yield say("Members may go down to {limit}.")
        if terms.earning.n:
            yield say("They may go further by {earning} of what they were paid in a month, on average.")
        if terms.most:
            yield say("Nobody goes below {most}.")
    else:
        yield say("An hour of confirmed work is worth {wage}.")
        yield say("No more than {budget} is issued in a {every}.")
        yield say("Counted is work since {since}.")
        if terms.kinds:
            yield say("Only {kinds} counts.")
    retires = terms.mode is Mode.ISSUED
    if terms.fee.n:
        yield (
            say("A payment costs {fee} beside it, which is retired.")
            if retires
            else say("A payment costs {fee} beside it, for the treasury of all.")
        )
    if terms.demurrage.n:
        yield (
            say("At the end of a {every} {demurrage} of what somebody holds is retired.")
            if retires
            else say("At the end of a {every} {demurrage} of what somebody holds goes to the treasury.")
        )
    if terms.levy:
        yield (
            say("Every member owes {levy} for a {every}, which is retired.")
            if retires
            else say("Every member owes {levy} for a {every}, for the treasury of all.")
        )
    if terms.plenty:
        yield say("Who holds more than {plenty} is reminded to spend it.")


def payers(state: State, it: OwnUnit, day: str) -> list[Member]:
    """Who owes a levy for a period that ends on a day (ISO)."""
    return [each for each in state.members.here if not is_exempt(state, it, each.number, day)]


def is_exempt(state: State, it: OwnUnit, number: int, day: str) -> bool:
    """Whether somebody owes no levy for a period that ends on a day (ISO)."""
    return any(it.exempt.get(each, "") >= day for each in state.members.numbers(number))


def careful_told(state: State, it: OwnUnit) -> Node | None:
    """That not everybody will be able to pay the levy: nobody can pay what was never issued."""
    who = len(payers(state, it, it.running))
    lacks = lacking(it.terms, who, it.level)
    if not lacks:
        return None
    return say_n(
        "Careful: a levy of {levy} from {count} member is {lacks} more than there can be to pay it.",
        "Careful: a levy of {levy} from {count} members is {lacks} more than there can be to pay it.",
        who,
        levy=shown(it.code, it.terms.levy),
        lacks=shown(it.code, lacks),
    )


DECIDED = say("Units of our own are decided by the members.")


def running(it: OwnUnit, today: dt.date) -> Period:
    """The period of a unit that a day is in."""
    return period_of(today, it.terms.every)


def period_end(it: OwnUnit) -> dt.date:
    """The first day of a unit's next period, of the one whose end has not come yet."""
    return next_period(running(it, dt.date.fromisoformat(it.running)), it.terms.every).first


# --- Summing up -------------------------------------------------------------------------------------


class Figures(msgspec.Struct, frozen=True):
    """What happened to a unit in a time, and how it stands; counts are smallest parts.

    `outstanding` is what stands above nothing now, `velocity` what was paid by the `mean` of that in
    this time, `top` the share of the richest tenth, `below` what members are below nothing together.
    """

    issued: int
    retired: int
    paid: int
    fee: int
    demurrage: int
    levied: int
    levy: int
    outstanding: int
    mean: Fraction
    velocity: Fraction
    top: Fraction
    below: int
    below_count: int


def balances_of(state: State, it: OwnUnit) -> dict[int, int]:
    """What every member has of a unit, and who left and has something, by the number they go by."""
    sums = dict.fromkeys((each.number for each in state.members.here), 0)
    for (account, code), count in state.ledger.balances.items():
        root, _, number = account.partition(":")
        if code == it.code and root == "held":
            one = state.members.one(int(number))
            sums[one] = sums.get(one, 0) + count
    return sums


def figures(state: State, it: OwnUnit, period: Period) -> Figures:
    """Sum a unit up over some days."""
    first, last = period.first.isoformat(), period.last.isoformat()
    flowed = {motion: it.flowed(motion, first, last) for motion in Motion}
    back = (Motion.FEE, Motion.DEMURRAGE, Motion.LEVY, Motion.RETIRED)
    mean = average(it.levels, first, last)
    balances = list(balances_of(state, it).values())
    return Figures(
        flowed[Motion.ISSUED],
        sum(flowed[each] for each in back) if it.terms.mode is Mode.ISSUED else 0,
        flowed[Motion.PAID],
        flowed[Motion.FEE],
        flowed[Motion.DEMURRAGE],
        flowed[Motion.LEVIED],
        flowed[Motion.LEVY],
        it.level,
        mean,
        Fraction(flowed[Motion.PAID]) / mean if mean else Fraction(0),
        top_tenth(balances),
        sum(count for count in balances if count < 0),
        sum(1 for count in balances if count < 0),
    )


def figures_told(it: OwnUnit, found: Figures) -> Iterator[Node]:
    """A unit's figures, a sentence each."""

    def amount(count: int) -> Node:
        return shown(it.code, count)

    if it.terms.mode is Mode.ISSUED:
        yield say(
            "Issued {issued}, retired {retired}, together {net}.",
            issued=amount(found.issued),
            retired=amount(found.retired),
            net=amount(found.issued - found.retired),
        )
    yield say(
        "Outstanding: {outstanding}; {mean} on an average day.",
        outstanding=amount(found.outstanding),
        mean=amount(round(found.mean)),
    )
    yield say(
        "Paid between members: {paid}; each was used {velocity} times.",
        paid=amount(found.paid),
        velocity=two_places(found.velocity),
    )
    if found.below:
        yield say_n(
            "Below nothing: {count} member, {amount}.",
            "Below nothing: {count} members, together {amount}.",
            found.below_count,
            amount=amount(found.below),
        )
    if found.outstanding:
        yield say("The richest tenth holds {top}.", top=percent(found.top))
    if found.fee or found.demurrage:
        yield say(
            "Fees {fee}, demurrage {demurrage}.",
            fee=amount(found.fee),
            demurrage=amount(found.demurrage),
        )
    if found.levied:
        yield say(
            "Levy: {levy} of {levied} collected, {share}.",
            levy=amount(found.levy),
            levied=amount(found.levied),
            share=percent(Fraction(found.levy, found.levied)),
        )


def figures_facts(it: OwnUnit, found: Figures) -> dict[str, str]:
    """A unit's figures, for machines."""
    names = ("below", "issued", "retired", "paid", "fee", "demurrage", "levied", "levy", "outstanding")
    counts = {name: decimals({it.code: getattr(found, name)})[it.name] for name in names}
    return {
        **counts,
        "unit": it.name,
        "average": decimals({it.code: round(found.mean)})[it.name],
        "velocity": two_places(found.velocity).text,
        "top-tenth": two_places(found.top).text,
    }


def two_places(value: Fraction) -> Figure:
    """A number with two decimals, rounded half up."""
    whole, rest = divmod((200 * value.numerator + value.denominator) // (2 * value.denominator), 100)
    return Figure(f"{whole}.{rest:02}")


def percent(value: Fraction) -> Words:
    """A share in whole percent, rounded half up."""
    return Words(f"{(200 * value.numerator + value.denominator) // (2 * value.denominator)}%")


def looked_at(state: State, it: OwnUnit, at: int) -> Iterator[Node]:
    """What somebody has to look at: levies that are owed, accounts below their limit, or long below."""
    owing = owing_told(state, it)
    if owing is not None:
        yield owing
    month = dt.datetime.fromtimestamp(at / 1000, dt.UTC).date().isoformat()[:7]
    for number in sorted(it.below):
        has, limit = held(state, number).get(it.code, 0), limit_for(state, it, number, month)
        if has < -limit:
            yield say(
                "{who} is at {amount}, further down than {limit}.",
                who=state.members.name(number),
                amount=shown(it.code, has),
                limit=shown(it.code, -limit),
            )
    since = at - OVERDUE_DAYS * _DAY_MS
    long = sorted(number for number, begun in it.below.items() if begun <= since)
    for number in long:
        yield say(
            "{who} has been below nothing for {days} days: {amount}. {line}",
            who=state.members.name(number),
            days=(at - it.below[number]) // _DAY_MS,
            amount=shown(it.code, held(state, number).get(it.code, 0)),
            line=Typed(f"unit write-off {mention(state.members.name(number).name)} {it.name}"),
        )


def owing_told(state: State, it: OwnUnit) -> Node | None:
    """Who owes levies; None where nobody does."""
    owed: defaultdict[int, int] = defaultdict(int)
    for number, count in it.owed.items():
        owed[state.members.one(number)] += count
    if not owed:
        return None
    points = (
        say("{who} {amount}", who=state.members.name(number), amount=shown(it.code, count))
        for number, count in sorted(owed.items())
    )
    return say("Levies owed in {unit}: {people}.", unit=it.name, people=joined(points))


def units_told(state: State, first: str, last: str) -> Iterator[Node]:
    """The units in which something happened from day to day (ISO), a line each."""
    for it in state.units:
        moved = [it.flowed(motion, first, last) for motion in Motion]
        if not any(moved):
            continue
        period = Period(dt.date.fromisoformat(first), dt.date.fromisoformat(last))
        found = figures(state, it, period)
        told = (
            say("{unit}: issued {issued}, retired {retired}, paid {paid}, outstanding {outstanding}")
            if it.terms.mode is Mode.ISSUED
            else say("{unit}: paid {paid}, outstanding {outstanding}")
        )
        yield fill(
            told,
            unit=it.name,
            issued=shown(it.code, found.issued),
            retired=shown(it.code, found.retired),
            paid=shown(it.code, found.paid),
            outstanding=shown(it.code, found.outstanding),
        )
