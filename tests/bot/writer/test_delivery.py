"""The outbox is worked off in order, whatever the weather; what cannot be told is given up loudly."""

from __future__ import annotations

import asyncio
import logging

import pytest
from msgspec import structs

from bot.chat import Key, Kind, Outgoing, Place, Reply
from bot.ports import Later, Mark, Queued, StorageBroken, StorageFault, Undeliverable
from bot.text.wording import Words
from bot.writer.delivery import Delivery
from bot.writer.sending import ATTEMPTS_MAX, WAIT_SECONDS_MAX


def row(number: int, room: str = "hall", kind: Kind = Kind.REPLY, ref: str | None = None) -> Outgoing:
    return Outgoing(
        key=Key("sim", f"m{number}"),
        number=0,
        collective="home",
        place=Place("sim", room),
        person="",
        reply=Reply(Words(f"text {number}"), kind=kind, ref=ref),
        language="en",
        zone="UTC",
        prefix="/",
        at=number,
    )


class Chat:
    """A platform whose weather is a list of what happens to the next attempts."""

    platform = "sim"

    def __init__(self, *weather: Exception | None) -> None:
        self.weather = list(weather)
        self.sent: list[tuple[str, str | None]] = []

    async def send(self, outgoing: Outgoing, replaces: str | None) -> str:
        happens = self.weather.pop(0) if self.weather else None
        if happens is not None:
            raise happens
        self.sent.append((outgoing.key.message, replaces))
        return f"receipt {outgoing.key.message}"


class Outbox:
    """What an earlier run left."""

    def __init__(self, *left: Outgoing) -> None:
        self.left = list(left)

    def waiting(self, limit: int) -> list[Outgoing]:
        return self.left[:limit]

    def queued(self, limit: int, after: int = 0, to: tuple[Place, str] | None = None) -> list[Queued]:
        rows = [Queued(at, it.key, it.number, it) for at, it in enumerate(self.left, 1)]
        return [
            it
            for it in rows
            if it.position > after
            and (to is None or (it.outgoing and (it.outgoing.place, it.outgoing.person) == to))
        ][:limit]

    def addresses(self) -> list[tuple[Place, str]]:
        return list(dict.fromkeys((it.place, it.person) for it in self.left))

    def receipts(self, collective: str, ref: str) -> dict[Place, str]:
        return {Place("sim", "hall"): f"old card of {ref}"}

    def shown(self, place: Place, receipt: str) -> Outgoing | None:
        return None

    def answers(self, key: Key) -> list[Outgoing]:
        return []

    def position(self, platform: str, account: str) -> str:
        return ""

    def positions(self, platform: str, prefix: str) -> dict[str, str]:
        return {}

    def swap(self, platform: str, account: str, before: str, after: str) -> bool:
        return False


class Line:
    """A delivery with its doubles."""

    def __init__(self, chat: Chat, outbox: Outbox | None = None) -> None:
        self.chat, self.marks, self.waits = chat, list[Mark](), list[float]()
        self.outbox = outbox or Outbox()
        self.delivery = Delivery({"sim": chat}, self.outbox, self.marks.append, self.pause)

    async def pause(self, seconds: float) -> None:
        self.waits.append(seconds)

    async def deliver(self, *rows: Outgoing) -> None:
        self.outbox.left += [row for row in rows if row not in self.outbox.left]
        self.delivery.offer(rows)
        await self.delivery.drained()


async def test_messages_to_one_room_keep_their_order_whatever_happens() -> None:
    line = Line(Chat(None, Later(2.0), Later(), None))

    await line.deliver(*(row(n) for n in range(5)))

    assert [message for message, _ in line.chat.sent] == ["m0", "m1", "m2", "m3", "m4"]
    assert line.waits == [2.0, 2.0]


async def test_a_slow_room_holds_up_no_other() -> None:
    gate = asyncio.Event()

    class Slow(Chat):
        async def send(self, outgoing: Outgoing, replaces: str | None) -> str:
            if outgoing.place.room == "slow":
                await gate.wait()
            return await super().send(outgoing, replaces)

    line = Line(Slow())
    line.delivery.offer([row(1, "slow"), row(2, "hall")])
    while not line.chat.sent:
        await asyncio.sleep(0)  # tidy: lets the other tasks run, waits for no time

    assert [message for message, _ in line.chat.sent] == ["m2"]
    gate.set()
    await line.delivery.drained()
    assert [message for message, _ in line.chat.sent] == ["m2", "m1"]


async def test_a_wait_that_a_platform_asks_for_is_bounded() -> None:
    line = Line(Chat(Later(1e9), Later(-5)))

    await line.deliver(row(1))

    assert line.waits == [WAIT_SECONDS_MAX, 0.0]


async def test_what_a_platform_never_takes_is_given_up_at_once_and_noted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    line = Line(Chat(Undeliverable("the room is gone")))

    with caplog.at_level(logging.ERROR):
        await line.deliver(row(1), row(2))

    assert line.marks[0].failure == "the room is gone"
    assert line.marks[1].receipt == "receipt m2"
    assert "the room is gone" in caplog.text


async def test_trying_ends() -> None:
    line = Line(Chat(*(Later() for _ in range(100))))

    await line.deliver(row(1))

    assert len(line.waits) == ATTEMPTS_MAX
    assert line.waits == sorted(line.waits)
    assert "tried" in line.marks[0].failure


async def test_a_bug_in_an_adapter_stops_only_its_message(caplog: pytest.LogCaptureFixture) -> None:
    line = Line(Chat(KeyError("planted")))

    await line.deliver(row(1), row(2))

    assert line.marks[0].failure == "a bug; the log has it"
    assert line.marks[1].receipt == "receipt m2"
    assert "planted" in caplog.text


async def test_a_bug_over_a_private_answer_is_logged_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    line = Line(Chat(KeyError("planted")))

    await line.deliver(structs.replace(row(1), person="@ann:x"))

    assert line.marks[0].failure == "a bug; the log has it"
    assert "KeyError" in caplog.text
    assert "planted" not in caplog.text


async def test_an_edit_replaces_the_card_that_was_sent_in_this_run_or_an_earlier_one() -> None:
    line = Line(Chat())

    await line.deliver(row(1, kind=Kind.CARD, ref="C1"), row(2, kind=Kind.EDIT, ref="C1"))
    await line.deliver(row(3, kind=Kind.EDIT, ref="C7"))

    assert line.chat.sent == [("m1", None), ("m2", "receipt m1"), ("m3", "old card of C7")]


async def test_an_edit_for_a_room_that_came_to_us_after_the_card_is_no_failure_and_tells_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    line = Line(Chat())
    later = Place("sim", "attic")
    edit = row(1, kind=Kind.EDIT, ref="C7")
    there = structs.replace(edit, place=later, reply=structs.replace(edit.reply, place=later))

    await line.deliver(there)

    assert line.chat.sent == []
    assert [(mark.receipt, mark.failure) for mark in line.marks] == [("", "")]
    assert not caplog.records


async def test_of_edits_of_one_card_that_wait_together_only_the_newest_is_sent() -> None:
    line = Line(Chat(None, Later(5.0)))
    edits = [row(n, kind=Kind.EDIT, ref="P1") for n in (2, 3, 4)]

    await line.deliver(edits[0], row(9), *edits[1:], row(5, kind=Kind.EDIT, ref="P2"))

    assert [message for message, _ in line.chat.sent] == ["m9", "m4", "m5"]
    assert [mark.key.message for mark in line.marks] == ["m2", "m9", "m3", "m4", "m5"]
    assert not any(mark.failure for mark in line.marks)


async def test_a_start_takes_up_what_was_left_and_nothing_twice() -> None:
    line = Line(Chat(), Outbox(row(1), row(2)))

    line.delivery.take_up()
    line.delivery.take_up()
    await line.deliver(row(2), row(3))

    assert [message for message, _ in line.chat.sent] == ["m1", "m2", "m3"]


async def test_a_platform_that_is_not_connected_keeps_its_messages_in_the_outbox() -> None:
    line = Line(Chat())
    elsewhere = Outgoing(
        **{f: getattr(row(1), f) for f in row(1).__struct_fields__} | {"place": Place("x", "y")}
    )

    await line.deliver(elsewhere)

    assert line.chat.sent == []
    assert line.marks == []


async def test_stopping_leaves_the_rest_for_the_next_start() -> None:
    line = Line(Chat(*(Later(5.0) for _ in range(3))))

    async def forever(_: float) -> None:
        await asyncio.Event().wait()

    line.delivery = Delivery({"sim": line.chat}, Outbox(), line.marks.append, forever)
    line.delivery.offer([row(1)])
    await asyncio.sleep(0)  # tidy: lets the worker begin
    await line.delivery.stop()

    assert line.marks == []


async def test_an_edit_is_not_given_up_because_the_store_is_away_for_a_moment() -> None:
    line, faults = Line(Chat()), [StorageFault("away"), StorageFault("away")]
    receipts = line.outbox.receipts

    def away(collective: str, ref: str) -> dict[Place, str]:
        if faults:
            raise faults.pop()
        return receipts(collective, ref)

    line.outbox.receipts = away  # type: ignore[method-assign]
    await line.deliver(row(1, kind=Kind.EDIT, ref="C1"))

    assert line.chat.sent == [("m1", "old card of C1")]
    assert [mark.failure for mark in line.marks] == [""]


async def test_a_store_that_is_broken_gives_nothing_up() -> None:
    line = Line(Chat())

    def broken(collective: str, ref: str) -> dict[Place, str]:
        raise StorageBroken("gone")

    line.outbox.receipts = broken  # type: ignore[method-assign]
    with pytest.raises(StorageBroken):
        await line.deliver(row(1, kind=Kind.EDIT, ref="C1"))

    assert line.marks == []
