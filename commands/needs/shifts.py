"""What happens to needs by the clock: dates are made, who took something is reminded and then asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from bot.chat import Button, Kind, Place, Reply
from bot.collective.needevents import NeedCalled, NeedEnded, NeedOver, NeedReminded
from bot.collective.needs import Need
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.deciding.deadlines import after_quiet
from bot.deciding.terms import Timing, read_quiet
from bot.decision import Accepted, Ask, Clockwork, Due, Query, RulesAt
from bot.text.wording import Node, Time, Typed, lines, say
from commands.decisions.lookups import rules_at
from commands.decisions.reminding import why_told
from commands.needs.cards import done_button
from commands.needs.drafts import edited
from commands.needs.lookups import called, doer, place_of, words_queries
from commands.needs.needs import coming_dates
from commands.needs.rhythm import made
from commands.needs.taking import open_told

KEPT_MS: Final = 31 * 86_400_000
"""How long what is over waits for who took it to say what became of it."""

_MINUTE_MS: Final = 60_000

Happens = Callable[[State, Ask[Due], Need], Accepted]


@dataclass(frozen=True, slots=True)
class _Coming:
    """What is due of a need, and when (ms)."""

    at: int
    number: int
    happens: Happens


def _coming(state: State, rules_of: RulesAt) -> Iterator[_Coming]:
    for it in state.needs.open.values():
        rules = rules_of(place_of(state, it) or Place("", ""))
        yield from _of_series(it, rules) if it.is_series else _of_one(it, rules)


def _of_series(it: Need, rules: Rules) -> Iterator[_Coming]:
    dates = coming_dates(it.terms, it.last, it.last + 800 * 86_400_000)[:1]
    for at in dates:
        yield _Coming(at - rules.number("shifts-ahead") * _MINUTE_MS, it.number, _make)


def _of_one(it: Need, rules: Rules) -> Iterator[_Coming]:
    if it.over:
        yield _Coming(it.over + KEPT_MS, it.number, _lapse)
        return
    if not it.terms.at:
        return
    yield _Coming(it.ends_at, it.number, _pass)
    calls_at = _quietly(it, rules, "open-places")
    if not it.called and not it.terms.offer and it.free > 0 and calls_at > it.posted_at:
        yield _Coming(calls_at, it.number, _call)
    reminds_at = _quietly(it, rules, "shift-reminder")
    if any(not held.reminded and held.at < reminds_at for held in it.taken.values()):
        yield _Coming(reminds_at, it.number, _remind)


def _quietly(it: Need, rules: Rules, rule: str) -> int:
    """So long before it as a rule says; not in the quiet hours, unless it is too late behind them."""
    at = it.terms.at - rules.number(rule) * _MINUTE_MS
    later = after_quiet(
        at, Timing(quiet=read_quiet(rules.text("quiet-hours")), zone=rules.text("zone"))
    )
    return later if later < it.terms.at else at


def _due(state: State, rules: RulesAt) -> int | None:
    return min((each.at for each in _coming(state, rules)), default=None)


def _first(state: State, ask: Ask) -> _Coming:
    return min(_coming(state, rules_at(state, ask)), key=lambda each: (each.at, each.number))


def _wants(state: State, ask: Ask[Due]) -> tuple[Query, ...]:
    return words_queries([state.needs.open[_first(state, ask).number]])


def _happen(state: State, ask: Ask[Due]) -> Accepted:
    """What is due first."""
    first = _first(state, ask)
    return first.happens(state, ask, state.needs.open[first.number])


def _make(state: State, ask: Ask[Due], it: Need) -> Accepted:
    """The next dates of a shift; who takes all of them has theirs at once."""
    place = place_of(state, it)
    rules = rules_at(state, ask)(place) if place else ask.rules
    until = max(ask.moment.at, ask.args.due) + rules.number("shifts-ahead") * _MINUTE_MS
    dates = coming_dates(it.terms, it.last, until)
    events = made(state, it, it.terms, dates)
    return Accepted(tuple(events), (), edited(state, ask, it, events))


def _remind(state: State, ask: Ask[Due], it: Need) -> Accepted:
    """Whoever has taken it is reminded, once."""
    numbers = tuple(each for each, held in it.taken.items() if not held.reminded)
    told = lines(
        say(
            "You took {ref}, {at}: {what}",
            ref=it.ref,
            at=Time(it.terms.at, it.terms.zone),
            what=called(ask, it),
        ),
        say(
            "{drop} gives it back, {swap} offers it to somebody.",
            drop=Typed(f"drop {it.ref}"),
            swap=Typed(f"swap {it.ref} @…"),
        ),
        why_told("shift-reminder"),
    )
    late = ask.moment.at >= it.terms.at
    people = [] if late else _reachable(state, (doer(state, it, each) for each in numbers))
    buttons = (Button(say("Give back"), f"drop {it.ref}"),) if not it.terms.offer else ()
    replies = tuple(
        Reply(told, kind=Kind.REMINDER, to=each, ref=it.ref, buttons=buttons) for each in people
    )
    return Accepted((NeedReminded(number=it.number, members=numbers),), (), replies)


def _reachable(state: State, numbers: Iterator[int]) -> list[int]:
    """Those who are here and want to be told anything, each once."""
    refused = {state.members.one(number) for number in state.reminders.refused}
    people = dict.fromkeys(numbers)
    members = [state.members.member(each) for each in people if each not in refused]
    return [each.number for each in members if each.here and not each.unreached]


def _call(state: State, ask: Ask[Due], it: Need) -> Accepted:
    """The room is told once that somebody is still wanted; nobody is told in private."""
    place = place_of(state, it)
    tells = place is not None and ask.moment.at < it.terms.at
    buttons = (Button(say("Take"), f"take {it.ref}"),)
    told: Node = open_told(ask, it)
    reply = Reply(told, kind=Kind.REMINDER, place=place, ref=it.ref, buttons=buttons)
    return Accepted((NeedCalled(number=it.number),), (), (reply,) if tells else ())


def _pass(state: State, ask: Ask[Due], it: Need) -> Accepted:
    """Its time is over: who took it is asked once what became of it."""
    event = NeedOver(number=it.number)
    told = lines(
        say("{ref} is over: {what}. What became of it?", ref=it.ref, what=called(ask, it)),
        say(
            "{done} if you did it, {part} if you did a part, {drop} if you could not come.",
            done=Typed(f"done {it.ref}" if it.terms.count else f"done {it.ref} 2h"),
            part=Typed(f"done {it.ref} 1h"),
            drop=Typed(f"drop {it.ref}"),
        ),
    )
    buttons = (
        done_button(it),
        Button(say("In part"), f"done {it.ref}", asks=say("How much was it, for example 2h?")),
        Button(say("Could not come"), f"drop {it.ref}"),
    )
    people = _reachable(state, (doer(state, it, each) for each in it.taken))
    replies = tuple(Reply(told, kind=Kind.REMINDER, to=n, ref=it.ref, buttons=buttons) for n in people)
    return Accepted((event,), (), (*replies, *edited(state, ask, it, [event])))


def _lapse(state: State, ask: Ask[Due], it: Need) -> Accepted:
    """Nobody said what became of it, for long: it is off the board, and nothing was logged."""
    event = NeedEnded(number=it.number)
    return Accepted((event,), (), edited(state, ask, it, [event]))


CLOCKWORK = Clockwork("needs", _due, _happen, _wants)
