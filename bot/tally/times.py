"""Times to meet: for each slot yes, if need be, or no; the slot where most can come."""

from __future__ import annotations

from fractions import Fraction

from bot.tally.ballots import Election, Scored
from bot.tally.options import Options
from bot.tally.result import Result, Round
from bot.tally.ties import Criterion, Draw, highest

NO, IF_NEED_BE, YES = 0, 1, 2
"""The scores of a slot; no answer counts as no."""


def count_times(election: Election[Scored], options: Options, draw: Draw) -> Result:  # noqa: ARG001
    """Most who can come (yes or if need be), then most who like to (yes), then the draw.

    The first round's totals are those who can come, the second's those who said yes.
    """
    can = dict.fromkeys(election.standing, Fraction(0))
    like = dict.fromkeys(election.standing, Fraction(0))
    blank = 0
    for ballot, weight in election.ballots:
        if all(ballot.scores[option] is None for option in can):
            blank += weight
            continue
        for option in can:
            answer = ballot.scores[option] or NO
            can[option] += weight if answer >= IF_NEED_BE else 0
            like[option] += weight if answer >= YES else 0
    elected, ties = highest(
        election.standing,
        election.seats,
        [Criterion("can come", can), Criterion("yes", like)],
        draw,
        purpose="election",
    )
    exhausted = Fraction(blank)
    rounds = (Round(can, exhausted=exhausted), Round(like, elected=elected, exhausted=exhausted))
    return Result("times", election.seats, elected, rounds, ties, blank=blank)
