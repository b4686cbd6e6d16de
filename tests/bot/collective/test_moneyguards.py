"""The guards of money, one by one: each of these fails where its guard is taken out."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.collective.catalogue import CATALOGUE, rules_of
from bot.collective.moneyguards import needs_second
from bot.collective.treasury import Approval, Flow, Order
from tests.house import House, cooperative
from tests.house.lives import held, in_treasury


@pytest.fixture
def house() -> House:
    made = cooperative("bo", "cem", "dag")
    made.say("ann", "/role give @dag treasurer")
    made.say("ann", "/income 500 EUR City library")
    return made


LIMITS = (
    # what is set, the unit, what binds (smallest parts)
    (("200 *",), "EUR", 20_000),
    (("200 *",), "JPY", 200),
    (("200 *",), "KWD", 200_000),
    (("200 *",), "h", None),
    (("500.00 EUR",), "EUR", 50_000),
    (("500.00 EUR",), "CHF", 20_000),
    (("500.00 EUR", "7 *"), "CHF", 700),
    ((), "EUR", None),
)


@pytest.mark.parametrize(("value", "unit", "binds"), LIMITS)
def test_a_limit_binds_every_currency(value: tuple[str, ...], unit: str, binds: int | None) -> None:
    assert rules_of({"second-eyes": value}).limit("second-eyes", unit) == binds


def test_out_of_the_box_every_currency_has_limits() -> None:
    rules = rules_of()
    for unit in ("EUR", "USD", "JPY", "XOF"):
        assert rules.limit("second-eyes", unit)
        assert rules.limit("leaving-max", unit)
        assert not rules.limit("credit-limit", unit)


@pytest.mark.parametrize("text", ["5 *, 6 *", "x *", "* 5", "-5 *", "1.5 *"])
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        CATALOGUE["second-eyes"].type.read(text)


def test_what_is_no_limit_of_others_stays_so() -> None:
    with pytest.raises(ValueError):
        CATALOGUE["credit-limit"].type.read("5 *")


@pytest.mark.parametrize(
    ("count", "leaves", "gains", "needs"),
    [
        (19_999, True, False, None),
        (20_000, True, False, Approval.TREASURER),
        (20_000, False, False, None),
        (1, False, True, Approval.TREASURER),
    ],
)
def test_much_that_leaves_and_what_one_gains_needs_somebody_else(
    count: int, leaves: bool, gains: bool, needs: Approval | None
) -> None:
    order = Order(Flow.PAYOUT, "EUR", count, "2026-01-05", member=1)

    assert needs_second(rules_of(), order, leaves=leaves, gains=gains) is needs


def test_an_undoing_that_waits_falls_where_a_proposal_was_quicker(house: House) -> None:
    asked = house.say("ann", "/reverse T1 typed twice")
    assert asked.rows[0].reply.facts["status"] == "waiting"

    assert house.say("dag", "/reverse T1 me too").error == "undoing-waits"
    house.say("bo", "/propose Undo it --do reverse T1 all agree --method majority --closes in 2 days")
    assert not house.say("dag", "/approve T2").refused
    assert house.say("dag", "/approve T2").error == "not-waiting"
    assert house.say("dag", "/reverse T1 again").error == "undone"
    assert in_treasury(house) == {}


def test_what_leaves_by_undoing_is_counted_in_the_limit(house: House) -> None:
    house.say("ann", "/rules set second-eyes none")
    house.say("ann", "/rules set leaving-max 600 EUR")
    house.say("ann", "/income 500 EUR somebody")
    assert not house.say("ann", "/reverse T1 typed twice").refused

    assert house.say("ann", "/reverse T2 typed twice").error == "leaving-max"
    assert house.say("ann", "/expense 101 EUR a bill --paid treasury").error == "leaving-max"
    assert not house.say("ann", "/expense 100 EUR a bill --paid treasury").refused


def test_who_asked_gained_or_came_later_is_no_second_person(house: House) -> None:
    house.say("bo", "/expense 50 EUR wood")
    house.say("dag", "/approve T2")
    house.say("dag", "/rules set second-eyes-by anyone")
    house.say("ann", "/rules set second-eyes-by anyone")
    house.say("ann", "/rules set second-eyes 10 EUR")
    house.say("ann", "/payout @bo 20 EUR")
    house.clock.move_to(house.clock.now().replace(hour=10))

    assert house.say("ann", "/approve T3").error == "own-transfer"
    assert house.say("bo", "/approve T3").error == "own-transfer"
    assert house.say("zoe", "/approve T3").error == "member-later"
    assert not house.say("cem", "/approve T3").refused
    assert held(house, "bo") == {"EUR": "30.00"}


def test_a_treasurer_does_not_share_out_to_themselves(house: House) -> None:
    house.say("ann", "/rules set equations treasurer")
    line = "/distribute 100 EUR my prototype --to @ann"
    code = house.say("ann", line).rows[0].reply.facts["code"]

    assert house.say("ann", f"{line} --confirm {code}").error == "own-transfer"
    assert not house.say("dag", f"{line} --confirm {code}").refused
    assert held(house, "ann") == {"EUR": "100.00"}


def test_two_who_are_two_again_are_told_who_is_below_nothing(house: House) -> None:
    house.say("bo", "/expense 50 EUR wood")
    house.say("ann", "/approve T2")
    code = house.say("cem", "/me link").rows[0].reply.facts["code"]
    assert "50.00 EUR" in house.say("bo", f"/me link {code}").text
    house.say("bo", f"/me link {code} yes")
    assert not house.say("cem", "/pay @dag 30 EUR what bo held").refused

    first = house.say("ann", "/member unmerge @cem")
    assert "cem is at -30.00 EUR." in first.text
    assert held(house, "cem") == {"EUR": "20.00"}
    house.say("ann", "/member unmerge @cem --sure")
    assert (held(house, "cem"), held(house, "bo")) == ({"EUR": "-30.00"}, {"EUR": "50.00"})


def _status(house: House, who: str, line: str) -> str:
    """Whether what was asked for waits; empty where it moved."""
    told = house.say(who, line)
    assert not told.refused, told.text
    return str(told.rows[0].reply.facts.get("status", ""))


def test_what_one_treasurer_lets_out_to_one_person_is_summed_over_a_day(house: House) -> None:
    house.say("ann", "/income 2000 EUR a fair")
    house.say("bo", "/expense 450 EUR an oven")
    house.say("dag", "/approve T3")

    assert not _status(house, "ann", "/payout @bo 120 EUR")
    assert not _status(house, "dag", "/payout @bo 120 EUR")
    assert _status(house, "ann", "/payout @bo 80 EUR") == "waiting"
    assert not _status(house, "ann", "/payout @bo 79 EUR")
    house.clock.move_by(dt.timedelta(hours=25))
    assert not _status(house, "ann", "/payout @bo 120 EUR")


def test_bills_are_summed_whatever_kind_each_is_given(house: House) -> None:
    house.say("ann", "/income 2000 EUR a fair")

    assert not _status(house, "ann", "/expense 199 EUR #oven an oven --paid treasury")
    assert _status(house, "ann", "/expense 199 EUR #door a door --paid treasury") == "waiting"
    assert not house.say("dag", "/approve T4").refused
    # What a second person agreed to is in no sum of what one let out alone.
    assert _status(house, "ann", "/expense 1 EUR #door a hinge --paid treasury") == "waiting"
    assert not _status(house, "dag", "/expense 1 EUR #door a knob --paid treasury")


def test_what_goes_back_outside_by_undoing_is_in_the_sum(house: House) -> None:
    house.say("ann", "/income 150 EUR a donor")
    house.say("ann", "/income 120 EUR another donor")

    assert not _status(house, "ann", "/reverse T2 typed twice")
    assert _status(house, "ann", "/reverse T3 typed twice") == "waiting"


def test_two_accounts_of_one_person_are_one_in_the_sum(house: House) -> None:
    house.say("ann", "/income 2000 EUR a fair")
    for who, number in (("bo", 3), ("cem", 4)):
        house.say(who, "/expense 300 EUR an oven --again")
        house.say("dag", f"/approve T{number}")
    assert not _status(house, "ann", "/payout @bo 150 EUR")
    assert not _status(house, "ann", "/payout @cem 150 EUR")
    code = house.say("cem", "/me link").rows[0].reply.facts["code"]
    house.say("bo", f"/me link {code} yes")

    assert _status(house, "ann", "/payout @bo 1 EUR") == "waiting"


def test_what_is_undone_was_not_let_out(house: House) -> None:
    house.say("ann", "/income 2000 EUR a fair")

    assert not _status(house, "ann", "/expense 150 EUR an oven --paid treasury")
    assert not house.say("ann", "/reverse T3 never delivered").refused
    assert not _status(house, "ann", "/expense 150 EUR another oven --paid treasury")
