"""The machine under the figures: its processors, its versions, its disk; and a process's memory."""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from pathlib import Path

PAGE_BYTES = 4096
SYNC_SECONDS = 1.0


CPU_TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")
"""The smallest step in which the system counts processor time."""


def rss(pid: int | str = "self") -> int:
    """The bytes of memory that a process holds now (Linux only)."""
    for row in Path(f"/proc/{pid}/status").read_text().splitlines():
        if row.startswith("VmRSS:"):
            return int(row.split()[1]) * 1024
    raise ProcessLookupError(pid)


def rss_max(pid: int | str = "self") -> int:
    """The most bytes of memory that a process held so far (Linux only)."""
    for row in Path(f"/proc/{pid}/status").read_text().splitlines():
        if row.startswith("VmHWM:"):
            return int(row.split()[1]) * 1024
    raise ProcessLookupError(pid)


def cpu_seconds(pid: int) -> float:
    """The processor time that a process has used so far, its own and the system's (Linux only)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * CPU_TICK_SECONDS


def syncs_per_second(folder: Path, seconds: float = SYNC_SECONDS) -> float:
    """How often a second the disk takes 4 KiB for good: one append and fdatasync after another."""
    path, page, count = folder / "syncs", os.urandom(PAGE_BYTES), 0
    with path.open("wb", buffering=0) as file:
        begun = time.perf_counter()
        while (spent := time.perf_counter() - begun) < seconds:
            file.write(page)
            os.fdatasync(file.fileno())
            count += 1
    path.unlink()
    return count / spent


def facts(folder: Path, seconds: float = SYNC_SECONDS) -> str:
    """One line about this machine."""
    return (
        f"{os.cpu_count()} CPUs, {platform.system()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, "
        f"{syncs_per_second(folder, seconds):,.0f} appends of 4 KiB with fdatasync a second, "
        f"load {os.getloadavg()[0]:.1f} before the run"
    )
