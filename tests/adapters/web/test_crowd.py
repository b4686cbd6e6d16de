"""Very many readers at once: nobody takes all of the room, and who types does not notice."""

from __future__ import annotations

import gc
import os
import resource
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from select import select

import pytest

from adapters.cli.serving import SWITCH_SECONDS
from adapters.web import server
from adapters.web.book import Book
from adapters.web.crowd import NOBODY, Front, Places
from adapters.web.server import (
    CONNECTIONS_EACH,
    CONNECTIONS_MAX,
    HURRIED_SECONDS,
    LINE_EACH,
    LONG_SECONDS_MAX,
    WAITING_EACH,
    Site,
    _Connection,
)
from tests.adapters.web.reader import Got, Library, open_book
from tests.house.cases import first

STRANGER, NEIGHBOUR = "127.0.0.2", "127.0.0.3"
"""Addresses that are neither a web server in front nor whoever sits at the machine."""

WAYS = (
    b"",
    b"GET /alpha/ HTTP/1.1\r\nHost: book.exa",
    b"GET /alpha/contributions HTTP/1.1\r\nHost: book.example.org\r\n\r\n",
)
"""To say nothing, to ask half a question, and to ask and never read."""


@pytest.fixture
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_book(tmp_path_factory.mktemp("crowd"), patience=600) as it:
        it.house.enter("ann")
        it.house.say("ann", "/log 1h baked")
        it.house.say("ann", "/rules set web public")
        yield it


@contextmanager
def files(wanted: int) -> Iterator[None]:
    """So many may be open at once; threads take turns as in a real run."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    turns = sys.getswitchinterval()
    if hard != resource.RLIM_INFINITY and hard < wanted:
        pytest.skip(f"this machine opens no {wanted} files at once")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(turns)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.timeout(400)
@pytest.mark.parametrize("count", first(1, (600, 10_000)))
def test_very_many_slow_readers_hold_no_more_than_there_is_room_for(
    library: Library, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """From very many addresses. Whoever types meanwhile is answered; then there is room again."""
    most: list[int] = []
    came, empty = threading.Semaphore(0), threading.Event()
    take, drop = Site.take, Site.drop

    def taken(site: Site, connection: _Connection) -> bool:
        found = take(site, connection)
        most.append(site.connections)
        came.release()
        return found

    def dropped(site: Site, connection: _Connection) -> None:
        drop(site, connection)
        if not site.connections:
            empty.set()

    monkeypatch.setattr(Site, "take", taken)
    monkeypatch.setattr(Site, "drop", dropped)
    with files(count + 2_000):
        with ExitStack() as held:
            for at in range(count):
                one = held.enter_context(library.connect(f"127.1.{at // 250}.{at % 250 + 1}"))
                one.setblocking(False)
                with suppress(ConnectionError):  # it may be turned away already
                    one.send(WAYS[at % len(WAYS)])
                assert came.acquire(timeout=60), "each of them is taken or turned away"

            assert max(most) == CONNECTIONS_MAX
            assert library.house.say("ann", "/log 1h swept").error == ""
        assert empty.wait(60)
        assert "swept" in library.outside("/alpha/contributions").text


def is_let_go(connection: socket.socket) -> bool:
    """Wait until the other side closes."""
    with connection:
        try:
            return connection.recv(1) == b""
        except ConnectionError:
            return True


def asked(connection: socket.socket, path: str, *forwarded: str) -> None:
    """Ask for a page, as a web server that says for whom."""
    said = "".join(f"X-Forwarded-For: {each}\r\n" for each in forwarded)
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: book.example.org\r\n{said}\r\n".encode())


def served(connection: socket.socket) -> bytes:
    """The status of what comes back."""
    return connection.recv(12)[-3:]


def test_one_reader_takes_their_share_of_the_connections_and_no_more(library: Library) -> None:
    with ExitStack() as held:
        for _ in range(CONNECTIONS_EACH):
            one = held.enter_context(library.connect(STRANGER))
            asked(one, "/style.css")
            assert served(one) == b"200"

        assert is_let_go(library.connect(STRANGER))
        other = held.enter_context(library.connect(NEIGHBOUR))
        asked(other, "/alpha/")
        assert served(other) == b"200"


@pytest.mark.parametrize("address", ["127.0.0.1", STRANGER])
def test_a_web_server_in_front_may_have_more(
    tmp_path_factory: pytest.TempPathFactory, address: str
) -> None:
    """On this machine, or where the configuration says; all readers come through it."""
    with (
        open_book(tmp_path_factory.mktemp("front"), proxies=["127.0.0.2/31"]) as it,
        ExitStack() as held,
    ):
        for _ in range(CONNECTIONS_EACH + 3):
            one = held.enter_context(it.connect(address))
            asked(one, "/style.css")
            assert served(one) == b"200"


@pytest.mark.parametrize(
    ("address", "said", "greedy", "other"),
    [
        (STRANGER, ("9.9.9.9",), STRANGER, NEIGHBOUR),  # what a stranger says of themselves is nothing
        ("127.0.0.1", ("203.0.113.7",), "203.0.113.7", "203.0.113.8"),
        ("127.0.0.1", ("10.1.1.1, 203.0.113.7",), "203.0.113.7", "203.0.113.8"),
        ("127.0.0.1", ("10.1.1.1", "203.0.113.7"), "203.0.113.7", "203.0.113.8"),
        ("127.0.0.1", ("2001:db8:1:2::7",), "2001:db8:1:2::99", "2001:db8:1:3::7"),
    ],
)
def test_one_reader_takes_their_share_of_the_waiting_line_and_no_more(
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    said: tuple[str, ...],
    greedy: str,
    other: str,
) -> None:
    """By their own address, or by what a web server in front says of them."""
    go_on, waits, answer = threading.Event(), threading.Semaphore(0), Book.answer
    take = Places.take

    def slow(*given: object) -> object:
        assert go_on.wait(60)
        return answer(*given)  # type: ignore[arg-type]

    def taken(places: Places, who: str) -> bool:
        found = take(places, who)
        if places is library.site.waiting:
            waits.release()
        return found

    monkeypatch.setattr(Book, "answer", slow)
    monkeypatch.setattr(Places, "take", taken)
    with ExitStack() as held:
        held.callback(go_on.set)
        crowd = [held.enter_context(library.connect(address)) for _ in range(WAITING_EACH)]
        for one in crowd:
            asked(one, "/alpha/", *said)
            assert waits.acquire(timeout=60)
        behind = address == "127.0.0.1"
        last, neighbour = (
            held.enter_context(library.connect(address if behind else who)) for who in (greedy, other)
        )
        asked(last, "/alpha/", greedy)
        assert served(last) == b"503"
        asked(neighbour, "/alpha/", other)
        assert waits.acquire(timeout=60)
        go_on.set()
        assert served(neighbour) == b"200"
        assert {served(one) for one in crowd} == {b"200"}


def test_who_reads_a_long_form_slowly_hurries_when_others_wait(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody else could have theirs for ten minutes."""
    told = iter((os.urandom(1 << 26), b"short"))
    patience: list[float] = []
    waits, left = threading.Event(), Site._left

    def pieces(*_: object) -> Iterator[bytes]:
        yield next(told)

    def waited_for(site: Site, waited: float) -> float:
        patience.append(left(site, waited))
        waits.set()
        return patience[-1]

    monkeypatch.setattr(Book, "_pieces", pieces)
    monkeypatch.setattr(Site, "_left", waited_for)
    monkeypatch.setattr(server, "HURRIED_SECONDS", 0.2)
    with library.connect(STRANGER) as slow:
        asked(slow, "/alpha/ledger.csv")
        assert waits.wait(60)
        assert patience == [LONG_SECONDS_MAX]

        assert library.outside("/alpha/ledger.csv").body == b"short"


def test_one_reader_takes_their_share_of_the_long_forms_and_no_more(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, begun, pieces = threading.Event(), threading.Event(), Book._pieces

    def slow(*given: object) -> Iterator[bytes]:
        begun.set()
        assert go_on.wait(60)
        yield from pieces(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(Book, "_pieces", slow)
    with ExitStack() as held:
        held.callback(go_on.set)
        mine = [held.enter_context(library.connect(STRANGER)) for _ in range(LINE_EACH + 1)]
        for one in mine:
            asked(one, "/alpha/ledger.csv")
        assert begun.wait(60)
        got: list[Got] = []
        other = threading.Thread(target=lambda: got.append(library.outside("/alpha/ledger.csv")))
        other.start()
        told: dict[socket.socket, bytes] = {}
        while b"503" not in told.values():
            ready, _, _ = select([one for one in mine if one not in told], [], [], 60)
            assert ready, "one of them is asked to come again"
            told |= {one: served(one) for one in ready}
        go_on.set()
        other.join(60)

        assert got[0].status == 200
        told |= {one: served(one) for one in mine if one not in told}
        assert sorted(told.values()) == [b"200"] * LINE_EACH + [b"503"]


def test_the_pages_end_while_a_long_form_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """At once, whoever waits for one, and with no word in the log."""
    go_on, begun = threading.Event(), threading.Event()

    def slow(*_: object) -> Iterator[bytes]:
        begun.set()
        go_on.wait(60)
        yield b"too late"

    monkeypatch.setattr(Book, "_pieces", slow)
    with ExitStack() as held:
        held.callback(go_on.set)
        with open_book(tmp_path) as it:
            it.house.enter("ann")
            it.house.say("ann", "/rules set web public")
            for address in (STRANGER, NEIGHBOUR):
                asked(held.enter_context(it.connect(address)), "/alpha/ledger.csv")
            assert begun.wait(60)
        assert it.site._loop.is_closed()
        go_on.set()
        it.site._making.shutdown()
        # What was never ended says so when nothing holds it any more.
        del it
        gc.collect()
    assert caplog.text == ""


# --- By themselves --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "said", "who"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("::ffff:203.0.113.7", [], "203.0.113.7"),
        ("2001:db8:1:2:3::4", [], "2001:db8:1:2::/64"),
        ("127.0.0.1", [], NOBODY),
        ("::1", ["203.0.113.7"], "203.0.113.7"),
        ("10.0.0.9", ["6.6.6.6, 203.0.113.7, 10.1.2.3"], "203.0.113.7"),
        ("127.0.0.1", ["6.6.6.6", "somebody"], NOBODY),
        ("", [], NOBODY),
        ("203.0.113.7", ["6.6.6.6"], "203.0.113.7"),
    ],
)
def test_who_asks(address: str, said: list[str], who: str) -> None:
    assert Front(["10.0.0.0/8"]).asker(address, said) == who


@pytest.mark.parametrize("proxy", ["::ffff:10.0.0.9", "::ffff:10.0.0.0/104", "10.0.0.9"])
def test_a_web_server_in_front_may_be_written_in_either_way(proxy: str) -> None:
    for address in ("10.0.0.9", "::ffff:10.0.0.9"):
        assert Front([proxy]).asker(address, ["203.0.113.7"]) == "203.0.113.7"
    assert Front([proxy]).asker("11.0.0.9", ["203.0.113.7"]) == "11.0.0.9"


def test_a_place_that_is_left_is_free_again() -> None:
    places = Places(3, 2)

    assert [places.take("a") for _ in range(3)] == [True, True, False]
    assert [places.take("b") for _ in range(2)] == [True, False]
    places.leave("a")
    assert places.take(NOBODY)
    assert not places.take(NOBODY)
    assert places.taken == 3


def test_all_addresses_of_one_site_together_take_half_of_the_room() -> None:
    places = Places(10, 2)
    households = [f"2001:db8:1:{number}::/64" for number in range(8)]

    assert [places.take(each) for each in households] == [True] * 5 + [False] * 3
    assert places.take("2001:db8:2::/64")
    assert places.take("203.0.113.7")
    places.leave(households[0])
    assert places.take(households[6])
    assert not places.take(households[7])


def test_a_slow_reader_may_make_others_wait_for_so_long_all_together(library: Library) -> None:
    site = library.site
    assert site.line.take("a")
    assert site._left(0) == LONG_SECONDS_MAX
    assert site._left(LONG_SECONDS_MAX - 1) == 1
    assert site.line.take("b")
    assert site._left(0) == HURRIED_SECONDS
    assert site._left(HURRIED_SECONDS + 1) == 0
