"""Paid needs: the report as reckoned by hand, and the way from a need to what was done for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.house.house import House


@pytest.fixture
def house() -> Iterator[House]:
    with House({"units": "treasurer"}).enter("ann", "bo", "cem") as house:
        for line in (
            "/unit create token credit --decimals 1 --limit 20 --vouches 0",
            "/unit create leaf credit --decimals 1 --limit 20 --vouches 0",
        ):
            assert not house.say("ann", line).refused, line
        yield house


def paid(house: House, unit: str = "token") -> dict[str, int]:
    found: dict[str, int] = house.say("ann", f"/unit report {unit}", private=True).facts["paid-needs"]
    return found


def told(house: House, unit: str = "token") -> str:
    *_, line = house.say("ann", f"/unit report {unit}").text.splitlines()
    return line


def test_open_ones_unfilled_ones_and_the_average_wait_are_as_reckoned_by_hand(house: House) -> None:
    def say(who: str, line: str) -> None:
        assert not house.say(who, line).refused, line

    assert paid(house) == {"open": 0, "unfilled": 0, "taken": 0, "wait": 0}
    say("ann", "/need 2h carry --pays 2 token")  # N1, taken after one hour
    say("ann", "/need 1h dig --people 2 --by tomorrow 12:00 --pays 1 token")  # N2, half of it taken
    say("ann", "/need 1h paint --by tomorrow 12:00 --pays 1 token")  # N3, never taken
    say("ann", "/need 1h sweep --by tomorrow 12:00")  # N4, not paid, never taken
    say("ann", "/need 1h mow --pays 3 leaf")  # N5, paid in another unit
    say("ann", "/need 3h weld --pays 3 token")  # N6, open for good
    assert paid(house) == {"open": 4, "unfilled": 0, "taken": 0, "wait": 0}
    assert told(house) == "Needs paid in it: 4 open, 0 unfilled when their time was over."

    house.later(hours=1)
    say("bo", "/take N1")
    house.later(hours=2)
    say("bo", "/take N2")
    # An hour for N1 and three for N2 are two on average; N2 has a place that nobody took.
    assert paid(house) == {"open": 3, "unfilled": 0, "taken": 2, "wait": 120}
    assert paid(house, "leaf") == {"open": 1, "unfilled": 0, "taken": 0, "wait": 0}

    house.later(hours=1)
    say("bo", "/drop N1")
    say("cem", "/take N1")  # found once already: it waited no longer than for bo
    say("cem", "/done N1")
    house.later(days=2)
    # N2 with one place, and N3; N4 is not paid. N6 alone can still be taken.
    assert paid(house) == {"open": 1, "unfilled": 2, "taken": 2, "wait": 120}
    assert told(house) == (
        "Needs paid in it: 1 open, 2 unfilled when their time was over. Taken after 2h on average."
    )
    assert house.say("ann", "/unit report leaf").facts["paid-needs"]["unfilled"] == 0


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("circle", ["", "garden"])
def test_from_the_work_to_the_need_and_back_by_whoever_asks_wherever(
    house: House, circle: str, *, private: bool
) -> None:
    house.say("ann", "/circle create garden")
    house.say("ann", f"/need 2h carry --people 2 --pays 2 token {'--circle garden' if circle else ''}")
    for who in ("bo", "cem"):
        house.say(who, "/take N1")
        assert not house.say(who, "/done N1", private=private).refused

    for who, ref in (("ann", "C1"), ("bo", "C2")):
        why = house.say(who, f"/why {ref}", private=private)
        assert "ann asked for it as N1: carry" in why.text
        shown = house.say(who, "/show N1", private=private).text
        assert "bo did it: C1" in shown
        assert "cem did it: C2" in shown
        assert "It was needed: N1" in house.say(who, f"/show {ref}", private=private).text


def test_a_date_of_a_shift_is_named_by_its_own_number(house: House) -> None:
    house.say("ann", '/need 2h till --every "every day 18:00" --pays 2 token')
    house.say("bo", "/take N2")
    house.later(days=2)
    assert not house.say("bo", "/done N2").refused

    assert "ann asked for it as N2: till" in house.say("cem", "/why C1").text
    assert "bo did it: C1" in house.say("cem", "/show N2").text
