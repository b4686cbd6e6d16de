"""A proposal with ten thousand voters, every third through a proxy, is judged and told in one go."""

from __future__ import annotations

from itertools import cycle

import pytest

from bot.deciding.ballots import Ballot
from bot.deciding.matter import Matter
from bot.deciding.methods import METHODS, choices_of, outcome
from bot.deciding.telling import outcome_told
from bot.deciding.terms import Quorum, Ratio, Terms
from tests.bot.deciding.builders import CLOSES, OPENED, name, shown
from tests.house.steps import grows_with

VOTERS = 10_000


@pytest.mark.parametrize("method", METHODS)
def test_the_work_grows_with_the_voters(method: str) -> None:
    def judged_and_told(voters: int) -> None:
        assert shown(outcome_told(outcome(crowd(method, voters), CLOSES), name))

    assert grows_with(judged_and_told, VOTERS // 2, VOTERS)


def crowd(method: str, voters: int) -> Matter:
    """A matter with so many voters, every third through a proxy."""
    terms = Terms(method, quorum=Quorum(share=Ratio(1, 2)))
    words = cycle(choice.word for choice in choices_of(terms))
    return Matter(
        terms=terms,
        author=1,
        electorate=frozenset(range(1, voters + 1)),
        ballots={n: Ballot(next(words), OPENED, "so") for n in range(1, voters + 1) if n % 3},
        opened_at=OPENED,
        closes_at=CLOSES,
        proxies={n: n - 1 for n in range(3, voters + 1, 3)},
    )
