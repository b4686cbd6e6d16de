"""The keys of secret polls: one small file each, in a folder that only its owner enters.

They lie outside the database, so that whoever has a copy of that has no key. What was made is on the
disk when `make` returns, and what was destroyed is gone from it when `destroy` returns, as far as the
file system keeps its word.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from bot.ports import StorageFault

_OWNER_ONLY = 0o600
_OWNER_ENTERS = 0o700

PART = ".part"
"""What the name of a file ends with that is not whole yet."""


class KeyFolder:
    """Keys as files of a folder (`bot.ports.Keys`)."""

    def __init__(self, folder: Path, ending: str = ".key") -> None:
        """Keep keys in a folder, which is made with the first of them; their names end so."""
        self.folder, self._ending = folder, ending

    def shut(self) -> None:
        """Shut the folder to others, where it is there: a copy of it may be open to all."""
        with faults(f"the folder of keys {self.folder} cannot be shut to others"):
            if self.folder.is_dir():
                self.folder.chmod(_OWNER_ENTERS)

    def make(self, name: str, key: bytes) -> None:
        """Keep a key, durably; whole or not at all."""
        with faults(f"{name} cannot be kept in {self.folder}"):
            self._make_folder()
            path = self._path(name)
            new = path.with_name(f"{path.name}{PART}")
            new.unlink(missing_ok=True)
            handle = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, _OWNER_ONLY)
            with os.fdopen(handle, "wb") as file:
                file.write(key)
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
            synced(self.folder)

    def read(self, name: str) -> bytes | None:
        """The key, or None where there is none."""
        with faults(f"{name} cannot be read in {self.folder}"):
            try:
                return self._path(name).read_bytes()
            except FileNotFoundError:
                return None

    def destroy(self, name: str) -> None:
        """Unlink the key, durably; one that is gone already stays gone."""
        with faults(f"{name} cannot be destroyed in {self.folder}"):
            if not self.folder.is_dir():
                return
            self._path(name).unlink(missing_ok=True)
            synced(self.folder)

    def _path(self, name: str) -> Path:
        return self.folder / f"{quote(name, safe='')}{self._ending}"

    def _make_folder(self) -> None:
        if not self.folder.is_dir():
            # Those above it that are made for it are the owner's alone as well.
            for each in (*reversed(self.folder.parents), self.folder):
                each.mkdir(mode=_OWNER_ENTERS, exist_ok=True)
            synced(self.folder.parent)
        # A folder that was there may be open to others, and a mask may have taken from ours.
        self.folder.chmod(_OWNER_ENTERS)


def synced(folder: Path) -> None:
    """Have the disk know what a folder holds."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def faults(words: str) -> Iterator[None]:
    """Say what the disk said in the engine's words."""
    try:
        yield
    except OSError as error:
        raise StorageFault(f"{words}: {error.strerror}.") from error
