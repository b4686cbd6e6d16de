"""The painter: a process of its own that makes pictures, so that nobody waits while one is made.

Painting holds the interpreter's lock from its beginning to its end, also on another thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence

from adapters.painting import HEAD_BYTES, framed
from bot.ports import Unpainted

PROGRAM = (sys.executable, "-P", "-m", "adapters.painting")

WAITING_MAX = 256
"""The most pictures that wait; what comes then goes out as words alone."""

KEPT_MAX = 32
"""How many pictures are remembered: the same one often goes to several rooms."""

SECONDS_MAX = 20
"""After so long without an answer a painter is taken to hang."""

PAINTERS_MAX = 2
"""How many painters are tried for a picture; the second one where the first died."""


class Painter:
    """Paints one picture after another, each one once; a painter that died is followed by another."""

    def __init__(self, program: Sequence[str] = PROGRAM) -> None:
        """`program` paints as `adapters.painting` says; it is started with the first picture."""
        self._program = program
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._waiting: dict[str, asyncio.Task[bytes]] = {}
        self._kept: dict[str, bytes] = {}

    async def paint(self, svg: str) -> bytes:
        """The picture as PNG. Raises Unpainted, saying why."""
        if svg in self._kept:
            return self._kept[svg]
        task = self._waiting.get(svg)
        if task is None:
            if len(self._waiting) >= WAITING_MAX:
                raise Unpainted(f"{WAITING_MAX} others wait")
            task = asyncio.create_task(self._painted(svg), name="picture")
            self._waiting[svg] = task
            task.add_done_callback(lambda _: self._waiting.pop(svg, None))
        # Whoever waits may be cancelled, while others want the same picture.
        return await asyncio.shield(task)

    async def close(self) -> None:
        """End the painter; what waits is not painted."""
        waiting = [*self._waiting.values()]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await self._end()

    async def _painted(self, svg: str) -> bytes:
        async with self._turn:
            for _ in range(PAINTERS_MAX):
                png = await self._tried(svg)
                if png is not None:
                    break
            else:
                raise Unpainted(f"{PAINTERS_MAX} painters died or hung, one after the other")
        if not png:
            raise Unpainted("it is no picture")
        while len(self._kept) >= KEPT_MAX:
            del self._kept[next(iter(self._kept))]
        self._kept[svg] = png
        return png

    async def _tried(self, svg: str) -> bytes | None:
        """What the painter makes of it, empty for no picture; None where it died or hung."""
        whole = False
        try:
            async with asyncio.timeout(SECONDS_MAX):
                png = await self._asked(svg)
            whole = True
        except (OSError, asyncio.IncompleteReadError):
            return None
        else:
            return png
        finally:
            if not whole:  # half an answer would be taken for the beginning of the next one
                await self._end()

    async def _asked(self, svg: str) -> bytes:
        if self._process is None:
            # A session of its own: what ends us from the keyboard would end it amid a picture. What it
            # might say of a picture would have people's words in it.
            self._process = await asyncio.create_subprocess_exec(
                *self._program, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, start_new_session=True
            )
        asked, told = self._process.stdin, self._process.stdout
        assert asked is not None
        assert told is not None
        asked.write(framed(svg.encode("utf-8", "replace")))
        await asked.drain()
        return await told.readexactly(int.from_bytes(await told.readexactly(HEAD_BYTES)))

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
