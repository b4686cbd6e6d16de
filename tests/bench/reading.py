"""Lines that somebody made up to keep the bot busy: how long reading one takes, and how that grows.

The baseline is half as much of the same in the same run: work in proportion has a ratio of 2, its
square one of 4. The tests count calls instead (`tests/house/steps.py`); what is slow inside of one call
into C shows here. Bringing combining marks into their order is: Python does it in their square.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from bot.chat import Refusal
from bot.language.amounts import read_amount
from bot.language.moments import read_when
from tests.bench.figures import Figure, Sizes, alternating
from tests.bench.figures import time as shown
from tests.house import BEGIN
from tests.house.steps import GROWTH_MAX
from tests.security.test_s19_slow_patterns import LINE, PIECES, STARTS, of, read

SECONDS_MAX = 0.050
"""Below this it keeps nobody waiting, however it grows: no line is longer."""


def lines(size: int) -> Iterator[Callable[[], None]]:
    """Command lines of so many signs."""
    for piece in PIECES.values():
        for start in STARTS:
            yield partial(read, f"/{start}{of(piece, size)}")


def values(size: int) -> Iterator[Callable[[], None]]:
    """Amounts and times of so many signs."""
    for piece in PIECES.values():
        words = [of(piece, size)]
        yield partial(_refused, partial(read_amount, words, "de"))
        yield partial(_refused, partial(read_when, words, "de", BEGIN, "UTC"))


def _refused(reading: Callable[[], object]) -> None:
    with suppress(Refusal):
        reading()


def _seconds(act: Callable[[], None]) -> float:
    begun = time.process_time()
    act()
    return time.process_time() - begun


def _figure(
    what: str, size: int, whole: Callable[[], None], half: Callable[[], None], runs: int
) -> Figure:
    long, short = alternating(runs, lambda: _seconds(whole), lambda: _seconds(half))
    return Figure(
        f"the slowest {what} of {size:,} hostile signs, read",
        shown(long),
        f"{shown(short)} (half of it)",
        long / short,
        f"ratio ≤ {GROWTH_MAX}, or < {shown(SECONDS_MAX)}",
        long <= max(GROWTH_MAX * short, SECONDS_MAX),
    )


def measure(sizes: Sizes, folder: Path) -> Iterator[Figure]:
    """The slowest of all those lines, and of all those values, against half of it."""
    for what, kind, size in (("line", lines, LINE), ("amount or time", values, sizes.signs)):
        pairs = zip(kind(size), kind(size // 2), strict=True)
        whole, half = max(pairs, key=lambda pair: _seconds(pair[0]))
        yield _figure(what, size, whole, half, sizes.runs)
