"""Snapshots where they can be tried: of journals of a few entries."""

from __future__ import annotations

import pytest

from adapters.cli.snapshotting import Done, make
from bot.books.snapshots import Wrapping
from tests.house.house import House

WRAPPING = Wrapping("this code", b"a key")


def in_small(patch: pytest.MonkeyPatch, least: int = 3, each: int = 6, far: int = 12) -> None:
    """From now on a few entries are many."""
    for module in ("bot.writer.states", "adapters.cli.snapshotting"):
        for name, value in (("ENTRIES_MIN", least), ("ENTRIES_EACH", each), ("ENTRIES_FAR", far)):
            patch.setattr(f"{module}.{name}", value, raising=False)


def kept_by(house: House, collective: str = "") -> Done:
    """Make a snapshot of what a house has, as the process of its own would."""
    return make(house.database, WRAPPING, collective or house.home)
