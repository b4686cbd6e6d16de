"""Snapshots are made, and compared with their journals, in a process of its own: it takes seconds.

`python -m adapters.cli.snapshotting` reads one job from standard input, as JSON, does it, and says what
came of it on standard output. `adapters.cli.snapshots` speaks with it.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Iterable
from enum import StrEnum
from itertools import takewhile

import msgspec
from sqlalchemy import Engine

from bot.books.audit import compare
from bot.books.snapshots import ENTRIES_EACH, Wrapping
from bot.collective.folding import fold
from bot.collective.snapshots import read_snapshot, write_snapshot
from bot.collective.state import State
from storage.engines import open_engine
from storage.journal import SqlJournal
from storage.reading import SqlArchive

NICE = 10
"""What nobody waits for goes behind everything else."""


class What(StrEnum):
    """What is to be done."""

    MAKE = "make"
    COMPARE = "compare"


class Job(msgspec.Struct, frozen=True):
    """What is to be done, for which collective, in which database."""

    what: What
    url: str
    collective: str
    wrapping: Wrapping
    waited_for: bool = False

    def __repr__(self) -> str:
        """Without the password of the database."""
        return f"Job({self.what}, {self.collective!r})"


class Done(msgspec.Struct, frozen=True):
    """What came of it: up to which entry there is a snapshot, what was wrong, whether it all failed."""

    seq: int = 0
    flaw: str = ""
    failed: str = ""


def make(engine: Engine, wrapping: Wrapping, collective: str) -> Done:
    """Make a snapshot of what the journal has now, from the one before where that is to be believed."""
    journal, token, said = SqlJournal(engine), secrets.token_hex(8), list[str]()
    with journal.transaction() as tx:
        tx.hold([collective])
        kept, length = tx.snapshot(collective), tx.lengths([collective])[collective]
        tx.claim(collective, token)
    with SqlArchive(engine).snapshot() as picture:
        state = wrapping.opened(kept, picture, said.append)
        if state is not None and length - state.head.seq < ENTRIES_EACH // 2:
            return Done(state.head.seq)
        whole = state is None
        state = state or State(collective)
        fold(state, picture.entries(collective, state.head.seq), picture.names(collective))
    if parts := _parts(compare(state, read_snapshot(write_snapshot(state)))):
        return Done(flaw=f"what is written is not what is read ({parts})")
    made = wrapping.wrapped(state)
    with journal.transaction() as tx:
        if kept is not None and said:
            tx.void(kept, _now(), said[0])
        seq = made.seq if tx.keep(made, token) else 0
        if whole:
            tx.compared(made, _now())
    return Done(seq, *said)


def check(engine: Engine, wrapping: Wrapping, collective: str) -> Done:
    """Hold a snapshot against the whole journal, folded; one that differs is thrown away."""
    journal, said = SqlJournal(engine), list[str]()
    with journal.transaction() as tx:
        kept = tx.snapshot(collective)
    if kept is None or kept.code != wrapping.code:
        return Done()
    with SqlArchive(engine).snapshot() as picture:
        state = wrapping.opened(kept, picture, said.append)
        flaw = said[0] if said else ""
        if state is not None:
            entries = takewhile(lambda it: it.seq <= kept.seq, picture.entries(collective))
            anew = fold(State(collective), entries, picture.names(collective))
            parts = _parts(compare(state, anew))
            flaw = f"it differs from the journal in {parts}" if parts else ""
    with journal.transaction() as tx:
        if flaw:
            tx.void(kept, _now(), flaw)
        else:
            tx.compared(kept, _now())
    return Done(kept.seq, flaw)


def _parts(differences: Iterable[str]) -> str:
    """The parts of a state that differ, without what stands in them: those are people's words."""
    names = {each.partition(":")[0].partition(".")[0].partition("[")[0] for each in differences}
    known = {each for each in names if each in State.__dataclass_fields__}
    return ", ".join(sorted(known)) or ("something" if names else "")


def _now() -> int:
    return int(time.time() * 1000)


DOES = {What.MAKE: make, What.COMPARE: check}


def do(job: Job) -> Done:
    """Do a job."""
    if not job.waited_for:
        os.nice(NICE)
    engine = open_engine(job.url)
    try:
        return DOES[job.what](engine, job.wrapping, job.collective)
    finally:
        engine.dispose()


def main() -> None:
    """Do the job that is asked for; what fails is told without anybody's words."""
    try:
        done = do(msgspec.json.decode(sys.stdin.buffer.read(), type=Job))
    except Exception as why:  # noqa: BLE001 - whatever it was, whoever asked is told
        done = Done(failed=type(why).__name__)
    sys.stdout.buffer.write(msgspec.json.encode(done))


if __name__ == "__main__":
    main()
