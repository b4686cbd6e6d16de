"""Talkoot as a process of its own: started, spoken to through its pipe, measured from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

TALKOOT = str(Path(sys.executable).with_name("talkoot"))
ROOT = Path(__file__).parents[2]


def said_as_json(module: str, *arguments: str) -> dict[str, float]:
    """Run a module of the benchmarks in a fresh process; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    said: dict[str, float] = json.loads(done.stdout)
    return said


def seconds_of(*command: str, folder: Path) -> float:
    """How long a command takes from its start to its end."""
    begun = time.perf_counter()
    subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, check=True)
    return time.perf_counter() - begun


def processor_of(*command: str, folder: Path) -> float:
    """The seconds of processor time that a command takes, with the processes that it starts."""
    before = os.times()
    subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, check=True)
    now = os.times()
    return now.children_user + now.children_system - before.children_user - before.children_system


def seconds_of_python(folder: Path) -> float:
    """How long Python alone takes: the floor under every start."""
    return seconds_of(sys.executable, "-c", "print()", folder=folder)


class Conversation:
    """`talkoot run` behind a pipe."""

    def __init__(self, process: subprocess.Popen[str], begun: float) -> None:
        assert process.stdin
        assert process.stdout
        self.pid = process.pid
        self.begun = begun
        self._in: IO[str] = process.stdin
        self._out: IO[str] = process.stdout

    def ask(self, line: str) -> str:
        """Type a line; the first line that comes back."""
        self._in.write(f"{line}\n")
        self._in.flush()
        answer = self._out.readline()
        assert answer.startswith(">"), answer
        return answer

    @property
    def seconds(self) -> float:
        """Since the process was started."""
        return time.perf_counter() - self.begun


@contextmanager
def talkoot_run(url: str, folder: Path) -> Iterator[Conversation]:
    """Start the bot on a database; at the end its input ends and so does it."""
    surroundings = {**os.environ, "TALKOOT_CONSOLE__NAME": "p1"}
    begun = time.perf_counter()
    with subprocess.Popen(
        [TALKOOT, "run", "--db", url],
        cwd=folder,
        env=surroundings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Conversation(process, begun)
        assert process.stdin
        assert process.stdout
        process.stdin.close()
        process.stdout.read()
    assert process.returncode == 0
