"""Whatever is sent, the pages answer plainly, quickly, and tell nothing that they should not."""

from __future__ import annotations

import logging
import socket
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.web import server
from adapters.web.book import Book
from adapters.web.forms import forms_of
from adapters.web.server import CONNECTIONS_MAX, SAFE, Site
from commands import FEATURES
from tests.adapters.web.reader import Library, open_book

QUIET = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_book(tmp_path_factory.mktemp("hostile")) as it:
        it.house.enter("ann")
        it.house.say("ann", "/log 1h baked")
        it.house.say("ann", "/rules set web public")
        yield it


@pytest.mark.parametrize(
    "period", ["0001", "0001-01", "1000-01", "2999-12", "9999-Q4", "9999-12", "9999"]
)
def test_the_ends_of_the_calendar_break_no_page(library: Library, period: str) -> None:
    for name, page in FEATURES.pages.items():
        if "period" in page.takes:
            for ending in ("", *forms_of(page, news=page.news is not None)):
                path = f"{name}.{ending}".rstrip(".")
                assert library.outside(f"/alpha/{path}?period={period}").status == 200, path


def test_what_is_not_there_is_not_begun_to_be_told(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    """A long form is made while it is sent: then it is too late to say that there is none."""
    listed = [page for page in FEATURES.pages.values() if page.needs_ref and page.listed is not None]
    assert listed
    for page in listed:
        for ref in ("C1", "C99", "T1", "Q7"):
            got = library.outside(f"/alpha/{page.name}/{ref}.csv")
            assert got.status == 404, (page.name, ref)
            assert got.body == library.outside("/alpha/nothing").body

    assert not caplog.records


@QUIET
@given(st.binary(max_size=400))
def test_any_bytes_as_path(library: Library, data: bytes) -> None:
    got = library.outside(f"/{quote_from_bytes(data, safe='/%?#.~')}")

    assert got.status in {200, 308, 400, 404}
    assert (
        got.status != 200 or data[:1] in {b"", b"?", b"#"} or data.startswith((b"alpha/", b"style.css"))
    )


@QUIET
@given(
    st.binary(max_size=400),
    st.sampled_from(["before", "kind", "period", "account", "lang", "search", ""]),
    st.sampled_from(["contributions", "contributions.csv", "ledger.journal", "start.atom", "accounts"]),
)
def test_any_bytes_as_query(library: Library, data: bytes, name: str, page: str) -> None:
    got = library.outside(f"/alpha/{page}?{name}={quote_from_bytes(data, safe='&=%;')}")

    assert got.status in {200, 400}


@QUIET
@given(
    st.sampled_from(["Accept-Language", "If-None-Match", "Accept-Encoding", "Host", "Cookie", "Range"]),
    st.text(
        st.characters(min_codepoint=32, max_codepoint=255, blacklist_characters="\x7f"), max_size=300
    ),
)
def test_any_header(library: Library, name: str, value: str) -> None:
    got = library.get("/alpha/contributions", **{"Host": "book.example.org", name: value})

    assert got.status in {200, 400}


@QUIET
@given(st.binary(max_size=600))
def test_any_bytes_at_all(library: Library, data: bytes) -> None:
    """What is no request is answered without a word of it, or not at all."""
    came = library.raw(data + b"\r\n\r\n")

    assert not came or came.startswith(
        (b"HTTP/1.1 400", b"HTTP/1.1 404", b"HTTP/1.1 405", b"HTTP/1.0 4")
    )


@pytest.mark.parametrize(
    "path",
    [
        "/alpha/../alpha/",
        "/alpha%2Fcontributions",
        "/alpha/..%2f..%2fetc/passwd",
        "/style.css/../x",
        "/templates/page.html",
        "/ALPHA/",
        "/alpha/contributions/",
        "/alpha/show/",
        "/alpha/show/P0",
        "/alpha/show/P999999999",
        "/alpha/show/p1",
        "/alpha/show/M1",
        "/alpha/show",
        "/alpha/ledger/C1",
        "/alpha/nothing",
        "/alpha/contributions.csv.json",
        "/favicon.ico",
        f"/{'a' * 5_000}",
    ],
)
def test_what_is_no_address_is_one_plain_page(library: Library, path: str) -> None:
    nothing = library.outside("/there-is-none/")

    got = library.outside(path)

    assert (got.status, got.body) == (404, nothing.body)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_pages_can_only_be_read(library: Library, method: str) -> None:
    got = library.get("/alpha/", method)

    assert got.status == 405
    assert got.headers["allow"] == "GET, HEAD"


def test_head_is_get_without_the_page(library: Library) -> None:
    whole, head = library.get("/alpha/"), library.get("/alpha/", "HEAD")

    assert head.body == b""
    assert head.headers["etag"] == whole.headers["etag"]
    assert head.headers["content-length"] == str(len(whole.body))


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/", "GET"),
        ("/alpha/", "GET"),
        ("/alpha/ledger.json", "GET"),
        ("/style.css", "GET"),
        ("/nothing", "GET"),
        ("/alpha", "GET"),
        ("/alpha/", "POST"),
    ],
)
def test_every_answer_is_safe_to_show(library: Library, path: str, method: str) -> None:
    got = library.get(path, method)

    for name, value in SAFE.items():
        assert got.headers[name.lower()] == value
    assert "set-cookie" not in got.headers
    assert "script" not in got.headers["content-security-policy"]


def test_what_cannot_be_read_is_safe_too_and_fills_no_log(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        came = [
            library.raw(b"GET / HTTP/1.1\r\nHost: x\r\nX-Canary: " + b"canary" * 3_000 + b"\r\n\r\n"),
            library.raw(b"canary \x00\xff HTTP/9.9\r\n\r\n"),
            library.raw(b"GET / HTTP/1.1\r\ncanary\x00: 1\r\n\r\n"),
        ]

    for each in came:
        head = each.split(b"\r\n\r\n")[0]
        assert head.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400")), each
        assert b"Content-Security-Policy" in head
        assert b"canary" not in each
    assert "canary" not in caplog.text
    assert not [row for row in caplog.records if row.levelno >= logging.WARNING]


def test_a_failing_page_tells_nothing_and_the_next_is_served(
    library: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    words = "canary"  # the line that raises is shown, and says only its name

    def fails(*_: object) -> None:
        raise ZeroDivisionError(words)

    with monkeypatch.context() as broken:
        broken.setattr("adapters.web.book.Library.state", fails)
        got = library.get("/alpha/ledger")

    assert got.status == 500
    assert "canary" not in got.text + caplog.text
    assert library.get("/alpha/ledger").status == 200


def test_who_does_not_read_is_let_go_and_hinders_nobody(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many connections as there may be, half of a request on each: the next is turned away, then
    time is up for them, and there is room again."""
    monkeypatch.setattr(server, "KEEPALIVE_SECONDS", 600)
    with open_book(tmp_path_factory.mktemp("slow"), patience=1.0) as it:
        it.house.enter("ann")
        idle = [socket.create_connection(it.host, timeout=8) for _ in range(CONNECTIONS_MAX)]
        for each in idle[::2]:
            each.sendall(b"GET /alpha/ HTTP/1.1\r\nHost: loc")
        assert it.house.say("ann", "/log 1h baked").error == ""

        # Each is closed by the server: nobody else would.
        assert [gone(each) for each in idle] == [True] * CONNECTIONS_MAX
        assert it.get("/alpha/").status == 200


def test_who_asks_and_never_reads_is_let_go(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand pages asked for at once, and none of them read."""
    gone_by = threading.Event()
    monkeypatch.setattr(server, "KEEPALIVE_SECONDS", 600)
    monkeypatch.setattr(Site, "drop", lambda *_: gone_by.set())
    with (
        open_book(tmp_path_factory.mktemp("deaf"), patience=1.0) as it,
        socket.socket() as deaf,
    ):
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        deaf.connect(it.host)
        deaf.sendall(b"GET /style.css HTTP/1.1\r\nHost: x\r\n\r\n" * 1_000)

        assert gone_by.wait(20)
        assert it.get("/style.css").status == 200


def test_who_waits_for_us_is_not_let_go(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large journal takes longer to read for the first time than people have to ask."""
    with open_book(tmp_path_factory.mktemp("large"), patience=0.2) as it:
        it.house.enter("ann")
        answer, pieces = Book.answer, Book._pieces

        def slow(*given: object) -> object:
            threading.Event().wait(0.8)
            return answer(*given)  # type: ignore[arg-type]

        def slow_pieces(*given: object) -> Iterator[bytes]:
            threading.Event().wait(0.8)
            yield from pieces(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(Book, "answer", slow)
        monkeypatch.setattr(Book, "_pieces", slow_pieces)

        assert it.get("/alpha/").status == 200
        assert "seq,day" in it.get("/alpha/ledger.csv").text


def gone(connection: socket.socket) -> bool:
    """Wait until the other side closes."""
    with connection:
        try:
            return connection.recv(1) == b""
        except ConnectionError:
            return True


def test_there_is_a_most_of_connections(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "CONNECTIONS_MAX", 3)
    monkeypatch.setattr(server, "KEEPALIVE_SECONDS", 600)
    with open_book(tmp_path_factory.mktemp("many")) as it:
        held = [socket.create_connection(it.host, timeout=8) for _ in range(3)]
        for each in held:
            each.sendall(b"HEAD /style.css HTTP/1.1\r\nHost: x\r\n\r\n")
            assert each.recv(12) == b"HTTP/1.1 200"

        assert gone(socket.create_connection(it.host, timeout=8))
        for each in held:
            each.close()


def test_a_long_line_of_readers_is_asked_to_come_again(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library.site.waiting, "most", 0)

    got = library.get("/alpha/")

    assert got.status == 503
    assert got.headers["retry-after"] == "2"


def test_a_page_writes_nothing(tmp_path: Path) -> None:
    with open_book(tmp_path) as it:
        it.house.enter("ann")
        it.house.say("ann", "/log 1h baked")
        before = it.house.tables(but=())

        for path in ("", "ledger", "journal", "verify", "show/C1"):
            assert it.get(f"/alpha/{path}").status == 200

        assert it.house.tables(but=()) == before
        with sqlite3.connect(tmp_path / "book.db") as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
