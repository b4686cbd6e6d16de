"""Borda: a worked example with its source, and the variants."""

from __future__ import annotations

import pytest

from bot.tally.methods import count
from bot.tally.options import Options
from tests.bot.tally.elections import names, ranked, totals
from tests.bot.tally.test_irv import TENNESSEE


def test_the_capital_of_tennessee_is_nashville() -> None:
    """en.wikipedia.org/wiki/Borda_count."""
    result = count("borda", TENNESSEE)

    assert names(TENNESSEE, result.elected) == "Nashville"
    assert totals(TENNESSEE, result) == {
        "Memphis": "126", "Nashville": "194", "Chattanooga": "173", "Knoxville": "107",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("borda", "expected"),
    [
        # Four options give 3, 2, 1, 0; A and C share 3 and 2 on the last ballot, and C and D share
        # 1 and 0 on the first one, where they have no rank.
        (None, {"A": "15/2", "B": "4", "C": "6", "D": "1/2"}),
        ("classic", {"A": "15/2", "B": "4", "C": "6", "D": "1/2"}),
        # Without a rank there is nothing.
        ("zero", {"A": "15/2", "B": "4", "C": "11/2", "D": "0"}),
        # Two ranked give 2 and 1, four give 4, 3, 2 and 1.
        ("modified", {"A": "17/2", "B": "5", "C": "15/2", "D": "2"}),
        # 1, 1/2, 1/3, 1/4.
        ("dowdall", {"A": "9/4", "B": "7/6", "C": "7/4", "D": "1/2"}),
    ],
)
def test_the_variants_differ_in_what_short_ballots_give(
    borda: str | None, expected: dict[str, str]
) -> None:
    election = ranked("A B C D", {"A > B": 1, "C > A > B > D": 1, "A = C > B > D": 1})

    result = count("borda", election, options=Options(borda=borda))

    assert totals(election, result) == expected


def test_of_equal_points_the_one_with_more_first_places_wins() -> None:
    """A and B have 4 each: A by two first places, B by one and two second ones."""
    election = ranked("A B C", {"A > B > C": 1, "A > C > B": 1, "B > C > A": 1, "C > B > A": 1})

    result = count("borda", election)

    assert totals(election, result) == {"A": "4", "B": "4", "C": "4"}
    assert names(election, result.elected) == "A"
    assert [(t.options, t.chosen, t.rule) for t in result.ties] == [((0, 1, 2), (0,), "first ranks")]


def test_withdrawn_options_leave_no_gap() -> None:
    election = ranked("A B C", {"A > B > C": 2, "C > A > B": 1}, withdrawn="A")

    result = count("borda", election)

    assert totals(election, result) == {"B": "2", "C": "1"}
