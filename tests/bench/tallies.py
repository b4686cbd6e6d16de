"""Counting many ballots: ranked ones of eight options, from the orders as they were cast to the result.

The voters like some options more than others (their weights are 1, 1/2, 1/3 …) and rank one to eight
of them. Grouping and reading the ballots is part of the time. The baseline of each method is the same
count ballot by ballot (`tests.bot.tally.plain`), on fewer ballots as it takes long. Where pyrankvote or
python3-vote-core is installed beside the bot, the same ballots are counted by it as well.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bot.tally.ballots import Election, Ranked, grouped_as
from bot.tally.methods import count
from bot.tally.ties import Draw
from tests.bench.figures import Figure, Sizes, alternating
from tests.bench.figures import time as shown
from tests.bot.tally import plain

NAMES = ("Anna", "Bo", "Cem", "Dora", "Eli", "Finn", "Gül", "Hanna")
DRAWN = Draw("bench", NAMES).order(range(len(NAMES)))
FASTER_MIN = 8
"""How many times as fast as any library on the same ballots."""

Order = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Goal:
    """A method, how many it elects, its seconds at most, and the same count told plainly."""

    method: str
    seats: int
    seconds_max: float
    plainly: Callable[[Sequence[Order]], object]


GOALS = (
    Goal("irv", 1, 0.5, lambda cast: plain.irv(cast, len(NAMES))),
    Goal("stv-scottish", 3, 0.5, lambda cast: plain.scottish(cast, len(NAMES), 3, DRAWN)),
    Goal("stv-meek", 3, 1.0, lambda cast: plain.meek(cast, len(NAMES), 3, DRAWN)),
    Goal("schulze", 1, 0.8, lambda cast: plain.schulze(cast, len(NAMES))),
)


def cast_ballots(number: int) -> list[Order]:
    """So many ballots, always the same."""
    chance = random.Random(5)
    weights = [1 / (place + 1) for place in range(len(NAMES))]

    def ballot() -> Order:
        order = sorted(range(len(NAMES)), key=lambda option: chance.expovariate(weights[option]))
        return tuple(order[: chance.randint(1, len(NAMES))])

    return [ballot() for _ in range(number)]


def counted(goal: Goal, cast: Sequence[Order]) -> None:
    """From orders to a result."""
    count(goal.method, Election(NAMES, grouped_as(cast, Ranked), goal.seats), seed="bench")


def _timed(work: Callable[..., object], *given: object) -> Callable[[], float]:
    def once() -> float:
        gc.collect()  # what the one before left behind is not this one's to clean up
        begun = time.perf_counter()
        work(*given)
        return time.perf_counter() - begun

    return once


def measure(sizes: Sizes, folder: Path) -> Iterator[Figure]:
    """The large count of each method, then each against what else counts."""
    many, fewer, few = (cast_ballots(number) for number in sizes.ballots)
    for goal in GOALS:
        (spent,) = alternating(sizes.runs, _timed(counted, goal, many))
        yield Figure(
            f"{goal.method}, {len(many):,} ballots, 8 options",
            shown(spent),
            goal=f"< {goal.seconds_max} s",
            met=spent < goal.seconds_max,
        )
        yield _against("ballot by ballot", goal, few, goal.plainly, sizes.runs)
        for name, library in LIBRARIES.get(goal.method, {}).items():
            if find_spec(name) is not None:
                figure = _against(name, goal, fewer, library, sizes.runs)
                met = figure.ratio is not None and figure.ratio >= FASTER_MIN
                yield replace(figure, goal=f"ratio ≥ {FASTER_MIN}", met=met)


def _against(
    name: str, goal: Goal, cast: Sequence[Order], other: Callable[[Sequence[Order]], object], runs: int
) -> Figure:
    ours, theirs = alternating(runs, _timed(counted, goal, cast), _timed(other, cast))
    what = f"{goal.method}, {len(cast):,} ballots"
    return Figure(what, shown(ours), f"{shown(theirs)} ({name})", theirs / ours)


def _pyrankvote(rule: str, *seats: int) -> Callable[[Sequence[Order]], object]:
    def run(cast: Sequence[Order]) -> object:
        library: Any = import_module("pyrankvote")
        people = [library.Candidate(name) for name in NAMES]
        ballots = [library.Ballot([people[option] for option in order]) for order in cast]
        return getattr(library, rule)(people, ballots, *seats)

    return run


def _py3votecore(cast: Sequence[Order]) -> object:
    library: Any = import_module("py3votecore.schulze_method")
    ballots = [{"count": 1, "ballot": [[NAMES[option]] for option in order]} for order in cast]
    return library.SchulzeMethod(ballots, ballot_notation=0)


LIBRARIES: dict[str, dict[str, Callable[[Sequence[Order]], object]]] = {
    "irv": {"pyrankvote": _pyrankvote("instant_runoff_voting")},
    "stv-scottish": {"pyrankvote": _pyrankvote("single_transferable_vote", 3)},
    "schulze": {"py3votecore": _py3votecore},
}
"""What else counts by these methods: pyrankvote and python3-vote-core."""
