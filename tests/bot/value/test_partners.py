"""What partners owe: exact, never below nothing, and settled the same in whatever order it comes."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Refusal
from bot.deciding.terms import Ratio
from bot.language.periods import Period
from bot.value.partners import (
    Basis,
    Due,
    Part,
    Payment,
    Pledge,
    due_of,
    median,
    paid_for,
    percent_text,
    periods,
    settled,
    tenths_text,
)
from bot.value.periods import Every, period_of, period_text
from commands.partners.partnering import read_rate

DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31))
COUNTS = st.integers(0, 10**15)
RATES = st.integers(1, 10**6).flatmap(lambda d: st.builds(Ratio, st.integers(1, d), st.just(d)))
UNITS = st.sampled_from(["EUR", "USD"])


def pledge(rate: Ratio, basis: Basis = Basis.REVENUE, cap: int = 0) -> Pledge:
    return Pledge(basis, "EUR", rate, Every.QUARTER, "2026-01-01", cap=cap)


@pytest.mark.parametrize(
    ("rate", "basis", "due"),
    [
        (Ratio(1, 20), 800_010, 40_001),  # 400.005: a half goes up
        (Ratio(1, 20), 800_009, 40_000),
        (Ratio(1, 3), 100, 33),
        (Ratio(2, 3), 100, 67),
        (Ratio(1), 0, 0),
    ],
)
def test_a_share_is_rounded_once(rate: Ratio, basis: int, due: int) -> None:
    assert due_of(pledge(rate), basis) == due


def test_heads_and_flat_amounts_need_no_rounding() -> None:
    assert due_of(pledge(Ratio(3000), Basis.HEAD), 12) == 36_000
    assert due_of(pledge(Ratio(3000), Basis.FLAT), 0) == 3_000


@given(RATES, COUNTS, st.integers(0, 10**15), st.sampled_from(Basis))
def test_what_is_due_is_never_negative_nor_above_the_cap(
    rate: Ratio, count: int, cap: int, basis: Basis
) -> None:
    due = due_of(pledge(rate, basis, cap), count)

    assert due >= 0
    assert not cap or due <= cap


@given(RATES, COUNTS)
def test_what_is_due_is_half_a_part_from_the_exact_share_at_most(rate: Ratio, count: int) -> None:
    assert abs(due_of(pledge(rate), count) - Fraction(rate.n, rate.d) * count) <= Fraction(1, 2)


@given(DAYS, st.sampled_from(Every), st.integers(0, 1500))
def test_periods_follow_one_another_without_a_gap(day: dt.date, every: Every, days: int) -> None:
    first = period_of(day, every).first
    until = day + dt.timedelta(days=days)
    made = Pledge(Basis.FLAT, "EUR", Ratio(1), every, first.isoformat())
    found = list(periods(made, until))

    for one, after in itertools.pairwise(found):
        assert after.first == one.last + dt.timedelta(days=1)
    assert all(each.last <= until for each in found)
    assert all(period_of(each.last, every) == each for each in found)


@pytest.mark.parametrize(
    ("every", "text"), [(Every.MONTH, "2024-02"), (Every.QUARTER, "2024-Q1"), (Every.YEAR, "2024")]
)
def test_a_period_is_named_as_it_is_typed(every: Every, text: str) -> None:
    assert period_text(period_of(dt.date(2024, 2, 29), every)) == text


def left_of(due: Due, parts: tuple[Part, ...]) -> int:
    """What is still open of a due."""
    return due.count - paid_for(parts).get((due.period, due.unit), 0)


# --- Settling -------------------------------------------------------------------------------------

DUES = st.lists(
    st.tuples(st.integers(0, 11), UNITS, st.integers(0, 10_000)), max_size=8, unique_by=lambda it: it[0]
).map(lambda found: [Due(month(at), unit, count) for at, unit, count in found])
PAYMENTS = st.lists(
    st.tuples(
        st.dates(dt.date(2026, 1, 1), dt.date(2027, 6, 1)),
        UNITS,
        st.integers(1, 10_000),
        st.integers(-6, 11),
    ),
    max_size=8,
).map(
    lambda found: [
        Payment(number, day.isoformat(), unit, count, month(at).first.isoformat() if at >= 0 else "")
        for number, (day, unit, count, at) in enumerate(found, 1)
    ]
)


def month(at: int) -> Period:
    return period_of(dt.date(2026, at + 1, 1), Every.MONTH)


@given(DUES, PAYMENTS)
def test_no_payment_settles_more_than_it_is_and_no_due_more_than_it_was(
    dues: list[Due], payments: list[Payment]
) -> None:
    parts = settled(dues, payments)

    for payment in payments:
        own = [each for each in parts if each.payment == payment.number]
        assert sum(each.count for each in own) <= payment.count
        assert {each.unit for each in own} <= {payment.unit}
    for due in dues:
        assert 0 <= left_of(due, parts) <= due.count
    assert all(each.count > 0 for each in parts)


@given(DUES, PAYMENTS, st.randoms(use_true_random=False))
def test_the_order_in_which_it_was_written_changes_nothing(
    dues: list[Due], payments: list[Payment], chance: random.Random
) -> None:
    shuffled_dues, shuffled = list(dues), list(payments)
    chance.shuffle(shuffled_dues)
    chance.shuffle(shuffled)

    assert settled(shuffled_dues, shuffled) == settled(dues, payments)


@given(DUES, PAYMENTS)
def test_a_payment_that_is_undone_leaves_what_was_there_without_it(
    dues: list[Due], payments: list[Payment]
) -> None:
    more = Payment(99, "2027-06-01", "EUR", 500)
    before = {due: left_of(due, settled(dues, payments)) for due in dues}
    after = {due: left_of(due, settled(dues, [*payments, more])) for due in dues}

    assert all(after[due] <= before[due] for due in dues)
    assert sum(before.values()) - sum(after.values()) <= more.count


def test_the_oldest_due_is_settled_first_but_for_the_period_that_is_named() -> None:
    dues = [Due(month(at), "EUR", 100) for at in (0, 1, 2)]
    plain, named = (
        Payment(1, "2026-05-01", "EUR", 150),
        Payment(2, "2026-05-02", "EUR", 60, "2026-01-01"),
    )

    assert [(p.payment, period_text(p.period), p.count) for p in settled(dues, [plain, named])] == [
        (2, "2026-01", 60),
        (1, "2026-01", 40),
        (1, "2026-02", 100),
        (1, "2026-03", 10),
    ]


def test_nothing_is_settled_before_its_period_is_over_unless_it_is_named() -> None:
    due = Due(month(2), "EUR", 100)

    assert settled([due], [Payment(1, "2026-03-15", "EUR", 100)]) == ()
    (part,) = settled([due], [Payment(1, "2026-03-15", "EUR", 100, "2026-03-01")])
    assert part.lag == -16


# --- Figures --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "middle"), [([5], 5), ([9, 1], 5), ([1, 2], Fraction(3, 2)), ([30, 1, 2], 2)]
)
def test_the_median_is_in_the_middle(days: list[int], middle: int | Fraction) -> None:
    assert median(days) == middle


@given(st.lists(st.integers(-400, 4000), min_size=1))
def test_half_lies_on_either_side_of_the_median(days: list[int]) -> None:
    middle = median(days)

    assert sum(1 for day in days if day < middle) * 2 <= len(days)
    assert sum(1 for day in days if day > middle) * 2 <= len(days)


def test_figures_are_told_to_a_tenth() -> None:
    assert percent_text(40_501, 810_010) == "5%"
    assert percent_text(1, 3) == "33.3%"
    assert tenths_text(Fraction(-33, 2)) == "-16.5"


# --- Reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("5% EUR", Ratio(1, 20)),
        ("2.5 % €", Ratio(1, 40)),
        ("100% EUR", Ratio(1)),
        ("0,01% EUR", Ratio(1, 10_000)),
    ],
)
def test_a_percentage_is_read_exactly(text: str, rate: Ratio) -> None:
    assert read_rate(text, Basis.REVENUE, "en") == (rate, "EUR")


@pytest.mark.parametrize(
    ("text", "basis", "error"),
    [
        ("-5% EUR", Basis.REVENUE, "rate-range"),
        ("0% EUR", Basis.SURPLUS, "rate-range"),
        ("100.01% EUR", Basis.REVENUE, "rate-range"),
        ("5% XXX", Basis.REVENUE, "currency-unknown"),
        ("5%", Basis.REVENUE, "currency-unknown"),
        ("5% h", Basis.REVENUE, "currency-unknown"),
        ("5% EUR now", Basis.REVENUE, "currency-unknown"),
        ("200 EUR", Basis.REVENUE, "rate-odd"),
        ("5% EUR", Basis.FLAT, "rate-odd"),
        ("0 EUR", Basis.FLAT, "amount-zero"),
        ("-5 EUR", Basis.HEAD, "amount-negative"),
        ("3h", Basis.HEAD, "not-money"),
        ("3 EUR each", Basis.HEAD, "not-money"),
    ],
)
def test_what_is_no_rate_is_refused(text: str, basis: Basis, error: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_rate(text, basis, "en")

    assert refusal.value.code == error
