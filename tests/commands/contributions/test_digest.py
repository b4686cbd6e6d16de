"""The digest's table of kinds adds up, however many rows are left out."""

from __future__ import annotations

import pytest

from bot.chat import Kind
from bot.text.languages import reader
from bot.text.rendering import render
from commands.contributions.digest import ROWS_MAX
from tests.house import House
from tests.house.told import Told


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


@pytest.mark.parametrize(
    ("every", "heading", "last"),
    [
        ("daily", "Hours by day and kind", "5 Jan: 2h"),
        ("weekly", "Hours by week and kind", "5 Jan: 2h"),
        ("monthly", "Hours by month and kind", "Jan: 2h"),
        ("quarterly", "Hours by quarter and kind", "1 Jan: 2h"),
    ],
)
def test_the_picture_is_headed_by_its_stretches_and_tells_each_kind(
    every: str, heading: str, last: str
) -> None:
    """As the pages' picture of a month or a year is; money and goods are in the words alone."""
    with House().enter("ann", "bo") as house:
        house.say("ann", "/log 2h work #care")
        house.say("ann", "/log 3 kg flour #goods")
        pictures = pictured(house.say("ann", f"/digest preview --every {every}"))

    (picture,) = pictures
    assert picture.startswith(f"{heading}: ")
    assert picture.endswith(f", {last}\nOf that #care: 2h")


def test_one_that_tells_late_of_more_days_says_no_stretch_that_is_none() -> None:
    with House().enter("ann", "bo") as house:
        house.say("ann", "/log 2h work #care")
        house.later(days=7)
        house.say("ann", "/log 3h work #care")
        (picture,) = {it.partition(":")[0] for it in pictured(house.later(days=30))}

    assert picture == "Hours by kind"


def pictured(it: Told) -> list[str]:
    """The words of pictures."""
    read = reader("en", "UTC")
    return [render(each.reply.body, read) for each in it.rows if each.reply.kind is Kind.PICTURE]
