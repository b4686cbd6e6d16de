"""Several workers: who may send, who is dead, and that nothing is sent twice or out of its order."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping

import pytest
from msgspec import structs

from bot.chat import Kind, Outgoing, Place
from bot.ports import Later, Mark, Queued, StorageFault
from bot.writer.delivery import Delivery
from bot.writer.lease import (
    BEAT_SECONDS,
    DEAD_SECONDS,
    HELD_SECONDS,
    LOOK_SECONDS,
    Address,
    Lease,
    Look,
)
from bot.writer.resting import card_of
from tests.bot.writer.test_delivery import Chat, Outbox, row


class Clock:
    """The time of one machine: how long it runs, and what time of day it believes it is."""

    def __init__(self, wall: float = 0.0) -> None:
        self.now, self.wall = 0.0, wall

    def move(self, seconds: float) -> None:
        self.now += seconds
        self.wall += seconds


class Database:
    """What several workers share."""

    def __init__(self) -> None:
        self.beats: dict[str, int] = {}
        self.rows: list[tuple[str, Outgoing]] = []
        self.cards: dict[Place, str] = {}
        self.names = 0
        self.gone = set[str]()
        self.away = False

    def waiting(self, owner: str) -> list[tuple[int, Outgoing]]:
        return [(at, it) for at, (whose, it) in enumerate(self.rows, 1) if whose == owner]

    def mark(self, mark: Mark) -> None:
        for _, it in self.rows:
            if (it.key, it.number) == (mark.key, mark.number) and it.reply.kind is Kind.CARD:
                self.cards[it.place] = mark.receipt
        self.rows = [
            ("sent" if (it.key, it.number) == (mark.key, mark.number) else whose, it)
            for whose, it in self.rows
        ]


class Crew:
    """One of the workers, over the shared database."""

    def __init__(self, database: Database) -> None:
        self.database, self.me, self.met, self.beaten = database, "", 0, 0

    def join(self, platforms: Collection[str]) -> None:
        self.database.names += 1
        self.me = f"worker {self.database.names}"
        self.database.beats[self.me] = 0

    def leave(self) -> None:
        del self.database.beats[self.me]

    def beat(self) -> bool:
        if self.me not in self.database.beats:
            return False
        self.beaten += 1
        self.database.beats[self.me] += 1
        return True

    def look(self) -> Look:
        if self.database.away:
            raise StorageFault("away")
        owners = {whose for whose, _ in self.database.rows if whose != "sent"}
        return Look(dict(self.database.beats), frozenset(owners))

    def bury(self, dead: Mapping[str, int]) -> None:
        for name, beats in dead.items():
            if self.database.beats.get(name) == beats:
                del self.database.beats[name]

    def is_gone(self, name: str) -> bool:
        return name in self.database.gone

    def claim(self, owners: Iterable[str], limit: int) -> list[Address]:
        names, taken = set(owners), list[Address]()
        for at, (whose, it) in enumerate(self.database.rows):
            if whose in names and len(taken) < limit:
                self.database.rows[at] = (self.me, it)
                taken.append((it.place, it.person))
        return taken

    def ahead(self, row: Outgoing) -> bool:
        for whose, it in self.database.rows:
            if it == row:
                return False
            rests = it.reply.kind is Kind.EDIT and (
                row.reply.kind not in {Kind.CARD, Kind.EDIT} or card_of(it) != card_of(row)
            )
            same = (it.place, it.person) == (row.place, row.person)
            if same and not rests and whose not in {"sent", self.me}:
                return True
        raise AssertionError("it is not written")


class Rows(Outbox):
    """What waits for one worker."""

    def __init__(self, crew: Crew) -> None:
        self.crew = crew

    def receipts(self, collective: str, ref: str) -> dict[Place, str]:
        return dict(self.crew.database.cards)

    def queued(self, limit: int, after: int = 0, to: tuple[Place, str] | None = None) -> list[Queued]:
        found = [
            Queued(at, it.key, it.number, it)
            for at, it in self.crew.database.waiting(self.crew.me)
            if at > after and (to is None or (it.place, it.person) == to)
        ]
        return found[:limit]

    def addresses(self) -> list[tuple[Place, str]]:
        rows = self.crew.database.waiting(self.crew.me)
        return list(dict.fromkeys((it.place, it.person) for _, it in rows))


class Writing:
    """What a program writes, which takes as long as a test wants."""

    def __init__(self) -> None:
        self.gate, self.marked = asyncio.Event(), asyncio.Event()
        self.gate.set()
        self.marked.set()

    async def finished(self) -> None:
        await self.gate.wait()

    async def noted(self) -> None:
        await self.marked.wait()


class Worker:
    """One program: its clock, its lease, its delivery, and what it sent."""

    def __init__(self, database: Database, *weather: Exception | None, wall: float = 0.0) -> None:
        self.clock, self.crew = Clock(wall), Crew(database)
        self.lease = Lease(self.crew, lambda: self.clock.now, lambda: self.clock.wall)
        self.chat = Chat(*weather)
        self.lease.join(["sim"])
        self.waits: Callable[[float], Awaitable[None]] = self.turn
        self.writing = Writing()
        self.gate, self.marked = self.writing.gate, self.writing.marked
        self.delivery = Delivery(
            {"sim": self.chat},
            Rows(self.crew),
            database.mark,
            self.pause,
            lease=self.lease,
            writing=self.writing,
        )

    async def pause(self, seconds: float) -> None:
        await self.waits(seconds)

    async def turn(self, _: float) -> None:
        await asyncio.sleep(0)  # tidy: lets the other tasks run, waits for no time

    def tell(self, *numbers: int, room: str = "hall") -> None:
        """Write rows, and offer them."""
        self.write(*(row(number, room) for number in numbers))

    def write(self, *rows: Outgoing) -> None:
        """Write them, and offer them."""
        database = self.crew.database
        database.rows += [(self.crew.me, each) for each in rows]
        if len(database.beats) > 1:
            self.crew.met += 1
        self.delivery.offer(rows)

    @property
    def sent(self) -> list[str]:
        return [message for message, _ in self.chat.sent]


async def turns(count: int = 200) -> None:
    for _ in range(count):
        await asyncio.sleep(0)  # tidy: lets the other tasks run, waits for no time


async def settle(*workers: Worker) -> None:
    """Let everything happen that can; what is asked in threads comes back too."""
    for _ in range(20):
        await turns()
        await asyncio.to_thread(lambda: None)
    assert workers


@pytest.fixture
def database() -> Database:
    return Database()


async def test_who_is_alone_sends_at_once_and_says_nothing_to_the_database(database: Database) -> None:
    one = Worker(database)
    await one.delivery.round()
    for number in range(60):
        one.clock.move(LOOK_SECONDS)
        await one.delivery.round()
        one.tell(number)
        await one.delivery.drained()

    assert one.sent == [f"m{number}" for number in range(60)]
    assert one.crew.beaten == 0
    assert one.lease.is_apart()


async def test_among_others_it_is_said_every_two_seconds_by_everybody(database: Database) -> None:
    one, other = Worker(database), Worker(database, wall=-86_400.0)
    for _ in range(100):
        for each in (one, other):
            each.clock.move(LOOK_SECONDS)
            await each.delivery.round()
            assert each.lease.held()
            assert not each.lease.is_apart()

    assert one.crew.beaten == other.crew.beaten == 100 * LOOK_SECONDS / BEAT_SECONDS
    assert set(database.beats) == {one.crew.me, other.crew.me}


async def test_what_a_dead_one_left_is_sent_within_ten_seconds_once_and_in_its_order(
    database: Database,
) -> None:
    dead, one, other = (Worker(database) for _ in range(3))
    for each in (dead, one, other):
        await each.delivery.round()
    database.rows += [(dead.crew.me, row(number)) for number in range(5)]
    one.tell(5)
    await settle(one)
    assert one.sent == [], "what comes before it is another one's"

    seconds = 0.0
    while any(whose != "sent" for whose, _ in database.rows):
        seconds += LOOK_SECONDS
        for each in (one, other):
            each.clock.move(LOOK_SECONDS)
            await each.delivery.round()
        await settle(one, other)
        assert seconds < 10, "it is not taken"

    assert one.sent == [f"m{number}" for number in range(6)]
    assert other.sent == []
    assert seconds >= DEAD_SECONDS


async def test_what_somebody_left_who_is_seen_to_be_gone_is_sent_at_once(database: Database) -> None:
    """A program that is started anew on the same machine waits for nobody."""
    dead = Worker(database)
    await dead.delivery.round()
    database.rows.append((dead.crew.me, row(1)))
    database.gone.add(dead.crew.me)
    one = Worker(database)
    await one.delivery.round()
    one.tell(2)
    await settle(one)

    assert one.sent == ["m1", "m2"]


async def test_two_never_wait_for_each_other_when_one_takes_what_comes_before_both(
    database: Database,
) -> None:
    """Each waits with a row of its own; then the first of all comes to be one's."""
    dead, one, other = (Worker(database) for _ in range(3))
    for each in (dead, one, other):
        await each.delivery.round()
    database.rows.append((dead.crew.me, row(1)))
    other.tell(2)
    one.tell(3)
    await settle(one, other)
    assert one.sent == other.sent == []
    database.gone.add(dead.crew.me)
    await one.delivery.round()
    await settle(one, other)

    assert one.sent == ["m1", "m3"]
    assert other.sent == ["m2"]


async def test_what_several_left_is_shared_and_a_room_keeps_its_order(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.writer.delivery.CLAIM_MAX", 3)
    monkeypatch.setattr("bot.writer.delivery.LINES_MAX", 1)
    one, other = Worker(database), Worker(database)
    everything = [row(number, f"room {number % 4}") for number in range(40)]
    database.rows = [("gone", each) for each in everything]
    told: list[Outgoing] = []
    for each in (one, other):
        send = each.chat.send

        async def noted(row: Outgoing, replaces: str | None, send: object = send) -> str:
            told.append(row)
            return await send(row, replaces)  # type: ignore[operator, no-any-return]

        monkeypatch.setattr(each.chat, "send", noted)
    for _ in range(60):
        for each in (one, other):
            await each.delivery.round()
        await settle(one, other)

    assert sorted(told, key=lambda it: it.at) == everything, "each once"
    assert one.sent
    assert other.sent
    for room in range(4):
        numbers = [it.at for it in told if it.place.room == f"room {room}"]
        assert numbers == sorted(numbers)


async def test_among_others_a_room_waits_until_it_is_known_what_was_said_there(
    database: Database,
) -> None:
    """Else whoever takes over says everything again for which the database had no time."""
    one, other = Worker(database), Worker(database)
    for each in (one, other):
        await each.delivery.round()
    one.marked.clear()
    one.tell(1, 2, 3)
    one.tell(4, 5, room="kitchen")
    await settle(one)
    assert sorted(one.sent) == ["m1", "m4"]

    one.marked.set()
    await settle(one)
    assert sorted(one.sent) == ["m1", "m2", "m3", "m4", "m5"]


async def test_who_is_alone_says_on_and_has_it_written_later(database: Database) -> None:
    one = Worker(database)
    await one.delivery.round()
    one.marked.clear()
    one.tell(1, 2, 3)
    await settle(one)

    assert one.sent == ["m1", "m2", "m3"]


async def test_who_was_paused_past_its_lease_sends_nothing_that_another_one_took(
    database: Database,
) -> None:
    paused, other = Worker(database, Later(3.0)), Worker(database)
    for each in (paused, other):
        await each.delivery.round()
    gate = asyncio.Event()

    async def forever(_: float) -> None:
        await gate.wait()

    paused.waits = forever
    paused.tell(1, 2)
    paused.tell(3, room="garden")
    await settle(paused)
    assert paused.sent == ["m3"], "the hall is to be tried again"
    paused.tell(4, room="garden")
    for _ in range(9):
        other.clock.move(LOOK_SECONDS)
        await other.delivery.round()
    await settle(other)
    paused.waits = paused.turn
    gate.set()
    paused.clock.move(9.0)
    await settle(paused)
    assert set(other.sent) >= {"m1", "m2"}
    assert set(paused.sent) & set(other.sent) == set()
    await paused.delivery.round()
    await paused.delivery.round()
    paused.tell(5)
    await settle(paused, other)

    assert sorted(paused.sent + other.sent) == ["m1", "m2", "m3", "m4", "m5"]
    assert "m5" in paused.sent


@pytest.mark.parametrize("clock", ["it ran", "it slept", "it was set back"])
async def test_nothing_is_begun_with_once_the_lease_is_over(database: Database, clock: str) -> None:
    """Its own clock says so, whatever the others see; a machine that slept has another time of day."""
    one, _ = Worker(database), Worker(database)
    await one.delivery.round()
    one.clock.wall += -3_600.0 if clock == "it was set back" else HELD_SECONDS
    one.clock.now += 0.0 if clock == "it slept" else HELD_SECONDS

    one.tell(1)
    await settle(one)
    assert one.sent == []
    await one.delivery.round()
    if clock == "it slept":
        one.clock.move(BEAT_SECONDS)
        await one.delivery.round()
    await settle(one)
    assert one.sent == ["m1"]


async def test_what_was_being_written_when_it_was_struck_out_is_not_its_to_send(
    database: Database,
) -> None:
    """It was written under the old name: whoever looked first has taken it."""
    one, other = Worker(database), Worker(database)
    for each in (one, other):
        await each.delivery.round()
    old = one.crew.me
    del database.beats[old]
    one.clock.move(BEAT_SECONDS)
    one.gate.clear()
    beginning_anew = asyncio.create_task(one.delivery.round())
    await settle(one)
    assert one.crew.me != old
    assert not one.lease.held()
    late = [row(7), row(9, "garden")]
    database.rows += [(old, each) for each in late]
    one.delivery.offer(late)
    one.tell(8)
    await other.delivery.round()
    await settle(one, other)
    assert (one.sent, other.sent) == ([], ["m7", "m9"])

    one.gate.set()
    await beginning_anew
    await one.delivery.round()
    await settle(one)
    assert (one.sent, other.sent) == (["m8"], ["m7", "m9"])


async def test_a_database_that_is_away_ends_the_lease_and_nothing_else(database: Database) -> None:
    one = Worker(database)
    await one.delivery.round()
    database.away = True
    one.clock.move(HELD_SECONDS)
    with pytest.raises(StorageFault):
        await one.delivery.round()
    one.tell(1)
    await settle(one)
    assert one.sent == []

    database.away = False
    await one.delivery.round()
    await settle(one)
    assert one.sent == ["m1"]


async def test_a_row_that_nobody_offered_is_found_within_a_minute(database: Database) -> None:
    one = Worker(database)
    seconds = 0.0

    async def pause(wait: float) -> None:
        nonlocal seconds
        seconds += wait
        one.clock.move(wait)
        if seconds == 2 * LOOK_SECONDS:
            database.rows.append((one.crew.me, structs.replace(row(1), person="ann")))
        if seconds > 61:
            raise asyncio.CancelledError
        await settle(one)

    one.delivery._pause = pause
    with pytest.raises(asyncio.CancelledError):
        await one.delivery.keep_on()
    assert one.sent == ["m1"]


class Slow:
    """Does what it stands for, and comes back from its thread when it may."""

    def __init__(self, does: Callable[..., object]) -> None:
        self.does, self.done, self.may = does, threading.Event(), threading.Event()

    def __call__(self, *given: object) -> object:
        found = self.does(*given)
        self.done.set()
        assert self.may.wait(30)
        return found

    async def until_done(self) -> None:
        assert await asyncio.to_thread(self.done.wait, 30)


@pytest.mark.parametrize("slow", ["claim", "ahead"])
async def test_what_is_being_taken_still_comes_before_what_we_have(
    database: Database, monkeypatch: pytest.MonkeyPatch, slow: str
) -> None:
    """In the database it is ours already; that it stands in its line is what counts."""
    one = Worker(database)
    database.rows.append(("gone", row(1)))
    one.lease.round()
    waits = Slow(one.crew.claim if slow == "claim" else lambda _: False)
    monkeypatch.setattr(one.crew, slow, waits)
    one.tell(2)
    if slow == "claim":
        taking = asyncio.create_task(one.delivery.round())
        await waits.until_done()
        await settle(one)
        assert one.sent == []
        waits.may.set()
        await taking
    else:
        await waits.until_done()
        monkeypatch.undo()
        await one.delivery.round()
        waits.may.set()
    await settle(one)

    assert one.sent == ["m1", "m2"]


async def test_what_is_taken_but_not_read_yet_still_comes_before_what_we_have(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Worker(database)
    database.rows.append(("gone", row(1)))
    one.lease.round()
    asked, taken = Slow(lambda _: False), Slow(one.crew.claim)
    monkeypatch.setattr(one.crew, "ahead", asked)
    monkeypatch.setattr(one.crew, "claim", taken)
    one.tell(2)
    await asked.until_done()
    taking = asyncio.create_task(one.delivery.round())
    await taken.until_done()
    asked.may.set()
    await settle(one)
    assert one.sent == []
    taken.may.set()
    await taking
    await settle(one)
    assert one.sent == ["m1", "m2"]


async def test_who_is_alone_with_more_than_it_takes_at_once_keeps_the_order(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.writer.delivery.CLAIM_MAX", 3)
    monkeypatch.setattr("bot.writer.delivery.LINES_MAX", 1)
    one = Worker(database)
    database.rows = [("gone", row(number, f"room {number % 2}")) for number in range(10)]
    one.lease.round()
    one.tell(10, room="room 0")
    await settle(one)
    assert one.sent == []
    for _ in range(4):
        await one.delivery.round()
        await settle(one)

    assert sorted(one.sent) == sorted(f"m{number}" for number in range(11))
    assert [it for it in one.sent if int(it[1:]) % 2 == 0] == ["m0", "m2", "m4", "m6", "m8", "m10"]


async def test_all_that_nobody_has_is_taken_in_one_round_as_long_as_there_is_room(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.writer.delivery.CLAIM_MAX", 3)
    one = Worker(database)
    database.rows = [("gone", row(number)) for number in range(10)]
    await one.delivery.round()
    await settle(one)

    assert one.sent == [f"m{number}" for number in range(10)]


@pytest.mark.parametrize("what", ["a row is offered", "a row is taken"])
async def test_what_comes_while_a_line_is_read_is_read_too(
    database: Database, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    one = Worker(database)
    await one.delivery.round()
    database.rows = [("gone", row(1)), (one.crew.me, row(2))]
    reads = Slow(one.delivery._outbox.queued)
    monkeypatch.setattr(one.delivery._outbox, "queued", reads)
    one.delivery.take_up()
    await reads.until_done()
    monkeypatch.undo()
    if what == "a row is taken":
        await one.delivery.round()
    else:
        database.rows[0] = ("sent", row(1))
        one.tell(3)
    reads.may.set()
    await settle(one)

    assert one.sent == (["m1", "m2"] if what == "a row is taken" else ["m2", "m3"])
