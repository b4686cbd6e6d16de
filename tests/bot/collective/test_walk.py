"""A long, random life: whatever is logged, taken back, shared out and undone, the sums hold."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction

import pytest

from tests.house import House, cooperative
from tests.house.cases import first
from tests.house.lives import sums

STEPS = 120
PEOPLE = ("ann", "bo", "cem", "dag")
EQUATIONS = ("hours", "equal", "disco", "recent", "lifetime-fair", "round", "owed", "several")


def steps(draw: random.Random, house: House) -> Iterator[tuple[str, str]]:
    """What somebody might type, most of which makes sense."""
    while True:
        who, other = draw.sample(PEOPLE, 2)
        entry = f"C{draw.randint(1, max(1, house.state().contributions.count))}"
        transfer = f"T{draw.randint(1, max(1, house.state().treasury.count))}"
        amount = f"{draw.randint(1, 90_000) / 100:.2f} {draw.choice(['EUR', 'EUR', 'USD'])}"
        kind = draw.choice(["#work", "#care", "#gift"])
        yield draw.choice(
            [
                (who, f"/log {draw.randint(1, 30)}m something {kind}"),
                (who, f"/log {draw.randint(1, 30)}m something {kind} --on 2025-12-20"),
                (who, f"/amend {entry} {draw.randint(1, 60)}m {kind}"),
                (who, f"/withdraw {entry} wrong"),
                (who, f"/dispute {entry} hm"),
                (who, f"/confirm {entry}"),
                ("ann", f"/income {amount} somebody"),
                (who, f"/round give @{other} {draw.randint(0, 60)}"),
                (who, f"/round need {amount}"),
                ("ann", f"/payout @{other} {amount}"),
                ("ann", f"/reverse {transfer} wrong"),
                ("ann", f"/distribute {amount} --equation {draw.choice(EQUATIONS)}"),
                ("ann", f"/distribute {amount} --equation {draw.choice(EQUATIONS)}"),
            ]
        )


def done(house: House, who: str, words: str) -> bool:
    """Do it, a distribution with both its steps; whether it was carried out."""
    told = house.say(who, words)
    assert "Something broke" not in told.text, words
    if words.startswith("/distribute") and not told.refused:
        code = told.rows[0].reply.facts["code"]
        told = house.say(who, f"{words} --confirm {code}")
        if told.error == "own-transfer":  # all of it would have been ann's
            return False
        assert not told.refused, told.text
        shared = told.rows[0].reply.facts
        parts = [*shared["shares"].values(), *shared["funds"].values(), shared["rest"]]
        assert sum(map(Fraction, parts)) == Fraction(shared["total"])
    return not told.refused


def books(house: House) -> tuple[object, ...]:
    """All that distributions remember, and every balance."""
    state = house.state()
    it = state.distributions
    return it.covered, it.earned, it.made, it.last, state.rounds, dict(state.ledger.balances)


@pytest.mark.parametrize("seed", first(1, range(3)))
def test_the_sums_hold_whatever_happens(seed: int) -> None:
    draw = random.Random(seed)
    house = cooperative(*PEOPLE[1:], rules=["equations treasurer", "confirmations 0"])
    house.say("ann", "/fund create reserve")
    house.say("ann", "/equation set owed rest work price 20 EUR")
    house.say("ann", "/equation set several 7% fund reserve; 20% need; 1/3 work #care*2; rest given")
    came = 0
    for _, (who, words) in zip(range(STEPS), steps(draw, house), strict=False):
        came += done(house, who, words)

        assert set(sums(house).values()) <= {0}
        state = house.state()
        for (account, _), count in state.ledger.balances.items():
            assert count >= 0 or account.partition(":")[0] not in {"treasury", "fund", "held"}
        assert all(parts > 0 for parts in state.distributions.covered.values())
        assert all(count >= 0 for count in state.distributions.earned.values())

    assert came > STEPS // 4
    assert house.state().distributions.count > 2
    before = books(house)
    house.restart()
    assert books(house) == before
