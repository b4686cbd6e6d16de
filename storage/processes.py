"""Whether a program that ran on this machine is gone for certain: then nobody need wait for it.

A mark names the machine since it was started, the processes that can see each other (a container has
its own), the process, and when that began. Where the system tells none of it the mark is empty, and
nothing is certain.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

_PROC = Path("/proc")
_ENDED = {"Z", "X", "x"}
"""The states of a process that is dead, though its parent has not asked for it yet."""


def own_mark() -> str:
    """The mark of this program."""
    try:
        return f"{_seen_from_here()}-{os.getpid()}-{_began(os.getpid())}"
    except OSError:
        return ""


def is_gone(mark: str) -> bool:
    """Whether the program with this mark ended; False where that cannot be known from here."""
    here, _, process = mark.partition("-")
    number, _, began = process.partition("-")
    try:
        if not began or here != _seen_from_here():
            return False
        return _began(int(number)) != began
    except (OSError, OverflowError, ValueError):
        return False


def _seen_from_here() -> str:
    started = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    among = os.readlink(_PROC / "self/ns/pid")  # noqa: PTH115 - a link to no path
    return hashlib.sha256(f"{started} {among}".encode()).hexdigest()[:12]


def _began(process: int) -> str:
    """When a process began, in the system's ticks; empty where there is none, or it has ended.

    Raises OSError where it cannot be seen.
    """
    try:
        told = (_PROC / str(process) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        # The system may be told to hide there what runs for others.
        if _is_there(process):
            raise
        return ""
    # Its name stands in brackets, and may have blanks and brackets in it.
    fields = told.rpartition(") ")[2].split()
    return "" if fields[0] in _ENDED else fields[19]


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
