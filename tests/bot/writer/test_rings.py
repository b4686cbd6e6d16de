"""What may notify on Matrix is what the rule `rings` names, in every room that it is told in."""

from __future__ import annotations

import pytest

from bot.chat import Kind, Outgoing
from tests.house import House

LINES = {
    "proposals": ("/propose Buy a mixer", Kind.CARD),
    "polls": ("/poll Which day? | Mon | Tue", Kind.CARD),
    "digests": ("/digest now", Kind.DIGEST),
}
"""What is said first for each that may notify, and the kind of message that it makes."""


def first(house: House, what: str) -> Outgoing:
    line, kind = LINES[what]
    rows = house.say("ann", line).rows
    return next(row for row in rows if row.reply.kind is kind)


@pytest.mark.parametrize("named", LINES)
@pytest.mark.parametrize("what", LINES)
def test_only_what_the_rule_names_may_notify(what: str, named: str) -> None:
    with House() as house:
        house.enter("ann", "bo")
        house.say("ann", "/log 2h bread")
        house.say("ann", f"/rules set rings {named}")

        assert first(house, what).rings is (what == named)


@pytest.mark.parametrize("what", LINES)
def test_a_new_question_and_a_digest_may_notify_where_no_rule_is_set(what: str) -> None:
    with House() as house:
        house.enter("ann", "bo")

        assert first(house, what).rings


@pytest.mark.parametrize("line", ["/log 2h bread", "/expense 5 EUR salt", "/vote P1 consent"])
def test_nothing_else_may_notify(line: str) -> None:
    with House() as house:
        house.enter("ann", "bo")
        house.say("ann", "/propose Buy a mixer")

        assert not [row for row in house.say("bo", line).rows if row.rings]
