"""The open book as files: what everybody may see, with no way that leads nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from adapters.cli.export import ExportError, export_site
from adapters.cli.outside import SeededChance
from bot.page import ROWS
from bot.writer.vault import Vault
from tests.adapters.web.reader import Library, open_book
from tests.adapters.web.test_pages import fill
from tests.adapters.web.test_who_sees import FORMS
from tests.adapters.web.year import play

WAY = re.compile(r'(?:href|src|action)="([^"]*)"')

TYPED = re.compile(r'<a rel="nofollow ugc[^>]*>')
"""A way that a member typed: where it leads is theirs."""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_book(tmp_path_factory.mktemp("filed")) as it:
        fill(it)
        for number in range(ROWS + 10):
            it.house.say("bo", f"/log {5 + number % 5}m task{number}")
        it.house.say("cem", "/draft Sell the canary van")
        it.house.say("cem", "/log 10m as in C999 and P77")
        it.house.say("ann", "/income 12 EUR C2")
        it.house.later(days=40)
        it.house.say("ann", "/rules set web public")
        yield it


@pytest.fixture(scope="module")
def folder(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(library, tmp_path_factory.mktemp("site") / "site")


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, Path]]:
    """A year of everything, served and as files."""
    with open_book(tmp_path_factory.mktemp("year")) as it:
        play(it)
        yield it, written(it, tmp_path_factory.mktemp("site") / "site")


def written(library: Library, folder: Path) -> Path:
    house = library.house
    signs = Vault(house.keys or house.store.keys, SeededChance(1), house.witnesses)
    export_site(house.store.archive, folder, house.rules, "alpha", signs)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("which", ["little", "year"])
def test_no_way_leads_nowhere_or_out_of_the_folder(
    which: str, folder: Path, year: tuple[Library, Path]
) -> None:
    """From a file, behind any path of any server: every way is relative, and its file is there."""
    ways = 0
    folder = folder if which == "little" else year[1]
    for name, data in files(folder).items():
        if not name.endswith((".html", ".atom")):
            continue
        for way in WAY.findall(TYPED.sub("", data.decode())):
            parts = urlsplit(way.replace("&amp;", "&"))
            if way.startswith(("data:", "#")):
                continue
            assert not parts.scheme, (name, way)
            assert not parts.netloc, (name, way)
            assert not parts.query, (name, way)
            target = (folder / name).parent / unquote(parts.path)
            assert target.resolve().is_relative_to(folder.resolve()), (name, way)
            assert target.is_file(), (name, way)
            ways += 1
    assert ways > 500


def test_everything_that_is_there_is_led_to(folder: Path) -> None:
    found = files(folder)

    for name in (
        "index.html",
        "contributions.html",
        "contributions.csv",
        "ledger.journal",
        "start.atom",
    ):
        assert name.replace("start", "index") in found, name
    for ref in ("C1", f"C{ROWS + 12}", "P1", "Q1", "Q2", "T1"):
        assert f"show/{ref}.html" in found, ref
        assert f"show/{ref}.json" in found, ref
    assert any(re.fullmatch(r"contributions-before-\d+\.html", name) for name in found)


def test_the_files_tell_what_everybody_is_served(year: tuple[Library, Path]) -> None:
    """Each page of the menu and each thing, in each form but a feed: the same bytes."""
    library, folder = year
    told = set()
    for path in folder.rglob("*"):
        name = path.relative_to(folder).with_suffix("").as_posix().replace("index", "start")
        page, form = name.partition("/")[0], path.suffix.removeprefix(".")
        if page not in FORMS or form not in FORMS[page] or form == "atom":
            continue
        served = library.outside(f"/alpha/{name}.{form}")
        assert served.status == 200, name
        assert path.read_bytes() == served.body, (name, form)
        told.add((page, form))

    assert told == {
        (page, form)
        for page, endings in FORMS.items()
        for form in endings
        if page != "people" and form not in {"atom", "zip"}
    }


def test_only_what_everybody_may_see_is_in_it(library: Library, folder: Path) -> None:
    found = files(folder)

    assert "people.html" not in found
    assert "show/P2.html" not in found  # a draft
    for name, data in found.items():
        assert b"canary" not in data, name
        for who in ("ann", "cem", "dag"):  # by the rule, initials stand there
            assert not re.search(rf"\b{who}\b", data.decode()), (name, who)


def test_the_same_journal_gives_the_same_bytes(library: Library, folder: Path, tmp_path: Path) -> None:
    assert files(written(library, tmp_path / "again")) == files(folder)


def test_it_needs_nothing_but_itself(folder: Path) -> None:
    for name, data in files(folder).items():
        if name.endswith(".html"):
            page = data.decode()
            assert "<script" not in page
            assert "<form" not in page
            assert page.count('<link rel="stylesheet"') == 1
            assert len(data) < 100_000, name


@pytest.mark.parametrize("mode", ["off", "link"])
def test_what_is_not_for_everybody_is_not_written(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, mode: str
) -> None:
    with open_book(tmp_path_factory.mktemp("closed")) as it:
        it.house.enter("ann")
        it.house.say("ann", f"/rules set web {mode}")

        with pytest.raises(ExportError, match=f"the rule web is {mode}.*/rules set web public"):
            written(it, tmp_path / "site")

    assert not list(tmp_path.iterdir())


def test_a_folder_that_holds_something_is_left_alone(library: Library, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")

    with pytest.raises(ExportError, match="is not empty"):
        written(library, tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
