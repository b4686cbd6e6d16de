"""A sync or a start tells of rooms in any order; which space a room is in must not hang on that."""

from __future__ import annotations

from itertools import permutations

import pytest

from adapters.matrix.events import SPACE_CHILD, Event
from adapters.matrix.link import Heard, News
from adapters.matrix.rooms import RoomState, space_of

MESSAGE = Event("m.room.message", "@anna:x", "$said")
CHILD = Event(SPACE_CHILD, "@anna:x", "$child", state_key="!room:x", content={"via": ["x"]})
PARENT = Event("m.space.parent", "@anna:x", "$parent", state_key="!space:x", content={"via": ["x"]})


@pytest.mark.parametrize("order", [*permutations(["!other:x", "!room:x", "!space:x"])], ids=" ".join)
@pytest.mark.parametrize("behind", [False, True], ids=["in its state", "in its timeline"])
def test_a_space_is_read_before_the_rooms_in_it(order: tuple[str, ...], behind: bool) -> None:
    news = {
        "!other:x": News([], [MESSAGE]),
        "!room:x": News([PARENT], [MESSAGE]),
        "!space:x": News([], [CHILD]) if behind else News([CHILD], []),
    }
    known: dict[str, RoomState] = {}
    found = {}
    for name, told in Heard("s1", {}, [], {it: news[it] for it in order}).spaces_first():
        room = RoomState(name)
        for event in (*told.state, *told.timeline):
            if event is MESSAGE:
                found[name] = space_of(room, known)
            room.take(event)
        known[name] = room

    assert found == {"!other:x": "", "!room:x": "!space:x"}
