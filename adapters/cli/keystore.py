"""The Matrix key store has one user at a time: two break the encryption of both.

The bot has it for as long as it runs; a backup that takes it along has it meanwhile.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class InUse(Exception):  # noqa: N818 - told as it is
    """Another program has the key store."""


@contextmanager
def alone_with(store: Path | None) -> Iterator[None]:
    """Have a key store, if there is one. Raises InUse; a program that is killed gives it back."""
    if store is None or not store.parent.is_dir():
        yield
        return
    # Beside it, so that it is in no backup; it stays, for its name must always mean the same file.
    lock = os.open(store.with_name(f"{store.name}.lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as why:
            raise InUse(
                f"The Matrix key store {store} is in use: the bot runs. Stop it first."
            ) from why
        yield
    finally:
        os.close(lock)
