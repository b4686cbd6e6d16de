"""100,000 rows of Kimai into an empty collective: the seconds and the most memory (MiB) it takes."""

from __future__ import annotations

import datetime as dt
import resource
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
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{time.monotonic() - started:.1f} {peak:.0f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
