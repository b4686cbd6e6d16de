"""How far long work has come: a bar where somebody watches, else a line of the log every ten seconds.

Work counts what it has done; a thread of its own looks at that, so that work which cannot count is told
of by its seconds. What is over at once is told of nowhere.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from threading import Event, Thread
from types import TracebackType
from typing import Self, TextIO, TypeVar

from bot.text.rendering import visible

log = logging.getLogger("talkoot.progress")

T = TypeVar("T")

BAR_SECONDS = 0.5
"""How often the bar is drawn anew; work that is shorter has none."""

LINE_SECONDS = 10
"""How often a line is written where nobody watches."""

ROWS_AT_ONCE = 1_000
"""How many rows are counted at a time."""

TOLD_EVERY = 100_000
"""After how many rows whoever waits is told: what is told of 600 million fits into a pipe unread."""

BAR_CHARACTERS = 30
_CLEARED = "\r\x1b[K"


class Going:
    """Rows that are gone through, counted; whoever waits is told from time to time how many it were."""

    def __init__(self, told: Callable[[int], None] = lambda _: None) -> None:
        """Tell it to `told`."""
        self._told, self.done, self._next = told, 0, TOLD_EVERY

    def over(self, rows: Iterable[T]) -> Iterator[T]:
        """The same rows, counted; some are read ahead."""
        every = iter(rows)
        while some := [*islice(every, ROWS_AT_ONCE)]:
            yield from some
            self.on(len(some))

    def on(self, rows: int) -> None:
        """So many rows more are gone through."""
        self.done += rows
        if self.done >= self._next:
            self._next = self.done + TOLD_EVERY
            self._told(self.done)


class Progress:
    """One piece of long work, while it is entered."""

    def __init__(
        self,
        label: str,
        total: int = 0,
        *,
        bar: bool = True,
        out: TextIO | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`total` is 0 where nobody knows it. Without `bar` there is none on a terminal either."""
        # A label may name a collective, and a database of somebody else's calls it what it likes.
        self.label, self.total, self.done = visible(label), total, 0
        self._out, self._now = out or sys.stderr, now
        self._bar = bar and self._out.isatty()
        self._since = now()
        self._shown = False
        self._over = Event()
        self._thread = Thread(target=self._look, name="progress", daemon=True)

    def __enter__(self) -> Self:
        """Begin to look."""
        self._since = self._now()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Look no more; the bar is gone."""
        self._over.set()
        self._thread.join()
        if self._shown and self._bar:
            self._write(_CLEARED)

    def over(self, rows: Iterable[T]) -> Iterator[T]:
        """The same rows, counted."""
        for row in rows:
            yield row
            self.done += 1

    def show(self) -> None:
        """Tell how far it is."""
        self._shown = True
        if self._bar:
            self._write(f"{_CLEARED}{self.text}")
        else:
            log.info("%s", self.text)

    @property
    def text(self) -> str:
        """How far it is, as a line."""
        if not self.done:
            return f"{self.label}: {self._now() - self._since:.0f} s"
        if not self.total:
            return f"{self.label}: {self.done:,}"
        part = min(self.done / self.total, 1)
        drawn = f"[{'#' * int(part * BAR_CHARACTERS):-<{BAR_CHARACTERS}}] " if self._bar else ""
        return f"{self.label}: {drawn}{self.done:,} of {self.total:,} ({part:.0%})"

    def _look(self) -> None:
        while not self._over.wait(BAR_SECONDS if self._bar else LINE_SECONDS):
            self.show()

    def _write(self, text: str) -> None:
        try:
            self._out.write(text)
            self._out.flush()
        except OSError:  # the terminal is gone; the work goes on
            self._bar = False
