"""Rankings as the counts by elimination read them: whom each ballot stands for now.

Papers are rankings with their numbers. A ballot stands for the first of its ranks that names anybody
who is still in the count, so nothing has to be remembered of where it has been.
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from bot.tally.ballots import Election, Ranked

Target = tuple[int, ...]
"""Whom papers go to: one option, several that share them equally, or nobody."""

Key = TypeVar("Key", bound=Hashable)

Paper = tuple[tuple[Target, ...], int]
"""The ranks of a ballot, and how many such ballots there are."""


def papers(election: Election[Ranked], equal: str | None) -> list[Paper]:
    """All ballots, with ranks that name several options treated as the election says (`equal`)."""
    single = single_ranks(len(election.options))
    if equal == "skip":
        return [
            (b.levels if single.issuperset(b.levels) else _without_equals(b.levels), weight)
            for b, weight in election.ballots
        ]
    if equal == "exhaust":
        return [
            (b.levels if single.issuperset(b.levels) else _before_equals(b.levels), weight)
            for b, weight in election.ballots
        ]
    return [(ballot.levels, weight) for ballot, weight in election.ballots]


def single_ranks(options: int) -> frozenset[Target]:
    """Every rank that names one option; that a ballot has no others, as most have not, is soon seen."""
    return frozenset((option,) for option in range(options))


@dataclass(slots=True)
class Pile:
    """Papers that stand for the same, and how many ballots they are."""

    papers: list[Paper]
    number: int


def add_to(piles: dict[Key, Pile], key: Key, pile: Pile) -> None:
    """Put a pile on the one that is there already, if any."""
    if key in piles:
        piles[key].papers += pile.papers
        piles[key].number += pile.number
    else:
        piles[key] = pile


def sorted_papers(given: Iterable[Paper], standing: Container[int]) -> dict[Target, Pile]:
    """Papers by whom they stand for among those still in the count; `()` for nobody."""
    piles: dict[Target, list[Paper]] = {}
    for paper in given:
        target: Target = ()
        for level in paper[0]:
            if len(level) == 1:
                if level[0] in standing:
                    target = level
                    break
            elif shared := tuple(option for option in level if option in standing):
                target = shared
                break
        if target in piles:
            piles[target].append(paper)
        else:
            piles[target] = [paper]
    return {target: Pile(pile, number_of(pile)) for target, pile in piles.items()}


def number_of(given: Iterable[Paper]) -> int:
    """How many ballots these papers are."""
    return sum([weight for _, weight in given])


def _without_equals(levels: tuple[Target, ...]) -> tuple[Target, ...]:
    return tuple(level for level in levels if len(level) == 1)


def _before_equals(levels: tuple[Target, ...]) -> tuple[Target, ...]:
    for place, level in enumerate(levels):
        if len(level) > 1:
            return levels[:place]
    return levels
