"""A proposal with ten thousand voters, every third through a proxy, is judged and told at once."""

from __future__ import annotations

from itertools import cycle
from time import perf_counter

import pytest

from bot.deciding.ballots import Ballot
from bot.deciding.matter import Matter
from bot.deciding.methods import METHODS, choices_of, outcome
from bot.deciding.reckoning import reckoning
from bot.deciding.terms import Quorum, Ratio, Terms
from tests.bot.deciding.builders import CLOSES, OPENED, name, shown

VOTERS = 10_000
SECONDS_MAX = 0.05
"""What the whole card may take; the tally alone takes a tenth of it on an idle machine."""


@pytest.mark.parametrize("method", METHODS)
def test_ten_thousand_voters(method: str) -> None:
    terms = Terms(method, quorum=Quorum(share=Ratio(1, 2)))
    words = cycle(choice.word for choice in choices_of(terms))
    case = Matter(
        terms=terms,
        author=1,
        electorate=frozenset(range(1, VOTERS + 1)),
        ballots={n: Ballot(next(words), OPENED, "so") for n in range(1, VOTERS + 1) if n % 3},
        opened_at=OPENED,
        closes_at=CLOSES,
        proxies={n: n - 1 for n in range(3, VOTERS + 1, 3)},
    )

    def seconds() -> float:
        began = perf_counter()
        assert shown(reckoning(outcome(case, CLOSES), name))
        return perf_counter() - began

    assert min(seconds() for _ in range(5)) < SECONDS_MAX
