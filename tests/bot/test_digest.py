"""A short list of a digest tells how many more there are, in whatever section it stands."""

from __future__ import annotations

import pytest

from bot.digest import LISTED_MAX
from tests.house import House


@pytest.mark.parametrize("more", [0, 2])
def test_what_waits_for_approval_is_listed_or_counted(more: int) -> None:
    with House() as house:
        house.enter("ann", "bo")
        house.say("ann", "/income 100 EUR market")
        for number in range(1, LISTED_MAX + more + 1):
            house.say("bo", f"/expense {number} EUR salt")
        told = house.say("ann", "/digest preview").text

    assert told.count("waits for approval") == LISTED_MAX
    assert ("and 2 more: /treasury" in told) is bool(more)


def test_thanks_are_listed_or_counted() -> None:
    with House() as house:
        house.enter("ann", "bo")
        for number in range(LISTED_MAX + 2):
            house.say("ann", f"/thank bo for bread {number}")
        told = house.say("ann", "/digest preview").text

    assert told.count("for bread ") == LISTED_MAX
    assert "and 2 more" in told
