"""Rankings as the counts by elimination read them: whom each ballot stands for now.

Papers are rankings with their numbers. A ballot stands for the first of its ranks that names anybody
who is still in the count, so nothing has to be remembered of where it has been.
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from msgspec import structs

from bot.tally.ballots import Election, Level, Ranked

Target = tuple[int, ...]
"""Whom papers go to: one option, several that share them equally, or nobody."""

Paper = tuple[Ranked, int]
"""A ranking, and how many ballots of it there are."""

Key = TypeVar("Key", bound=Hashable)


def without_withdrawn(election: Election[Ranked]) -> Election[Ranked]:
    """The same ballots as if nobody had ranked those who withdrew."""
    if not election.withdrawn:
        return election
    standing = frozenset(election.standing)
    ballots = tuple((_only(ballot, standing), weight) for ballot, weight in election.ballots)
    return structs.replace(election, ballots=ballots)


def _only(ballot: Ranked, standing: Container[int]) -> Ranked:
    ranks = (sharing(rank, standing, None) for rank in ballot.ranks)
    return Ranked(tuple(rank if len(rank) > 1 else rank[0] for rank in ranks if rank))


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


def sorted_papers(
    given: Iterable[Paper], standing: Container[int], equal: str | None
) -> dict[Target, Pile]:
    """Papers by whom they stand for among those still in the count; `()` for nobody.

    `equal` says what happens at a rank of several options (see `bot.tally.options`).
    """
    sorted_by: dict[Level, list[Paper]] = {}
    for paper in given:
        target: Level = ()
        for level in paper[0].levels:
            if level in standing:
                target = level
                break
            if type(level) is tuple:  # this loop runs over all ballots: no call of isinstance
                if equal == "exhaust" and len(level) > 1:
                    break
                if target := sharing(level, standing, equal):
                    break
        if target in sorted_by:
            sorted_by[target].append(paper)
        else:
            sorted_by[target] = [paper]
    piles: dict[Target, Pile] = {}
    for target, pile in sorted_by.items():
        who = target if isinstance(target, tuple) else (target,)
        add_to(piles, who, Pile(pile, number_of(pile)))
    return piles


def sharing(level: Target, standing: Container[int], equal: str | None) -> Target:
    """Who shares a rank: those still in the count, or nobody where such ranks are skipped."""
    if equal == "skip" and len(level) > 1:
        return ()
    return tuple(option for option in level if option in standing)


def number_of(given: Iterable[Paper]) -> int:
    """How many ballots these papers are."""
    return sum([weight for _, weight in given])
