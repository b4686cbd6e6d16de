"""What is noted beside the messages: what became of what was told, and how far was read.

Notes are written with the next batch of messages, in the order in which they came, or soon alone.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from bot.ports import Mark, Note

NOTED_SECONDS = 0.5
"""How long a note may wait for a message to be written with: to be written alone costs as much."""


class Notes:
    """Notes that are not written yet. Everything but `take` and `put_back` is the loop's."""

    def __init__(self, loop: asyncio.AbstractEventLoop, ready: Callable[[], None]) -> None:
        """`ready` is called when they have waited long enough."""
        self._loop, self._ready = loop, ready
        self._waiting: deque[Note] = deque()
        self._came = self._written = 0
        self._until: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._alarm: asyncio.TimerHandle | None = None

    def add(self, note: Note, *, at_once: bool) -> None:
        """Keep one, and say that it is ready: soon or, what is to be forgotten too, at once."""
        self._waiting.append(note)
        self._came += 1
        if at_once or (isinstance(note, Mark) and note.fleeting):
            self._ready()
        else:
            self.wait()

    def wait(self) -> None:
        """Say that they are ready, in a while."""
        if self._alarm is None:
            self._alarm = self._loop.call_later(NOTED_SECONDS, self._waited)

    def _waited(self) -> None:
        self._alarm = None
        if self._waiting:
            self._ready()

    async def written(self) -> None:
        """Wait until all that came so far is written, for as long as the store is away."""
        if self._written < self._came:
            future: asyncio.Future[None] = self._loop.create_future()
            self._until.append((self._came, future))
            await future

    def keep(self, count: int) -> None:
        """So many of the oldest are written."""
        self._written += count
        while self._until and self._until[0][0] <= self._written:
            _, future = self._until.popleft()
            if not future.done():
                future.set_result(None)

    def take(self) -> list[Note]:
        """All there are, oldest first, for whoever writes them."""
        return [self._waiting.popleft() for _ in range(len(self._waiting))]

    def put_back(self, notes: Sequence[Note]) -> None:
        """They could not be written: they are tried again in a while."""
        if notes:
            self._waiting.extendleft(reversed(notes))
            self._loop.call_soon_threadsafe(self.wait)
