"""Meek STV by the reference rule: worked examples with their sources, and its options."""

from __future__ import annotations

from fractions import Fraction

import pytest

from bot.tally.ballots import Election, Ranked
from bot.tally.methods import count
from bot.tally.options import Options
from bot.tally.result import Result
from bot.tally.ties import lot
from tests.bot.tally.elections import names, ranked

UNIT = Fraction(1, 10**9)


def decimals(result: Result, stage: int) -> list[str]:
    """The totals of a round to nine places."""
    return [f"{float(value):.9f}" for value in result.rounds[stage].totals.values()]


@pytest.mark.parametrize(
    ("election", "quota", "last"),
    [
        (
            ranked("Castor Pollux Helen", {"Castor > Pollux": 4, "Helen": 2}, seats=2),
            "2.000000001",
            ["2.000000004", "1.999999996", "2.000000000"],
        ),
        (
            ranked("Castor Pollux Helen", {"Castor > Pollux": 5, "Pollux": 1, "Helen": 3}, seats=2),
            "3.000000001",
            ["3.000000005", "2.999999995", "3.000000000"],
        ),
    ],
)
def test_what_rounding_up_keeps_back_decides_between_pollux_and_helen(
    election: Election[Ranked], quota: str, last: list[str]
) -> None:
    """Elections 42 and 513 of Droop 0.11 (J. Lundell, the rule's author), rule meek-prf.

    In exact arithmetic the two would tie. The surplus left over is too small to make up for what
    rounding took from Pollux, so there is no tie to be drawn.
    """
    result = count("stv-meek", election)

    assert names(election, result.elected) == "Castor Helen"
    assert decimals(result, 1) == last
    assert [f"{float(stage.quota or 0):.9f}" for stage in result.rounds] == [quota] * 2
    assert [stage.eliminated for stage in result.rounds] == [(), (1,)]
    assert result.ties == ()


def test_the_quota_falls_with_the_votes_that_are_exhausted() -> None:
    """Worked by hand: half of 9, and when C is gone half of 7, each rounded up to more than that."""
    election = ranked("A B C", {"A": 4, "B": 3, "C": 2})

    result = count("stv-meek", election)

    assert [stage.quota for stage in result.rounds] == [
        Fraction(9, 2) + UNIT,
        Fraction(7, 2) + UNIT,
    ]
    assert [stage.exhausted for stage in result.rounds] == [0, 2]
    assert names(election, result.elected) == "A"


def test_everybody_elected_keeps_only_what_they_need() -> None:
    """Worked by hand: of A's 8 votes a quota of 4 stays, so half of each goes on to B."""
    election = ranked("A B C", {"A > B": 8, "B": 1, "C": 3}, seats=2)

    result = count("stv-meek", election)

    assert names(election, result.elected) == "A B"
    assert decimals(result, 0) == ["8.000000000", "1.000000000", "3.000000000"]
    assert decimals(result, 1) == ["4.000000008", "4.999999992", "3.000000000"]


def test_a_vote_for_somebody_elected_is_worth_the_same_wherever_it_comes_from() -> None:
    """Meek's point: a ballot that comes to A late passes on as much as one that began there."""
    election = ranked("A B C D", {"A > C": 6, "D > A > C": 2, "B": 5, "C": 2}, seats=2)

    result = count("stv-meek", election)

    assert result.rounds[-1].totals[2] > 2
    assert names(election, result.elected) == "A B"


def test_all_within_the_surplus_of_the_lowest_are_tied() -> None:
    """Step B.3: without surplus, equal votes tie; the drawn order decides."""
    election = ranked("A B C", {"A": 5, "B": 2, "C": 2}, seats=2)

    for seed in map(str, range(10)):
        result = count("stv-meek", election, seed=seed)

        first = min("BC", key=lambda name: lot(seed, name))
        assert names(election, result.elected) == f"A {first}"
        assert [(t.options, t.rule, t.purpose) for t in result.ties] == [((1, 2), "draw", "exclusion")]


def test_withdrawn_options_keep_nothing() -> None:
    election = ranked("A B C", {"A > B": 5, "C": 3, "B": 1}, seats=1, withdrawn="A")

    result = count("stv-meek", election)

    assert decimals(result, 0) == ["6.000000000", "3.000000000"]
    assert names(election, result.elected) == "B"


@pytest.mark.parametrize(
    ("equal", "expected", "exhausted"),
    [
        (None, ["4.000000000", "2.000000000", "3.000000000"], 0),
        ("split", ["4.000000000", "2.000000000", "3.000000000"], 0),
        ("exhaust", ["3.000000000", "1.000000000", "3.000000000"], 2),
        ("skip", ["3.000000000", "1.000000000", "5.000000000"], 0),
    ],
)
def test_options_on_one_rank(equal: str | None, expected: list[str], exhausted: int) -> None:
    election = ranked("A B C", {"A": 3, "B": 1, "C": 3, "A = B > C": 2})

    result = count("stv-meek", election, options=Options(equal=equal))

    assert decimals(result, 0) == expected
    assert result.rounds[0].exhausted == exhausted


def test_what_the_elected_on_a_shared_rank_do_not_keep_goes_on() -> None:
    """A = B > C: A keeps half of its half, so a quarter of the ballot goes on to C."""
    election = ranked("A B C", {"A": 6, "A = B > C": 4, "B": 1, "C": 1}, seats=2)

    result = count("stv-meek", election)

    kept = result.rounds[1].totals
    assert result.rounds[0].elected == (0,)
    assert kept[1] == 3
    assert abs(kept[0] + kept[2] + result.rounds[1].exhausted - 9) < UNIT


def test_the_hare_quota_is_all_votes_by_the_seats() -> None:
    election = ranked("A B C", {"A > B": 8, "B": 3, "C": 4}, seats=2)

    hare = count("stv-meek", election, options=Options(quota="hare"))

    assert hare.rounds[0].quota == Fraction(15, 2)
    assert count("stv-meek", election).rounds[0].quota == 5 + UNIT


def test_as_many_options_as_seats_are_all_elected_at_once() -> None:
    election = ranked("A B C", {"B": 3, "C": 2}, seats=3)

    result = count("stv-meek", election)

    assert names(election, result.elected) == "B C A"
    assert len(result.rounds) == 1
