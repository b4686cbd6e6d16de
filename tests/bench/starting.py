"""From the start of the process to its first answer, and the memory of a bot at rest."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench import book
from tests.bench.figures import Figure, Sizes, alternating, mebibytes
from tests.bench.figures import time as shown
from tests.bench.machine import rss
from tests.bench.processes import TALKOOT, seconds_of, seconds_of_python, talkoot_run

SECONDS_MAX = 1.0
BYTES_MAX = 120 * 2**20
ENTRIES = 1_000
SCRIPT = "anna: /log 2h baked bread\nbo: /balance @anna\n"


def measure(sizes: Sizes, folder: Path) -> Iterator[Figure]:
    """Against bare Python, which starts and does nothing."""
    url, script = f"sqlite:///{folder / 'start.db'}", folder / "start.transcript"
    book.make(url, ENTRIES, 20)
    script.write_text(SCRIPT)
    memories: list[int] = []

    def first_answer() -> float:
        with talkoot_run(url, folder) as bot:
            bot.ask("/help")
            seconds = bot.seconds
            memories.append(rss(bot.pid))
        return seconds

    ready, played, bare = alternating(
        sizes.starts,
        first_answer,
        lambda: seconds_of(TALKOOT, "try", "--script", str(script), folder=folder),
        lambda: seconds_of_python(folder),
    )
    yield Figure(
        "start to first answer (/help, existing database)",
        shown(ready),
        f"{shown(bare)} (bare Python)",
        ready / bare,
        "< 1 s",
        ready < SECONDS_MAX,
    )
    yield Figure(
        "talkoot try --script, two lines, start to end",
        shown(played),
        f"{shown(bare)} (bare Python)",
        played / bare,
    )
    bare_memory = _memory_of_python()
    yield Figure(
        "memory at rest, after the first answer",
        mebibytes(max(memories)),
        f"{mebibytes(bare_memory)} (bare Python)",
        max(memories) / bare_memory,
        "< 120 MiB",
        max(memories) < BYTES_MAX,
    )


def _memory_of_python() -> int:
    with subprocess.Popen(
        [sys.executable, "-c", "print(flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        process.stdout.readline()
        memory = rss(process.pid)
        process.communicate("\n")
    return memory
