"""The order of speaking: classes first, the quiet before the loud, and nobody waits for ever."""

from __future__ import annotations

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.collective.speaking import CLASSES, FIFO, ORDERS, QUIET_FIRST, Speaker, in_order

QUEUES = st.lists(
    st.builds(Speaker, st.integers(1, 30), st.sampled_from(sorted(CLASSES))),
    unique_by=lambda it: it.member,
    max_size=30,
)
TURNS = st.dictionaries(st.integers(1, 30), st.integers(0, 9))


@given(QUEUES, TURNS, st.sampled_from(ORDERS))
def test_a_class_is_never_overtaken_by_a_lower_one(
    queue: list[Speaker], turns: dict[int, int], order: str
) -> None:
    called = in_order(queue, turns, order)
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


@given(st.integers(2, 12), st.integers(0, 2**32))
def test_nobody_waits_for_ever_while_all_others_come_again_at_once(people: int, seed: int) -> None:
    """Whoever waits is called before anybody has spoken twice more than they have."""
    chance = random.Random(seed)
    turns = {each: chance.randrange(4) for each in range(people)}
    queue = [Speaker(each, "speak") for each in chance.sample(range(people), people)]
    waits, before = queue[-1].member, dict(turns)
    most = sum(max(0, before[waits] + 1 - turns[each]) for each in range(people))
    for _ in range(most):
        speaks = in_order(queue, turns, QUIET_FIRST)[0]
        if speaks.member == waits:
            return
        queue.remove(speaks)
        turns[speaks.member] += 1
        queue.append(speaks)
    assert in_order(queue, turns, QUIET_FIRST)[0].member == waits
