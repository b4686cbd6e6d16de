"""17.15: all that waits is sent, in its room's order; a row that cannot be read stops nothing."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import pytest

import bot.writer.delivery
from bot.chat import Outgoing, Place
from bot.ports import Mark, Queued, StorageFault
from bot.writer.delivery import UNREADABLE, Delivery
from tests.bot.writer.test_delivery import Chat, Outbox, row
from tests.house import settled


class Rows(Outbox):
    """An outbox in which rows wait until they are marked; None is one that cannot be read."""

    def __init__(self, rows: Sequence[Outgoing | None], faults: int = 0) -> None:
        self.rows, self.faults, self.asked = list(rows), faults, list[int]()

    def queued(self, limit: int, after: int = 0, to: tuple[Place, str] | None = None) -> list[Queued]:
        if to is not None and self.faults:
            self.faults -= 1
            raise StorageFault("away")
        found = [
            Queued(at, (it or row(at)).key, (it or row(at)).number, it)
            for at, it in enumerate(self.rows, 1)
            if at > after and (to is None or it is None or (it.place, it.person) == to)
        ]
        self.asked.append(len(found[:limit]))
        return found[:limit]

    def addresses(self) -> list[tuple[Place, str]]:
        return list(dict.fromkeys((it.place, it.person) for it in self.rows if it is not None))


async def pause(_: float) -> None:
    """No time passes."""


@pytest.mark.parametrize("faults", [0, 2])
async def test_all_that_waits_is_sent_in_order_and_little_of_it_is_in_memory(
    monkeypatch: pytest.MonkeyPatch, faults: int
) -> None:
    monkeypatch.setattr(bot.writer.delivery, "LINE_MAX", 10)
    chat, marks = Chat(), list[Mark]()
    outbox = Rows([row(n) for n in range(1, 321)], faults)
    delivery = Delivery({"sim": chat}, outbox, marks.append, pause)

    delivery.take_up()
    for n in range(321, 324):  # comes while the rest waits: in the outbox, and offered
        outbox.rows.append(row(n))
        delivery.offer([row(n)])
    await delivery.drained()

    assert [message for message, _ in chat.sent] == [f"m{n}" for n in range(1, 324)]
    assert max(outbox.asked) <= 11


async def test_what_is_offered_faster_than_it_is_sent_is_sent_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bot.writer.delivery, "LINE_MAX", 10)
    chat, marks = Chat(), list[Mark]()
    outbox = Rows([row(n) for n in range(1, 101)])
    delivery = Delivery({"sim": chat}, outbox, marks.append, pause)

    delivery.offer([row(n) for n in range(1, 101)])
    await delivery.drained()

    assert [message for message, _ in chat.sent] == [f"m{n}" for n in range(1, 101)]


async def test_what_comes_while_older_rows_are_still_in_the_outbox_waits_behind_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bot.writer.delivery, "LINE_MAX", 10)
    marks = list[Mark]()
    outbox = Rows([row(n) for n in range(1, 21)])

    class Busy(Chat):
        """Somebody answers while the fifth message is sent."""

        async def send(self, outgoing: Outgoing, replaces: str | None) -> str:
            if outgoing.key.message == "m5":
                outbox.rows.append(row(21))
                delivery.offer([row(21)])
            return await super().send(outgoing, replaces)

    chat = Busy()
    delivery = Delivery({"sim": chat}, outbox, marks.append, pause)
    delivery.take_up()
    await delivery.drained()

    assert [message for message, _ in chat.sent] == [f"m{n}" for n in range(1, 22)]


async def test_a_row_that_cannot_be_read_is_set_aside_loudly(
    caplog: pytest.LogCaptureFixture,
) -> None:
    chat, marks = Chat(), list[Mark]()
    delivery = Delivery({"sim": chat}, Rows([row(1), None, row(3)]), marks.append, pause)

    with caplog.at_level(logging.CRITICAL):
        delivery.take_up()
        await delivery.drained()

    assert [message for message, _ in chat.sent] == ["m1", "m3"]
    assert [mark.failure for mark in marks if mark.failure] == [UNREADABLE]
    assert UNREADABLE in caplog.text


@pytest.mark.parametrize("body", ["{", "", "~no~box", '{"key":1}', "\ud7ff"])
def test_a_damaged_row_stops_neither_the_start_nor_a_repeated_message(body: str) -> None:
    house = settled()
    message = house.message("bo", "/log 1h swept", key="again")
    house.hand_in([message])
    with house.database.begin() as connection:
        connection.exec_driver_sql("UPDATE outbox SET body = ? WHERE message = 'again'", (body,))
    outbox = house.store.outbox

    damaged = [each for each in outbox.queued(1_000) if each.outgoing is None]
    assert [each.key.message for each in damaged] == ["again"]
    assert len(outbox.waiting(1_000)) == len(outbox.queued(1_000)) - 1
    (told,) = house.hand_in([message])
    assert told.answer is not None
    assert told.answer.repeated
    house.close()


def test_one_address_is_read_by_itself() -> None:
    house = settled()
    outbox = house.store.outbox
    every = outbox.queued(1_000)
    first = every[0].outgoing
    assert first is not None
    address = (first.place, first.person)
    found = outbox.queued(1_000, 0, address)
    assert found == [
        it for it in every if it.outgoing and (it.outgoing.place, it.outgoing.person) == address
    ]
    assert outbox.queued(1, found[0].position, address) == found[1:2]
    house.close()
