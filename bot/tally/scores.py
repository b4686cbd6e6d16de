"""Scores from 0 to the highest: the sum decides (score), or a runoff between the best two (STAR)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bot.tally.ballots import Election, Scored
from bot.tally.options import Options
from bot.tally.result import Result, Round, Tie
from bot.tally.ties import DRAW, Criterion, Draw, highest

TOP = 5
"""The highest score, unless an election says another."""

HEAD_TO_HEAD, HIGHER_SCORE, TOP_SCORES = "head-to-head", "score", "top scores"
"""The names of the tie rules."""


def count_score(election: Election[Scored], options: Options, draw: Draw) -> Result:
    """The highest sum wins; no score counts as 0. Among equals, the most highest scores, then draw."""
    seen = _see(election, options)
    elected, ties = highest(
        election.standing,
        election.seats,
        [Criterion("score", seen.totals), Criterion(TOP_SCORES, seen.tops)],
        draw,
        purpose="election",
    )
    stage = Round(_shown(seen.totals), elected=elected, exhausted=Fraction(seen.blank))
    return Result("score", election.seats, elected, (stage,), ties, blank=seen.blank)


def count_star(election: Election[Scored], options: Options, draw: Draw) -> Result:
    """Score, then automatic runoff: the two highest sums; of these, who more voters scored higher.

    Ties by the official protocol (starvoting.org/ties). Scoring round: of those tied, whoever loses
    the most comparisons within the tie drops out, repeatedly; then whoever has the fewest highest
    scores; then the draw. Runoff: the higher sum, the most highest scores, the draw.
    """
    seen = _see(election, options)
    finalists, ties = _finalists(seen, draw)
    others = tuple(option for option in election.standing if option not in finalists)
    shown = _shown(seen.totals)
    scoring = Round(shown, eliminated=others, exhausted=Fraction(seen.blank))
    preferences = {option: sum(seen.wins[option][other] for other in finalists) for option in finalists}
    elected, runoff_ties = highest(
        finalists,
        1,
        [
            Criterion("preferences", preferences),
            Criterion(HIGHER_SCORE, seen.totals),
            Criterion(TOP_SCORES, seen.tops),
        ],
        draw,
        purpose="runoff",
        number=2,
    )
    without = election.voters - sum(preferences.values())
    runoff = Round(_shown(preferences), elected=elected, exhausted=Fraction(without))
    return Result(
        "star",
        1,
        elected,
        (scoring, runoff),
        (*ties, *runoff_ties),
        pairwise=tuple(tuple(row) for row in seen.wins),
        blank=seen.blank,
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the ballots say: sums, how often the highest score, and who is scored above whom."""

    totals: Mapping[int, int]
    tops: Mapping[int, int]
    wins: Sequence[Sequence[int]]
    blank: int


def _see(election: Election[Scored], options: Options) -> _Seen:
    standing = election.standing
    totals, tops = dict.fromkeys(standing, 0), dict.fromkeys(standing, 0)
    wins = [[0] * len(election.options) for _ in election.options]
    blank = 0
    for ballot, weight in election.ballots:
        if all(ballot.scores[option] is None for option in standing):
            blank += weight
            continue
        scores = [score or 0 for score in ballot.scores]
        for option in standing:
            score, row = scores[option], wins[option]
            totals[option] += score * weight
            tops[option] += weight if score == options.top else 0
            for other in standing:
                if score > scores[other]:
                    row[other] += weight
    return _Seen(totals, tops, wins, blank)


def _finalists(seen: _Seen, draw: Draw) -> tuple[tuple[int, ...], tuple[Tie, ...]]:
    """The two highest sums, and the tie for the second (or for both) if there was one."""
    ordered = sorted(draw.order(seen.totals), key=lambda option: -seen.totals[option])
    second = seen.totals[ordered[:2][-1]]
    above = [option for option in ordered if seen.totals[option] > second]
    tied = [option for option in ordered if seen.totals[option] == second]
    places = 2 - len(above)
    if len(tied) <= places:
        return tuple(ordered[:2]), ()
    chosen, rule = _advancing(tied, places, seen, draw)
    return (*above, *chosen), (Tie(1, tuple(sorted(tied)), tuple(chosen), rule, "runoff"),)


def _advancing(tied: Sequence[int], places: int, seen: _Seen, draw: Draw) -> tuple[list[int], str]:
    """Who of those tied gets a place, and the last rule that was needed for it."""
    if len(tied) <= places:
        return list(tied), ""
    rules: tuple[tuple[str, Callable[[int], int]], ...] = (
        (HEAD_TO_HEAD, lambda a: -sum(seen.wins[b][a] > seen.wins[a][b] for b in tied)),
        (TOP_SCORES, lambda a: seen.tops[a]),
    )
    for rule, merit in rules:
        worst = min(map(merit, tied))
        better = [option for option in tied if merit(option) > worst]
        if not better:
            continue
        if len(better) >= places:
            chosen, later = _advancing(better, places, seen, draw)
            return chosen, later or rule
        rest = [option for option in tied if merit(option) == worst]
        chosen, later = _advancing(rest, places - len(better), seen, draw)
        return [*better, *chosen], later or rule
    return list(draw.order(tied)[:places]), DRAW


def _shown(totals: Mapping[int, int]) -> dict[int, Fraction]:
    return {option: Fraction(total) for option, total in totals.items()}
