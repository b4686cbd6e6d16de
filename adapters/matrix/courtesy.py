"""What a polite guest shows: that it has read, and that it is busy with an answer.

None of it matters enough to be tried twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from adapters.matrix.faults import Denied, Limited, Unreachable
from adapters.matrix.link import Link
from bot.ports import TurnedAway

log = logging.getLogger("talkoot.matrix")

READ_SECONDS = 2.0
"""How long reading goes on before it is shown: one request is enough for a lively room."""

BUSY_SECONDS = 1.0
"""Only who waits longer than this is told that something is coming."""

BUSY_MS_MAX = 30_000


class Courtesy:
    """Read markers and typing notices."""

    def __init__(self, link: Link) -> None:
        """Nothing was read yet."""
        self._link = link
        self._read: dict[str, str] = {}
        self._showing: asyncio.Task[None] | None = None
        self._typists: set[asyncio.Task[None]] = set()

    def read(self, newest: Mapping[str, str]) -> None:
        """Show soon that rooms were read up to these events."""
        self._read.update(newest)
        if self._read and (self._showing is None or self._showing.done()):
            self._showing = asyncio.create_task(self._show())

    async def stop(self) -> None:
        """Show nothing more."""
        tasks = [*self._typists, *([self._showing] if self._showing else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _show(self) -> None:
        await asyncio.sleep(READ_SECONDS)
        while self._read:
            room, event = self._read.popitem()
            marks = {"m.fully_read": event, "m.read": event}
            await self._ask("POST", ["rooms", room, "read_markers"], marks)

    @contextmanager
    def busy(self, rooms: Collection[str]) -> Iterator[None]:
        """Show in these rooms that an answer is on its way, if what is done inside takes long."""
        done = asyncio.Event()
        # Nearly always it takes no time, so nothing is started that would have to be stopped.
        late = asyncio.get_running_loop().call_later(BUSY_SECONDS, self._start_typing, rooms, done)
        try:
            yield
        finally:
            late.cancel()
            done.set()

    def _start_typing(self, rooms: Collection[str], done: asyncio.Event) -> None:
        typing = asyncio.create_task(self._type(rooms, done))
        self._typists.add(typing)
        typing.add_done_callback(self._typists.discard)

    async def _type(self, rooms: Collection[str], done: asyncio.Event) -> None:
        for room in rooms:
            await self._typing(room, {"typing": True, "timeout": BUSY_MS_MAX})
        await done.wait()
        for room in rooms:
            await self._typing(room, {"typing": False})

    async def _typing(self, room: str, body: Mapping[str, Any]) -> None:
        await self._ask("PUT", ["rooms", room, "typing", self._link.account.user], body)

    async def _ask(self, method: str, path: list[str], body: Mapping[str, Any]) -> None:
        with contextlib.suppress(Denied, Limited, Unreachable, TurnedAway):
            await self._link.ask(method, path, body)
