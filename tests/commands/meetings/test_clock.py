"""The time of a point, by the clock: told when it is nearly over, and over; anew if there is more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.collective.meetingevents import TimeTold
from tests.house.house import House


@pytest.fixture
def house() -> Iterator[House]:
    with House().enter("ann", "bo") as house:
        yield house


def told_times(house: House) -> list[bool]:
    """What was told of a point's time: that two minutes are left, or (True) that it is over."""
    return [event.over for event in house.events() if isinstance(event, TimeTold)]


def test_time_that_is_given_on_top_is_told_of_anew(house: House) -> None:
    house.say("ann", "/meeting open")
    house.say("ann", "/agenda add The oven --time 3m")
    house.say("ann", "/next")
    for _ in range(5):
        house.later(minutes=1)
    assert told_times(house) == [False, True]
    house.say("ann", "/meeting extend 5m")
    for _ in range(8):
        house.later(minutes=1)
    assert told_times(house) == [False, True, False, True]


def test_of_a_point_that_was_left_for_the_next_time_no_time_is_told(house: House) -> None:
    house.say("ann", "/meeting open")
    house.say("ann", "/agenda add The oven --time 5m")
    house.say("ann", "/next")
    house.say("ann", "/meeting table")
    for _ in range(8):
        house.later(minutes=1)
    assert told_times(house) == []
    assert 1 in house.state().meetings.open, "nor is the meeting closed by it"
