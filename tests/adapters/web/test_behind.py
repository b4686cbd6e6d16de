"""The web servers in front, as the manual writes them: Caddy and nginx, at the top and under a path."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from os import environ, kill
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from aiohttp.web import BaseRequest

from tests.adapters.web.reader import Library, open_book

PAGE = (Path(__file__).parents[3] / "docs" / "web.md").read_text("utf-8")
CADDY = shutil.which("caddy")
NGINX = shutil.which("nginx", path=f"{environ['PATH']}:/usr/sbin")
FOLDERS = ["", "book/"]


def example(language: str, folder: str) -> str:
    """What the manual says, at the top or under a path."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert len(found) == len(FOLDERS)
    return str(found[FOLDERS.index(folder)])


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def caddy(folder: Path, text: str, front: int, behind: int) -> Iterator[None]:
    """Caddy; it has no certificates here."""
    if CADDY is None:
        pytest.skip("there is no caddy here")
    text = re.sub(r"^\S*example\.org", f"http://127.0.0.1:{front}", text).replace("8470", str(behind))
    config, pid = folder / "Caddyfile", folder / "pid"
    config.write_text("{\n    admin off\n    auto_https off\n}\n" + text)
    home = {**environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    subprocess.run(
        [CADDY, "start", "--config", config, "--pidfile", pid],
        check=True, timeout=60, env=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        kill(int(pid.read_text()), signal.SIGKILL)


@contextmanager
def nginx(folder: Path, text: str, front: int, behind: int) -> Iterator[None]:
    """nginx; it has no certificates here, and its files are its own."""
    if NGINX is None:
        pytest.skip("there is no nginx here")
    text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{front}").replace("8470", str(behind))
    text = re.sub(r"^\s*ssl_\w+ .*\n", "", text, flags=re.MULTILINE)
    sorts = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    own = "".join(f"{sort}_temp_path {folder}/{sort};\n" for sort in sorts)
    config, pid = folder / "nginx.conf", folder / "pid"
    config.write_text(
        f"pid {pid};\nerror_log {folder}/error.log;\nevents {{}}\nhttp {{\n{own}{text}}}\n"
    )
    subprocess.run([NGINX, "-c", config, "-e", folder / "error.log"], check=True, timeout=60)
    try:
        yield
    finally:
        kill(int(pid.read_text()), signal.SIGTERM)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_book(tmp_path_factory.mktemp("behind"), behind=True) as it:
        it.house.enter("ann")
        it.house.say("ann", "/log 3h baked")
        yield it


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("server", [caddy, nginx], ids=["caddy", "nginx"])
def test_the_book_is_shown_behind_a_web_server(
    library: Library, tmp_path: Path, server: object, folder: str
) -> None:
    assert callable(server)
    front, name = free_port(), "caddy" if server is caddy else "nginx"
    with server(tmp_path, example(name, folder), front, library.host[1]):
        library.house.say("ann", "/rules set web off")
        status, _, body = got(front, f"{folder}alpha/")
        assert status == 404  # whoever comes through it does not sit at this machine
        assert "baked" not in body
        library.house.say("ann", "/rules set web public")

        status, headers, body = got(front, f"{folder}alpha/contributions")
        assert status == 200
        assert "baked" in body
        assert "default-src 'none'" in headers["content-security-policy"]
        for way in re.findall(r'(?:href|src)="([^"#:]+)"', body):
            at = f"{folder}alpha/{way}".removesuffix("./")
            assert got(front, at)[0] == 200, way
        assert got(front, f"{folder}alpha", known="")[0] == 200  # led on, under the same path
        assert got(front, f"{folder}alpha/contributions", known=headers["etag"])[0] == 304
        assert got(front, f"{folder}alpha/ledger.csv")[2].count("\r\n") > 1


@pytest.mark.parametrize("server", [caddy, nginx], ids=["caddy", "nginx"])
def test_readers_behind_a_web_server_are_told_apart_by_what_it_says(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: object
) -> None:
    """Not by what they say of themselves; and it has room for all of them itself."""
    assert callable(server)
    front, name = free_port(), "caddy" if server is caddy else "nginx"
    asker = library.site._asker
    seen: list[str] = []

    def noted(asked: BaseRequest) -> str:
        seen.append(asker(asked))
        return seen[-1]

    monkeypatch.setattr(library.site, "_asker", noted)
    with server(tmp_path, example(name, ""), front, library.host[1]):
        for source in ("127.0.0.5", "127.0.0.6"):
            connection = HTTPConnection("127.0.0.1", front, timeout=20, source_address=(source, 0))
            said = {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9"}
            connection.request("GET", "/alpha/", headers=said)
            connection.getresponse().read()
            connection.close()

    assert seen == ["127.0.0.5", "127.0.0.6"]


def got(port: int, path: str, known: str = "") -> tuple[int, dict[str, str], str]:
    """What comes back through the web server."""
    asked = Request(
        f"http://127.0.0.1:{port}/{path}", headers={"If-None-Match": known} if known else {}
    )
    try:
        with urlopen(asked, timeout=20) as answer:
            told = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, told, answer.read().decode()
    except OSError as refused:
        status, read = getattr(refused, "status", 0), getattr(refused, "read", bytes)
        return status, {}, read().decode()
