"""A number without its currency: where only one currency works, the line is offered with it."""

from __future__ import annotations

import pytest

from tests.house.house import House


def lived() -> House:
    """A collective with something of each kind in Swiss francs, and nothing in any other currency."""
    house = House().enter("ann", "bo", "cem", "dee")
    for line in (
        "/rules set second-eyes none",
        "/role give @ann treasurer",
        "/role give @dee treasurer",
        "/income 900 CHF a gift",
        "/funding open 500 CHF --each 100 CHF --closes 2026-02-01",
        "/budget create kitchen 600 CHF --per quarter",
        "/dues set 10 CHF monthly --choices 5,10,20",
        '/recurring 45 CHF hosting --every "month on the 1st"',
        "/fund create tools",
    ):
        assert house.say("ann", line).error == "", line
    ref = house.say("ann", "/expense 30 CHF paper").rows[0].reply.ref
    assert house.say("dee", f"/approve {ref}").error == ""
    ref = house.say("bo", "/expense 30 CHF tea @cem").rows[0].reply.ref
    assert house.say("cem", f"/approve {ref}").error == ""
    assert house.say("ann", "/invoice 80 CHF Oak school").error == ""
    assert house.say("bo", "/idea A bench --min 50 --max 80").error == ""
    return house


@pytest.mark.parametrize(
    ("who", "line", "offered"),
    [
        ("cem", "back K1 50", "back K1 50 CHF"),
        ("ann", "budget change kitchen 700", "budget change kitchen 700 CHF"),
        ("ann", "dues set 12", "dues set 12 CHF"),
        ("bo", "dues choose 5", "dues choose 5 CHF"),
        ("ann", "recurring change S1 50", "recurring change S1 50 CHF"),
        ("dee", "payout @ann 5", "payout @ann 5 CHF"),
        ("ann", "payout request 5", "payout request 5 CHF"),
        ("ann", "pay @bo 5", "pay @bo 5 CHF"),
        ("ann", "fund add 10 tools", "fund add 10 CHF tools"),
        ("bo", "expense 5.50 tea", "expense 5.50 CHF tea"),
        ("bo", "expense 30 salt @cem @bo", "expense 30 CHF salt @cem @bo"),
        ("cem", "settle-up paid @bo 5", "settle-up paid @bo 5 CHF"),
        ("bo", "settle-up got @cem 5", "settle-up got @cem 5 CHF"),
        ("ann", "income 80 Oak school --invoice B1", "income 80 CHF Oak school --invoice B1"),
        ("ann", "invoice 90 Oak school --due 30d", "invoice 90 CHF Oak school --due 30d"),
        ("ann", "budget create food 20 --per month", "budget create food 20 CHF --per month"),
        ("ann", "dues paid @bo 10", "dues paid @bo 10 CHF"),
        (
            "ann",
            "recurring 45 rent --every month on the 1st",
            "recurring 45 CHF rent --every month on the 1st",
        ),
    ],
)
def test_the_currency_that_works_is_put_behind_the_number(who: str, line: str, offered: str) -> None:
    house = lived()

    private = line.startswith("dues choose")
    wrong = house.say(who, f"/{line}", private=private)
    assert wrong.error == "amount-missing-unit"
    assert f"/{offered}" in wrong.text, wrong.text
    assert house.say(who, f"/{offered}", private=private).error == ""


@pytest.mark.parametrize("line", ["5", "5 CHF"])
def test_what_is_paid_of_an_invoice_is_never_offered_as_an_expense(line: str) -> None:
    """Its card says the line by which money comes in for it."""
    house = lived()
    wrong = house.say("ann", f"/invoice paid B1 {line}")
    assert wrong.error == "reference-odd"
    assert "/show B1" in wrong.text, wrong.text
    assert "/expense" not in wrong.text
    assert "/income 80.00 CHF Oak school --invoice B1" in house.say("ann", "/show B1").text


def test_both_numbers_of_a_round_get_it() -> None:
    house = House().enter("ann")
    house.say("ann", "/role give @ann treasurer")
    house.say("ann", "/income 900 CHF a gift")

    wrong = house.say("ann", "/funding open 500 --each 100 --closes 2026-02-01")
    assert "/funding open 500 CHF --each 100 CHF --closes 2026-02-01" in wrong.text, wrong.text


def test_of_two_currencies_that_work_both_are_offered() -> None:
    house = lived()
    house.say("ann", "/income 9 EUR a gift")

    text = house.say("bo", "/expense 5 tea").text
    assert "/expense 5 CHF tea" in text
    assert "/expense 5 EUR tea" in text
    assert "EUR" not in house.say("cem", "/back K1 50").text  # the round is in francs


def test_where_hours_may_be_meant_they_are_offered_first() -> None:
    house = lived()
    text = house.say("bo", "/log 3 cleaned the kitchen").text
    assert text.index("/log 3h cleaned") < text.index("/log 3 CHF cleaned")


@pytest.mark.parametrize(
    ("who", "line", "code", "told"),
    [
        ("bo", "dues choose 5", "not-private", "/dues choose 5.00 CHF"),
        ("bo", "payout @bo 5", "role", "Admins here: ann."),
        ("ann", "fund release 5 tools", "by-proposal", "--do fund release"),
        ("ann", "dues set 10 --choices 5,10,20", "nothing-changed", "That is so already."),
        ("ann", "member settle @bo 5", "still-here", "/balance @bo"),
        ("ann", "recurring 45 rent", "amount-missing-unit", "/recurring 45 EUR hosting --every"),
    ],
)
def test_where_another_thing_stands_in_the_way_that_is_told(
    who: str, line: str, code: str, told: str
) -> None:
    wrong = lived().say(who, f"/{line}")
    assert wrong.error == code, wrong.text
    assert told in wrong.text, wrong.text
    assert "Try " not in wrong.text, wrong.text


def test_of_two_currencies_the_one_that_works_in_private_is_told() -> None:
    house = House().enter("ann", "bo")
    for line in (
        "/role give @ann treasurer",
        "/income 900 EUR a gift",
        "/dues set 10 CHF monthly --choices 5,10,20",
    ):
        assert house.say("ann", line).error == "", line
    wrong = house.say("bo", "/dues choose 5")
    assert wrong.error == "not-private"
    assert "/dues choose 5.00 CHF" in wrong.text, wrong.text
