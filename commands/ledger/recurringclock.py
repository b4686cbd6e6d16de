"""Recurring bills by the clock: what is due waits for one press of a treasurer.

Or it is carried out by itself, where the rule `recurring` says so and nothing asks for a second person.
What was due while nobody could be told is not asked for in a row: the last day alone, and the others
are named, so that a bot that comes back does not pay for a year at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import msgspec

from bot.chat import Button, Kind, Refusal, Reply
from bot.chat import Place as Room
from bot.collective.guards import is_closed
from bot.collective.moneyguards import check_leaving, let_out_alone, needs_second
from bot.collective.recurring import Recurring, RecurringBills, RecurringCame, RecurringTerms
from bot.collective.roles import Role
from bot.collective.state import State
from bot.collective.treasury import (
    Approval,
    Flow,
    Order,
    TransferAsked,
    TransferMade,
    postings_of,
    reference,
)
from bot.decision import About, Accepted, Ask, Clockwork, Due, Query, RulesAt
from bot.language.clock import local_day
from bot.language.repeating import next_of
from bot.text.wording import Day, Node, Typed, joined, lines, say
from commands.decisions.cards import place_of
from commands.decisions.lookups import home_of, rules_at
from commands.ledger.budgeting import budgets_told, over_budgets, over_told, told_elsewhere
from commands.ledger.budgetlive import cards_after
from commands.ledger.money import check_covered, order_facts, order_told

ERASED = "…"
"""What stands where a text was erased."""

MISSED_TOLD = 4
"""How many missed days are told, the last ones: what fits a line."""

ITSELF = "itself"
"""The value of the rule `recurring` by which nobody needs to press."""


def day_of(at: int, zone: str) -> str:
    """The day (ISO) that it is at an instant (ms) by the clocks of a zone."""
    return local_day(dt.datetime.fromtimestamp(at / 1000, dt.UTC), zone).isoformat()


def next_behind(terms: RecurringTerms, after: int, last: str = "") -> int:
    """When it comes behind an instant (ms), on a day behind the `last` (ISO); 0 where it is over."""
    at = terms.first
    if at <= after or day_of(at, terms.zone) <= last:
        at = next_of(terms.first, terms.every, terms.zone, after, terms.clock)
        while day_of(at, terms.zone) <= last:
            at = next_of(terms.first, terms.every, terms.zone, at, terms.clock)
    return 0 if terms.until and at > terms.until else at


def _days_due(it: Recurring, now: int) -> list[int]:
    """All the instants (ms) at which it was due by now, the first before; at least the next one."""
    found = [it.next]
    while (at := next_behind(it.terms, found[-1])) and at <= now:
        found.append(at)
    return found


def _place(state: State, it: Recurring) -> Room:
    """Where its cards stand."""
    return next(iter(place_of(state, it.room)), home_of(state))


def _due(state: State, rules: RulesAt) -> int | None:
    it = state.recurring.due()
    return it.next if it else None


def _first(bills: RecurringBills) -> Recurring:
    it = bills.due()
    assert it is not None, "nothing is due where nothing recurs"
    return it


def _wants(state: State, ask: Ask[Due]) -> tuple[Query, ...]:
    return (About(_first(state.recurring).ref),)


def _happen(state: State, ask: Ask[Due]) -> Accepted:
    """Ask for what is due, or carry it out; it counts for its day, once."""
    it = _first(state.recurring)
    place = _place(state, it)
    ask = replace(ask, rules=rules_at(state, ask)(place), place=place)
    days = _days_due(it, ask.moment.at)
    missed = tuple(day_of(at, it.terms.zone) for at in days[:-1])
    order = _order(state, ask, it, day_of(days[-1], it.terms.zone))
    came = RecurringCame(
        number=it.number,
        day=day_of(days[-1], it.terms.zone),
        transfer=state.treasury.count + 1,
        next=next_behind(it.terms, days[-1]),
        missed=missed,
    )
    words = ask.text(it.what)
    decided = _moved(state, ask, it, order, "" if words == ERASED else words, _missed_told(it, missed))
    replies = tuple(
        msgspec.structs.replace(each, place=each.place or place) for each in decided.replies
    )
    return Accepted((*decided.events, came), decided.texts, replies)


def _order(state: State, ask: Ask[Due], it: Recurring, day: str) -> Order:
    """What is paid: for its day, or today where the books of that are closed."""
    terms = it.terms
    closed = is_closed(dt.date.fromisoformat(day), ask.rules)
    return Order(
        Flow.EXPENSE,
        terms.unit,
        terms.count,
        day_of(ask.moment.at, terms.zone) if closed else day,
        kind=terms.kind,
        fund=terms.fund,
        circle=terms.circle if terms.circle in state.circles.by_name else "",
        recurring=it.number,
    )


def _moved(
    state: State, ask: Ask[Due], it: Recurring, order: Order, what: str, missed: Node | None
) -> Accepted:
    """It is carried out where nobody is asked; else it waits on a card for a treasurer."""
    number, sealed = state.treasury.count + 1, ask.moment.seal(what) if what else None
    seal, texts = (sealed.seal, (sealed,)) if sealed else ("", ())
    ref, told = reference(number), order_told(state, reference(number), order, what)
    why = None if ask.rules.text("recurring") == ITSELF else _NO_REASON
    if why is None:
        why = _asks_somebody(state, ask, it, order)
    if why is None:
        made = TransferMade(
            number=number,
            order=order,
            what=seal,
            by=it.by,
            proposal=it.proposal,
            postings=postings_of(order),
        )
        body = lines(told, say("It recurs ({ref}).", ref=it.ref), budgets_told(state, order), missed)
        reply = Reply(body, ref=ref, facts=order_facts(order))
        shown = cards_after(state, ask, order, spent=order.count)
        return Accepted((made,), texts, (reply, *told_elsewhere(state, ask, order), *shown))
    asked = TransferAsked(
        number=number,
        order=order,
        needs=Approval.TREASURER,
        what=seal,
        by=it.by,
        proposal=it.proposal,
        room=_room(state, it),
    )
    card = Reply(
        lines(
            told,
            say("It recurs ({ref}), and waits for a treasurer.", ref=it.ref),
            *_alike_told(state, order),
            why if why is not _NO_REASON else None,
            over_told(over_budgets(state, ask, order), order),
            missed,
        ),
        kind=Kind.CARD,
        ref=ref,
        buttons=(
            Button(say("Approve"), f"approve {ref}"),
            Button(say("Decline"), f"decline {ref}"),
        ),
        facts={**order_facts(order), "status": "waiting"},
        typed=say(
            "{approve} agrees, {decline} says no.",
            approve=Typed(f"approve {ref}"),
            decline=Typed(f"decline {ref}"),
        ),
    )
    return Accepted((asked,), texts, (card, *cards_after(state, ask, order, asked=order.count)))


_NO_REASON: Node = say("It recurs.")
"""That a treasurer presses is the rule; it needs no reason."""


def _asks_somebody(state: State, ask: Ask[Due], it: Recurring, order: Order) -> Node | None:
    """Why it is not carried out by itself; None where nothing stands against it."""
    by = state.members.member(it.by) if it.by else None
    if by is not None and not (by.here and by.may(Role.TREASURER)):
        return say("Whoever set it is no treasurer any more.")
    before = let_out_alone(state, by, ask.moment.at, order)
    if needs_second(ask.rules, order, leaves=True, gains=False, before=before):
        return say("It is much: a second person has to agree.")
    if over_budgets(state, ask, order):
        return say("It is not carried out by itself beyond a budget.")
    try:
        check_covered(state, ask, postings_of(order))
        check_leaving(state, ask.rules, ask.moment.at, order, leaves=True)
    except Refusal as wrong:
        return wrong.reason
    return None


def _room(state: State, it: Recurring) -> int:
    room = state.rooms.by_place.get(_place(state, it))
    return room.number if room else 0


def _alike_told(state: State, order: Order) -> Iterator[Node]:
    """What was entered by hand for the same day, and may be this."""
    for number, (_, other) in state.treasury.lately.items():
        same = (other.flow, other.unit, other.count, other.day, other.own)
        if same == (order.flow, order.unit, order.count, order.day, False):
            yield say(
                "{ref} is as much, on the same day; if it is this, decline it.", ref=reference(number)
            )


def _missed_told(it: Recurring, missed: tuple[str, ...]) -> Node | None:
    """For which days nothing was asked for."""
    if not missed:
        return None
    more = len(missed) - MISSED_TOLD
    days: Node = joined(map(Day, missed[-MISSED_TOLD:]))
    return say(
        "It was due before, too, when nobody could be told: {days}. What was paid then, enter: {line}",
        days=say("{days}, and {count} before", count=more, days=days) if more > 0 else days,
        line=Typed(f"expense … --paid treasury --on {missed[-1]}"),
    )


CLOCKWORK = Clockwork("recurring", _due, _happen, _wants)
