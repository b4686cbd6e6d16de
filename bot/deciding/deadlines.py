"""Deadlines: when a proposal closes, when that moves, and the hours in which nobody is asked.

Instants are milliseconds since 1970 UTC. A deadline that nobody named never falls into quiet hours: it
moves to their end, by the clock of the terms' zone. A deadline that somebody named stays where it is.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.chat import Refusal
from bot.deciding.ballots import said_reason
from bot.deciding.judging import Verdict
from bot.deciding.methods import METHODS
from bot.deciding.outcome import Outcome
from bot.deciding.terms import HOUR_MS, Quiet, Terms, Timing, hours_words
from bot.language.clock import instant, local_day
from bot.text.wording import Words, say

OPEN_DAYS_MAX: Final = 366
"""The longest that anything may stay open: who decided it would be forgotten."""

DECIDING_MS: Final = 24 * HOUR_MS
"""What the author has left for deciding, at least, when the wait for advice is over."""

NUDGE_MS: Final = 24 * HOUR_MS
"""How long before the deadline those who have not voted are reminded, at the most."""


def closing_time(terms: Terms, opened_at: int, asked_at: int | None = None) -> int:
    """When a proposal opened now closes; `asked_at` is what its author asked for. Raises Refusal."""
    least = opened_at + least_open_ms(terms)
    if asked_at is None:
        usual = terms.timing.open_ms or METHODS[terms.method].usual_ms
        return after_quiet(max(opened_at + usual, least), terms.timing)
    if asked_at <= opened_at:
        raise Refusal(
            "closes-past",
            say("{when} is over.", when=terms.timing.time(asked_at)),
            instead=say("Name a time to come, for example {example}.", example="in 3 days"),
        )
    if asked_at > opened_at + OPEN_DAYS_MAX * 24 * HOUR_MS:
        raise Refusal(
            "closes-too-late",
            say("A proposal is open for at most {days} days.", days=OPEN_DAYS_MAX),
            instead=say("Name an earlier time, and open it again when it is due."),
        )
    if asked_at < least:
        raise Refusal(
            "closes-too-soon",
            say(
                "A proposal of this kind stays open until {when} at least.",
                when=terms.timing.time(least),
            ),
            instead=say("The rule {rule} says so; an admin may change it.", rule=_least_rule(terms)),
        )
    return asked_at


def least_open_ms(terms: Terms) -> int:
    """How long it stays open at least: in the advice process also past the wait."""
    least = terms.timing.min_open_ms
    return max(least, terms.advice_wait_ms + DECIDING_MS) if terms.method == "advice" else least


def _least_rule(terms: Terms) -> Words:
    longer = least_open_ms(terms) > terms.timing.min_open_ms
    return Words("advice-wait" if longer else "min-open")


def after_amending(terms: Terms, closes_at: int, now: int) -> int:
    """The deadline of a text that came now: a later one, where it would stay open too short."""
    least = now + least_open_ms(terms)
    return closes_at if closes_at >= least else after_quiet(least, terms.timing)


def extended(terms: Terms, outcome: Outcome, closes_at: int, now: int, *, used: int) -> int | None:
    """The new deadline of what closed without its quorum, if the rule extends it; else None.

    `used` is how often that happened. What was noticed late, after a time offline, gets the whole
    extension from now on. A quorum of more people than there are is not waited for.
    """
    timing = terms.timing
    hopeless = outcome.quorum > outcome.electorate or not outcome.electorate
    if outcome.verdict is not Verdict.NO_QUORUM or hopeless:
        return None
    if not timing.extend_ms or used >= timing.extensions_max:
        return None
    return after_quiet(max(closes_at, now) + timing.extend_ms, timing)


def shortened(terms: Terms, closes_at: int, asked_at: int, reason: str, *, now: int, since: int) -> int:
    """The earlier deadline of an emergency, of a text that came at `since`. Raises Refusal.

    It needs a reason for the record, leaves people the time that the rule says, and is never before the
    method's shortest time: one person alone would decide how long silence takes to be assent.
    """
    earliest = now + terms.timing.emergency_ms
    if not said_reason(reason):
        raise Refusal(
            "reason-missing",
            say("An emergency needs a reason that goes on record."),
            instead=say("Write the reason behind the time."),
        )
    if asked_at >= closes_at:
        raise Refusal(
            "closes-not-sooner",
            say("{when} is not before the deadline.", when=terms.timing.time(asked_at)),
            instead=say(
                "It closes on {when}; name a time before that.", when=terms.timing.time(closes_at)
            ),
        )
    if asked_at < earliest:
        raise Refusal(
            "closes-too-soon",
            say(
                "Even in an emergency people have {time} to answer.",
                time=hours_words(terms.timing.emergency_ms),
            ),
            instead=say("The earliest time is {when}.", when=terms.timing.time(earliest)),
        )
    least = since + least_open_ms(terms)
    if asked_at < least:
        raise Refusal(
            "closes-too-soon",
            say(
                "A proposal of this kind stays open until {when} at least, also in an emergency.",
                when=terms.timing.time(least),
            ),
            instead=say("The rule {rule} says so; an admin may change it.", rule=_least_rule(terms)),
        )
    return asked_at


def reminder_time(timing: Timing, opened_at: int, closes_at: int) -> int | None:
    """When those who have not voted are reminded: a day before the end, or halfway in a shorter time.

    In quiet hours it is their end. None if that is not before the deadline.
    """
    at = after_quiet(max(closes_at - NUDGE_MS, (opened_at + closes_at) // 2), timing)
    return at if at < closes_at else None


def after_quiet(at: int, timing: Timing) -> int:
    """The instant itself, or the end of the quiet hours that it falls into."""
    return at if timing.quiet is None else _after(at, timing.quiet, timing.zone)


def _after(at: int, quiet: Quiet, zone: str) -> int:
    """Hours that go over midnight began on this local day or on the day before it."""
    today = local_day(dt.datetime.fromtimestamp(at // 1000, tz=dt.UTC), zone)
    for day in (today - dt.timedelta(days=1), today):
        start = _instant(day, quiet.start, zone)
        over_midnight = quiet.end < quiet.start
        end = _instant(day + dt.timedelta(days=over_midnight), quiet.end, zone)
        if start <= at < end:
            return end
    return at


def _instant(day: dt.date, minute: int, zone: str) -> int:
    clock = dt.time(minute // 60, minute % 60)
    return int(instant(day, clock, zone).timestamp()) * 1000
