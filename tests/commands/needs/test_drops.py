"""What is said to whoever gives a place back, or looks for what they took, is so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.chat import Kind
from tests.house.house import House
from tests.house.told import plain

DAILY = '/need 2h till --every "every day 18:00" --people 2'


@pytest.fixture
def house() -> Iterator[House]:
    with House().enter("ann", "bo", "cem") as house:
        yield house


def test_whoever_takes_all_of_a_shift_is_not_told_that_they_did_not(house: House) -> None:
    house.say("ann", DAILY)
    house.say("bo", "/take N1 --every")

    told = house.say("bo", "/drop N1")

    assert told.error == "which-date"
    assert "/drop N1 --every" in told.text
    assert not house.say("bo", "/drop N1 --every").refused


def test_whoever_did_it_is_told_so_and_how_to_take_that_back(house: House) -> None:
    house.say("ann", "/need 2h carry --people 2")
    house.say("bo", "/take N1")
    house.say("bo", "/done N1")

    told = house.say("bo", "/drop N1")

    assert told.error == "done-already"
    assert "/withdraw C1" in told.text
    assert not house.say("bo", "/withdraw C1").refused


@pytest.mark.parametrize("private", [False, True])
def test_whoever_gives_all_back_shortly_before_has_the_room_told_at_once(
    house: House, *, private: bool
) -> None:
    house.say("ann", DAILY)
    house.say("bo", "/take N1 --every")
    house.say("ann", '/needs edit N2 --what "open the shop"')

    told = house.say("bo", "/drop N1 --every", private=private)

    (call,) = [plain(row) for row in told.rows if row.reply.kind is Kind.REMINDER]
    assert "N2, open the shop" in call
    assert house.state().needs.open[2].called
    assert not house.state().needs.open[5].called


def test_the_rest_of_what_one_looks_for_is_listed_by_the_line_that_says_so(house: House) -> None:
    house.say("ann", DAILY)
    house.say("ann", "/need 2h carry")
    house.say("bo", "/take N1 --every")

    told = house.say("bo", "/needs --mine")
    *_, line = told.text.splitlines()

    assert line.endswith("/needs --mine --taken")
    assert len(house.say("bo", "/needs --mine --taken").text.splitlines()) == len(
        house.say("bo", "/needs --mine").facts["refs"]
    )
    *_, line = house.say("bo", "/needs till").text.splitlines()
    assert line.endswith("/needs till --taken")


@pytest.mark.parametrize("line", ["/drop N1", "/drop N2", "/drop N2 --every", "/done N1", "/drop N4"])
def test_taking_is_offered_only_to_whom_may_take_it(line: str) -> None:
    with House({"circle-needs": "circle", "shifts-ahead": 24 * 60}).enter("ann", "bo", "cem") as house:
        house.say("ann", "/circle create garden")
        house.say("bo", "/circle join garden")
        house.say("ann", "/need 2h dig --circle garden")
        house.say("ann", f"{DAILY} --circle garden")
        house.say("cem", "/offer 2h bike repair")

        for who in ("cem", "bo"):
            told = house.say(who, line)
            assert told.error == "not-taken"
            offered = told.text.partition("First: ")[2]
            assert not offered or not house.say(who, offered).refused, (who, told.text)


def test_two_accounts_that_are_one_person_give_all_back_and_take_one_place_a_date(house: House) -> None:
    house.say("ann", '/need 2h till --every "every day 18:00" --people 3')
    house.say("bo", "/take N1 --every")
    house.say("cem", "/take N1 --every")
    code = house.say("bo", "/me link", private=True).text.split("/me link ")[1].split()[0]
    house.say("cem", f"/me link {code} yes")
    before = house.state().needs.count

    house.later(days=3)

    board = house.state().needs.open
    assert house.state().needs.count > before
    assert all(len(it.taken) == 1 for number, it in board.items() if number > before)

    house.say("bo", "/drop N1 --every")

    coming = house.state().needs.dates(1)
    assert not any(it.taken for it in coming)
    assert not house.state().needs.open[1].standing
