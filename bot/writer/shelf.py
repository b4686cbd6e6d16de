"""The way between decisions, which know receipts, and the disk, which keeps files.

A receipt is on the disk before the journal knows it, under a name that says so, and gets its own name
when that is durable. What is erased from the books goes from the disk right after. Whatever a kill
leaves in between is put in order at the next start.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from bot.chat import SLIP_BYTES, SLIPS_BYTES
from bot.decision import NewSlip, SlipFile
from bot.ports import CommitUnknown, StorageFault
from bot.writer.batch import Batch, Shelved

log = logging.getLogger("talkoot.shelf")


class Slips(Protocol):
    """Where receipts lie as files, each by the commitment that stands for it: outside the database.

    Everything raises `StorageFault` where the disk says no; a file that is not there is no fault.
    """

    def stage(self, collective: str, seal: str, data: bytes) -> None:
        """Have a file, durably and whole, that no journal knows yet."""
        ...

    def keep(self, collective: str, seal: str) -> None:
        """A journal knows a staged file now; twice is once."""
        ...

    def read(self, collective: str, seal: str) -> bytes | None:
        """The file, or None where there is none."""
        ...

    def destroy(self, collective: str, seal: str) -> None:
        """Unlink the file, durably, staged or kept; one that is gone already stays gone."""
        ...

    def used(self, collective: str) -> int:
        """How many bytes the files of a collective have together."""
        ...


@dataclass(slots=True)
class FleetingSlips:
    """Receipts that are gone with the program (`Slips`), for a database that is too."""

    kept: dict[tuple[str, str], bytes] = field(default_factory=dict, repr=False)

    def stage(self, collective: str, seal: str, data: bytes) -> None:
        """Have a file."""
        self.kept[collective, seal] = data

    def keep(self, collective: str, seal: str) -> None:
        """It is known now."""

    def read(self, collective: str, seal: str) -> bytes | None:
        """The file, or None where there is none."""
        return self.kept.get((collective, seal))

    def destroy(self, collective: str, seal: str) -> None:
        """Forget the file."""
        self.kept.pop((collective, seal), None)

    def used(self, collective: str) -> int:
        """How many bytes there are of a collective."""
        return sum(len(data) for (of, _), data in self.kept.items() if of == collective)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where receipts lie, how many bytes one may have at `most`, and all of a collective together."""

    slips: Slips = field(default_factory=FleetingSlips)
    most: int = SLIP_BYTES
    room: int = SLIPS_BYTES

    def read(self, collective: str, wanted: SlipFile) -> bytes | None:
        """A receipt, or None where its file is gone. Raises StorageFault."""
        return self.slips.read(collective, wanted.seal)

    def left(self, collective: str) -> int:
        """How many bytes there is room for. Raises StorageFault."""
        return self.room - self.slips.used(collective)

    def stage(self, batch: Batch, collective: str, slip: NewSlip) -> None:
        """Have a receipt on the disk before the batch is written that knows it. Raises StorageFault."""
        batch.shelved.staged.append((collective, slip.seal))
        self.slips.stage(collective, slip.seal, slip.data)

    @contextmanager
    def following(self) -> Iterator[Shelved]:
        """What is put into it inside is done once all within has ended: then it is durable.

        Where that failed, nothing of it stays, but where nobody knows whether it was written.
        """
        shelved = Shelved()
        try:
            yield shelved
        except CommitUnknown:
            raise
        except Exception:
            _each(self.slips.destroy, shelved.staged)
            raise
        _each(self.slips.keep, shelved.staged)
        _each(self.slips.destroy, shelved.gone)


def _each(do: Callable[[str, str], None], slips: Iterable[tuple[str, str]]) -> None:
    """Do it to each; what the disk refuses is told in the log, and done at the next start."""
    for collective, seal in slips:
        try:
            do(collective, seal)
        except StorageFault as fault:
            log.critical(
                "a receipt of %s is to be put in order at the next start: %s", collective, fault
            )
