"""Timers: `/timer start` measures work, `/timer stop` logs it through the same guards as `/log`."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.arguments import OptionType, arguments, takes
from bot.chat import Refusal, Reply
from bot.collective.contributions import USUAL_KIND
from bot.collective.guards import kind_for
from bot.collective.members import Member
from bot.collective.state import State
from bot.collective.timers import (
    Timer,
    TimerStarted,
    TimerStopped,
    about_timer,
    minutes_between,
)
from bot.command import Command
from bot.decision import About, Accepted, Ask, Query
from bot.feature import Feature
from bot.language.amounts import Amount
from bot.language.clock import local_day
from bot.language.units import UnitClass, unit_of
from bot.text.wording import Quantity, Time, Typed, say
from commands.contributions.contributions import LogArgs, day_queries, log
from commands.decisions.lookups import circle_for


def _none() -> Refusal:
    return Refusal(
        "timer-none",
        say("You have no timer running."),
        instead=say("{start} begins one.", start=Typed("timer start …")),
    )


def _timer(state: State, me: Member) -> tuple[int, Timer | None]:
    """A member's running timer, and the number it was begun under."""
    numbers = state.members.numbers(me.number)
    number = next((each for each in numbers if each in state.timers.running), me.number)
    return number, state.timers.running.get(number)


@arguments
class TimerStartArgs:
    """What `/timer start` takes."""

    what: str = takes(OptionType.TEXT, say("what you are doing"), positional=True)
    kind: str = takes(OptionType.KIND, say("the kind of contribution, as #care"), default="")
    circle: str = takes(OptionType.CIRCLE, say("the circle it is for, as :garden"), default="")


def start(state: State, ask: Ask[TimerStartArgs]) -> Accepted:
    """Begin to measure; one timer a person."""
    me = ask.me
    _, running = _timer(state, me)
    if running is not None:
        raise Refusal(
            "timer-running",
            say("Your timer has been running since {at}.", at=Time(running.since)),
            instead=say(
                "{stop} logs it, {cancel} forgets it.",
                stop=Typed("timer stop"),
                cancel=Typed("timer cancel"),
            ),
        )
    if ask.args.kind:
        kind_for(state.contributions, ask.rules, me, UnitClass.TIME, ask.args.kind)
    what = ask.moment.seal(ask.args.what)
    event = TimerStarted(
        member=me.number,
        what=what.seal,
        kind=ask.args.kind,
        circle=circle_for(state, ask),
    )
    told = say(
        "{who}'s timer runs: {what}. {stop} logs it.",
        who=me.shown,
        what=ask.args.what,
        stop=Typed("timer stop"),
    )
    return Accepted((event,), (what,), (Reply(told),))


@arguments
class TimerStopArgs:
    """What `/timer stop` takes."""

    amount: Amount | None = takes(
        OptionType.AMOUNT, say("another amount than the measured"), positional=True, default=None
    )


def stop(state: State, ask: Ask[TimerStopArgs]) -> Accepted:
    """Log what was measured (or the amount given instead), on the day the timer was started."""
    number, timer = _timer(state, ask.me)
    if timer is None:
        raise _none()
    unit = unit_of("h")
    measured = Amount(minutes_between(timer.since, ask.moment.at), unit)
    entry = LogArgs(
        amount=ask.args.amount or measured,
        what=_what(ask, timer),
        kind=timer.kind or USUAL_KIND[UnitClass.TIME],
        circle=timer.circle,
        on=_day(timer, ask.zone),
    )
    try:
        logged = log(state, ask.with_args(entry))
    except Refusal as wrong:
        raise _runs_on(wrong) from wrong
    event = TimerStopped(member=number, number=state.contributions.count + 1)
    return replace(logged, events=(event, *logged.events))


def _runs_on(refused: Refusal) -> Refusal:
    """A refused entry keeps the timer: say how to log another amount, or none."""
    hint = say(
        "The timer runs on: {stop} logs another amount, {cancel} none.",
        stop=Typed("timer stop 2h"),
        cancel=Typed("timer cancel"),
    )
    return refused.but(instead=hint)


def cancel(state: State, ask: Ask) -> Accepted:
    """Forget the measurement."""
    number, timer = _timer(state, ask.me)
    if timer is None:
        raise _none()
    event = TimerStopped(member=number)
    told = say("{who}'s timer is cancelled; nothing was logged.", who=ask.me.shown)
    return Accepted((event,), (), (Reply(told),))


def status(state: State, ask: Ask) -> Accepted:
    """How long the timer has been running, and for what."""
    _, timer = _timer(state, ask.me)
    if timer is None:
        raise _none()
    told = say(
        "{what}: {time} since {at}.",
        what=_what(ask, timer),
        time=Quantity(minutes_between(timer.since, ask.moment.at), "h", 60),
        at=Time(timer.since),
    )
    return Accepted(replies=(Reply(told, private=True),))


def _what(ask: Ask, timer: Timer) -> str:
    return ask.text(timer.what)


def _day(timer: Timer, zone: str) -> dt.date:
    return local_day(dt.datetime.fromtimestamp(timer.since / 1000, tz=dt.UTC), zone)


def _wants(state: State, ask: Ask) -> tuple[Query, ...]:
    """The words of the timer stand in the journal; and a day of long ago does, for the guards."""
    number, timer = _timer(state, ask.me)
    if timer is None:
        return ()
    day = _day(timer, ask.zone).isoformat()
    return (
        About(about_timer(number), newest=1),
        *day_queries(state, ask.me.number, day, ask),
    )


COMMANDS = (
    Command(
        name="timer start",
        about=say("begin to measure your work"),
        also=say(
            "start timer, clock in, begin work, start clock, start working, i start now, starting now"
        ),
        decide=start,
        args=TimerStartArgs,
        examples=("timer start repairing the oven",),
    ),
    Command(
        name="timer stop",
        about=say("stop measuring, and log it"),
        also=say("clock out, stop timer, stop clock, stop working, i'm done working"),
        decide=stop,
        wants=_wants,
        args=TimerStopArgs,
        examples=("timer stop", "timer stop 2h"),
    ),
    Command(name="timer cancel", about=say("stop measuring, and log nothing"), decide=cancel),
    Command(
        name="timer status",
        about=say("how long your timer has been running"),
        decide=status,
        wants=_wants,
    ),
)

FEATURE = Feature(name="timers", commands=COMMANDS)
