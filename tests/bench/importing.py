"""100,000 rows of Kimai into an empty collective: the seconds and the most memory (MiB) it takes."""

from __future__ import annotations

import datetime as dt
import re
import sys
import time
from pathlib import Path

from adapters.cli.config import Config
from adapters.cli.importing_run import Wanted, bring_in
from tests.house import House

ROWS = 100_000
PEOPLE = 40


def main(folder: Path) -> None:
    """Announce, agree, enter; only the operator's last step is timed, which reads the file anew."""
    url, file = f"sqlite:///{folder / 'bench.db'}", folder / "kimai.csv"
    begin = dt.date(2020, 1, 1)
    with file.open("w", encoding="utf-8") as out:
        out.write("Date,Duration,User,Project,Activity,Description\n")
        for n in range(ROWS):
            day = begin + dt.timedelta(days=n // 60)
            out.write(f"{day},1:{n % 60:02},person {n % PEOPLE},P,A,number {n}\n")
    with House(url=url, homes={"a": "alpha"}) as house:
        house.enter("ann")
        wanted = Wanted(file, "kimai", write=True)
        bring_in(Config(), url, wanted)
        house.say("ann", "/import agree I1")
    started = time.monotonic()
    rows, done = bring_in(Config(), url, wanted)
    assert done, rows
    print(f"{time.monotonic() - started:.1f} {peak_mib():.0f}")


def peak_mib() -> float:
    """The most memory of this program; what `getrusage` tells is also that of whoever started it."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found, "only Linux tells"
    return int(found[1]) / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]))
