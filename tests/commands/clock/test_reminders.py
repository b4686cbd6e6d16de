"""Reminders that are changed: other words are no other time."""

from __future__ import annotations

from tests.house import House


def test_other_words_change_neither_when_it_comes_nor_what_it_is_counted_from() -> None:
    house = House()
    house.say("ann", "/me")
    assert not house.say("ann", "/remind me every month 2026-01-31 09:00 pay the rent").refused
    house.say("ann", "/reminders snooze R1 2026-02-01 11:00")
    before = house.state().reminders.waiting[1]
    house.say("ann", "/me zone Asia/Tokyo")
    assert not house.say("ann", "/reminders edit R1 --what pay the rent of the hall").refused
    after = house.state().reminders.waiting[1]
    assert after.what != before.what
    assert (after.at, after.first, after.every, after.zone) == (
        before.at,
        before.first,
        before.every,
        before.zone,
    )
    assert before.first < before.at
    house.close()
