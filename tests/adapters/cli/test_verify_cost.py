"""What verifying and folding a long journal take, counted: questions, and steps an entry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from adapters.cli.store import Store, open_store
from adapters.cli.verify import verify_archive
from bot.collective.collectives import HOME
from bot.collective.folding import fold
from bot.collective.state import State
from tests.bench import book
from tests.house.steps import steps

ENTRIES = 4_000
QUESTIONS_MAX = 3
"""So many more questions do a thousand more entries take: all that is kept comes by pages."""

ENDS_MAX = 10
"""So many pages are not full, or are empty: the last one of each sort."""

VERIFY_STEPS_MAX = 93
"""So many calls, ours and Python's, does it take to verify an entry with all that lies beside it.

Three of them count how far it has come, so that a half that hangs is not waited for.
"""

FOLD_STEPS_MAX = 30
"""So many does it take to read an entry and to take it into the state."""


@pytest.fixture(params=[1, 2])
def store(sqlite_url: str, request: pytest.FixtureRequest) -> Iterator[Store]:
    """A collective in which happened what happens in one, and twice as much."""
    book.make(sqlite_url, request.param * ENTRIES, 20)
    with open_store(sqlite_url) as it:
        yield it


def length(store: Store) -> int:
    with store.archive.snapshot() as snapshot:
        return snapshot.latest(HOME, before=None, limit=1)[0].seq


def test_verifying_asks_by_pages(store: Store) -> None:
    asked: list[str] = []

    def note(_c: Any, _u: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(store.archive.engine, "before_cursor_execute", note)
    assert verify_archive(store.archive).sound

    fixed = [each for each in asked if "LIMIT" not in each and "IN (" not in each]
    assert len(asked) - len(fixed) <= QUESTIONS_MAX * length(store) / 1_000 + ENDS_MAX
    assert len(fixed) < 22  # three of them: is it long enough for two processes?


def test_what_holds_is_compared_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what does not hold is looked at row by row."""

    def again(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("bot.books.beside.ENTRIES_AT_ONCE", 3_000)  # so that some are left at the end
    monkeypatch.setattr("bot.books.beside.index_flaws", again)
    monkeypatch.setattr("bot.books.beside.tree_flaws", again)
    assert verify_archive(store.archive).sound


def test_verifying_takes_few_steps_an_entry(store: Store) -> None:
    assert steps(lambda: verify_archive(store.archive)) <= VERIFY_STEPS_MAX * length(store)


def test_folding_takes_few_steps_an_entry(store: Store) -> None:
    def folded() -> None:
        with store.archive.snapshot() as snapshot:
            fold(State(HOME), snapshot.entries(HOME), {})

    assert steps(folded) <= FOLD_STEPS_MAX * length(store)
