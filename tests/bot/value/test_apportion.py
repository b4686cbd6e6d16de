"""Largest remainder: whole units in proportion, whatever the weights."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.value.apportion import apportioned, filled

POOLS = st.integers(0, 10**15)
WEIGHTS = st.dictionaries(st.integers(1, 50), st.integers(0, 10**20), min_size=1, max_size=20)

CASES: tuple[tuple[int, dict[int, int], dict[int, int]], ...] = (
    # pool, weights, shares; the first from Wikipedia, Largest remainders method (retrieved 2026)
    (
        10,
        {1: 47000, 2: 16000, 3: 15800, 4: 12000, 5: 6100, 6: 3100},
        {1: 5, 2: 2, 3: 1, 4: 1, 5: 1, 6: 0},
    ),
    (100, {1: 1, 2: 1}, {1: 50, 2: 50}),
    (1, {1: 2, 2: 1}, {1: 1, 2: 0}),
    (0, {1: 2, 2: 1}, {1: 0, 2: 0}),
    (7, {1: 0, 2: 0}, {}),
    (100_000, {1: 1, 2: 2, 3: 3}, {1: 16_667, 2: 33_333, 3: 50_000}),
)


@pytest.mark.parametrize(("pool", "weights", "shares"), CASES)
def test_worked_examples_come_out(pool: int, weights: dict[int, int], shares: dict[int, int]) -> None:
    assert apportioned(pool, weights, "T1") == shares


@given(POOLS, WEIGHTS, st.text(max_size=5))
def test_shares_sum_to_the_pool(pool: int, weights: dict[int, int], seed: str) -> None:
    shares = apportioned(pool, weights, seed)

    assert sum(shares.values()) == (pool if any(weights.values()) else 0)


@given(POOLS, WEIGHTS, st.randoms(use_true_random=False))
def test_the_order_changes_nothing(pool: int, weights: dict[int, int], shuffler: object) -> None:
    keys = list(weights)
    shuffler.shuffle(keys)  # type: ignore[attr-defined]

    assert apportioned(pool, {key: weights[key] for key in keys}, "T1") == apportioned(
        pool, weights, "T1"
    )


@given(POOLS, WEIGHTS, st.integers(0, 10**20), st.data())
def test_who_weighs_more_never_gets_less(
    pool: int, weights: dict[int, int], more: int, data: st.DataObject
) -> None:
    who = data.draw(st.sampled_from(sorted(weights)))
    before = apportioned(pool, weights, "T1").get(who, 0)

    after = apportioned(pool, {**weights, who: weights[who] + more}, "T1").get(who, 0)

    assert after >= before


@given(POOLS, WEIGHTS)
def test_nobody_is_further_than_one_unit_from_their_exact_share(
    pool: int, weights: dict[int, int]
) -> None:
    total = sum(weights.values())

    for who, share in apportioned(pool, weights, "T1").items():
        assert abs(share * total - pool * weights[who]) < total


@given(POOLS, WEIGHTS, st.lists(st.integers(0, 10**14), min_size=50, max_size=50))
def test_nobody_gets_more_than_their_most(pool: int, weights: dict[int, int], mosts: list[int]) -> None:
    most = {who: mosts[who - 1] for who in weights}

    shares = filled(pool, weights, most, "T1")

    able = sum(most[who] for who, weight in weights.items() if weight)
    assert sum(shares.values()) == min(pool, able)
    assert all(share <= most[who] for who, share in shares.items())


def test_ties_are_not_always_won_by_the_same() -> None:
    winners = {
        max(apportioned(1, {1: 1, 2: 1}, f"T{n}").items(), key=lambda x: x[1])[0] for n in range(9)
    }

    assert winners == {1, 2}


def test_negative_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        apportioned(-1, {1: 1}, "T1")
    with pytest.raises(ValueError, match="negative"):
        apportioned(1, {1: -1}, "T1")
