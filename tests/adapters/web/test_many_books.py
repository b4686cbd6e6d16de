"""Many books on one machine, and a stranger who walks over all of them, of which each is read once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from adapters.web import library as library_of_pages
from adapters.web.library import Library, bytes_of
from adapters.web.names import names_seen
from bot.collective.folding import fold
from bot.collective.state import State
from tests.adapters.web.reader import Library as Reader
from tests.adapters.web.reader import open_book

BOOKS = 30
LARGE = "large"
HOMES = {"l": LARGE, **{f"p{number}": f"book-{number}" for number in range(BOOKS)}}
SMALL = [name for name in HOMES.values() if name != LARGE]
WALKS = 3


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    with open_book(tmp_path_factory.mktemp("many"), homes=HOMES) as it:
        for platform in HOMES:
            for line in ("/log 1h baked", "/rules set web public"):
                assert it.house.say("ann", line, platform).error == "", platform
        for number in range(60):
            assert it.house.say("ann", f"/log 5m swept {number}", "l").error == ""
        yield it


@pytest.fixture
def folds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The collectives whose books are read from their beginning."""
    found: list[str] = []

    def noted(state: State, *more: Any) -> None:
        if not state.head.seq:
            found.append(state.collective)
        fold(state, *more)

    monkeypatch.setattr(library_of_pages, "fold", noted)
    return found


def test_a_stranger_who_walks_over_many_books_has_each_read_once(
    reader: Reader, folds: list[str]
) -> None:
    reader.site._book._library = Library()
    for _ in range(WALKS):
        for name in HOMES.values():
            assert reader.outside(f"/{name}/contributions").status == 200

    assert sorted(folds) == sorted(HOMES.values())


def test_what_takes_long_to_read_again_stays_where_there_is_no_room_for_all(
    reader: Reader, folds: list[str]
) -> None:
    """And what is kept never takes more than it may."""
    kept = Library(1)
    with reader.house.store.archive.snapshot() as picture:
        sizes = {
            name: bytes_of(state) for name in HOMES.values() if (state := kept.state(picture, name))
        }
        most = sizes[LARGE] + 3 * max(sizes[name] for name in SMALL)
        kept = Library(most)
        folds.clear()
        for name in (LARGE, *SMALL, LARGE, *SMALL[:2], LARGE):
            assert kept.state(picture, name) is not None
            assert kept._size == sum(map(bytes_of, kept._states.values())) <= most

    assert folds.count(LARGE) == 1
    assert len(kept._states) == 4


def test_a_book_that_takes_all_the_room_is_kept_alone(reader: Reader, folds: list[str]) -> None:
    kept = Library(1)
    with reader.house.store.archive.snapshot() as picture:
        for name in (LARGE, LARGE, "book-1", "book-1", LARGE):
            kept.state(picture, name)

    assert folds == [LARGE, "book-1", LARGE]
    assert list(kept._states) == [LARGE]


def test_names_are_looked_up_once_for_each_book(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def noted(kept: Any, state: State, *more: Any) -> Any:
        looked.append(state.collective)
        return names_seen(kept, state, *more)

    monkeypatch.setattr("adapters.web.book.names_seen", noted)
    reader.site._book._names.clear()
    for _ in range(WALKS):
        for name in HOMES.values():
            reader.outside(f"/{name}/ledger")

    assert sorted(looked) == sorted(HOMES.values())
