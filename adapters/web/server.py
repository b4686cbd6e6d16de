"""The server of the pages: in a thread and a loop of its own, so that no reader slows the bot.

It reads, and nothing else: GET and HEAD, no cookies, no scripts, nothing from elsewhere. Requests wait
in a short line for the one thread that makes pages; who does not read what is sent is let go, and
nobody takes all of the room.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from aiohttp import HttpVersion11, web
from aiohttp.web_protocol import RequestHandler

from adapters.web.book import Answer, Book, Request
from adapters.web.crowd import NOBODY, Front, Places
from adapters.web.paper import STYLE
from bot.writer.crashes import wordless

log = logging.getLogger("talkoot")

CONNECTIONS_MAX: Final = 256
CONNECTIONS_EACH: Final = 32
WAITING_MAX: Final = 64
"""How many requests wait for a page at once; the others are asked to come again."""

WAITING_EACH: Final = 16
"""How many of them are one reader's."""

PATIENCE_SECONDS: Final = 30
"""How long a connection has to ask for something, and to read what it was sent."""

KEEPALIVE_SECONDS: Final = 15
STOP_SECONDS: Final = 5
GRACE_SECONDS: Final = 0.1
"""How long what is half done is waited for at the end; none at all would be for ever."""

LONG_SECONDS_MAX: Final = 600
"""How long a form that is sent while it is made may wait for its reader, all together."""

HURRIED_SECONDS: Final = 30
"""The same while others wait for theirs."""

REST_SECONDS_MAX: Final = 0.2
"""The longest rest between two pieces of such a form."""

LINE_MAX: Final = 8
"""How many readers wait for such a form; the others are asked to come again."""

LINE_EACH: Final = 2
"""How many of them are one reader."""

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
        proxies: Sequence[str] = (),
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        """Serve `book`; where something stands in front of it (`behind`), nobody is at home here.

        What stands in front on other machines are `proxies`, by their addresses.
        """
        self._book, self._host, self._port = book, host, port
        self._front = Front(proxies)
        self.room = Places(CONNECTIONS_MAX, CONNECTIONS_EACH)
        self.waiting = Places(WAITING_MAX, WAITING_EACH)
        self.line = Places(LINE_MAX, LINE_EACH)
        self._behind, self._patience = behind, patience
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="pages")
        self._making = ThreadPoolExecutor(1, thread_name_prefix="long forms")
        self._one_at_a_time = asyncio.Lock()
        self._served: _Connection | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)
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
        self._runner = web.ServerRunner(self._server, shutdown_timeout=GRACE_SECONDS)
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
        # Who answers a connection that is gone is not known to the runner any more.
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

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
        who = self._asker(request)
        if not self.waiting.take(who):
            return self._response(self._book.trouble(503), request, **{"Retry-After": "2"})
        asked = Request(
            path if len(path) <= PATH_MAX else "",
            query,
            request.headers.get("Accept-Language", ""),
            request.headers.get("If-None-Match", ""),
            at_home=self._is_at_home(request),
        )
        protocol.rest()
        try:
            answer = await self._loop.run_in_executor(self._reading, self._made, asked)
        finally:
            self.waiting.leave(who)
            protocol.wait_anew()
        if answer.pieces is not None and request.method == "GET":
            return await self._told_at_length(answer, request, protocol, who)
        return self._response(answer, request)

    async def _told_at_length(
        self, answer: Answer, request: web.BaseRequest, protocol: _Connection, who: str
    ) -> web.StreamResponse:
        """Send a long form while it is made, one at a time; who does not take a piece is let go."""
        if not self.line.take(who):
            return self._response(self._book.trouble(503), request, **{"Retry-After": "10"})
        protocol.rest()
        if self._served is not None:
            self._served.hurry(HURRIED_SECONDS)
        try:
            async with self._one_at_a_time:
                self._served = protocol
                return await self._sent(answer, request, protocol)
        finally:
            if self._served is protocol:
                self._served = None
            self.line.leave(who)

    async def _sent(
        self, answer: Answer, request: web.BaseRequest, protocol: _Connection
    ) -> web.StreamResponse:
        assert answer.pieces is not None, "what is short has no pieces"
        making, waited = answer.pieces(), 0.0
        response = web.StreamResponse(headers=self._headers(answer))
        response.enable_compression()
        try:
            await response.prepare(request)
            while piece := await self._piece(making):
                protocol.wait_anew(self._left(waited))
                begun = self._loop.time()
                await response.write(piece)
                waited += self._loop.time() - begun
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

    def _left(self, waited: float) -> float:
        """How long is waited for whoever takes a piece, and was waited for already."""
        most = LONG_SECONDS_MAX if self.line.taken == 1 else HURRIED_SECONDS
        return min(self._patience, max(0.0, most - waited))

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

    def _asker(self, request: web.BaseRequest) -> str:
        """Who asks."""
        return self._front.asker(
            _address(request.transport), request.headers.getall("X-Forwarded-For", ())
        )

    def _is_at_home(self, request: web.BaseRequest) -> bool:
        """Whether somebody at this machine asks, by its own name: no proxy, and no foreign page."""
        host = request.headers.get("Host", "").lower()
        name = host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
        return (
            not self._behind
            and _address(request.transport) in _LOOPBACK
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
        if not self.room.take(connection.peer):
            return False
        self._open.add(connection)
        return True

    def drop(self, connection: _Connection) -> None:
        """A connection is gone."""
        if connection in self._open:
            self._open.discard(connection)
            self.room.leave(connection.peer)

    def peer(self, transport: asyncio.BaseTransport) -> str:
        """From whom a connection comes."""
        return self._front.peer(_address(transport))

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


def _address(transport: asyncio.BaseTransport | None) -> str:
    """From where a connection comes; empty where that is not known."""
    peer = transport.get_extra_info("peername") if transport else None
    return str(peer[0]) if peer else ""


class _Connection(RequestHandler):
    """One connection, which is let go when it takes too long, and told nothing of what it sent."""

    def __init__(self, manager: Any, site: Site, **settings: Any) -> None:  # noqa: ANN401 - aiohttp's own
        super().__init__(manager, **settings)
        self._site = site
        self._deadline: asyncio.TimerHandle | None = None
        self.peer = NOBODY

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.peer = self._site.peer(transport)
        if not self._site.take(self):
            # Nothing is begun for it: very many who come again and again cost those who type.
            assert isinstance(transport, asyncio.Transport)
            transport.abort()
            return
        super().connection_made(transport)
        self.wait_anew()

    def connection_lost(self, exc: BaseException | None) -> None:
        self._site.drop(self)
        self.rest()
        super().connection_lost(exc)

    def rest(self) -> None:
        """No time runs while it is we who are waited for."""
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def wait_anew(self, seconds: float | None = None) -> None:
        """The time to ask and to read begins now."""
        self.rest()
        patience = self._site.patience if seconds is None else seconds
        self._deadline = self._loop.call_later(patience, self.abort)

    def hurry(self, seconds: float) -> None:
        """Wait for it no longer than that: others wait."""
        if self._deadline is not None and self._deadline.when() > self._loop.time() + seconds:
            self.wait_anew(seconds)

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
