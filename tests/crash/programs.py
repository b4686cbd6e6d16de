"""Programs to be killed (`tests.crash.worker`), as whoever started them sees them."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path


class Worker:
    """A program that was started: what it was given, and what it has answered."""

    def __init__(self, url: str, name: str, sent: Path, options: Sequence[str] = ()) -> None:
        """Start it on a database; what it tells goes to the file `sent`."""
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.worker", url, name, str(sent), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.given: dict[str, str] = {}
        self.answered: set[str] = set()
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for row in self.process.stdout:
            if row.endswith("\n"):
                self.answered.add(row.strip())

    @property
    def unanswered(self) -> Mapping[str, str]:
        """What it was given and has not answered, by number."""
        return {number: said for number, said in self.given.items() if number not in self.answered}

    def give(self, number: str, said: str) -> None:
        """Hand in a message: `PLATFORM ROOM PERSON WORDS`."""
        assert self.process.stdin is not None
        self.given[number] = said
        self.process.stdin.write(f"{number} {said}\n")
        self.process.stdin.flush()

    def forget(self) -> None:
        """Keep no more of what is answered: it is much, after half an hour."""
        done = self.answered & self.given.keys()
        self.given = {number: said for number, said in self.given.items() if number not in done}
        self.answered -= done

    def killed(self) -> None:
        """Kill it as the system kills, and read what it had still said."""
        self.process.kill()
        self.process.wait()
        self._reading.join(60)

    def ends(self) -> None:
        """Let it end by itself, when it has answered and told everything."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(120) == 0
        self._reading.join(60)
