"""Kills a program at every step it takes outside itself, one after another, each time from the start.

A step is what Python tells its audit hooks of (a file opened, named, unlinked, a database opened), and
each statement of SQL. Each run is a process of its own, so the kill is a real one: nothing is tidied up
behind it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator

from sqlalchemy import Engine, event

_STEPS = ("open", "os.", "sqlite3.", "shutil.", "tempfile.", "fcntl.", "socket.connect")


def killed(run: Callable[[], object], every: int, first: int = 1) -> Iterator[int]:
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


def _die_at(step: int, run: Callable[[], object]) -> None:
    left = step

    def take(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def hook(name: str, _: object) -> None:
        if name.startswith(_STEPS):
            take()

    event.listen(Engine, "before_cursor_execute", take)
    event.listen(Engine, "commit", take)
    try:
        sys.addaudithook(hook)
        run()
    except BaseException:  # noqa: BLE001 - told by the code
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    left = -1
    os._exit(0)
