"""Votes that could only be read after the close was due: the close waits for them, by rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from adapters.ticker import tick
from bot.chat import Unread
from storage.wakes import SqlWakes
from tests.bot.collective.test_proposals import Assembly
from tests.house import Told

Json = dict[str, Any]

MINUTE = 60_000
DAY = 24 * 60
QUESTIONS = pytest.mark.parametrize(
    ("asked", "ref"),
    [("/propose Buy a mixer --method majority", "P1"), ("/poll Which? | yes | no", "Q1")],
)


@pytest.fixture
def house() -> Iterator[Assembly]:
    it = Assembly({"closes": 2 * DAY, "early-close": False})
    for who in ("anna", "bo", "cem"):
        it.say(who, "/me")
    yield it
    it.close()


def now(house: Assembly) -> int:
    return int(house.clock.now().timestamp() * 1000)


def later(house: Assembly, minutes: int, *unread: Unread) -> list[Json]:
    """So much later, the tallies of what closed then."""
    house.clock.move_by(dt.timedelta(minutes=minutes))
    due = SqlWakes(house.store).due(now(house))
    done = [house.engine.handle([tick(each, now(house), unread)])[0] for each in due]
    rows = [row for answer in done if answer is not None for row in answer.outgoing]
    return [row.reply.facts["tally"] for row in rows if "tally" in row.reply.facts]


def late(house: Assembly, who: str, words: str, said: int) -> Told:
    return house.hand_in([replace(house.message(who, words), said=said)])[0]


@QUESTIONS
def test_a_vote_that_came_in_time_counts_whenever_it_can_be_read(
    asked: str, ref: str, house: Assembly
) -> None:
    house.say("anna", asked)
    house.say("anna", f"/vote {ref} yes")
    sealed = Unread("a", "bo", now(house) + 2 * DAY * MINUTE - 1, now(house) + 2 * DAY * MINUTE - 1)
    assert not later(house, 2 * DAY + 1, sealed)

    assert house.say("cem", f"/vote {ref} no").error == "vote-closed"
    assert late(house, "cem", f"/vote {ref} no", now(house) - MINUTE + 1).error == "vote-closed"
    assert not late(house, "bo", f"/vote {ref} no", sealed.said).refused
    assert late(house, "anna", f"/vote {ref} no", 1).error == "vote-overtaken"
    (tally,) = later(house, 1)
    assert (int(tally["yes"]), int(tally["no"])) == (1, 1)


@QUESTIONS
def test_a_close_waits_for_members_only_for_what_was_said_before_it_and_not_for_ever(
    asked: str, ref: str, house: Assembly
) -> None:
    closes = now(house) + 2 * DAY * MINUTE
    in_time = Unread("a", "bo", closes, closes)

    def closed_with(*unread: Unread, minutes: int = 1) -> list[Json]:
        house.say("anna", asked)
        closed = later(house, 2 * DAY + minutes, *unread)
        house.close()
        house.__post_init__()
        for who in ("anna", "bo", "cem"):
            house.say(who, "/me")
        return closed

    assert not closed_with(in_time)
    assert not closed_with(replace(in_time, account=""))
    assert not closed_with(in_time, minutes=9)
    assert closed_with(in_time, minutes=10)
    assert closed_with(replace(in_time, said=closes + 1))
    assert closed_with(replace(in_time, account="stranger"))
    assert closed_with(replace(in_time, platform="b"))
    house.rules = {**house.rules, "wait-unread": 0}
    house.restart()
    assert closed_with(in_time)


def test_what_waits_is_looked_at_again_soon_and_keeps_nothing_else_from_happening(
    house: Assembly,
) -> None:
    house.say("anna", "/poll Which? | yes | no")
    closes = now(house) + 2 * DAY * MINUTE
    unread = Unread("a", "bo", closes, closes)

    assert not later(house, 2 * DAY, unread)
    assert SqlWakes(house.store).next() == closes + 5_000
    assert not later(house, 5, unread)
    assert SqlWakes(house.store).next() == now(house) + 5_000
    assert later(house, 1)
