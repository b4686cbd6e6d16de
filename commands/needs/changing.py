"""Changing what is on the board: another time, other words, more places; or off with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from bot.arguments import OptionType, arguments, flag, takes
from bot.chain import Sealed
from bot.chat import Refusal, Reply
from bot.collective.events import Event, Seal
from bot.collective.needevents import NeedChanged, NeedEnded, NeedTerms, ShiftsMade, reference
from bot.collective.needs import Need
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.language.amounts import Amount
from bot.language.clock import instant, local_day
from bot.language.recurrence import Times, every_told
from bot.text.wording import Node, Say, Typed, Words, lines, say, say_n
from commands.decisions.letters import CancelArgs
from commands.needs.drafts import edited
from commands.needs.lookups import REF, called, check_own, need_queries, open_need, time_line
from commands.needs.needs import (
    check_hours,
    check_time,
    date_behind,
    days_for,
    every_of,
    people,
    renewed,
)
from commands.needs.rhythm import ended, laid_out, made
from commands.needs.taking import some


@arguments
class NeedsEditArgs:
    """What `/needs edit` takes."""

    ref: str = REF
    when: Times | None = takes(
        OptionType.TIMES,
        say("the new time, for example fri 19:00; of a shift also every tuesday 10:00"),
        positional=True,
        default=None,
    )
    every: Times | None = takes(
        OptionType.TIMES, say("of a shift, when it comes from now on, as tuesday 10:00"), default=None
    )
    what: str = takes(OptionType.TEXT, say("the new words"), default="")
    people: str = takes(OptionType.WORD, say("how many people it takes"), default="")
    amount: Amount | None = takes(
        OptionType.AMOUNT, say("how much it is for each of them"), default=None
    )
    coming: bool = flag(say("this date of a shift, and all that come behind it"))


def edit(state: State, ask: Ask[NeedsEditArgs]) -> Accepted:
    """Change one; of a shift this date, or with `--coming` all from it on. Who took it is told."""
    it = open_need(state, ask)
    check_own(state, ask, it)
    if it.over:
        raise Refusal("need-over", say("The time of {ref} is over.", ref=it.ref), word=it.ref)
    times = _times(ask)
    check_time(ask, times.at if times else 0)
    sealed = ask.moment.seal(ask.args.what) if ask.args.what else None
    seal = sealed.seal if sealed else ""
    events: list[Event]
    series = _series(state, ask, it, times)
    if series is None:
        at = times.at if times else it.terms.at
        events = [_changed(ask, it, _terms(ask, it.terms, at), seal)]
    else:
        dates = [
            each
            for each in state.needs.dates(series.number)
            if it.is_series or each.terms.at >= it.terms.at
        ]
        since = 0 if it.is_series else it.terms.at
        events = _all_changed(state, ask, series, dates, times, seal, since)
    events = [each for each in events if _is_change(state, each)]
    if not events:
        raise Refusal(
            "nothing-changed",
            say("That changes nothing in {ref}.", ref=it.ref),
            instead=say("For example: {line}", line=Typed(f"needs edit {it.ref} fri 19:00")),
        )
    return _accepted(state, ask, it, events, sealed)


def _times(ask: Ask[NeedsEditArgs]) -> Times | None:
    """The new time, which is named once. Raises Refusal."""
    when, every = ask.args.when, ask.args.every
    if when is not None and every is not None:
        raise Refusal(
            "need-times",
            say("The time stands in {every} already.", every=Words("--every")),
            word="--every",
        )
    if every is not None:
        every_of(every)
    elif when is not None and when.every:
        every_of(when)
    return every or when


def _series(state: State, ask: Ask[NeedsEditArgs], it: Need, times: Times | None) -> Need | None:
    """The shift that is meant, where it is not one date alone. Raises Refusal."""
    rhythm = times is not None and bool(times.every)
    if it.is_series:
        return it
    series = state.needs.open.get(it.series)
    if series is None and (ask.args.coming or rhythm):
        raise Refusal(
            "not-repeating",
            say("{ref} does not come again.", ref=it.ref),
            word="--coming" if ask.args.coming else it.ref,
        )
    if series is not None and rhythm and not ask.args.coming:
        raise Refusal(
            "which-dates",
            say("How often it comes is the same for all dates of {ref}.", ref=series.ref),
            word=it.ref,
            instead=say(
                "With {coming} it changes from {ref} on; this one alone is moved so: {line}",
                coming=Words("--coming"),
                ref=it.ref,
                line=Typed(f"needs edit {it.ref} fri 19:00"),
            ),
        )
    return series if ask.args.coming else None


def _is_change(state: State, event: Event) -> bool:
    if not isinstance(event, NeedChanged):
        return True
    it = state.needs.open[event.number]
    return bool(event.what) or event.terms != it.terms or event.last not in {0, it.last}


def _is_felt(state: State, event: Event) -> bool:
    """Whether it changes something for who took it: how often it comes again changes nothing of one."""
    if not isinstance(event, NeedChanged):
        return isinstance(event, NeedEnded)
    before = state.needs.open[event.number].terms
    return bool(event.what) or before != renewed(event.terms, every=before.every, zone=before.zone)


def _terms(ask: Ask[NeedsEditArgs], terms: NeedTerms, at: int) -> NeedTerms:
    places = people(ask.args.people) if ask.args.people else terms.places
    return renewed(terms.of(ask.args.amount), at=at, places=places)


def _changed(
    ask: Ask[NeedsEditArgs], it: Need, terms: NeedTerms, seal: Seal, last: int = 0
) -> NeedChanged:
    """One that is otherwise now; nobody loses the place that they took. Raises Refusal."""
    amount = ask.args.amount
    other = amount is not None and (terms.unit, terms.count) != (it.terms.unit, it.terms.count)
    if other and (it.taken or it.done):
        raise Refusal(
            "need-taken",
            say("{ref} was taken as it is; how much it is cannot change any more.", ref=it.ref),
            instead=say("Who does it says how much it was: {line}", line=Typed(f"done {it.ref} 2h")),
        )
    held = sum(e.count for e in it.taken.values()) + sum(e.count for e in it.done)
    if held > terms.places * terms.size:
        raise Refusal(
            "places-taken",
            say("More places than that are taken in {ref} already.", ref=it.ref),
            word=ask.args.people,
        )
    if other or days_for(ask, terms) < days_for(ask, it.terms):
        check_hours(ask, terms, _less_of(ask, held))
    return NeedChanged(number=it.number, terms=terms, what=seal, last=last)


def _less_of(ask: Ask, held: int) -> Say:
    """What may be instead of more than can be done: less of it, while nobody has taken it as it is."""
    if held:
        return say("Name a later time.")
    return say("Less of it: {option}", option=Words(f"--amount {ask.rules.number('daily-cap')}h"))


def _all_changed(
    state: State,
    ask: Ask[NeedsEditArgs],
    series: Need,
    dates: list[Need],
    times: Times | None,
    seal: Seal,
    since: int,
) -> list[Event]:
    """All dates since one (ms), and what is to come; without another time, each stays when it is."""
    if times is None:
        changed = [_changed(ask, each, _terms(ask, each.terms, each.terms.at), seal) for each in dates]
        return [*changed, _changed(ask, series, _terms(ask, series.terms, series.terms.at), seal)]
    terms = renewed(_terms(ask, series.terms, times.at), clock=times.clock)
    if times.every:
        terms = renewed(terms, every=times.every, zone=ask.zone, until=times.until)
        terms = renewed(terms, at=_begins(terms, since))
    until = ask.moment.at + ask.rules.number("shifts-ahead") * 60_000
    laid = laid_out(dates, series.terms, terms, until)
    moved = (
        (each, renewed(_terms(ask, each.terms, at), every=terms.every, zone=terms.zone))
        for each, at in laid.kept
    )
    return [
        *(_changed(ask, each, now, seal) for each, now in moved),
        _changed(ask, series, terms, seal, laid.last),
        *ended(laid.gone),
        *made(state, series, terms, laid.new),
    ]


def _begins(terms: NeedTerms, since: int) -> int:
    """When a new rhythm begins: not before the day of the first date (ms) that it changes."""
    day = local_day(dt.datetime.fromtimestamp(since / 1000, dt.UTC), terms.zone)
    midnight = int(instant(day, dt.time(), terms.zone).timestamp() * 1000)
    return terms.at if terms.at >= midnight else date_behind(terms, midnight - 1)


def _accepted(
    state: State, ask: Ask[NeedsEditArgs], it: Need, events: list[Event], sealed: Sealed | None
) -> Accepted:
    texts: Mapping[Seal, str] = {sealed.seal: sealed.text} if sealed else {}
    what = sealed.text if sealed else called(ask, it).text
    told = lines(
        say("{who} changed {ref}: {what}", who=ask.me.shown, ref=it.ref, what=what),
        *_changes_told(state, it, events),
    )
    board = state.needs.open
    felt = (e for e in events if isinstance(e, NeedChanged | NeedEnded) and _is_felt(state, e))
    touched = [board[each.number] for each in felt]
    others = tuple(
        Reply(told, to=each, ref=it.ref) for each in _takers(state, touched) if each != ask.me.number
    )
    edits = edited(state, ask, it, events, texts)
    return Accepted(
        tuple(events), (sealed,) if sealed else (), (Reply(told, ref=it.ref), *others, *edits)
    )


def _changes_told(state: State, it: Need, events: list[Event]) -> Iterator[Node | None]:
    """When it is now, how often, and how many dates that changes."""
    series = state.needs.open.get(it.series, it)
    changed = {
        each.number: each.terms
        for each in events
        if isinstance(each, NeedChanged) and (each.number == series.number or _is_felt(state, each))
    }
    for number, terms in [*changed.items()][:1]:
        yield time_line(replace(state.needs.open[number], terms=terms))
    now = changed.pop(series.number, series.terms)
    if now.every != series.terms.every:
        yield every_told(now.every)
    count = len(changed)
    if count and len(events) > 1:
        yield say_n("{count} date is changed.", "{count} dates are changed.", count)
    gone = [reference(each.number) for each in events if isinstance(each, NeedEnded)]
    if gone:
        yield say("Off the board: {refs}", refs=some(gone))
    new = sum(len(each.at) for each in events if isinstance(each, ShiftsMade))
    if new:
        yield say_n("{count} date is new.", "{count} dates are new.", new)


def _takers(state: State, needs: Iterable[Need]) -> list[int]:
    """Who has taken any of these, each person once."""
    one = state.members.one
    people = dict.fromkeys(one(number) for it in needs for number in it.taken)
    return [number for number in people if state.members.member(number).here]


def cancel(state: State, ask: Ask[CancelArgs]) -> Accepted:
    """Take one off the board; of what repeats, all dates that are to come. Who took it is told."""
    it = open_need(state, ask)
    check_own(state, ask, it)
    dates = state.needs.dates(it.number) if it.is_series else []
    gone = [*(each for each in dates if each.terms.at > ask.moment.at), it]
    reason = ask.moment.seal(ask.args.reason) if ask.args.reason else None
    seal = reason.seal if reason else ""
    events: tuple[Event, ...] = tuple(NeedEnded(number=each.number, reason=seal) for each in gone)
    what: Node = called(ask, it)
    who = ask.member.shown if ask.member else say("The operator")
    told = lines(
        say("{who} takes {ref} off the board: {what}", who=who, ref=it.ref, what=what),
        say("Because: {reason}", reason=ask.args.reason) if reason else None,
    )
    me = ask.member.number if ask.member else 0
    others = tuple(Reply(told, to=each, ref=it.ref) for each in _takers(state, gone) if each != me)
    edits = edited(state, ask, it, events)
    return Accepted(events, (reason,) if reason else (), (Reply(told, ref=it.ref), *others, *edits))


COMMANDS = (
    Command(
        name="needs edit",
        about=say("change your need or offer; of a shift one date, or all that come"),
        also=say("edit need, edit offer, reschedule, move shift"),
        decide=edit,
        wants=need_queries,
        args=NeedsEditArgs,
        examples=(
            "needs edit N5 fri 19:00",
            "needs edit N5 --people 3 --coming",
            'needs edit N5 --every "tuesday 10:00"',
            'needs edit N5 --what "water all beds"',
        ),
    ),
)
