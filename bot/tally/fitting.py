"""Whether ballots are of the kind that a method counts, and name only options that there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any, Literal

from bot.tally.ballots import Election, Marked, Ranked, Scored

Kind = Literal["choice", "marks", "scores", "ranks", "none"]
"""What a ballot says: one option, several, a number for each, a ranking; nothing (a draw)."""

Ballot = Marked | Ranked | Scored


def first_misfit(kind: Kind, election: Election[Any], top: int | None) -> Ballot | None:
    """The first ballot that cannot be counted; `top` is the highest score, None for any.

    Each option stands at most once on a ballot, and scores are for every option. No ballot is there a
    negative number of times.
    """
    return _MISFITS[kind](election, top)


def _among_marks(election: Election[Any], _top: int | None) -> Ballot | None:
    places = frozenset(range(len(election.options)))
    for ballot, weight in election.ballots:
        fits = isinstance(ballot, Marked) and _once_each(ballot.options, places)
        if not fits or weight < 0:
            return _as_ballot(ballot)
    return None


def _among_ranks(election: Election[Any], _top: int | None) -> Ballot | None:
    places = frozenset(range(len(election.options)))
    for ballot, weight in election.ballots:
        if not isinstance(ballot, Ranked) or weight < 0:
            return _as_ballot(ballot)
        levels = ballot.levels
        if len(places.intersection(levels)) < len(levels) and not _once_each(
            tuple(chain.from_iterable(ballot.ranks)), places
        ):
            return ballot
    return None


def _among_scores(election: Election[Any], top: int | None) -> Ballot | None:
    for ballot, weight in election.ballots:
        fits = (
            isinstance(ballot, Scored)
            and len(ballot.scores) == len(election.options)
            and all(score is None or 0 <= score <= (top or score) for score in ballot.scores)
        )
        if not fits or weight < 0:
            return _as_ballot(ballot)
    return None


def _once_each(options: tuple[int, ...], places: frozenset[int]) -> bool:
    return len(places.intersection(options)) == len(options)


def _as_ballot(ballot: Any) -> Ballot:  # noqa: ANN401 - an election of any kind may be given
    assert isinstance(ballot, Ballot)
    return ballot


_MISFITS: Mapping[Kind, Callable[[Election[Any], int | None], Ballot | None]] = {
    "choice": _among_marks,
    "marks": _among_marks,
    "ranks": _among_ranks,
    "scores": _among_scores,
    "none": lambda _election, _top: None,
}
