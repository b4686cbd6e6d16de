"""Scottish STV: worked examples with their sources, and a tie at every kind of stage."""

from __future__ import annotations

import pytest

from bot.tally.methods import count
from bot.tally.options import Options
from bot.tally.result import Result
from bot.tally.ties import lot
from tests.bot.tally.elections import names, ranked

WIKIPEDIA = ranked("Oranges Pears Chocolate Strawberries Hamburgers", {
    "Oranges": 4, "Pears > Oranges": 2, "Chocolate > Strawberries": 8,
    "Chocolate > Hamburgers": 4, "Strawberries": 1, "Hamburgers": 1,
}, seats=3)  # fmt: skip
"""The food of a party of twenty, en.wikipedia.org/wiki/Single_transferable_vote (until 2022)."""


def decimals(result: Result, stage: int) -> list[str]:
    """The totals of a stage and its non-transferable votes, to five places."""
    found = result.rounds[stage]
    return [f"{value:.5f}" for value in map(float, (*found.totals.values(), found.exhausted))]


def test_a_party_agrees_on_its_food() -> None:
    """Quota 20 // 4 + 1 = 6; of Chocolate's 12 papers each goes on with a half."""
    result = count("stv-scottish", WIKIPEDIA)

    assert names(WIKIPEDIA, result.elected) == "Chocolate Oranges Strawberries"
    assert [stage.quota for stage in result.rounds] == [6] * 4
    assert [decimals(result, stage) for stage in range(4)] == [
        ["4.00000", "2.00000", "12.00000", "1.00000", "1.00000", "0.00000"],
        ["4.00000", "2.00000", "6.00000", "5.00000", "3.00000", "0.00000"],
        ["6.00000", "6.00000", "5.00000", "3.00000", "0.00000"],
        ["6.00000", "6.00000", "5.00000", "3.00000"],
    ]


def test_papers_keep_their_history_of_values() -> None:
    """Quota 30 // 4 + 1 = 8.

    Stage 1: A 12, B 7, C 6, D 5. A's surplus 4: each of 12 papers is worth 4 / 12 = 0.33333.
    Stage 2: B 7 + 9 × 0.33333 = 9.99997, C 6 + 3 × 0.33333 = 6.99999; lost 0.00004. B's surplus
    1.99997 of 9.99997: papers of value 1 are worth 0.19999 (7 of them, to D), those of 0.33333 worth
    1.99997 × 0.33333 / 9.99997 = 0.06666 (9 of them, to C).
    Stage 3: C 6.99999 + 0.59994 = 7.59993, D 5 + 1.39993 = 6.39993; lost 0.00010 more. D goes.
    Stage 4: C 7.59993 + 5 = 12.59993; the 1.39993 of B > D name nobody else.
    """
    election = ranked("A B C D", {
        "A > B > C": 9, "A > C": 3, "B > D": 7, "C": 6, "D > C": 5,
    }, seats=3)  # fmt: skip

    result = count("stv-scottish", election)

    assert names(election, result.elected) == "A B C"
    assert [decimals(result, stage) for stage in range(4)] == [
        ["12.00000", "7.00000", "6.00000", "5.00000", "0.00000"],
        ["8.00000", "9.99997", "6.99999", "5.00000", "0.00004"],
        ["8.00000", "8.00000", "7.59993", "6.39993", "0.00014"],
        ["8.00000", "8.00000", "12.59993", "1.40007"],
    ]
    assert [stage.surplus_of for stage in result.rounds] == [0, 1, None, None]
    assert [stage.eliminated for stage in result.rounds] == [(), (), (3,), ()]


def test_non_transferable_papers_take_their_part_of_the_surplus_along() -> None:
    """Quota 20 // 3 + 1 = 7; A's surplus 5 of 12; the 6 papers that name nobody else take 2.49996."""
    election = ranked("A B C", {"A": 6, "A > B": 6, "B": 3, "C": 5}, seats=2)

    result = count("stv-scottish", election)

    assert decimals(result, 1) == ["7.00000", "5.49996", "5.00000", "2.50004"]


def test_an_exact_quota_elects_and_transfers_nothing() -> None:
    """Rules 47 and 48: at least the quota is elected, more than the quota is transferred."""
    election = ranked("A B C", {"A > B": 4, "B": 3, "C": 2}, seats=2)

    result = count("stv-scottish", election)

    assert result.rounds[0].quota == result.rounds[0].totals[0] == 4
    assert result.rounds[0].surplus_of is None
    assert result.rounds[0].eliminated == (2,)
    assert names(election, result.elected) == "A B"


def test_the_last_vacancies_are_filled_when_the_last_exclusion_is_told() -> None:
    """Rule 52: two continue for one seat; the lower one is excluded, and the other one is left."""
    election = ranked("A B C", {"A": 6, "B > C": 3, "C": 2}, seats=2)

    result = count("stv-scottish", election)

    assert names(election, result.elected) == "A B"
    assert [stage.eliminated for stage in result.rounds] == [(), (2,), ()]
    assert decimals(result, 1) == ["4.00000", "3.00000", "2.00000", "2.00000"]
    assert decimals(result, 2) == ["4.00000", "3.00000", "4.00000"]
    assert result.rounds[2].elected == (1,)


def test_surpluses_come_before_exclusions_and_the_highest_first() -> None:
    election = ranked("A B C D E", {
        "A > C": 10, "B > D": 12, "C": 4, "D": 3, "E": 2,
    }, seats=3)  # fmt: skip

    result = count("stv-scottish", election)

    assert [stage.surplus_of for stage in result.rounds[:2]] == [1, 0]
    assert [stage.eliminated for stage in result.rounds[:2]] == [(), ()]


def test_equal_surpluses_are_ordered_by_the_latest_stage_in_which_they_differ() -> None:
    """Rule 49 (2). Quota 46 // 5 + 1 = 10. A's surplus gives C 20 halves: B and C have 12 at stage 2,
    but B had 12 and C had 2 at stage 1.
    """
    election = ranked("A B C D E", {"A > C": 20, "B > D": 12, "C": 2, "D": 6, "E": 6}, seats=4)

    result = count("stv-scottish", election)

    assert decimals(result, 1) == ["10.00000", "12.00000", "12.00000", "6.00000", "6.00000", "0.00000"]
    assert [stage.surplus_of for stage in result.rounds[:2]] == [0, 1]
    assert [(t.round, t.options, t.chosen, t.rule, t.purpose) for t in result.ties] == [
        (2, (1, 2), (1,), "earlier rounds", "surplus")
    ]


def test_surpluses_equal_at_every_stage_are_drawn() -> None:
    """Rule 49 (3)."""
    election = ranked("A B C D E", {"A > C": 7, "B > D": 7, "C": 2, "D": 2, "E": 1}, seats=3)

    for seed in map(str, range(10)):
        result = count("stv-scottish", election, seed=seed)
        first = min("AB", key=lambda name: lot(seed, name))

        assert names(election, [result.rounds[0].surplus_of or 0]) == first
        first_tie = result.ties[0]
        assert (first_tie.round, first_tie.rule, first_tie.purpose) == (1, "draw", "surplus")


def test_equal_lowest_are_settled_by_the_latest_stage_in_which_they_differ() -> None:
    """Rule 51 (2) (a), after test/blt/scotland/weak-defeat.blt of Droop: at stage 2 B and C have 3."""
    election = ranked("A B C D E", {"A > B": 1, "B": 2, "C": 3, "D": 4, "E": 5}, seats=2)

    result = count("stv-scottish", election)

    assert names(election, result.rounds[1].eliminated) == "B"
    assert [(t.round, t.options, t.chosen, t.rule, t.purpose) for t in result.ties] == [
        (2, (1, 2), (1,), "earlier rounds", "exclusion")
    ]


def test_lowest_equal_at_every_stage_are_drawn() -> None:
    """Rule 51 (2) (b)."""
    election = ranked("A B C", {"A": 3, "B > A": 1, "C > A": 1}, seats=2)

    for seed in map(str, range(10)):
        result = count("stv-scottish", election, seed=seed)

        assert names(election, result.elected) == "A " + min("BC", key=lambda name: lot(seed, name))


def test_unclear_and_blank_ballots_are_no_valid_ones() -> None:
    """Rules 43 and 46: 9 valid ballots and 2 seats make a quota of 4."""
    election = ranked("A B C", {"A > B = C": 5, "B > A": 4, "A = B": 3, "": 2}, seats=2)

    result = count("stv-scottish", election)

    assert result.rounds[0].quota == 4
    assert result.blank == result.rounds[0].exhausted == 5


@pytest.mark.parametrize(
    ("equal", "expected"),
    [
        (None, ["5.00000", "1.00000", "3.00000", "3.00000"]),
        ("exhaust", ["5.00000", "1.00000", "3.00000", "3.00000"]),
        ("skip", ["5.00000", "1.00000", "6.00000", "0.00000"]),
        ("split", ["6.50000", "2.50000", "3.00000", "0.00000"]),
    ],
)
def test_options_on_one_rank(equal: str | None, expected: list[str]) -> None:
    election = ranked("A B C", {"A": 5, "B": 1, "C": 3, "A = B > C": 3})

    assert decimals(count("stv-scottish", election, options=Options(equal=equal)), 0) == expected


def test_what_splitting_loses_is_stated() -> None:
    """A third of a vote is 0.33333; three ballots lose 0.00003."""
    election = ranked("A B C", {"A": 5, "A = B = C": 3})

    result = count("stv-scottish", election, options=Options(equal="split"))

    assert decimals(result, 0) == ["5.99999", "0.99999", "0.99999", "0.00003"]


def test_the_hare_quota_is_larger() -> None:
    election = ranked("A B C", {"A > B": 11, "B": 3, "C": 6}, seats=2)

    assert count("stv-scottish", election).rounds[0].quota == 7
    hare = count("stv-scottish", election, options=Options(quota="hare"))
    assert hare.rounds[0].quota == 10
    assert names(election, hare.elected) == "A C"


def test_as_many_options_as_seats_are_all_elected_at_once() -> None:
    election = ranked("A B C", {"B": 3, "C": 2}, seats=3)

    result = count("stv-scottish", election)

    assert names(election, result.elected) == "B C A"
    assert len(result.rounds) == 1
