"""What a benchmark says: figures beside their baselines, and how they are measured side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median

HEADER = ("what", "figure", "baseline", "ratio", "goal", "met")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured: `runs` of each kind, alternating, and how large each of them is.

    `pairs` are those of short rounds that are compared one by one.

    `ballots` are those of the large counts, of libraries, and of counts told plainly.
    A `meeting` is of so many people, who do all within so many seconds. Of so many `collectives`
    digests are due; those that come spread are measured for so many `minutes`.
    Of `slow` readers so many come at once.
    `smoke` leaves out what only costs time: a server to start.
    """

    runs: int = 5
    pairs: int = 41
    commands: int = 12_800
    alone: int = 1_000
    entries: int = 1_000_000
    members: int = 200
    asked: int = 40
    starts: int = 7
    growth: tuple[int, int] = (10_000, 100_000)
    ballots: tuple[int, int, int] = (1_000_000, 100_000, 10_000)
    smoke: bool = False
    matrix: int = 300
    backlog: int = 2_000
    rooms: int = 2_000
    signs: int = 60_000
    pages: int = 1_000
    slow: int = 10_000
    pictures: int = 200
    rows: int = 100_000
    meeting: tuple[int, float] = (60, 60.0)
    collectives: int = 10_000
    minutes: float = 2.0


FULL = Sizes()
TINY = Sizes(
    runs=1,
    pairs=1,
    commands=256,
    alone=10,
    entries=2_000,
    members=20,
    asked=2,
    starts=1,
    growth=(200, 400),
    ballots=(2_000, 1_000, 200),
    smoke=True,
    matrix=3,
    backlog=5,
    rooms=3,
    signs=2_000,
    pages=20,
    slow=20,
    pictures=3,
    rows=1_200,
    meeting=(4, 0.6),
    collectives=120,
    minutes=0.02,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table; `met` is None where there is no goal, only information."""

    what: str
    figure: str
    baseline: str = "–"
    ratio: float | None = None
    goal: str = "–"
    met: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as it is printed."""
        ratio = "–" if self.ratio is None else f"{self.ratio:.2f}"
        met = {True: "yes", False: "NO", None: "–"}[self.met]
        return (self.what, self.figure, self.baseline, ratio, self.goal, met)


def alternating(runs: int, *measures: Callable[[], float]) -> tuple[float, ...]:
    """The median of each measure, over runs that alternate (A B A B), so that all share the noise."""
    seen: list[list[float]] = [[] for _ in measures]
    for _ in range(runs):
        for measure, values in zip(measures, seen, strict=True):
            values.append(measure())
    return tuple(median(values) for values in seen)


def percentile(values: Iterable[float], percent: float) -> float:
    """The value that so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def rate(value: float) -> str:
    """So many a second."""
    return f"{value:,.0f}/s"


def time(seconds: float) -> str:
    """A duration with three digits that mean something."""
    if seconds < 1:
        return f"{seconds * 1000:.3g} ms"
    return f"{seconds:.2f} s"


def mebibytes(count: float) -> str:
    """An amount of memory."""
    return f"{count / 2**20:.0f} MiB"


def table(figures: Iterable[Figure]) -> str:
    """The figures as a Markdown table that also reads well in a terminal."""
    rows = [HEADER, *(figure.cells for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
