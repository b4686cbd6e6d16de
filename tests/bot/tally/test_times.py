"""Times to meet: most who can come, then most who like to."""

from __future__ import annotations

import pytest

from bot.chat import Refusal
from bot.tally.methods import count
from tests.bot.tally.elections import names, scored, totals


def test_where_most_can_come_wins_over_where_most_like_to() -> None:
    election = scored("Mon Tue Wed", [("2 1 0", 3), ("0 1 2", 1), ("- - 1", 1)])

    result = count("times", election)

    assert totals(election, result, 0) == {"Mon": "3", "Tue": "4", "Wed": "2"}
    assert totals(election, result, 1) == {"Mon": "3", "Tue": "0", "Wed": "1"}
    assert names(election, result.elected) == "Tue"


def test_where_equally_many_can_come_the_clear_yes_decides() -> None:
    election = scored("Mon Tue", [("2 1", 2), ("1 1", 1)])

    result = count("times", election)

    assert names(election, result.elected) == "Mon"
    assert [tie.rule for tie in result.ties] == ["yes"]


def test_there_is_no_more_than_yes() -> None:
    with pytest.raises(Refusal) as raised:
        count("times", scored("Mon", [("3", 1)]))

    assert raised.value.code == "tally-ballot"
