"""`python -m tests.bench [NAME…] [--write]`: measure, print the table, or write it into the docs."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.bench import (
    commands_per_second,
    deciding,
    discord,
    growth,
    importing,
    large,
    latency,
    machine,
    matrix,
    meeting,
    monday,
    pages,
    pictures,
    programs,
    reading,
    rooms,
    sharing,
    starting,
    tallies,
    tree,
    verifying,
    way,
)
from tests.bench.figures import FULL, TINY, Figure, Sizes, table

DOCUMENT = Path(__file__).parents[2] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures -->\n", "<!-- end of figures -->\n"

Measure = Callable[[Sizes, Path], Iterator[Figure]]

BENCHMARKS: Mapping[str, Measure] = {
    "commands": commands_per_second.measure,
    "latency": latency.measure,
    "discord": discord.measure,
    "large": large.measure,
    "starting": starting.measure,
    "growth": growth.measure,
    "tallies": tallies.measure,
    "tree": tree.measure,
    "verifying": verifying.measure,
    "deciding": deciding.measure,
    "sharing": sharing.measure,
    "matrix": matrix.measure,
    "rooms": rooms.measure,
    "pages": pages.measure,
    "pictures": pictures.measure,
    "programs": programs.measure,
    "reading": reading.measure,
    "importing": importing.measure,
    "way": way.measure,
    "meeting": meeting.measure,
    "monday": monday.measure,
}


def run(names: Sequence[str], sizes: Sizes) -> list[Figure]:
    """Measure, each in a folder of its own that is thrown away."""
    figures = []
    for name in names:
        with tempfile.TemporaryDirectory(prefix="talkoot-bench-") as folder:
            for figure in BENCHMARKS[name](sizes, Path(folder)):
                print(f"{figure.what}: {figure.figure}", file=sys.stderr, flush=True)
                figures.append(figure)
    return figures


def written(document: str, figures: str) -> str:
    """The document with its table replaced."""
    before, rest = document.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}{figures}{END}{after}"


def main() -> int:
    """Print the table; the exit code says whether every goal was met."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--write", action="store_true", help=f"write the table into {DOCUMENT.name}")
    parser.add_argument("--tiny", action="store_true", help="only try whether everything runs")
    given = parser.parse_args()
    # Each start would compile all modules anew, which no installed program does.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    unknown = set(given.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"there are {', '.join(BENCHMARKS)}, not {', '.join(sorted(unknown))}")
    if given.write and (given.names or given.tiny):
        parser.error("--write takes all benchmarks in full")
    with tempfile.TemporaryDirectory(prefix="talkoot-bench-") as folder:
        facts = machine.facts(Path(folder))
    figures = run(given.names or list(BENCHMARKS), TINY if given.tiny else FULL)
    report = f"{facts}.\n\n{table(figures)}\n"
    print(report)
    if given.write:
        DOCUMENT.write_text(written(DOCUMENT.read_text(), report))
    return int(any(figure.met is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
