"""A program at a real terminal: what somebody sees there, and what they type."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

WAIT_SECONDS_MAX = 120
"""A test whose words never come fails by then; none waits for time to pass."""

CALM_LOOKS = 10
"""So often in turn it must be asleep to be taken to wait."""


class Terminal:
    """One program, and everything that stood on its screen so far."""

    def __init__(self, command: tuple[str, ...], folder: Path, **environment: str) -> None:
        """Start it in a folder."""
        self.screen = ""
        self._seen = 0
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=folder,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "100", **environment},
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509 - no thread of ours holds anything then
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._ours)

    def sees(self, words: str) -> None:
        """Wait until that stands on the screen, behind what was waited for before."""
        until = time.monotonic() + WAIT_SECONDS_MAX
        while (found := self.screen.find(words, self._seen)) < 0:
            assert self._read(until), f"“{words}” never came:\n{self.screen}"
        self._seen = found + len(words)

    def type(self, line: str) -> None:
        """Type a line, and Enter."""
        self.press(f"{line}\r")

    def press(self, keys: str) -> None:
        """Press keys."""
        os.write(self._ours, keys.encode())

    def interrupt(self) -> None:
        """Press Ctrl-C, once it waits for a line.

        One that comes in the instant between the question and the wait only counts with the next key:
        Python looks for signals before it begins to wait, and then is not woken by that one any more.
        """
        until, calm = time.monotonic() + WAIT_SECONDS_MAX, 0
        # Asleep for a moment is also what only looks something up on the disk.
        while (calm := calm + 1 if self._waits() else 0) < CALM_LOOKS:
            assert time.monotonic() < until, f"it never waits for a line:\n{self.screen}"
            select.select([], [], [], 0.01)
        self.press("\x03")

    def _waits(self) -> bool:
        """Whether the program sleeps; where the system does not say so, it is taken to."""
        try:
            told = Path(f"/proc/{self._process.pid}/stat").read_text()
        except FileNotFoundError:
            return True
        return told.rpartition(")")[2].split()[0] == "S"

    def ends(self) -> int:
        """Wait until the program has ended; its exit code."""
        until = time.monotonic() + WAIT_SECONDS_MAX
        while self._read(until):
            pass
        return self._process.wait(WAIT_SECONDS_MAX)

    def _read(self, until: float) -> bool:
        """Take in what came; False at the end, or when it takes too long."""
        ready, _, _ = select.select([self._ours], [], [], max(until - time.monotonic(), 0))
        try:
            came = os.read(self._ours, 65_536) if ready else b""
        except OSError:  # Linux's end of a terminal
            came = b""
        self.screen += came.decode(errors="replace").replace("\r\n", "\n")
        return bool(came)


def _take_terminal() -> None:
    """Have the terminal's signals, such as Ctrl-C, reach the program."""
    # Whoever runs the tests in the background may have had Ctrl-C ignored.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    import fcntl  # noqa: PLC0415
    import termios  # noqa: PLC0415

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
