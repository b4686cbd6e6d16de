"""Receipts as files, beside the database: a folder for each collective, which only its owner enters.

A file is named by a commitment that stands in the journal. Until that is written its name ends in
`.new`, so that whatever a program that was killed left can be told apart: `tidy` finishes what the
journal knows, and clears away what it does not.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, unquote

from sqlalchemy import Engine

from storage.engines import reading
from storage.keys import PART, KeyFolder, faults, synced
from storage.texts import Texts

log = logging.getLogger("talkoot.slips")

KEPT, NEW = ".slip", ".new"

YOUNG_SECONDS = 3_600
"""What is younger may be about to be written down, by this program or another one."""

_SEAL = re.compile(r"[0-9a-f]{64}")


class SlipFolder:
    """Receipts as files (`bot.writer.shelf.Slips`)."""

    def __init__(self, folder: Path) -> None:
        """Keep them below a folder, which is made with the first of them."""
        self.folder = folder

    def stage(self, collective: str, seal: str, data: bytes) -> None:
        """Keep a file, durably and whole, under a name that says that no journal knows it yet."""
        self._of(collective, NEW).make(seal, data)

    def keep(self, collective: str, seal: str) -> None:
        """Give a staged file its name; twice is once."""
        with faults(f"the receipt {seal} cannot be named in {self.folder}"):
            new, kept = self._path(collective, seal, NEW), self._path(collective, seal, KEPT)
            if new.exists():
                new.replace(kept)
                synced(kept.parent)

    def read(self, collective: str, seal: str) -> bytes | None:
        """The file, or None where there is none."""
        kept = self._of(collective, KEPT).read(seal)
        return self._of(collective, NEW).read(seal) if kept is None else kept

    def destroy(self, collective: str, seal: str) -> None:
        """Unlink a file, durably; one that is gone already stays gone."""
        for ending in (NEW, KEPT):
            if self._path(collective, seal, ending).exists():
                self._of(collective, ending).destroy(seal)

    def used(self, collective: str) -> int:
        """How many bytes the files of a collective have together."""
        with faults(f"the folder of receipts {self.folder} cannot be read"):
            inside = self.folder / quote(collective, safe="")
            return sum(each.stat().st_size for each in inside.glob("*")) if inside.is_dir() else 0

    def files(self) -> Iterator[tuple[str, str, Path]]:
        """All files: of which collective, by which commitment, where."""
        with faults(f"the folder of receipts {self.folder} cannot be read"):
            for each in sorted(self.folder.glob("*/*")):
                if each.suffix in {KEPT, NEW} and _SEAL.fullmatch(each.stem) and each.is_file():
                    yield unquote(each.parent.name), each.stem, each

    def torn(self) -> list[Path]:
        """What was not even written whole."""
        return sorted(self.folder.glob(f"*/*{PART}"))

    def _of(self, collective: str, ending: str) -> KeyFolder:
        return KeyFolder(self.folder / quote(collective, safe=""), ending)

    def _path(self, collective: str, seal: str, ending: str) -> Path:
        return self.folder / quote(collective, safe="") / f"{seal}{ending}"


Kept = Callable[[str, str], bool | None]
"""Whether the text behind a commitment of a collective is kept; None where no journal knows it."""


def kept_in(engine: Engine) -> Kept:
    """What a database says of that."""

    def kept(collective: str, seal: str) -> bool | None:
        with reading(engine) as connection:
            return Texts(connection).is_kept(collective, seal)

    return kept


def tidy(slips: SlipFolder, kept: Kept, now: float) -> None:
    """Finish what a program that was killed had begun; `now` is the time (s since 1970).

    What was erased goes, and so does what never came to be written down. A whole receipt that no
    journal knows stays: it may be of another copy of the database. Raises StorageFault.
    """
    for collective, seal, path in list(slips.files()):
        known = kept(collective, seal)
        if known:
            slips.keep(collective, seal)
        elif known is False:
            slips.destroy(collective, seal)
            log.warning("a receipt that was erased was still there; it is gone now")
        elif path.suffix == NEW and _is_old(path, now):
            slips.destroy(collective, seal)
    for path in slips.torn():
        if _is_old(path, now):
            path.unlink(missing_ok=True)


def _is_old(path: Path, now: float) -> bool:
    try:
        return path.stat().st_mtime < now - YOUNG_SECONDS
    except FileNotFoundError:
        return False  # another program was here too
