"""The server of a witness, against those who only come to stay."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from adapters.cli.outside import SeededChance as Seeded
from adapters.witness.desk import Desk
from adapters.witness.server import CONNECTIONS_MAX, WitnessServer
from bot.witnessing import BODY_BYTES_MAX
from bot.writer.vault import FleetingKeys
from tests.adapters.witness.test_desk import ClockOf
from tests.bot.test_witnessing import KEYS, sent


@contextmanager
def serving(patience: float) -> Iterator[tuple[str, int]]:
    desk = Desk("w.example", KEYS, FleetingKeys(), FleetingKeys())
    desk.open(Seeded(1))
    server = WitnessServer(desk, ClockOf(1_000), "127.0.0.1", 0, patience=patience)
    there = urlsplit(server.start())
    try:
        yield str(there.hostname), int(there.port or 0)
    finally:
        server.stop()


def asked(place: tuple[str, int], body: bytes, begin: str = "POST /add-checkpoint") -> bytes:
    """The first line of the answer; empty where there was none."""
    head = f"{begin} HTTP/1.1\r\nHost: w\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    try:
        with socket.create_connection(place, timeout=10) as own:
            own.sendall(head + body)
            return own.makefile("rb").readline().strip()
    except ConnectionError:
        return b""


def over(connection: socket.socket) -> bool:
    """Whether the other side ends it, however long that takes."""
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True


def test_who_says_nothing_is_let_go() -> None:
    """Else they stay for an hour each, until the bot has no files left to open."""
    with serving(0.05) as place, socket.create_connection(place, timeout=10) as silent:
        silent.sendall(b"POST /add-ch")
        assert over(silent)
        assert asked(place, sent(0, 3)) == b"HTTP/1.1 200 OK"


def test_it_ends_while_somebody_sends_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, handle = threading.Event(), WitnessServer._handle

    async def noted(server: WitnessServer, request: web.BaseRequest) -> web.Response:
        begun.set()
        return await handle(server, request)

    monkeypatch.setattr(WitnessServer, "_handle", noted)
    with ExitStack() as held, serving(600) as place:
        slow = socket.create_connection(place, timeout=10)
        held.callback(slow.close)  # behind the end
        slow.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 99\r\n\r\nhalf")
        assert begun.wait(60)


def test_there_is_room_for_so_many_and_no_more() -> None:
    with serving(600) as place:
        crowd = [socket.create_connection(place, timeout=10) for _ in range(CONNECTIONS_MAX)]
        assert asked(place, sent(0, 3)) == b""
        for each in crowd:
            each.close()


def test_what_is_no_submission_is_told_so() -> None:
    with serving(600) as place:
        assert b" 404 " in asked(place, b"", "POST /")
        assert b" 405 " in asked(place, b"", "GET /add-checkpoint")
        assert b" 413 " in asked(place, b"x" * (BODY_BYTES_MAX + 1))
        assert b" 400 " in asked(place, b"x")
