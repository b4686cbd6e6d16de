"""A message is said to be answered elsewhere where who asked in a room hears of it in private alone."""

from __future__ import annotations

from typing import Any

import pytest

from bot.chat import Actor, Incoming, Place, Reply
from bot.collective.catalogue import CATALOGUE
from bot.collective.rules import Rules
from bot.text.wording import Words
from bot.writer.answers import Address, outgoing_rows
from tests.house import House


@pytest.fixture
def house() -> Any:
    with House() as there:
        there.enter("ann", "bo")
        there.say("ann", "/propose Buy a mixer")
        yield there


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("/help", [("reply", True)]),
        ("/log nothing", [("refusal", True)]),
        ("/vote P1 consent", [("reply", True), ("edit", False)]),
        ("/balance", [("reply", False)]),
        ("/log 2h bread", [("reply", False)]),
        ("/propose Bake more", [("card", False)]),
    ],
)
def test_a_private_answer_to_a_room_says_so_once(
    house: House, line: str, kinds: list[tuple[str, bool]]
) -> None:
    told = house.say("bo", line).rows

    assert [(row.reply.kind.value, row.elsewhere) for row in told] == kinds


@pytest.mark.parametrize("how", ["private", "unseen"])
def test_where_nobody_else_reads_what_was_asked_there_is_no_elsewhere(house: House, how: str) -> None:
    more: dict[str, Any] = {how: True}
    told = house.say("bo", "/help", **more).rows

    assert told
    assert not any(row.elsewhere for row in told)


def test_what_another_member_is_told_in_private_is_no_answer(house: House) -> None:
    told = house.say("ann", "/log 2h bread @bo").rows

    assert not any(row.elsewhere for row in told)


def test_who_is_answered_in_the_room_as_well_needs_no_sign() -> None:
    asked = Incoming("$1", Place("matrix", "!hall"), Actor("matrix", "@bo:x", "bo"), "!x")
    rules = Rules(CATALOGUE)
    both = [Reply(Words("for all")), Reply(Words("for you"), private=True)]
    rows = outgoing_rows(both, Address(asked, None, None, lambda _place: rules, 0))
    alone = outgoing_rows(both[1:], Address(asked, None, None, lambda _place: rules, 0))

    assert [row.elsewhere for row in rows] == [False, False]
    assert [row.elsewhere for row in alone] == [True]
