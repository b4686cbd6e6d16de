"""The documentation as a site: built strictly, every page in it, nothing loaded from elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOADS = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "object": "data",
    "link": "href",
}
"""What a browser loads by itself, and by which attribute."""

LOADED = {"stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch", "modulepreload"}
FAR = re.compile(r"^\s*(?:https?:)?//", re.IGNORECASE)
FAR_IN_STYLE = re.compile(r"(?:url\(\s*[\"']?|@import\s+[\"'])\s*(?:https?:)?//", re.IGNORECASE)


class Loads(HTMLParser):
    """Collects what a page loads from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.far: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        where = given.get(LOADS.get(tag, "")) or ""
        kinds = set((given.get("rel") or "").split())
        if FAR.match(where) and (tag != "link" or kinds & LOADED):
            self.far.append(where)
        if FAR_IN_STYLE.search(given.get("style") or ""):
            self.far.append(given["style"] or "")


def far(text: str) -> list[str]:
    found = Loads()
    found.feed(text)
    return found.far


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_it_is_built_strictly_with_every_page(site: Path) -> None:
    pages = {path.stem for path in ROOT.glob("docs/*.md")} - {"index"}

    assert {path.parent.name for path in site.glob("*/index.html")} == pages
    assert (site / "index.html").is_file()
    assert (site / "search" / "search_index.json").is_file()


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        assert far(page.read_text("utf-8")) == [], page
    for style in site.rglob("*.css"):
        assert not FAR_IN_STYLE.search(style.read_text("utf-8")), style


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://elsewhere.org/x.js"></script>',
        '<link rel="stylesheet" href="//fonts.elsewhere.org/css">',
        '<img src="http://elsewhere.org/x.png">',
        '<p style="background: url(https://elsewhere.org/x)">',
    ],
)
def test_what_comes_from_elsewhere_is_found(text: str) -> None:
    assert far(text)
