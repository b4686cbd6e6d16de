"""The digest's table of kinds adds up, however many rows are left out."""

from __future__ import annotations

import pytest

from commands.contributions.digest import ROWS_MAX
from tests.house import House


@pytest.mark.parametrize(("now", "before"), [(ROWS_MAX, 3), (ROWS_MAX - 2, 5), (ROWS_MAX + 3, 2)])
def test_what_was_given_before_and_has_no_row_is_told(now: int, before: int) -> None:
    with House() as house:
        house.enter("ann", "bo")
        for number in range(before):
            house.say("ann", f"/log 1h work #old{number} --on 2026-01-01")
        for number in range(now):
            house.say("ann", f"/log 90m work #new{number}")
        told = house.say("ann", "/digest now").text

    rest = before - max(0, ROWS_MAX - now)
    assert f"Before, of other kinds: {rest}h" in told


def test_where_all_have_a_row_nothing_more_is_told() -> None:
    with House() as house:
        house.enter("ann", "bo")
        house.say("ann", "/log 1h work #old --on 2026-01-01")
        house.say("ann", "/log 2h work #new")
        told = house.say("ann", "/digest now").text

    assert "#old · 0h · 1h" in told
    assert "of other kinds" not in told
