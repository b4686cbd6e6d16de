"""Who wants something of a collective that takes long to read waits for it; nobody else does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from bot.command import Asked
from bot.ports import Mark
from bot.writer import intake as intakes
from bot.writer.answers import Answer
from bot.writer.intake import NotRecorded
from tests.house import Desk, House
from tests.house.small import WRAPPING, in_small, kept_by


@pytest.fixture
def house(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Alpha is far away, beta is near."""
    in_small(monkeypatch)
    with House(url=sqlite_url, wrapping=WRAPPING) as it:
        for _ in range(20):
            it.say("anna", "/log 1m bread")
        it.say("anna", "/log 1m bread", "b")
        it.restart()
        yield it


class Fetching:
    """Fetches when it is told to, by making a snapshot."""

    def __init__(self, house: House, does: Callable[[], object] | None = None) -> None:
        self.may, self.asked, self.house = asyncio.Event(), list[str](), house
        self.does = does or (lambda: kept_by(house, "alpha"))

    async def fetch(self, collective: str) -> None:
        self.asked.append(collective)
        await self.may.wait()
        await asyncio.to_thread(self.does)


def desk(house: House, fetching: Fetching | None) -> Desk:
    return Desk(house.engine, fetch=fetching.fetch if fetching else None)


def begin(coming: Coroutine[Any, Any, Answer | None]) -> asyncio.Task[Answer | None]:
    return asyncio.get_running_loop().create_task(coming)


def ref(answer: Answer | None) -> str | None:
    assert answer is not None
    return answer.outgoing[0].reply.ref


async def test_others_are_answered_while_one_that_is_far_is_fetched_and_its_order_is_kept(
    house: House,
) -> None:
    fetching = Fetching(house)
    door = desk(house, fetching)
    waiting = [begin(door.submit(house.message("anna", "/log 1m x"))) for _ in range(3)]

    for number in range(2, 6):
        assert ref(await door.submit(house.message("anna", "/log 1m y", "b"))) == f"C{number}"
    assert not any(it.done() for it in waiting)
    waiting += [begin(door.submit(house.message("anna", "/log 1m x"))) for _ in range(3)]
    fetching.may.set()

    assert [ref(await it) for it in waiting] == [f"C{n}" for n in range(21, 27)]
    assert fetching.asked == ["alpha"]
    assert ref(await door.submit(house.message("anna", "/log 1m x"))) == "C27"
    await door.stop()
    assert fetching.asked == ["alpha"]


async def test_a_batch_with_both_is_parted(house: House) -> None:
    fetching = Fetching(house)
    door = desk(house, fetching)
    coming = [begin(door.submit(house.message("anna", "/log 1m x", platform))) for platform in "abab"]
    assert [ref(await coming[1]), ref(await coming[3])] == ["C2", "C3"]
    assert not coming[0].done()
    fetching.may.set()
    assert [ref(await coming[0]), ref(await coming[2])] == ["C21", "C22"]
    await door.stop()


def fails() -> object:
    raise OSError("no process")


@pytest.mark.parametrize("does", [fails, lambda: None], ids=["fails", "does nothing"])
async def test_where_it_cannot_be_fetched_it_is_read_after_all(
    house: House, does: Callable[[], object], caplog: pytest.LogCaptureFixture
) -> None:
    fetching = Fetching(house, does)
    fetching.may.set()
    door = desk(house, fetching)

    assert ref(await door.submit(house.message("anna", "/log 1m x"))) == "C21"
    assert ref(await door.submit(house.message("anna", "/log 1m x"))) == "C22"

    await door.stop()
    assert fetching.asked == ["alpha"]
    assert ("not fetched: alpha" in caplog.text) is (does is fails)


async def test_a_stop_answers_what_still_waits(house: House) -> None:
    door = desk(house, Fetching(house))
    coming = begin(door.submit(house.message("anna", "/log 1m x")))
    await door.submit(house.message("anna", "/log 1m y", "b"))
    assert not coming.done()

    await door.stop()

    assert ref(await coming) == "C21"


async def test_what_was_handed_in_is_written_only_when_it_is(house: House) -> None:
    fetching = Fetching(house)
    door = desk(house, fetching)
    coming = begin(door.submit(house.message("anna", "/log 1m x")))
    await asyncio.sleep(0)  # tidy: lets what was begun begin
    written = asyncio.get_running_loop().create_task(door.finished())
    await door.submit(house.message("anna", "/log 1m y", "b"))
    assert not written.done()
    fetching.may.set()

    await written

    assert coming.done()
    await door.stop()


async def test_rules_wait_and_suggestions_do_not(house: House) -> None:
    fetching = Fetching(house)
    door = desk(house, fetching)
    rules = asyncio.get_running_loop().create_task(door.rules([house.message("anna", "")]))

    assert not await door.suggest(house.message("anna", ""), Asked("log", "kind", ""))
    assert not rules.done()
    fetching.may.set()

    (found,) = await rules
    assert found is not None
    assert await door.suggest(house.message("anna", ""), Asked("log", "kind", ""))
    await door.stop()


async def test_receipts_are_noted_meanwhile(house: House) -> None:
    fetching = Fetching(house)
    door = desk(house, fetching)
    (row,) = (await door.submit(house.message("anna", "/log 1m y", "b")) or Answer(())).outgoing[:1]
    coming = begin(door.submit(house.message("anna", "/log 1m x")))
    door.note(Mark(row.key, row.number, "$receipt"), at_once=True)
    await door.submit(house.message("anna", "/log 1m y", "b"))

    assert not coming.done()
    assert "$receipt" in str(house.tables(but=())["outbox"])
    fetching.may.set()
    await coming
    await door.stop()


async def test_a_flood_of_what_waits_is_refused_at_the_door(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intakes, "WAITING_MAX", 5)
    fetching = Fetching(house)
    door = desk(house, fetching)
    coming = [begin(door.submit(house.message("anna", "/log 1m x"))) for _ in range(5)]
    await asyncio.sleep(0)  # tidy: lets what was begun begin
    while len(door._aside) < 5:
        await asyncio.sleep(0.001)  # tidy: the writer's thread takes them

    with pytest.raises(NotRecorded):
        await door.submit(house.message("anna", "/log 1m x"))
    fetching.may.set()
    assert [ref(await it) for it in coming] == [f"C{n}" for n in range(21, 26)]
    await door.stop()


async def test_the_same_message_again_is_answered_once_and_told_twice(house: House) -> None:
    fetching = Fetching(house)
    door = desk(house, fetching)
    message = house.message("anna", "/log 1m x")
    coming = [begin(door.submit(message)) for _ in range(2)]
    await door.submit(house.message("anna", "/log 1m y", "b"))
    fetching.may.set()

    first, second = [await it for it in coming]

    assert ref(first) == ref(second) == "C21"
    assert second is not None
    assert second.repeated
    await door.stop()


async def test_without_anybody_who_fetches_everybody_waits_as_before(house: House) -> None:
    door = desk(house, None)

    assert ref(await door.submit(house.message("anna", "/log 1m x"))) == "C21"
    await door.stop()


async def test_a_state_that_is_not_to_be_believed_is_forgotten(house: House) -> None:
    fetching = Fetching(house)
    fetching.may.set()
    door = desk(house, fetching)
    await door.submit(house.message("anna", "/log 1m x"))
    house.remembered["alpha"].contributions.count = 99

    door.distrust("alpha")

    assert ref(await door.submit(house.message("anna", "/log 1m x"))) == "C22"
    await door.stop()
