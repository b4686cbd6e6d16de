"""Score and STAR: worked examples with their sources, and every tie rule of STAR's protocol."""

from __future__ import annotations

import pytest

from bot.tally.ballots import Election, Scored
from bot.tally.methods import count
from bot.tally.options import Options
from bot.tally.ties import lot
from tests.bot.tally.elections import names, scored, totals

TENNESSEE = scored("Memphis Nashville Chattanooga Knoxville", [
    ("5 2 1 0", 42), ("0 5 2 1", 26), ("0 3 5 4", 15), ("0 2 4 5", 17),
])  # fmt: skip
"""The capital of Tennessee, en.wikipedia.org/wiki/STAR_voting."""


def test_the_capital_of_tennessee_is_nashville() -> None:
    sums = {"Memphis": "210", "Nashville": "293", "Chattanooga": "237", "Knoxville": "171"}

    score, star = count("score", TENNESSEE), count("star", TENNESSEE)

    assert totals(TENNESSEE, score) == totals(TENNESSEE, star, 0) == sums
    assert names(TENNESSEE, score.elected) == names(TENNESSEE, star.elected) == "Nashville"
    assert totals(TENNESSEE, star, 1) == {"Nashville": "68", "Chattanooga": "32"}
    assert names(TENNESSEE, star.rounds[0].eliminated) == "Memphis Knoxville"


def test_the_runoff_can_turn_the_sums_round() -> None:
    """A few strong scores against many slight preferences."""
    election = scored("A B C", [("5 0 0", 4), ("2 3 0", 6)])

    assert totals(election, count("score", election)) == {"A": "32", "B": "18", "C": "0"}
    assert names(election, count("score", election).elected) == "A"
    assert names(election, count("star", election).elected) == "B"
    assert totals(election, count("star", election)) == {"A": "4", "B": "6"}


def test_no_score_counts_as_nothing() -> None:
    election = scored("A B", [("3 -", 2), ("- 5", 1), ("- -", 4)])

    result = count("score", election)

    assert totals(election, result) == {"A": "6", "B": "5"}
    assert result.blank == result.rounds[0].exhausted == 4


def test_of_equal_sums_the_one_with_more_highest_scores_wins() -> None:
    election = scored("A B", [("3 5", 1), ("3 1", 1)])

    result = count("score", election)

    assert names(election, result.elected) == "B"
    assert [tie.rule for tie in result.ties] == ["top scores"]


def test_the_highest_score_can_be_chosen() -> None:
    election = scored("A B", [("10 3", 1), ("0 4", 1)])

    assert names(election, count("score", election, options=Options(top=10)).elected) == "A"


@pytest.mark.parametrize(
    ("election", "finalists", "rule"),
    [
        # A 10; B and C 6: more prefer C to B.
        (scored("A B C", [("5 5 1", 1), ("5 0 2", 1), ("0 1 3", 1)]), "A C", "head-to-head"),
        # A 9; B and C 5, one prefers each; B has a five.
        (scored("A B C", [("5 5 2", 1), ("4 0 3", 1)]), "A B", "top scores"),
        # A 9; B and C 4, one prefers each, and nobody gives a five.
        (scored("A B C", [("5 3 1", 1), ("4 1 3", 1)]), None, "draw"),
    ],
)
def test_a_tie_for_the_second_place_in_the_runoff(
    election: Election[Scored], finalists: str | None, rule: str
) -> None:
    """starvoting.org/ties, the official protocol, step 1 and the five star tie rule."""
    for seed in map(str, range(5)):
        result = count("star", election, seed=seed)
        expected = finalists or "A " + min("BC", key=lambda name: lot(seed, name))

        assert {election.options[o] for o in result.rounds[1].totals} == set(expected.split())
        assert [(t.round, t.options, t.rule, t.purpose) for t in result.ties] == [
            (1, (1, 2), rule, "runoff")
        ]


def test_who_loses_most_comparisons_drops_out_first() -> None:
    """All have 6; C loses to both others by 2 to 3, and these are equal to each other."""
    election = scored("A B C", [("2 2 0", 3), ("0 0 5", 1), ("0 0 1", 1)])

    result = count("star", election)

    assert set(result.rounds[1].totals) == {0, 1}
    assert [(t.options, set(t.chosen), t.rule) for t in result.ties[:1]] == [
        ((0, 1, 2), {0, 1}, "head-to-head")
    ]


@pytest.mark.parametrize(
    ("election", "winner", "rule"),
    [
        # One prefers each; A has the higher sum.
        (scored("A B", [("5 0", 1), ("0 1", 1)]), "A", "score"),
        # One prefers each, both have 6; B has a five.
        (scored("A B", [("2 5", 1), ("4 1", 1)]), "B", "top scores"),
        (scored("A B", [("2 3", 1), ("3 2", 1)]), None, "draw"),
    ],
)
def test_a_tie_in_the_runoff(election: Election[Scored], winner: str | None, rule: str) -> None:
    """starvoting.org/ties, step 2 and the five star tie rule."""
    for seed in map(str, range(5)):
        result = count("star", election, seed=seed)

        assert names(election, result.elected) == winner or min("AB", key=lambda name: lot(seed, name))
        assert [(t.round, t.rule, t.purpose) for t in result.ties] == [(2, rule, "runoff")]


def test_a_single_option_needs_no_runoff_partner() -> None:
    election = scored("A", [("4", 2)])

    assert names(election, count("star", election).elected) == "A"
