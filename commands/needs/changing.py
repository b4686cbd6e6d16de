"""Changing what is on the board: another time, other words, more places; or off with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.arguments import OptionType, arguments, flag, takes
from bot.chain import Sealed
from bot.chat import Refusal, Reply
from bot.collective.events import Event, Seal
from bot.collective.needs import Need, NeedChanged, NeedEnded, NeedTerms
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.language.amounts import Amount
from bot.language.repeating import next_of
from bot.text.wording import Node, Typed, lines, say, say_n
from commands.decisions.lookups import CancelArgs, instant_of
from commands.needs.drafts import edited
from commands.needs.lookups import REF, called, check_own, need_queries, open_need, time_line
from commands.needs.needs import check_time, people, renewed


@arguments
class NeedsEditArgs:
    """What `/needs edit` takes."""

    ref: str = REF
    when: dt.datetime | None = takes(
        OptionType.WHEN, say("the new time"), positional=True, default=None
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
    args, series = ask.args, state.needs.open.get(it.series)
    if args.coming and series is None and not it.is_series:
        raise Refusal("not-repeating", say("{ref} does not come again.", ref=it.ref), word="--coming")
    if it.is_series:
        first = next(iter(state.needs.dates(it.number)), None)
        dates = state.needs.dates(it.number)
        series, at = it, first.terms.at if first else it.terms.at
    else:
        dates = [d for d in state.needs.dates(it.series) if args.coming and d.terms.at >= it.terms.at]
        at = it.terms.at
    series = series if args.coming or it.is_series else None
    when = instant_of(args.when)
    check_time(ask, when or 0)
    sealed = ask.moment.seal(args.what) if args.what else None
    seal = sealed.seal if sealed else ""
    if series is None:
        events = [_changed(ask, it, _terms(ask, it.terms, when or at), seal)]
    else:
        events = _all_changed(ask, series, dates, when or at, seal)
    if all(not each.what and each.terms == state.needs.open[each.number].terms for each in events):
        raise Refusal(
            "nothing-changed",
            say("That changes nothing in {ref}.", ref=it.ref),
            instead=say("For example: {line}", line=Typed(f"needs edit {it.ref} fri 19:00")),
        )
    return _accepted(state, ask, it, events, sealed)


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
    return NeedChanged(number=it.number, terms=terms, what=seal, last=last)


def _all_changed(
    ask: Ask[NeedsEditArgs], series: Need, dates: list[Need], first: int, seal: Seal
) -> list[NeedChanged]:
    """All dates from one on, each at the next repetition of the new time; and what is to come."""
    terms, at = renewed(series.terms, at=first), first
    events: list[NeedChanged] = []
    for each in dates:
        events.append(_changed(ask, each, _terms(ask, each.terms, at), seal))
        last, at = at, next_of(terms.at, terms.every, terms.zone, at)
    if not dates:
        last = series.last
    events.append(_changed(ask, series, _terms(ask, series.terms, first), seal, last))
    return events


def _accepted(
    state: State, ask: Ask[NeedsEditArgs], it: Need, events: list[NeedChanged], sealed: Sealed | None
) -> Accepted:
    texts: Mapping[Seal, str] = {sealed.seal: sealed.text} if sealed else {}
    what = sealed.text if sealed else called(ask, it).text
    now = events[0].terms
    told = lines(
        say("{who} changed {ref}: {what}", who=ask.me.shown, ref=it.ref, what=what),
        time_line(replace(it, terms=now)),
        say_n("{count} date is changed.", "{count} dates are changed.", len(events) - 1)
        if len(events) > 1
        else None,
    )
    takers = _takers(state, (state.needs.open[each.number] for each in events))
    others = tuple(Reply(told, to=each, ref=it.ref) for each in takers if each != ask.me.number)
    edits = edited(state, ask, it, events, texts)
    return Accepted(
        tuple(events), (sealed,) if sealed else (), (Reply(told, ref=it.ref), *others, *edits)
    )


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
            'needs edit N5 --what "water all beds"',
        ),
    ),
)
