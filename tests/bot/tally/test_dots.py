"""Dots and quadratic voting: worked examples, and what a ballot may spend."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.tally.dots import dots_cost, quadratic_cost
from bot.tally.methods import count
from bot.tally.options import Options
from tests.bot.tally.elections import names, scored, totals


def test_a_minority_that_gathers_its_dots_gets_a_seat() -> None:
    """Illinois from 1870 to 1980: three seats, three votes each, 74 voters against 26 and more."""
    election = scored("A B C D", [("1 1 1 0", 74), ("0 0 0 3", 26)], seats=3)

    result = count("dots", election, options=Options(points=3), seed="x")

    assert totals(election, result) == {"A": "74", "B": "74", "C": "74", "D": "78"}
    assert 3 in result.elected


def test_strong_wishes_of_few_weigh_against_slight_ones_of_many() -> None:
    """16 credits buy 4 votes for one option, or about 2 for each of four."""
    election = scored("Park Road", [("4 0", 3), ("0 1", 10)])

    result = count("quadratic", election, options=Options(points=16))

    assert totals(election, result) == {"Park": "12", "Road": "10"}
    assert names(election, result.elected) == "Park"


def test_a_ballot_that_spends_too_much_is_void() -> None:
    election = scored("A B", [("3 3", 1), ("2 1", 1), ("0 5", 1)])

    dots = count("dots", election, options=Options(points=5))
    quadratic = count("quadratic", election, options=Options(points=18))

    assert (totals(election, dots), dots.blank) == ({"A": "2", "B": "6"}, 1)
    assert (totals(election, quadratic), quadratic.blank) == ({"A": "5", "B": "4"}, 1)


def test_of_equal_sums_the_one_that_more_voters_gave_something_wins() -> None:
    election = scored("A B", [("3 1", 1), ("0 2", 1)])

    result = count("dots", election)

    assert names(election, result.elected) == "B"
    assert [tie.rule for tie in result.ties] == ["voters"]


@given(st.lists(st.none() | st.integers(0, 50), max_size=6), st.integers(0, 50))
def test_each_further_vote_costs_two_credits_more(votes: list[int | None], more: int) -> None:
    base = quadratic_cost([*votes, more])

    assert quadratic_cost([*votes, more + 1]) - base == 2 * more + 1
    assert quadratic_cost(votes) >= dots_cost(votes)
