"""A process that kills itself: `python -m tests.crash.killing_imports FILE URL EVERY`.

The import is announced and agreed to; after each kill none of its entries is there, or all are.
"""

from __future__ import annotations

import sys
from pathlib import Path

from adapters.cli.config import Config
from adapters.cli.importing_run import Wanted, bring_in
from adapters.cli.store import open_archive
from adapters.cli.verify import verify_archive
from bot.collective.folding import fold
from bot.collective.state import State
from tests.crash.killed import killed
from tests.house import House

ROWS = 3_000


def entered(url: str) -> int:
    """How many entries are there; all of the books must hold."""
    with open_archive(url) as archive:
        assert verify_archive(archive).sound
        with archive.snapshot() as snapshot:
            state = fold(State("alpha"), snapshot.entries("alpha"), snapshot.names("alpha"))
    return state.contributions.count


def main(file: Path, url: str, every: int) -> int:
    """How many kills it lived through."""
    rows = "".join(f"p{n % 7},1,h,2025-{n % 12 + 1:02}-{n % 28 + 1:02},w{n}\n" for n in range(ROWS))
    file.write_text(f"person,amount,unit,day,text\n{rows}")
    wanted = Wanted(file, "opening", write=True)
    with House(url=url, homes={"a": "alpha"}) as house:
        house.enter("ann")
        bring_in(Config(), url, wanted)
        house.say("ann", "/import agree I1")
    kills = 0
    for _ in killed(lambda: bring_in(Config(), url, wanted), every):
        kills += 1
        count = entered(url)
        assert count in {0, ROWS}, count
        if count:
            break
    assert entered(url) == ROWS
    return kills


if __name__ == "__main__":
    print(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
