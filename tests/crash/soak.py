"""Workers on one PostgreSQL, of which one is killed every half minute: `python -m tests.crash.soak`.

Three of four programs (`tests.crash.worker`) are killed in turns that a seed draws, with SIGKILL, and
started again at once; nobody kills the fourth, whose memory is watched. People speak in several
collectives all the time; time goes sixty times as fast (`--rate`), so that reminders and digests come
due. What a killed one had not answered its platforms tell to another one, as they do in life. Behind it
all it is looked whether anything was lost, doubled, or told in another order.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import linear_regression
from typing import Any

from sqlalchemy import Row

from adapters.cli.store import Store, open_store
from adapters.cli.verify import verify_archive
from bot.collective.digests import DigestTold
from bot.collective.folding import read_event
from bot.collective.reminders import ReminderCame, ReminderSet
from tests import postgres
from tests.bench import machine
from tests.crash.programs import Worker
from tests.crash.worker import BEGIN, QuickClock

COLLECTIVES = tuple(f"c{n}" for n in range(8))
ROOMS = ("hall", "garden", "kitchen")
PEOPLE = tuple(f"p{n}" for n in range(20))
MORTAL, STEADY = ("a", "b", "c"), "d"
RATE = 60.0
"""How fast time goes: with 10,000 half an hour is 208 days, of which single entries are kept for 62."""

BURST = 16
"""So many messages come at once before somebody is killed, so that it dies in the middle of some."""

WAITING_MAX = 200
"""How much one may owe: people do not speak faster than they are answered for long."""

SETTLING_SECONDS = 600.0
"""How long behind the last word everything must be told and done."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long people speak, how many messages come a second, and how long until the next kill."""

    seconds: float = 1_800.0
    seed: int = 26
    a_second: float = 25.0
    kills: tuple[float, float] = (20.0, 40.0)
    looks: float = 60.0
    rate: float = RATE

    @property
    def days(self) -> float:
        """How many days of the clock people speak."""
        return self.seconds * self.rate / 86_400


@dataclass(slots=True)
class Soaked:
    """What came of it: how much, what does not hold, and the memory of each program by seconds."""

    said: int = 0
    kills: int = 0
    handed_again: int = 0
    told_again: int = 0
    most_again: int = 0
    entries: int = 0
    digests: int = 0
    reminders: int = 0
    sent: int = 0
    memory: dict[str, list[tuple[float, int]]] = field(default_factory=lambda: defaultdict(list))
    flaws: list[str] = field(default_factory=list)

    def holds(self, what: str, wrong: Sequence[object]) -> None:
        """Note what does not hold, with the first of it."""
        if wrong:
            self.flaws.append(f"{what}: {len(wrong)}, first {wrong[0]}")

    @property
    def slope(self) -> float:
        """How many bytes an hour the one that nobody kills grew, behind its first third."""
        seen = self.memory[STEADY]
        seen = seen[len(seen) // 3 :]
        if len(seen) < 2:
            return 0.0
        return 3600 * linear_regression(*zip(*seen, strict=True)).slope


class Soak:
    """One run, from the start of the programs until nothing waits any more."""

    def __init__(self, plan: Plan, url: str, folder: Path) -> None:
        """On a fresh database."""
        self._plan, self._url, self._sent = plan, url, folder / "sent"
        self._rng, self._zero = random.Random(plan.seed), time.time()
        self._clock = QuickClock(plan.rate, self._zero)
        self._due_until = 0
        self._lives: Counter[str] = Counter()
        self._wanted: dict[str, str] = {}
        self._workers: dict[str, Worker] = {}
        self.found = Soaked()

    def run(self) -> Soaked:
        """Let them speak and die, and look what is left."""
        with open_store(self._url) as store:
            for name in (*MORTAL, STEADY):
                self._start(name)
            try:
                self._speak()
                self._settle(store)
                for worker in self._workers.values():
                    worker.ends()
            finally:
                for worker in self._workers.values():
                    worker.killed()
            self._check(store)
        return self.found

    def _start(self, name: str) -> None:
        self._lives[name] += 1
        options = (
            "--rate",
            str(self._plan.rate),
            "--zero",
            str(self._zero),
            "--platforms",
            *COLLECTIVES,
        )
        self._workers[name] = Worker(self._url, f"{name}{self._lives[name]}", self._sent, options)

    # --- While it runs ----------------------------------------------------------------------------

    def _speak(self) -> None:
        """People speak until the time is over; between their words one is killed, now and then."""
        for collective in COLLECTIVES:
            for who in PEOPLE:
                self._say(collective, "hall", who, "/log 1m came")
        while any(worker.unanswered for worker in self._workers.values()):
            threading.Event().wait(0.1)
        plan, begun = self._plan, time.monotonic()
        kill, look, word = begun + self._rng.uniform(*plan.kills), begun, begun
        while (now := time.monotonic()) < begun + plan.seconds:
            if now >= kill:
                self._kill()
                kill = now + self._rng.uniform(*plan.kills)
            if now >= look:
                self._look(now - begun)
                look += plan.looks
            if now >= word:
                self._say_something()
                word = max(word + self._rng.expovariate(plan.a_second), now - 1)
            else:
                threading.Event().wait(min(word - now, 0.05))

    def _say_something(self) -> None:
        rng, number = self._rng, len(self._wanted)
        other = rng.choice(PEOPLE)
        words = rng.choices(
            (
                f"/log 1m number {number}",
                f"/thank @{other} for number {number}",
                f"/remind me in {rng.randint(1, 20)}m number {number}",
                f"/remind room in {rng.randint(1, 20)}m number {number}",
            ),
            (60, 30, 7, 3),
        )[0]
        who = rng.choice([each for each in PEOPLE if each != other])
        self._say(rng.choice(COLLECTIVES), rng.choice(ROOMS), who, words)

    def _say(self, collective: str, room: str, who: str, words: str) -> None:
        """Somebody says something, and some program hears it; of some messages two do."""
        number, said = str(len(self._wanted)), f"{collective} {room} {who} {words}"
        self._wanted[number] = collective
        self.found.said += 1
        for worker in self._rng.sample(list(self._workers.values()), self._rng.choice([1] * 9 + [2])):
            self._give(worker, number, said)

    def _give(self, worker: Worker, number: str, said: str) -> None:
        while len(worker.given) >= WAITING_MAX:
            worker.forget()
            assert worker.process.poll() is None, f"{worker.name} ended: {worker.process.returncode}"
            threading.Event().wait(0.01)
        worker.give(number, said)

    def _kill(self) -> None:
        """Kill one amid many words, start it again, and tell the others what it never answered."""
        for _ in range(BURST):
            self._say_something()
        name = self._rng.choice(MORTAL)
        worker = self._workers.pop(name)
        worker.killed()
        self.found.kills += 1
        for number, said in worker.unanswered.items():
            self.found.handed_again += 1
            self._give(self._rng.choice(list(self._workers.values())), number, said)
        self._start(name)

    def _look(self, at: float) -> None:
        for worker in self._workers.values():
            self.found.memory[worker.name.rstrip("0123456789")].append(
                (at, machine.rss(worker.process.pid))
            )
        sizes = (f"{name} {seen[-1][1] / 2**20:.0f} MiB" for name, seen in self.found.memory.items())
        load = os.getloadavg()[0]
        print(
            f"{at:.0f} s: {self.found.said:,} said, {self.found.kills} kills, {', '.join(sizes)}, "
            f"load {load:.1f}",
            flush=True,
        )

    def _settle(self, store: Store) -> None:
        """Wait until all are answered, all is told, and nothing is due."""
        until = time.monotonic() + SETTLING_SECONDS
        self._due_until = max(int(self._clock.now().timestamp() * 1000), FIRST_DIGESTS)
        while time.monotonic() < until:
            for worker in self._workers.values():
                worker.forget()
            owing = any(worker.given for worker in self._workers.values())
            if not owing and not store.wakes.due(self._due_until) and not store.outbox.waiting(1):
                return
            threading.Event().wait(0.2)
        self.found.flaws.append("something still waits")

    # --- What is left -----------------------------------------------------------------------------

    def _check(self, store: Store) -> None:
        found = self.found
        found.holds("still waiting", store.outbox.waiting(10))
        found.holds("does not verify", verify_archive(store.archive).flaws)
        causes: Counter[str] = Counter()
        with store.archive.snapshot() as archive:
            for collective in COLLECTIVES:
                sets: dict[int, int] = {}
                began = 0
                came: Counter[int] = Counter()
                told: Counter[object] = Counter()
                for entry in archive.entries(collective):
                    found.entries += 1
                    began = began or entry.at
                    event = read_event(entry.payload)
                    match event:
                        case ReminderSet():
                            sets[event.number] = event.at
                        case ReminderCame():
                            came[event.number] += 1
                        case DigestTold():
                            told[event.room, event.member, event.every, event.slot] += 1
                    if not entry.cause.startswith("time:"):
                        causes[entry.cause] += type(event).__name__ in _ASKED
                found.digests += len(told)
                found.reminders += len(came)
                found.holds("digests told twice", [it for it, n in told.items() if n > 1])
                early = began and began < FIRST_DIGESTS
                found.holds("no digest", [collective] if early and not told else [])
                found.holds("reminders twice", [it for it, n in came.items() if n > 1])
                found.holds(
                    "reminders lost",
                    [it for it, at in sets.items() if it not in came and at <= self._due_until],
                )
        wanted = {f"{collective}:{number}" for number, collective in self._wanted.items()}
        found.holds("lost", sorted(wanted - causes.keys()))
        found.holds("acted twice", [each for each, n in causes.items() if n != 1])
        self._check_told(store)

    def _check_told(self, store: Store) -> None:
        """Every row was told, where it stands; again only what was on its way when somebody died."""
        found = self.found
        told: dict[str, list[tuple[str, str]]] = defaultdict(list)
        order: dict[str, float] = {}
        for line in self._sent.read_text().splitlines():
            _, worker, at, row, where = line.split(" ")
            told[row].append((worker, where))
            order[row] = min(float(at), order.get(row, float(at)))
        found.sent = sum(map(len, told.values()))
        again: Counter[str] = Counter()
        for row, seen in told.items():
            for (worker, where), (other, _) in pairwise(seen):
                again[where] += 1
                found.holds("told twice by one", [row] * (worker == other))
        found.told_again, found.most_again = again.total(), max(again.values(), default=0)
        for where, rows in _rows(store).items():
            found.holds("not told", [row for row in rows if row not in told])
            first = [order[row] for row in rows if row in order]
            found.holds(f"order at {where}", [1] if first != sorted(first) else [])


FIRST_DIGESTS = int(BEGIN.replace(hour=9, minute=0).timestamp() * 1000)
_ASKED = {"ContributionLogged", "ThanksGiven", "ReminderSet"}
"""What people asked for; beside it who is new joins."""


def _rows(store: Store) -> dict[str, list[str]]:
    """What was sent, by address, in the order in which it was written."""
    rows: dict[str, list[str]] = defaultdict(list)
    with store.archive.engine.connect() as connection:
        kept = connection.exec_driver_sql(
            "SELECT platform, message, step, number, to_platform, to_room, to_person FROM outbox "
            "WHERE state = 'sent' AND receipt <> 'overtaken' ORDER BY position"
        )
        for row in kept:
            rows[f"{row.to_platform}/{row.to_room}/{row.to_person}"].append(_name(row))
    return rows


def _name(row: Row[Any]) -> str:
    return f"{row.platform}|{row.message}|{row.step}|{row.number}"


def told(plan: Plan, it: Soaked) -> Iterator[str]:
    """What came of it, in lines."""
    load = os.getloadavg()[0]
    yield (
        f"{plan.seconds:.0f} s, which are {plan.days:.1f} days, seed {plan.seed}, "
        f"{os.cpu_count()} CPUs, load {load:.1f} at the end"
    )
    yield f"said {it.said:,}, of which {it.handed_again:,} again to another after {it.kills} kills"
    yield f"entries {it.entries:,}, reminders that came {it.reminders:,}, digests {it.digests:,}"
    yield (
        f"sent {it.sent:,}, of which {it.told_again:,} again by another with the same id, "
        f"at most {it.most_again} to one address"
    )
    for name, seen in it.memory.items():
        sizes = [size / 2**20 for _, size in seen]
        yield f"memory of {name}: {min(sizes):.0f} to {max(sizes):.0f} MiB, last {sizes[-1]:.0f} MiB"
    yield f"memory of {STEADY}, which nobody killed, grew by {it.slope / 2**20:.1f} MiB an hour"
    yield from it.flaws or ["nothing lost, nothing doubled, every room in order, all journals verify"]


def main() -> int:
    """Soak, and print what came of it; the exit code says whether all held."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.soak")
    parser.add_argument("--seconds", type=float, default=1_800.0)
    parser.add_argument("--seed", type=int, default=26)
    parser.add_argument("--rate", type=float, default=RATE)
    given = parser.parse_args()
    plan = Plan(seconds=given.seconds, seed=given.seed, rate=given.rate)
    postgres.pytest_configure()
    try:
        with postgres.fresh_database() as url, tempfile.TemporaryDirectory() as folder:
            found = Soak(plan, url, Path(folder)).run()
    finally:
        postgres.pytest_unconfigure()
    print("\n".join(told(plan, found)))
    return int(bool(found.flaws))


if __name__ == "__main__":
    sys.exit(main())
