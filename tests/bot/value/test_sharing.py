"""Sharing out: worked examples from the sources, and what holds for whatever people gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from bot.value.reading import read_equation
from bot.value.reckoning import Shared, Situation, shared_out, sketched
from bot.value.weighing import Key, Parts, Sort, Work

MONTH = "2026-12"
STREAMS = {"work": "livelihood", "care": "care", "gift": "love", "money": "livelihood"}


def work(
    person: int, hours: int | str | Fraction, month: str = MONTH, kind: str = "work", **more: Any
) -> Work:
    """Hours of somebody; another unit by `unit` and `parts`."""
    parts = more.pop("parts", 60)
    count = int(Fraction(hours) * parts)
    unit, circle = more.pop("unit", "h"), more.pop("circle", "")
    key, sort = (
        (month, person, kind, unit, circle),
        Sort(month, kind, unit, circle, STREAMS[kind], parts),
    )
    return Work(person, key, sort, count, **more)


def situation(works: Sequence[Work] = (), people: int = 4, **more: Any) -> Situation:
    return Situation(100, MONTH, "D1", frozenset(range(1, people + 1)), tuple(works), **more)


def shares(equation: str, pool: int, it: Situation) -> dict[int, int]:
    return shared_out(read_equation(equation), pool, it).shares


def after(it: Situation, shared: Shared) -> Situation:
    """The same people afterwards: what was shared on is covered."""
    covered: dict[Key, Parts] = {}
    for line in shared.lines:
        for basis in line.basis:
            if basis.covers:
                key = (basis.month, basis.member, basis.kind, basis.unit, basis.circle)
                covered[key] = covered.get(key, 0) + Fraction(basis.covers)
    works = tuple(
        structs.replace(each, covered=each.covered + covered.get(each.key, 0)) for each in it.works
    )
    return replace(it, works=works)


# --- Worked examples ------------------------------------------------------------------------------

DISCO = "75% work livelihood; 25% work love"
WATERFALL = (
    "5% fund network; 10% work #money EUR price 6/5 EUR; rest work #care price 20 EUR; rest work"
)

EXAMPLES: tuple[tuple[str, str, int, Situation, dict[int, int]], ...] = (
    # SourceCred, grainAllocation.test.js (216e1c7): RECENT, 100 with a discount of 10 %
    (
        "recent",
        "rest work lasting decay 10%",
        100,
        situation([work(1, 100), work(2, 100, "2026-10"), work(3, 100, "2026-10")]),
        {1: 38, 2: 31, 3: 31},
    ),
    # the same: a full discount counts the newest alone
    (
        "full discount",
        "rest work lasting decay 100%",
        100,
        situation([work(1, 50, "2026-11"), work(2, 10, "2026-11"), work(2, 100)]),
        {2: 100},
    ),
    # the same: RECENT is not influenced by what was paid
    (
        "recent, paid before",
        "rest work lasting decay 10%",
        100,
        situation([work(1, 100), work(2, 100)], earned={2: 100}),
        {1: 50, 2: 50},
    ),
    # the same: IMMEDIATE, by the last interval, 2 and 3
    (
        "immediate",
        "rest work last 1 lasting",
        1000,
        situation([work(1, 10, "2026-11"), work(1, 2), work(2, 3)]),
        {1: 400, 2: 600},
    ),
    # the same: BALANCED, 100 and 10 were paid before, 3,000 more bring both to the same rate
    (
        "balanced",
        "rest work balanced",
        3000,
        situation([work(1, 902), work(2, 2208)], earned={1: 100, 2: 10}),
        {1: 802, 2: 2198},
    ),
    # the same: with a look back of one interval
    (
        "balanced, last interval",
        "rest work last 1 balanced",
        2000,
        situation([work(1, 9, "2026-11"), work(1, 134), work(2, 1976)], earned={1: 100, 2: 10}),
        {1: 34, 2: 1966},
    ),
    # who got more than their part before gets nothing now
    (
        "balanced, overpaid",
        "rest work balanced",
        50,
        situation([work(1, 50), work(2, 50)], earned={1: 100}),
        {2: 50},
    ),
    # DisCO: 75 % to livelihood, 25 % to love, each by its own sum
    (
        "disco",
        DISCO,
        100_000,
        situation([work(1, 30), work(2, 10), work(2, 1, kind="gift"), work(3, 4, kind="gift")]),
        {1: 56_250, 2: 18_750 + 5_000, 3: 20_000},
    ),
    # DisCO's care: expected 4 h each; 1 lacks three quarters of that, 2 half; 3 cared 5 h more
    (
        "disco, care",
        f"{DISCO}; care-balance",
        100_000,
        situation(
            [
                work(1, 30),
                work(2, 10),
                work(3, 1, kind="gift"),
                *(work(who, hours, kind="care") for who, hours in ((1, 1), (2, 2), (3, 9))),
            ]
        ),
        {1: 56_250 - 42_187, 2: 18_750 - 9_375, 3: 25_000 + 42_187 + 9_375},
    ),
    # the same, where nobody passes on more than a tenth
    (
        "disco, a little care",
        "rest work livelihood; care-balance most 10%",
        100_000,
        situation([work(1, 30), work(2, 10), work(3, 6, kind="care")]),
        {1: 67_500, 2: 22_500, 3: 10_000},
    ),
    # Sensorica's Mobile Lab: 5 % to the network, 10 % to who put money in until it is back with 20 %
    # more, of the rest first support at a fixed rate, then the others by their time
    (
        "waterfall",
        WATERFALL,
        100_000,
        situation(
            [
                work(1, 50, "2026-01", "money", unit="EUR", parts=100),
                work(2, 10, kind="care"),
                work(3, 3),
                work(4, 1),
            ]
        ),
        # 50 EUR * 6/5 of 100 EUR; the 40 EUR left go on; 10 h * 20 EUR; 690 EUR by 3 : 1
        {1: 6_000, 2: 20_000, 3: 51_750, 4: 17_250},
    ),
    # Coordinape: GIVE received over all GIVE received; what was not given weighs nothing
    ("round", "rest given", 100_000, situation(given={1: 50, 2: 25, 3: 25}), {
        1: 50_000, 2: 25_000, 3: 25_000,
    }),
    # ValueFlows, ex-exchange: 7 h at 20, of which 70 are there: half of the claim
    ("half a claim", "rest work price 20 CAD", 7_000, situation([work(1, 7)]), {1: 7_000}),
    ("equal", "rest equal", 100, situation(people=3), {1: 34, 2: 33, 3: 33}),
    ("need", "rest need", 10_000, situation(needs={1: 3_000, 2: 5_000}), {1: 3_000, 2: 5_000}),
    ("needs", "rest need", 4_000, situation(needs={1: 3_000, 2: 5_000}), {1: 1_500, 2: 2_500}),
    ("one", "rest to @#3", 50_000, situation(), {3: 50_000}),
    (
        "nobody above a third",
        "rest work most 1/3",
        9_000,
        situation([work(1, 80), work(2, 10), work(3, 10)]),
        {1: 3_000, 2: 3_000, 3: 3_000},
    ),
    (
        "weights",
        "rest work h kg*1/2 #care*2 :garden*3",
        12_000,
        situation(
            [
                work(1, 2),
                work(2, 1, kind="care"),
                work(3, 4, unit="kg", parts=1000),
                work(4, 2, circle="garden"),
            ]
        ),
        {1: 2_000, 2: 2_000, 3: 2_000, 4: 6_000},
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("equation", "pool", "it", "expected"),
    [row[1:] for row in EXAMPLES],
    ids=[row[0] for row in EXAMPLES],
)
def test_worked_examples_come_out(
    equation: str, pool: int, it: Situation, expected: dict[int, int]
) -> None:
    found = shares(equation, pool, it)
    if len(set(expected.values())) < len(expected):  # a cent that a draw settles
        assert sorted(found.values()) == sorted(expected.values())
    else:
        assert found == expected


def test_a_claim_is_paid_in_parts_and_then_no_more() -> None:
    """ValueFlows' example goes on: 140 are owed, 70 and 70 are paid, then nothing is open."""
    equation, it = read_equation("rest work price 20 CAD"), situation([work(1, 7)])

    first = shared_out(equation, 7_000, it)
    second = shared_out(equation, 10_000, after(it, first))
    third = shared_out(equation, 10_000, after(after(it, first), second))

    assert [each.shares for each in (first, second, third)] == [{1: 7_000}, {1: 7_000}, {}]
    assert [each.rest for each in (first, second, third)] == [0, 3_000, 10_000]


def test_what_a_claim_was_paid_counts_nowhere_else() -> None:
    """Half of seven hours were paid at 20 an hour: the other half alone is shared on by hours."""
    it = situation([work(1, 7), work(2, "7/2")])
    half = shared_out(
        read_equation("50% work price 20 CAD; rest fund x"), 14_000, situation([work(1, 7)])
    )

    again = after(it, half)

    assert shares("rest work", 1_000, again) == {1: 500, 2: 500}
    assert shares("rest work price 10 EUR", 100_000, again) == {1: 3_500, 2: 3_500}


def test_what_counted_once_counts_no_more() -> None:
    it = situation([work(1, 3), work(2, 1)])
    equation = read_equation("rest work")

    again = after(it, shared_out(equation, 1_000, it))
    later = replace(again, works=(*again.works, work(2, 1, "2026-11")))

    assert shares("rest work", 1_000, again) == {}
    assert shares("rest work price 20 EUR", 1_000, again) == {}
    assert shares("rest work", 1_000, later) == {2: 1_000}
    assert shares("rest work lasting", 1_000, again) == {1: 750, 2: 250}


def test_what_was_taken_back_after_it_was_shared_on_is_deducted() -> None:
    """Three hours were shared on, then withdrawn and entered as another kind: nothing is new."""
    moved = situation([work(1, 0, "2026-10", covered=180), work(1, 5, kind="care"), work(2, 2)])

    assert shares("rest work", 1_000, moved) == {1: 500, 2: 500}
    assert shares("rest work price 20 EUR", 100_000, moved) == {1: 4_000, 2: 4_000}


def test_care_that_was_balanced_is_not_balanced_again() -> None:
    equation = read_equation("rest work livelihood; care-balance")
    it = situation([work(1, 1), work(2, 1), work(1, 2, kind="care")])
    first = shared_out(equation, 1_000, it)
    assert first.shares == {1: 1_000}

    again = after(it, first)
    again = replace(again, works=(*again.works, work(1, 1, "2026-11"), work(2, 1, "2026-11")))

    assert shared_out(equation, 1_000, again).shares == {1: 500, 2: 500}


def test_what_nobody_can_take_goes_to_the_rest_or_stays() -> None:
    nobody = situation(people=2)
    assert shared_out(read_equation("40% work; rest equal"), 1_000, nobody).shares == {1: 500, 2: 500}

    stays = shared_out(read_equation("40% work; 10% equal"), 1_000, nobody)
    assert (stays.shares, stays.rest) == ({1: 50, 2: 50}, 900)


def test_who_left_gets_what_they_worked_for_and_no_equal_share() -> None:
    it = replace(situation([work(1, 1), work(2, 1)]), here=frozenset({1}))

    assert shares("50% work; 50% equal", 1_000, it) == {1: 750, 2: 250}


# --- What holds for whatever people gave ----------------------------------------------------------

PEOPLE = st.integers(1, 6)
HOURS = st.builds(
    work,
    PEOPLE,
    st.integers(1, 400).map(lambda quarters: f"{quarters}/4"),
    st.sampled_from(["2026-12", "2026-11", "2026-03", "2024-01"]),
    st.sampled_from(["work", "care", "gift"]),
    circle=st.sampled_from(["", "garden"]),
)
WORKS = st.lists(HOURS, max_size=12, unique_by=lambda it: it.key)
POOLS = st.integers(1, 10**15)
POINTS = st.dictionaries(PEOPLE, st.integers(0, 100))
EQUATIONS = st.sampled_from(
    [
        *(text for _, text, *_ in EXAMPLES),
        "1/3 fund a; 1/7 equal; 1/7 work decay 7% last 30",
        "9% need most 20%; 9% equal; 9% work lasting #care*3; 9% work love price 7/3 EUR; care-balance",
        "50% work #care*0; rest given most 40%",
        "rest work price 1/100000 JPY",
    ]
)
SITUATIONS = st.builds(
    lambda works, needs, points, earned: situation(works, 6, needs=needs, given=points, earned=earned),
    WORKS,
    st.dictionaries(PEOPLE, st.integers(0, 10**15)),
    POINTS,
    POINTS,
)


@given(EQUATIONS, POOLS, SITUATIONS)
def test_shares_funds_and_rest_sum_to_the_pool(equation: str, pool: int, it: Situation) -> None:
    found = shared_out(read_equation(equation), pool, it)

    given_out = sum(found.shares.values()) + sum(count for _, count in found.funds)
    assert given_out + found.rest == pool
    assert all(count > 0 for count in found.shares.values())
    assert found.rest >= 0


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=9), POOLS)
def test_all_of_a_pool_is_shared_out_by_any_weights(counts: list[int], pool: int) -> None:
    works = [work(n, Fraction(count, 60)) for n, count in enumerate(counts, 1)]

    assert sum(shares("rest work", pool, situation(works)).values()) == pool


@given(EQUATIONS, POOLS, SITUATIONS)
def test_a_sketch_shows_the_same_shares(equation: str, pool: int, it: Situation) -> None:
    found, sketch = (share(read_equation(equation), pool, it) for share in (shared_out, sketched))

    assert (found.shares, found.cuts, found.funds) == (sketch.shares, sketch.cuts, sketch.funds)
    assert [line.count for line in found.lines if line.count] == [
        line.count for line in sketch.lines if line.count
    ]


@given(EQUATIONS, POOLS, SITUATIONS, st.randoms(use_true_random=False))
def test_the_order_of_contributions_changes_nothing(
    equation: str, pool: int, it: Situation, shuffler: Any
) -> None:
    mixed = list(it.works)
    shuffler.shuffle(mixed)

    found = shared_out(read_equation(equation), pool, replace(it, works=tuple(mixed)))

    assert found == shared_out(read_equation(equation), pool, it)


MONOTONE = st.sampled_from(
    [
        "rest work",
        "rest work lasting decay 20%",
        "rest work balanced",
        "rest work most 30%",
        "rest work price 20 EUR",
        "rest work price 1/7 JPY",
        "25% work love; 75% work livelihood",
        "30% equal; rest work #care*2",
    ]
)


def gained(equation: str, pool: int, it: Situation, more: Work) -> int:
    """What somebody gets more when they gave more."""
    before = shares(equation, pool, it).get(more.person, 0)
    known = {each.key: each for each in it.works}
    old = known.pop(more.key, None)
    grown = structs.replace(more, gave=more.gave + (old.gave if old else 0))

    found = shares(equation, pool, replace(it, works=(*known.values(), grown)))

    return found.get(more.person, 0) - before


@given(MONOTONE, POOLS, SITUATIONS, HOURS)
def test_more_contribution_never_earns_less(
    equation: str, pool: int, it: Situation, more: Work
) -> None:
    assert gained(equation, pool, it, more) >= 0


SEVERAL = (
    "rest work livelihood; care-balance",
    "75% work livelihood; 25% work love; care-balance most 30%",
    "10% work #gift price 3 EUR; 50% work price 20 EUR; rest work lasting",
)


@given(st.sampled_from(SEVERAL), POOLS, SITUATIONS, HOURS)
def test_over_several_parts_more_costs_at_most_their_rounding(
    equation: str, pool: int, it: Situation, more: Work
) -> None:
    coins = 6 * len(equation.split(";"))

    assert gained(equation, pool, it, more) >= -coins


@given(MONOTONE, POOLS, SITUATIONS)
def test_other_numbers_for_the_same_people_change_at_most_who_wins_a_draw(
    equation: str, pool: int, it: Situation
) -> None:
    """Nobody is treated by who they are: all keep their share, but for the last unit of a part."""
    parts = len(read_equation(equation).buckets)
    works = tuple(
        structs.replace(each, person=7 - each.person, key=(each.key[0], 7 - each.person, *each.key[2:]))
        for each in it.works
    )
    earned = {7 - who: count for who, count in it.earned.items()}

    before = shares(equation, pool, it)
    found = shares(equation, pool, replace(it, works=works, earned=earned))

    assert all(abs(found.get(7 - who, 0) - before.get(who, 0)) <= parts for who in range(1, 7))


@given(
    st.sampled_from(["rest work price 20 EUR", "60% work price 1/3 EUR; rest work love price 3 EUR"]),
    st.lists(POOLS, min_size=1, max_size=5),
    WORKS,
)
def test_claims_are_never_paid_beyond_all_of_them(
    equation: str, pools: list[int], works: list[Work]
) -> None:
    """Over any distributions, each hour is paid at most its highest price, to the last unit."""
    it = situation(works, 6)
    paid: dict[int, int] = {}
    for pool in pools:
        found = shared_out(read_equation(equation), pool % 100_000, it)
        for who, count in found.shares.items():
            paid[who] = paid.get(who, 0) + count
        it = after(it, found)
        assert all(0 <= each.covered <= each.gave for each in it.works)

    prices = [bucket.price for bucket in read_equation(equation).buckets if bucket.price]
    dearest = max(Fraction(price.n, price.d) for price in prices) * 100
    for who, count in paid.items():
        assert count <= Fraction(sum(it.gave for it in works if it.person == who), 60) * dearest


@given(st.lists(st.tuples(EQUATIONS, POOLS), min_size=1, max_size=5), WORKS)
def test_whatever_equations_come_after_one_another_nothing_is_covered_beyond_what_was_given(
    rounds: list[tuple[str, int]], works: list[Work]
) -> None:
    it = situation(works, 6)
    for equation, pool in rounds:
        it = after(it, shared_out(read_equation(equation), pool, it))

        assert all(0 <= each.covered <= each.gave for each in it.works)


def test_a_claim_that_was_carried_over_is_paid_first_come_first() -> None:
    """October's hours are paid before December's."""
    it = situation([work(1, 1, "2026-10"), work(1, 1)])

    (line,) = shared_out(read_equation("rest work price 20 EUR"), 3_000, it).lines

    assert [(basis.month, basis.paid, basis.covers) for basis in line.basis] == [
        ("2026-10", 2_000, "60"),
        ("2026-12", 1_000, "30"),
    ]
