"""Settling up: nothing is left, nobody pays who is owed, few people make the fewest payments."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.value.settlement import EXACT_MAX, Payment, settlement


def _closed(counts: list[int]) -> dict[int, int]:
    """Balances of as many people and one more, who makes them sum to nothing."""
    return dict(enumerate([*counts, -sum(counts)], start=1))


@cache
def _fewest(counts: tuple[int, ...]) -> int:
    """By trying every payment of all of what somebody owes or is owed, to anybody else."""
    left = tuple(sorted(each for each in counts if each))
    if not left:
        return 0
    first, others = left[0], left[1:]
    # Whoever comes first pays or gets all of theirs, to or from each of the others: that loses nothing,
    # for any settlement of n people by fewer than n payments is a forest, and a forest has leaves.
    tried = (
        (*others[:at], each + first, *others[at + 1 :])
        for at, each in enumerate(others)
        if (each > 0) != (first > 0)
    )
    return 1 + min(_fewest(tuple(sorted(each))) for each in tried)


def _settled(balances: dict[int, int], made: list[Payment]) -> dict[int, int]:
    left = dict(balances)
    for each in made:
        assert each.amount > 0
        left[each.payer] += each.amount
        left[each.receiver] -= each.amount
    return left


@given(st.lists(st.integers(-6, 6), max_size=5))
def test_up_to_six_people_make_no_more_payments_than_trying_all_finds(counts: list[int]) -> None:
    balances = _closed(counts)
    assert len(settlement(balances)) == _fewest(tuple(sorted(balances.values())))


@given(st.lists(st.integers(-3_000, 3_000), max_size=40))
def test_of_however_many_nothing_is_left_and_there_is_one_payment_less_than_people(
    counts: list[int],
) -> None:
    balances = _closed(counts)
    made = settlement(balances)
    assert not any(_settled(balances, made).values())
    assert len(made) <= max(0, sum(map(bool, balances.values())) - 1)
    for each in made:
        assert balances[each.payer] < 0 < balances[each.receiver]
        assert each.amount <= min(-balances[each.payer], balances[each.receiver])


@pytest.mark.parametrize(
    ("balances", "payments"),
    [
        ({}, []),
        ({1: 4000, 2: -2000, 3: -2000}, [(2, 1, 2000), (3, 1, 2000)]),
        # Largest to largest would take five; two groups of three take four.
        ({1: -7, 2: -8, 3: 15, 4: -5, 5: -6, 6: 11}, [(1, 3, 7), (2, 3, 8), (4, 6, 5), (5, 6, 6)]),
        ({1: 5, 2: -5, 3: 5, 4: -5}, [(2, 1, 5), (4, 3, 5)]),
    ],
)
def test_by_hand(balances: dict[int, int], payments: list[tuple[int, int, int]]) -> None:
    assert settlement(balances) == payments


def test_the_most_people_that_are_looked_at_in_all_sets_fall_into_their_groups() -> None:
    fours = [(-3, -5, -9, 17), (-4, -6, -13, 23), (-11, -14, -16, 41)]
    counts = [count for four in fours for count in four]
    assert len(counts) == EXACT_MAX
    assert len(settlement(dict(enumerate(counts, start=1)))) == 9


def test_what_does_not_sum_to_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="not what is claimed"):
        settlement({1: 5, 2: -4})
