"""The server of the pages: in a thread and a loop of its own, so that no reader slows the bot.

It reads, and nothing else: GET and HEAD, no cookies, no scripts, nothing from elsewhere. Requests wait
in a short line for the one thread that makes pages; who does not read what is sent is let go.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from aiohttp import HttpVersion11, web
from aiohttp.web_protocol import RequestHandler

from adapters.web.book import Answer, Book, Request
from adapters.web.paper import STYLE
from bot.writer.crashes import wordless

log = logging.getLogger("talkoot")

CONNECTIONS_MAX: Final = 256
WAITING_MAX: Final = 64
"""How many requests wait for a page at once; the others are asked to come again."""

PATIENCE_SECONDS: Final = 30
"""How long a connection has to ask for something, and to read what it was sent."""

KEEPALIVE_SECONDS: Final = 15
STOP_SECONDS: Final = 5
LONG_SECONDS_MAX: Final = 600
"""How long a form may take that is sent while it is made."""

REST_SECONDS_MAX: Final = 0.2
"""The longest rest between two pieces of such a form."""

LINE_MAX: Final = 8
"""How many readers wait for such a form; the others are asked to come again."""

HEADER_BYTES_MAX: Final = 8_190
PATH_MAX: Final = 300

SAFE: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "interest-cohort=()",
    "Server": "Talkoot",
}
"""What every answer carries."""

_HOME_HOSTS = {"localhost", "127.0.0.1", "[::1]"}
_LOOPBACK = {"127.0.0.1", "::1"}
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Site:
    """The pages at an address of this machine, from `start` to `stop`."""

    def __init__(
        self,
        book: Book,
        host: str,
        port: int,
        *,
        behind: bool = False,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        """Serve `book`; where something stands in front of it (`behind`), nobody is at home here."""
        self._book, self._host, self._port = book, host, port
        self._behind, self._patience = behind, patience
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="pages")
        self._making = ThreadPoolExecutor(1, thread_name_prefix="long forms")
        self._one_at_a_time = asyncio.Lock()
        self._in_line = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)
        self._waiting = 0
        self._open: set[_Connection] = set()
        self.address = ""

    # --- Starting and stopping --------------------------------------------------------------------

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
        """End, whatever is half done."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(STOP_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(STOP_SECONDS)
        for pool in (self._reading, self._making):
            pool.shutdown(wait=False, cancel_futures=True)
        if not self._thread.is_alive():
            self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _begin(self) -> str:
        self._server = _Server(self._handle, self)
        self._runner = web.ServerRunner(self._server, shutdown_timeout=0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}/"

    async def _end(self) -> None:
        for connection in list(self._open):
            connection.abort()
        if hasattr(self, "_runner"):
            await self._runner.cleanup()

    # --- Requests ---------------------------------------------------------------------------------

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        protocol = request.protocol
        assert isinstance(protocol, _Connection)
        protocol.wait_anew()
        if request.method not in {"GET", "HEAD"}:
            return self._response(self._book.trouble(405), request, Allow="GET, HEAD")
        path, _, query = request.raw_path.partition("?")
        # It stands beside every page, so that a book may be shown under any path of another server.
        if path.endswith("/style.css"):
            return self._response(Answer(200, STYLE, "text/css; charset=utf-8", public=True), request)
        if self._waiting >= WAITING_MAX:
            return self._response(self._book.trouble(503), request, **{"Retry-After": "2"})
        asked = Request(
            path if len(path) <= PATH_MAX else "",
            query,
            request.headers.get("Accept-Language", ""),
            request.headers.get("If-None-Match", ""),
            at_home=self._is_at_home(request),
        )
        self._waiting += 1
        protocol.rest()
        try:
            answer = await self._loop.run_in_executor(self._reading, self._made, asked)
        finally:
            self._waiting -= 1
            protocol.wait_anew()
        if answer.pieces is not None and request.method == "GET":
            return await self._told_at_length(answer, request, protocol)
        return self._response(answer, request)

    async def _told_at_length(
        self, answer: Answer, request: web.BaseRequest, protocol: _Connection
    ) -> web.StreamResponse:
        """Send a long form while it is made, one at a time; who does not take a piece is let go."""
        if self._in_line >= LINE_MAX:
            return self._response(self._book.trouble(503), request, **{"Retry-After": "10"})
        self._in_line += 1
        protocol.rest()
        try:
            async with self._one_at_a_time:
                return await self._sent(answer, request, protocol)
        finally:
            self._in_line -= 1

    async def _sent(
        self, answer: Answer, request: web.BaseRequest, protocol: _Connection
    ) -> web.StreamResponse:
        assert answer.pieces is not None, "what is short has no pieces"
        making, end = answer.pieces(), self._loop.time() + LONG_SECONDS_MAX
        response = web.StreamResponse(headers=self._headers(answer))
        response.enable_compression()
        try:
            await response.prepare(request)
            while piece := await self._piece(making):
                if self._loop.time() > end:
                    protocol.abort()
                protocol.wait_anew()
                await response.write(piece)
                protocol.rest()
            protocol.wait_anew()
            await response.write_eof()
        except OSError:
            protocol.abort()  # nobody reads it any more
        except Exception as bug:
            protocol.abort()  # half a form must not look like a whole one
            log.error("a form could not be made", exc_info=wordless(bug))  # noqa: TRY400 - it has words
        finally:
            self._making.submit(making.close)  # behind the piece that is being made, if one is
        return response

    async def _piece(self, making: Generator[bytes, None, None]) -> bytes:
        """The next piece; then as long a rest as it took, so that at most half a core is spent."""
        begun = self._loop.time()
        piece = await self._loop.run_in_executor(self._making, lambda: next(making, b""))
        await asyncio.sleep(min(self._loop.time() - begun, REST_SECONDS_MAX))
        return piece

    def _made(self, asked: Request) -> Answer:
        """The page; what went wrong with it is told to the log alone, without anybody's words."""
        try:
            return self._book.answer(asked)
        except Exception as bug:
            log.error("a page could not be made", exc_info=wordless(bug))  # noqa: TRY400 - it has words
            return self._book.trouble(500)

    def _is_at_home(self, request: web.BaseRequest) -> bool:
        """Whether somebody at this machine asks, by its own name: no proxy, and no foreign page."""
        peer = request.transport.get_extra_info("peername") if request.transport else None
        host = request.headers.get("Host", "").lower()
        name = host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
        return (
            not self._behind
            and peer is not None
            and peer[0] in _LOOPBACK
            and name in _HOME_HOSTS
            and request.version >= HttpVersion11  # older is a web server in front
            and not any(header in request.headers for header in _FORWARDED)
        )

    def _headers(self, answer: Answer, **more: str) -> dict[str, str]:
        """What is said beside an answer."""
        headers = {
            **SAFE,
            **more,
            "Content-Type": answer.media,
            "Vary": "Accept-Language, Accept-Encoding",
        }
        headers["Cache-Control"] = "no-cache" if answer.public else "private, no-cache"
        if not answer.public:
            headers["X-Robots-Tag"] = "noindex, nofollow"
        if answer.tag:
            headers["ETag"] = f'W/"{answer.tag}"'
        if answer.location:
            headers["Location"] = answer.location
        return headers

    def _response(self, answer: Answer, request: web.BaseRequest, **more: str) -> web.Response:
        headers, body = self._headers(answer, **more), answer.body
        if len(body) > 500 and "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = answer.packed
        return web.Response(status=answer.status, body=body, headers=headers)

    # --- Connections ------------------------------------------------------------------------------

    def take(self, connection: _Connection) -> bool:
        """A connection came; whether there is room for it."""
        if len(self._open) >= CONNECTIONS_MAX:
            return False
        self._open.add(connection)
        return True

    def drop(self, connection: _Connection) -> None:
        """A connection is gone."""
        self._open.discard(connection)

    @property
    def connections(self) -> int:
        """How many there are."""
        return len(self._open)

    @property
    def patience(self) -> float:
        """How long (seconds) one may take to ask, and to read."""
        return self._patience

    def unreadable(self) -> web.Response:
        """What is said to what is no request."""
        answer = self._book.trouble(400)
        headers = {**SAFE, "Content-Type": answer.media, "X-Robots-Tag": "noindex, nofollow"}
        return web.Response(status=400, body=answer.body, headers=headers)


class _Connection(RequestHandler):
    """One connection, which is let go when it takes too long, and told nothing of what it sent."""

    def __init__(self, manager: Any, site: Site, **settings: Any) -> None:  # noqa: ANN401 - aiohttp's own
        super().__init__(manager, **settings)
        self._site = site
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if not self._site.take(self):
            self.abort()
            return
        self.wait_anew()

    def connection_lost(self, exc: BaseException | None) -> None:
        self._site.drop(self)
        self.rest()
        super().connection_lost(exc)

    def rest(self) -> None:
        """No time runs while it is we who are waited for."""
        if self._deadline is not None:
            self._deadline.cancel()

    def wait_anew(self) -> None:
        """The time to ask and to read begins now."""
        self.rest()
        self._deadline = self._loop.call_later(self._site.patience, self.abort)

    def abort(self) -> None:
        """Let it go at once."""
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()

    def handle_error(
        self,
        request: web.BaseRequest,  # noqa: ARG002 - nothing of it is repeated
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - it may repeat what was sent
    ) -> web.StreamResponse:
        """What cannot be read is not written to the log: anybody could fill that."""
        if status >= 500 and exc is not None:
            log.error("a request could not be answered", exc_info=wordless(exc))
        answer = self._site.unreadable()
        answer.force_close()
        return answer


class _Server(web.Server):
    """aiohttp's server with connections of our own."""

    def __init__(self, handler: Handler, site: Site) -> None:
        super().__init__(handler)
        self._site = site

    def __call__(self) -> RequestHandler:
        return _Connection(
            self,
            self._site,
            loop=asyncio.get_running_loop(),
            access_log=None,
            keepalive_timeout=KEEPALIVE_SECONDS,
            max_line_size=HEADER_BYTES_MAX,
            max_field_size=HEADER_BYTES_MAX,
        )
