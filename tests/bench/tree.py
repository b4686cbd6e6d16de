"""What the Merkle tree beside the journal costs: with it, against the same without, by processor time.

The two take turns, in pairs of short rounds in which now the one is first and now the other; what is
told is the median of the pairs' ratios. So neither another program nor a warm machine decides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from statistics import median
from time import process_time

from adapters.cli.store import open_store
from storage.journal import SqlTransaction
from tests.bench import book
from tests.bench.bot import MEMBERS, messages, running
from tests.bench.figures import Figure, Sizes, time

RATIO_MAX = 1.05
"""Keeping the tree may cost a twentieth of a command."""

ROUND = 1_000
"""So many commands, or entries, are one round."""


@contextmanager
def _treeless() -> Iterator[None]:
    """Inside, entries are written and no tree grows."""
    kept = SqlTransaction._grown
    SqlTransaction._grown = lambda *_: iter(())  # type: ignore[method-assign]
    try:
        yield
    finally:
        SqlTransaction._grown = kept  # type: ignore[method-assign]


def paired(pairs: int, ours: Callable[[], float], floor: Callable[[], float]) -> tuple[float, ...]:
    """The medians of both, and of the ratios of pairs; who is first changes from pair to pair."""
    found = []
    for number in range(pairs):
        if number % 2:
            other = floor()
            found.append((ours(), other))
        else:
            found.append((ours(), floor()))
    mine, others = zip(*found, strict=True)
    return median(mine), median(others), median(one / other for one, other in found)


def measure(sizes: Sizes, folder: Path) -> Iterator[Figure]:
    """A command from the message to its durable answer; and an entry as it is written, to compare."""
    numbers = count()
    for what, goal, once in (
        ("a command", RATIO_MAX, _command),
        ("an entry as it is written, with its index and texts", None, _written),
    ):

        def with_tree(once: Callable[[str, int], float] = once) -> float:
            return once(f"sqlite:///{folder / f'{next(numbers)}.db'}", min(ROUND, sizes.commands))

        def without() -> float:
            with _treeless():
                return with_tree()

        ours, floor, ratio = paired(sizes.pairs, with_tree, without)
        yield Figure(
            f"{what}, with the Merkle tree, processor time",
            time(ours),
            f"{time(floor)} (without)",
            ratio,
            f"ratio ≤ {goal}" if goal else "–",
            ratio <= goal if goal else None,
        )


def _command(url: str, commands: int) -> float:
    """The processor's seconds of a command, 64 in flight, answered durably in SQLite."""

    async def through_engine() -> float:
        async with running(url, delivering=False) as bot:
            source = messages()
            begun = process_time()
            await bot.take(source, commands)
            return process_time() - begun

    return asyncio.run(through_engine()) / commands


def _written(url: str, entries: int) -> float:
    """The same of an entry, all of them in one transaction."""
    (written,) = book.batches(entries, MEMBERS)
    with open_store(url) as store:
        begun = process_time()
        with store.journal.transaction() as transaction:
            transaction.write(written)
        return (process_time() - begun) / len(written.entries)
