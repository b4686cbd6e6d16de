"""Edits rest beside the line of their room: nothing else waits for them, and none of them is lost."""

from __future__ import annotations

import asyncio

import pytest

from bot.chat import Kind, Outgoing, Place
from bot.ports import Later, Mark, StorageFault
from bot.writer.delivery import Delivery
from bot.writer.lease import BEAT_SECONDS, LOOK_SECONDS
from bot.writer.sending import OVERTAKEN
from tests.bot.writer.test_delivery import Chat, Outbox, row
from tests.bot.writer.test_lease import Database, Worker, settle

REST_SECONDS = 1.0


def edit(number: int, ref: str = "M1") -> Outgoing:
    return row(number, kind=Kind.EDIT, ref=ref)


async def turns(count: int = 50) -> None:
    for _ in range(count):
        await asyncio.sleep(0)  # tidy: lets the other tasks run, waits for no time


class Limits(Chat):
    """A platform that takes every message at once, and edits only while it is `open` for them."""

    def __init__(self) -> None:
        super().__init__()
        self.open = False
        self.on_its_way: list[str] = []
        self.held: asyncio.Event | None = None

    async def send(self, outgoing: Outgoing, replaces: str | None) -> str:
        if outgoing.reply.kind is Kind.EDIT:
            if not self.open:
                raise Later(5.0)
            self.on_its_way.append(outgoing.key.message)
            if self.held is not None:
                await self.held.wait()
        return await super().send(outgoing, replaces)

    @property
    def said(self) -> list[str]:
        return [message for message, _ in self.sent]


class Room:
    """A delivery in a time of its own, which moves when the test says so."""

    def __init__(self, *left: Outgoing) -> None:
        self.chat, self.marks, self.outbox = Limits(), list[Mark](), Outbox(*left)
        self.now, self.alarms = 0.0, list[tuple[float, asyncio.Event]]()
        self.delivery = self.begun()

    def begun(self) -> Delivery:
        """A program that starts over the same outbox."""
        rests = {"sim": REST_SECONDS}
        return Delivery({"sim": self.chat}, self.outbox, self.mark, self.pause, rests=rests)

    def mark(self, mark: Mark) -> None:
        self.marks.append(mark)
        self.outbox.left = [it for it in self.outbox.left if it.key != mark.key]

    async def pause(self, seconds: float) -> None:
        over = asyncio.Event()
        self.alarms.append((self.now + seconds, over))
        await over.wait()

    async def passes(self, seconds: float) -> None:
        """Time goes by, a tenth of a second after the other."""
        for _ in range(round(seconds * 10)):
            self.now = round(self.now + 0.1, 1)
            for at, over in self.alarms:
                if at <= self.now:
                    over.set()
            await turns()

    async def tell(self, *rows: Outgoing) -> None:
        self.outbox.left += rows
        self.delivery.offer(rows)
        await turns()

    def overtaken(self) -> list[str]:
        return [it.key.message for it in self.marks if it.receipt == OVERTAKEN]


async def test_an_edit_that_must_wait_holds_up_nothing_else_that_is_said_there() -> None:
    room = Room()

    await room.tell(row(1), edit(2), row(3), row(4), edit(5, "P1"), row(6))

    assert room.chat.said == ["m1", "m3", "m4", "m6"], "in their order, and at once"
    room.chat.open = True
    await room.passes(5)
    assert sorted(room.chat.said[4:]) == ["m2", "m5"]
    assert {it.receipt for it in room.marks} == {f"receipt m{n}" for n in range(1, 7)}


async def test_of_edits_that_rest_only_the_newest_is_sent_and_the_others_are_marked() -> None:
    room = Room()

    for number in (1, 3, 5):
        await room.tell(edit(number), row(number + 1))
    room.chat.open = True
    await room.passes(5)

    assert room.chat.said == ["m2", "m4", "m6", "m5"]
    assert room.overtaken() == ["m3", "m1"], "each once"
    assert room.outbox.left == []


async def test_edits_of_one_card_are_never_on_their_way_together() -> None:
    room = Room()
    room.chat.open, room.chat.held = True, asyncio.Event()

    await room.tell(edit(1))
    await room.tell(edit(2), row(3))
    await room.passes(3)

    assert room.chat.on_its_way == ["m1"]
    assert room.chat.said == ["m3"]
    room.chat.held.set()
    await room.passes(3)
    assert room.chat.said == ["m3", "m1", "m2"]


async def test_a_card_is_edited_at_most_once_a_second_and_ends_as_it_is() -> None:
    room = Room()
    room.chat.open = True

    for number in range(1, 101):
        await room.tell(edit(number), edit(1000 + number, "P1"))
        await room.passes(0.1)
    await room.passes(2)

    mine = [it for it in room.chat.said if len(it) < 5]
    assert 10 <= len(mine) <= 11, "a hundred changes within ten seconds"
    assert mine[0] == "m1", "the first at once"
    assert mine[-1] == "m100"
    assert room.chat.said[-1] == "m1100", "each card rests for itself"
    assert room.outbox.left == []


async def test_a_card_that_is_shown_anew_comes_behind_the_edits_of_the_one_before() -> None:
    room = Room()
    room.chat.open = True
    await room.tell(row(1, kind=Kind.CARD, ref="M1"), edit(2))
    await room.tell(edit(3), row(4, kind=Kind.CARD, ref="M1"), row(5))

    # It does not wait for the rest: nothing passes.
    assert room.chat.sent == [
        ("m1", None),
        ("m2", "receipt m1"),
        ("m3", "receipt m1"),
        ("m4", None),
        ("m5", None),
    ]
    await room.tell(edit(6))
    await room.passes(2)
    assert room.chat.sent[-1] == ("m6", "receipt m4")


async def test_a_card_of_something_else_waits_for_no_edit() -> None:
    room = Room()

    await room.tell(edit(1), row(2, kind=Kind.CARD, ref="P1"))

    assert room.chat.said == ["m2"]


async def killed(room: Room) -> None:
    """The program is killed, and another one starts over what is left."""
    await room.delivery.stop()
    room.delivery = room.begun()
    room.delivery.take_up()
    await turns()


async def test_a_kill_while_edits_rest_loses_none_and_doubles_none() -> None:
    room = Room()
    await room.tell(edit(1), row(2), edit(3, "P1"), row(4))
    assert room.chat.said == ["m2", "m4"]

    await killed(room)
    await room.tell(edit(5), row(6))
    room.chat.open = True
    await killed(room)
    await room.passes(10)

    assert sorted(room.chat.said) == ["m2", "m3", "m4", "m5", "m6"]
    assert room.overtaken() == ["m1"]
    assert room.outbox.left == []


async def test_a_kill_while_a_card_rests_leaves_the_newest_picture_to_the_next_start() -> None:
    room = Room()
    room.chat.open = True
    await room.tell(edit(1))
    await room.tell(edit(2))
    assert room.chat.said == ["m1"]

    await killed(room)

    assert room.chat.said == ["m1", "m2"]
    await room.passes(2)
    assert room.chat.said == ["m1", "m2"]


async def test_what_rests_is_found_again_where_the_line_is_read_anew() -> None:
    room = Room()
    await room.tell(edit(1), row(2))

    room.delivery.take_up()
    await turns()
    room.chat.open = True
    await room.passes(10)

    assert room.chat.said == ["m2", "m1"]


async def test_an_edit_for_which_the_store_is_away_holds_up_nothing() -> None:
    room, away = Room(), [True]
    room.chat.open = True
    receipts = room.outbox.receipts

    def asked(collective: str, ref: str) -> dict[Place, str]:
        if away:
            raise StorageFault("away")
        return receipts(collective, ref)

    room.outbox.receipts = asked  # type: ignore[method-assign]
    await room.tell(edit(1), row(2))
    assert room.chat.said == ["m2"]
    away.clear()
    await room.passes(2)
    assert room.chat.said == ["m2", "m1"]


# --- Among several programs -----------------------------------------------------------------------


class Elsewhere:
    """Two workers; an edit of M1 rests with the one."""

    def __init__(self) -> None:
        self.database, self.over = Database(), asyncio.Event()
        self.database.cards[Place("sim", "hall")] = "card"
        self.one, self.other = Worker(self.database, Later(3.0)), Worker(self.database)

    async def begin(self) -> None:
        for each in (self.one, self.other):
            await each.delivery.round()
        self.one.waits = self.waits
        self.one.write(edit(1))
        await self.settle()
        assert self.one.sent == []

    async def waits(self, _: float) -> None:
        await self.over.wait()

    async def settle(self) -> None:
        await settle(self.one, self.other)


async def test_an_edit_that_rests_with_another_one_holds_up_nothing_that_is_said() -> None:
    it = Elsewhere()
    await it.begin()

    it.other.write(row(2), edit(3, "P1"), row(4, kind=Kind.CARD, ref="P2"), row(5))
    await it.settle()

    assert sorted(it.other.sent) == ["m2", "m3", "m4", "m5"]
    assert it.one.sent == []


@pytest.mark.parametrize("kind", [Kind.EDIT, Kind.CARD])
async def test_what_shows_the_same_card_waits_for_an_edit_of_it_elsewhere(kind: Kind) -> None:
    it = Elsewhere()
    await it.begin()

    it.other.write(row(2, kind=kind, ref="M1"))
    await it.settle()

    assert it.other.sent == []


async def test_an_edit_that_rests_past_the_lease_is_sent_by_another_one_and_once() -> None:
    it = Elsewhere()
    await it.begin()
    it.one.write(row(2), edit(3))
    await it.settle()
    assert it.one.sent == ["m2"]
    for _ in range(9):
        it.other.clock.move(LOOK_SECONDS)
        await it.other.delivery.round()
    await it.settle()
    assert it.other.sent == ["m3"], "the newest is enough"

    it.one.waits = it.one.turn
    it.over.set()
    it.one.clock.move(9.0)
    await it.one.delivery.round()
    await it.settle()

    assert it.one.sent == ["m2"]


async def test_an_edit_that_was_lost_and_taken_again_while_it_rested_is_sent() -> None:
    it = Elsewhere()
    await it.begin()
    del it.database.beats[it.one.crew.me]
    for _ in range(3):
        await it.one.delivery.round()
        it.one.clock.move(BEAT_SECONDS)
        it.other.clock.move(BEAT_SECONDS)
    await it.settle()

    it.one.waits = it.one.turn
    it.over.set()
    await it.settle()

    assert it.one.sent == ["m1"]
