"""A shift whose time or rhythm is changed: one date, or all that come; nobody loses a place unheard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from bot.books.audit import compare
from tests.house.house import House

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def house() -> Iterator[House]:
    with House({"shifts-ahead": 4 * 7 * 24 * 60, "zone": "Europe/Berlin"}).enter(
        "ann", "bo", "cem"
    ) as house:
        house.clock.move_to(dt.datetime(2026, 12, 1, 8, tzinfo=dt.UTC))  # a Tuesday
        house.say("ann", '/need 2h till --every "monday 18:00" --people 2')
        yield house
        assert not list(compare(house.folded(), house.state()))


def local(at: int) -> str:
    return f"{dt.datetime.fromtimestamp(at / 1000, BERLIN):%a %d %b %H:%M}"


def board(house: House) -> dict[str, str]:
    return {it.ref: local(it.terms.at) for it in house.state().needs.dates(1)}


def takers(house: House) -> dict[str, list[str]]:
    state = house.state()
    return {it.ref: [state.members.name(each).name for each in it.taken] for it in state.needs.dates(1)}


def test_one_date_moves_alone_and_stays_there_when_all_are_changed_otherwise(house: House) -> None:
    before = board(house)
    house.say("ann", "/needs edit N3 2026-12-15 10:00")
    moved = board(house)

    assert moved == {**before, "N3": "Tue 15 Dec 10:00"}

    house.say("ann", "/needs edit N1 --people 3")
    assert board(house) == moved
    assert {it.terms.places for it in house.state().needs.dates(1)} == {3}
    house.later(days=7)
    assert board(house)["N6"] == "Mon 04 Jan 18:00"


def test_another_weekday_moves_every_coming_date_and_keeps_who_took_it(house: House) -> None:
    house.say("bo", "/take N2")
    house.say("cem", "/take N1 --every")

    told = house.say("ann", '/needs edit N1 --every "thursday 17:00"')

    assert list(board(house).values())[:3] == [
        "Thu 03 Dec 17:00",
        "Thu 10 Dec 17:00",
        "Thu 17 Dec 17:00",
    ]
    assert takers(house)["N2"] == ["bo", "cem"] or takers(house)["N2"] == ["cem", "bo"]
    assert all("cem" in names for names in takers(house).values())
    to = {row.person for row in told.rows if row.person}
    assert len(to) == 2, "who took one is told, each once"
    house.later(days=14)
    assert all(" 17:00" in at and at.startswith("Thu") for at in board(house).values())
    assert all("cem" in names for names in takers(house).values())


def test_a_rarer_rhythm_keeps_its_days_and_tells_who_loses_a_date(house: House) -> None:
    house.say("bo", "/take N3")
    house.say("cem", "/take N2")

    told = house.say("ann", '/needs edit N1 --every "2 weeks monday 18:00"')

    assert board(house) == {"N2": "Mon 07 Dec 18:00", "N4": "Mon 21 Dec 18:00"}
    assert takers(house)["N2"] == ["cem"]
    assert 3 not in house.state().needs.open
    assert "Off the board: N3, N5" in told.text
    assert sum(1 for row in told.rows if row.person) == 1, (
        "bo is told; whose date stays as it is, is not"
    )


def test_a_denser_rhythm_keeps_what_there_is_and_makes_what_lies_between(house: House) -> None:
    house.say("bo", "/take N3")
    house.say("cem", "/take N1 --every")

    house.say("ann", '/needs edit N1 --every "every day 18:00"')

    dates = house.state().needs.dates(1)
    assert len(dates) == 28
    assert len({it.terms.at for it in dates}) == 28
    assert board(house)["N3"] == "Mon 14 Dec 18:00"
    assert "bo" in takers(house)["N3"]
    assert all("cem" in names for names in takers(house).values())
    house.later(days=3)
    assert len({it.terms.at for it in house.state().needs.dates(1)}) == 28


def test_from_one_date_on_leaves_those_before_it(house: House) -> None:
    house.say("ann", '/needs edit N4 --coming --every "friday 09:00"')

    assert list(board(house).values())[:3] == [
        "Mon 07 Dec 18:00",
        "Mon 14 Dec 18:00",
        "Fri 25 Dec 09:00",
    ]
    assert board(house)["N4"] == "Fri 25 Dec 09:00"


def test_an_end_takes_what_lies_behind_it_off_the_board(house: House) -> None:
    house.say("ann", '/needs edit N1 --every "monday 18:00 until 2026-12-20"')

    assert list(board(house)) == ["N2", "N3"]
    house.later(days=60)
    assert house.state().needs.count == 5, "no date comes behind the end"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('/needs edit N2 --every "friday 09:00"', "which-dates"),
        ('/needs edit N1 fri 10:00 --every "friday 09:00"', "need-times"),
        ("/needs edit N6 --coming --people 2", "not-repeating"),
        ('/needs edit N6 --every "friday 09:00"', "not-repeating"),
        ('/needs edit N1 --every "every hour"', "too-often"),
        ("/needs edit N1 --people 2", "nothing-changed"),
    ],
)
def test_what_is_no_rhythm_of_all_dates_is_refused(house: House, line: str, code: str) -> None:
    house.say("ann", "/need 1h paint")

    assert house.say("ann", line).error == code


def test_month_ends_outlive_an_edit(house: House) -> None:
    house.say("ann", '/need 1h books --every "month 31st 10:00"')
    house.say("ann", "/needs edit N6 --people 2")
    for _ in range(4):
        house.later(days=31)
        house.say("ann", "/needs edit N6 --people 2")
        house.say("ann", "/needs edit N6 --people 3")

    days = [it.terms.at for it in house.state().needs.dates(6)]
    assert [local(at)[4:10] for at in days][-1] in {"30 Apr", "31 May"}


# --- The hour that does not exist, and the one that comes twice -----------------------------------


def clocks(house: House, series: int) -> list[str]:
    return [local(it.terms.at)[4:] for it in house.state().needs.dates(series)]


@pytest.mark.parametrize(
    "line",
    [
        '/need 1h night watch --every "sunday 02:30"',
        '/need 1h night watch --every "last sunday of the month 02:30"',
        '/need 1h night watch --every "month 28th 02:30"',
        '/need 1h night watch --every "every day 2026-03-29 02:30"',
    ],
)
def test_an_hour_that_the_first_date_lacks_is_kept_by_all_others(line: str) -> None:
    with House({"shifts-ahead": 26 * 7 * 24 * 60, "zone": "Europe/Berlin"}).enter("ann") as house:
        first = dt.datetime(2027, 3, 25, 8, tzinfo=dt.UTC)
        house.clock.move_to(first)
        house.say("ann", line.replace("2026-03-29", "2027-03-28"))

        hours = clocks(house, 1)
        assert hours[0] == "28 Mar 03:00"
        assert all(each.endswith("02:30") for each in hours[1:]), hours
        assert len(hours) > 4


def test_a_time_that_is_edited_onto_a_missing_hour_is_kept_too() -> None:
    with House({"zone": "Europe/Berlin"}).enter("ann") as house:
        house.clock.move_to(dt.datetime(2027, 3, 25, 8, tzinfo=dt.UTC))
        house.say("ann", '/need 1h watch --every "sunday 12:00"')
        house.say("ann", "/needs edit N1 2027-03-28 02:30")

        assert [each[7:] for each in clocks(house, 1)] == ["03:00", "02:30", "02:30", "02:30"]


def test_an_hour_that_comes_twice_is_the_first_one_and_comes_once() -> None:
    with House({"zone": "Europe/Berlin"}).enter("ann") as house:
        house.clock.move_to(dt.datetime(2026, 10, 24, 8, tzinfo=dt.UTC))
        house.say("ann", '/need 1h watch --every "every day 2026-10-25 02:30"')

        dates = [it.terms.at for it in house.state().needs.dates(1)]
        assert dates[0] == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC).timestamp() * 1000
        assert dates[1] == dt.datetime(2026, 10, 26, 1, 30, tzinfo=dt.UTC).timestamp() * 1000


def test_a_reminder_keeps_the_hour_that_its_first_day_lacks() -> None:
    with House({"zone": "Europe/Berlin"}).enter("ann") as house:
        house.clock.move_to(dt.datetime(2027, 3, 25, 8, tzinfo=dt.UTC))
        house.say("ann", "/remind me every sunday 02:30 to wind the clock")
        house.later(days=5)

        (it,) = house.state().reminders.waiting.values()
        assert local(it.at) == "Sun 04 Apr 02:30"
