"""Borda: points for each place on a ballot; the most points win."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from fractions import Fraction

from bot.tally.ballots import Election, Ranked
from bot.tally.options import Options
from bot.tally.result import Result, Round
from bot.tally.ties import Criterion, Draw, highest

Points = Callable[[int, int, int], Fraction]
"""The points of a place (0 is the first), with so many options ranked, of so many that stand."""

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
    places: dict[int, Counter[tuple[int, int, int]]] = {o: Counter() for o in election.standing}
    firsts = dict.fromkeys(election.standing, Fraction(0))
    blank = 0
    for ballot, weight in election.ballots:
        levels = _standing_levels(ballot, places)
        if not levels:
            blank += weight
            continue
        ranked = sum(map(len, levels))
        for option in levels[0]:
            firsts[option] += Fraction(weight, len(levels[0]))
        if variant == "classic" and ranked < len(places):
            levels.append(tuple(places.keys() - set().union(*levels)))
        place = 0
        for level in levels:
            for option in level:
                places[option][place, len(level), ranked] += weight
            place += len(level)
    totals = {option: _total(seen, variant, len(places)) for option, seen in places.items()}
    elected, ties = highest(
        election.standing,
        election.seats,
        [Criterion("points", totals), Criterion("first ranks", firsts)],
        draw,
        purpose="election",
    )
    stage = Round(totals, elected=elected, exhausted=Fraction(blank))
    return Result("borda", election.seats, elected, (stage,), ties, blank=blank)


def _standing_levels(ballot: Ranked, standing: Mapping[int, object]) -> list[tuple[int, ...]]:
    levels = (tuple(option for option in level if option in standing) for level in ballot.levels)
    return [level for level in levels if level]


def _total(seen: Mapping[tuple[int, int, int], int], variant: str, standing: int) -> Fraction:
    """The points for each (first place, options sharing it, options ranked) and how often it came."""
    points = POINTS[variant]
    return sum(
        (
            Fraction(number, size) * sum(points(place + i, ranked, standing) for i in range(size))
            for (place, size, ranked), number in seen.items()
        ),
        Fraction(0),
    )
