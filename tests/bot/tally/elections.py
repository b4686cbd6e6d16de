"""Elections written shortly, as the examples of the literature are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.tally.ballots import Election, Marked, Ranked, Scored
from bot.tally.result import Result


def ranked(
    options: str, ballots: Mapping[str, int], *, seats: int = 1, withdrawn: str = ""
) -> Election[Ranked]:
    """Options are words; a ballot reads `A > B = C`, empty for none."""
    names = tuple(options.split())
    place = {name: i for i, name in enumerate(names)}

    def read(text: str) -> Ranked:
        levels = [level for level in text.split(">") if level.strip()]
        ranks = [tuple(sorted(place[name.strip()] for name in level.split("="))) for level in levels]
        return Ranked(tuple(rank if len(rank) > 1 else rank[0] for rank in ranks))

    return Election(
        names,
        tuple((read(text), weight) for text, weight in ballots.items()),
        seats,
        frozenset(place[name] for name in withdrawn.split()),
    )


def marked(options: str, ballots: Mapping[str, int], *, seats: int = 1) -> Election[Marked]:
    """A ballot names the marked options: `A B`."""
    names = tuple(options.split())
    return Election(
        names,
        tuple(
            (Marked(tuple(sorted(names.index(name) for name in text.split()))), weight)
            for text, weight in ballots.items()
        ),
        seats,
    )


def scored(options: str, ballots: Iterable[tuple[str, int]], *, seats: int = 1) -> Election[Scored]:
    """A ballot gives a number for each option in turn, `-` for none: `5 0 -`."""
    return Election(
        tuple(options.split()),
        tuple(
            (Scored(tuple(None if s == "-" else int(s) for s in text.split())), weight)
            for text, weight in ballots
        ),
        seats,
    )


def names(election: Election[Any], options: Iterable[int]) -> str:
    """Options by their names, in this order."""
    return " ".join(election.options[option] for option in options)


def totals(election: Election[Any], result: Result, stage: int = -1) -> dict[str, str]:
    """The totals of a stage as text, by name."""
    found = result.rounds[stage].totals
    return {election.options[option]: str(value) for option, value in found.items()}
