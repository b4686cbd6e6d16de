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
from bot.writer.intake import Intake, NotRecorded
from bot.writer.spreading import COLLECTIVES_FEW, Spread
from tests.house import BEGIN, House


class Wakes:
    """What is due, and who asked for it."""

    def __init__(self, *due: str) -> None:
        self.left, self.asked, self.threads = list(due), 0, set[int]()
        self.looks = 0
        self.faults = self.lost = 0
        self.at: int | None = None
        self.new: list[str] = []
        self.count = 1
        self.may = threading.Event()
        self.may.set()

    def next(self) -> int | None:
        self.asked += 1
        self.threads.add(threading.get_ident())
        assert self.may.wait(30)
        if self.lost:
            self.lost -= 1
            raise StorageFault("away")
        return self.at

    def due(self, at: int) -> list[str]:
        self.looks += 1
        self.threads.add(threading.get_ident())
        if self.faults:
            self.faults -= 1
            raise StorageFault("away")
        return list(self.left)

    def unknown(self) -> list[str]:
        return list(self.new)

    def are_more_than(self, few: int) -> bool:
        return self.count > few


class Desk(Intake):
    """Hears what is handed in, does it, and has another worker do one more meanwhile."""

    def __init__(self, wakes: Wakes, others: bool = False) -> None:
        self.wakes, self.others, self.heard = wakes, others, list[str]()
        self.away = False

    async def submit(self, message: Incoming) -> Answer | None:
        self.heard.append(message.place.room)
        if self.away:
            raise NotRecorded
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


async def test_it_sleeps_until_what_is_due_next_also_behind_a_look(
    woken: tuple[Ticker, Wakes],
) -> None:
    ticker, wakes = woken
    for day in (1, 2):
        when = dt.datetime(2999, 1, day, tzinfo=dt.UTC)
        wakes.at = int(when.timestamp() * 1000)
        await ticker.look()
        assert ticker._asking is not None
        await ticker._asking

        assert ticker._scheduler.get_job("next").trigger.run_date == when


async def test_a_store_that_is_away_while_it_is_asked_until_when_ends_no_clock(
    woken: tuple[Ticker, Wakes], caplog: pytest.LogCaptureFixture
) -> None:
    ticker, wakes = woken
    wakes.lost = 1
    for _ in range(2):
        ticker.woken()
        assert ticker._asking is not None
        await ticker._asking

    assert wakes.asked == 2
    assert "seen at the next look" in caplog.text


async def test_what_could_not_be_written_is_handed_in_once_a_look(
    caplog: pytest.LogCaptureFixture,
) -> None:
    due = [f"c{number}" for number in range(SHARE + 7)]
    wakes = Wakes(*due)
    wakes.new = ["n1", "n2"]
    desk = Desk(wakes)
    desk.away = True
    ticker = Ticker(desk, wakes, StageClock(BEGIN))

    await ticker.look()
    assert sorted(desk.heard) == sorted([*due, "n1", "n2"])
    await ticker.look()

    assert len(desk.heard) == 2 * (len(due) + 2)
    assert "it is later for c1 next time" in caplog.text


async def test_each_worker_begins_with_others() -> None:
    heard: list[list[str]] = []
    for _ in range(2):
        wakes = Wakes(*(f"c{number}" for number in range(SHARE)))
        heard.append((desk := Desk(wakes)).heard)
        await Ticker(desk, wakes, StageClock(BEGIN)).look()

    assert sorted(heard[0]) == sorted(heard[1])
    assert heard[0] != heard[1]


def test_two_workers_that_tick_at_once_do_nothing_twice(database_url: str) -> None:
    """What the first has done is not due any more, whoever else was about to do it."""
    with House(url=database_url, homes={"a": "alpha"}) as one:
        one.say("ann", "/remind me in 2 hours to water the beans")
        with House(url=database_url, homes={"a": "alpha"}, program="q") as other:
            for house in (one, other):
                house.clock.move_by(dt.timedelta(hours=3))
            told = [*one.tick("alpha").texts, *other.tick("alpha").texts]
            assert len([text for text in told if "beans" in text]) == 1


async def test_a_collective_that_takes_long_keeps_no_other_waiting_and_is_told_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("adapters.ticker.PATIENCE_SECONDS", 0.01)
    wakes = Wakes("large", "a", "b", "c")
    desk, may = Desk(wakes), asyncio.Event()
    handed_in = desk.submit

    async def slow(message: Incoming) -> Answer | None:
        if message.place.room == "large":
            desk.heard.append("large")
            await may.wait()
        return await handed_in(message)

    monkeypatch.setattr(desk, "submit", slow)
    ticker = Ticker(desk, wakes, StageClock(BEGIN))

    await ticker.look()
    await ticker.look()

    assert sorted(desk.heard) == ["a", "b", "c", "large"]
    assert wakes.left == ["large"]
    late = ticker._late["large"]
    may.set()
    await late
    assert wakes.left == []
    await ticker.look()
    assert not ticker._late


async def test_each_look_says_before_anything_else_whether_the_collectives_are_many() -> None:
    wakes, spread = Wakes("c1"), Spread()
    heard: list[bool] = []

    class Seeing(Desk):
        async def submit(self, message: Incoming) -> Answer | None:
            heard.append(spread.many)
            return await super().submit(message)

    ticker = Ticker(Seeing(wakes), wakes, StageClock(BEGIN), spread=spread)
    await ticker.look()
    wakes.left, wakes.count = ["c2"], COLLECTIVES_FEW
    await ticker.look()
    wakes.left, wakes.count = ["c3"], COLLECTIVES_FEW + 1
    await ticker.look()
    wakes.left, wakes.count = ["c4"], 1
    await ticker.look()
    assert heard == [False, False, True, False]
