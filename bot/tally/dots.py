"""Points to spread over the options: dots (cumulative voting), and quadratic voting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from bot.tally.ballots import Election, Scored
from bot.tally.options import Options
from bot.tally.result import Result, Round
from bot.tally.ties import Criterion, Draw, highest

Price = Callable[[Sequence[int | None]], int]


def dots_cost(scores: Sequence[int | None]) -> int:
    """What a ballot spends: each dot costs one."""
    return sum(score or 0 for score in scores)


def quadratic_cost(scores: Sequence[int | None]) -> int:
    """What a ballot spends: so many votes for one option cost their number squared."""
    return sum((score or 0) ** 2 for score in scores)


def count_dots(election: Election[Scored], options: Options, draw: Draw) -> Result:
    """The most dots win. A ballot that spends more than its `points` is void."""
    return _count("dots", election, dots_cost, options, draw)


def count_quadratic(election: Election[Scored], options: Options, draw: Draw) -> Result:
    """The most votes win; a ballot says votes, and pays their squares.

    A ballot that spends more than its `points` is void. Posner and Weyl, "Voting squared", Vanderbilt
    Law Review 68 (2015), with a fixed budget of credits instead of money.
    """
    return _count("quadratic", election, quadratic_cost, options, draw)


def _count(
    method: str, election: Election[Scored], price: Price, options: Options, draw: Draw
) -> Result:
    totals = dict.fromkeys(election.standing, 0)
    givers = dict.fromkeys(election.standing, 0)
    blank = 0
    for ballot, weight in election.ballots:
        void = options.points is not None and price(ballot.scores) > options.points
        given = [option for option in totals if ballot.scores[option]]
        if void or not given:
            blank += weight
            continue
        for option in given:
            totals[option] += (ballot.scores[option] or 0) * weight
            givers[option] += weight
    elected, ties = highest(
        election.standing,
        election.seats,
        [Criterion("dots", totals), Criterion("voters", givers)],
        draw,
        purpose="election",
    )
    shown = {option: Fraction(total) for option, total in totals.items()}
    stage = Round(shown, elected=elected, exhausted=Fraction(blank))
    return Result(method, election.seats, elected, (stage,), ties, blank=blank)
