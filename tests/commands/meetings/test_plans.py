"""Meetings that are planned: who may, what is due when, what is left over, and where they stand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.books.exporting.calendars import Whose, calendar
from bot.chat import Kind
from bot.collective.meetingevents import (
    MeetingOff,
    MeetingPlanned,
    MeetingReminded,
    MembersCame,
)
from commands.meetings.plans import PLANNED_MAX
from tests.house.house import House
from tests.house.told import plain

HOURS = 3_600_000


@pytest.fixture
def house() -> Iterator[House]:
    with House().enter("ann", "bo", "cem") as house:
        yield house


def reminders(house: House) -> list[bool]:
    return [each.begins for each in house.events() if isinstance(each, MeetingReminded)]


def written(house: House, whose: Whose | None = None) -> str:
    state = house.state()
    with house.store.journal.transaction() as tx:
        texts = lambda seals, near: tx.texts(state.collective, list(seals), near)  # noqa: E731
        return "".join(calendar(state, texts, whose=whose or Whose()))


def test_the_room_is_reminded_a_day_before_and_when_it_begins(house: House) -> None:
    house.say("bo", "/meeting plan in 3 days Weekly")
    house.later(days=1)
    assert reminders(house) == []
    told = house.later(days=1)
    assert [row.reply.kind for row in told.rows] == [Kind.CARD]
    house.later(days=1)
    assert reminders(house) == [False, True]


def test_what_is_planned_for_soon_is_not_reminded_of_at_once(house: House) -> None:
    house.say("bo", "/meeting plan in 2 hours Weekly")
    house.later(hours=1)
    assert reminders(house) == []
    house.later(hours=1)
    assert reminders(house) == [True]


def test_a_rule_says_how_long_before_and_whether(house: House) -> None:
    house.say("ann", "/rules set meeting-reminder none")
    house.say("bo", "/meeting plan in 3 days Weekly")
    house.later(days=2)
    assert reminders(house) == []
    house.say("ann", "/rules set meeting-reminder 2h")
    house.later(hours=22)
    assert reminders(house) == [False]


def test_what_is_moved_is_reminded_of_anew(house: House) -> None:
    house.say("bo", "/meeting plan in 2 days Weekly")
    house.later(days=1)
    house.say("bo", "/meeting adjourn in 4 days")
    house.later(days=2)
    assert reminders(house) == [False]
    house.later(days=1)
    assert reminders(house) == [False, False]


def test_what_nobody_opens_is_off_and_what_was_collected_comes_first_next_time(house: House) -> None:
    house.say("bo", "/next")
    house.say("bo", "/meeting plan in 2 hours Weekly")
    house.say("cem", "/agenda add The oven --time 10m")
    house.later(hours=2)
    house.later(hours=6)
    (off,) = [each for each in house.events() if isinstance(each, MeetingOff)]
    assert off.by == 0
    assert "1. The oven, 10 min" in house.say("bo", "/meeting open").text
    assert "Left over from M1." in house.say("bo", "/next").text + house.say("bo", "/minutes").text


def test_a_series_goes_on_by_the_local_clock_opened_or_not(house: House) -> None:
    house.say("ann", "/rules set zone Europe/Berlin --in collective")
    house.say("bo", "/meeting plan 2026-03-25 19:00 Weekly --every week")
    for _ in range(90):
        if house.state().meetings.count > 2:
            break
        house.later(days=1)
    planned = [each.at for each in house.events() if isinstance(each, MeetingPlanned)]
    assert planned[1] - planned[0] == (7 * 24 - 1) * HOURS  # the clocks go forward on the 29th
    assert planned[2] - planned[1] == 7 * 24 * HOURS
    assert {each.by for each in house.events() if isinstance(each, MeetingPlanned)} == {2}


def test_a_series_that_is_called_off_ends(house: House) -> None:
    house.say("bo", "/meeting plan every day 19:00 Weekly")
    house.say("bo", "/cancel M1")
    house.later(days=3)
    assert not house.state().meetings.planned


def test_a_series_ends_when_it_was_said_to(house: House) -> None:
    house.say("bo", "/meeting plan every day 19:00 until 2026-01-07 Weekly")
    for _ in range(5):
        house.later(days=1)
    assert not house.state().meetings.planned
    assert house.state().meetings.count == 3


def test_one_of_a_series_is_moved_and_the_next_is_when_it_always_is(house: House) -> None:
    house.say("bo", "/meeting plan every monday 19:00 Weekly")
    first = house.state().meetings.planned[1].starts_at
    house.say("bo", "/meeting open M1")
    house.say("bo", "/meeting close")
    house.say("bo", "/meeting adjourn in 2 days")
    house.later(days=2)
    house.say("bo", "/meeting open M2")
    assert house.state().meetings.planned[3].starts_at == first + 14 * 24 * HOURS


def test_opening_takes_the_one_whose_time_has_come_and_no_other(house: House) -> None:
    house.say("bo", "/meeting plan in 3 hours Weekly")
    assert "M2" in house.say("cem", "/meeting open").text
    house.say("cem", "/meeting close")
    house.later(hours=2)
    assert "M3: Other" in house.say("cem", "/meeting open Other").text
    house.say("cem", "/meeting close")
    assert "M1: Weekly" in house.say("cem", "/meeting open").text
    assert "Minutes of M1: Weekly" in house.say("cem", "/minutes").text


def test_the_agenda_that_was_collected_stands_in_the_minutes(house: House) -> None:
    house.say("bo", "/meeting plan in 3 hours Weekly")
    house.say("cem", "/agenda add The oven")
    house.say("bo", "/meeting open M1")
    house.say("bo", "/next")
    house.say("bo", "/note It is mended")
    told = house.say("bo", "/meeting close").text
    assert "1. The oven\n- bo: It is mended" in told
    assert house.state() == house.folded()


def test_adding_to_the_agenda_of_a_planned_one_makes_nobody_present(house: House) -> None:
    house.say("bo", "/meeting plan in 3 hours Weekly")
    house.say("cem", "/agenda add The oven")
    assert not [each for each in house.events() if isinstance(each, MembersCame)]
    assert "Here: 1 member." in house.say("bo", "/meeting open M1").text


def test_what_was_left_before_comes_before_what_was_collected_for_one_that_is_off(house: House) -> None:
    house.say("bo", "/meeting open")
    house.say("bo", "/agenda add The flag")
    house.say("bo", "/meeting close")
    house.say("bo", "/meeting plan in 2 hours Weekly")
    house.say("cem", "/agenda add The oven")
    house.say("bo", "/cancel M2")
    assert "1. The flag\n2. The oven" in house.say("bo", "/meeting open").text


def test_another_room_has_its_own(house: House) -> None:
    house.say("ann", "/me", room="yard")
    house.say("bo", "/meeting plan in 3 hours Weekly")
    assert house.say("bo", "/agenda add The oven", room="yard").error == "no-meeting"
    assert house.say("bo", "/meeting open M1", room="yard").error == "no-room"
    assert house.say("bo", "/meeting open M7", room="yard").error == "reference-unknown"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("/meeting plan yesterday 19:00", "meeting-past"),
        ("/meeting plan 2036-01-01 19:00", "meeting-far"),
        ("/meeting plan every monday 19:00 Weekly --every week", "options-both"),
        (f"/meeting plan in 2 hours {'x' * 201}", "title-long"),
        ("/meeting adjourn in 2 hours", "no-meeting"),
        ("/cancel M1", "reference-unknown"),
    ],
)
def test_what_cannot_be_planned_is_refused(house: House, line: str, code: str) -> None:
    assert house.say("bo", line).error == code


def test_a_rule_says_who_plans(house: House) -> None:
    house.say("ann", "/rules set meetings coordinators")
    assert house.say("bo", "/meeting plan in 2 hours").error == "meetings"
    assert not house.say("ann", "/meeting plan in 2 hours").refused


def test_of_a_circle_its_people_plan_and_open(house: House) -> None:
    house.say("ann", "/circle create kitchen")
    house.say("bo", "/circle join kitchen")
    assert house.say("cem", "/meeting plan in 2 hours --circle kitchen").error == "not-within"
    assert not house.say("bo", "/meeting plan in 2 hours --circle kitchen").refused
    assert house.say("cem", "/meeting open M1").error == "not-within"
    house.say("bo", "/meeting open M1")
    assert house.state().meetings.open[1].circle == "kitchen"


def test_others_neither_move_nor_call_off_what_somebody_planned(house: House) -> None:
    house.say("bo", "/meeting plan in 2 hours")
    for line in ("/meeting adjourn in 3 hours", "/cancel M1"):
        assert house.say("cem", line).error == "not-own"
    house.say("ann", "/role give @cem facilitator")
    assert not house.say("cem", "/meeting adjourn in 3 hours").refused
    house.say("bo", "/meeting open M1")
    assert house.say("bo", "/cancel M1").error == "meeting-open"


def test_only_whoever_leads_adjourns_and_not_amid_a_decision(house: House) -> None:
    house.say("bo", "/meeting open")
    assert house.say("cem", "/meeting adjourn in 3 hours").error == "not-facilitator"
    house.say("bo", "/call Bread")
    assert house.say("bo", "/meeting adjourn in 3 hours").error == "call-open"


def test_one_person_fills_no_calendar(house: House) -> None:
    for _ in range(PLANNED_MAX):
        assert not house.say("bo", "/meeting plan in 2 hours").refused
    assert house.say("bo", "/meeting plan in 2 hours").error == "meetings-many"
    house.say("bo", "/meeting open Now")
    assert house.say("bo", "/meeting adjourn in 3 hours").error == "meetings-many"
    assert not house.say("bo", "/meeting close").refused
    assert not house.say("cem", "/meeting plan in 2 hours").refused


def test_calendars_have_it_moved_it_and_say_that_it_is_off(house: House) -> None:
    house.say("bo", "/meeting plan 2026-01-20 19:00 Weekly")
    assert "SUMMARY:M1: Weekly (meeting)" in written(house)
    assert "DTSTART:20260120T190000Z" in written(house)
    house.say("bo", "/meeting adjourn 2026-01-21 19:00")
    assert "DTSTART:20260121T190000Z" in written(house)
    assert "SEQUENCE:1" in written(house)
    house.say("bo", "/cancel M1")
    assert "STATUS:CANCELLED" in written(house)


def test_a_circle_s_calendar_has_its_meetings_alone(house: House) -> None:
    house.say("ann", "/circle create kitchen")
    house.say("ann", "/meeting plan 2026-01-20 19:00 Weekly")
    house.say("ann", "/role give @ann coordinator")
    house.say("ann", "/circle join kitchen")
    house.say("ann", "/meeting plan 2026-01-21 19:00 Kitchen --circle kitchen")
    assert "Weekly" not in written(house, Whose(circle="kitchen"))
    assert "M2: Kitchen" in written(house, Whose(circle="kitchen"))


def test_nothing_is_due_twice_at_one_instant(house: House) -> None:
    house.say("bo", "/meeting plan every day 19:00 Weekly")
    for _ in range(12):
        house.later(hours=12)
    planned = [each.at for each in house.events() if isinstance(each, MeetingPlanned)]
    assert planned == sorted(set(planned))
    assert house.state() == house.folded()


def test_when_all_meet_elsewhere_those_in_the_first_room_learn_it() -> None:
    """What a meeting carries out was announced to all, and not to a few in a back room."""
    with House().enter("ann", "bo") as house:
        house.say("ann", "/me", room="yard")
        told = house.say("bo", "/meeting plan fri 19:00 Assembly", room="yard")
        (row,) = [row for row in told.rows if row.place.room == "hall"]
        assert plain(row) == "M1: Assembly is planned in yard (a), Fri, 9 Jan, 19:00 UTC, by bo."
        told = house.say("bo", "/meeting adjourn sat 19:00", room="yard")
        assert [plain(row) for row in told.rows if row.place.room == "hall"] == [
            "bo moves M1: Assembly. It begins Sat, 10 Jan, 19:00 UTC."
        ]
        told = house.say("bo", "/meeting plan fri 19:00 Here")
        assert len(told.rows) == 1
        house.say("ann", "/circle create kitchen")
        told = house.say("bo", "/meeting plan fri 19:00 --circle kitchen", room="yard")
        assert {row.place.room for row in told.rows if row.place.room} == {"yard"} or told.refused
