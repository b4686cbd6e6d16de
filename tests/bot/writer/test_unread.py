"""Votes that could only be read after the close was due: the close waits for them, by rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from bot.chat import Unread
from bot.collective.ruletypes import Value
from tests.house import BEGIN, House, Told

Json = dict[str, Any]

MINUTE = 60_000
DAY = 24 * 60
QUESTIONS = pytest.mark.parametrize(
    ("asked", "ref"),
    [("/propose Buy a mixer --method majority", "P1"), ("/poll Which? | yes | no", "Q1")],
)


@pytest.fixture
def house() -> Iterator[House]:
    with assembly() as it:
        yield it


def assembly(**rules: Value) -> House:
    """Three people, whose questions are open for two days."""
    asked = {"closes": 2 * DAY, "early-close": False, "min-open": ("0m",), **rules}
    return House(asked).enter("anna", "bo", "cem")


def later(house: House, minutes: int, *unread: Unread) -> list[Json]:
    """So much later, the tallies of what closed then."""
    facts = [row.reply.facts for row in house.later(minutes=minutes, unread=unread).rows]
    return [each["tally"] for each in facts if "tally" in each]


def late(house: House, who: str, words: str, said: int) -> Told:
    return house.hand_in([replace(house.message(who, words), said=said)])[0]


@QUESTIONS
def test_a_vote_that_came_in_time_counts_whenever_it_can_be_read(
    asked: str, ref: str, house: House
) -> None:
    house.say("anna", asked)
    house.say("anna", f"/vote {ref} yes")
    sealed = Unread("a", "bo", house.now + 2 * DAY * MINUTE - 1, house.now + 2 * DAY * MINUTE - 1)
    assert not later(house, 2 * DAY + 1, sealed)

    assert house.say("cem", f"/vote {ref} no").error == "vote-closed"
    assert late(house, "cem", f"/vote {ref} no", house.now - MINUTE + 1).error == "vote-closed"
    assert not late(house, "bo", f"/vote {ref} no", sealed.said).refused
    assert late(house, "anna", f"/vote {ref} no", 1).error == "vote-overtaken"
    assert late(house, "anna", f"/vote {ref} withdraw", 1).error == "vote-overtaken"
    (tally,) = later(house, 1)
    assert (int(tally["yes"]), int(tally["no"])) == (1, 1)


@QUESTIONS
def test_a_close_waits_for_members_only_for_what_was_said_before_it_and_not_for_ever(
    asked: str, ref: str
) -> None:
    def closed_with(*unread: Unread, minutes: int = 1, **rules: Value) -> list[Json]:
        with assembly(**rules) as house:
            house.say("anna", asked)
            return later(house, 2 * DAY + minutes, *unread)

    closes = int(BEGIN.timestamp() * 1000) + 2 * DAY * MINUTE
    in_time = Unread("a", "bo", closes, closes)

    assert not closed_with(in_time)
    assert not closed_with(replace(in_time, account=""))
    assert not closed_with(in_time, minutes=9)
    assert closed_with(in_time, minutes=10)
    assert closed_with(replace(in_time, said=closes + 1))
    assert closed_with(replace(in_time, account="stranger"))
    assert closed_with(replace(in_time, platform="b"))
    assert closed_with(in_time, **{"wait-unread": 0})


def test_what_waits_is_looked_at_again_soon_and_keeps_nothing_else_from_happening(
    house: House,
) -> None:
    house.say("anna", "/poll Which? | yes | no")
    closes = house.now + 2 * DAY * MINUTE
    unread = Unread("a", "bo", closes, closes)

    assert not later(house, 2 * DAY, unread)
    assert house.store.wakes.next() == closes + 5_000
    assert not later(house, 5, unread)
    assert house.store.wakes.next() == house.now + 5_000
    assert later(house, 1)
