"""The arithmetic of units of one's own: limits, fees, what a period takes, issuing, summing up."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from bot.deciding.terms import Ratio
from bot.value.policy import (
    Mode,
    Taken,
    UnitTerms,
    average,
    earned_by,
    fee_of,
    issued,
    lacking,
    limit_of,
    minutes_for,
    months_before,
    taken,
    top_tenth,
)

COUNTS = st.integers(0, 10**15)
SHARES = st.builds(lambda n, d: Ratio(min(n, d), d), st.integers(0, 10_000), st.integers(1, 10_000))


# --- Paying ---------------------------------------------------------------------------------------


def test_a_fee_of_two_and_a_half_percent_as_in_cork() -> None:
    terms = UnitTerms(Mode.CREDIT, fee=Ratio(25, 1000))
    assert [fee_of(terms, count) for count in (39, 40, 100, 1_000)] == [0, 1, 2, 25]


@given(COUNTS, COUNTS, SHARES)
def test_a_fee_is_no_more_than_its_share_and_grows_with_the_payment(a: int, b: int, fee: Ratio) -> None:
    terms = UnitTerms(Mode.CREDIT, fee=fee)
    assert 0 <= fee_of(terms, a) <= Fraction(fee.n, fee.d) * a < fee_of(terms, a) + 1
    assert fee_of(terms, min(a, b)) <= fee_of(terms, max(a, b))


def test_a_limit_is_the_base_and_a_part_of_an_average_month_up_to_the_most() -> None:
    terms = UnitTerms(Mode.CREDIT, limit=1_000, earning=Ratio(1, 2), most=3_000, vouches=2)
    assert limit_of(terms, 1, 60_000) == 0
    assert limit_of(terms, 2, 0) == 1_000
    assert limit_of(terms, 2, 6_000) == 1_500
    assert limit_of(terms, 2, 60_000) == 3_000
    assert limit_of(UnitTerms(Mode.ISSUED, limit=1_000), 9, 60_000) == 0


@given(COUNTS, COUNTS, SHARES, COUNTS, COUNTS, st.integers(0, 5), st.integers(0, 5))
def test_who_earns_more_or_is_vouched_for_by_more_may_never_go_less_far(
    limit: int, most: int, earning: Ratio, one: int, two: int, few: int, needed: int
) -> None:
    terms = UnitTerms(Mode.CREDIT, limit=limit, most=most, earning=earning, vouches=needed)
    less, more = sorted((one, two))
    assert 0 <= limit_of(terms, few, less) <= limit_of(terms, few, more)
    assert limit_of(terms, few, less) <= limit_of(terms, few + 1, less)
    assert not most or limit_of(terms, few, more) <= most


# --- The end of a period --------------------------------------------------------------------------


def test_demurrage_of_one_percent_a_month_as_in_woergl() -> None:
    terms = UnitTerms(Mode.ISSUED, demurrage=Ratio(1, 100))
    assert taken(terms, 10_000, 0, levied=True) == Taken(demurrage=100)
    assert taken(terms, 150, 0, levied=True) == Taken(demurrage=2), "148.5 stays, rounded down"
    assert taken(terms, 0, 0, levied=True) == Taken()
    assert taken(terms, -5_000, 0, levied=True) == Taken(), "never on what is below nothing"


def test_a_levy_takes_what_there_is_and_the_rest_is_owed() -> None:
    terms = UnitTerms(Mode.ISSUED, levy=10)
    assert taken(terms, 25, 0, levied=True) == Taken(levy=10)
    assert taken(terms, 4, 0, levied=True) == Taken(levy=4, owed=6)
    assert taken(terms, 25, 6, levied=True) == Taken(levy=16)
    assert taken(terms, 3, 6, levied=False) == Taken(levy=3, owed=3)
    assert taken(terms, -3, 6, levied=True) == Taken(owed=16)


@given(st.integers(-(10**15), 10**15), COUNTS, SHARES, COUNTS, st.booleans())
def test_nobody_is_taken_below_nothing_and_nothing_owed_is_lost(
    balance: int, levy: int, demurrage: Ratio, owed: int, levied: bool
) -> None:
    terms = UnitTerms(Mode.ISSUED, levy=levy, demurrage=demurrage)
    took = taken(terms, balance, owed, levied=levied)
    assert took.demurrage >= 0 <= took.levy
    assert took.demurrage + took.levy <= max(0, balance)
    assert took.levy + took.owed == owed + (levy if levied else 0)
    kept = max(0, balance) - took.demurrage
    assert kept == Fraction(demurrage.d - demurrage.n, demurrage.d) * max(0, balance) // 1


def test_nobody_can_pay_what_was_never_issued() -> None:
    assert lacking(UnitTerms(Mode.ISSUED, levy=10, budget=100), 12, 5) == 15
    assert lacking(UnitTerms(Mode.ISSUED, levy=10, budget=100), 10, 0) == 0
    assert lacking(UnitTerms(Mode.CREDIT, levy=10, budget=100), 3, 25) == 5
    assert lacking(UnitTerms(Mode.ISSUED), 1_000, 0) == 0


# --- Issuing --------------------------------------------------------------------------------------


def test_a_wage_pays_every_minute_once() -> None:
    terms = UnitTerms(Mode.ISSUED, wage=1, budget=100)
    assert issued(terms, {1: 179, 2: 59, 3: 60}, 100, "T1") == {1: 2, 3: 1}
    assert minutes_for(terms, 2) == 120, "the other 59 stay open"


def test_a_budget_is_kept_to_the_last_part() -> None:
    terms = UnitTerms(Mode.ISSUED, wage=60, budget=10)
    assert issued(terms, {1: 6, 2: 4}, 10, "T1") == {1: 6, 2: 4}
    assert sum(issued(terms, {1: 6, 2: 5}, 10, "T1").values()) == 10
    assert issued(terms, {1: 6, 2: 5}, 0, "T1") == {}


@given(
    minutes=st.dictionaries(st.integers(1, 50), st.integers(0, 10**9), max_size=20),
    wage=st.integers(1, 10**7),
    room=COUNTS,
)
def test_no_more_is_issued_than_the_budget_holds_and_than_was_worked_for(
    minutes: dict[int, int], wage: int, room: int
) -> None:
    terms = UnitTerms(Mode.ISSUED, wage=wage, budget=room)
    shares = issued(terms, minutes, room, "T1")
    whole = sum(earned_by(terms, each) for each in minutes.values())
    assert sum(shares.values()) == min(room, whole)
    for who, count in shares.items():
        assert count > 0
        assert minutes_for(terms, count) <= minutes[who]


@given(st.lists(st.integers(0, 500), max_size=30), st.integers(1, 1_000))
def test_issuing_often_gives_in_the_end_what_issuing_once_gives(worked: list[int], wage: int) -> None:
    terms = UnitTerms(Mode.ISSUED, wage=wage)
    open_minutes, got = Fraction(0), 0
    for each in worked:
        open_minutes += each
        count = issued(terms, {1: open_minutes}, 10**15, "T1").get(1, 0)
        open_minutes -= minutes_for(terms, count)
        got += count
    assert got == earned_by(terms, sum(worked))


# --- Months and the report -----------------------------------------------------------------------


def test_the_six_months_before_one() -> None:
    assert months_before("2026-02", 6) == (
        "2026-01",
        "2025-12",
        "2025-11",
        "2025-10",
        "2025-09",
        "2025-08",
    )


@given(
    st.dictionaries(st.integers(0, 60), st.integers(0, 1_000), max_size=15),
    st.integers(0, 60),
    st.integers(0, 60),
)
def test_an_average_day_is_what_stood_at_the_end_of_each(
    levels: dict[int, int], one: int, two: int
) -> None:
    begin = dt.date(2026, 1, 1)

    def iso(at: int) -> str:
        return (begin + dt.timedelta(days=at)).isoformat()

    first, last = sorted((one, two))
    by_hand, level = [], 0
    for at in range(last + 1):
        level = levels.get(at, level)
        if at >= first:
            by_hand.append(level)
    found = average({iso(at): level for at, level in levels.items()}, iso(first), iso(last))
    assert found == Fraction(sum(by_hand), len(by_hand))


def test_the_richest_tenth_is_at_least_one_person() -> None:
    assert top_tenth([50, 30, 20, -100]) == Fraction(1, 2)
    assert top_tenth([10] * 20) == Fraction(1, 10)
    assert top_tenth([10] * 11) == Fraction(2, 11)
    assert top_tenth([0, -5]) == 0
    assert top_tenth([]) == 0
