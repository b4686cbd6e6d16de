"""A witness over HTTP: `POST /add-checkpoint`, in a thread of its own (c2sp.org/tlog-witness).

What is kept is written to the disk before the answer, so one thing is done at a time. Whoever sends
slowly or too much is turned away before anything is looked at, and nobody keeps a connection: those are
few, for the bot beside it needs its files.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from adapters.witness.desk import Answer, Desk
from bot.ports import Clock, StorageFault
from bot.witnessing import BODY_BYTES_MAX

log = logging.getLogger("talkoot.witness")

BODY_SECONDS: Final = 10
WAITING_MAX: Final = 32
CONNECTIONS_MAX: Final = 64
CONNECTION_SECONDS: Final = 20
"""How long a connection lives, whatever comes on it: a witness is asked once in a while."""

STOP_SECONDS: Final = 5
GRACE_SECONDS: Final = 0.1
"""How long what is half done is waited for at the end; none at all would be for ever."""

PATH: Final = "/add-checkpoint"


Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class WitnessServer:
    """Serves a desk at an address, from `start` to `stop`."""

    def __init__(
        self, desk: Desk, clock: Clock, host: str, port: int, *, patience: float = CONNECTION_SECONDS
    ) -> None:
        """Serve nothing yet; a connection lives as long (seconds) as its `patience`."""
        self._patience = patience
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
        self._runner = web.ServerRunner(
            _Server(self._handle, self._patience), shutdown_timeout=GRACE_SECONDS
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        host, port = self._runner.addresses[0][:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    async def _end(self) -> None:
        if hasattr(self, "_runner"):
            await self._runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        if request.path != PATH:
            return web.Response(status=404, text="not here\n")
        if request.method != "POST":
            return web.Response(status=405, text="POST alone\n", headers={"Allow": "POST"})
        if (request.content_length or 0) > BODY_BYTES_MAX:
            return web.Response(status=413, text="too long\n")
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


class _Server(web.Server):
    """aiohttp's server, on which a connection lives for a while, and only so many at once."""

    def __init__(self, handler: Handler, patience: float) -> None:
        super().__init__(handler, access_log=None)
        self._patience = patience

    def connection_made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        """One more; it is let go at once, or later."""
        super().connection_made(handler, transport)
        if len(self.connections) > CONNECTIONS_MAX:
            transport.abort()
        else:
            asyncio.get_running_loop().call_later(self._patience, transport.abort)


def _response(answer: Answer) -> web.Response:
    return web.Response(status=answer.status, text=answer.text, content_type=answer.media)
