"""Three workers on one database, under load: one is killed, one is paused for longer than its lease."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from adapters.cli.store import open_store
from bot.chat import CONSOLE
from bot.collective.collectives import HOME
from bot.collective.contributions import ContributionLogged
from bot.collective.folding import read_event
from bot.writer.lease import DEAD_SECONDS
from tests.crash.programs import Worker

MESSAGES = 300
ROOMS = 5
PACE = 1.0
"""Leases are as long as in life: on a slow machine a shorter one ends while its owner works."""


@contextmanager
def workers(url: str, sent: Path) -> Iterator[list[Worker]]:
    started = [Worker(url, name, sent, ("--pace", str(PACE))) for name in ("a", "b", "c")]
    try:
        yield started
    finally:
        for worker in started:
            worker.killed()


def give(worker: Worker, number: int) -> None:
    said = f"{CONSOLE} room{number % ROOMS} p{number % 20} /log 1m number {number}"
    worker.give(str(number), said)


def until_answered(worker: Worker, count: int) -> None:
    """Wait until so many are answered; who hangs fails the test by its own time limit."""
    while len(worker.answered) < count:
        assert worker.process.poll() is None, worker.process.returncode
        threading.Event().wait(0.01)


def is_alone(url: str) -> bool:
    """Whether two of three are struck out, within twice as long as that takes."""
    until = time.monotonic() + 2 * DEAD_SECONDS * PACE
    with open_store(url) as store:
        while len(store.crew.look().beats) > 1:
            if time.monotonic() > until:
                return False
            threading.Event().wait(0.05)
    return True


def pause_until_struck_out(worker: Worker, url: str) -> None:
    """Pause it. Where that was inside a transaction nobody else can write: then at another moment."""
    worker.process.send_signal(signal.SIGSTOP)
    while not is_alone(url):
        worker.process.send_signal(signal.SIGCONT)
        threading.Event().wait(0.05)
        worker.process.send_signal(signal.SIGSTOP)


def until_nothing_waits(worker: Worker, url: str) -> None:
    """Wait until this one has also sent what the others left; who hangs fails the test by its limit."""
    with open_store(url) as store:
        while store.outbox.waiting(1):
            assert worker.process.poll() is None, worker.process.returncode
            threading.Event().wait(0.05)


def name_of(row: Row[Any]) -> str:
    return f"{row.platform}|{row.message}|{row.step}|{row.number}"


def told_by(sent: Path) -> Mapping[str, list[tuple[str, float]]]:
    """Of each row who told it, and when."""
    told: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for line in sent.read_text().splitlines():
        name, _, at, row, _ = line.split(" ")
        told[row].append((name, float(at)))
    return told


def assert_at_most_one_in_a_room_again(
    told: Mapping[str, list[tuple[str, float]]], rows: Sequence[Row[Any]]
) -> None:
    """What each of the two sent last in a room may not have been marked: there the row's id helps."""
    again = {row: names for row, names in told.items() if len(names) > 1}
    assert all(names[0][0] in "ab" for names in again.values()), again
    to = {name_of(each): (each.to_room, each.to_person) for each in rows}
    for name in "ab":
        lines = [to[row] for row, names in again.items() if names[0][0] == name]
        assert len(lines) == len(set(lines)), again


def test_of_three_workers_one_is_killed_and_one_is_paused_and_nothing_is_lost_or_sent_twice(
    database_url: str, tmp_path: Path
) -> None:
    rng, sent = random.Random(26), tmp_path / "sent"
    with open_store(database_url), workers(database_url, sent) as started:
        killed, paused, steady = started
        for worker in started:
            give(worker, MESSAGES + started.index(worker))
            until_answered(worker, 1)
        for number in range(MESSAGES):
            # Whoever gets the message takes it; some get it, as two programs on one account do.
            for worker in rng.sample(started, rng.choice([1, 1, 2])):
                give(worker, number)
        until_answered(killed, 20)
        when = time.monotonic()
        killed.killed()
        # Its platform tells of what it never heard an answer to.
        for given in killed.unanswered:
            give(steady, int(given))
        pause_until_struck_out(paused, database_url)
        paused.process.send_signal(signal.SIGCONT)
        paused.ends()
        # A program that ends leaves to the others what it had just taken.
        until_nothing_waits(steady, database_url)
        steady.ends()

    told = told_by(sent)
    with open_store(database_url) as store, store.archive.snapshot() as archive:
        waiting = store.outbox.waiting(10)
        logged = [
            each.cause
            for each in archive.entries(HOME)
            if isinstance(read_event(each.payload), ContributionLogged)
        ]
        with store.archive.engine.connect() as connection:
            rows = connection.exec_driver_sql(
                "SELECT platform, message, step, number, to_room, to_person FROM outbox "
                "WHERE state = 'sent' AND receipt <> 'overtaken' ORDER BY position"
            ).all()
    assert not waiting
    assert sorted(logged) == sorted(f"console:{n}" for n in range(MESSAGES + 3)), "each acted once"

    assert_at_most_one_in_a_room_again(told, rows)
    taken = [at for names in told.values() for name, at in names if name != "a"]
    assert max(taken) > when

    # As a platform shows it: each row where it came first.
    order = {row: min(at for _, at in names) for row, names in told.items()}
    for room in {each.to_room for each in rows}:
        ids = [name_of(each) for each in rows if each.to_room == room]
        assert [row for row in ids if row not in told] == []
        assert ids == sorted(ids, key=order.__getitem__)
