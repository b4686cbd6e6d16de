"""Dues: who owes what when a period begins, what is paid of it, and who is told."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from bot.books.audit import compare
from bot.chat import Attached
from bot.collective.dues import DuesFell
from bot.collective.treasury import Flow, TransferMade
from bot.language.sums import decimals
from tests.adapters.cli.test_importing import FIXTURES
from tests.house import House, cooperative
from tests.house.told import Told

CAMT = FIXTURES / "camt.xml"


def house(*rules: str, line: str = "/dues set 10 EUR monthly --choices 5,10,20") -> House:
    it = cooperative("bo", "cem", rules=("digest off", *rules))
    assert it.say("ann", line).error == ""
    return it


def until(it: House, day: str, hour: int = 12) -> Told:
    at = dt.datetime.fromisoformat(day).replace(hour=hour, tzinfo=dt.UTC)
    return it.later(at - it.clock.now())


def owed(it: House, who: str) -> dict[str, str]:
    sums: dict[str, str] = it.say(who, "/dues", private=True).facts["owed"]
    return sums


def fell(it: House) -> list[tuple[str, tuple[int, ...]]]:
    return [(event.first, event.members) for event in it.events() if isinstance(event, DuesFell)]


def test_what_is_paid_is_income_settles_what_is_owed_and_is_undone_like_others() -> None:
    it = house()
    until(it, "2026-02-01")
    told = it.say("ann", "/dues paid @bo 15 EUR")
    assert owed(it, "bo") == {"EUR": "-5.00"}
    assert it.say("ann", "/treasury").facts["treasury"] == {"EUR": "15.00"}
    assert "#dues" in it.say("ann", "/report this month").text
    it.say("ann", f"/reverse {told.rows[0].reply.ref} bounced")
    assert owed(it, "bo") == {"EUR": "10.00"}
    assert it.say("ann", "/treasury").facts["treasury"] == {}
    it.restart()
    assert owed(it, "bo") == {"EUR": "10.00"}
    assert compare(it.folded(), it.state()) == []


def test_much_that_is_undone_takes_a_second_person() -> None:
    it = house("second-eyes 10 EUR")
    until(it, "2026-02-01")
    ref = it.say("ann", "/dues paid @bo 10 EUR").rows[0].reply.ref
    waits = it.say("ann", f"/reverse {ref} bounced").rows[0].reply.ref
    assert owed(it, "bo") == {}
    assert it.say("cem", f"/approve {waits}").error == ""
    assert owed(it, "bo") == {"EUR": "10.00"}


def test_periods_begin_by_the_local_clock_and_what_was_missed_falls_due_after_it() -> None:
    it = house("zone Europe/Berlin --in collective")
    until(it, "2026-01-31", 22)
    assert fell(it) == []
    until(it, "2026-01-31", 23)
    assert [first for first, _ in fell(it)] == ["2026-02-01"]
    until(it, "2026-05-02")  # summer time began, and the bot was away
    it.later()
    assert [first for first, _ in fell(it)] == ["2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01"]
    assert owed(it, "bo") == {"EUR": "40.00"}


def test_who_comes_later_leaves_or_is_exempt_owes_nothing_for_that_time() -> None:
    it = house()
    it.say("ann", "/dues exempt @cem --until 2026-02-28")
    until(it, "2026-02-01")
    it.enter("dee")
    it.say("bo", "/me leave yes")
    until(it, "2026-03-01")
    assert fell(it) == [("2026-02-01", (1, 2)), ("2026-03-01", (1, 3, 4))]


def test_of_a_circle_only_those_who_work_in_it_owe_and_it_ends_with_the_circle() -> None:
    it = cooperative("bo", "cem", rules=("digest off",))
    for who, line in (
        ("ann", "/circle create kitchen"),
        ("bo", "/circle join kitchen"),
        ("ann", "/dues set 3 EUR quarterly --circle kitchen"),
    ):
        assert it.say(who, line).error == "", line
    until(it, "2026-04-01")
    assert owed(it, "bo") == {"EUR": "3.00"}
    assert owed(it, "cem") == {}
    assert it.say("ann", "/circle close kitchen").error == ""
    until(it, "2026-07-01")
    assert it.state().dues.terms == {}
    assert owed(it, "bo") == {"EUR": "3.00"}


def test_the_room_is_told_no_names_steps_or_exemptions() -> None:
    it = house()
    it.say("bo", "/dues choose 5 EUR", private=True)
    it.say("ann", "/dues exempt @cem")
    until(it, "2026-02-01")
    came = until(it, "2026-03-01")
    assert sorted(row.person for row in came.rows) == ["ann", "ann", "bo"]
    for line in ("/dues", "/digest preview", "/dues exempt @cem --back"):
        told = it.say("ann", line)
        assert all(row.person for row in told.rows), line
    room = [text for row, text in zip(came.rows, came.texts, strict=True) if not row.person]
    assert room == []
    preview = it.say("ann", "/digest preview").text
    assert "25.00 EUR" not in preview
    assert "30.00 EUR" in preview, "how much is missing"
    assert "bo" not in preview.split("Dues not paid yet", 1)[1].split("\n", 1)[0]
    exported = it.say("ann", "/export json").rows[0].reply.files[0].data
    steps = [each["step"] for each in json.loads(exported)["entries"] if each["event"] == "dues.chosen"]
    assert [len(each) for each in steps] == [64], "a fingerprint, not what was chosen"


def test_a_forgotten_member_owes_nothing_and_nobody_knows_their_step() -> None:
    it = house()
    it.say("bo", "/dues choose 5 EUR", private=True)
    until(it, "2026-02-01")
    it.say("bo", "/me forget yes")
    until(it, "2026-03-01")
    assert compare(it.folded(), it.state()) == []
    assert {number for number, _ in it.state().dues.owed} == {1, 3}


def test_two_accounts_of_one_person_owe_once() -> None:
    it = house()
    it.say("cem", "/dues choose 5 EUR", private=True)
    code = it.say("bo", "/me link", private=True).facts["code"]
    it.say("cem", f"/me link {code} yes", private=True)
    until(it, "2026-02-01")
    assert fell(it) == [("2026-02-01", (1, 2))]
    assert owed(it, "cem") == {"EUR": "5.00"}


def test_another_step_holds_from_then_on_and_one_that_is_none_any_more_does_not() -> None:
    it = house()
    it.say("bo", "/dues choose 20 EUR", private=True)
    until(it, "2026-02-01")
    assert owed(it, "bo") == {"EUR": "20.00"}
    it.say("bo", "/dues choose 5 EUR", private=True)
    until(it, "2026-03-01")
    assert owed(it, "bo") == {"EUR": "25.00"}
    it.say("ann", "/dues set 12 EUR monthly")
    until(it, "2026-04-01")
    assert owed(it, "bo") == {"EUR": "37.00"}


def test_the_members_decide_dues() -> None:
    it = house()
    it.say("ann", '/propose Dues --method consent --closes 3d --do "dues set 8 EUR yearly"')
    for who in ("ann", "bo", "cem"):
        assert it.say(who, "/vote P1 consent").error == ""
    it.later(days=4)
    assert it.state().dues.terms[""].count == 800


def test_who_sets_dues_anew_before_the_clock_came_leaves_no_period_out() -> None:
    it = house()
    due = it.state().dues.terms[""].next
    it.clock.move_by(dt.timedelta(days=35))
    assert it.say("ann", "/dues set 12 EUR monthly --choices 5,10,20").error == ""
    assert it.state().dues.terms[""].next == due


def test_the_members_decide_that_dues_were_paid() -> None:
    """As they decide on any income: also where no treasurer is there, and once."""
    it = house()
    it.later(days=40)
    owed = it.say("bo", "/dues").facts["owed"]
    assert owed
    line = '/propose Paid --method consent --closes 3d --do "dues paid @bo 5 EUR"'
    assert it.say("bo", line).error == ""
    for who in ("ann", "bo", "cem"):
        assert it.say(who, "/vote P1 consent").error == ""
    it.later(days=4)
    (order,) = [order for _, order in it.state().treasury.lately.values() if order.dues]
    assert (order.member, order.count) == (2, 500)
    assert it.state().dues.owed_by((2,)) == {"EUR": 500}


@pytest.mark.parametrize(
    ("who", "line", "error"),
    [
        ("ann", "/dues paid @bo 10 USD", "dues-currency"),
        ("ann", "/dues paid @bo 10h", "not-money"),
        ("ann", "/dues paid @cem 10 EUR", "dues-exempt"),
        ("ann", "/dues paid @bo 10 EUR --on 2031-01-01", "day-future"),
        ("bo", "/dues paid @bo 10 EUR", "role"),
        ("bo", "/dues exempt @bo", "role"),
        ("ann", "/dues exempt @ann", "own-exemption"),
        ("ann", "/dues exempt @cem", "nothing-changed"),
        ("ann", "/dues exempt @bo --back", "nothing-changed"),
        ("bo", "/dues choose 5 EUR", "not-private"),
        ("ann", "/dues set 10 EUR monthly --circle attic", "circle-unknown"),
        ("ann", "/dues set 10h", "not-money"),
        ("ann", "/dues set 10 EUR monthly --choices 5,", "dues-choices"),
        ("ann", "/dues set 10 EUR monthly --choices 5EUR,20USD", "dues-choices"),
        ("ann", "/dues set 10 EUR monthly --choices 5,2h", "dues-choices"),
        ("ann", "/dues end --circle attic", "no-dues"),
    ],
)
def test_what_is_wrong_is_refused_and_changes_nothing(who: str, line: str, error: str) -> None:
    it = house()
    it.say("ann", "/dues exempt @cem")
    before = it.tables()
    assert it.say(who, line).error == error
    assert it.tables() == before


def test_the_same_twice_is_asked_about_and_of_two_people_is_not() -> None:
    it = house()
    assert it.say("ann", "/dues paid @bo 10 EUR").error == ""
    assert it.say("ann", "/dues paid @bo 10 EUR").error == "duplicates"
    assert it.say("ann", "/dues paid @cem 10 EUR").error == ""
    assert it.say("ann", "/dues paid @bo 10 EUR --again").error == ""
    assert owed(it, "bo") == {"EUR": "-20.00"}


def test_dues_that_came_as_another_income_are_asked_about_too() -> None:
    it = house()
    it.say("ann", "/income 10 EUR bo #dues")
    assert it.say("ann", "/dues paid @bo 10 EUR").error == "duplicates"
    it.say("ann", "/rules set duplicates refuse")
    told = it.say("ann", "/dues paid @bo 10 EUR --again")
    assert told.error == "duplicates"
    assert "--again" not in told.text


def test_a_treasurer_does_not_enter_her_own_dues_alone() -> None:
    it = house()
    until(it, "2026-02-01")
    ref = it.say("ann", "/dues paid @ann 10 EUR").rows[0].reply.ref
    assert owed(it, "ann") == {"EUR": "10.00"}
    assert it.say("ann", f"/approve {ref}").error == "own-transfer"
    assert it.say("bo", f"/approve {ref}").error == ""
    assert owed(it, "ann") == {}
    assert it.say("ann", "/treasury").facts["treasury"] == {"EUR": "10.00"}


@pytest.mark.parametrize(
    ("zone", "at", "line"),
    [
        ("America/New_York", ("2026-02-01", 3), "/dues set 12 EUR monthly"),
        ("Asia/Tokyo", ("2026-01-31", 18), "/dues set 12 EUR monthly"),
        ("Asia/Tokyo", ("2026-01-31", 18), "/dues set 12 EUR monthly --circle kitchen"),
    ],
)
def test_whoever_sets_dues_from_elsewhere_has_no_period_fall_due_twice_or_never(
    zone: str, at: tuple[str, int], line: str
) -> None:
    it = house("zone Europe/Berlin --in collective")
    for each in (f"/me zone {zone}", "/circle create kitchen", "/circle join kitchen"):
        it.say("ann", each)
    until(it, *at)
    assert it.say("ann", line).error == ""
    until(it, "2026-03-02")
    of_all = [e.first for e in it.events() if isinstance(e, DuesFell) and not e.circle]
    of_circle = [e.first for e in it.events() if isinstance(e, DuesFell) and e.circle]
    assert of_all == ["2026-02-01", "2026-03-01"]
    assert of_circle == (of_all if "kitchen" in line else [])


def test_dues_that_are_set_anew_the_same_day_fall_due_at_another_pace_from_its_next_period_on() -> None:
    it = house()
    until(it, "2026-02-10")
    it.say("ann", "/dues set 30 EUR quarterly")
    until(it, "2026-07-02")
    assert [first for first, _ in fell(it)] == ["2026-02-01", "2026-04-01", "2026-07-01"]


def test_an_exemption_of_two_accounts_of_one_person_ends_on_the_day_that_is_said_last() -> None:
    it = house()
    it.say("ann", "/dues exempt @cem")
    code = it.say("bo", "/me link", private=True).facts["code"]
    it.say("cem", f"/me link {code} yes", private=True)
    assert it.say("ann", "/dues exempt @bo --until 2026-02-28").error == ""
    until(it, "2026-03-01")
    assert fell(it) == [("2026-02-01", (1,)), ("2026-03-01", (1, 2))]


def test_who_speaks_for_an_organisation_does_not_exempt_it() -> None:
    it = house()
    assert it.say("ann", "/member seat Coop @ann").error == ""
    assert it.say("ann", "/dues exempt @Coop").error == "own-exemption"
    it.say("ann", "/role give @bo treasurer")
    assert it.say("bo", "/dues exempt @Coop").error == ""


def test_dues_that_a_bank_s_list_brought_are_asked_about_too() -> None:
    it = house()
    until(it, "2026-03-10")
    it.say("ann", "/role give @ann treasurer")
    it.say("ann", "/import --as camt", file=Attached("camt.xml", CAMT.read_bytes()))
    assert it.say("bo", "/import agree I1").error == ""
    brought = next(
        e.order for e in it.events() if isinstance(e, TransferMade) and e.order.flow is Flow.INCOME
    )
    amount, day = f"{decimals({brought.unit: brought.count})['EUR']} EUR", brought.day
    assert it.say("ann", f"/dues paid @bo {amount} --on {day}").error == "duplicates"
    assert it.say("ann", f"/dues paid @bo {amount} --on 2026-02-27").error == ""
    assert it.say("ann", f"/dues paid @bo {amount} --on {day} --again").error == ""


def test_what_was_owed_before_is_paid_though_they_are_exempt_now_or_there_are_no_dues_any_more() -> (
    None
):
    it = house()
    until(it, "2026-02-01")
    it.say("ann", "/dues exempt @bo")
    assert it.say("ann", "/dues paid @bo 10 EUR").error == ""
    assert it.say("ann", "/dues paid @bo 1 EUR").error == "dues-exempt"
    it.say("ann", "/dues end")
    assert it.say("ann", "/dues paid @cem 10 EUR").error == ""
    assert owed(it, "cem") == {}


def test_who_comes_after_a_period_began_owes_nothing_for_it_though_the_bot_was_away() -> None:
    it = house()
    it.clock.move_to(dt.datetime(2026, 2, 3, 12, tzinfo=dt.UTC))
    it.enter("dee")
    it.later()
    assert fell(it) == [("2026-02-01", (1, 2, 3))]


def test_who_is_exempt_until_the_day_on_which_a_period_begins_owes_nothing_for_it() -> None:
    it = house()
    assert it.say("ann", "/dues exempt @bo --until 2026-02-01").error == ""
    assert it.say("ann", "/dues exempt @cem --until 2026-01-31").error == ""
    until(it, "2026-03-01")
    assert fell(it) == [("2026-02-01", (1, 3)), ("2026-03-01", (1, 2, 3))]


def test_an_exemption_may_end_today_and_not_yesterday() -> None:
    it = house()
    day = it.clock.now().date()
    assert it.say("ann", f"/dues exempt @bo --until {day}").error == ""
    assert it.say("ann", f"/dues exempt @cem --until {day - dt.timedelta(days=1)}").error != ""
    assert list(it.state().dues.exempt) == [2]


def test_there_are_twelve_steps_at_most() -> None:
    it = house()
    steps = ",".join(str(each) for each in range(1, 13))
    assert it.say("ann", f"/dues set 10 EUR monthly --choices {steps}").error == ""
    assert it.say("ann", f"/dues set 10 EUR monthly --choices {steps},13").error == "dues-choices"


def test_who_was_ahead_is_not_told_to_be_behind() -> None:
    it = house()
    until(it, "2026-02-01")
    for who in ("ann", "cem"):
        it.say("ann", f"/dues paid @{who} 10 EUR")
    assert it.say("bo", "/approve T1").error == ""
    it.say("ann", "/dues paid @bo 25 EUR")
    told = until(it, "2026-03-01").text
    assert "is not paid yet" not in told
    assert owed(it, "bo") == {"EUR": "-5.00"}


def test_who_enters_in_the_moment_in_which_a_period_begins_owes_it() -> None:
    it = house()
    it.clock.move_by(dt.datetime(2026, 2, 1, tzinfo=dt.UTC) - it.clock.now())
    it.enter("dee")
    it.clock.move_by(dt.timedelta(milliseconds=1))
    it.enter("eve")
    it.later(hours=1)
    assert fell(it) == [("2026-02-01", (1, 2, 3, 4))]
