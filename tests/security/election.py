"""A secret poll on a real file: an engine, its keys in a folder beside the database's, and a clock.

`Killed` stands for `kill -9`: it flies through everything, and whoever comes next has only the disk.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from adapters.cli.outside import SeededChance
from adapters.console.stage import StageClock
from bot.chat import TIME, Actor, Incoming, Outgoing, Place
from bot.collective.state import State, fold
from bot.ports import Mark
from bot.writer.engine import Engine
from bot.writer.hearing import Instance
from commands import all_clockworks
from storage.engines import bring_up_to_date, open_engine
from storage.fleeting import MEMORY
from storage.journal import SqlJournal, SqlTransaction
from storage.keys import KeyFolder
from storage.reading import SqlArchive
from tests.house import BEGIN, COMMANDS, plain

VOTERS = ("ann", "bo", "cem", "dee")
HOME = "home"


class Killed(BaseException):
    """The process ends here, and nothing of it goes on."""


@dataclass
class Fate:
    """Lets a process live for so many steps on the disk, and ends it there."""

    steps: int | None = None
    taken: list[str] = field(default_factory=list)

    def step(self, name: str) -> None:
        if self.steps is not None and len(self.taken) >= self.steps:
            raise Killed(name)
        self.taken.append(name)


class MortalKeys(KeyFolder):
    """Keys of a process that may be killed before and after each step."""

    def __init__(self, folder: Path, fate: Fate) -> None:
        super().__init__(folder)
        self.fate = fate

    def destroy(self, name: str) -> None:
        self.fate.step("before the key is unlinked")
        super().destroy(name)
        self.fate.step("after the key was unlinked")


class MortalJournal(SqlJournal):
    """A journal of a process that may be killed before and after each commit."""

    fate: Fate

    @contextmanager
    def transaction(self) -> Iterator[SqlTransaction]:
        self.fate.step("before a transaction")
        with super().transaction() as transaction:
            yield transaction
            self.fate.step("before a commit")
        self.fate.step("after a commit")


class Election:
    """Four people, one poll, and everything that is kept of it."""

    def __init__(self, url: str, keys: Path, seed: int = 1) -> None:
        self.url, self.folder, self.seed = url, keys, seed
        bring_up_to_date(url)
        self.clock = StageClock(BEGIN)
        self.count = 0
        self.said: list[Outgoing] = []
        self.start()

    def start(self, steps: int | None = None) -> None:
        """A new process over the same disk, which lives for so many steps."""
        self.fate = Fate()
        self.store = open_engine(self.url)
        self.journal = MortalJournal(self.store)
        self.journal.fate = self.fate
        self.keys = MortalKeys(self.folder, self.fate)
        chance = SeededChance(self.seed + self.count)
        instance = Instance(
            COMMANDS,
            self.clock,
            chance,
            {"flood": 1_000_000},
            homes={"m": HOME},
            clockworks=all_clockworks(),
            keys=self.keys,
        )
        self.engine = Engine(self.journal, instance)
        self.fate.steps = steps

    def restart(self, steps: int | None = None) -> None:
        self.store.dispose()
        self.start(steps)

    def say(self, who: str, words: str, *, private: bool = False) -> str:
        """Say something, and have the answers delivered."""
        self.count += 1
        actor = Actor("m", who, who)
        place = Place("m", f"with {who}" if private else "hall")
        message = Incoming(f"m{self.count}", place, actor, words, private=private, addressed=private)
        return self._handed(message)

    def later(self, step: dt.timedelta) -> str:
        """Let the time go by; what is due happens."""
        self.clock.move_by(step)
        return self.tick()

    def tick(self) -> str:
        """Tell the engine the time."""
        self.count += 1
        time = Actor(TIME, "", TIME, operator=True)
        return self._handed(Incoming(f"t{self.count}", Place(TIME, HOME), time, ""))

    def _handed(self, message: Incoming) -> str:
        (answer,) = self.engine.handle([message])
        rows = answer.outgoing if answer else ()
        self.said.extend(rows)
        marks = [Mark(row.key, row.number, "$x", fleeting=row.reply.fleeting) for row in rows]
        self.engine.handle([], marks)
        return "\n".join(map(plain, rows))

    def open(
        self, options: str = "", question: str = "Who? | Anna | Bo | Cem | Dee | Eve | Fay"
    ) -> str:
        """Everybody comes, and the poll opens."""
        for who in VOTERS:
            self.say(who, "/balance")
        return self.say("ann", f"/poll {question} --secret --method schulze {options}".strip())

    def vote(self, who: str, words: str) -> str:
        return self.say(who, f"/vote Q1 {words}", private=True)

    def state(self) -> State:
        with SqlArchive(self.store).snapshot() as snapshot:
            return fold(State(HOME), snapshot.entries(HOME), snapshot.names(HOME))

    def kinds(self) -> list[str]:
        """The kinds of the poll's events, in order."""
        with SqlArchive(self.store).snapshot() as snapshot:
            payloads = [entry.payload for entry in snapshot.entries(HOME)]
        return [kind for kind in map(_kind, payloads) if kind.startswith("poll.")]

    def boxes(self) -> Sequence[tuple[int, bytes]]:
        with self.store.connect() as connection:
            rows = connection.exec_driver_sql("SELECT voter, box FROM ballots ORDER BY voter").all()
        return [(voter, bytes(box)) for voter, box in rows]

    def outbox(self) -> list[Outgoing]:
        """Everything that was ever to be told, as far as it is kept."""
        with self.store.connect() as connection:
            rows = connection.exec_driver_sql(
                "SELECT body FROM outbox WHERE body IS NOT NULL ORDER BY position"
            )
            return [MEMORY.told(body) for (body,) in rows]

    def key_files(self) -> list[Path]:
        return sorted(self.folder.glob("*")) if self.folder.is_dir() else []

    def close(self) -> None:
        self.store.dispose()


def _kind(payload: str) -> str:
    return payload.partition('"event":"')[2].partition('"')[0]
