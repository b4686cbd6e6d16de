"""Telling that the program lives: to systemd, and in a file for `talkoot healthcheck`.

A beat comes from the loop in which everything is answered: where that hangs, none comes. That nobody
can be told, since the disk is full or systemd does not listen, ends nothing.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from contextlib import suppress
from pathlib import Path

log = logging.getLogger("talkoot")

ALIVE = "talkoot.alive"
"""The file whose age tells when the last beat was; it is gone when the program has ended."""

BEAT_SECONDS = 10
LATE_SECONDS = 45
"""Without a beat for so long, the program does not answer any more."""


def notify(state: str) -> None:
    """Tell systemd, where it named a socket and listens (sd_notify); elsewhere nothing happens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        # A name that begins with @ is in the kernel's own space, where it begins with a nul.
        systemd.connect(f"\0{address[1:]}" if address.startswith("@") else address)
        systemd.send(state.encode())


async def beat(home: Path) -> None:
    """Beat until cancelled; then the file goes."""
    file, told = home / ALIVE, False
    try:
        while True:
            try:
                file.touch(mode=0o600)
            except OSError as why:
                if not told:
                    log.warning("%s cannot be written: %s", file, why.strerror)
                told = True
            notify("WATCHDOG=1")
            await asyncio.sleep(BEAT_SECONDS)
    finally:
        notify("STOPPING=1")
        with suppress(OSError):
            file.unlink()


def complaint(home: Path) -> str:
    """What is wrong with the program that runs in this home; nothing where it lives."""
    try:
        age = time.time() - (home / ALIVE).stat().st_mtime
    except (FileNotFoundError, NotADirectoryError):
        return f"No talkoot runs in {home}."
    except OSError as why:
        return f"Whether a talkoot runs in {home} cannot be seen: {why.strerror}."
    if age > LATE_SECONDS:
        return f"The talkoot that runs in {home} has not moved for {age:.0f} seconds."
    return ""
