"""What a count gives: who is elected, and the whole working, so that anybody can repeat it.

Totals are exact fractions of votes. Nothing here counts anything.
"""

from __future__ import annotations

from fractions import Fraction

import msgspec


class Tie(msgspec.Struct, frozen=True):
    """A tie that had to be broken: between whom, in which round, for what, by which rule, for whom.

    `rule` names the tie rule that settled it; `draw` is the last resort of every method. `purpose` is
    `election`, `exclusion`, `surplus` (whose is transferred first), `runoff` or `order`. `chosen` are
    those whom the purpose befell: who is elected, excluded, transferred, in the runoff, or first.
    """

    round: int
    options: tuple[int, ...]
    chosen: tuple[int, ...]
    rule: str
    purpose: str


class Round(msgspec.Struct, frozen=True):
    """One stage of a count: the totals at its beginning, and what followed from them.

    `exhausted` are the votes with no option at this stage: ballots without a (further) preference,
    void ones, and what rounding lost. `surplus_of` is whose surplus is transferred next.
    """

    totals: dict[int, Fraction]
    elected: tuple[int, ...] = ()
    eliminated: tuple[int, ...] = ()
    exhausted: Fraction = Fraction(0)
    quota: Fraction | None = None
    surplus_of: int | None = None


class Result(msgspec.Struct, frozen=True):
    """The outcome of a count, with its working.

    `elected` is in the order of election; `pairwise[a][b]` how many prefer a to b, for the methods
    that compare in pairs. `order` is the whole order of the options where the method gives one, equal
    ones together. `blank` is how many ballots say nothing that this method counts, void ones among
    them. `paths[a][b]` is the strength of the strongest path (Schulze); `locked` are the pairs in the
    order in which they were locked (ranked pairs).
    """

    method: str
    seats: int
    elected: tuple[int, ...]
    rounds: tuple[Round, ...] = ()
    ties: tuple[Tie, ...] = ()
    pairwise: tuple[tuple[int, ...], ...] = ()
    order: tuple[tuple[int, ...], ...] = ()
    blank: int = 0
    paths: tuple[tuple[int, ...], ...] = ()
    locked: tuple[tuple[int, int], ...] = ()
