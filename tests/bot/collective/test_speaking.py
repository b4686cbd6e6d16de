"""The order of speaking: classes first, the quiet before the loud, and nobody waits for ever."""

from __future__ import annotations

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.collective.speaking import (
    CLASSES,
    FIFO,
    ORDERS,
    PROGRESSIVE,
    QUIET_FIRST,
    Speaker,
    in_order,
)

QUEUES = st.lists(
    st.builds(Speaker, st.integers(1, 30), st.sampled_from(sorted(CLASSES))),
    unique_by=lambda it: it.member,
    max_size=30,
)
TURNS = st.dictionaries(st.integers(1, 30), st.integers(0, 9))
WANT = st.frozensets(st.integers(1, 30))


@given(QUEUES, TURNS, st.sampled_from(ORDERS), WANT)
def test_a_class_is_never_overtaken_by_a_lower_one(
    queue: list[Speaker], turns: dict[int, int], order: str, first: frozenset[int]
) -> None:
    called = in_order(queue, turns, order, first)
    assert sorted(map(str, called)) == sorted(map(str, queue))
    ranks = [CLASSES[it.sort] for it in called]
    assert ranks == sorted(ranks)


@given(QUEUES, TURNS)
def test_who_came_first_speaks_first_where_the_rule_says_so(
    queue: list[Speaker], turns: dict[int, int]
) -> None:
    called = in_order(queue, turns, FIFO)
    for each in set(CLASSES.values()):
        of_class = [it for it in queue if CLASSES[it.sort] == each]
        assert [it for it in called if CLASSES[it.sort] == each] == of_class


@given(QUEUES, TURNS)
def test_who_spoke_less_speaks_first_and_equals_as_they_came(
    queue: list[Speaker], turns: dict[int, int]
) -> None:
    called = in_order(queue, turns, QUIET_FIRST)
    for one, other in pairwise(called):
        if CLASSES[one.sort] == CLASSES[other.sort]:
            keys = [(turns.get(it.member, 0), queue.index(it)) for it in (one, other)]
            assert keys == sorted(keys)


@given(QUEUES, TURNS, WANT)
def test_whoever_wants_it_comes_first_of_equals_and_before_nobody_who_spoke_less(
    queue: list[Speaker], turns: dict[int, int], first: frozenset[int]
) -> None:
    called = in_order(queue, turns, PROGRESSIVE, first)
    for one, other in pairwise(called):
        if CLASSES[one.sort] == CLASSES[other.sort]:
            keys = [
                (turns.get(it.member, 0), it.member not in first, queue.index(it))
                for it in (one, other)
            ]
            assert keys == sorted(keys)


@given(QUEUES, TURNS, WANT, st.sampled_from([QUIET_FIRST, FIFO]))
def test_under_no_other_rule_it_counts(
    queue: list[Speaker], turns: dict[int, int], first: frozenset[int], order: str
) -> None:
    assert in_order(queue, turns, order, first) == in_order(queue, turns, order)
    assert in_order(queue, turns, PROGRESSIVE) == in_order(queue, turns, QUIET_FIRST)


@given(QUEUES, TURNS, WANT, st.data())
def test_who_speaks_does_not_hang_on_what_those_want_who_never_speak(
    queue: list[Speaker], turns: dict[int, int], first: frozenset[int], data: st.DataObject
) -> None:
    """So nobody learns from the calls what somebody wants who was not called."""
    calls = data.draw(st.integers(0, len(queue)))
    called = in_order(queue, turns, PROGRESSIVE, first)[:calls]
    heard = {it.member for it in called}
    others = data.draw(WANT)
    changed = frozenset(first & heard | {n for n in others if n not in heard})
    again = in_order(queue, turns, PROGRESSIVE, changed)[:calls]
    if {it.member for it in again} == heard:
        assert again == called


@given(st.integers(2, 12), st.integers(0, 2**32), st.sampled_from([QUIET_FIRST, PROGRESSIVE]))
def test_nobody_waits_for_ever_while_all_others_come_again_at_once(
    people: int, seed: int, order: str
) -> None:
    """Whoever waits is called before anybody has spoken twice more than they have."""
    chance = random.Random(seed)
    # All others want to be first.
    first = frozenset(range(people))
    turns = {each: chance.randrange(4) for each in range(people)}
    queue = [Speaker(each, "speak") for each in chance.sample(range(people), people)]
    waits, before = queue[-1].member, dict(turns)
    most = sum(max(0, before[waits] + 1 - turns[each]) for each in range(people))
    for _ in range(most):
        speaks = in_order(queue, turns, order, first - {waits})[0]
        if speaks.member == waits:
            return
        queue.remove(speaks)
        turns[speaks.member] += 1
        queue.append(speaks)
    assert in_order(queue, turns, order, first - {waits})[0].member == waits
