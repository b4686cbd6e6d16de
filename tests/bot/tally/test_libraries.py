"""Other people's counts: votelib and pyrankvote elect whom we elect, on small random elections.

Each compares what both define alike. Where a tie is broken the rules differ by design, so elections
with one are left out; that enough remain is held too. Known differences, each by its rule: for several
seats pyrankvote's quota is votes / (seats + 1) and not rounded up (Hagenbach-Bischoff) as in Scottish
law, so it is compared for one seat only; votelib carries exact fractions where Scottish law cuts off
behind the fifth decimal, which changes nobody's election where no two totals are so close.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator

import pyrankvote
import pytest
from votelib.convert import RankedToCondorcetVotes
from votelib.evaluate.cardinal import STAR
from votelib.evaluate.condorcet import RankedPairs, Schulze
from votelib.evaluate.core import VotingSystemError
from votelib.evaluate.sequential import TransferableVoteSelector

from bot.tally.ballots import Election, Ranked, Scored, grouped
from bot.tally.methods import count
from bot.tally.result import Result

NAMES = ("Anna", "Bo", "Cem", "Dora", "Eli")
ELECTIONS = 1_500

Order = tuple[int, ...]


def cast_at_random() -> Iterator[tuple[int, list[Order], random.Random]]:
    """So many small elections, always the same: how many options, and the orders that were cast."""
    chance = random.Random(20_261_123)
    for _ in range(ELECTIONS):
        options = chance.randint(3, len(NAMES))
        cast = []
        for _ in range(chance.randint(5, 25)):
            order = list(range(options))
            chance.shuffle(order)
            cast.append(tuple(order[: chance.randint(1, options)]))
        yield options, cast, chance


def ours(method: str, options: int, cast: list[Order], seats: int = 1) -> Result:
    ballots = grouped([Ranked(order) for order in cast])
    return count(method, Election(NAMES[:options], ballots, seats), seed="elderberry")


def named(result: Result) -> set[str]:
    return {NAMES[option] for option in result.elected}


def pairs(cast: list[Order]) -> dict[tuple[str, str], int]:
    votes = Counter(tuple(NAMES[option] for option in order) for order in cast)
    found: dict[tuple[str, str], int] = RankedToCondorcetVotes().convert(votes)
    return found


def test_votelib_elects_the_same_by_schulze() -> None:
    compared = 0
    for options, cast, _ in cast_at_random():
        result = ours("schulze", options, cast)
        if not result.ties and len(result.order[0]) == 1:
            compared += 1
            assert set(Schulze().evaluate(pairs(cast), 1)) == named(result), cast
    assert compared > ELECTIONS / 2


def test_votelib_elects_the_same_by_ranked_pairs() -> None:
    """Where every pair is won, and no two by as many votes: else the order of locking is a tie."""
    compared = 0
    for options, cast, _ in cast_at_random():
        result = ours("ranked-pairs", options, cast)
        table = result.pairwise
        wins = [max(table[a][b], table[b][a]) for a in range(options) for b in range(a)]
        lost = any(table[a][b] == table[b][a] for a in range(options) for b in range(a))
        if len(set(wins)) == len(wins) and not lost:
            compared += 1
            assert set(RankedPairs().evaluate(pairs(cast), 1)) == named(result), cast
    assert compared > ELECTIONS / 20


def test_pyrankvote_elects_the_same_by_instant_runoff() -> None:
    compared = 0
    for options, cast, _ in cast_at_random():
        result = ours("irv", options, cast)
        candidates = [pyrankvote.Candidate(name) for name in NAMES[:options]]
        ballots = [pyrankvote.Ballot([candidates[option] for option in order]) for order in cast]
        if not result.ties:
            compared += 1
            theirs = pyrankvote.instant_runoff_voting(candidates, ballots).get_winners()
            assert {each.name for each in theirs} == named(result), cast
    assert compared > ELECTIONS / 3


@pytest.mark.parametrize("seats", [lambda _: 1, lambda options: options - 1], ids=["one", "several"])
def test_votelib_elects_the_same_by_transfers(seats: Callable[[int], int]) -> None:
    """Scottish STV, and with one seat instant runoff by another hand."""
    compared = given_up = 0
    for options, cast, _ in cast_at_random():
        result = ours("stv-scottish", options, cast, seats(options))
        votes = Counter(tuple(NAMES[option] for option in order) for order in cast)
        if result.ties:
            continue
        try:
            elected = TransferableVoteSelector(quota_function="droop").evaluate(votes, seats(options))
        except (RuntimeError, VotingSystemError):
            # It takes no ties that its exact fractions have and fills no seats without votes.
            given_up += 1
            continue
        compared += 1
        assert set(elected) == named(result), cast
    assert compared > ELECTIONS / 3
    assert given_up < compared / 20


def test_votelib_elects_the_same_by_star() -> None:
    compared = 0
    for options, cast, chance in cast_at_random():
        cards = [tuple(chance.randint(0, 5) for _ in range(options)) for _ in cast]
        election = Election(NAMES[:options], grouped([Scored(card) for card in cards]), 1)
        result = count("star", election, seed="elderberry")
        votes = Counter(frozenset(zip(NAMES, card, strict=False)) for card in cards)
        if not result.ties:
            compared += 1
            assert set(STAR().evaluate(votes, 1)) == named(result), cards
    assert compared > ELECTIONS / 2
