r"""How a tie ends, and the draw that is the last resort of every method.

The seed of a poll is drawn when it opens. Its commitment is published then, the seed itself when the
poll closes, so that nobody can choose the seed after seeing the votes. The drawn order of the options
follows from the seed and the options' names alone; the order of the list or of the ballots does not
matter. With the seed and a name in a shell:

    printf '%s' "$seed" | sha256sum               # the commitment
    printf '%s\n%s' "$seed" "$name" | sha256sum   # the option's lot

The options stand in the drawn order by their lots, the lowest first. Whoever stands first wins a tie;
where somebody has to go, the one who stands last goes. One count uses one order for all its ties.

A poll that is opened again draws no new seed: the next one is the SHA-256 of the last one, a line
feed and the number of the reopening, so that nobody can draw until it pleases.

    printf '%s\n%s' "$seed" 1 | sha256sum         # the seed after the first reopening

Who knows the seed before the close (the operator) knows the order too: the commitment keeps them from
changing it, not from reading it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bot.tally.result import Tie

DRAW = "draw"
"""The name of this rule in a result's ties."""

EARLIER_ROUNDS = "earlier rounds"
"""The name of the rule that the latest earlier round in which the tied differ decides."""

Values = Mapping[int, int] | Mapping[int, Fraction]


def commitment(seed: str) -> str:
    """What is published when a poll opens: the SHA-256 of its seed, in hexadecimal."""
    return hashlib.sha256(seed.encode()).hexdigest()


def next_seed(seed: str, reopening: int) -> str:
    """The seed of a poll that is opened again, for the so-many-th time, after this one was told."""
    return hashlib.sha256(f"{seed}\n{reopening}".encode()).hexdigest()


def lot(seed: str, name: str) -> str:
    """The lot of an option: the SHA-256 of the seed, a line feed and the option's name."""
    return hashlib.sha256(f"{seed}\n{name}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Draw:
    """The drawn order of the options of one count; their names have to differ."""

    seed: str
    names: Sequence[str]

    def order(self, options: Iterable[int]) -> tuple[int, ...]:
        """These options in the drawn order, the winner of a tie first."""
        return tuple(sorted(options, key=lambda option: lot(self.seed, self.names[option])))


@dataclass(frozen=True, slots=True)
class Criterion:
    """A tie rule by its name: the options with the highest values come first."""

    rule: str
    values: Values


def highest(
    options: Iterable[int],
    seats: int,
    criteria: Sequence[Criterion],
    draw: Draw,
    *,
    purpose: str,
    number: int = 1,
) -> tuple[tuple[int, ...], tuple[Tie, ...]]:
    """The so many highest options, best first, and the tie that had to be broken for that, if any.

    The first criterion is the count itself; each further one, and at last the draw, orders those who
    are equal until then. A tie is told where it decides who is chosen, not where it only decides
    their order; its rule is the one that settled it. `number` is the round.
    """
    keys = {
        option: tuple(criterion.values[option] for criterion in criteria)
        for option in draw.order(options)
    }
    ordered = sorted(keys, key=keys.__getitem__, reverse=True)
    chosen = tuple(ordered[:seats])
    if not 0 < seats < len(ordered) or keys[ordered[seats - 1]][0] != keys[ordered[seats]][0]:
        return chosen, ()
    last, next_one = keys[ordered[seats - 1]], keys[ordered[seats]]
    group = [option for option in ordered if keys[option][0] == last[0]]
    rule = next((c.rule for c, a, b in zip(criteria, last, next_one, strict=True) if a != b), DRAW)
    winners = tuple(option for option in group if option in chosen)
    return chosen, (Tie(number, tuple(sorted(group)), winners, rule, purpose),)


def by_earlier_rounds(
    tied: Iterable[int], earlier: Sequence[Mapping[int, int]], draw: Draw, *, fewest: bool
) -> tuple[int, str]:
    """The one of equal options that had most (or fewest) votes before, and the rule that says so.

    The latest round in which they differ decides; if several are equal there too, the one before it
    decides between those. Equal in all rounds, the drawn order decides. `earlier` are the totals of
    the rounds before this one, the first round first.
    """
    group = list(tied)
    edge = min if fewest else max
    for totals in reversed(earlier):
        best = edge(totals[option] for option in group)
        group = [option for option in group if totals[option] == best]
        if len(group) == 1:
            return group[0], EARLIER_ROUNDS
    return draw.order(group)[-1 if fewest else 0], DRAW
