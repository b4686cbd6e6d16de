"""What recurs, looked at: all that does, and one with what was asked for on which day."""

from __future__ import annotations

from collections.abc import Iterator

from bot.arguments import WithRef
from bot.chat import Refusal, Reply
from bot.collective.recurring import (
    Recurring,
    RecurringCame,
    RecurringChanged,
    RecurringEnded,
    RecurringPaused,
    RecurringResumed,
    RecurringSet,
)
from bot.collective.state import State
from bot.collective.treasury import reference as transfer_ref
from bot.command import Suggestion
from bot.decision import About, Accepted, Ask, Query
from bot.feature import Found
from bot.language.sums import shown
from bot.text.wording import Day, Node, Time, Typed, items, joined, lines, say
from commands.decisions.headings import headed
from commands.ledger.money import by_told
from commands.ledger.recurringpage import facts_of, line_told

LETTER = "S"


def bill_named(state: State, ref: str, *, running: bool = False) -> Recurring:
    """The recurring bill that was named; with `running` one that did not end. Raises Refusal."""
    number = int(ref[1:]) if ref[:1] == LETTER else 0
    it = state.recurring.by_number.get(number)
    if it is None or (running and it.ended):
        told = (
            say("{ref} is over.", ref=ref) if it else say("There is no recurring bill {ref}.", ref=ref)
        )
        raise Refusal(
            "reference-unknown",
            told,
            word=ref,
            instead=say("{list} lists what recurs.", list=Typed("recurring list")),
        )
    return it


def list_queries(state: State, ask: Ask) -> tuple[Query, ...]:
    """The words of what recurs."""
    return tuple(About(it.ref) for it in state.recurring.running)


def list_(state: State, ask: Ask) -> Accepted:
    """What recurs, and when it comes next."""
    found = state.recurring.running
    facts = {"recurring": [facts_of(it) for it in found]}
    if not found:
        nothing = say(
            "Nothing recurs here. A treasurer sets it: {line}",
            line=Typed('recurring 45 EUR hosting --every "month on the 1st"'),
        )
        return Accepted(replies=(Reply(nothing, facts=facts, page="recurring"),))
    body = items(line_told(it, ask.text(it.what)) for it in found)
    return Accepted(replies=(Reply(body, facts=facts, page="recurring"),))


def show(state: State, ask: Ask[WithRef]) -> Accepted:
    """One of them, with what was asked for on which day."""
    it = bill_named(state, ask.args.ref)
    body = lines(line_told(it, ask.text(it.what)), items(_life(state, ask, it)))
    return Accepted(replies=(Reply(body, ref=it.ref, facts=facts_of(it)),))


def recurring_headed(state: State, ask: Ask[WithRef]) -> Node:
    """What heads one of them: what it is for, else how much it is."""
    it = bill_named(state, ask.args.ref)
    amount = shown(it.terms.unit, it.terms.count)
    return headed(say("Recurring bill {ref}", ref=it.ref), ask.text(it.what), amount)


LIFE_MAX = 12
"""How many steps of one are told: a year of months."""


def _life(state: State, ask: Ask[WithRef], it: Recurring) -> Iterator[Node]:
    found = ask.found.get(About(it.ref), ())
    told = [
        _step_told(state, ask, entry.at, event)
        for entry, event in found
        if isinstance(
            event,
            RecurringSet
            | RecurringChanged
            | RecurringCame
            | RecurringPaused
            | RecurringResumed
            | RecurringEnded,
        )
    ]
    yield from told[:1]
    if len(told) > LIFE_MAX:
        yield say("and {count} more", count=len(told) - LIFE_MAX)
    yield from told[1:][-(LIFE_MAX - 1) :]


def _step_told(state: State, ask: Ask[WithRef], at: int, event: object) -> Node:
    when, who = Time(at), by_told(state, getattr(event, "by", 0))
    match event:
        case RecurringCame():
            told = say("{day}: {ref}", day=Day(event.day), ref=transfer_ref(event.transfer))
            missed = joined(map(Day, event.missed))
            return say("{told}; missed: {days}", told=told, days=missed) if event.missed else told
        case RecurringSet():
            return say("{at}: set by {who}", at=when, who=who)
        case RecurringChanged():
            return say("{at}: changed by {who}", at=when, who=who)
        case RecurringPaused():
            return say("{at}: paused by {who}", at=when, who=who)
        case RecurringResumed():
            return say("{at}: resumed by {who}", at=when, who=who)
        case _:
            assert isinstance(event, RecurringEnded)
            why = ask.text(event.reason)
            told = say("{at}: ended by {who}", at=when, who=who)
            return say("{told}: {reason}", told=told, reason=why) if why else told


def suggested(state: State) -> Found:
    """What recurs, by its short name."""
    for it in state.recurring.running:
        label = say("{ref}: {amount}", ref=it.ref, amount=shown(it.terms.unit, it.terms.count))
        yield it.ref, Suggestion(it.ref, label)


def inside(state: State, ask: Ask[WithRef]) -> bool:
    """What it is for members alone read, until it is paid."""
    return True
