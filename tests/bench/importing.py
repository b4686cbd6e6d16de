"""A large file of Kimai is brought in while somebody else types: the time, the memory, who waits.

`python -m tests.bench.importing URL FILE enter|undo` is the operator's last step, in a process of its
own: it prints its seconds, and the most memory that it took.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from adapters.cli.config import Config
from adapters.cli.importing_run import Wanted, bring_in, undo
from tests.bench.figures import Figure, Sizes, percentile
from tests.bench.figures import time as shown
from tests.house import House

PEOPLE = 40
SECONDS_MAX, MIB_MAX, WAIT_MAX = 60, 300, 1.0
TYPED_SECONDS = 0.05
"""How long somebody takes from one answer to the next line."""


def measure(sizes: Sizes, folder: Path) -> Iterator[Figure]:
    """Against plain reading and one transaction of the bare rows; who types against typing alone."""
    url, file = f"sqlite:///{folder / 'bench.db'}", folder / "kimai.csv"
    fill(file, sizes.rows)
    bare = _bare(file, folder / "bare.db")
    with House(url=url, homes={"a": "alpha"}, rules={"flood": 1_000_000}) as house:
        house.enter("ann")
        bring_in(Config(), url, Wanted(file, "kimai", write=True))
        house.say("ann", "/import agree I1")
        alone = [_typed(house) for _ in range(sizes.asked)]
        for step, goal in (("enter", SECONDS_MAX), ("undo", None)):
            said, waits = _beside(house, url, file, step)
            told = "import" if step == "enter" else "undo the import"
            seconds, most = said["seconds"], max(waits)
            yield Figure(
                f"{told} of {sizes.rows:,} rows, somebody typing beside ({said['mib']:.0f} MiB)",
                shown(seconds),
                f"{shown(bare)} (plain reading, one raw transaction)",
                seconds / bare,
                f"< {SECONDS_MAX} s, < {MIB_MAX} MiB" if goal else "–",
                seconds < goal and said["mib"] < MIB_MAX if goal else None,
            )
            yield Figure(
                f"/log meanwhile, the longest of {len(waits)} (p50 {shown(percentile(waits, 50))})",
                shown(most),
                f"{shown(max(alone))} (the longest alone)",
                most / max(alone),
                f"< {WAIT_MAX:.0f} s",
                most < WAIT_MAX,
            )


def fill(file: Path, rows: int) -> None:
    """Write what Kimai would: so many rows of some people, over years."""
    begin = dt.date(2020, 1, 1)
    with file.open("w", encoding="utf-8") as out:
        out.write("Date,Duration,User,Project,Activity,Description\n")
        for n in range(rows):
            day = begin + dt.timedelta(days=n // 60)
            out.write(f"{day},1:{n % 60:02},person {n % PEOPLE},P,A,number {n}\n")


def _bare(file: Path, database: Path) -> float:
    since = time.perf_counter()
    with file.open(encoding="utf-8") as rows, sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE bare (day, duration, who, project, activity, what)")
        connection.executemany("INSERT INTO bare VALUES (?, ?, ?, ?, ?, ?)", csv.reader(rows))
    return time.perf_counter() - since


def _typed(house: House) -> float:
    """Somebody types a line: the seconds until it is answered, and durable."""
    since = time.perf_counter()
    told = house.say("ann", f"/log 1 kg apples from tree {house.count}")
    assert told.answer is not None
    assert told.answer.recorded, told.texts
    return time.perf_counter() - since


def _beside(house: House, url: str, file: Path, step: str) -> tuple[dict[str, float], list[float]]:
    """What the operator's step took, and how long each line took that was typed beside it."""
    line = [sys.executable, "-m", "tests.bench.importing", url, str(file), step]
    waits = []
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as step_of:
        while step_of.poll() is None:
            waits.append(_typed(house))
            with suppress(subprocess.TimeoutExpired):
                step_of.wait(TYPED_SECONDS)
        assert step_of.stdout is not None
        assert step_of.returncode == 0
        said: dict[str, float] = json.load(step_of.stdout)
    return said, waits


def peak_mib() -> float:
    """The most memory of this program; what `getrusage` tells is also that of whoever started it."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found, "only Linux tells"
    return int(found[1]) / 1024


def main(url: str, file: Path, step: str) -> None:
    """Enter what was agreed to, or undo it."""
    since = time.perf_counter()
    if step == "enter":
        rows, done = bring_in(Config(), url, Wanted(file, "kimai", write=True))
        assert done, rows
    else:
        undo(Config(), url, "I1", "", write=True)
    print(json.dumps({"seconds": time.perf_counter() - since, "mib": peak_mib()}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
