"""A secret poll on a real file: an engine, its keys in a folder beside the database's, and a clock.

`Killed` stands for `kill -9`: it flies through everything, and whoever comes next has only the disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.chat import Outgoing
from bot.ports import Journal, Transaction
from storage.fleeting import MEMORY
from storage.keys import KeyFolder
from tests.house import House, Told

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


@dataclass
class MortalJournal:
    """A journal of a process that may be killed before and after each commit."""

    journal: Journal
    fate: Fate

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        self.fate.step("before a transaction")
        with self.journal.transaction() as transaction:
            yield transaction
            self.fate.step("before a commit")
        self.fate.step("after a commit")

    def close(self) -> None:
        self.journal.close()


class Election(House):
    """Four people, one poll, and everything that is kept of it."""

    def __init__(self, url: str, keys: Path, program: str = "m") -> None:
        self.folder, self.fate = keys, Fate()
        super().__init__(
            homes={"m": HOME}, url=url, program=program, between=self.killing, delivering=True
        )

    def killing(self, journal: Journal) -> Journal:
        return MortalJournal(journal, self.fate)

    def begin(self) -> None:
        self.fate = Fate()
        self.keys = MortalKeys(self.folder, self.fate)
        super().begin()

    def restart(self, steps: int | None = None) -> None:
        """A new process over the same disk, which lives for so many steps."""
        super().restart()
        self.fate.steps = steps

    def open(
        self, options: str = "", question: str = "Who? | Anna | Bo | Cem | Dee | Eve | Fay"
    ) -> Told:
        """Everybody comes, and the poll opens."""
        for who in VOTERS:
            self.say(who, "/balance")
        return self.say("ann", f"/poll {question} --secret --method schulze {options}".strip())

    def vote(self, who: str, words: str) -> Told:
        return self.say(who, f"/vote Q1 {words}", private=True)

    def kinds(self) -> list[str]:
        """The kinds of the poll's events, in order."""
        kinds = (_kind(entry.payload) for entry in self.entries())
        return [kind for kind in kinds if kind.startswith("poll.")]

    def boxes(self) -> Sequence[tuple[int, bytes]]:
        with self.database.connect() as connection:
            rows = connection.exec_driver_sql("SELECT voter, box FROM ballots ORDER BY voter").all()
        return [(voter, bytes(box)) for voter, box in rows]

    def outbox(self) -> list[Outgoing]:
        """Everything that was ever to be told, as far as it is kept."""
        with self.database.connect() as connection:
            rows = connection.exec_driver_sql(
                "SELECT body FROM outbox WHERE body IS NOT NULL ORDER BY position"
            )
            return [MEMORY.told(body) for (body,) in rows]

    def key_files(self) -> list[Path]:
        return sorted(self.folder.glob("*")) if self.folder.is_dir() else []


def _kind(payload: str) -> str:
    return payload.partition('"event":"')[2].partition('"')[0]
