"""A time or an amount that became words is told, with a line that sets it and works as typed."""

from __future__ import annotations

import pytest

from tests.house.house import House

TIMES = {
    "/need 2h clean the hall tomorrow 18:00": "tomorrow 18:00",
    "/need 2h clean the hall by next friday at 18:00": "next friday at 18:00",
    "/need 2h clean the hall on friday": "friday",
    "/need 2h clean the hall in 3 days #care": "in 3 days",
    "/need tomorrow 9:00 water the beds": "tomorrow 9:00",
    "/need water every plant tomorrow": "tomorrow",
    "/offer 2h mending until sunday": "sunday",
    "/need 2 people saturday 10:00 stall at the market 3h": "saturday 10:00",
    "/offer 2h guitar lessons on sunday at 15:00 at my place": "sunday at 15:00",
}

WORDS = (
    "/need 2h clean 3 windows",
    "/need A4 paper, 2 boxes of it",
    "/need 2h carry to the 3rd floor",
    "/need 3rd floor swept",
    "/need 2nd hand chairs",
    '/need 2h "clean the hall tomorrow"',
    "/need 2h clean --by friday",
    "/need 2h songs of yesterday",
    "/need tomorrow",
    "/need --what paint",
    "/offer 2h mending every monday",
    "/need 2h bring bread saturday for the market",
    '/need 2h show the film "18:00 sharp" again',
)


@pytest.mark.parametrize("line", TIMES)
@pytest.mark.parametrize("private", [False, True])
def test_a_time_in_the_words_is_told_with_the_line_that_sets_it(line: str, *, private: bool) -> None:
    with House().enter("ann") as house:
        told = house.say("ann", line, private=private).texts[-1]
        edit = f"/needs edit N1 {TIMES[line]}"

        assert told.endswith(edit), told
        assert not house.say("ann", edit).refused
        assert house.state().needs.open[1].terms.at


def test_what_comes_again_is_told_as_a_shift() -> None:
    with House().enter("ann") as house:
        told = house.say("ann", "/need 2h till #care every monday 18:00 --people 2").texts[-1]
        _, line = told.split(", then ")

        assert not house.say("ann", "/cancel N1").refused
        assert not house.say("ann", line).refused
        shift = house.state().needs.open[2]
        assert (shift.terms.every, shift.terms.places, shift.terms.kind) == ("week", 2, "care")


def test_an_amount_in_an_unknown_unit_is_told_and_can_be_set() -> None:
    with House().enter("ann") as house:
        told = house.say("ann", "/need 3hh water the beds").texts[-1]

        assert told.endswith("/needs edit N1 --amount 3h")
        house.say("ann", "/needs edit N1 --amount 3h")
        assert house.state().needs.open[1].terms.count == 180


@pytest.mark.parametrize("line", WORDS)
def test_words_are_left_alone(line: str) -> None:
    with House().enter("ann") as house:
        assert "stays in the text" not in house.say("ann", line).text
