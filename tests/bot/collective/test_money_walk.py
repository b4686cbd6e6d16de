"""Random walks through all the commands of money: no cash below nothing, no balance out of reach.

Whatever is typed, by whomever, in whatever order, with members who leave, are removed, forgotten and
come back: after each line every currency's cash in hand is at least nothing and all sums are zero; and
in the end treasurers settle every balance that is left.
"""

from __future__ import annotations

import datetime as dt
import random

import pytest

from bot.collective.moneyguards import cash_in_hand
from bot.collective.treasury import Flow
from bot.language.units import unit_of
from bot.text.rendering import decimal_text
from tests.house import House, cooperative
from tests.house.cases import first
from tests.house.lives import sums

PEOPLE = ("bo", "cem", "dag", "eva")
UNITS = ("EUR", "JPY")
STEPS = 90


def line(draw: random.Random, house: House) -> tuple[str, str]:
    """Somebody, and something that they type."""
    count, who, other = draw.randint(1, 60), draw.choice(PEOPLE), draw.choice(PEOPLE)
    unit, n = draw.choice(UNITS), draw.randint(1, max(1, house.state().treasury.count))
    treasurer = draw.choice(("ann", "dag"))
    return draw.choice(
        (
            (treasurer, f"/income {count} {unit} a donor --again"),
            (treasurer, f"/expense {count} {unit} a bill --paid treasury --again"),
            (who, f"/expense {count} {unit} flour --again"),
            (who, f"/pay @{other} {count} {unit}"),
            (who, f"/pay @#{draw.randint(1, 9)} {count} {unit}"),
            (treasurer, f"/payout @{other} {count} {unit}"),
            (treasurer, f"/payout @#{draw.randint(1, 9)} {count} {unit}"),
            (treasurer, f"/fund add {count} {unit} tools"),
            (treasurer, f"/approve T{n}"),
            (who, f"/approve T{n}"),
            (treasurer, f"/decline T{n}"),
            (treasurer, f"/reverse T{n} a slip"),
            (treasurer, f"/member settle @#{draw.randint(1, 9)} {count} {unit}"),
            (who, "/me leave yes"),
            (who, "/me"),
            (who, "/me forget yes"),
            ("ann", f"/member remove @{other} --sure"),
            ("ann", f"/member return @{other}"),
        )
    )


def check(house: House, said: str) -> None:
    state = house.state()
    assert all(cash_in_hand(state, unit) >= 0 for unit in UNITS), said
    assert set(sums(house).values()) <= {0}, said
    places = ((a, u) for a, u in state.ledger.balances if not a.startswith(("held:", "expense:")))
    inside = [key for key in places if key[0] == "treasury" or key[0].startswith("fund:")]
    assert all(state.ledger.balances[key] >= 0 for key in inside), said


def settled(house: House) -> None:
    """Treasurers settle all that is held or owed, by the lines that the treasury tells."""
    house.say("ann", "/rules set leaving-max none")
    house.say("ann", "/rules set second-eyes none")
    house.say("ann", "/rules set credit-limit none")
    for unit in UNITS:
        house.say("ann", f"/income 9000 {unit} a legacy --again")
    balances = dict(house.state().ledger.balances)
    for (account, unit), count in sorted(balances.items(), key=lambda each: each[1]):
        if not account.startswith("held:") or not count:
            continue
        number = int(account.removeprefix("held:"))
        member = house.state().members.member(number)
        amount = f"{decimal_text(abs(count), unit_of(unit).parts)} {unit}"
        if count > 0:
            told = house.say("ann", f"/payout @#{number} {amount}")
        elif member.here:
            told = house.say("ann", f"/income {amount} back from a member --again")
            continue  # who is here pays it back by what they earn
        else:
            line = f"member settle @#{number} {amount}"
            told = house.say("ann", f"/{line}")
            if told.error == "by-proposal":
                continue  # the members decide, as the effects of proposals are tested elsewhere
        assert not told.refused, (number, amount, told.text)
        if "waiting" in str(told.rows[0].reply.facts.get("status", "")):
            ref = told.rows[0].reply.ref
            assert not house.say("dag", f"/approve {ref}").refused
    left = {
        key: count
        for key, count in house.state().ledger.balances.items()
        if key[0].startswith("held:") and count
    }
    for (account, _), count in left.items():
        member = house.state().members.member(int(account.removeprefix("held:")))
        assert count < 0, (account, count)
        assert member.here or member.name != "…", (account, count)


@pytest.mark.parametrize("seed", first(3, range(12)))
def test_no_sequence_loses_money_or_puts_it_out_of_reach(seed: int) -> None:
    draw = random.Random(seed)
    house = cooperative(*PEOPLE, rules=("credit-limit 20 EUR, 500 JPY",))
    house.say("ann", "/role give @dag treasurer")
    house.say("ann", "/fund create tools")
    for _ in range(STEPS):
        who, words = line(draw, house)
        if who == "dag" and words.startswith("/me "):
            continue  # somebody has to be left who agrees in the end
        house.say(who, words)
        if draw.random() < 0.1:
            house.clock.move_by(dt.timedelta(days=draw.randint(1, 9)))
        check(house, f"{who}: {words}")
    if not house.state().members.named("dag"):
        house.say("ann", "/member return @dag")
    house.say("ann", "/role give @dag treasurer")
    settled(house)


def test_the_walk_moves_money_of_every_sort() -> None:
    """The walk is worth something: all sorts of movements happen in it, and undoings."""
    flows: set[Flow] = set()
    undone = 0
    for seed in range(12):
        draw = random.Random(seed)
        house = cooperative(*PEOPLE, rules=("credit-limit 20 EUR, 500 JPY",))
        house.say("ann", "/role give @dag treasurer")
        house.say("ann", "/fund create tools")
        for _ in range(STEPS):
            house.say(*line(draw, house))
        treasury = house.state().treasury
        undone += len(treasury.undone)
        payloads = [entry.payload for entry in house.entries()]
        flows |= {flow for flow in Flow if any(f'"flow":"{flow}"' in each for each in payloads)}

    assert undone > 10
    assert flows >= {Flow.INCOME, Flow.EXPENSE, Flow.PAY, Flow.PAYOUT, Flow.SET_ASIDE}
