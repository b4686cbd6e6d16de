"""Money: what is refused moves nothing, and no limit is passed by two payments at once."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from tests.house import House, cooperative
from tests.house.lives import held, in_treasury, sums


@pytest.fixture
def house() -> House:
    made = cooperative("bo", "cem", "dag")
    made.say("ann", "/role give @dag treasurer")
    made.say("ann", "/income 1000 EUR City library #licence")
    made.say("bo", "/expense 100 EUR wood")
    made.say("ann", "/approve T2")
    made.say("ann", "/fund create tools")
    return made


REFUSED = (
    # who, what is typed, the code of the refusal
    ("bo", "/income 5 EUR somebody", "role"),
    ("ann", "/income 0 EUR somebody", "amount-zero"),
    ("ann", "/income -5 EUR somebody", "amount-negative"),
    ("ann", "/income 5 XXX somebody", "amount-missing-unit"),
    ("ann", "/income 0.001 EUR somebody", "amount-not-exact"),
    ("ann", "/income 3h somebody", "not-money"),
    ("ann", "/income 3 kg somebody", "not-money"),
    ("ann", "/income 9000000000000000 EUR somebody", "amount-too-large"),
    ("ann", "/income 5 EUR somebody --fund tolls", "fund-unknown"),
    ("ann", "/income 5 EUR somebody --on 2026-02-01", "day-future"),
    ("ann", "/expense 901 EUR a car --paid treasury", "not-enough"),
    ("ann", "/expense 1 USD a car --paid treasury", "not-enough"),
    ("bo", "/expense 10 EUR eggs --paid treasury", "role"),
    ("bo", "/expense 10 EUR eggs --paid mayor", "choice-unknown"),
    ("bo", "/pay @cem 100.01 EUR too much", "not-enough"),
    ("bo", "/pay @cem 1 USD another unit", "not-enough"),
    ("bo", "/pay @bo 1 EUR", "own-payment"),
    ("bo", "/pay @nobody 1 EUR", "person-unknown"),
    ("bo", "/payout @bo 1 EUR", "role"),
    ("ann", "/payout @bo 100.01 EUR", "not-enough"),
    ("ann", "/payout @cem 1 EUR", "not-enough"),
    ("ann", "/payout @bo 1h", "not-money"),
    ("ann", "/fund create tools", "fund-known"),
    ("ann", "/fund add 901 EUR tools", "not-enough"),
    ("ann", "/fund release 1 EUR tools", "by-proposal"),
    ("ann", "/approve T1", "not-waiting"),
    ("ann", "/approve C1", "not-waiting"),
    ("ann", "/decline T99", "not-waiting"),
    ("ann", "/reverse T99 why", "reference-unknown"),
    ("ann", "/show T99", "reference-unknown"),
)


@pytest.mark.parametrize(("who", "words", "error"), REFUSED)
def test_what_is_refused_is_told_and_moves_nothing(
    house: House, who: str, words: str, error: str
) -> None:
    before = house.tables()

    told = house.say(who, words)

    assert (told.refused, told.error) == (True, error), told.text
    assert house.tables() == before
    assert set(sums(house).values()) == {0}


def test_two_payments_at_one_moment_cannot_spend_the_same_money(house: House) -> None:
    told = house.hand_in(
        [house.message("bo", "/pay @cem 60 EUR one"), house.message("bo", "/pay @dag 60 EUR two")]
    )

    assert [each.refused for each in told] == [False, True]
    assert held(house, "bo") == {"EUR": "40.00"}
    assert held(house, "cem") == {"EUR": "60.00"}
    assert held(house, "dag") == {}


def test_two_payouts_at_one_moment_cannot_pass_the_limit(house: House) -> None:
    house.say("ann", "/rules set leaving-max 50 EUR")
    told = house.hand_in(
        [house.message("ann", "/payout @bo 30 EUR"), house.message("dag", "/payout @bo 30 EUR")]
    )

    assert [each.error for each in told] == ["", "leaving-max"]
    assert held(house, "bo") == {"EUR": "70.00"}


def test_the_limit_is_of_a_period(house: House) -> None:
    house.say("ann", "/rules set leaving-max 50 EUR")
    house.say("ann", "/payout @bo 50 EUR")
    assert house.say("ann", "/payout @bo 1 EUR").error == "leaving-max"

    house.clock.move_by(dt.timedelta(days=31))

    assert not house.say("ann", "/payout @bo 1 EUR").refused


def test_a_second_treasurer_has_to_agree_to_much(house: House) -> None:
    house.say("ann", "/rules set second-eyes 50 EUR")
    asked = house.say("ann", "/payout @bo 50 EUR")
    assert asked.rows[0].reply.facts["status"] == "waiting"
    assert held(house, "bo") == {"EUR": "100.00"}

    assert house.say("ann", "/approve T3").error == "own-transfer"
    assert house.say("bo", "/approve T3").error == "own-transfer"
    assert house.say("cem", "/approve T3").error == "role"
    assert not house.say("dag", "/approve T3").refused

    assert held(house, "bo") == {"EUR": "50.00"}
    assert house.say("dag", "/approve T3").error == "not-waiting"


def test_what_waits_is_looked_at_again_when_it_is_approved(house: House) -> None:
    house.say("ann", "/rules set second-eyes 50 EUR")
    house.say("ann", "/payout @bo 60 EUR")
    house.say("ann", "/payout @bo 60 EUR")

    first, second = house.hand_in(
        [house.message("dag", "/approve T3"), house.message("dag", "/approve T4")]
    )

    assert not first.refused
    assert second.error == "not-enough"
    assert held(house, "bo") == {"EUR": "40.00"}


def test_credit_goes_as_far_as_the_rule_says(house: House) -> None:
    house.say("ann", "/rules set credit-limit 20 EUR, 2h")

    assert not house.say("cem", "/pay @bo 15 EUR bread").refused
    assert house.say("cem", "/pay @bo 6 EUR bread").error == "credit-limit"
    assert not house.say("cem", "/pay @bo 2h weeding").refused
    assert house.say("cem", "/pay @bo 1m weeding").error == "credit-limit"
    assert held(house, "cem") == {"EUR": "-15.00", "h": "-2.00"}
    assert house.say("ann", "/payout @cem 1 EUR").error == "not-enough"
    assert set(sums(house).values()) == {0}


def test_units_are_never_mixed(house: House) -> None:
    house.say("ann", "/income 1000 JPY a fair")
    house.say("ann", "/income 1.234 KWD a fair")

    assert in_treasury(house) == {"EUR": "900.00", "JPY": "1000", "KWD": "1.234"}


def test_a_transfer_is_undone_once_and_only_while_the_money_is_there(house: House) -> None:
    house.say("ann", "/income 50 EUR typed twice")
    assert not house.say("ann", "/reverse T3 typed twice").refused
    assert house.say("ann", "/reverse T3 again").error == "undone"
    assert house.say("ann", "/reverse T4 again").error == "undone"
    assert in_treasury(house) == {"EUR": "900.00"}
    house.say("ann", "/payout @bo 100 EUR")

    assert house.say("ann", "/reverse T2 no wood").error == "not-enough"
    told = house.say("ann", "/ledger").facts
    assert told["income"] == {"licence": {"EUR": "1000.00"}, "other": {"EUR": "50.00"}}
    assert told["undone"] == {"income": {"other": {"EUR": "50.00"}}}


def test_what_a_member_gave_is_never_paid_out_of(house: House) -> None:
    house.say("cem", "/log 500 EUR a present")

    assert house.say("ann", "/payout @cem 1 EUR").error == "not-enough"
    assert house.say("cem", "/pay @bo 1 EUR").error == "not-enough"
    assert house.say("cem", "/balance").facts["balances"] == {"h": "0.00", "EUR": "500.00"}


def test_who_left_is_still_paid_out_and_gets_nothing_new(house: House) -> None:
    house.say("ann", "/member remove @bo --sure")

    assert house.say("cem", "/pay @bo 1 EUR").error == "person-unknown"
    assert not house.say("ann", "/payout @bo 100 EUR").refused


def test_ones_own_data_has_what_is_held_for_one(house: House) -> None:
    (reply,) = house.say("bo", "/me export").rows
    (file,) = reply.reply.files

    assert json.loads(file.data)["held"] == {"EUR": "100.00"}
