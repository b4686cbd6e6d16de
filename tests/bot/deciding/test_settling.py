"""What is remembered of a question's last look never changes what is said of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.deciding import settling
from bot.deciding.ballots import Ballot
from bot.deciding.matter import Matter
from bot.deciding.methods import settled
from bot.deciding.settling import is_settled
from tests.bot.deciding.builders import matter

SETTLED = matter("majority", "yes yes yes - -")
FACTS = {
    "a ballot is changed": replace(SETTLED, ballots={**SETTLED.ballots, 3: Ballot("no", 5)}),
    "a ballot is taken back": replace(SETTLED, ballots={1: Ballot("yes", 5), 2: Ballot("yes", 5)}),
    "a ballot came too late": replace(
        SETTLED, ballots={**SETTLED.ballots, 3: Ballot("yes", SETTLED.closes_at + 1)}
    ),
    "there is another text": replace(SETTLED, version=2),
    "more are asked": replace(SETTLED, electorate=frozenset(range(1, 9))),
    "two are one": replace(
        SETTLED, electorate=frozenset((1, 2, 3, 4)), ballots={1: Ballot("yes", 5), 2: Ballot("yes", 5)}
    ),
    "another method": matter("consent", "consent consent consent - -"),
}


@pytest.mark.parametrize("facts", FACTS.values(), ids=FACTS)
def test_other_facts_of_the_same_question_are_reckoned_anew(facts: Matter) -> None:
    assert is_settled("P1", SETTLED)
    assert settled(facts) is None

    assert not is_settled("P1", facts)
    assert is_settled("P1", SETTLED)


def test_the_same_facts_are_reckoned_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Matter] = []
    monkeypatch.setattr(settling, "settled", looked.append)
    for _ in range(3):
        for name in ("one", "another"):
            assert not is_settled(name, replace(SETTLED, ballots=dict(SETTLED.ballots)))

    assert len(looked) == 2
