"""The clock as one more chat: wakes the engine when something is due, and says which time it is.

What is due is the engine's to say (`bot.ports.Wakes`); the scheduler only sleeps until then. It looks
again every minute, so that a clock that was set, or a machine that slept, is noticed.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.chat import TIME, Actor, Incoming, Outgoing, Place, Unreached, Unread
from bot.ports import Clock, Wakes
from bot.witnessing import Witnessed
from bot.writer.intake import Intake, NotRecorded

log = logging.getLogger("talkoot.ticker")

LOOK_SECONDS = 60
"""How often it looks at the clock even when nothing seems to be due."""

_NEXT = "next"


class Ticker:
    """Sleeps until something is due, and hands the time in."""

    def __init__(
        self,
        intake: Intake,
        wakes: Wakes,
        clock: Clock,
        unread: Callable[[], tuple[Unread, ...]] = tuple,
    ) -> None:
        """Begin to sleep with `start`. `unread` is what the platforms could not read so far."""
        self._looked: Callable[[], None] = lambda: None
        self._intake, self._wakes, self._clock, self._unread = intake, wakes, clock, unread
        # A job that is late is still wanted, and several late ones are one.
        defaults = {"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        self._scheduler = AsyncIOScheduler(timezone=dt.UTC, job_defaults=defaults)

    def start(self, looked: Callable[[], None] = lambda: None) -> None:
        """Look at once, and then whenever something is due; `looked` is called after each look."""
        self._looked = looked
        every = IntervalTrigger(seconds=LOOK_SECONDS, timezone=dt.UTC)
        self._scheduler.add_job(self.look, every, id="look", next_run_time=dt.datetime.now(tz=dt.UTC))
        self._scheduler.start()

    def stop(self) -> None:
        """Sleep no more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def woken(self) -> None:
        """Something is due at another time than before: sleep until then."""
        at = self._wakes.next()
        if at is not None and self._scheduler.running:
            when = dt.datetime.fromtimestamp(at / 1000, tz=dt.UTC)
            self._scheduler.add_job(
                self.look, DateTrigger(when, timezone=dt.UTC), id=_NEXT, replace_existing=True
            )

    async def look(self) -> None:
        """Hand the time in to every collective in which something is due."""
        at = int(self._clock.now().timestamp() * 1000)
        for collective in [*self._wakes.unknown(), *self._wakes.due(at)]:
            try:
                await self._intake.submit(tick(collective, at, self._unread()))
            except NotRecorded:
                log.warning("the store does not answer; it is later for %s next time", collective)
        self.woken()
        self._looked()


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
