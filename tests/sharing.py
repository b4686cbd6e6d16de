"""What several processes of one test run share: one at a time behind a lock, a free port."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWNER = "_OWNER"
"""What the name of a folder's owner ends in, behind the name of the folder."""


def share(folder: str, prefix: str) -> None:
    """Make the folder that all processes of a run share, unless a run around this one did; named so."""
    if folder not in os.environ:
        os.environ[folder] = tempfile.mkdtemp(prefix=prefix)
        os.environ[folder + OWNER] = str(os.getpid())


def mine(folder: str) -> Path | None:
    """The shared folder, for the process that made it; to workers, and to runs inside of this, none."""
    if os.environ.get(folder + OWNER) != str(os.getpid()):
        return None
    return Path(os.environ[folder])


def unshare(folder: str) -> None:
    """Remove the folder with all that is in it."""
    shutil.rmtree(os.environ.pop(folder), ignore_errors=True)
    del os.environ[folder + OWNER]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time; the system lets go of the lock when a process dies."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
