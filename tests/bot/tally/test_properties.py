"""What holds for every election: found by trying many small ones, where ties are common."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import permutations
from math import factorial
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.tally.ballots import Election, Marked, Ranked, Scored, grouped, grouped_as
from bot.tally.methods import METHODS, count
from bot.tally.options import CHOICES, Options, choices_of
from bot.tally.result import Result
from bot.tally.ties import Draw
from tests.bot.tally import plain

NAMES = ("Anna", "Bo", "Cem", "Dora", "Eli")
SEED = "elderberry"
RANKED = [name for name, method in METHODS.items() if method.kind == "ranks"]
VOTED = [name for name, method in METHODS.items() if method.kind != "none"]
ELIMINATING = ("irv", "stv-scottish", "stv-meek")
CONDORCET = ("schulze", "ranked-pairs")


def rankings(options: int, *, equal: bool = True) -> st.SearchStrategy[Ranked]:
    """Any ranking, short ones and those with equal options too."""
    orders = st.permutations(range(options)).flatmap(
        lambda order: st.integers(0, options).map(lambda length: tuple(order[:length]))
    )
    if not equal:
        return orders.map(Ranked)
    return st.tuples(orders, st.lists(st.booleans(), min_size=options, max_size=options)).map(
        lambda drawn: levelled(*drawn)
    )


def levelled(order: tuple[int, ...], joins: list[bool]) -> Ranked:
    levels: list[tuple[int, ...]] = []
    for option, join in zip(order, joins, strict=False):
        if join and levels:
            levels[-1] = tuple(sorted((*levels[-1], option)))
        else:
            levels.append((option,))
    return Ranked(tuple(levels))


def marks(options: int, most: int) -> st.SearchStrategy[Marked]:
    return st.sets(st.integers(0, options - 1), max_size=most).map(lambda s: Marked(tuple(sorted(s))))


def scores(options: int, top: int) -> st.SearchStrategy[Scored]:
    score = st.none() | st.integers(0, top)
    return st.lists(score, min_size=options, max_size=options).map(lambda s: Scored(tuple(s)))


def ballots(method: str, options: int) -> st.SearchStrategy[Any]:
    found = METHODS[method]
    if found.kind == "ranks":
        return rankings(options)
    if found.kind == "scores":
        return scores(options, found.top or 9)
    return marks(options, 1 if found.kind == "choice" else options)


@st.composite
def elections(draw: st.DrawFn, method: str, *, withdrawn: bool = True) -> Election[Any]:
    """A small election with any number of seats that the method knows."""
    options = draw(st.integers(1, len(NAMES)))
    cast = draw(st.lists(ballots(method, options), max_size=12))
    seats = draw(st.integers(1, METHODS[method].most_seats or options))
    gone = draw(st.sets(st.integers(0, options - 1), max_size=options - 1)) if withdrawn else ()
    return Election(NAMES[:options], grouped(cast), seats, frozenset(gone))


@st.composite
def choices(draw: st.DrawFn, method: str) -> Options:
    """Any way to count by a method."""
    known = [name for name in METHODS[method].options if name in CHOICES]
    chosen = {name: draw(st.sampled_from(choices_of(method, name))) for name in known}
    return msgspec.convert(chosen, Options)


def elected_names(election: Election[Any], result: Result) -> set[str]:
    return {election.options[option] for option in result.elected}


@pytest.mark.parametrize("method", METHODS)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_the_order_and_the_grouping_of_ballots_never_matter(method: str, data: st.DataObject) -> None:
    kind = method if METHODS[method].kind != "none" else "single"
    election = data.draw(elections(kind))
    options = data.draw(choices(method))
    single = [(ballot, 1) for ballot, number in election.ballots for _ in range(number)]
    shuffled = data.draw(st.permutations(single))

    def counted(cast: Any) -> Result:
        other = Election(election.options, tuple(cast), election.seats, election.withdrawn)
        return count(method, other, options=options, seed=SEED)

    assert counted(shuffled) == counted(single) == counted(election.ballots)


@pytest.mark.parametrize("method", METHODS)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_options_never_matters(method: str, data: st.DataObject) -> None:
    """Not even for ties: the draw goes by the names."""
    kind = method if METHODS[method].kind != "none" else "single"
    election = data.draw(elections(kind))
    options = data.draw(choices(method))
    order = data.draw(st.permutations(range(len(election.options))))
    place = {old: new for new, old in enumerate(order)}
    moved = Election(
        tuple(election.options[old] for old in order),
        tuple((permuted(ballot, order, place), number) for ballot, number in election.ballots),
        election.seats,
        frozenset(place[old] for old in election.withdrawn),
    )

    first = count(method, election, options=options, seed=SEED)
    second = count(method, moved, options=options, seed=SEED)

    assert second.elected == tuple(place[old] for old in first.elected)
    assert [r.totals for r in second.rounds] == [
        {place[old]: total for old, total in r.totals.items()} for r in first.rounds
    ]
    assert [t.rule for t in second.ties] == [t.rule for t in first.ties]


def permuted(ballot: Any, order: list[int], place: dict[int, int]) -> Any:
    if isinstance(ballot, Ranked):
        return Ranked(tuple(tuple(sorted(place[option] for option in level)) for level in ballot.ranks))
    if isinstance(ballot, Marked):
        return Marked(tuple(sorted(place[option] for option in ballot.options)))
    return Scored(tuple(ballot.scores[old] for old in order))


@pytest.mark.parametrize("method", VOTED)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_the_elected_stand_and_fill_the_seats(method: str, data: st.DataObject) -> None:
    election = data.draw(elections(method))
    options = data.draw(choices(method))

    result = count(method, election, options=options, seed=SEED)

    assert set(result.elected) <= set(election.standing)
    assert len(set(result.elected)) == len(result.elected)
    filled = min(election.seats, len(election.standing)) if result.blank < election.voters else 0
    assert len(result.elected) == filled


@pytest.mark.parametrize("method", [*ELIMINATING, "single"])
@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_weight_is_conserved_in_every_round_to_the_last_unit(method: str, data: st.DataObject) -> None:
    election = data.draw(elections(method))
    options = data.draw(choices(method))

    result = count(method, election, options=options, seed=SEED)

    for stage in result.rounds:
        assert sum(stage.totals.values()) + stage.exhausted == election.voters
        assert all(total >= 0 for total in stage.totals.values())
    assert result.rounds or result.blank == election.voters


@pytest.mark.parametrize("method", ELIMINATING)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_every_round_continues_the_one_before(method: str, data: st.DataObject) -> None:
    """Nobody comes back, and what is elected or eliminated in the rounds is what the result says."""
    election = data.draw(elections(method))

    result = count(method, election, seed=SEED)

    gone: set[int] = set()
    for stage in result.rounds:
        assert not gone & set(stage.totals)
        gone |= set(stage.eliminated)
        assert not gone & set(stage.elected)
    assert tuple(option for stage in result.rounds for option in stage.elected) == result.elected


@pytest.mark.parametrize("method", CONDORCET)
@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_an_option_that_beats_all_others_is_elected(method: str, data: st.DataObject) -> None:
    election = data.draw(elections(method))
    options = data.draw(choices(method))
    result = count(method, election, options=options, seed=SEED)
    winners = [
        a
        for a in election.standing
        if result.pairwise
        and all(result.pairwise[a][b] > result.pairwise[b][a] for b in election.standing if a != b)
    ]
    assume(winners)

    assert result.elected[0] == winners[0]
    assert result.order[0] == (winners[0],)


@pytest.mark.parametrize("method", ["schulze", "ranked-pairs", "borda", "approval", "score", "star"])
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_more_support_for_the_winner_never_hurts(method: str, data: st.DataObject) -> None:
    """Monotone: a new ballot for the winner alone, on top of all others, leaves it elected."""
    election = data.draw(elections(method, withdrawn=False))
    before = count(method, election, seed=SEED)
    assume(before.elected)
    winner = before.elected[0]
    size = len(election.options)
    praise: Any = {
        "marks": Marked((winner,)),
        "ranks": Ranked(((winner,),)),
        "scores": Scored(tuple(5 if option == winner else 0 for option in range(size))),
    }[METHODS[method].kind]
    more = Election(election.options, (*election.ballots, (praise, 1)), 1)

    assert count(method, more, seed=SEED).elected == (winner,)


strict = st.integers(2, 5).flatmap(
    lambda n: st.tuples(
        st.just(n),
        st.lists(
            st.permutations(range(n)).flatmap(
                lambda order: st.integers(0, n).map(lambda length: tuple(order[:length]))
            ),
            min_size=1,
            max_size=40,
        ),
    )
)
"""Elections as the plain counts take them: options, and ballots as plain orders."""


def drawn(size: int) -> tuple[int, ...]:
    return Draw(SEED, NAMES[:size]).order(range(size))


@given(strict)
@settings(max_examples=300, deadline=None)
def test_instant_runoff_is_as_told(given_: tuple[int, list[tuple[int, ...]]]) -> None:
    size, cast = given_
    winner, stages = plain.irv(cast, size)
    assume(winner is not None)

    result = count("irv", Election(NAMES[:size], grouped_as(cast, Ranked)), seed=SEED)

    assert result.elected == (winner,)
    assert [stage.totals for stage in result.rounds] == stages


@given(strict, st.integers(1, 4))
@settings(max_examples=300, deadline=None)
def test_scottish_stv_is_as_told(given_: tuple[int, list[tuple[int, ...]]], seats: int) -> None:
    size, cast = given_
    assume(any(cast))
    seats = min(seats, size)
    elected, stages = plain.scottish(cast, size, seats, drawn(size))

    election = Election(NAMES[:size], grouped_as(cast, Ranked), seats)
    result = count("stv-scottish", election, seed=SEED)

    assert [stage.totals for stage in result.rounds] == stages
    assert list(result.elected) == elected


@given(strict, st.integers(1, 4))
@settings(max_examples=300, deadline=None)
def test_meek_stv_is_as_told(given_: tuple[int, list[tuple[int, ...]]], seats: int) -> None:
    size, cast = given_
    assume(any(cast))
    seats = min(seats, size - 1)
    elected, stages = plain.meek(cast, size, seats, drawn(size))

    election = Election(NAMES[:size], grouped_as(cast, Ranked), seats)
    result = count("stv-meek", election, seed=SEED)

    assert [stage.totals for stage in result.rounds] == stages
    assert list(result.elected) == elected


@given(strict)
@settings(max_examples=200, deadline=None)
def test_schulze_is_as_defined(given_: tuple[int, list[tuple[int, ...]]]) -> None:
    size, cast = given_
    assume(any(cast))

    result = count("schulze", Election(NAMES[:size], grouped_as(cast, Ranked)), seed=SEED)

    assert [list(row) for row in result.pairwise] == plain.pairs(cast, size)
    assert set(result.order[0]) == plain.schulze(cast, size)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_equal_ranks_that_are_split_count_as_all_their_orders_together(data: st.DataObject) -> None:
    """A = B is half A > B and half B > A, for the methods without rounding."""
    size = data.draw(st.integers(2, 4))
    cast = data.draw(st.lists(rankings(size), min_size=1, max_size=6))
    method = data.draw(st.sampled_from(("irv", "borda")))
    apart = [(Ranked(order), share) for ballot in cast for order, share in orders(ballot)]
    unit = 24**size
    election = Election(NAMES[:size], tuple((ballot, unit) for ballot in cast))
    other = Election(NAMES[:size], tuple((ballot, int(share * unit)) for ballot, share in apart))
    assert other.voters == election.voters

    first, second = count(method, election, seed=SEED), count(method, other, seed=SEED)

    assert first.elected == second.elected
    assert [stage.totals for stage in first.rounds] == [stage.totals for stage in second.rounds]


def orders(ballot: Ranked) -> list[tuple[tuple[int, ...], Fraction]]:
    """Every strict order in a ballot, with its share."""
    found: list[tuple[tuple[int, ...], Fraction]] = [((), Fraction(1))]
    for level in ballot.ranks:
        found = [
            (start + rest, share / factorial(len(level)))
            for start, share in found
            for rest in permutations(level)
        ]
    return found


@given(st.lists(rankings(4), max_size=30))
def test_grouping_loses_no_ballot(cast: list[Ranked]) -> None:
    assert Counter(dict(grouped(cast))) == Counter(cast)
