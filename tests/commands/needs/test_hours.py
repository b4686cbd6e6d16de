"""Hours that nobody can do come on no board, by the rule that bounds what is logged for a day."""

from __future__ import annotations

import pytest

from tests.house.house import House

YEAR = 366 * 24
BY = "--by tomorrow 18:00"
DAILY = '--every "every day 18:00"'


def offered(text: str) -> str:
    return text.partition("Send it so: ")[2].splitlines()[0]


def test_what_nobody_can_do_is_refused_with_a_line_that_works() -> None:
    with House().enter("ann", "bo") as house:
        for line in (
            "/need 999999h x",
            "/need carry it all 999999h",
            '/need 999999h "--people and more"',
            "/offer 999999h x",
            f"/need {YEAR + 1}h x",
            f"/need 73h x {BY}",
            f"/need 25h till {DAILY}",
        ):
            before = house.tables()
            told = house.say("ann", line)
            assert told.rows[0].reply.facts["rule"] == "daily-cap", line
            assert "24h is the most for one day" in told.text
            assert house.tables() == before
            instead = offered(told.text)
            assert not house.say("ann", instead).refused, instead


@pytest.mark.parametrize(
    "line", [f"/need {YEAR}h x", "/need 40h x --by 2026-01-20", f"/need 24h x {DAILY}"]
)
def test_what_can_be_done_is_not(line: str) -> None:
    with House().enter("ann", "bo") as house:
        assert not house.say("ann", line).refused


def test_what_is_on_the_board_is_changed_to_no_such_amount() -> None:
    with House().enter("ann", "bo") as house:
        house.say("ann", "/need 2h x")
        told = house.say("ann", "/needs edit N1 --amount 999999h")
        assert told.rows[0].reply.facts["rule"] == "daily-cap"
        instead = offered(told.text)
        assert not house.say("ann", instead).refused


def test_the_rule_is_the_one_in_force_and_other_units_are_no_hours() -> None:
    with House({"daily-cap": 6}).enter("ann", "bo") as house:
        assert "6h is the most" in house.say("ann", f"/need 7h till {DAILY}").text
        assert not house.say("ann", f"/need 6h till {DAILY}").refused


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        (
            f'/need 30h till {DAILY} --people 2 #care --pays "3 EUR"',
            f'/need 24h till {DAILY} --people 2 #care --pays "3 EUR"',
        ),
        (
            '/need 99h "carry it all" --by "tomorrow 18:00"',
            '/need 24h "carry it all" --by "tomorrow 18:00"',
        ),
        (
            '/need --pays 3EUR 99h carry --by "tomorrow 18:00"',
            '/need --pays 3EUR 24h carry --by "tomorrow 18:00"',
        ),
    ],
)
def test_the_line_that_is_offered_drops_no_word(line: str, instead: str) -> None:
    with House().enter("ann", "bo") as house:
        told = house.say("ann", line)
        assert offered(told.text) == instead, told.text
        assert not house.say("ann", instead).refused


def test_what_is_on_the_board_is_moved_no_closer_than_it_can_be_done() -> None:
    with House().enter("ann", "bo") as house:
        house.say("ann", "/need 100h x")
        for edit in ("tomorrow 18:00", "tomorrow 18:00 --people 3"):
            told = house.say("ann", f"/needs edit N1 {edit}")
            assert told.rows[0].reply.facts["rule"] == "daily-cap"
            assert offered(told.text) == f"/needs edit N1 {edit} --amount 24h"
        assert not house.say("ann", "/needs edit N1 --people 3").refused
        assert not house.say("ann", "/needs edit N1 2027-01-20 18:00").refused

        house.say("bo", "/take N1")
        told = house.say("ann", "/needs edit N1 tomorrow 18:00")
        assert "Name a later time." in told.text
        assert "--amount" not in told.text
