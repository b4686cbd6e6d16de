"""Several programs on one PostgreSQL: how many commands a second, and what a command costs of what."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.cli.store import open_store
from tests import postgres
from tests.bench.bot import LINES
from tests.bench.figures import Figure, Sizes, rate
from tests.bench.figures import time as shown
from tests.bench.machine import CPU_TICK_SECONDS, cpu_seconds
from tests.crash.programs import Worker

PLATFORMS = tuple(f"c{n}" for n in range(16))
ROOMS, PEOPLE = 4, 20
OWED_MAX = 64
"""How much one program may owe before it is given more."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took: seconds by the clock, of the programs and of the database; and bytes."""

    wall: float
    programs: float
    database: float
    kept: float


def measure(sizes: Sizes, folder: Path) -> Iterator[Figure]:
    """One program, and two, in turns, from the message to the answer that is told and marked."""
    one, two = list[Cost](), list[Cost]()
    with _server() as server:
        for number in range(2 if not sizes.smoke else 1):
            one.append(_cost(1, sizes.commands // 2, folder / f"one{number}", server))
            two.append(_cost(2, sizes.commands // 2, folder / f"two{number}", server))
    alone, both = min(one, key=lambda it: it.wall), min(two, key=lambda it: it.wall)
    yield Figure(
        "two programs on one PostgreSQL, commands, delivered",
        rate(1 / both.wall),
        f"{rate(1 / alone.wall)} (one program)",
        alone.wall / both.wall,
    )
    for name, it in (("one program", alone), ("two programs", both)):
        yield Figure(f"processor time of a command, {name}", shown(it.programs))
        yield Figure(f"and of PostgreSQL for it, {name}", shown(it.database))
    yield Figure("what PostgreSQL keeps for a command", f"{alone.kept / 1024:.1f} KiB")


def _cost(programs: int, commands: int, sent: Path, server: int) -> Cost:
    with postgres.fresh_database() as url, ExitStack() as stack:
        store = stack.enter_context(open_store(url))
        workers = list[Worker]()
        for number in range(programs):
            worker = Worker(url, f"w{number}", sent, ("--platforms", *PLATFORMS))
            stack.callback(worker.killed)
            workers.append(worker)
        _hand_in(workers, [_said(n, "/me") for n in range(len(PLATFORMS) * PEOPLE)], "join")
        size, used, taken = _size(url), _of(workers), _of_server(server)
        begun = time.perf_counter()
        _hand_in(workers, [_said(n, LINES[n % len(LINES)]) for n in range(commands)], "m")
        while store.outbox.waiting(1):
            threading.Event().wait(0.01)
        wall = time.perf_counter() - begun
        spent, served = _of(workers) - used, _of_server(server) - taken
        kept = _size(url) - size
        for worker in workers:
            worker.ends()
        return Cost(*(each / commands for each in (wall, spent, served, kept)))


@contextmanager
def _server() -> Iterator[int]:
    """The tests' server, which waits for its disk; its process."""
    postgres.pytest_configure()
    try:
        postgres.server_url()
        folder = Path(os.environ[postgres.FOLDER])
        yield int((folder / "data" / "postmaster.pid").read_text().split()[0])
    finally:
        postgres.pytest_unconfigure()


def _said(number: int, words: str) -> str:
    platform, who = PLATFORMS[number % len(PLATFORMS)], number // len(PLATFORMS)
    return f"{platform} room{who % ROOMS} p{who % PEOPLE} {words}"


def _hand_in(workers: list[Worker], said: list[str], name: str) -> None:
    """Give each program its share, and wait until all is answered."""
    for number, each in enumerate(said):
        worker = workers[number % len(workers)]
        while len(worker.given) >= OWED_MAX:
            worker.forget()
            assert worker.process.poll() is None, "it goes on"
            threading.Event().wait(0.001)
        worker.give(f"{name}{number}", each)
    for worker in workers:
        while worker.given:
            worker.forget()
            assert worker.process.poll() is None, "it goes on"
            threading.Event().wait(0.001)


def _of(workers: list[Worker]) -> float:
    return sum(cpu_seconds(worker.process.pid) for worker in workers)


def _of_server(server: int) -> float:
    """The processor time of a server with all its processes, also those that have ended."""
    total = 0.0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        if int(path.parent.name) == server:
            total += sum(map(int, fields[11:15])) * CPU_TICK_SECONDS
        elif int(fields[1]) == server:
            total += sum(map(int, fields[11:13])) * CPU_TICK_SECONDS
    return total


def _size(url: str) -> float:
    with open_store(url) as store, store.archive.engine.connect() as connection:
        return float(
            connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
        )
