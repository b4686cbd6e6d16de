"""The clock is asked once however often it is woken, off the loop; what a dead one left is done."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections.abc import AsyncIterator

import pytest

from adapters.console.stage import StageClock
from adapters.ticker import LOOK_SECONDS, SHARE, Ticker
from bot.chat import Incoming
from bot.ports import StorageFault
from bot.writer.answers import Answer
from bot.writer.intake import Intake
from tests.house import BEGIN, House


class Wakes:
    """What is due, and who asked for it."""

    def __init__(self, *due: str) -> None:
        self.left, self.asked, self.threads = list(due), 0, set[int]()
        self.looks = 0
        self.faults = 0
        self.may = threading.Event()
        self.may.set()

    def next(self) -> int | None:
        self.asked += 1
        self.threads.add(threading.get_ident())
        assert self.may.wait(30)
        return None

    def due(self, at: int) -> list[str]:
        self.looks += 1
        self.threads.add(threading.get_ident())
        if self.faults:
            self.faults -= 1
            raise StorageFault("away")
        return list(self.left)

    def unknown(self) -> list[str]:
        return []


class Desk(Intake):
    """Hears what is handed in, does it, and has another worker do one more meanwhile."""

    def __init__(self, wakes: Wakes, others: bool = False) -> None:
        self.wakes, self.others, self.heard = wakes, others, list[str]()

    async def submit(self, message: Incoming) -> Answer | None:
        self.heard.append(message.place.room)
        if message.place.room in self.wakes.left:
            self.wakes.left.remove(message.place.room)
        if self.others and self.wakes.left:
            self.wakes.left.pop()
        return None


@pytest.fixture
async def woken() -> AsyncIterator[tuple[Ticker, Wakes]]:
    wakes = Wakes()
    ticker = Ticker(Desk(wakes), wakes, StageClock(BEGIN))
    ticker._scheduler.start()
    yield ticker, wakes
    ticker.stop()


async def test_however_often_it_is_woken_at_once_the_database_is_asked_once_and_nobody_waits(
    woken: tuple[Ticker, Wakes],
) -> None:
    ticker, wakes = woken
    wakes.may.clear()
    for _ in range(1_000):
        ticker.woken()
    await asyncio.sleep(0)  # tidy: lets the task begin
    for _ in range(1_000):
        ticker.woken()
    wakes.may.set()
    assert ticker._asking is not None
    await ticker._asking

    assert wakes.asked == 2, "once, and once for what came while it was asked"
    assert threading.get_ident() not in wakes.threads


async def test_it_is_looked_often_enough_for_what_a_dead_worker_left() -> None:
    assert LOOK_SECONDS <= 10 / 2


async def test_a_look_hands_in_all_that_is_due_once_and_asks_off_the_loop() -> None:
    due = [f"c{number}" for number in range(3 * SHARE + 7)]
    wakes = Wakes(*due)
    desk = Desk(wakes)
    ticker = Ticker(desk, wakes, StageClock(BEGIN))

    await asyncio.gather(ticker.look(), ticker.look())

    assert sorted(desk.heard) == sorted(due)
    assert threading.get_ident() not in wakes.threads


async def test_what_another_worker_has_done_meanwhile_is_mostly_left_out() -> None:
    wakes = Wakes(*(f"c{number}" for number in range(10 * SHARE)))
    desk = Desk(wakes, others=True)

    await Ticker(desk, wakes, StageClock(BEGIN)).look()

    assert wakes.left == []
    assert len(desk.heard) < 7 * SHARE


async def test_a_store_that_is_away_ends_a_look_and_not_the_clock(
    caplog: pytest.LogCaptureFixture,
) -> None:
    wakes = Wakes("c1")
    wakes.faults = 1
    desk = Desk(wakes)
    ticker = Ticker(desk, wakes, StageClock(BEGIN))

    await ticker.look()
    assert desk.heard == []
    await ticker.look()

    assert desk.heard == ["c1"]
    assert "seen at the next look" in caplog.text


def test_two_workers_that_tick_at_once_do_nothing_twice(database_url: str) -> None:
    """What the first has done is not due any more, whoever else was about to do it."""
    with House(url=database_url, homes={"a": "alpha"}) as one:
        one.say("ann", "/remind me in 2 hours to water the beans")
        with House(url=database_url, homes={"a": "alpha"}, program="q") as other:
            for house in (one, other):
                house.clock.move_by(dt.timedelta(hours=3))
            told = [*one.tick("alpha").texts, *other.tick("alpha").texts]
            assert len([text for text in told if "beans" in text]) == 1
