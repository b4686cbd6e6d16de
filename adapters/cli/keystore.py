"""The Matrix key store has one user at a time: two break the encryption of both.

The bot has it for as long as it runs; a backup that takes it along has it meanwhile.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class InUse(Exception):  # noqa: N818 - the world's fault, not the program's
    """Another program has the key store, or it cannot be said that none has; told as it is."""


@contextmanager
def alone_with(store: Path | None) -> Iterator[None]:
    """Have a key store, if there is one. Raises InUse; a program that is killed gives it back."""
    if store is None or not store.parent.is_dir():
        yield
        return
    lock = _locked(store)
    try:
        yield
    finally:
        os.close(lock)


def _locked(store: Path) -> int:
    # Beside it, so that it is in no backup; it stays, for its name must always mean the same file.
    path = store.with_name(f"{store.name}.lock")
    try:
        lock = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as why:
        raise InUse(
            f"{path} cannot be opened: {why.strerror}. It says who uses the Matrix key store, and "
            "has to be a file of the user that runs the bot."
        ) from why
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as why:
        os.close(lock)
        if isinstance(why, BlockingIOError):
            told = f"The Matrix key store {store} is in use: the bot runs. Stop it first."
        else:
            told = (
                f"{path} cannot be locked: {why.strerror}. Put the key store on a disk of this machine."
            )
        raise InUse(told) from why
    return lock
