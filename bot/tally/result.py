"""What a count gives: who is elected, and the whole working, so that anybody can repeat it.

Totals are exact fractions of votes. Nothing here counts anything.
"""

from __future__ import annotations

from fractions import Fraction

import msgspec


class Tie(msgspec.Struct, frozen=True):
    """A tie that had to be broken: between whom, in which round, for what, by which rule, for whom.

    `rule` is one of the method's published tie rules; `draw` is the last of them.
    """

    round: int
    options: tuple[int, ...]
    chosen: tuple[int, ...]
    rule: str
    purpose: str


class Round(msgspec.Struct, frozen=True):
    """One stage of a count: the totals at its beginning, and what followed from them."""

    totals: dict[int, Fraction]
    elected: tuple[int, ...] = ()
    eliminated: tuple[int, ...] = ()
    exhausted: Fraction = Fraction(0)
    quota: Fraction | None = None


class Result(msgspec.Struct, frozen=True):
    """The outcome of a count, with its working.

    `elected` is in the order of election; `pairwise[a][b]` how many prefer a to b, for the methods
    that compare in pairs. `order` is the whole order of the options where the method gives one.
    """

    method: str
    seats: int
    elected: tuple[int, ...]
    rounds: tuple[Round, ...] = ()
    ties: tuple[Tie, ...] = ()
    pairwise: tuple[tuple[int, ...], ...] = ()
    order: tuple[tuple[int, ...], ...] = ()
