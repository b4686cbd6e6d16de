"""S16, K4, K23: addresses are kept and shown, never opened; only web addresses are links."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from bot.text.wording import Link, Node
from tests.house import House, hidden, settled

WEB = (
    "https://example.org",
    "http://example.org/a?b=c#d",
    "HTTPS://EXAMPLE.ORG",
    "http://169.254.169.254/latest/meta-data",
    "http://localhost:8000/",
    "http://[::1]/",
    "https://user:word@example.org@evil.example/",
    "https://xn--80ak6aa92e.com/",
    "https://аpple.com/",
    "https://discord.gg/abc",
    "https://example.org/" + "x" * 2_000,
    'https://example.org/"><script>',
    "https://example.org/](javascript:alert(1))",
    "https://\u202egro.elpmaxe/",
)

NO_WEB = (
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "java\tscript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "ftp://example.org",
    "//example.org",
    "https:example.org",
    "https://",
    "http:/example.org",
    "\u200bhttps://example.org",
    "hｔtps://example.org",
    "",
    "x",
)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*given: Any, **named: Any) -> None:
        raise AssertionError(f"the network was used: {given}")

    monkeypatch.setattr(socket, "getaddrinfo", opened)
    monkeypatch.setattr(socket, "gethostbyname", opened)
    monkeypatch.setattr(socket.socket, "connect", opened)


def links(tree: Node) -> list[str]:
    if isinstance(tree, Link):
        return [tree.url]
    parts: list[Node] = list(getattr(tree, "items", ()))
    parts += list(getattr(tree, "places", {}).values())
    parts += [tree.body] if hasattr(tree, "body") else []
    return [url for part in parts for url in links(part)]


@pytest.mark.parametrize("url", WEB)
def test_a_web_address_is_kept_shown_whole_and_never_opened(url: str) -> None:
    house = settled()
    told = house.say("anna", f"/log 1 pcs screws --proof {url}")
    assert not told.refused
    (row,) = house.say("bo", "/show C3").rows
    assert links(row.reply.body) == [url]
    shown = house.say("bo", "/show C3").text
    assert not hidden(shown)
    assert url.replace("\u202e", "") in shown
    house.close()


@pytest.mark.parametrize("url", NO_WEB)
def test_any_other_address_is_refused_as_proof(url: str) -> None:
    house = settled()
    kept = house.tables()
    told = house.say("anna", f'/log 1 pcs screws --proof "{url}"')
    assert told.error == "link-odd"
    assert house.tables() == kept
    house.close()


@pytest.mark.parametrize("url", [*WEB, *NO_WEB])
def test_an_address_in_words_stays_words(url: str) -> None:
    house = House()
    house.say("anna", f"/log 1 pcs see {url}\n{url}")
    for words in ("/show C1", "/contributions"):
        for row in house.say("bo", words).rows:
            assert links(row.reply.body) == []
    house.close()
