"""Budgets: what counts, what an expense over one takes, what is told, and that every table adds up."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from bot.chat import Kind
from bot.collective.treasury import TransferApproved, TransferAsked, TransferMade
from bot.value.periods import Every
from commands.ledger import budgets
from tests.commands.ledger.test_report import LIVES, lived
from tests.house import House, cooperative
from tests.house.told import Told

KITCHEN = "/budget create kitchen 600 EUR --per month --kind food --circle kitchen"
FOOD = "#food --circle kitchen"


def house(*rules: str, budget: str = KITCHEN) -> House:
    """Two treasurers and two others; a circle with a budget for its food."""
    it = cooperative("bo", "cem", "dee", rules=("digest off", *rules))
    lines = ("/role give @bo treasurer", "/circle create kitchen", "/income 5000 EUR a client", budget)
    for line in lines:
        assert it.say("ann", line).error == "", line
    return it


def stands(it: House, name: str = "kitchen", more: str = "") -> tuple[str, str, str]:
    """What is spent, asked for and left."""
    facts = it.say("ann", f"/budget {name}{more}").facts
    assert sum(Decimal(facts[each]) for each in ("spent", "asked", "left")) == Decimal(facts["amount"])
    return facts["spent"], facts["asked"], facts["left"]


def decided(it: House, do: str) -> str:
    """Have all decide a line: what was told when it was carried out."""
    told = it.say("dee", f"/propose We want it --do {do} --closes in 2 days")
    assert told.error == "", told.text
    ref = told.rows[0].reply.ref
    for who in ("ann", "bo", "cem", "dee"):
        assert it.say(who, f"/vote {ref} consent").error == ""
    return it.later(dt.timedelta(days=3)).text


# --- What counts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        (f"/expense 50 EUR flour {FOOD} --paid treasury", True),
        ("/expense 50 EUR flour #food --paid treasury", False),
        ("/expense 50 EUR flour --circle kitchen --paid treasury", False),
        ("/expense 50 EUR flour #tools --circle kitchen --paid treasury", False),
        (f"/expense 50 USD flour {FOOD} --paid treasury", False),
        (f"/expense 50 EUR flour {FOOD} --paid treasury --fund tools", True),
        ("/payout @bo 50 EUR", False),
    ],
)
def test_an_expense_counts_by_its_currency_kind_and_circle(line: str, *, counts: bool) -> None:
    it = house("second-eyes none")
    for more in ("/fund create tools", "/fund add 100 EUR tools", "/income 100 USD x"):
        assert it.say("ann", more).error == ""
    it.say("bo", "/expense 60 EUR paper #paper")
    assert it.say("ann", "/approve T4").error == ""
    assert it.say("ann", line).error == ""
    assert stands(it) == (("50.00", "0.00", "550.00") if counts else ("0.00", "0.00", "600.00"))


def test_what_is_typed_in_a_circle_s_room_counts_for_it() -> None:
    it = house()
    assert it.say("ann", "/room circle kitchen", room="stove").error == ""
    assert it.say("ann", "/expense 50 EUR flour #food --paid treasury", room="stove").error == ""
    assert stands(it)[0] == "50.00"
    assert ":kitchen" in it.say("ann", "/show T2").text


def test_what_was_spent_before_a_budget_began_counts_in_its_period() -> None:
    it = house(budget="/circle create garden")
    it.say("ann", "/expense 50 EUR flour #food --circle kitchen --paid treasury")
    assert it.say("ann", KITCHEN).facts["spent"] == "50.00"


def test_what_waits_is_asked_for_until_it_is_declined_or_spent() -> None:
    it = house()
    it.say("cem", f"/expense 100 EUR flour {FOOD}")
    assert stands(it) == ("0.00", "100.00", "500.00")
    it.say("cem", f"/expense 30 EUR yeast {FOOD}")
    it.say("ann", "/approve T2")
    assert stands(it) == ("100.00", "30.00", "470.00")
    it.say("ann", "/decline T3")
    assert stands(it) == ("100.00", "0.00", "500.00")


def test_what_is_undone_counts_no_more_where_it_stood_and_is_no_room_elsewhere() -> None:
    it = house()
    it.say("ann", f"/expense 150 EUR flour {FOOD} --paid treasury")
    it.later(days=40)
    assert stands(it) == ("0.00", "0.00", "600.00")
    assert it.say("ann", "/reverse T2 wrong").error == ""
    assert stands(it) == ("0.00", "0.00", "600.00")
    assert stands(it, more=" --period last month") == ("0.00", "0.00", "600.00")


def test_one_that_waits_to_be_undone_still_counts() -> None:
    it = house("second-eyes 50 EUR")
    it.say("cem", f"/expense 40 EUR flour {FOOD}")
    it.say("ann", "/approve T2")
    it.say("ann", "/income 100 EUR x #food")
    assert "waits" in it.say("ann", "/reverse T3 wrong").text
    assert stands(it) == ("40.00", "0.00", "560.00")


# --- Its periods --------------------------------------------------------------------------------------


@pytest.mark.parametrize("every", Every)
def test_a_period_ends_by_the_collective_s_clock_wherever_somebody_is(every: Every) -> None:
    """It is 22:30 in UTC on the last day of a year: past midnight in Helsinki, and not in Lisbon."""
    it = house(budget=f"/budget create all 600 EUR --per {every.value}")
    it.clock.move_to(dt.datetime(2026, 12, 31, 22, 30, tzinfo=dt.UTC))
    it.say("ann", "/me zone Europe/Lisbon")
    assert it.say("ann", "/budget all").facts["period"].startswith("2026")
    it.say("bo", "/me zone Pacific/Auckland")
    assert it.say("bo", "/budget all").facts["period"].startswith("2026")

    assert it.say("ann", "/rules set zone Europe/Helsinki").error == ""
    assert it.say("ann", "/budget all").facts["period"].startswith("2027")


def test_a_change_counts_from_the_period_that_runs_and_leaves_those_before() -> None:
    it = house()
    it.say("ann", f"/expense 50 EUR flour {FOOD} --paid treasury")
    it.later(days=40)
    for amount in ("700", "800"):
        assert it.say("ann", f"/budget change kitchen {amount} EUR").error == ""
    assert stands(it) == ("0.00", "0.00", "800.00")
    assert stands(it, more=" --period last month") == ("50.00", "0.00", "550.00")
    it.restart()
    assert stands(it, more=" --period last month") == ("50.00", "0.00", "550.00")


def test_what_waits_or_was_spent_in_one_period_stands_in_no_other() -> None:
    it = house()
    it.say("cem", f"/expense 100 EUR flour {FOOD}")
    it.say("ann", f"/expense 50 EUR yeast {FOOD} --paid treasury")
    it.later(days=40)
    assert stands(it) == ("0.00", "0.00", "600.00")
    assert "T2" not in it.say("ann", "/budget kitchen").text
    assert stands(it, more=" --period last month") == ("50.00", "100.00", "450.00")
    told = it.say("ann", "/budget kitchen --period last month").text
    assert "T2: 100.00 EUR #food :kitchen that cem laid out, from the treasury (waits)" in told
    assert "T3: 50.00 EUR #food :kitchen went out of the treasury" in told


def test_a_budget_that_ends_guards_nothing_and_its_name_is_free() -> None:
    it = house()
    assert it.say("ann", "/budget end kitchen").error == ""
    assert it.say("ann", f"/expense 150 EUR flour {FOOD} --paid treasury").error == ""
    assert it.say("ann", "/budget create kitchen 100 EUR --per year").error == ""


def test_a_budget_ends_with_its_circle_and_that_is_told() -> None:
    it = house()
    assert it.say("ann", "/budget create rest 100 EUR --per year").error == ""
    assert "Its budgets end with it: kitchen" in it.say("ann", "/circle close kitchen").text
    assert list(it.folded().budgets.by_name) == ["rest"]


# --- Over it ------------------------------------------------------------------------------------------


def test_to_the_cent_what_is_left_may_be_asked_for_and_one_cent_more_takes_a_decision() -> None:
    it = house()
    it.say("cem", f"/expense 100 EUR flour {FOOD}")
    assert it.say("dee", f"/expense 500 EUR an oven {FOOD}").text.count("waits for another treasurer")
    told = it.say("cem", f"/expense 0.01 EUR salt {FOOD}").text
    assert "It goes 0.01 EUR over the budget kitchen" in told
    assert "/open P1 asks everybody" in told
    for who in ("ann", "bo"):
        assert it.say(who, "/approve T4").error == "budget-over"


def test_all_that_was_asked_for_within_it_is_approved_to_the_last_cent() -> None:
    it = house("second-eyes none")
    for what in ("250 EUR flour", "350 EUR yeast"):
        assert it.say("cem", f"/expense {what} {FOOD}").error == ""
    assert [it.say("ann", f"/approve T{number}").error for number in (2, 3)] == ["", ""]
    assert stands(it) == ("600.00", "0.00", "0.00")


def test_what_is_over_it_may_be_asked_for_before_the_money_is_there() -> None:
    """As whatever waits for somebody's word; it has to be there when it moves."""
    it = house("expenses nobody", "leaving-max none")
    told = it.say("cem", f"/expense 6000 EUR an oven {FOOD}")
    assert told.error == ""
    assert "/open P1 asks everybody" in told.text
    assert it.say("cem", "/balance").facts["held"] == {}


def test_whoever_insists_on_a_second_one_is_offered_the_line_with_its_circle() -> None:
    it = house("second-eyes none")
    line = f"/expense 50 EUR flour {FOOD} --paid treasury"
    assert it.say("ann", line).error == ""
    told = it.say("ann", line)
    assert told.error == "twin"
    again = next(each for each in told.text.split("\n") if "--again" in each)
    assert "--circle kitchen" in again
    assert it.say("ann", again[again.index("/expense") :]).error == ""
    assert stands(it)[0] == "100.00"


def test_one_s_own_over_it_moves_when_all_decided_and_is_credited() -> None:
    it = house("second-eyes none")
    it.say("ann", f"/expense 580 EUR flour {FOOD} --paid treasury")
    it.say("cem", f"/expense 30 EUR salt {FOOD}")
    assert it.say("cem", "/open P1 --closes in 2 days").error == ""
    for who in ("ann", "bo", "cem", "dee"):
        assert it.say(who, "/vote P1 consent").error == ""
    told = it.later(dt.timedelta(days=3)).text
    assert "exceeded: 610.00 EUR of 600.00 EUR" in told
    assert it.say("cem", "/balance").facts["held"] == {"EUR": "30.00"}


def test_without_the_rule_that_members_approve_it_still_takes_a_decision() -> None:
    """`expenses nobody` lets one be paid back at once; not over a budget."""
    it = house("expenses nobody", "second-eyes none")
    assert it.say("cem", f"/expense 600 EUR flour {FOOD}").error == ""
    it.say("cem", f"/expense 1 EUR salt {FOOD}")
    assert it.say("cem", "/balance").facts["held"] == {"EUR": "600.00"}


def test_a_bill_over_it_is_proposed_and_then_passes_every_other_guard() -> None:
    it = house("second-eyes 700 EUR")
    told = it.say("ann", f"/expense 650 EUR an oven {FOOD} --paid treasury")
    assert told.error == "budget-over"
    line = '"expense 650.00 EUR an oven #food --circle kitchen"'
    assert f"/propose … --do {line}" in told.text
    assert "exceeded: 650.00 EUR" in decided(it, line)

    much = '"expense 900 EUR an oven #food --circle kitchen"'
    assert "waits for another treasurer" in decided(it, much)
    waiting = [e for e in it.events() if isinstance(e, TransferAsked)]
    assert it.say("bo", f"/approve T{waiting[0].number}").error == ""


def test_what_was_within_it_when_asked_and_is_over_it_by_now_is_not_approved() -> None:
    it = house()
    it.say("cem", f"/expense 300 EUR flour {FOOD}")
    it.say("ann", "/budget change kitchen 200 EUR")
    told = it.say("ann", "/approve T2")
    assert told.error == "budget-over"
    assert "T2 would go 100.00 EUR over the budget kitchen" in told.text
    assert "/propose … --do approve T2" in told.text
    decided(it, "approve T2")
    assert it.say("cem", "/balance").facts["held"] == {"EUR": "300.00"}


def test_a_bill_that_waits_and_is_over_it_by_now_is_taken_back() -> None:
    it = house("second-eyes 100 EUR")
    it.say("ann", f"/expense 300 EUR flour {FOOD} --paid treasury")
    it.say("ann", "/budget change kitchen 200 EUR")
    told = it.say("bo", "/approve T2")
    assert told.error == "budget-over"
    assert "/decline T2" in told.text
    assert it.say("bo", "/decline T2").error == ""


def test_where_the_rule_says_so_it_is_only_told() -> None:
    it = house("budget-over told", "second-eyes none")
    told = it.say("ann", f"/expense 650 EUR flour {FOOD} --paid treasury").text
    assert "The budget kitchen (2026-01) is exceeded: 650.00 EUR of 600.00 EUR." in told
    it.say("cem", f"/expense 10 EUR flour {FOOD}")
    assert it.say("ann", "/approve T3").error == ""


def test_two_treasurers_at_once_are_not_both_within_it() -> None:
    it = house("second-eyes none")
    lines = [it.message(who, f"/expense 400 EUR {who} {FOOD} --paid treasury") for who in ("ann", "bo")]
    assert [each.error for each in it.hand_in(lines)] == ["", "budget-over"]
    assert [e.order.count for e in it.events() if isinstance(e, TransferMade)] == [500_000, 40_000]


# --- What is told -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amounts", "told"),
    [
        (("479.99",), ("",)),
        (("480",), ("nearly used up",)),
        (("479.99", "0.01", "1"), ("", "nearly used up", "")),
        (("600",), ("used up",)),
        (("590", "10"), ("nearly used up", "used up")),
    ],
)
def test_80_and_100_percent_are_told_once_to_the_cent(
    amounts: tuple[str, ...], told: tuple[str, ...]
) -> None:
    it = house("second-eyes none")
    for amount, words in zip(amounts, told, strict=True):
        text = it.say("ann", f"/expense {amount} EUR flour {FOOD} --paid treasury").texts[0]
        found = [each for each in text.split("\n") if "budget" in each]
        assert [words in each for each in found] == ([True] if words else [])
        assert words != "used up" or "nearly" not in text


def test_it_is_told_in_the_room_of_its_circle_and_else_at_home() -> None:
    it = house("second-eyes none")
    it.say("ann", "/room circle kitchen", room="stove")
    it.say("ann", "/budget create all 1000 EUR --per year")

    def where(line: str, **more: Any) -> list[str]:
        told = it.say("ann", line, **more)
        assert told.error == ""
        return [
            row.place.room
            for row, text in zip(told.rows, told.texts, strict=True)
            if "used up" in text and row.reply.kind is not Kind.EDIT
        ]

    assert where(f"/expense 500 EUR flour {FOOD} --paid treasury") == ["hall", "stove"]
    assert it.say("ann", "/room", room="stove").error == ""
    assert where("/expense 400 EUR rent #rent --paid treasury", room="stove") == ["stove", "hall"]


def test_what_is_entered_in_private_is_told_at_home_once() -> None:
    it = house("second-eyes none")
    told = it.say("ann", f"/expense 500 EUR flour {FOOD} --paid treasury", private=True)
    found = [
        row.place.room
        for row, text in zip(told.rows, told.texts, strict=True)
        if "used up" in text and row.reply.kind is not Kind.EDIT
    ]
    assert found == ["with ann", "hall"]


def test_a_digest_tells_what_is_left_and_coordinators_what_is_nearly_used_up() -> None:
    it = house("second-eyes none", "digest on")
    it.say("ann", "/role give @bo coordinator")
    it.say("ann", f"/expense 580 EUR flour {FOOD} --paid treasury")
    told = it.later(days=7)
    line = "Budget kitchen (2026-01): 580.00 EUR of 600.00 EUR spent, 20.00 EUR left until Sat, 31 Jan"
    found = {row.person: text.count(line) for row, text in zip(told.rows, told.texts, strict=True)}
    assert found[""] == 1
    assert found["bo"] == 2


# --- Bad input ----------------------------------------------------------------------------------------

REFUSED = (
    ("/budget create more 600 USD --per month", "no-treasury"),
    ("/budget create more 6h --per month", "not-money"),
    ("/budget create more 0 EUR --per month", "amount-zero"),
    ("/budget create more -5 EUR --per month", "amount-negative"),
    ("/budget create more 0.001 EUR --per month", "amount-not-exact"),
    ("/budget create more 600 EUR", "per-missing"),
    ("/budget create more 600 EUR --per week", "choice-unknown"),
    ("/budget create more 600 EUR --per month --circle garden", "circle-unknown"),
    ("/budget create kitchen 600 EUR --per month", "budget-known"),
    ("/budget change kitchen 600 EUR", "nothing-changed"),
    ("/budget change kitchen 600 USD", "currency-differs"),
    ("/budget change more 600 EUR", "budget-unknown"),
    ("/budget end more", "budget-unknown"),
    ("/budget more", "budget-unknown"),
    ("/budget kitchen --period 2025-12", "budget-before"),
)


@pytest.mark.parametrize(("line", "code"), REFUSED)
def test_what_makes_no_sense_is_refused_and_leaves_no_trace(line: str, code: str) -> None:
    it = house()
    before = it.tables()
    assert it.say("ann", line).error == code
    assert it.tables() == before


def test_a_period_that_is_none_offers_no_other_command() -> None:
    told = house().say("ann", "/budget create more 600 EUR --per week").text
    assert "Choose one of month, quarter, year." in told
    assert "/ledger" not in told


def test_what_waits_for_a_decision_is_called_by_how_much_and_what_for() -> None:
    it = house()
    assert it.say("bo", f"/expense 700 EUR oven {FOOD}\nwith two doors").error == ""
    assert "700.00 EUR, oven" in it.say("bo", "/open P1").text


def test_who_is_no_admin_makes_no_budget_and_all_may_decide_one() -> None:
    it = house()
    assert it.say("bo", "/budget create more 600 EUR --per month").error == "role"
    assert "The budget more" in decided(it, '"budget create more 600 EUR --per month"')
    assert "700.00 EUR a month" in decided(it, "budget change kitchen 700 EUR")
    assert "ends" in decided(it, "budget end more")


def test_there_is_an_end_to_how_many_there_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    it = house()
    monkeypatch.setattr(budgets, "BUDGETS_MAX", 1)
    assert it.say("ann", "/budget create more 1 EUR --per month").error == "budgets-max"


# --- It adds up ---------------------------------------------------------------------------------------


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.generate],
)
@given(LIVES)
def test_what_a_year_spends_is_what_stands_of_its_expenses(steps: list[tuple[str, str]]) -> None:
    """Of random months with undoings: what counts are the transfers that stand; and it folds so."""
    it = lived([*steps, ("ann", "/rules set budget-over told")])
    made = [e for e in it.events() if isinstance(e, TransferMade | TransferApproved)]
    undone = {e.reverses for e in made}
    today = it.clock.now().date()
    spent = sum(
        e.order.count
        for e in made
        if e.order.flow.value == "expense"
        and (e.order.unit, e.order.day[:4]) == ("EUR", str(today.year))
        and not e.reverses
        and e.number not in undone
    )
    if it.say("ann", "/budget create all 100 EUR --per year").error:
        assert not spent
        return
    assert Decimal(stands(it, "all")[0]) == Decimal(spent) / 100
    assert it.folded() == it.state()


# --- The card -------------------------------------------------------------------------------------


def edits(told: Told, ref: str = "BU1") -> list[tuple[str, str, str]]:
    """How the cards show the budget after something: spent, asked for, left."""
    found = [row.reply for row in told.rows if (row.reply.kind, row.reply.ref) == (Kind.EDIT, ref)]
    return [(it.facts["spent"], it.facts["asked"], it.facts["left"]) for it in found]


def test_its_card_changes_with_every_expense_that_counts_against_it() -> None:
    it = house()
    begun = it.say("ann", "/budget create all 90 EUR --per month")
    assert [(row.reply.kind, row.reply.ref) for row in begun.rows] == [(Kind.CARD, "BU2")]
    asked = it.say("dee", f"/expense 30 EUR eggs {FOOD}")
    assert edits(asked) == [("0.00", "30.00", "570.00")]
    assert edits(asked, "BU2") == [("0.00", "30.00", "60.00")]
    assert edits(it.say("ann", "/approve T2")) == [("30.00", "0.00", "570.00")]
    paid = it.say("ann", f"/expense 20 EUR bread {FOOD} --paid treasury")
    assert edits(paid) == [("50.00", "0.00", "550.00")]
    assert edits(it.say("dee", f"/expense 5 EUR tea {FOOD}")) == [("50.00", "5.00", "545.00")]
    assert edits(it.say("ann", "/decline T4 no receipt")) == [("50.00", "0.00", "550.00")]
    assert edits(it.say("ann", "/reverse T3 typed twice")) == [("30.00", "0.00", "570.00")]
    assert stands(it) == ("30.00", "0.00", "570.00")
    changed = it.say("ann", "/budget change kitchen 100 EUR")
    assert edits(changed) == [("30.00", "0.00", "70.00")]
    other = it.say("dee", "/expense 1 EUR soap #care")
    assert edits(other) == []
    assert edits(other, "BU2") == [("30.00", "1.00", "59.00")]


def test_its_card_says_that_it_is_over_also_when_its_circle_ends() -> None:
    it = house()
    it.say("ann", "/budget create all 90 EUR --per month")
    for line, ref in (("/budget end all", "BU2"), ("/circle close kitchen", "BU1")):
        (last,) = [row for row in it.say("ann", line).rows if row.reply.kind is Kind.EDIT]
        assert last.reply.ref == ref
    assert it.say("ann", "/budget create all 90 EUR --per month").rows[0].reply.ref == "BU3"


def test_its_card_stands_at_home_where_it_began_in_private_and_shows_the_time_that_runs() -> None:
    it = house()
    rows = it.say("ann", "/budget create all 90 EUR --per month", private=True).rows
    assert [(row.place.room, row.reply.kind) for row in rows] == [
        ("with ann", Kind.CARD),
        ("hall", Kind.CARD),
    ]
    it.later(days=31)
    before = it.say("ann", f"/expense 20 EUR bread {FOOD} --paid treasury --on 2026-01-20")
    assert edits(before, "BU2") == []
    now = it.say("ann", f"/expense 20 EUR cheese {FOOD} --paid treasury", private=True)
    (shown,) = [row for row in now.rows if row.reply.ref == "BU2"]
    assert shown.place.room == "hall"
    assert edits(now, "BU2") == [("20.00", "0.00", "70.00")]
