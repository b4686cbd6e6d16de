"""What the Merkle tree beside the journal costs a command: with it, against the same without."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from storage.journal import SqlTransaction
from tests.bench.commands_per_second import through_engine
from tests.bench.figures import Figure, Sizes, alternating, rate

RATIO_MIN = 0.95
"""Keeping the tree may cost a twentieth of a command."""


@contextmanager
def _treeless() -> Iterator[None]:
    """Inside, entries are written and no tree grows."""
    kept = SqlTransaction._grown
    SqlTransaction._grown = lambda *_: iter(())  # type: ignore[method-assign]
    try:
        yield
    finally:
        SqlTransaction._grown = kept  # type: ignore[method-assign]


def measure(sizes: Sizes, folder: Path) -> Iterator[Figure]:
    """Commands a second, 64 in flight, answered durably in SQLite."""
    numbers = count()

    def with_tree() -> float:
        url = f"sqlite:///{folder / f'{next(numbers)}.db'}"
        return asyncio.run(through_engine(url, sizes.commands, delivering=False))

    def without() -> float:
        with _treeless():
            return with_tree()

    ours, floor = alternating(sizes.runs, with_tree, without)
    ratio = ours / floor
    goal, met = f"ratio ≥ {RATIO_MIN}", ratio >= RATIO_MIN
    yield Figure("commands, with the Merkle tree", rate(ours), rate(floor), ratio, goal, met)
