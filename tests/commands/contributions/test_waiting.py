"""What waits for somebody is told first where it is their own, however much waits for everybody."""

from __future__ import annotations

from commands.contributions.waiting import LOOKED_AT
from tests.house import House


def test_a_disputed_entry_of_ones_own_is_told_beside_any_number_of_others() -> None:
    with House({"confirmations": 1}).enter("ann", "bo") as house:
        for number in range(LOOKED_AT + 5):
            house.say("ann", f"/log 10m swept room {number}")
        house.say("bo", "/log 2h baked bread")
        house.say("ann", f"/dispute C{LOOKED_AT + 6} it was one hour")

        told = house.say("bo", "/menu").text
        assert f"/show C{LOOKED_AT + 6}: your entry is disputed: baked bread" in told
        assert "/confirm C1: what ann gave: 10m, swept room 0" in told


def test_ones_own_entries_do_not_hide_what_others_gave() -> None:
    with House({"confirmations": 1}).enter("ann", "bo") as house:
        for number in range(LOOKED_AT + 5):
            house.say("bo", f"/log 10m swept room {number}")
        house.say("ann", "/log 2h baked bread")

        told = house.say("bo", "/menu").text
        assert f"/confirm C{LOOKED_AT + 6}: what ann gave: 2h, baked bread" in told
