"""Opening a funding round: by a proposal, or by a treasurer, with a second person where it is much."""

from __future__ import annotations

import datetime as dt

from bot.arguments import OptionType, WithRef, arguments, flag, takes
from bot.chat import Kind, Refusal, Reply
from bot.collective.funding import (
    ROUNDS_MAX,
    Asked,
    FundingAsked,
    FundingDeclined,
    FundingOpened,
    FundingTerms,
    Round,
    pot_of,
)
from bot.collective.guards import check_open
from bot.collective.moneyguards import cash_in_hand, check_may_approve, has_treasurer, not_second
from bot.collective.roles import Role
from bot.collective.rules import refused_by
from bot.collective.state import State
from bot.collective.treasury import (
    ALONE_KEPT_MS,
    Approval,
    Flow,
    Order,
    Waiting,
    postings_of,
)
from bot.decision import Accepted, Ask
from bot.language.amounts import Amount
from bot.language.sums import decimals, shown
from bot.text.wording import Node, Time, Typed, Words, lines, say
from commands.decisions.lookups import instant_of
from commands.decisions.voters import electorate_of
from commands.funding.cards import asked_buttons, asked_told, round_told, round_typed
from commands.funding.drafts import after
from commands.funding.lookups import ROUND, place_of, round_known, time_of
from commands.funding.moving import moves
from commands.ledger.money import by_told, check_covered, money_of

_MINUTE_MS = 60_000
YEAR_MS = 366 * 86_400_000
"""The longest that a round is open."""


@arguments
class FundingOpenArgs:
    """What `/funding open` takes."""

    amount: Amount = takes(OptionType.AMOUNT, say("how much there is for ideas"), positional=True)
    each: Amount = takes(OptionType.AMOUNT, say("how much of it each member gives at the most"))
    closes: dt.datetime | None = takes(
        OptionType.WHEN, say("until when ideas are backed, if not as long as usual"), default=None
    )
    ideas_until: dt.datetime | None = takes(
        OptionType.WHEN, say("until when ideas can be put, if not to the end"), default=None
    )
    backs_from: dt.datetime | None = takes(
        OptionType.WHEN, say("from when on ideas are backed, if not at once"), default=None
    )
    per_idea: Amount | None = takes(
        OptionType.AMOUNT, say("how much one member gives one idea at the most"), default=None
    )
    exact: bool = flag(say("that each idea takes one sum, all of it or nothing"))
    looked_at: bool = flag(say("that a coordinator looks at each idea before it is backed"))
    hidden: bool = flag(say("that nobody is told who backs what"))


def open_round(state: State, ask: Ask[FundingOpenArgs]) -> Accepted:
    """Set money of the treasury aside for ideas, or ask a second person to agree to that."""
    terms = _terms(ask)
    book = state.funding
    if len(book.open) + len(book.asked) >= ROUNDS_MAX:
        raise Refusal(
            "rounds-max",
            say("{count} funding rounds are open or wait; that is the most.", count=ROUNDS_MAX),
            instead=say("{funding} lists them.", funding=Typed("funding")),
        )
    _check_times(ask, terms)
    _check_there(state, ask, terms)
    number, by = book.count + 1, ask.member.number if ask.member else 0
    room = 0 if ask.private else ask.room
    needs = _needs(state, ask, terms)
    if needs is None:
        return _opened(state, ask, Asked(number, terms, ask.moment.at, by, room))
    event = FundingAsked(number=number, terms=terms, by=by, room=room)
    return Accepted((event,), (), (_waits(state, ask, event, needs),))


def _terms(ask: Ask[FundingOpenArgs]) -> FundingTerms:
    """The terms that were typed. Raises Refusal."""
    args = ask.args
    amount, each = money_of(args.amount), money_of(args.each)
    per_idea = money_of(args.per_idea) if args.per_idea else None
    for other in filter(None, (each, per_idea)):
        if other.unit.code != amount.unit.code:
            raise Refusal(
                "currency-differs",
                say("A round has one currency; this one is in {unit}.", unit=amount.unit.name),
                word=other.unit.name,
                instead=say("Another currency has a round of its own."),
            )
    if each.count > amount.count or (per_idea and per_idea.count > each.count):
        beyond = say("One member cannot give more than there is.")
        if each.count <= amount.count:
            beyond = say("Nobody can give one idea more than their whole share.")
        raise Refusal(
            "share-odd",
            beyond,
            word=each.decimal if each.count > amount.count else "",
            instead=say("For example: {line}", line=_fitting(amount)),
        )
    usual = ask.moment.at + ask.rules.number("funding-closes") * _MINUTE_MS
    return FundingTerms(
        unit=amount.unit.code,
        count=amount.count,
        each=each.count,
        closes=instant_of(args.closes) or usual,
        ideas_until=instant_of(args.ideas_until) or 0,
        backs_from=instant_of(args.backs_from) or 0,
        per_idea=per_idea.count if per_idea else 0,
        exact=args.exact,
        looked_at=args.looked_at,
        hidden=args.hidden,
        zone=ask.zone,
    )


def _fitting(amount: Amount) -> Typed:
    """A line with a share that fits the pot."""
    pot = f"{amount.decimal} {amount.unit.name}"
    return Typed(f"funding open {pot} --each {pot}")


def _check_times(ask: Ask, terms: FundingTerms) -> None:
    """A round that is open long enough, and not too long; its other times lie in it. Raises Refusal."""
    now, zone = ask.moment.at, terms.zone
    least = now + ask.rules.number("funding-open") * _MINUTE_MS
    if terms.closes < least:
        raise refused_by(
            "funding-open",
            say("It is open until {at} at least.", at=Time(least, zone)),
            instead=say("Leave {option} out, or name a later time.", option=Words("--closes")),
        )
    if terms.closes > now + YEAR_MS:
        raise Refusal(
            "round-far",
            say("{at} is too far away.", at=Time(terms.closes, zone)),
            instead=say("A round is open for a year at the most."),
        )
    named = (("--ideas-until", terms.ideas_until), ("--backs-from", terms.backs_from))
    for option, at in named:
        if at and not now < at < terms.closes:
            raise Refusal(
                "round-times",
                say("{at} is not within the round.", at=Time(at, zone)),
                word=option,
                instead=say("It closes {at}: name a time before that.", at=Time(terms.closes, zone)),
            )


def _order(ask: Ask, terms: FundingTerms, number: int) -> Order:
    day = ask.today().isoformat()
    return Order(Flow.SET_ASIDE, terms.unit, terms.count, day, fund=pot_of(number))


def _check_there(state: State, ask: Ask, terms: FundingTerms) -> None:
    """The money lies in the treasury, and is in hand; the books of today are open. Raises Refusal."""
    check_open(ask.today(), ask.rules)
    check_covered(state, ask, postings_of(_order(ask, terms, state.funding.count + 1)))
    has = cash_in_hand(state, terms.unit)
    if has < terms.count:
        raise Refusal(
            "not-in-hand",
            say("{has} is in hand; the rest is still owed by members.", has=shown(terms.unit, has)),
            instead=say("{treasury} shows what there is.", treasury=Typed("treasury")),
        )


def _needs(state: State, ask: Ask, terms: FundingTerms) -> Approval | None:
    """Who else has to agree: where it is much, with all that one opened alone within a day."""
    if ask.proposal:
        return None
    threshold, by = ask.rules.limit("second-eyes", terms.unit), ask.member.number if ask.member else 0
    one = state.members.one
    alone = sum(
        it.terms.count
        for it in state.funding.open.values()
        if not it.second
        and not it.proposal
        and it.terms.unit == terms.unit
        and one(it.by) == one(by)
        and it.opened_at > ask.moment.at - ALONE_KEPT_MS
    )
    much = threshold is not None and terms.count + alone >= threshold
    return Approval(ask.rules.text("second-eyes-by")) if much else None


def _waits(state: State, ask: Ask, event: FundingAsked, needs: Approval) -> Reply:
    it = Asked(event.number, event.terms, ask.moment.at, event.by, event.room)
    own = not_second(state, event.by, _order(ask, it.terms, it.number))
    treasurer = needs is Approval.TREASURER and has_treasurer(state, ask.rules, own)
    waits = say("It waits for another treasurer.") if treasurer else say("It waits for another member.")
    who = ask.member.shown if ask.member else say("the operator")
    return Reply(
        lines(asked_told(it, who), waits),
        kind=Kind.CARD,
        ref=it.ref,
        buttons=asked_buttons(it),
        facts={**_facts(it), "status": "waiting"},
        typed=say(
            "{approve} agrees, {decline} says no.",
            approve=Typed(f"funding approve {it.ref}"),
            decline=Typed(f"funding decline {it.ref}"),
        ),
    )


def _facts(it: Asked) -> dict[str, str]:
    ((unit, amount),) = decimals({it.terms.unit: it.terms.count}).items()
    return {"unit": unit, "amount": amount, "each": decimals({it.terms.unit: it.terms.each})[unit]}


def _opened(state: State, ask: Ask, it: Asked, second: int = 0) -> Accepted:
    """The pot is set aside, and everybody who is a member now has a share."""
    (made,) = moves(state, ask, (_order(ask, it.terms, it.number),), by=it.by)
    members = state.members
    everyone = electorate_of(state, "")
    people = tuple(n for n in everyone if not members.member(n).seat)
    event = FundingOpened(
        number=it.number,
        terms=it.terms,
        members=people,
        transfer=made.number,
        by=it.by,
        second=second,
        proposal=ask.proposal,
        room=it.room,
    )
    then = after(state, ask, (event,))
    opened = then.funding.open[it.number]
    card = Reply(
        round_told(then, opened, ask.text),
        kind=Kind.CARD,
        ref=it.ref,
        typed=round_typed(opened),
        facts={**_facts(it), "status": "open"},
        page=f"show/{it.ref}",
        place=place_of(state, it.room) if ask.proposal or second else None,
    )
    return Accepted((made, event), (), (card,))


# --- The second person ------------------------------------------------------------------------------


@arguments
class FundingRefArgs:
    """What `/funding approve` and `/funding decline` take."""

    ref: str = ROUND


def _asked(state: State, ask: Ask[WithRef]) -> Asked:
    """The round that waits. Raises Refusal."""
    it = round_known(state, ask)
    if isinstance(it, Round) or it.number not in state.funding.asked:
        raise Refusal(
            "not-waiting",
            say("{ref} does not wait for approval.", ref=it.ref),
            word=it.ref,
            instead=say("{show} tells how it stands.", show=Typed(f"show {it.ref}")),
        )
    return it


def approve(state: State, ask: Ask[FundingRefArgs]) -> Accepted:
    """Agree to a round that waits: it is open from now on."""
    it = _asked(state, ask)
    needs = Approval(ask.rules.text("second-eyes-by"))
    waiting = Waiting(_order(ask, it.terms, it.number), it.at, it.by, needs)
    if ask.member is not None:
        check_may_approve(state, ask.rules, ask.member, waiting, it.ref)
    _check_times(ask, it.terms)
    _check_there(state, ask, it.terms)
    second = ask.member.number if ask.member else 0
    opened = _opened(state, ask, it, second)
    told = say("{who} agrees: {ref} is open.", who=by_told(state, second), ref=it.ref)
    return Accepted(opened.events, (), (Reply(told, ref=it.ref), *opened.replies))


def decline(state: State, ask: Ask[WithRef]) -> Accepted:
    """Say no to a round that waits, or take back that one asked for it."""
    it = _asked(state, ask)
    me = ask.member
    if me is not None and me.number != state.members.one(it.by) and not me.may(Role.TREASURER):
        needs = Approval(ask.rules.text("second-eyes-by"))
        waiting = Waiting(_order(ask, it.terms, it.number), it.at, it.by, needs)
        check_may_approve(state, ask.rules, me, waiting, it.ref)
    who = me.shown if me else say("The operator")
    told = say("{who} says no: {ref} is not opened.", who=who, ref=it.ref)
    event = FundingDeclined(number=it.number, by=me.number if me else 0)
    return Accepted((event,), (), (Reply(told, ref=it.ref), *asked_edits(state, it, told)))


def asked_edits(state: State, it: Asked, told: Node) -> tuple[Reply, ...]:
    """The new picture of a round that waits no more."""
    place = place_of(state, it.room)
    if place is None:
        return ()
    body = lines(asked_told(it, by_told(state, it.by)), told)
    return (Reply(body, kind=Kind.EDIT, ref=it.ref, place=place, news=told),)


def lapsed(state: State, it: Asked) -> Accepted:
    """A round whose time was over before anybody agreed."""
    told = say(
        "{ref} was not opened: nobody agreed until {at}.", ref=it.ref, at=time_of(it, it.terms.closes)
    )
    place = place_of(state, it.room)
    replies = (Reply(told, ref=it.ref, place=place),) if place else ()
    return Accepted((FundingDeclined(number=it.number),), (), (*replies, *asked_edits(state, it, told)))
