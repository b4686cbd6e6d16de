"""A line put right says all that was said in it, and points at nothing else."""

from __future__ import annotations

import pytest

from tests.house import House
from tests.test_transcripts import typed

LINES = {
    "need sweep 2h --by december": ["need 2h sweep --by 1 december"],
    "need sweep 2h --by wensday --people 2": ["need 2h sweep --by wednesday --people 2"],
    "log 2h bread --on satrday": ["log 2h bread --on saturday"],
    # No day is chosen for anybody, and none left out.
    "log 2h bread --on december": [],
    "log 2h bread --on banana": [],
    "log 2h bread --on tomorrow": [],
    "log 2h bread --on 2020-01-01": [],
    "offer lesson 1h --until december": ["offer 1h lesson --until 1 december"],
    # Another need is not what was wanted.
    "take N1": ["needs"],
}
"""What is typed, and what is offered: `/take N1` where somebody else took it, and N2 is open."""


@pytest.mark.parametrize("line", LINES)
def test_a_line_put_right_is_about_what_was_said(line: str) -> None:
    house = House().enter("ann", "bo")
    for who, each in (("ann", "/need bread 1h"), ("bo", "/take N1"), ("bo", "/need salt 1h")):
        assert not house.say(who, each).error
    told = house.say("ann", f"/{line}")
    assert told.error
    assert list(typed(told.rows[0].reply.body)) == LINES[line]
    house.close()
