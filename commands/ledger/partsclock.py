"""Parts of shared expenses by the clock: who has not answered is reminded once, in private.

Nobody is reminded of what was answered or taken back, in the quiet hours, or more often than they want.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.chat import Kind, Place, Reply
from bot.collective.rules import Rules
from bot.collective.sharedexpenses import Asked, ExpenseShared, PartsReminded
from bot.collective.state import State
from bot.collective.treasury import reference
from bot.deciding.deadlines import after_quiet
from bot.deciding.terms import Timing, read_quiet
from bot.decision import About, Accepted, Ask, Clockwork, Due, Query, RulesAt
from bot.text.wording import lines
from commands.decisions.lookups import rules_at
from commands.decisions.reminding import remindable, why_told
from commands.ledger.sharedcards import asked_of, buttons, steps_of

_MINUTE_MS = 60_000


def _coming(state: State, rules: Rules) -> Iterator[tuple[int, int]]:
    """When (ms) the next reminders come, and of which shared expense."""
    wait = rules.number("parts-reminder") * _MINUTE_MS
    if not wait:
        return
    timing = Timing(quiet=read_quiet(rules.text("quiet-hours")), zone=rules.text("zone"))
    for number, it in state.sharedexpenses.asked.items():
        if not it.reminded:
            yield after_quiet(it.at + wait, timing), number


def _due(state: State, rules: RulesAt) -> int | None:
    return min((at for at, _ in _coming(state, rules(Place("", "")))), default=None)


def _first(state: State, ask: Ask[Due]) -> Asked:
    _, number = min(_coming(state, rules_at(state, ask)(Place("", ""))))
    return state.sharedexpenses.asked[number]


def _wants(state: State, ask: Ask[Due]) -> tuple[Query, ...]:
    return (About(reference(_first(state, ask).event.number)),)


def _happen(state: State, ask: Ask[Due]) -> Accepted:
    """Remind whoever has not answered, and may be reminded."""
    asked = _first(state, ask)
    it, one = asked.event, state.members.one
    ref, payer = reference(it.number), one(it.payer)
    parts = {one(each.member): each for each in it.borne if each.member in asked.left}
    people = (each for each in parts if each != payer)
    told_to = remindable(state, people, ask.rules, ask.moment.at)
    what = next(ask.text(e.what) for _, e in steps_of(ask, ref) if isinstance(e, ExpenseShared))
    replies = tuple(
        Reply(
            lines(asked_of(state, it, what, parts[each]), why_told("parts-reminder")),
            kind=Kind.REMINDER,
            to=each,
            ref=ref,
            buttons=buttons(ref),
        )
        for each in told_to
    )
    return Accepted((PartsReminded(number=it.number, members=tuple(told_to)),), (), replies)


CLOCKWORK = Clockwork("parts", _due, _happen, _wants)
