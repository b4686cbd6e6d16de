"""Delegation: chains, loops, own votes, circles, and what naming a proxy refuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Refusal
from bot.deciding.delegation import EVERYWHERE, check_proxy, followed, loop_from, proxies_in
from bot.deciding.methods import outcome
from tests.bot.deciding.builders import CLOSES, matter, name, shown
from tests.house.steps import grows_with

CHAINS = [
    # votes, who votes for whom, tally of yes and no, caught in a loop
    ("- yes -", {1: 2}, (2, 0), ()),
    ("no yes -", {1: 2}, (1, 1), ()),
    ("- - - no", {1: 2, 2: 3, 3: 4}, (0, 4), ()),
    ("- - yes no", {1: 2, 2: 3, 3: 4}, (3, 1), ()),
    ("- - - -", {1: 2, 2: 3, 3: 4}, (0, 0), ()),
    ("- - - yes", {1: 2, 2: 3, 3: 1}, (1, 0), (1, 2, 3)),
    ("- - - yes", {1: 2, 2: 3, 3: 2}, (1, 0), (1, 2, 3)),
    ("- yes - -", {1: 2, 2: 3, 3: 1}, (3, 0), ()),
    ("- yes", {1: 1}, (1, 0), (1,)),
    ("- - yes", {1: 9, 2: 3}, (2, 0), ()),
    ("- - yes", {1: 2}, (1, 0), ()),
]


@pytest.mark.parametrize(("votes", "proxies", "yes_and_no", "looped"), CHAINS)
def test_chains(
    votes: str, proxies: dict[int, int], yes_and_no: tuple[int, int], looped: tuple[int, ...]
) -> None:
    found = outcome(matter("majority", votes, proxies=proxies), CLOSES)

    assert (found.tally["yes"], found.tally["no"]) == yes_and_no
    assert found.count.looped == looped


def test_nothing_is_passed_on_by_somebody_who_may_not_vote() -> None:
    """1 → 5 → 2, and 5 is no voter here."""
    case = matter("majority", "- yes - -", proxies={1: 5, 5: 2})

    assert outcome(case, CLOSES).tally["yes"] == 1


def test_nobody_votes_for_somebody_else_in_secret_or_gives_their_advice() -> None:
    secret = matter("majority", "- yes", proxies={1: 2}, secret=True)
    advice = matter("advice", "- advice -", proxies={3: 2})

    assert outcome(secret, CLOSES).tally["yes"] == 1
    assert outcome(advice, CLOSES).tally["advice"] == 1


def test_a_ballot_that_does_not_count_does_not_override_the_proxy() -> None:
    case = matter("consent", "- consent object!", proxies={3: 2})

    assert outcome(case, CLOSES).count.delegated == {3: 2}


def test_what_is_named_for_a_circle_goes_first() -> None:
    named = {1: {EVERYWHERE: 2, "kitchen": 3}, 2: {"kitchen": 4}, 5: {"garden": 1}}

    assert proxies_in("kitchen", named) == {1: 3, 2: 4}
    assert proxies_in("garden", named) == {1: 2, 5: 1}
    assert proxies_in("workshop", named) == {1: 2}


REFUSED = [
    ({}, (1, EVERYWHERE, 1), "proxy-self", "Nobody is their own proxy."),
    ({2: {"": 1}}, (1, EVERYWHERE, 2), "proxy-loop", "Ann → Ben → Ann"),
    ({2: {"": 3}, 3: {"": 1}}, (1, EVERYWHERE, 2), "proxy-loop", "Ann → Ben → Cat → Ann"),
    ({2: {"kitchen": 1}}, (1, EVERYWHERE, 2), "proxy-loop", "Ann → Ben → Ann"),
    ({2: {"": 1}}, (1, "kitchen", 2), "proxy-loop", "Ann → Ben → Ann"),
]


@pytest.mark.parametrize(("named", "wish", "error", "words"), REFUSED)
def test_loops_are_refused_where_they_are_made(
    named: dict[int, dict[str, int]], wish: tuple[int, str, int], error: str, words: str
) -> None:
    with pytest.raises(Refusal) as caught:
        check_proxy(named, *wish, name)

    assert caught.value.code == error
    assert words in shown(caught.value.reason)
    assert caught.value.instead is not None


@pytest.mark.parametrize(
    ("named", "wish"),
    [
        ({2: {"garden": 1}}, (1, "kitchen", 2)),
        ({2: {"": 1, "kitchen": 3}}, (1, "kitchen", 2)),
        ({1: {"": 3}, 3: {"": 1}}, (2, EVERYWHERE, 1)),
        ({1: {"": 2}}, (1, EVERYWHERE, 3)),
    ],
)
def test_what_makes_no_loop_of_ones_own_is_taken(
    named: dict[int, dict[str, int]], wish: tuple[int, str, int]
) -> None:
    check_proxy(named, *wish, name)


people = st.integers(1, 8)


@given(st.dictionaries(people, people), st.frozensets(people), st.frozensets(people))
def test_followed_is_what_walking_each_chain_gives(
    proxies: dict[int, int], electorate: frozenset[int], voters: frozenset[int]
) -> None:
    voted = voters & electorate
    silent = sorted(electorate - voted)

    casters, looped = followed(silent, voted, electorate, proxies)

    for voter in silent:
        at, steps = voter, 0
        while at in electorate and at not in voted and at in proxies and steps < 9:
            at, steps = proxies[at], steps + 1
        assert casters.get(voter) == (at if at in voted else None)
        assert (voter in looped) == (steps == 9)


@given(st.dictionaries(people, people), people)
def test_a_loop_is_told_whole(proxies: dict[int, int], member: int) -> None:
    loop = loop_from(member, proxies)

    for one, following in zip(loop, (*loop[1:], member), strict=False):
        assert proxies[one] == following


def test_a_chain_of_ten_thousand_is_followed_once() -> None:
    """The work of a chain grows with its length: walking it anew for each voter takes minutes."""

    def follow(last: int) -> None:
        chain = {each: each + 1 for each in range(1, last)}
        casters, _ = followed(range(1, last), {last}, frozenset(range(1, last + 1)), chain)
        assert set(casters.values()) == {last}

    assert grows_with(follow, 5_000, 10_000)
