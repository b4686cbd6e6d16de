"""The whole engine as it runs, with people who type and a chat that swallows what it is told.

Everything is the real thing: intake, parsing, permission, decision, journal, outbox, delivery. Only
the platform is a null, and the clock runs fast, so that a day has as many entries as a day has.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

from adapters.cli.outside import SystemChance
from adapters.cli.store import Store, open_store
from bot.chat import CONSOLE, Actor, Incoming, Kind, Outgoing, Place
from bot.ports import StorageBroken
from bot.writer.delivery import Delivery
from bot.writer.engine import Engine
from bot.writer.intake import Intake
from tests.house import engine_over

BEGIN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
BATCH_STEP = dt.timedelta(hours=4)
"""With 64 commands a batch, 50 people make some eight entries a day each."""

IN_FLIGHT = 64
MEMBERS = 50
MAIN = Place(CONSOLE, "main")
COLLECTIVES = 100

LINES = (
    "/log 1h30 cleaned the kitchen and the hall #care",
    "/log 45m watered the beds behind the greenhouse",
    "/log 20m wrote the minutes of the meeting #organising",
    "/log 1h baked bread for the market on Saturday #making",
    "/log 12.50 EUR flour and yeast",
    "/log 3 kg apples from the old tree #goods",
    "/log 50m showed the new ones how the till works #teaching",
    "/log 15m locked up, checked the fridges, took out the rubbish #care",
    "/log 40m repaired the bicycle trailer; the left wheel needs a new spoke soon",
    "/log 1h20 Kinderbetreuung während der Vollversammlung #care",
)


class FastClock:
    """A clock that moves on with every look: one batch is one look."""

    def __init__(self, begin: dt.datetime, step: dt.timedelta) -> None:
        self._now, self._step = begin, step

    def now(self) -> dt.datetime:
        self._now += self._step
        return self._now


class NullChat:
    """A platform that takes everything at once."""

    platform = CONSOLE

    def __init__(self) -> None:
        self.count = 0

    async def send(self, outgoing: Outgoing, replaces: str | None) -> str:
        self.count += 1
        return outgoing.id


def actor(number: int) -> Actor:
    """One of the people."""
    return Actor(CONSOLE, f"p{number}", f"person {number}")


def messages(words: Sequence[str] = LINES, name: str = "m") -> Iterator[Incoming]:
    """What the people type, without end; nobody types the same again before all else."""
    for number in itertools.count():
        turn, who = divmod(number, MEMBERS)
        yield Incoming(f"{name}{number}", MAIN, actor(who), words[(turn + who) % len(words)])


def everywhere(words: Sequence[str] = LINES, name: str = "m") -> Iterator[Incoming]:
    """What five people type in each of a hundred collectives, in turns, without end, as above."""
    for number in itertools.count():
        turn, home = divmod(number, COLLECTIVES)
        turn, who = divmod(turn, 5)
        line = words[(turn + who + home) % len(words)]
        place, author = Place(CONSOLE, f"room {home}"), Actor(CONSOLE, f"p{home}/{who}", f"p{who}")
        yield Incoming(f"{name}{number}", place, author, line)


def accepted(outgoing: Sequence[Outgoing]) -> bool:
    """Whether an answer is none of a refusal: a benchmark of refusals would be a lie."""
    return bool(outgoing) and all(row.reply.kind is not Kind.REFUSAL for row in outgoing)


class Bot:
    """The engine with its intake and, if wanted, its delivery."""

    def __init__(self, store: Store, engine: Engine, *, delivering: bool) -> None:
        self.store, self.chat = store, NullChat()
        self.intake = Intake(engine, self._tell, self._broke)
        self._delivery = Delivery({CONSOLE: self.chat}, store.outbox, self.intake.note)
        self._delivering = delivering

    def _tell(self, rows: Sequence[Outgoing]) -> None:
        if self._delivering:
            self._delivery.offer(rows)

    def _broke(self, why: StorageBroken) -> None:
        raise why

    async def submit(self, message: Incoming) -> None:
        """Hand in a message and wait for its durable answer."""
        answer = await self.intake.submit(message)
        assert answer is not None
        assert accepted(answer.outgoing), (message.words, answer.outgoing)

    async def take(self, source: Iterator[Incoming], count: int, in_flight: int = IN_FLIGHT) -> None:
        """Hand in so many messages, never more at once; then everything is delivered and marked."""
        some = itertools.islice(source, count)

        async def typing() -> None:
            for message in some:
                await self.submit(message)

        await asyncio.gather(*(typing() for _ in range(in_flight)))
        if self._delivering:
            await self._delivery.drained()
            await self.intake.finished()


def engine_of(store: Store, begin: dt.datetime = BEGIN, step: dt.timedelta = BATCH_STEP) -> Engine:
    """An engine over a store, with a fast clock."""
    return engine_over(store.journal, clock=FastClock(begin, step), chance=SystemChance())


@asynccontextmanager
async def hosting(url: str) -> AsyncIterator[Bot]:
    """A bot with a hundred collectives, of which each has its room and its people."""
    with open_store(url) as store:
        clock = FastClock(BEGIN, 3 * BATCH_STEP)
        for number, first in zip(range(COLLECTIVES), everywhere(("/me",), "began"), strict=False):
            engine_over(store.journal, clock=clock, homes={CONSOLE: f"c{number}"}).handle([first])
        engine = engine_over(store.journal, clock=clock, chance=SystemChance(), homes={})
        made = Bot(store, engine, delivering=False)
        await made.take(everywhere(("/me",), "join"), 5 * COLLECTIVES)
        try:
            yield made
        finally:
            await made.intake.stop()


@asynccontextmanager
async def running(
    url: str, *, delivering: bool, begin: dt.datetime = BEGIN, step: dt.timedelta = BATCH_STEP
) -> AsyncIterator[Bot]:
    """A bot on a database, all of whose people have joined already."""
    with open_store(url) as store:
        made = Bot(store, engine_of(store, begin, step), delivering=delivering)
        await made.take(messages(("/me",), "join"), MEMBERS)
        try:
            yield made
        finally:
            await made.intake.stop()
