"""Instant runoff: the last one goes, until somebody has more than half of the votes still counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm

from bot.tally.ballots import Election, Ranked
from bot.tally.options import Options
from bot.tally.ranks import Pile, Target, add_to, sorted_papers
from bot.tally.result import Result, Round, Tie
from bot.tally.ties import Draw, by_earlier_rounds


def count_irv(election: Election[Ranked], options: Options, draw: Draw) -> Result:
    """Eliminate the lowest, round by round.

    Those equal at the bottom go together when even their joint votes are fewer than anybody else's:
    their order cannot matter then. Otherwise the one with fewer votes in the latest round where they
    differ goes, and at last the one who stands last in the drawn order.
    """
    unit = lcm(*range(1, len(election.options) + 1)) if options.equal == "split" else 1
    remaining = list(election.standing)
    piles = sorted_papers(election.ballots, frozenset(remaining), options.equal)
    piles.setdefault((), Pile([], 0))
    blank = piles[()].number
    rounds: list[Round] = []
    history: list[Mapping[int, int]] = []
    ties: list[Tie] = []
    while True:
        totals = _totals(piles, remaining, unit)
        history.append(totals)
        exhausted = Fraction(piles[()].number)
        shown = {option: Fraction(total, unit) for option, total in totals.items()}
        winner = _winner(totals)
        if winner is not None:
            rounds.append(Round(shown, elected=(winner,), exhausted=exhausted))
            return Result("irv", 1, (winner,), tuple(rounds), tuple(ties), blank=blank)
        leaving, tie = _leaving(history, draw)
        ties += tie
        rounds.append(Round(shown, eliminated=leaving, exhausted=exhausted))
        remaining = [option for option in remaining if option not in leaving]
        for target in [target for target in piles if not set(leaving).isdisjoint(target)]:
            moved = sorted_papers(piles.pop(target).papers, frozenset(remaining), options.equal)
            for receiver, pile in moved.items():
                add_to(piles, receiver, pile)


def _totals(piles: Mapping[Target, Pile], remaining: Sequence[int], unit: int) -> dict[int, int]:
    """Votes in parts of `unit`, which every number of options divides that can share a ballot."""
    totals = dict.fromkeys(remaining, 0)
    for target, pile in piles.items():
        for option in target:
            totals[option] += pile.number * unit // len(target)
    return totals


def _winner(totals: Mapping[int, int]) -> int | None:
    leader = max(totals, key=totals.__getitem__)
    return leader if len(totals) == 1 or 2 * totals[leader] > sum(totals.values()) else None


def _leaving(history: Sequence[Mapping[int, int]], draw: Draw) -> tuple[tuple[int, ...], list[Tie]]:
    totals = history[-1]
    lowest = min(totals.values())
    tied = [option for option, total in totals.items() if total == lowest]
    if len(tied) == 1:
        return tuple(tied), []
    others = [total for total in totals.values() if total != lowest]
    if others and lowest * len(tied) < min(others):
        return tuple(tied), []
    option, rule = by_earlier_rounds(tied, history[:-1], draw, fewest=True)
    return (option,), [Tie(len(history), tuple(tied), (option,), rule, "exclusion")]
