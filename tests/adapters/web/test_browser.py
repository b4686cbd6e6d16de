"""Every page of a year of everything, as people see it: in a real Chromium, in w3m, and read strictly.

`TALKOOT_PICTURES=docs/pictures` has the pictures of the manual made on the way.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from justhtml import JustHTML

from adapters.cli.export import export_site
from adapters.web.paper import STYLE
from commands import FEATURES
from tests.adapters.web.reader import Library, open_book
from tests.adapters.web.year import play

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SIZES = {"phone": (360, 800), "desk": (1280, 900)}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LAID_OUT = {"type": "rule", "values": ["color-contrast", "link-in-text-block", "target-size"]}
PAGES = [
    *(page.name for page in FEATURES.pages.values() if not page.needs_ref),
    *(f"show/{ref}" for ref in ("C1", "C61", "P1", "P13", "Q1", "Q13", "Q14", "T1", "N1")),
    "contributions?kind=care",
    "contributions?before=20",
    "decisions?search=nothing&odd=1",
    "accounts?account=treasury&period=2026",
    "start?lang=de",
    "nothing",
]
PICTURES = {
    ("start", "phone", "light"),
    ("contributions", "desk", "light"),
}
BYTES_MAX = 100_000


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_book(tmp_path_factory.mktemp("year")) as it:
        play(it)
        yield it


@pytest.mark.timeout(400)
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")
def test_every_page_is_fit_for_everybody_in_a_real_browser(library: Library) -> None:
    """Nothing that axe-core knows to keep people out, nothing on the console, nothing from elsewhere,
    nothing wider than the screen; on a phone and on a desk, in light and in dark."""
    driver = pytest.importorskip("playwright.sync_api", reason="there is no driver for this machine")
    faults: list[str] = []
    with driver.sync_playwright() as it:
        browser = it.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for size, (width, height) in SIZES.items():
            context = browser.new_context(
                viewport={"width": width, "height": height}, reduced_motion="reduce", locale="en-GB"
            )
            page = context.new_page()
            listen(page, library, faults)
            for path in PAGES:
                faults += [f"{path} ({size}): {each}" for each in looked(page, library, path, size)]
            context.close()
        browser.close()

    assert faults == []


def listen(page: Any, library: Library, faults: list[str]) -> None:
    """Note what is said on the console, and what is asked of others."""

    def said(message: Any) -> None:
        # Of the page that there is not the browser says so itself.
        if not message.location["url"].endswith("/nothing"):
            faults.append(f"console: {message.text}")

    page.on("console", said)
    page.on("pageerror", lambda it: faults.append(f"error: {it}"))
    page.on("request", lambda it: faults.extend(elsewhere(library, it.url)))


def looked(page: Any, library: Library, path: str, size: str) -> Iterator[str]:
    """What is wrong with a page in this window."""
    page.emulate_media(color_scheme="light")
    page.goto(f"{library.site.address}alpha/{path}")
    page.evaluate(AXE)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        yield "wider than the window"
    # Of all that can be wrong, only what depends on the layout can differ on a wider screen.
    whole = {"type": "tag", "values": RULES} if size == "phone" else LAID_OUT
    yield from violations(page, whole)
    picture(page, path, size, "light")
    page.emulate_media(color_scheme="dark")
    yield from violations(page, LAID_OUT)
    picture(page, path, size, "dark")


def violations(page: Any, rules: dict[str, Any]) -> Iterator[str]:
    """What axe-core finds."""
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", rules)
    for each in found["violations"]:
        yield f"{each['id']}: {[node['html'][:120] for node in each['nodes'][:3]]}"


def elsewhere(library: Library, url: str) -> Iterator[str]:
    """A request that leaves the book."""
    if not url.startswith((library.site.address, "data:")):
        yield f"asked elsewhere: {url}"


def picture(page: Any, path: str, size: str, scheme: str) -> None:
    """Keep a picture for the manual, where that is wanted."""
    folder = os.environ.get("TALKOOT_PICTURES")
    every = os.environ.get("TALKOOT_PICTURES_ALL")
    if folder and (every or (path, size, scheme) in PICTURES):
        name = re.sub(r"\W+", "-", path).casefold()
        page.screenshot(path=Path(folder) / f"{name}-{size}-{scheme}.png", full_page=bool(every))


@pytest.mark.timeout(400)
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")
def test_the_book_as_files_is_read_from_the_disk(library: Library, tmp_path: Path) -> None:
    """In its own style, from page to page, with nothing on the console and nothing from elsewhere."""
    driver = pytest.importorskip("playwright.sync_api", reason="there is no driver for this machine")
    export_site(library.house.store.archive, tmp_path / "book", library.house.rules, "alpha")
    faults: list[str] = []
    asked: list[str] = []
    with driver.sync_playwright() as it:
        browser = it.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("console", lambda it: faults.append(it.text))
        page.on("request", lambda it: asked.append(it.url))
        page.goto((tmp_path / "book" / "index.html").as_uri())
        for name in ("Contributions", "C74", "Ledger", "Older"):
            page.get_by_role("link", name=name, exact=True).first.click()
            assert page.evaluate("getComputedStyle(document.body).maxWidth") == "1216px", name
        title = page.title()
        browser.close()

    assert faults == []
    assert {url.partition(":")[0] for url in asked} <= {"file", "data"}
    assert title.startswith("Ledger")


AXE = (
    (files("axe_playwright_python") / "axe.min.js").read_text()
    if (files("axe_playwright_python") / "axe.min.js").is_file()
    else ""
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_valid_and_small(library: Library, path: str) -> None:
    got = library.get(f"/alpha/{path}")

    document = JustHTML(got.text, collect_errors=True)

    assert [str(each) for each in document.errors] == []
    assert len(got.body) < BYTES_MAX
    ids = Counter(re.findall(r'\sid="([^"]*)"', got.text))
    assert not [name for name, count in ids.items() if count > 1]
    assert not re.findall(r"<img(?![^>]*\salt=)", got.text)
    for picture in re.findall(r"<svg[^>]*>", got.text):
        assert 'role="img"' in picture
        assert "aria-label=" in picture


@pytest.mark.skipif(shutil.which("w3m") is None, reason="there is no w3m here")
def test_every_page_can_be_read_in_a_terminal(library: Library, tmp_path: Path) -> None:
    """The title, and each word of the page, in lines that are not wider than the terminal."""
    for path in PAGES:
        (tmp_path / "page.html").write_bytes(library.get(f"/alpha/{path}").body)
        told = subprocess.run(
            ["w3m", "-dump", "-cols", "80", "-I", "UTF-8", "-O", "UTF-8", tmp_path / "page.html"],
            capture_output=True,
            check=True,
        ).stdout.decode()
        (title,) = re.findall(r"<h1>(.*?)</h1>", (tmp_path / "page.html").read_text())

        assert title in told, path
        if path == "contributions":
            assert re.search(r"C\d+ .*Dagmar.*3h", told), told
        assert max(map(len, told.splitlines())) <= 100, path


def test_the_stylesheet_is_small() -> None:
    assert len(STYLE) < 20_000
