"""Which backups are kept: the newest one of each of so many days, weeks and months."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from pathlib import Path

NAMED = "talkoot-%Y%m%dT%H%M%SZ.zip"
"""How a backup in a folder is named; only backups named so are ever deleted."""

_SPEC = re.compile(r"(\d{1,4})([dwm])")
_STRETCHES: dict[str, Callable[[dt.datetime], tuple[int, ...]]] = {
    "d": lambda at: (at.year, at.month, at.day),
    "w": lambda at: tuple(at.isocalendar())[:2],
    "m": lambda at: (at.year, at.month),
}

Keep = dict[str, int]


def read_keep(text: str) -> Keep:
    """Read `7d,4w,12m`. Raises ValueError, saying what it should be."""
    found: Keep = {}
    for part in text.replace(" ", "").split(","):
        match = _SPEC.fullmatch(part)
        if match is None or not int(match[1]) or match[2] in found:
            raise ValueError(
                f"“{text}” does not say what to keep; --keep 7d,4w,12m keeps one backup of each of the "
                "last 7 days, 4 weeks and 12 months that have one."
            )
        found[match[2]] = int(match[1])
    return found


def made_at(path: Path) -> dt.datetime | None:
    """When a backup was made, by its name; None for a file that is not named so."""
    try:
        return dt.datetime.strptime(path.name, NAMED).replace(tzinfo=dt.UTC)
    except ValueError:
        return None


def to_drop(paths: Iterable[Path], keep: Keep) -> list[Path]:
    """The backups that nothing keeps; the newest is the newest of its stretch.

    What else is among the paths stays; that all are of one database, the caller says.
    """
    dated = sorted(((at, path) for path in paths if (at := made_at(path))), reverse=True)
    kept: set[Path] = set()
    for letter, count in keep.items():
        newest: dict[tuple[int, ...], Path] = {}
        for at, path in dated:
            newest.setdefault(_STRETCHES[letter](at), path)
        kept.update(list(newest.values())[:count])
    return [path for _, path in reversed(dated) if path not in kept]
