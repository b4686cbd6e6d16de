"""The draw: everybody has the same chance, anybody can repeat it, and nothing else moves it."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, permutations
from typing import Any

import pytest

from bot.tally import ties
from bot.tally.ballots import Election, Marked
from bot.tally.methods import count
from bot.tally.ties import commitment, lot

PEOPLE = ("Anna", "Bo", "Cem", "Dora")


def test_those_with_the_lowest_lots_are_drawn() -> None:
    result = count("sortition", Election(PEOPLE, (), seats=2), seed="elderberry")

    order = sorted(range(4), key=lambda person: lot("elderberry", PEOPLE[person]))
    assert result.elected == tuple(order[:2])
    assert result.order == tuple((person,) for person in order)


def test_anybody_can_repeat_the_draw_with_sha256sum() -> None:
    """`printf '%s' elderberry | sha256sum` and `printf '%s\\n%s' elderberry Anna | sha256sum`."""
    assert commitment("elderberry").startswith("f1915a182a1e8225")
    assert lot("elderberry", "Anna").startswith("e17a031c118664c4")


@pytest.mark.parametrize("seats", [1, 2, 3])
def test_every_choice_is_drawn_equally_often(seats: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """By exhaustion: over all orders in which the lots can fall, each choice comes up equally often."""
    drawn: Counter[frozenset[int]] = Counter()
    for lots in permutations("abcd"):
        monkeypatch.setattr(ties, "lot", lambda _, name, lots=lots: lots[PEOPLE.index(name)])
        drawn[frozenset(count("sortition", Election(PEOPLE, (), seats)).elected)] += 1

    assert set(drawn) == {frozenset(choice) for choice in combinations(range(4), seats)}
    assert len(set(drawn.values())) == 1


def test_the_lots_of_many_seeds_fall_evenly() -> None:
    """4,800 seeds over 24 orders: 200 each; chi-square of 23 degrees is below 49.7 in 999 of 1,000."""
    people: Election[Any] = Election(PEOPLE, (), seats=4)
    orders = Counter(count("sortition", people, seed=f"seed {n}").elected for n in range(4_800))

    assert len(orders) == 24
    assert sum((seen - 200) ** 2 / 200 for seen in orders.values()) < 49.7


def test_ballots_and_withdrawn_people_change_nothing_else() -> None:
    whole = count("sortition", Election(PEOPLE, (), seats=4), seed="s")
    withdrawn = frozenset({whole.elected[1]})
    ballots = ((Marked((0,)), 7),)

    result = count("sortition", Election(PEOPLE, ballots, 3, withdrawn), seed="s")

    assert result.elected == (whole.elected[0], *whole.elected[2:])


def test_the_same_seed_draws_the_same_and_another_one_differently() -> None:
    people: Election[Any] = Election(PEOPLE, (), seats=4)
    seeds = [str(number) for number in range(50)]

    assert all(count("sortition", people, seed=s) == count("sortition", people, seed=s) for s in seeds)
    assert len({count("sortition", people, seed=s).elected for s in seeds}) > 10
