"""The balance of shifts: what is owed and done is counted once, and nobody cheats alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

import pytest

from bot.books.audit import compare
from bot.collective.shifts import KEPT_MS, ShiftsOwed
from commands.needs.balance import shown, to_do
from tests.house.house import House
from tests.house.told import plain

WEEK = 7 * 24 * 60
PEOPLE = ("ann", "bo", "cem", "dora")


@pytest.fixture
def house() -> Iterator[House]:
    with House({"shift-balance": WEEK, "zone": "Europe/Berlin", "digest": "off"}).enter(
        *PEOPLE
    ) as house:
        house.later()
        house.say("ann", '/need 2h till --every "every day 18:00" --people 3')
        yield house
        assert not list(compare(house.folded(), house.state()))


def left(house: House, who: str) -> Fraction:
    state = house.state()
    return to_do(state, state.members.found(who, None).number)


def work(house: House, who: str, line: str = "/done {ref}") -> str:
    """Somebody does the next shift, and says so; which entry it is."""
    state = house.state()
    ref = next(it.ref for it in state.needs.dates(1) if it.terms.at > house.now)
    house.say(who, f"/take {ref}")
    house.later(days=1, hours=4)
    assert not house.say(who, line.format(ref=ref)).refused
    return f"C{house.state().contributions.count}"


def test_each_time_is_counted_once_however_late_the_clock_looks(house: House) -> None:
    for days in (1, 6, 3, 40, 0, 200, 10):
        house.later(days=days)
        house.restart()

    made = [each for each in house.events() if isinstance(each, ShiftsOwed)]
    begins = [dt.date.fromisoformat(each.day) for each in made]
    assert len(begins) == 260 // 7
    assert {b - a for a, b in pairwise(begins)} == {dt.timedelta(days=7)}
    assert all(left(house, who) == 260 // 7 for who in PEOPLE)


def test_whoever_comes_in_the_middle_owes_nothing_for_that_time(house: House) -> None:
    house.later(days=1)
    house.say("eino", "/me")
    house.say("bo", "/me leave yes")
    house.later(days=4)
    house.say("bo", "/me")
    house.later(days=2)
    assert [left(house, who) for who in ("ann", "bo", "eino")] == [1, 0, 0]

    house.later(days=7)
    assert [left(house, who) for who in ("ann", "bo", "eino")] == [2, 1, 1]


def test_a_shift_counts_as_its_entry_does(house: House) -> None:
    house.later(days=7)
    ref = work(house, "bo")
    assert left(house, "bo") == 0

    house.say("cem", f"/dispute {ref} was not there")
    assert left(house, "bo") == 1
    house.say("cem", f"/confirm {ref}")
    assert left(house, "bo") == 0
    house.say("bo", f"/amend {ref} 30m")
    assert left(house, "bo") == Fraction(3, 4)
    house.say("bo", f"/amend {ref} 9h")
    assert left(house, "bo") == 0, "no more than was taken"
    house.say("bo", f"/withdraw {ref}")
    assert left(house, "bo") == 1


def test_parts_of_a_shift_are_parts_of_one_and_never_round_up(house: House) -> None:
    house.later(days=7)
    for _ in range(3):
        work(house, "bo", "/done {ref} 40m")
    assert left(house, "bo") == 0

    assert [str(getattr(shown(Fraction(*each)), "text", "")) for each in ((1, 3), (2, 3), (5, 2))] == [
        "0.33",
        "0.66",
        "2.5",
    ]


def test_ones_own_shift_counts_when_somebody_else_confirms_it(house: House) -> None:
    house.later(days=7)
    ref = work(house, "ann")
    assert left(house, "ann") == 1
    assert house.say("ann", f"/confirm {ref}").refused

    house.later(days=3)
    house.say("ann", f"/amend {ref} 1h59")
    assert left(house, "ann") == 1, "another amount is no way round it"
    house.say("bo", f"/confirm {ref}")
    assert left(house, "ann") == Fraction(1, 120)


def test_without_a_balance_ones_own_shift_counts_as_ever() -> None:
    with House().enter("ann") as house:
        house.say("ann", '/need 2h till --every "every day 18:00"')
        ref = work(house, "ann")
        assert f"{ref}: ann, 2h" in house.say("ann", f"/show {ref}").text
        assert not house.state().contributions.unsettled
        assert not house.state().shifts.worked


def test_a_second_account_neither_doubles_the_debt_nor_excuses_its_own_person(house: House) -> None:
    house.say("ann", "/role give @cem coordinator")
    code = house.say("ann", "/me link", private=True).text.split("/me link ")[1].split()[0]
    house.say("cem", f"/me link {code} yes")

    assert house.say("cem", "/duty excuse @ann").error == "own-excuse"
    house.later(days=7)
    assert left(house, "ann") == 1
    (event,) = [each for each in house.events() if isinstance(each, ShiftsOwed)]
    assert len(event.members) == 3


def test_half_of_a_time_excuses_and_a_day_does_not(house: House) -> None:
    begun = dt.date.fromisoformat(house.state().shifts.begun)
    for who, days in (("bo", 3), ("cem", 4)):
        last = begun + dt.timedelta(days=days - 1)
        assert not house.say("ann", f"/duty excuse @{who} --until {last}").refused
    house.later(days=7)
    assert [left(house, who) for who in ("bo", "cem")] == [1, 0]


def test_days_that_are_excused_twice_count_once(house: House) -> None:
    begun = dt.date.fromisoformat(house.state().shifts.begun)
    house.say("ann", f"/duty excuse @bo --until {begun + dt.timedelta(days=1)}")
    house.say("ann", f"/duty excuse @bo --until {begun + dt.timedelta(days=2)}")
    house.later(days=7)
    assert left(house, "bo") == 1


def test_whoever_is_excused_for_good_owes_again_once_it_is_taken_back(house: House) -> None:
    house.say("ann", "/duty excuse @bo")
    house.later(days=14)
    assert left(house, "bo") == 0
    assert "until that is taken back" in house.say("bo", "/duty", private=True).text

    house.say("ann", "/duty excuse @bo --back")
    assert house.say("ann", "/duty excuse @bo --back").error == "nothing-changed"
    house.later(days=7)
    assert left(house, "bo") == 1
    assert not house.state().shifts.excused, "what is over is forgotten"


def test_leave_is_asked_for_and_is_none_until_somebody_else_grants_it(house: House) -> None:
    begun = dt.date.fromisoformat(house.state().shifts.begun)
    until = begun + dt.timedelta(days=13)

    asked = house.say("bo", f"/duty leave --until {until}", private=True)
    (button,) = [b.line for row in asked.rows for b in row.reply.buttons]
    assert not house.state().shifts.excused
    assert house.say("bo", f"/{button}").refused, "nobody grants it to themselves"
    granted = house.say("ann", f"/{button}", private=True)
    assert not granted.refused
    assert any("in private" in plain(row) for row in granted.rows if not row.person), "told openly"
    house.later(days=14)
    assert left(house, "bo") == 0


def test_the_only_coordinator_is_excused_by_all(house: House) -> None:
    told = house.say("ann", "/duty leave --until 2027-12-31")

    assert told.error == "nobody-excuses"
    line = told.text[told.text.index("/propose") :]
    house.later(days=30)
    assert not house.say("bo", line).refused
    for who in PEOPLE:
        house.say(who, "/vote P1 agree")
    house.later(days=10)
    assert house.state().shifts.excused, "the decision excuses her"


def test_others_see_nobody_elses_and_coordinators_see_all_by_name(house: House) -> None:
    house.later(days=7)
    work(house, "dora")

    assert house.say("bo", "/duty @cem").error == "role"
    assert house.say("bo", "/duty --all").error == "role"
    assert "owed" not in house.say("bo", "/balance @cem").text
    assert "owed" in house.say("bo", "/balance").text
    rows = house.say("ann", "/duty --all", private=True).text.splitlines()
    assert [row.split()[3] for row in rows] == ["ann", "bo", "cem", "dora"], "no ranking"


def test_coordinators_alone_read_in_their_digest_who_has_shifts_to_do() -> None:
    with House({"shift-balance": 2 * WEEK, "digest-empty": True}).enter(*PEOPLE) as house:
        house.later()
        house.say("ann", '/need 2h till --every "every day 18:00" --people 3')
        house.later(days=7)
        work(house, "dora")

        told = [row for row in house.later(days=7).rows if "Shifts to do" in plain(row)]
        (row,) = told
        assert row.person == "ann"
        assert "Shifts to do: ann, bo, cem." in plain(row)


def test_off_and_on_again_keeps_what_was_owed_and_owes_nothing_for_between(house: House) -> None:
    with House({"zone": "UTC"}).enter("ann", "bo") as other:
        other.say("ann", "/rules set shift-balance 1w --in collective")
        other.later(days=8)
        other.say("ann", "/rules set shift-balance off --in collective")
        assert other.say("bo", "/duty").refused
        other.later(days=100)
        other.say("ann", "/rules set shift-balance 1w --in collective")
        other.later(days=6)
        assert left(other, "bo") == 1
        other.later(days=2)
        assert left(other, "bo") == 2
        assert not list(compare(other.folded(), other.state()))


def test_what_was_done_more_than_a_year_ago_is_a_sum(house: House) -> None:
    house.later(days=7)
    work(house, "bo")
    house.clock.move_by(dt.timedelta(milliseconds=KEPT_MS))
    house.later(days=1)
    work(house, "cem")

    shifts = house.state().shifts
    assert len(shifts.worked) == 1
    assert sum(shifts.before.values()) == 1


def test_a_swap_counts_for_who_did_it(house: House) -> None:
    house.later(days=7)
    ref = next(it.ref for it in house.state().needs.dates(1) if it.terms.at > house.now)
    house.say("bo", f"/take {ref}")
    house.say("bo", f"/swap {ref} @cem")
    house.say("cem", f"/take {ref}")
    house.later(days=1, hours=4)
    assert house.say("bo", f"/done {ref}").refused
    house.say("cem", f"/done {ref}")
    assert [left(house, who) for who in ("bo", "cem")] == [1, 0]


@pytest.mark.parametrize("day", range(7))
@pytest.mark.parametrize("line", ["/duty leave --until sunday", "/duty excuse @cem --until friday"])
def test_a_weekday_until_which_somebody_is_away_is_the_coming_one(
    house: House, line: str, day: int
) -> None:
    house.say("ann", "/role give coordinator @bo")
    house.later(days=day)

    told = house.say("bo", line)

    assert not told.refused, told.text


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("/duty excuse @cem --back --until 2027-06-30", "/duty excuse @cem --back"),
        ("/duty excuse @cem --since 2027-06-30 --back", "/duty excuse @cem --back"),
        ("/duty @cem --all", "/duty --all"),
        ("/duty leave --since {past} --until {ahead}", "/duty leave --until {ahead}"),
        ("/duty excuse @bo --until {ahead} --since {past}", "/duty excuse @bo --until {ahead}"),
    ],
)
def test_no_word_is_dropped_and_the_line_put_right_works(house: House, line: str, instead: str) -> None:
    today = dt.datetime.fromtimestamp(house.now / 1000, dt.UTC).date()
    days = {"past": today - dt.timedelta(days=2), "ahead": today + dt.timedelta(days=9)}
    house.say("ann", "/role give coordinator @bo")
    house.say("ann", "/duty excuse @cem")

    told = house.say("ann", line.format(**days))
    assert told.refused
    assert instead.format(**days) in told.text.splitlines()[-1]
    assert not house.say("ann", instead.format(**days)).refused


def test_leave_that_is_decided_after_its_first_day_begins_on_the_day_of_the_decision(
    house: House,
) -> None:
    today = dt.datetime.fromtimestamp(house.now / 1000, dt.UTC).date()
    first, last = today + dt.timedelta(days=1), today + dt.timedelta(days=30)
    house.say("ann", f'/propose Leave --do "duty excuse @ann --until {last} --since {first}"')
    for who in PEOPLE:
        house.say(who, "/vote P1 agree")
    house.later(days=8)

    (excuse,) = house.state().shifts.excused[1]
    assert first.isoformat() < excuse.first <= (today + dt.timedelta(days=8)).isoformat()
    assert excuse.last == last.isoformat()
