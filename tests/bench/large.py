"""A collective with a million entries: its questions, its start, its memory, its verification."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from adapters.cli.halves import cores
from adapters.cli.store import open_store
from bot.chat import CONSOLE, Actor, Incoming
from bot.ports import Mark
from bot.writer.engine import Engine
from tests.bench import book
from tests.bench.bot import accepted, engine_of
from tests.bench.figures import Figure, Sizes, alternating, mebibytes, percentile
from tests.bench.figures import time as shown
from tests.bench.machine import rss
from tests.bench.processes import (
    TALKOOT,
    processor_of,
    said_as_json,
    seconds_of,
    seconds_of_python,
    talkoot_run,
)
from tests.bench.raw import RawSqlite, seconds_each

NOW = book.BEGIN + dt.timedelta(days=book.DAYS)
PERIOD_DAYS = 31
FOLD_SECONDS_MAX = 5.0
FOLD_BYTES_MAX = 400 * 2**20
READY_SECONDS_MAX = 2.0
VERIFY_RATIO_MAX = 2
OF_MEMBER = """SELECT e.payload FROM subjects s JOIN entries e USING (collective, seq)
    WHERE s.collective = 'home' AND s.subject = ? AND s.seq >= ? ORDER BY s.seq"""

QUESTIONS = (
    ("/balance", "/balance", 0.010),
    ("/ledger (this month)", "/ledger", None),
    ("/statement (this month)", "/statement", 0.100),
    ("/statement (a month a year ago)", "/statement 2025-05", 0.100),
    ("/digest preview (this week)", "/digest preview", 1.0),
    ("/digest preview (this quarter)", "/digest preview --every quarterly", 1.0),
)


def measure(sizes: Sizes, folder: Path) -> Iterator[Figure]:
    """Everything on one database, which is made once."""
    path = folder / "large.db"
    url = f"sqlite:///{path}"
    book.make(url, sizes.entries, sizes.members)
    yield from _questions(sizes, url, path, folder)
    yield from _starting(sizes, url, path, folder)
    yield from _verifying(sizes, url, path, folder)


# --- Questions ------------------------------------------------------------------------------------


def _questions(sizes: Sizes, url: str, path: Path, folder: Path) -> Iterator[Figure]:
    """Each asked by many members, from the message to the durable answer."""
    write = median(seconds_each(RawSqlite(folder / "floor.db"), 200))
    with open_store(url) as store:
        engine = engine_of(store, NOW, dt.timedelta(seconds=1))
        _ask(engine, 1, "/balance", "warm")
        for what, line, limit in QUESTIONS:
            seconds = [
                _ask(engine, number % sizes.members + 1, line, f"{line}{number}")
                for number in range(sizes.asked)
            ]
            value = median(seconds)
            if line.startswith("/statement"):
                since = dt.datetime(2025, 5, 1, tzinfo=dt.UTC) if " " in line else _month_begin()
                floor = write + _reading(path, since, sizes.asked)
                baseline = f"{shown(floor)} (raw reading, one raw transaction)"
            else:
                floor, baseline = write, f"{shown(write)} (one raw transaction)"
            yield Figure(
                f"{what}, p50 (p99 {shown(percentile(seconds, 99))})",
                shown(value),
                baseline,
                value / floor,
                f"< {shown(limit)}" if limit else "–",
                value < limit if limit else None,
            )


def _month_begin() -> dt.datetime:
    return NOW.replace(day=1)


def _ask(engine: Engine, member: int, line: str, name: str) -> float:
    who = Actor(CONSOLE, book.account(member), f"person {member}")
    message = Incoming(name, book.MAIN, who, line)
    begun = time.perf_counter()
    (answer,) = engine.handle([message])
    seconds = time.perf_counter() - begun
    assert answer is not None
    assert accepted(answer.outgoing), answer
    engine.handle([], [Mark(row.key, row.number, receipt=row.id) for row in answer.outgoing])
    return seconds


def _reading(path: Path, since: dt.datetime, asked: int) -> float:
    """Reading and parsing what a statement is made of, by hand; where it begins is given."""
    at = int((since - dt.timedelta(days=1)).timestamp() * 1000)
    seconds = []
    connection = sqlite3.connect(path)
    (first,) = connection.execute("SELECT min(seq) FROM entries WHERE at >= ?", (at,)).fetchone()
    for member in range(1, asked + 1):
        begun = time.perf_counter()
        for (payload,) in connection.execute(OF_MEMBER, (f"member:{member}", first)):
            json.loads(payload)
        seconds.append(time.perf_counter() - begun)
    connection.close()
    return median(seconds)


# --- Start and memory -----------------------------------------------------------------------------


def _starting(sizes: Sizes, url: str, path: Path, folder: Path) -> Iterator[Figure]:
    """The fold in a fresh process, against reading and parsing the same journal by hand."""
    memories: list[float] = []

    def folding() -> float:
        said = said_as_json("tests.bench.folding", url)
        memories.append(said["after"])
        assert said["entries"] >= sizes.entries
        return said["seconds"]

    def floor() -> float:
        said = said_as_json("tests.bench.plain", str(path))
        return said["reading"] + said["parsing"]

    value, plain = alternating(sizes.runs, folding, floor)
    yield Figure(
        f"fold {sizes.entries:,} entries at start",
        shown(value),
        f"{shown(plain)} (plain reading and parsing)",
        value / plain,
        f"< {shown(FOLD_SECONDS_MAX)}",
        value < FOLD_SECONDS_MAX,
    )
    yield Figure(
        "memory then",
        mebibytes(max(memories)),
        goal="< 400 MiB",
        met=max(memories) < FOLD_BYTES_MAX,
    )
    running: list[int] = []

    def first_answer() -> float:
        with talkoot_run(url, folder) as bot:
            bot.ask("/balance")
            seconds = bot.seconds
            running.append(rss(bot.pid))
        return seconds

    unread = first_answer()  # a snapshot is made before it answers, where the journal is long enough
    ready, bare = alternating(max(1, sizes.runs // 2), first_answer, lambda: seconds_of_python(folder))
    yield Figure(
        "talkoot run on it for the first time, without a snapshot",
        shown(unread),
        f"{shown(bare)} (bare Python)",
        unread / bare,
    )
    yield Figure(
        f"talkoot run on it: start to first answer (then {mebibytes(max(running))})",
        shown(ready),
        f"{shown(bare)} (bare Python)",
        ready / bare,
        f"< {shown(READY_SECONDS_MAX)}",
        ready < READY_SECONDS_MAX,
    )


# --- Verification ---------------------------------------------------------------------------------


def _verifying(sizes: Sizes, url: str, path: Path, folder: Path) -> Iterator[Figure]:
    """`talkoot verify` by the clock, against reading, parsing and hashing the same by hand.

    It may use two cores where there are two; the other way uses one.
    """

    def ours() -> float:
        return seconds_of(TALKOOT, "verify", "--db", url, folder=folder)

    def floor() -> float:
        return sum(said_as_json("tests.bench.plain", str(path)).values())

    value, plain = alternating(max(1, sizes.runs // 2), ours, floor)
    yield Figure(
        f"talkoot verify, {sizes.entries:,} entries, {cores()} cores",
        shown(value),
        f"{shown(plain)} (plain reading, parsing and hashing)",
        value / plain,
        f"ratio ≤ {VERIFY_RATIO_MAX}",
        value <= VERIFY_RATIO_MAX * plain,
    )
    spent = processor_of(TALKOOT, "verify", "--db", url, folder=folder)
    yield Figure("the same, processor time of its processes together", shown(spent))
