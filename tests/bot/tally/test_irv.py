"""Instant runoff: worked examples with their sources, and its options."""

from __future__ import annotations

import pytest

from bot.tally.methods import count
from bot.tally.options import Options
from bot.tally.ties import lot
from tests.bot.tally.elections import names, ranked, totals

TENNESSEE = ranked("Memphis Nashville Chattanooga Knoxville", {
    "Memphis > Nashville > Chattanooga > Knoxville": 42,
    "Nashville > Chattanooga > Knoxville > Memphis": 26,
    "Chattanooga > Knoxville > Nashville > Memphis": 15,
    "Knoxville > Chattanooga > Nashville > Memphis": 17,
})  # fmt: skip
"""The capital of Tennessee, en.wikipedia.org/wiki/Instant-runoff_voting."""

BURLINGTON = ranked("Wright Kiss Montroll", {
    "Wright > Kiss > Montroll": 495, "Wright > Montroll > Kiss": 1513, "Wright": 1289,
    "Kiss > Wright > Montroll": 371, "Kiss > Montroll > Wright": 2043, "Kiss": 568,
    "Montroll > Wright > Kiss": 767, "Montroll > Kiss > Wright": 1332, "Montroll": 455,
})  # fmt: skip
"""The mayor of Burlington 2009, ballots by the last three (rangevoting.org/Burlington.html).
The official last round was 4,313 to 4,061."""


def test_the_capital_of_tennessee_is_knoxville() -> None:
    result = count("irv", TENNESSEE)

    assert names(TENNESSEE, result.elected) == "Knoxville"
    assert [totals(TENNESSEE, result, stage) for stage in range(3)] == [
        {"Memphis": "42", "Nashville": "26", "Chattanooga": "15", "Knoxville": "17"},
        {"Memphis": "42", "Nashville": "26", "Knoxville": "32"},
        {"Memphis": "42", "Knoxville": "58"},
    ]
    assert [stage.eliminated for stage in result.rounds] == [(2,), (1,), ()]


def test_a_winner_of_every_pair_can_drop_out_early() -> None:
    """Burlington 2009: Montroll beats both others one to one, and IRV drops him first."""
    result = count("irv", BURLINGTON)

    assert names(BURLINGTON, result.elected) == "Kiss"
    assert names(BURLINGTON, result.rounds[0].eliminated) == "Montroll"
    assert totals(BURLINGTON, result) == {"Wright": "4064", "Kiss": "4314"}
    assert result.rounds[1].exhausted == 455
    for method in ("schulze", "ranked-pairs"):
        assert names(BURLINGTON, count(method, BURLINGTON).elected) == "Montroll"


def test_a_spoiler_under_plurality_is_none_under_irv() -> None:
    """Two of a kind split the vote of most; a made-up example of the textbook case."""
    election = ranked("Left Leftish Right", {
        "Left > Leftish > Right": 35, "Leftish > Left > Right": 25, "Right": 40,
    })  # fmt: skip

    result = count("irv", election)

    assert names(election, result.elected) == "Left"


@pytest.mark.parametrize(
    ("equal", "expected", "exhausted", "winner"),
    [
        (None, {"A": "5", "B": "9/2", "C": "7/2"}, 0, "B"),
        ("split", {"A": "5", "B": "9/2", "C": "7/2"}, 0, "B"),
        ("exhaust", {"A": "5", "B": "2", "C": "1"}, 5, "A"),
        ("skip", {"A": "9", "B": "2", "C": "1"}, 1, "A"),
    ],
)
def test_options_on_one_rank(
    equal: str | None, expected: dict[str, str], exhausted: int, winner: str
) -> None:
    election = ranked("A B C", {"A": 5, "B > A": 2, "C": 1, "B = C > A": 4, "B = C": 1})

    result = count("irv", election, options=Options(equal=equal))

    assert totals(election, result, 0) == expected
    assert result.rounds[0].exhausted == exhausted
    assert names(election, result.elected) == winner


def test_a_shared_ballot_goes_whole_to_who_is_left_of_the_rank() -> None:
    election = ranked("A B C", {"A": 4, "B = C": 3, "B": 2})

    result = count("irv", election)

    assert totals(election, result, 0) == {"A": "4", "B": "7/2", "C": "3/2"}
    assert totals(election, result, 1) == {"A": "4", "B": "5"}


def test_equal_ones_go_together_when_their_order_cannot_matter() -> None:
    election = ranked("A B C D E", {"A": 5, "B": 4, "C > B": 1, "D > B": 1, "E > B": 1})

    result = count("irv", election)

    assert result.rounds[0].eliminated == (2, 3, 4)
    assert names(election, result.elected) == "B"
    assert result.ties == ()


def test_a_tie_is_settled_by_the_latest_round_in_which_they_differ() -> None:
    """After C is gone A and B have 5 each; before, B had 4."""
    election = ranked("A B C D", {"A": 5, "B": 4, "C > B": 1, "D": 6})

    result = count("irv", election)

    assert totals(election, result, 1) == {"A": "5", "B": "5", "D": "6"}
    assert [(t.round, t.options, t.chosen, t.rule, t.purpose) for t in result.ties] == [
        (2, (0, 1), (1,), "earlier rounds", "exclusion")
    ]
    assert result.rounds[1].eliminated == (1,)


def test_equal_in_every_round_the_draw_decides() -> None:
    election = ranked("A B", {"A": 3, "B": 3})

    for seed in map(str, range(20)):
        result = count("irv", election, seed=seed)

        assert names(election, result.elected) == min("AB", key=lambda name: lot(seed, name))
        assert [tie.rule for tie in result.ties] == ["draw"]


def test_withdrawn_options_are_passed_over() -> None:
    election = ranked("A B C", {"A > B": 5, "C": 4, "A": 2}, withdrawn="A")

    result = count("irv", election)

    assert totals(election, result) == {"B": "5", "C": "4"}
    assert result.rounds[0].exhausted == result.blank == 2


@pytest.mark.parametrize("equal", ["split", "exhaust", "skip"])
@pytest.mark.parametrize("method", ["irv", "stv-scottish", "stv-meek"])
def test_who_shared_a_rank_with_somebody_withdrawn_has_it_alone(method: str, equal: str) -> None:
    election = ranked("A B C", {"A = B > C": 5, "C": 4}, withdrawn="A")

    result = count(method, election, options=Options(equal=equal))

    assert totals(election, result, 0) == {"B": "5", "C": "4"}
