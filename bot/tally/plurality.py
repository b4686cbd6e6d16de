"""Marks on options, each one vote: single choice, several (n of m), approval."""

from __future__ import annotations

from fractions import Fraction

from bot.tally.ballots import Election, Marked
from bot.tally.options import Options
from bot.tally.result import Result, Round
from bot.tally.ties import Criterion, Draw, highest


def count_single(election: Election[Marked], options: Options, draw: Draw) -> Result:
    """One mark a ballot; the most votes win. With several seats this is the single vote (SNTV)."""
    return _count("single", election, 1, options, draw)


def count_several(election: Election[Marked], options: Options, draw: Draw) -> Result:
    """Up to `marks` marks a ballot, any number where that is not said; the most votes win."""
    return _count("several", election, options.marks, options, draw)


def count_approval(election: Election[Marked], options: Options, draw: Draw) -> Result:
    """Any number of marks a ballot; the most votes win."""
    return _count("approval", election, None, options, draw)


def _count(
    method: str, election: Election[Marked], most: int | None, options: Options, draw: Draw
) -> Result:
    standing = election.standing
    totals = dict.fromkeys(standing, Fraction(0))
    blank = 0
    for ballot, weight in election.ballots:
        marked = [option for option in ballot.options if option in totals]
        over = most is not None and len(ballot.options) > most
        if not marked or (over and options.overvotes == "void"):
            blank += weight
            continue
        vote = Fraction(weight * most, len(ballot.options)) if most and over else weight
        for option in marked:
            totals[option] += vote
    elected, ties = highest(
        standing, election.seats, [Criterion("votes", totals)], draw, purpose="election"
    )
    stage = Round(totals, elected=elected, exhausted=Fraction(blank))
    return Result(method, election.seats, elected, (stage,), ties, blank=blank)
