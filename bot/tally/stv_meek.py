"""The single transferable vote by Meek's method.

The reference rule of the Proportional Representation Foundation, to the letter
(prfound.org/resources/reference/reference-meek-rule); the letters below are its steps. Votes are
whole parts of 1/10^9. Everybody elected keeps of each vote only as much as they need, which is found
by repeating the distribution until next to nothing is left over.

Ballots are gathered by what the distribution sees of them: the elected options on their way, up to
the first hopeful one, who keeps all that arrives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from fractions import Fraction
from math import factorial

from bot.tally.ballots import Election, Level, Ranked
from bot.tally.options import Options
from bot.tally.ranks import Paper, Pile, Target, add_to, number_of, sharing
from bot.tally.result import Result, Round, Tie
from bot.tally.ties import DRAW, Draw

VOTE = 10**9
"""One vote, in the parts that are counted."""

OMEGA = VOTE // 10**6
"""The surplus below which a distribution counts as finished (A)."""

Way = tuple[Target, ...]


def count_stv_meek(election: Election[Ranked], options: Options, draw: Draw) -> Result:
    """Count by the reference rule.

    Where the rule says nothing, `equal` chooses what becomes of a vote that arrives at a rank of
    several options: `split` gives each an equal part, of which it keeps its share, and the rest goes
    on to the next rank; `average` gives each what it would keep on the average over all orders in
    which the rank could have been written (what the others of the rank let through comes to it as
    well); `exhaust` ends the ballot there; `skip` passes the rank over. The Hare quota is all votes
    divided by the seats, rounded up.
    """
    return _Count(election, options, draw).result()


class _Count:
    """The state of one count: who is hopeful or elected, and how much of a vote each one keeps."""

    def __init__(self, election: Election[Ranked], options: Options, draw: Draw) -> None:
        """Step A; withdrawn options keep nothing, so no way leads over them."""
        self.election = election
        self.equal = options.equal
        self.hare = options.quota == "hare"
        self.draw = draw
        self.hopeful = set(election.standing)
        self.elected: list[int] = []
        self.keep = dict.fromkeys(election.standing, VOTE)
        self.voters = election.voters
        self.ways: dict[Way, Pile] = {}
        self.rounds: list[Round] = []
        self.ties: list[Tie] = []
        self._lay(election.ballots)
        self.blank = self.ways[()].number if () in self.ways else 0

    def result(self) -> Result:
        """Steps B and C."""
        if not self._counting():
            votes, quota = self._distribute()
            self._record(votes, quota, self._elect_remaining(votes))
        while self._counting():
            self._round()
        return Result(
            "stv-meek",
            self.election.seats,
            tuple(self.elected),
            tuple(self.rounds),
            tuple(self.ties),
            blank=self.blank,
        )

    def _counting(self) -> bool:
        """Step B.1."""
        open_seats = self.election.seats - len(self.elected)
        return open_seats > 0 and len(self.hopeful) > open_seats

    def _round(self) -> None:
        """Steps B.2 and B.3; and C, when this was the last round."""
        votes, quota, surplus, new = self._iterate()
        self.elected += new
        self.hopeful.difference_update(new)
        defeated = () if new else (self._lowest(votes, surplus),)
        self.hopeful.difference_update(defeated)
        self._lay_anew({*new, *defeated})
        remaining = [] if self._counting() else self._elect_remaining(votes)
        self._record(votes, quota, [*new, *remaining], defeated)

    def _record(
        self, votes: Mapping[int, int], quota: int, elected: list[int], defeated: Target = ()
    ) -> None:
        self.rounds.append(
            Round(
                {option: Fraction(vote, VOTE) for option, vote in votes.items()},
                elected=tuple(elected),
                eliminated=defeated,
                exhausted=self.voters - Fraction(sum(votes.values()), VOTE),
                quota=Fraction(quota, VOTE),
            )
        )

    def _iterate(self) -> tuple[dict[int, int], int, int, list[int]]:
        """Step B.2: votes, quota and surplus of the last iteration, and who is elected in it."""
        last_surplus = None
        while True:
            votes, quota = self._distribute()
            new = self._by_votes((o for o in self.hopeful if votes[o] >= quota), votes)
            surplus = max(0, sum(votes[option] - quota for option in (*self.elected, *new)))
            finished = surplus < OMEGA or (last_surplus is not None and surplus >= last_surplus)
            if new or finished:
                return votes, quota, surplus, new
            last_surplus = surplus
            for option in self.elected:
                self.keep[option] = _up(_up(self.keep[option] * quota, VOTE) * VOTE, votes[option])

    def _distribute(self) -> tuple[dict[int, int], int]:
        """Steps B.2.a and b: the votes, each share kept rounded up, and the quota they make."""
        votes = {option: 0 for option, kept in self.keep.items() if kept}
        shares: dict[Target, list[Fraction]] = {}
        for way, pile in self.ways.items():
            arriving = VOTE
            for target in way:
                if self.equal == "average" and len(target) > 1:
                    if target not in shares:
                        shares[target] = averages([Fraction(self.keep[o], VOTE) for o in target])
                    arrived = arriving
                    for option, share in zip(target, shares[target], strict=True):
                        kept = _up(arrived * share.numerator, share.denominator)
                        votes[option] += kept * pile.number
                        arriving -= kept
                    if arriving <= 0:
                        break
                    continue
                part = arriving // len(target)
                for option in target:
                    kept = _up(part * self.keep[option], VOTE)
                    votes[option] += kept * pile.number
                    arriving -= kept
                if arriving <= 0:
                    break
        total, seats = sum(votes.values()), self.election.seats
        return votes, _up(total, seats) if self.hare else total // (seats + 1) + 1

    def _lowest(self, votes: Mapping[int, int], surplus: int) -> int:
        """Step B.3: everybody within the surplus of the lowest is tied; the drawn order decides."""
        lowest = min(votes[option] for option in self.hopeful)
        tied = sorted(option for option in self.hopeful if votes[option] <= lowest + surplus)
        option = self.draw.order(tied)[-1]
        if len(tied) > 1:
            self.ties.append(Tie(len(self.rounds) + 1, tuple(tied), (option,), DRAW, "exclusion"))
        self.keep[option] = 0
        return option

    def _elect_remaining(self, votes: Mapping[int, int]) -> list[int]:
        """Step C: the hopeful ones are elected if seats are open, and defeated otherwise."""
        if len(self.elected) >= self.election.seats:
            return []
        remaining = self._by_votes(self.hopeful, votes)
        self.elected += remaining
        self.hopeful.clear()
        return remaining

    def _by_votes(self, options: Iterable[int], votes: Mapping[int, int]) -> list[int]:
        """Those of one round with the most votes first, which decides nothing."""
        return sorted(self.draw.order(options), key=lambda option: -votes[option])

    def _lay_anew(self, changed: set[int]) -> None:
        """Gather the ballots anew whose way leads over somebody just elected or defeated."""
        for way in [way for way in self.ways if any(not changed.isdisjoint(step) for step in way)]:
            self._lay(self.ways.pop(way).papers)

    def _lay(self, given: Iterable[Paper]) -> None:
        """Gather ballots by their ways."""
        keeping = self.hopeful.union(self.elected)
        piles: dict[tuple[Level, ...], list[Paper]] = {}
        for paper in given:
            way = _way(paper[0].levels, self.hopeful, keeping, self.equal)
            if way in piles:
                piles[way].append(paper)
            else:
                piles[way] = [paper]
        for way, pile in piles.items():
            targets = tuple(step if isinstance(step, tuple) else (step,) for step in way)
            add_to(self.ways, targets, Pile(pile, number_of(pile)))


def _way(
    levels: Iterable[Level], hopeful: AbstractSet[int], keeping: AbstractSet[int], equal: str | None
) -> tuple[Level, ...]:
    """Those on a ballot who keep something of it, up to where nothing is left."""
    way: tuple[Level, ...] = ()
    for level in levels:
        if isinstance(level, tuple):
            if equal == "exhaust" and len(level) > 1:
                break
            if target := sharing(level, keeping, equal):
                way = (*way, target)
                if hopeful >= set(target):
                    break
        elif level in hopeful:
            return (*way, level)
        elif level in keeping:
            way = (*way, level)
    return way


def averages(keep: Sequence[Fraction]) -> list[Fraction]:
    """How much of a vote each option of one rank gets, on the average over all orders of the rank.

    `keep` is the part that each keeps of what comes to it. In one order, an option gets what all
    before it let through; those before it are any set of the others, each set of m in m!·(k-1-m)! of
    the k! orders. So it is a sum over the elementary symmetric polynomials of what the others let
    through, and no order has to be written out.
    """
    count, zero = len(keep), Fraction(0)
    found = []
    for option, kept in enumerate(keep):
        sums = [Fraction(1)]
        for other, part in enumerate(keep):
            if other != option:
                let = 1 - part
                sums = [a + b * let for a, b in zip([*sums, zero], [zero, *sums], strict=True)]
        orders = (factorial(m) * factorial(count - 1 - m) for m in range(count))
        through = sum((n * each for n, each in zip(orders, sums, strict=True)), Fraction(0))
        found.append(kept * through / factorial(count))
    return found


def _up(number: int, by: int) -> int:
    """The quotient, rounded up."""
    return -(-number // by)
