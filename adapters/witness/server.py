"""A witness over HTTP: `POST /add-checkpoint`, in a thread of its own (c2sp.org/tlog-witness).

What is kept is written to the disk before the answer, so one thing is done at a time. Whoever sends
slowly, too much or too often is turned away before anything is looked at.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Final

from aiohttp import web

from adapters.witness.desk import Answer, Desk
from bot.ports import Clock, StorageFault
from bot.witnessing import BODY_BYTES_MAX

log = logging.getLogger("talkoot.witness")

BODY_SECONDS: Final = 10
WAITING_MAX: Final = 32
STOP_SECONDS: Final = 5
PATH: Final = "/add-checkpoint"


class WitnessServer:
    """Serves a desk at an address, from `start` to `stop`."""

    def __init__(self, desk: Desk, clock: Clock, host: str, port: int) -> None:
        """Serve nothing yet."""
        self._desk, self._clock, self._host, self._port = desk, clock, host, port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="witness", daemon=True)
        self._waiting = 0
        self.address = ""

    def start(self) -> str:
        """Begin to serve; returns the address. Raises OSError where it is taken."""
        self._thread.start()
        try:
            self.address = asyncio.run_coroutine_threadsafe(self._begin(), self._loop).result()
        except OSError:
            self.stop()
            raise
        return self.address

    def stop(self) -> None:
        """End; what was answered is kept."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(STOP_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(STOP_SECONDS)
        if not self._thread.is_alive():
            self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _begin(self) -> str:
        app = web.Application(client_max_size=BODY_BYTES_MAX)
        app.router.add_post(PATH, self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        host, port = self._runner.addresses[0][:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    async def _end(self) -> None:
        if hasattr(self, "_runner"):
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.Response:
        if self._waiting >= WAITING_MAX:
            return web.Response(status=503, text="too many at once\n")
        self._waiting += 1
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=408, text="too slow\n")
        finally:
            self._waiting -= 1
        # Nothing is awaited from here on: looking and keeping are one step.
        return _response(self._answered(body))

    def _answered(self, body: bytes) -> Answer:
        try:
            return self._desk.answer(body, self._clock)
        except StorageFault as why:
            log.error(  # noqa: TRY400 - it says all
                "the witness signs nothing, for it cannot keep what it saw: %s", why
            )
            return Answer(503, "nothing can be kept now\n")


def _response(answer: Answer) -> web.Response:
    return web.Response(status=answer.status, text=answer.text, content_type=answer.media)
