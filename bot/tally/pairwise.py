"""Methods that compare the options in pairs: Schulze and ranked pairs.

Both elect whoever beats everybody else one to one, where there is such an option, and otherwise break
the circle at its weakest places.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import chain, groupby, permutations

from bot.tally.ballots import Election, Ranked
from bot.tally.options import Options
from bot.tally.result import Result, Tie
from bot.tally.ties import DRAW, Draw

Matrix = list[list[int]]


def count_schulze(election: Election[Ranked], options: Options, draw: Draw) -> Result:
    """The strongest paths: a path is as strong as its weakest defeat.

    Markus Schulze, "A new monotonic, clone-independent, reversal symmetric, and condorcet-consistent
    single-winner election method", Social Choice and Welfare 36 (2011). An option comes before another
    if its strongest path to it is stronger than the one back.
    """
    wins, blank = comparisons(election, options.unranked)
    paths = _strongest_paths(wins, election.standing, options.strength)
    order = _in_levels(election.standing, lambda a, b: paths[a][b] > paths[b][a])
    elected, ties = _elected(order, election.seats, draw)
    return Result(
        "schulze",
        election.seats,
        elected,
        ties=ties,
        pairwise=_frozen(wins),
        order=order,
        blank=blank,
        paths=_frozen(paths),
    )


def count_ranked_pairs(election: Election[Ranked], options: Options, draw: Draw) -> Result:
    """The strongest defeats are locked first; one that would close a circle is left out.

    T. N. Tideman, "Independence of clones as a criterion for voting rules", Social Choice and Welfare 4
    (1987). Of defeats equally strong, the one whose loser stands last in the drawn order comes first,
    then the one whose winner stands first: so what speaks against the first one comes last.
    """
    wins, blank = comparisons(election, options.unranked)
    locked, order_ties = _locked(wins, election.standing, options.strength, draw)
    below = _below(locked)
    order = _in_levels(election.standing, lambda a, b: b in below.get(a, ()))
    elected, ties = _elected(order, election.seats, draw)
    return Result(
        "ranked-pairs",
        election.seats,
        elected,
        ties=(*order_ties, *ties),
        pairwise=_frozen(wins),
        order=order,
        blank=blank,
        locked=tuple(locked),
    )


def comparisons(election: Election[Ranked], unranked: str | None) -> tuple[Matrix, int]:
    """How many ballots put each option above each other one, and how many ballots rank nobody.

    Options without a rank are below all others, or with `unranked="ignored"` not compared at all.
    """
    above, ranked = _seen_above(election)
    blank = ranked.get(0, 0)
    wins = [[0] * len(election.options) for _ in election.options]
    for loser in election.standing:
        seen = list(above[loser].items())
        if unranked != "ignored":
            seen += [item for item in ranked.items() if not item[0] >> loser & 1]
        for winner in election.standing:
            wins[winner][loser] = sum(weight for who, weight in seen if who >> winner & 1)
    return wins, blank


def _seen_above(election: Election[Ranked]) -> tuple[list[dict[int, int]], dict[int, int]]:
    """For each option the sets ranked above it, and the sets ranked at all, each with its ballots.

    Sets are whole numbers with one bit for each option. There are far fewer sets than rankings, so
    every ballot is read once, and not once for each pair.
    """
    above: list[defaultdict[int, int]] = [defaultdict(int) for _ in election.options]
    ranked: defaultdict[int, int] = defaultdict(int)
    for ballot, weight in election.ballots:
        seen = 0
        for level in ballot.levels:
            if isinstance(level, tuple):
                for option in level:
                    above[option][seen] += weight
                seen |= sum(1 << option for option in level)
            else:
                above[level][seen] += weight
                seen |= 1 << level
        ranked[seen] += weight
    return [dict(sets) for sets in above], ranked


def _strength(wins: Matrix, a: int, b: int, kind: str | None) -> int:
    """How strongly a beats b: by how many votes, or by how many more; 0 if it does not."""
    if wins[a][b] <= wins[b][a]:
        return 0
    return wins[a][b] - wins[b][a] if kind == "margins" else wins[a][b]


def _strongest_paths(wins: Matrix, standing: Sequence[int], kind: str | None) -> Matrix:
    """Floyd and Warshall's algorithm, for the widest path."""
    paths = [[0] * len(wins) for _ in wins]
    for a, b in permutations(standing, 2):
        paths[a][b] = _strength(wins, a, b, kind)
    for middle in standing:
        onward = paths[middle]
        for start in standing:
            row = paths[start]
            reach = row[middle]
            if start == middle or reach == 0:
                continue
            for end in standing:
                step = min(reach, onward[end])
                if end != start and row[end] < step:
                    row[end] = step
    return paths


def _locked(
    wins: Matrix, standing: Sequence[int], kind: str | None, draw: Draw
) -> tuple[list[tuple[int, int]], list[Tie]]:
    """The defeats in the order in which they were locked, and the ties in which the draw decided."""
    place = {option: number for number, option in enumerate(draw.order(standing))}

    def force(pair: tuple[int, int]) -> tuple[int, int]:
        a, b = pair
        return -_strength(wins, a, b, kind), wins[b][a]

    defeats = [(a, b) for a, b in permutations(standing, 2) if wins[a][b] > wins[b][a]]
    defeats.sort(key=lambda pair: (force(pair), -place[pair[1]], place[pair[0]]))
    locked: list[tuple[int, int]] = []
    ties: list[Tie] = []
    above: dict[int, set[int]] = {option: {option} for option in standing}
    for _, group in groupby(defeats, key=force):
        equal = list(group)
        before = {option: frozenset(found) for option, found in above.items()}
        left_out = []
        for a, b in equal:
            if b in above[a]:
                left_out.append((a, b))
                continue
            locked.append((a, b))
            for option in standing:
                if b in above[option]:
                    above[option] |= above[a]
        if any(b not in before[a] for a, b in left_out):
            involved = draw.order(set(chain.from_iterable(equal)))
            ties.append(Tie(len(ties) + 1, tuple(sorted(involved)), involved, DRAW, "order"))
    return locked, ties


def _below(locked: Sequence[tuple[int, int]]) -> dict[int, set[int]]:
    below: dict[int, set[int]] = {}
    for a, b in locked:
        below.setdefault(a, set()).add(b)
    return below


def _in_levels(
    standing: Sequence[int], is_before: Callable[[int, int], bool]
) -> tuple[tuple[int, ...], ...]:
    """The options that nobody is before, then those that only these are before, and so on."""
    left = list(standing)
    order = []
    while left:
        first = tuple(b for b in left if not any(is_before(a, b) for a in left))
        order.append(first)
        left = [option for option in left if option not in first]
    return tuple(order)


def _elected(
    order: Sequence[tuple[int, ...]], seats: int, draw: Draw
) -> tuple[tuple[int, ...], tuple[Tie, ...]]:
    """From the first level on; the drawn order decides within the level that has too many."""
    elected: list[int] = []
    for level in order:
        drawn = draw.order(level)
        open_seats = seats - len(elected)
        elected += drawn[:open_seats]
        if 0 < open_seats < len(level):
            return tuple(elected), (Tie(1, level, drawn[:open_seats], DRAW, "election"),)
    return tuple(elected), ()


def _frozen(matrix: Matrix) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(row) for row in matrix)
