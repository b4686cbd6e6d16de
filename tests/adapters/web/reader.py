"""A house whose books are open, and a reader who looks into them over a real socket."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from adapters.cli.outside import SeededChance
from adapters.web.book import Book
from adapters.web.server import Site
from bot.writer.signing import made_key
from bot.writer.vault import Vault
from commands import FEATURES
from tests.house.house import House


@dataclass
class Got:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def words(self) -> str:
        """The page without its marks."""
        return " ".join(re.sub(r"<[^>]+>", " ", self.text).split())


@dataclass
class Library:
    """A house, with its pages served: at home for collective `alpha`."""

    house: House
    site: Site
    host: tuple[str, int] = field(init=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.site.address)
        assert parts.hostname is not None
        assert parts.port is not None
        self.host = (parts.hostname, parts.port)

    def get(self, path: str, method: str = "GET", **headers: str) -> Got:
        """Ask for a page, as somebody at this machine."""
        connection = http.client.HTTPConnection(*self.host, timeout=20)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, headers=named)
            response = connection.getresponse()
            told = {name.lower(): value for name, value in response.getheaders()}
            return Got(response.status, told, response.read())
        finally:
            connection.close()

    def outside(self, path: str, **headers: str) -> Got:
        """Ask for a page, as somebody from elsewhere."""
        return self.get(path, **{"Host": "book.example.org", **headers})

    def connect(self, source: str = "127.0.0.1") -> socket.socket:
        """A connection from an address of this machine's own network (127.0.0.0/8)."""
        return socket.create_connection(self.host, timeout=20, source_address=(source, 0))

    def raw(self, data: bytes) -> bytes:
        """Send bytes, and read until the server closes."""
        with socket.create_connection(self.host, timeout=20) as connection:
            connection.sendall(data)
            got = b""
            while some := connection.recv(65_536):
                got += some
            return got


@contextmanager
def open_book(
    folder: Path,
    *,
    behind: bool = False,
    proxies: Sequence[str] = (),
    patience: float = 30,
    **house: Any,
) -> Iterator[Library]:
    """A house on a database of its own, and the server over it."""
    with House(url=f"sqlite:///{folder}/book.db", **house) as it:
        keys = it.keys or it.store.keys
        made_key(keys, SeededChance(1))
        signs = Vault(keys, SeededChance(1), it.witnesses)
        book = Book(it.store.archive, FEATURES, it.clock, it.rules, own="alpha", signs=signs)
        site = Site(book, "127.0.0.1", 0, behind=behind, proxies=proxies, patience=patience)
        site.start()
        it.site = "https://book.example.org/"
        it.begin()
        try:
            yield Library(it, site)
        finally:
            site.stop()
