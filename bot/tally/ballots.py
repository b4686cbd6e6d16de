"""Ballots, as they are counted: valid once they exist, and grouped by equal content.

Options are known by their place in the list (0 for the first). A tally's cost follows the number of
different ballots, not of voters. Nothing here counts anything.

Ballots are kept from the garbage collector (`gc=False`): they cannot refer to themselves, and it would
walk over all of them again and again while a million are read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

import msgspec

Level = int | tuple[int, ...]
"""One rank of a ballot: the option that has it, or several that share it."""


class Ranked(msgspec.Struct, frozen=True, gc=False):
    """A ranking, best first: `Ranked((2, (0, 1)))` has 2 before 0 and 1, which are equal.

    Options that it does not name are unranked.
    """

    levels: tuple[Level, ...] = ()

    @property
    def ranks(self) -> tuple[tuple[int, ...], ...]:
        """The options of each rank."""
        return tuple(level if isinstance(level, tuple) else (level,) for level in self.levels)


class Marked(msgspec.Struct, frozen=True, gc=False):
    """Options that were marked, in ascending order (single, several, approval)."""

    options: tuple[int, ...] = ()


class Scored(msgspec.Struct, frozen=True, gc=False):
    """A whole number for each option, None where nothing was given (score, STAR, dots, times)."""

    scores: tuple[int | None, ...]


Ballot = TypeVar("Ballot", bound=Hashable)
Raw = TypeVar("Raw", bound=Hashable)


class Election(msgspec.Struct, Generic[Ballot], frozen=True):
    """What is to be counted: the options, the seats, and how many cast each ballot.

    `withdrawn` options stand on ballots and cannot be elected; a ballot counts as if it had not named
    them. `top` is the highest score that ballots could give, 0 where nobody says.
    """

    options: tuple[str, ...]
    ballots: tuple[tuple[Ballot, int], ...]
    seats: int = 1
    withdrawn: frozenset[int] = frozenset()
    title: str = ""
    top: int = 0

    @property
    def voters(self) -> int:
        """How many ballots there are, with their weights."""
        return sum([weight for _, weight in self.ballots])

    @property
    def standing(self) -> tuple[int, ...]:
        """The options that can be elected."""
        return tuple(i for i in range(len(self.options)) if i not in self.withdrawn)


def grouped(ballots: Iterable[Ballot]) -> tuple[tuple[Ballot, int], ...]:
    """Equal ballots together with their number, in the order in which they first came."""
    return tuple(Counter(ballots).items())


def grouped_as(cast: Iterable[Raw], read: Callable[[Raw], Ballot]) -> tuple[tuple[Ballot, int], ...]:
    """Ballots grouped in the form in which they were cast, each different form read only once.

    For many ballots in a short form, such as lines of a file. Equal ballots that were written
    differently stay apart, which no count minds.
    """
    return tuple([(read(raw), number) for raw, number in Counter(cast).items()])
