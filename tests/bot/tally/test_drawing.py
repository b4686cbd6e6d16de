"""The picture of a count shows its totals, its rounds or its pairs, and hides nothing."""

from __future__ import annotations

from fractions import Fraction

import pytest

from bot.tally.drawing import drawn
from bot.tally.result import Result, Round
from bot.text.charts import COLUMNS_MAX, Bars, Grid, told
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import Node, Words

EN = reader("en", "UTC", "/")


def name(option: int) -> Node:
    return Words("ABCDEFGHIJKLMNOP"[option])


def in_words(result: Result) -> str:
    chart = drawn(result, name)
    assert chart is not None
    return render(told(chart), EN)


def votes(*counts: int | str) -> dict[int, Fraction]:
    return {option: Fraction(count) for option, count in enumerate(counts)}


def test_one_round_is_bars_the_highest_first() -> None:
    result = Result("single", 1, (1,), (Round(votes(2, 5, 2), elected=(1,)),))
    assert in_words(result) == "Votes: B: 5, A: 2, C: 2"
    chart = drawn(result, name)
    assert isinstance(chart, Bars)
    assert [(bar.length, bar.strong) for bar in chart.bars] == [
        (1000, True),
        (400, False),
        (400, False),
    ]


def test_several_rounds_are_a_grid_with_who_won_and_who_went_out() -> None:
    rounds = (
        Round(votes(3, 1, 2), eliminated=(1,)),
        Round({0: Fraction(10, 3), 2: Fraction(8, 3)}, elected=(0,)),
    )
    assert in_words(Result("irv", 1, (0,), rounds)).splitlines() == [
        "Votes, round by round:",
        "- A (Round 1: 3, Round 2: 3.33 ✓)",
        "- B (Round 1: 1 ✗)",
        "- C (Round 1: 2, Round 2: 2.67)",
    ]


def test_pairs_are_a_grid_with_each_pairs_winner() -> None:
    result = Result("schulze", 1, (0,), pairwise=((0, 4, 2), (1, 0, 3), (3, 2, 0)))
    assert in_words(result).splitlines()[1:] == [
        "- A (B: 4 ✓, C: 2)",
        "- B (A: 1, C: 3 ✓)",
        "- C (A: 3 ✓, B: 2)",
    ]


EMPTY = [
    Result("sortition", 1, (0,)),
    Result("single", 1, (), (Round(votes(0, 0)),)),
    Result("schulze", 1, (0,), pairwise=((0,) * (COLUMNS_MAX + 1),) * (COLUMNS_MAX + 1)),
]


@pytest.mark.parametrize("result", EMPTY, ids=["no rounds", "no votes", "too wide to be whole"])
def test_where_a_picture_would_say_nothing_or_half_there_is_none(result: Result) -> None:
    assert drawn(result, name) is None


def test_no_cell_is_fuller_than_full() -> None:
    rounds = (Round(votes("1/3", "7/2")), Round(votes("0", "7/2")))
    chart = drawn(Result("stv-meek", 2, (), rounds), name)
    assert isinstance(chart, Grid)
    assert [[cell.fill for cell in row.cells] for row in chart.rows] == [[95, 0], [1000, 1000]]
