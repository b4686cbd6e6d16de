"""Rankings as the counts by elimination read them: whom each ballot stands for now.

Papers are rankings with their numbers. A ballot stands for the first of its ranks that names anybody
who is still in the count, so nothing has to be remembered of where it has been.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from bot.tally.ballots import Election, Ranked

Target = tuple[int, ...]
"""Whom papers go to: one option, several that share them equally, or nobody."""

Paper = tuple[tuple[Target, ...], int]
"""The ranks of a ballot, and how many such ballots there are."""


def papers(election: Election[Ranked], equal: str | None) -> list[Paper]:
    """All ballots, with ranks that name several options treated as the election says (`equal`)."""
    if equal == "skip":
        return [(_without_equals(b.levels), weight) for b, weight in election.ballots]
    if equal == "exhaust":
        return [(_before_equals(b.levels), weight) for b, weight in election.ballots]
    return [(ballot.levels, weight) for ballot, weight in election.ballots]


@dataclass(slots=True)
class Pile:
    """Papers that stand for the same, and how many ballots they are."""

    papers: list[Paper]
    number: int

    def add(self, other: Pile) -> None:
        """Put another pile on top."""
        self.papers += other.papers
        self.number += other.number


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
    if max(map(len, levels), default=1) == 1:
        return levels
    return tuple(level for level in levels if len(level) == 1)


def _before_equals(levels: tuple[Target, ...]) -> tuple[Target, ...]:
    for place, level in enumerate(levels):
        if len(level) > 1:
            return levels[:place]
    return levels
