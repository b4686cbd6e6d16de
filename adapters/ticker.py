"""The clock as one more chat: wakes the engine when something is due, and says which time it is.

What is due is the engine's to say (`bot.ports.Wakes`); the scheduler only sleeps until then. It looks
again every few seconds, so that a clock that was set, a machine that slept, or what another program
left that died is noticed. That several of them hand in the time for one collective does nothing twice:
what the first has done is not due any more.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import random
from collections.abc import Callable, Collection
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.chat import TIME, Actor, Incoming, Outgoing, Place, Unreached, Unread
from bot.ports import Clock, StorageFault, Wakes
from bot.witnessing import Witnessed
from bot.writer.intake import Intake, NotRecorded
from bot.writer.spreading import COLLECTIVES_FEW, Spread

log = logging.getLogger("talkoot.ticker")

LOOK_SECONDS = 5
"""How often it looks at the clock even when nothing seems to be due."""

SHARE = 50
"""How many collectives the time is handed in for before it is asked again where it is due."""

PATIENCE_SECONDS = 1.0
"""How long one collective may take before the others are told: a large one may be read first."""

_NEXT = "next"


class Ticker:
    """Sleeps until something is due, and hands the time in."""

    def __init__(
        self,
        intake: Intake,
        wakes: Wakes,
        clock: Clock,
        unread: Callable[[], tuple[Unread, ...]] = tuple,
        spread: Spread | None = None,
    ) -> None:
        """Begin to sleep with `start`. `unread` is what the platforms could not read so far.

        `spread` is told at each look whether the collectives are many.
        """
        self._spread = spread or Spread()
        self._stale = self._looking = False
        self._asking: asyncio.Task[None] | None = None
        self._late: dict[str, asyncio.Task[None]] = {}
        # Which collective is the first is of no account, but it shall be another one in each program.
        self._chance = random.Random()  # noqa: S311
        self._intake, self._wakes, self._clock, self._unread = intake, wakes, clock, unread
        # A job that is late is still wanted, and several late ones are one.
        defaults = {"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        self._scheduler = AsyncIOScheduler(timezone=dt.UTC, job_defaults=defaults)

    def start(self) -> None:
        """Look at once, and then whenever something is due."""
        every = IntervalTrigger(seconds=LOOK_SECONDS, timezone=dt.UTC)
        self._scheduler.add_job(self.look, every, id="look", next_run_time=dt.datetime.now(tz=dt.UTC))
        self._scheduler.start()

    def stop(self) -> None:
        """Sleep no more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def woken(self) -> None:
        """Something is due at another time than before: sleep until then.

        However often that is said at once, the database is asked once, and nobody waits for it.
        """
        self._stale = True
        if self._asking is None or self._asking.done():
            self._asking = asyncio.get_running_loop().create_task(self._set())

    async def _set(self) -> None:
        while self._stale and self._scheduler.running:
            self._stale = False
            try:
                at = await asyncio.to_thread(self._wakes.next)
            except StorageFault as fault:
                log.warning("what is due is seen at the next look: %s", fault)
                return
            if at is not None and self._scheduler.running:
                when = dt.datetime.fromtimestamp(at / 1000, tz=dt.UTC)
                trigger = DateTrigger(when, timezone=dt.UTC)
                self._scheduler.add_job(self.look, trigger, id=_NEXT, replace_existing=True)

    async def look(self) -> None:
        """Hand the time in to every collective in which something is due; one look at a time."""
        if self._looking:
            return
        self._looking = True
        try:
            await self._look(int(self._clock.now().timestamp() * 1000))
        except StorageFault as fault:
            log.warning("what is due is seen at the next look: %s", fault)
        except asyncio.CancelledError:
            if self._scheduler.running:
                raise
            return  # it was stopped while it looked: that is no fault, which the scheduler would log
        finally:
            self._looking = False
        self.woken()

    async def _look(self, at: int) -> None:
        self._spread.many = await asyncio.to_thread(self._wakes.are_more_than, COLLECTIVES_FEW)
        told = set(self._late)
        # Others are at it too: each begins somewhere else, and asks again and again what is left.
        while some := await asyncio.to_thread(self._due, at, told):
            for collective in some:
                told.add(collective)
                handing = asyncio.create_task(self._hand_in(collective, at), name="tick")
                self._late[collective] = handing
                handing.add_done_callback(partial(self._came, collective))
                await asyncio.wait({handing}, timeout=PATIENCE_SECONDS)

    async def _hand_in(self, collective: str, at: int) -> None:
        try:
            await self._intake.submit(tick(collective, at, self._unread()))
        except NotRecorded:
            log.warning("the store does not answer; it is later for %s next time", collective)

    def _came(self, collective: str, _: asyncio.Task[None]) -> None:
        self._late.pop(collective, None)

    def _due(self, at: int, told: Collection[str]) -> list[str]:
        """Some of the collectives in which something is due, and that were not told."""
        due = [it for it in (*self._wakes.unknown(), *self._wakes.due(at)) if it not in told]
        return self._chance.sample(due, min(len(due), SHARE))


def not_reached(row: Outgoing) -> Incoming:
    """The message that a row could not be brought to a person; the same row says so once."""
    time = Actor(TIME, "", TIME, operator=True)
    who = Unreached(row.place.platform, row.person)
    return Incoming(f"unreached|{row.id}", Place(TIME, row.collective), time, "", unreached=who)


def refusing(collective: str, said: Witnessed) -> Incoming:
    """The message that a witness refuses to sign a journal; the same refusal is told once."""
    time, what = Actor(TIME, "", TIME, operator=True), (said.trouble, said.size, said.other)
    name = "|".join(map(str, ("refusing", collective, said.number, *what)))
    return Incoming(name, Place(TIME, collective), time, "", refusing=said.name)


def tick(collective: str, at: int, unread: tuple[Unread, ...] = ()) -> Incoming:
    """The message that it is later now (ms) for a collective; the same instant comes once."""
    time = Actor(TIME, "", TIME, operator=True)
    return Incoming(f"{collective}@{at}", Place(TIME, collective), time, "", unread=unread)
