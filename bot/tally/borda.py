"""Borda: points for each place on a ballot; the most points win."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from fractions import Fraction

from bot.tally.ballots import Election, Ranked
from bot.tally.options import Options
from bot.tally.result import Result, Round
from bot.tally.ties import Criterion, Draw, highest

Points = Callable[[int, int, int], Fraction]
"""The points of a place (0 is the first), with so many options ranked, of so many that stand."""

Seen = dict[tuple[int, int, int], int]
"""How often an option was seen at a place, with so many sharing it, on a ballot that ranks so many."""

POINTS: Mapping[str, Points] = {
    "classic": lambda place, _ranked, standing: Fraction(standing - 1 - place),
    "zero": lambda place, _ranked, standing: Fraction(standing - 1 - place),
    "modified": lambda place, ranked, _standing: Fraction(ranked - place),
    "dowdall": lambda place, _ranked, _standing: Fraction(1, place + 1),
}
"""Each variant: n−1, n−2 … (`classic`, `zero`), as many as were ranked and down (`modified`, de Borda),
or 1, ½, ⅓ … (`dowdall`, Nauru). Options without a rank share what is left (`classic`) or get nothing.
"""


def count_borda(election: Election[Ranked], options: Options, draw: Draw) -> Result:
    """Sum the points of all ballots; options on one rank share the points of their places."""
    variant = options.borda or "classic"
    places, ballots = _places(election)
    if variant == "classic":
        _add_unranked(places, ballots)
    totals = {option: _total(seen, variant, len(places)) for option, seen in places.items()}
    firsts = {option: _firsts(seen) for option, seen in places.items()}
    elected, ties = highest(
        election.standing,
        election.seats,
        [Criterion("points", totals), Criterion("first ranks", firsts)],
        draw,
        purpose="election",
    )
    stage = Round(totals, elected=elected, exhausted=Fraction(ballots[0]))
    return Result("borda", election.seats, elected, (stage,), ties, blank=ballots[0])


def _places(election: Election[Ranked]) -> tuple[dict[int, Seen], Counter[int]]:
    """What was seen of each option, and how many ballots rank so many."""
    places: dict[int, Seen] = {option: defaultdict(int) for option in election.standing}
    ballots: Counter[int] = Counter()
    for ballot, weight in election.ballots:
        ranks = ballot.ranks
        ranked = sum(map(len, ranks))
        ballots[ranked] += weight
        place = 0
        for rank in ranks:
            seen_at = (place, len(rank), ranked)
            for option in rank:
                places[option][seen_at] += weight
            place += len(rank)
    return places, ballots


def _add_unranked(places: Mapping[int, Seen], ballots: Mapping[int, int]) -> None:
    """Options without a rank share the places below those that have one; a blank ballot has none."""
    for seen in places.values():
        for ranked, number in ballots.items():
            with_it = sum(times for at, times in seen.items() if at[2] == ranked)
            if 0 < ranked < len(places):
                seen[ranked, len(places) - ranked, ranked] += number - with_it


def _total(seen: Seen, variant: str, standing: int) -> Fraction:
    points = POINTS[variant]
    return sum(
        (
            Fraction(number, size) * sum(points(place + i, ranked, standing) for i in range(size))
            for (place, size, ranked), number in seen.items()
        ),
        Fraction(0),
    )


def _firsts(seen: Seen) -> Fraction:
    return sum((Fraction(n, size) for (place, size, _), n in seen.items() if not place), Fraction(0))
