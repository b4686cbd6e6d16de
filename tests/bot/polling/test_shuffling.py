"""A voter's own order of the options: their own, the same each time, and fair to every option."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.polling.shuffling import ballot_order


@given(
    count=st.integers(1, 50),
    commitment=st.text(),
    voter=st.integers(1, 10**6),
    with_none=st.booleans(),
)
def test_every_option_stands_there_once_and_none_of_the_above_last(
    count: int, commitment: str, voter: int, *, with_none: bool
) -> None:
    none = count - 1 if with_none else None
    order = ballot_order(count, commitment, voter, none)
    assert sorted(order) == list(range(count))
    assert none is None or order[-1] == none
    assert order == ballot_order(count, commitment, voter, none)


def test_each_option_stands_first_about_as_often() -> None:
    first = Counter(ballot_order(4, "c0ffee", voter, None)[0] for voter in range(4_000))
    chi_square = sum((first[option] - 1_000) ** 2 / 1_000 for option in range(4))
    assert chi_square < 16.3  # 3 degrees of freedom: exceeded by chance in one of a thousand


def test_another_poll_has_other_orders() -> None:
    orders = {tuple(ballot_order(6, f"poll {number}", 1, None)) for number in range(20)}
    assert len(orders) > 15
