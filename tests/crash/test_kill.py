"""The real process is killed again and again while two thousand commands stream in."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections import Counter

import pytest

from adapters.cli.store import open_store
from bot.collective.collectives import HOME
from bot.collective.contributions import ContributionLogged
from bot.collective.folding import fold, read_event
from bot.collective.state import State
from tests.house.cases import first

COMMANDS = 2_000
KILLS = first(1, (5, 20))


def run_and_kill(url: str, numbers: list[str], after: int | None) -> list[str]:
    """Stream the numbers into a fresh process; kill it after so many answers; return those."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.crash.stream", url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        feed = threading.Thread(target=_feed, args=(process, "".join(f"{n}\n" for n in numbers)))
        feed.start()
        answered = []
        for row in process.stdout:
            answered.append(row.strip())
            if after is not None and len(answered) >= after:
                process.kill()
                break
        answered += [row.strip() for row in process.stdout if row.endswith("\n")]
        feed.join()
    return answered


def _feed(process: subprocess.Popen[str], text: str) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(text)
        process.stdin.close()
    except BrokenPipeError:
        return


@pytest.mark.parametrize("kills", KILLS)
def test_no_kill_loses_an_answered_command_or_doubles_one(database_url: str, kills: int) -> None:
    rng = random.Random(20)
    numbers = [str(n) for n in range(1, COMMANDS + 1)]
    answered: set[str] = set()
    for _ in range(kills):
        waiting = [n for n in numbers if n not in answered]
        again = rng.sample(sorted(answered), min(20, len(answered)))
        answered.update(run_and_kill(database_url, again + waiting, rng.randint(20, 80) + len(again)))
    answered.update(run_and_kill(database_url, numbers, None))

    assert answered == set(numbers)
    with open_store(database_url) as store, store.archive.snapshot() as archive:
        entries = list(archive.entries(HOME))
    logged = [
        (entry, event)
        for entry in entries
        if isinstance(event := read_event(entry.payload), ContributionLogged)
    ]
    assert Counter(entry.cause for entry, _ in logged) == Counter({f"console:{n}": 1 for n in numbers})
    state = fold(State(HOME), entries, {})
    assert (
        sum(count for (account, _), count in state.ledger.balances.items() if account != "commons")
        == COMMANDS
    )
