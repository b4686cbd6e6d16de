"""Opening rounds: who may, with whose agreement, of what money; and who may end one."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.collective.funding import FundingDeclined, FundingOpened
from tests.commands.funding.test_backing import back, in_funds, whole
from tests.house import House, cooperative

OPEN = "/funding open 300 EUR --each 60 EUR"


def house(*rules: str) -> House:
    """Ann and bo are treasurers, cem and dee members."""
    it = cooperative("bo", "cem", "dee", rules=("digest off", *rules))
    for line in ("/role give @bo treasurer", "/income 1000 EUR a client"):
        assert it.say("ann", line).error == ""
    return it


def decided(it: House, do: str) -> str:
    """Have all decide a line: what was told when it was carried out."""
    told = it.say("dee", f'/propose We want it --do "{do}" --closes in 2 days')
    assert told.error == "", told.text
    ref = told.rows[0].reply.ref
    for who in ("ann", "bo", "cem", "dee"):
        assert it.say(who, f"/vote {ref} consent").error == ""
    return it.later(dt.timedelta(days=3)).text


def test_who_may_open_one() -> None:
    it = house()
    assert it.say("cem", OPEN).error == "role"
    assert it.say("ann", OPEN).error == ""
    assert in_funds(it) == {}
    assert it.say("ann", "/funding approve F1").error == "own-transfer"
    assert it.say("cem", "/funding approve F1").error == "role"
    assert it.say("bo", "/funding approve F1").error == ""
    assert in_funds(it) == {"F1": {"EUR": "300.00"}}
    assert it.say("bo", "/funding approve F1").error == "not-waiting"
    whole(it)


def test_who_types_it_as_of_a_transfer_is_told_the_line_that_works() -> None:
    it = house()
    assert it.say("ann", OPEN).error == ""
    for word in ("approve", "decline"):
        told = it.say("bo", f"/{word} F1")
        assert told.error == "not-waiting"
        assert f"/funding {word} F1" in told.text
    assert "/funding" not in it.say("bo", "/approve F7").text


def test_where_nobody_else_is_a_treasurer_any_other_member_of_before_agrees() -> None:
    it = house()
    assert it.say("ann", "/role take @bo treasurer").error == ""
    assert it.say("ann", OPEN).error == ""
    it.later(seconds=5)
    it.say("eve", "/me")
    assert it.say("eve", "/funding approve F1").error == "member-later"
    assert it.say("cem", "/funding approve F1").error == ""


def test_much_is_not_opened_in_parts() -> None:
    it = house()
    assert it.say("ann", "/funding open 150 EUR --each 60 EUR").error == ""
    assert it.say("ann", "/funding open 60 EUR --each 60 EUR").error == ""
    assert in_funds(it) == {"F1": {"EUR": "150.00"}}
    assert it.say("bo", "/funding open 60 EUR --each 60 EUR").error == ""
    assert set(in_funds(it)) == {"F1", "F3"}


def test_what_the_members_decide_needs_nobody_else_and_only_they_cancel_it() -> None:
    it = house()
    told = decided(it, "funding open 300 EUR --each 60 EUR --closes in 14 days")
    assert "300.00 EUR for ideas" in told
    assert it.say("ann", "/funding cancel F1").error == "by-proposal"
    assert it.say("ann", "/cancel F1").error == "by-proposal"
    assert it.say("cem", "/idea A --min 30").error == ""
    back(it, "dee", "K1", "10 EUR")
    assert "F1" in decided(it, "funding cancel F1 the roof first")
    assert in_funds(it) == {}
    whole(it)


def test_never_more_than_the_treasury_has_nor_than_is_in_hand() -> None:
    it = house("credit-limit 200 EUR", "second-eyes none", "leaving-max none")
    assert it.say("ann", "/funding open 1000.01 EUR --each 60 EUR").error == "not-enough"
    assert it.say("cem", "/pay @dee 200 EUR a debt").error == ""
    assert it.say("ann", "/payout @dee 200 EUR").error == ""
    assert it.say("ann", "/funding open 900 EUR --each 60 EUR").error == "not-in-hand"
    assert it.say("ann", "/funding open 800 EUR --each 60 EUR").error == ""
    whole(it)


def test_what_is_gone_when_somebody_agrees_is_refused_then() -> None:
    it = house("second-eyes 200 EUR", "leaving-max none")
    assert it.say("ann", "/funding open 900 EUR --each 60 EUR").error == ""
    assert it.say("bo", "/expense 150 EUR a bill --paid treasury").error == ""
    assert it.say("bo", "/funding approve F1").error == "not-enough"


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("/funding open 2h --each 1h", "not-money"),
        ("/funding open 100 EUR --each 50 USD", "currency-differs"),
        ("/funding open 100 EUR --each 50 EUR --per-idea 5 USD", "currency-differs"),
        ("/funding open 100 EUR --each 101 EUR", "share-odd"),
        ("/funding open 100 EUR --each 50 EUR --per-idea 51 EUR", "share-odd"),
        ("/funding open 100 EUR --each 0.001 EUR", "amount-not-exact"),
        ("/funding open 100 EUR --each 50 EUR --closes in 23 hours", "funding-open"),
        ("/funding open 100 EUR --each 50 EUR --closes in 400 days", "round-far"),
        (
            "/funding open 100 EUR --each 50 EUR --closes in 3 days --ideas-until in 4 days",
            "round-times",
        ),
        (
            "/funding open 100 EUR --each 50 EUR --closes in 3 days --backs-from in 3 days",
            "round-times",
        ),
        ("/funding open 100 EUR", "missing-argument"),
    ],
)
def test_terms_that_are_refused(line: str, error: str) -> None:
    it = house()
    told = it.say("ann", line)
    assert told.error == error or (error == "missing-argument" and told.error), told.text
    assert not any(isinstance(each, FundingOpened) for each in it.events())


def test_no_day_of_closed_books() -> None:
    it = house()
    today = it.clock.now().date().isoformat()
    assert it.say("ann", f"/rules set closed-until {today}").error == ""
    assert it.say("ann", "/funding open 100 EUR --each 50 EUR").error == "closed-until"


def test_saying_no_and_time_that_is_over() -> None:
    it = house()
    assert it.say("ann", OPEN).error == ""
    assert it.say("dee", "/funding decline F1").error == "role"
    assert it.say("bo", "/funding decline F1").error == ""
    assert it.say("ann", OPEN).error == ""
    assert it.say("ann", "/cancel F2").error == ""
    assert it.say("ann", f"{OPEN} --closes in 2 days").error == ""
    it.later(days=1, hours=5)
    assert it.say("bo", "/funding approve F3").error == "funding-open"
    assert "F3 was not opened" in it.later(days=1).text
    assert len([each for each in it.events() if isinstance(each, FundingDeclined)]) == 3
    assert "not opened" in it.say("ann", "/show F3").text
    whole(it)


def test_a_treasurer_cancels_only_what_nobody_gave_of() -> None:
    it = house()
    assert it.say("ann", "/funding open 100 EUR --each 50 EUR").error == ""
    assert it.say("cem", "/idea A --min 30").error == ""
    assert it.say("cem", "/cancel F1").error == "role"
    back(it, "dee", "K1", "10 EUR")
    assert it.say("ann", "/cancel F1").error == "by-proposal"
    assert it.say("dee", "/unback K1").error == ""
    assert it.say("ann", "/cancel F1 too soon").error == ""
    assert in_funds(it) == {}
    assert "cancelled" in it.say("ann", "/show K1").text
    whole(it)


def test_nothing_else_reaches_the_pot() -> None:
    it = house()
    assert it.say("ann", "/funding open 100 EUR --each 50 EUR").error == ""
    for line in (
        "/fund add 5 EUR F1",
        "/expense 5 EUR cake --paid treasury --fund F1",
        "/income 5 EUR a donor --fund F1",
        "/equation set fair 10% fund F1; rest equal",
    ):
        assert it.say("ann", line).error != "", line
    assert it.say("ann", "/fund create F1").error == ""
    assert it.say("ann", "/fund add 5 EUR F1").error == ""
    assert it.say("ann", "/reverse T2 wrong").error == "of-a-round"
    assert in_funds(it) == {"f1": {"EUR": "5.00"}, "F1": {"EUR": "100.00"}}
    it.later(days=15)
    assert in_funds(it) == {"f1": {"EUR": "5.00"}}
    assert it.say("ann", "/reverse T4 wrong").error == "of-a-round"
    refused = it.say("dee", '/propose Back --do "reverse T4 wrong"')
    assert refused.error == "of-a-round", refused.text


def test_a_fund_of_that_name_is_nobody_else_s() -> None:
    it = house()
    for line in ("/fund create k1", "/fund add 5 EUR k1", "/funding open 100 EUR --each 50 EUR"):
        assert it.say("ann", line).error == ""
    assert it.say("cem", "/idea A --min 30").error == ""
    back(it, "dee", "K1", "30 EUR")
    assert in_funds(it)["k1"] == {"EUR": "5.00"}
    assert in_funds(it)["k1-2"] == {"EUR": "30.00"}
    assert it.say("ann", "/expense 30 EUR paint --paid treasury --fund k1-2").error == ""
    assert "k1-2" not in in_funds(it)


def test_in_private_it_is_told_in_the_room() -> None:
    it = house()
    told = it.say("ann", "/funding open 100 EUR --each 50 EUR", private=True)
    assert "ann, in private:" in told.text
    assert it.say("cem", "/idea A --min 30", private=True).error == ""
    done = it.say("dee", "/back K1 30 EUR", private=True)
    assert "K1 is funded with 30.00 EUR" in done.text
