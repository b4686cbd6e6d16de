"""A process that only folds a journal: `python -m tests.bench.folding URL` says what that took.

Prints as JSON the seconds, and the bytes of memory before and after.
"""

from __future__ import annotations

import json
import sys
import time

import commands  # noqa: F401 - what a program has in memory before it folds
from adapters.cli.store import open_store
from bot.collective.collectives import HOME
from bot.collective.folding import fold
from bot.collective.state import State
from tests.bench.machine import rss


def fold_all(url: str) -> dict[str, float]:
    """Fold everything, as the first message after a start does."""
    with open_store(url) as store:
        before, begun = rss(), time.perf_counter()
        with store.journal.transaction() as tx:
            state = fold(State(HOME), tx.entries(HOME), tx.names(HOME))
        seconds = time.perf_counter() - begun
        return {"seconds": seconds, "before": before, "after": rss(), "entries": state.head.seq}


if __name__ == "__main__":
    print(json.dumps(fold_all(sys.argv[1])))
