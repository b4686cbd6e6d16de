"""The console, live: reads lines from a terminal or a pipe, prints what comes back.

A line is spoken by whoever sits here, or by somebody else in the transcript's form `name: /log 2h …`:
whoever has the console is trusted with that.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Iterator,
    Mapping,
)
from concurrent.futures import CancelledError
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO

from adapters.console.files import with_file
from adapters.console.speech import is_looked_at, rows_of
from adapters.console.transcript import MAIN_ROOM, Said, read_said
from bot.chat import CONSOLE, SLIP_BYTES, Actor, Incoming, Outgoing, Place
from bot.command import Command
from bot.writer.intake import Intake, NotKnown, NotRecorded

LINE_BYTES_MAX = 1_000_000
"""A piped line beyond this is cut there; the grammar refuses it long before."""

CHUNK_BYTES = 65_536


class Console:
    """The console as a chat: it can be spoken to (`send`) and it speaks (`listen`)."""

    platform = CONSOLE

    def __init__(
        self,
        name: str,
        session: str,
        out: TextIO | None = None,
        commands: Mapping[str, Command] | None = None,
        slip_bytes: int = SLIP_BYTES,
    ) -> None:
        """`name` is who sits here; `session` makes this run's message ids its own.

        Of the `commands` some take a file; a receipt may have at most `slip_bytes`.
        """
        self.name, self._session, self._out = name, session, out
        self._commands, self._slip_bytes = commands or {}, slip_bytes
        self._count = 0
        self._folder: TemporaryDirectory[str] | None = None
        self.room = MAIN_ROOM

    async def send(self, outgoing: Outgoing, replaces: str | None) -> str:  # noqa: ARG002
        """Print a message. A console cannot edit: the new picture is printed, marked as one."""
        for row in (*rows_of(outgoing, self.room), *self._laid_down(outgoing)):
            print(row, file=self._out or sys.stdout, flush=True)
        return outgoing.id

    def _laid_down(self, outgoing: Outgoing) -> Iterator[str]:
        """Where the receipts lie that were told once, for whoever sits here; gone when it ends."""
        looked_at = [file for file in outgoing.reply.files if is_looked_at(file)]
        for file in looked_at if outgoing.reply.fleeting else ():
            self._folder = self._folder or TemporaryDirectory(prefix="talkoot-")
            path = Path(self._folder.name) / Path(file.name).name
            path.write_bytes(file.data)
            yield f"[{path}]"

    @property
    def heard(self) -> bool:
        """Whether anybody has said anything here."""
        return self._count > 0

    def said(self, row: str) -> Incoming:
        """A typed line as a message, with the lines that it goes on in."""
        first, _, more = row.partition("\n")
        said = read_said(first) if not first.startswith("/") else None
        if said is None or not said.text.startswith("/"):
            said = Said(self.name, first)
        if more:
            said.text = f"{said.text}\n{more}"
        self._count += 1
        self.room = said.room
        actor = Actor(CONSOLE, said.name, said.name)
        place = Place(CONSOLE, said.room)
        message = Incoming(f"{self._session}-{self._count}", place, actor, said.text, said.private)
        return with_file(message, self._commands, self._slip_bytes)

    def typing(self, row: str) -> Incoming:
        """Whoever is typing a line, as a message without words: nothing is said yet."""
        said = None if row.startswith("/") else read_said(row)
        said = said or Said(self.name, "")
        place = Place(CONSOLE, said.room)
        return Incoming("typing", place, Actor(CONSOLE, said.name, said.name), "", said.private)

    async def listen(
        self, rows: AsyncIterator[str], intake: Intake, settled: Callable[[], Awaitable[None]]
    ) -> None:
        """Hand in every line, one after another, until there are no more.

        A line that ends in a backslash goes on in the next: both are one message.
        `settled` waits until everything that was answered has been printed.
        """
        async for row in whole_messages(rows):
            if not row.strip():
                continue
            try:
                answer = await intake.submit(self.said(row))
            except NotKnown:
                print("It is not known yet whether this was recorded; the answer follows.", flush=True)
                continue
            except NotRecorded:
                print("Not recorded: the store does not answer. Please send it again.", flush=True)
                continue
            if answer is None:
                print(f"({HINT})", flush=True)
            await settled()


async def whole_messages(rows: AsyncIterator[str]) -> AsyncIterator[str]:
    """The messages of typed lines: what ends in a backslash goes on in the next line."""
    kept = ""
    async for row in rows:
        if row.endswith("\\") and len(kept) < LINE_BYTES_MAX:
            kept += row[:-1].rstrip() + "\n"
        else:
            yield kept + row
            kept = ""
    if kept:
        yield kept.rstrip("\n")


HINT = "Commands begin with /. Try /help."


async def piped(source: TextIO) -> AsyncIterator[str]:
    """The lines of a pipe or file, until its end; no faster than they are handled."""
    loop = asyncio.get_running_loop()
    rows: asyncio.Queue[str] = asyncio.Queue(maxsize=1)

    def read() -> None:
        try:
            for row in _rows_of(source):
                asyncio.run_coroutine_threadsafe(rows.put(row), loop).result()
        except (RuntimeError, CancelledError):
            return

    # A daemon: a pipe that stays open must not keep the program from stopping.
    threading.Thread(target=read, name="piped", daemon=True).start()
    while row := await rows.get():
        yield row.rstrip("\n")


def _rows_of(source: TextIO) -> Iterator[str]:
    """The lines, and an empty one at the end. Bytes that are no text are shown as such.

    Read below Python's own buffer, which may not be waited for while the program ends.
    """
    buffer = source.buffer if isinstance(source, TextIOWrapper) else None
    if buffer is None:
        yield from iter(partial(source.readline, LINE_BYTES_MAX), "")
    else:
        raw: Any = getattr(buffer, "raw", buffer)
        rest = b""
        while chunk := raw.read(CHUNK_BYTES):
            *whole, rest = (rest + chunk).split(b"\n")
            yield from (row[:LINE_BYTES_MAX].decode("utf-8", "replace") + "\n" for row in whole)
            if len(rest) > LINE_BYTES_MAX:
                yield rest[:LINE_BYTES_MAX].decode("utf-8", "replace") + "\n"
                rest = rest[LINE_BYTES_MAX:]
        if rest:
            yield rest.decode("utf-8", "replace")
    yield ""
