"""Kills a program at every step it takes outside itself, one after another, each time from the start.

A step is what Python tells its audit hooks of: a file opened, named, unlinked, a database opened. Each
run is a process of its own, so the kill is a real one: nothing is tidied up behind it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator

_STEPS = ("open", "os.", "sqlite3.", "shutil.", "tempfile.", "fcntl.", "socket.connect")


def killed(run: Callable[[], None], every: int, first: int = 1) -> Iterator[int]:
    """Run it again and again, and kill it one step later each time, until it comes through.

    Yields the number of the step behind each kill: then it is looked at what is left.
    """
    step = first
    while True:
        child = os.fork()
        if child == 0:
            _die_at(step, run)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            assert os.waitstatus_to_exitcode(status) == 0, "it fails where it is left alone"
            return
        yield step
        step += every


def _die_at(step: int, run: Callable[[], None]) -> None:
    left = step

    def hook(name: str, _: object) -> None:
        nonlocal left
        if name.startswith(_STEPS):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    try:
        sys.addaudithook(hook)
        run()
    except BaseException:  # noqa: BLE001 - told by the code
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    left = -1
    os._exit(0)
