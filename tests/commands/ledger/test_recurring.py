"""Recurring bills: when they are asked for, who carries them out, and that nothing is paid twice."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.books.audit import compare
from bot.chat import Kind
from bot.collective.recurring import RecurringCame, RecurringTerms
from bot.collective.treasury import TransferApproved, TransferAsked, TransferMade
from commands.ledger.recurringclock import day_of, next_behind
from tests.house import House, cooperative
from tests.house.told import Told

HOSTING = '/recurring 45 EUR hosting --every "month on the 1st" --from treasury'


def house(*rules: str, line: str = HOSTING) -> House:
    """Two treasurers and one other, with money, and something that recurs."""
    it = cooperative("bo", "cem", rules=("digest off", *rules))
    for each in ("/role give @bo treasurer", "/income 3000 EUR a grant", line):
        assert it.say("ann", each).error == "", each
    return it


def until(it: House, day: str, hour: int = 20) -> Told:
    at = dt.datetime.fromisoformat(day).replace(hour=hour, tzinfo=dt.UTC)
    return it.later(at - it.clock.now())


def came(it: House) -> list[tuple[str, int]]:
    return [(e.day, e.transfer) for e in it.events() if isinstance(e, RecurringCame)]


def paid(it: House) -> list[str]:
    """The days for which something was paid."""
    moved = (e for e in it.events() if isinstance(e, TransferMade | TransferApproved))
    return [e.order.day for e in moved if e.order.recurring]


def ok(it: House, who: str, line: str) -> Told:
    told = it.say(who, line)
    assert told.error == "", told.text
    return told


# --- When it comes --------------------------------------------------------------------------------


def test_it_waits_on_a_card_and_one_press_of_a_treasurer_carries_it_out() -> None:
    it = house()
    assert came(it) == []
    told = until(it, "2026-02-01")
    (card,) = [row.reply for row in told.rows if row.reply.kind is Kind.CARD]
    assert [button.line for button in card.buttons] == ["approve T2", "decline T2"]
    assert "45.00 EUR #other went out of the treasury: hosting" in told.text
    assert paid(it) == []
    ok(it, "ann", "/approve T2")
    assert paid(it) == ["2026-02-01"]
    assert it.say("ann", "/treasury").facts["treasury"] == {"EUR": "2955.00"}
    assert it.say("ann", "/approve T2").error == "not-waiting"
    it.restart()
    assert compare(it.folded(), it.state()) == []


def test_it_comes_once_for_each_day_whatever_is_restarted_ticked_or_changed() -> None:
    it = house()
    until(it, "2026-02-01")
    for _ in range(3):
        it.restart()
        it.later(minutes=1)
    ok(it, "ann", '/recurring change S1 --every "month on the 1st 23:00"')
    until(it, "2026-02-01", 23)
    it.later(hours=1)
    ok(it, "ann", "/recurring pause S1")
    ok(it, "ann", "/recurring resume S1")
    until(it, "2026-03-01", 23)
    it.later(minutes=5)
    assert came(it) == [("2026-02-01", 2), ("2026-03-01", 3)]


def test_after_a_long_time_away_only_the_last_day_is_asked_for_and_the_others_are_named() -> None:
    it = house()
    told = until(it, "2026-05-03")
    it.later(days=1)
    assert came(it) == [("2026-05-01", 2)]
    assert "Sun, 1 Feb, Sun, 1 Mar, Wed, 1 Apr" in told.text
    assert "--on 2026-04-01" in told.text
    assert it.say("bo", "/show S1").facts["next"] == "2026-06-01"


def test_the_end_of_a_month_and_the_end_that_was_said() -> None:
    it = house(line='/recurring 45 EUR rent --every "month on the 31st until 2026-04-15"')
    for day in ("2026-02-01", "2026-03-01", "2026-04-01", "2026-05-02"):
        until(it, day)
    assert [day for day, _ in came(it)] == ["2026-01-31", "2026-02-28", "2026-03-31"]
    assert it.say("ann", "/show S1").facts["status"] == "over"
    assert it.say("ann", "/recurring pause S1").error == "reference-unknown"


def test_days_are_those_of_who_set_it_and_summer_time_moves_none() -> None:
    it = cooperative("bo", rules=("digest off",))
    ok(it, "ann", "/me zone Pacific/Auckland")
    ok(it, "ann", '/recurring 5 EUR hosting --every "month on the 1st 00:30"')
    for month in range(2, 12):
        until(it, f"2026-{month:02}-01", 12)
    assert [day for day, _ in came(it)] == [f"2026-{month:02}-01" for month in range(2, 12)]


def test_next_is_behind_the_last_day_and_never_the_same_day_twice() -> None:
    first = int(dt.datetime(2026, 1, 1, 18, tzinfo=dt.UTC).timestamp() * 1000)
    terms = RecurringTerms("EUR", 1, "other", first, "week", "UTC")
    assert next_behind(terms, 0) == first
    assert day_of(next_behind(terms, 0, "2026-01-01"), "UTC") == "2026-01-08"
    assert day_of(next_behind(terms, first), "UTC") == "2026-01-08"
    assert day_of(next_behind(terms, first, "2026-01-15"), "UTC") == "2026-01-22"
    ends = RecurringTerms("EUR", 1, "other", first, "week", "UTC", until=first + 1)
    assert next_behind(ends, first) == 0


def test_what_is_paused_or_ended_does_not_come_and_what_was_due_then_is_not_made_up_for() -> None:
    it = house()
    ok(it, "ann", "/recurring pause S1")
    assert it.say("ann", "/recurring pause S1").error == "nothing-changed"
    until(it, "2026-03-02")
    assert came(it) == []
    ok(it, "bo", "/recurring resume S1")
    assert it.say("bo", "/recurring resume S1").error == "nothing-changed"
    until(it, "2026-04-01")
    assert came(it) == [("2026-04-01", 2)]
    told = ok(it, "ann", "/cancel S1 we host it ourselves")
    assert "What waits of it still waits: T2" in told.text
    until(it, "2026-06-02")
    assert came(it) == [("2026-04-01", 2)]
    assert "we host it ourselves" in it.say("cem", "/show S1").text
    assert it.say("ann", "/cancel S1").error == "reference-unknown"


# --- Who may, and how much ------------------------------------------------------------------------


def test_only_treasurers_set_change_pause_end_and_carry_it_out() -> None:
    it = house()
    for line in (
        HOSTING,
        "/recurring change S1 50 EUR",
        "/recurring pause S1",
        "/recurring resume S1",
        "/cancel S1",
    ):
        assert it.say("cem", line).error == "role", line
    until(it, "2026-02-01")
    assert it.say("cem", "/approve T2").error == "role"
    assert paid(it) == []


def test_much_takes_a_second_person_and_the_clock_is_none() -> None:
    it = house("second-eyes 200 EUR", line='/recurring 200 EUR rent --every "month on the 1st"')
    until(it, "2026-02-01")
    assert it.say("ann", "/approve T2").error == "own-transfer"
    ok(it, "bo", "/approve T2")
    assert paid(it) == ["2026-02-01"]


def test_who_changes_it_is_the_one_who_is_no_second_person() -> None:
    it = house("second-eyes 200 EUR", line='/recurring 20 EUR rent --every "month on the 1st"')
    ok(it, "bo", "/recurring change S1 900 EUR")
    until(it, "2026-02-01")
    assert it.say("bo", "/approve T2").error == "own-transfer"
    ok(it, "ann", "/approve T2")


def test_much_in_parts_is_let_out_alone_by_nobody() -> None:
    it = house("second-eyes 200 EUR", line='/recurring 120 EUR rent --every "month on the 1st"')
    ok(it, "ann", '/recurring 120 EUR heat --every "month on the 1st"')
    until(it, "2026-02-01")
    ok(it, "ann", "/approve T2")
    assert it.say("ann", "/approve T3").error == "second-eyes"
    assert it.say("ann", "/expense 100 EUR oil --paid treasury").rows[0].reply.kind is Kind.CARD
    ok(it, "bo", "/approve T3")
    assert len(paid(it)) == 2


def test_by_itself_where_the_rule_says_so_and_nothing_asks_for_a_second_person() -> None:
    it = house("recurring itself", "second-eyes 100 EUR")
    ok(it, "ann", '/recurring 60 EUR heat --every "month on the 1st"')
    told = until(it, "2026-02-01")
    assert paid(it) == ["2026-02-01"]
    assert "It is much: a second person has to agree." in told.text
    assert it.say("ann", "/approve T3").error == "second-eyes"
    ok(it, "bo", "/approve T3")
    assert paid(it) == ["2026-02-01", "2026-02-01"]


@pytest.mark.parametrize(
    ("before", "why"),
    [
        (("/expense 150 EUR a bill --paid treasury", "/role take @ann treasurer"), ""),
        (("/expense 2980 EUR a machine --paid treasury",), "There is 20.00 EUR in the treasury."),
        (("/rules set leaving-max 40 EUR",), "went out within"),
        (("/budget create all 44 EUR --per month",), "over the budget all"),
    ],
)
def test_by_itself_it_passes_every_guard_or_waits_and_says_why(
    before: tuple[str, ...], why: str
) -> None:
    it = house("recurring itself", "second-eyes none", "leaving-max none")
    ok(it, "ann", "/role give @bo admin")
    for line in before:
        ok(it, "bo", line)
    told = until(it, "2026-02-01")
    if why:
        assert paid(it) == []
        assert why in told.text
        assert any(row.reply.kind is Kind.CARD for row in told.rows)


def test_more_than_there_is_is_not_carried_out() -> None:
    it = house("second-eyes none", "leaving-max none", line=HOSTING.replace("45 EUR", "3001 EUR"))
    until(it, "2026-02-01")
    assert it.say("ann", "/approve T2").error == "not-enough"
    ok(it, "ann", "/income 1 EUR a coin")
    ok(it, "ann", "/approve T2")


def test_what_a_fund_pays_comes_out_of_it_alone() -> None:
    it = house(line="/fund create tools")
    ok(it, "ann", "/fund add 50 EUR tools")
    ok(it, "ann", '/recurring 30 EUR rental #tools --every "fri 9:00" --from tools')
    until(it, "2026-01-09")
    number = came(it)[0][1]
    ok(it, "ann", f"/approve T{number}")
    facts = it.say("ann", "/treasury").facts
    assert facts["funds"] == {"tools": {"EUR": "20.00"}}
    until(it, "2026-01-16")
    assert it.say("ann", f"/approve T{came(it)[1][1]}").error == "not-enough"


def test_what_all_decided_recurs_and_still_takes_a_treasurer_s_press() -> None:
    it = house(line="/fund create x")
    do = "recurring 250 EUR hosting --every month on the 1st"
    ok(it, "cem", f'/propose We host it --do "{do}" --closes in 2 days')
    for who in ("ann", "bo", "cem"):
        ok(it, who, "/vote P1 consent")
    it.later(days=3)
    assert it.say("cem", "/recurring list").facts["recurring"][0]["amount"] == "250.00"
    until(it, "2026-02-01")
    assert it.say("cem", "/approve T2").error == "role"
    ok(it, "ann", "/approve T2")
    assert paid(it) == ["2026-02-01"]


# --- What is refused, told, undone ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ('/recurring 5 EUR x --every "day 9:00"', "recurring-often"),
        ('/recurring 5 EUR x --every "hour"', "recurring-often"),
        ('/recurring 5 EUR x --every "weekday 9:00"', "recurring-often"),
        ("/recurring 5 EUR x", "every-missing"),
        ('/recurring 5 EUR --every "month on the 1st"', "what-missing"),
        ('/recurring 5 hours x --every "month on the 1st"', "not-money"),
        ('/recurring 5 EUR x --every "month on the 1st" --from nowhere', "fund-unknown"),
        ('/recurring 45 EUR Hosting --every "month on the 3rd"', "twin"),
        ("/recurring change S1", "nothing-changed"),
        ("/recurring change S1 45 EUR", "nothing-changed"),
        ("/recurring change S1 5 hours", "not-money"),
        ("/recurring change S2 5 EUR", "reference-unknown"),
        ("/recurring pause T1", "reference-unknown"),
        ("/show S2", "reference-unknown"),
    ],
)
def test_what_makes_no_sense_is_refused(line: str, error: str) -> None:
    it = house()
    assert it.say("ann", line).error == error


def test_what_a_refusal_offers_works_as_typed() -> None:
    it = house()
    for line in ('/recurring 5 EUR x --every "day 9:00"', HOSTING):
        text = it.say("ann", line).text
        offered = text[text.index("/recurring") :].split("\n")[0]
        ok(it, "ann", offered)


def test_the_card_says_what_was_entered_by_hand_for_the_same_day() -> None:
    it = house()
    until(it, "2026-02-01", 9)
    ok(it, "ann", "/expense 45 EUR the host's bill --paid treasury")
    told = until(it, "2026-02-01")
    assert "T2 is as much, on the same day; if it is this, decline it." in told.text
    again = it.say("bo", "/expense 45 EUR hosting --paid treasury")
    assert again.error == "twin"


def test_in_private_it_is_told_in_the_room_and_comes_there() -> None:
    it = house(line="/fund create x")
    rows = it.say("ann", HOSTING, private=True).rows
    assert [row.place.room for row in rows] == ["with ann", "hall"]
    told = until(it, "2026-02-01")
    assert [row.place.room for row in told.rows] == ["hall"]


def test_what_it_is_for_is_sealed_and_once_erased_it_comes_without_words() -> None:
    it = house()
    assert all("hosting" not in entry.payload for entry in it.entries())
    until(it, "2026-02-01")
    assert all("hosting" not in entry.payload for entry in it.entries())
    (asked,) = [e for e in it.events() if isinstance(e, TransferAsked)]
    assert asked.order.recurring == 1


def test_what_is_undone_does_not_come_again_for_that_day() -> None:
    it = house()
    until(it, "2026-02-01")
    ok(it, "ann", "/approve T2")
    ok(it, "bo", "/reverse T2 paid by somebody else")
    it.later(days=2)
    assert came(it) == [("2026-02-01", 2)]
    until(it, "2026-03-01")
    assert [day for day, _ in came(it)] == ["2026-02-01", "2026-03-01"]


def test_it_is_listed_and_the_digest_tells_what_comes_soon() -> None:
    it = house()
    listed = it.say("cem", "/recurring list")
    assert listed.facts["recurring"][0]["next"] == "2026-02-01"
    assert "every month, next Sun, 1 Feb" in listed.text
    until(it, "2026-01-29")
    assert "S1 is due: 45.00 EUR #other" in it.say("ann", "/digest preview").text
    until(it, "2026-02-01")
    assert "T2 waits for approval: 45.00 EUR" in it.say("ann", "/digest preview").text


def test_there_is_an_end_to_how_many_recur(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commands.ledger.recurring.RUNNING_MAX", 2)
    it = house()
    rent = '/recurring 600 EUR rent --every "month on the 3rd"'
    assert it.say("ann", rent).error == ""
    again = '/recurring 7 EUR paper --every "month on the 3rd"'
    assert it.say("ann", again).error == "recurring-max"
    assert it.say("ann", "/cancel S1").error == ""
    assert it.say("ann", again).error == ""


def test_nobody_plans_a_bill_that_begins_in_more_than_five_years() -> None:
    it = house()
    line = '/recurring 7 EUR paper --every "year on 3 March 2035"'
    assert it.say("ann", line).error == "reminder-far"
    assert it.state().recurring.count == 1


def test_where_its_day_is_closed_by_then_it_counts_for_today() -> None:
    it = house("recurring itself", "second-eyes none", "leaving-max none")
    ok(it, "ann", "/rules set closed-until 2026-02-05")
    until(it, "2026-02-10")
    assert came(it) == [("2026-02-01", 2)]
    assert paid(it) == ["2026-02-10"]


def test_of_a_circle_that_is_gone_it_is_nobody_s() -> None:
    it = house("recurring itself", "second-eyes none", line="/circle create shop")
    ok(it, "ann", '/recurring 9 EUR bags --every "month on the 1st" --circle shop')
    until(it, "2026-02-01")
    ok(it, "ann", "/circle close shop")
    until(it, "2026-03-01")
    moved = [e.order.circle for e in it.events() if isinstance(e, TransferMade) and e.order.recurring]
    assert moved == ["shop", ""]


def test_who_is_no_treasurer_any_more_lets_nothing_out_by_what_they_set() -> None:
    it = house("recurring itself", "second-eyes none", line="/fund create x")
    ok(it, "bo", HOSTING)
    until(it, "2026-02-01")
    assert paid(it) == ["2026-02-01"]
    ok(it, "ann", "/role take @bo treasurer")
    told = until(it, "2026-03-01")
    assert "no treasurer any more" in told.text
    assert paid(it) == ["2026-02-01"]


def test_it_still_comes_at_the_very_end_that_was_said() -> None:
    terms = RecurringTerms("EUR", 1, "rent", 1_000, "week", "UTC", until=1_000)
    assert next_behind(terms, 999) == 1_000
    assert next_behind(terms, 1_000) == 0
