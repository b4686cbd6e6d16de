"""S20, K14, K15: a flood fills neither the memory nor the time of the others."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.chat import Actor, Incoming, Place
from bot.writer.answers import Answer
from bot.writer.engine import Engine
from bot.writer.intake import BATCH_MAX, WAITING_MAX, Intake, NotRecorded
from tests.house import House, settled

FLOOD = 10_000
GROWTH_MAX = 2_000
"""How many objects the engine may hold more after a flood of refusals: some, not one for each."""


def objects() -> int:
    gc.collect()
    return len(gc.get_objects())


def flood(house: House, words: str, count: int = FLOOD, who: str = "imp", room: str = "hall") -> None:
    for _ in range(0, count, BATCH_MAX):
        house.engine.handle([house.message(who, words, room=room) for _ in range(BATCH_MAX)])


@pytest.mark.parametrize("words", ["/nonsense", "/confirm C999", "/log 99", "just talk", "/help"])
def test_thousands_of_messages_leave_no_trace_in_memory(words: str) -> None:
    house = settled()
    flood(house, words, BATCH_MAX)
    kept, state, before = house.tables(), repr(house.state()), objects()
    flood(house, words, FLOOD // 5)
    assert objects() - before < GROWTH_MAX
    assert repr(house.state()) == state
    assert house.tables() == kept
    assert house.say("anna", "/balance").text.startswith("anna: ")
    house.close()


def test_thousands_of_entries_of_one_person_leave_the_others_served() -> None:
    house = settled({"duplicates": "allow"})
    flood(house, "/log 1 pcs x", FLOOD // 5)
    told = house.hand_in(
        [
            *(house.message("imp", "/log 1 pcs x") for _ in range(BATCH_MAX - 1)),
            house.message("bo", "/balance"),
        ]
    )
    assert told[-1].text.startswith("bo: ")
    assert house.say("anna", "/ledger").error == ""
    house.close()


def test_rooms_without_a_collective_do_not_pile_up_in_memory() -> None:
    house = settled()
    for number in range(0, FLOOD, BATCH_MAX):
        house.engine.handle(
            [
                house.message("imp", "hello", "elsewhere", room=f"room {number + each}")
                for each in range(BATCH_MAX)
            ]
        )
    assert len(house.engine._homes._places) < FLOOD / 2
    house.close()


def test_collectives_leave_memory_when_there_are_too_many() -> None:
    house = House(homes={f"p{number}": f"c{number}" for number in range(200)}, states_max=20)
    for number in range(200):
        assert not house.say("anna", "/log 1h x", f"p{number}").refused
    assert len(house.remembered) <= 20
    assert house.say("anna", "/balance", "p0").text == "anna: 1h"
    house.close()


class Held:
    """An engine that works on its first batch until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()
        self.batches: list[int] = []
        self.instance = SimpleNamespace(shelf=SimpleNamespace(most=0))

    def handle(
        self, messages: Sequence[Incoming], marks: Sequence[Any] = (), **_near: bool
    ) -> list[Answer | None]:
        self.begun.set()
        self.go.wait(30)
        self.batches.append(len(messages))
        return [None for _ in messages]


async def test_the_door_closes_before_the_memory_is_full() -> None:
    engine = Held()
    intake = Intake(cast("Engine", engine), lambda _: None, lambda _: None)
    place, actor = Place("a", "hall"), Actor("a", "imp", "imp")

    async def submit(number: int) -> str:
        try:
            await intake.submit(Incoming(f"m{number}", place, actor, "/log 1h x"))
        except NotRecorded:
            return "not recorded"
        return "recorded"

    waiting = [asyncio.create_task(submit(number)) for number in range(WAITING_MAX + 500)]
    for _ in range(2_000):
        await asyncio.sleep(0)  # tidy: lets the other tasks run
    refused = sum(task.done() for task in waiting)
    assert 500 - BATCH_MAX <= refused <= 500
    engine.go.set()
    told = await asyncio.gather(*waiting)
    assert told.count("not recorded") == refused
    assert max(engine.batches) <= BATCH_MAX
    await intake.stop()
    with pytest.raises(NotRecorded):
        await intake.submit(Incoming("late", place, actor, "/log 1h x"))
