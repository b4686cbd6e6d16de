"""Marks: single, several, approval; and the draw."""

from __future__ import annotations

import pytest

from bot.tally.ballots import Election
from bot.tally.methods import count
from bot.tally.options import Options
from bot.tally.ties import lot
from tests.bot.tally.elections import marked, names, totals

TENNESSEE = marked("Memphis Nashville Knoxville Chattanooga", {
    "Memphis": 42, "Nashville": 26, "Chattanooga": 15, "Knoxville": 17,
})  # fmt: skip
"""The capital of Tennessee, en.wikipedia.org/wiki/Plurality_voting."""


def test_the_largest_minority_wins_under_plurality() -> None:
    result = count("single", TENNESSEE)

    assert names(TENNESSEE, result.elected) == "Memphis"
    assert totals(TENNESSEE, result) == {
        "Memphis": "42", "Nashville": "26", "Knoxville": "17", "Chattanooga": "15",
    }  # fmt: skip
    assert result.ties == ()


def test_several_seats_go_to_the_next_ones() -> None:
    result = count("single", Election(TENNESSEE.options, TENNESSEE.ballots, seats=3))

    assert names(TENNESSEE, result.elected) == "Memphis Nashville Knoxville"


def test_approval_counts_every_mark() -> None:
    election = marked("A B C", {"A B": 3, "B C": 2, "C": 4, "": 1})

    result = count("approval", election)

    assert totals(election, result) == {"A": "3", "B": "5", "C": "6"}
    assert names(election, result.elected) == "C"
    assert result.blank == 1


@pytest.mark.parametrize(
    ("overvotes", "expected", "exhausted"),
    [
        (None, {"A": "1", "B": "2", "C": "2"}, 3),
        ("void", {"A": "1", "B": "2", "C": "2"}, 3),
        ("split", {"A": "3", "B": "4", "C": "4"}, 0),
    ],
)
def test_a_ballot_with_too_many_marks(
    overvotes: str | None, expected: dict[str, str], exhausted: int
) -> None:
    election = marked("A B C", {"A B C": 3, "B C": 2, "A": 1})

    result = count("several", election, options=Options(marks=2, overvotes=overvotes))

    assert totals(election, result) == expected
    assert result.rounds[0].exhausted == exhausted


def test_a_tie_is_drawn_from_the_seed_and_the_names_alone() -> None:
    election = marked("A B C", {"A": 2, "B": 2, "C": 1})
    other_order = marked("C B A", {"B": 2, "C": 1, "A": 2})

    for seed in map(str, range(20)):
        first = min("AB", key=lambda name: lot(seed, name))
        result = count("single", election, seed=seed)

        assert names(election, result.elected) == first
        assert names(other_order, count("single", other_order, seed=seed).elected) == first
        assert [(t.options, t.chosen, t.rule) for t in result.ties] == [
            ((0, 1), result.elected, "draw")
        ]


def test_a_tie_that_decides_nothing_is_not_told() -> None:
    election = marked("A B C", {"A": 2, "B": 2, "C": 1}, seats=2)

    result = count("single", election)

    assert set(result.elected) == {0, 1}
    assert result.ties == ()
