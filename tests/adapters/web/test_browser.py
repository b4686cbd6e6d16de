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
from html import unescape
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
from tests.house.cases import first

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SIZES = {"phone": (360, 800), "desk": (1280, 900)}
VIEWS = [(size, scheme) for size in SIZES for scheme in ("light", "dark")]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LAID_OUT = {"type": "rule", "values": ["color-contrast", "link-in-text-block", "target-size"]}
THINGS = {
    "C": (1, 61),
    "P": (1, 13, 15),
    "Q": (1, 13, 14),
    "T": (1, 3, 29, 30, 31, 32, 34, 36, 37),
    "N": (1, 13, 14),
    "M": (1, 2, 3, 4),
    "B": (1,),
    "S": (1,),
    "F": (1,),
    "K": (1, 2, 3),
}
PAGES = [
    *(page.name for page in FEATURES.pages.values() if not page.needs_ref),
    *(f"show/{letter}{number}" for letter, numbers in THINGS.items() for number in numbers),
    "shares/T29",
    "partners?search=bakery",
    "units?period=2026",
    "reports?period=2026-Q1",
    "decisions?search=tool&lang=de",
    "contributions?kind=care",
    "contributions?before=20",
    "checkpoints?older=3&newer=70",
    "decisions?search=nothing&odd=1",
    "accounts?account=treasury&period=2026",
    "start?lang=de",
    "nothing",
]
LOOKED_AT = ["start", "contributions", "loop", "show/P1"]
"""What is looked at each time: of every sort one, and those whose pictures the manual has."""
PICTURES = {
    ("start", "phone", "light"),
    ("contributions", "desk", "light"),
    ("loop", "desk", "light"),
}
BYTES_MAX = 100_000


AXE = (
    (files("axe_playwright_python") / "axe.min.js").read_text()
    if (files("axe_playwright_python") / "axe.min.js").is_file()
    else ""
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_book(tmp_path_factory.mktemp("year")) as it:
        play(it)
        yield it


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One for all that is looked at here: to start it takes longer than to look."""
    driver = pytest.importorskip("playwright.sync_api", reason="there is no driver for this machine")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here")
    with driver.sync_playwright() as it:
        found = it.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


def viewport(size: str) -> dict[str, int]:
    """How wide and high a window of this size is."""
    width, height = SIZES[size]
    return {"width": width, "height": height}


def window(browser: Any, size: str) -> Any:
    """A window of this size."""
    return browser.new_page(viewport=viewport(size), reduced_motion="reduce", locale="en-GB")


@pytest.mark.timeout(400)
@pytest.mark.parametrize("paths", first(1, (LOOKED_AT, [it for it in PAGES if it not in LOOKED_AT])))
def test_every_page_is_fit_for_everybody_in_a_real_browser(
    library: Library, browser: Any, paths: list[str]
) -> None:
    """Nothing that axe-core knows to keep people out, nothing on the console, nothing from elsewhere,
    nothing wider than the screen; on a phone and on a desk, in light and in dark."""
    faults: list[str] = []
    page = window(browser, "phone")
    listen(page, library, faults)
    for path in paths:
        faults += [f"{path}: {each}" for each in looked(page, library, path)]
    page.close()

    assert faults == []


def test_the_menu_is_a_line_on_a_phone_and_stands_beside_the_page_on_a_desk(
    library: Library, browser: Any
) -> None:
    for size in SIZES:
        page = window(browser, size)
        page.goto(f"{library.site.address}alpha/accounts")
        way = page.get_by_role("link", name="Decisions", exact=True)
        heading = page.locator("h1").bounding_box()
        assert heading["y"] < 90, size
        if size == "phone":
            assert not way.is_visible()
            page.get_by_text("Menu", exact=True).click()
            page.evaluate(AXE)
            assert list(violations(page, {"type": "tag", "values": RULES})) == []
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert page.locator("h1").bounding_box() == heading, "it lies over the page"
        assert way.is_visible(), size
        way.click()
        assert page.title().startswith("Decisions")
        page.close()


def test_on_paper_there_is_the_page_and_no_menu(library: Library, browser: Any) -> None:
    for size in SIZES:
        page = window(browser, size)
        page.goto(f"{library.site.address}alpha/accounts")
        page.emulate_media(media="print")
        assert not page.get_by_role("link", name="Decisions", exact=True).is_visible()
        assert not page.locator("form").is_visible()
        assert page.locator("table").first.is_visible()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        page.close()


def listen(page: Any, library: Library, faults: list[str]) -> None:
    """Note what is said on the console, and what is asked of others."""

    def said(message: Any) -> None:
        # Of the page that there is not the browser says so itself.
        if not message.location["url"].endswith("/nothing"):
            faults.append(f"console: {message.text}")

    page.on("console", said)
    page.on("pageerror", lambda it: faults.append(f"error: {it}"))
    page.on("request", lambda it: faults.extend(elsewhere(library, it.url)))


def looked(page: Any, library: Library, path: str) -> Iterator[str]:
    """What is wrong with a page in any window, in light and in dark.

    It is loaded once: it has no scripts, so a window that is made wider shows what a wide one would.
    """
    page.set_viewport_size(viewport("phone"))
    page.emulate_media(color_scheme="light")
    page.goto(f"{library.site.address}alpha/{path}")
    page.evaluate(AXE)
    yield from violations(page, {"type": "tag", "values": RULES})
    for size, scheme in VIEWS:
        page.set_viewport_size(viewport(size))
        page.emulate_media(color_scheme=scheme)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            yield f"wider than the window ({size})"
        # Of all that can be wrong, only what depends on the layout differs from view to view.
        yield from (f"{each} ({size}, {scheme})" for each in violations(page, LAID_OUT))
        picture(page, path, size, scheme)


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


def test_the_book_as_files_is_read_from_the_disk(
    library: Library, browser: Any, tmp_path: Path
) -> None:
    """In its own style, from page to page, with nothing on the console and nothing from elsewhere."""
    export_site(library.house.store.archive, tmp_path / "book", library.house.rules, "alpha")
    faults: list[str] = []
    asked: list[str] = []
    page = window(browser, "desk")
    page.on("console", lambda it: faults.append(it.text))
    page.on("request", lambda it: asked.append(it.url))
    page.goto((tmp_path / "book" / "index.html").as_uri())
    for name in ("Contributions", "C74", "Ledger", "Older"):
        # A click does not wait until the page that it leads to has its style.
        with page.expect_navigation():
            page.get_by_role("link", name=name, exact=True).first.click()
        assert page.evaluate("getComputedStyle(document.body).maxWidth") == "1216px", name
    title = page.title()
    page.close()

    assert faults == []
    assert {url.partition(":")[0] for url in asked} <= {"file", "data"}
    assert title.startswith("Ledger")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_valid_and_small(library: Library, path: str) -> None:
    got = library.get(f"/alpha/{path}")

    document = JustHTML(got.text, collect_errors=True)

    assert [str(each) for each in document.errors] == []
    assert len(got.body) < BYTES_MAX
    ids = Counter(re.findall(r'\sid="([^"]*)"', got.text))
    assert not [name for name, count in ids.items() if count > 1]
    assert not re.findall(r"<a [^>]*>(?:(?!</a>).)*<a ", got.text)  # no link within another one
    assert not re.findall(r"<a [^>]*>\s*</a>", got.text)
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

        assert " ".join(unescape(title).split()) in " ".join(told.split()), path
        if path == "contributions":
            assert re.search(r"C\d+ .*Dagmar.*3h", told), told
        assert max(map(len, told.splitlines())) <= 100, path


def test_the_stylesheet_is_small() -> None:
    assert len(STYLE) < 20_000
