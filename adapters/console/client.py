"""The console, live: reads lines from a terminal or a pipe, prints what comes back.

A line is spoken by whoever sits here, or by somebody else in the transcript's form `name: /log 2h …`:
whoever has the console is trusted with that.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from concurrent.futures import CancelledError
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.patch_stdout import patch_stdout

from adapters.console.files import with_file
from adapters.console.history import DiscreetHistory
from adapters.console.speech import is_looked_at, rows_of
from adapters.console.transcript import MAIN_ROOM, Said, read_said
from bot.arguments import SUGGESTED, Option, OptionType
from bot.chat import CONSOLE, SLIP_BYTES, Actor, Incoming, Outgoing, Place
from bot.command import Asked, Command, Suggestion
from bot.language.tokens import mention
from bot.text.languages import SOURCE, reader
from bot.text.rendering import render
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


Suggests = Callable[[str, Asked], Awaitable[Sequence[Suggestion]]]
"""What may stand in an option that somebody is typing, for the line so far."""


async def typed(
    commands: Mapping[str, Command], history: Path | None, prompt: str, suggests: Suggests | None = None
) -> AsyncIterator[str]:
    """The lines that somebody types, with completion and history, until Ctrl-D or Ctrl-C."""
    session: PromptSession[str] = PromptSession(
        history=DiscreetHistory(history, commands) if history else InMemoryHistory(),
        completer=CommandCompleter(commands, suggests),
        complete_while_typing=False,
    )
    with patch_stdout():
        while True:
            try:
                yield await session.prompt_async(prompt)
            except (EOFError, KeyboardInterrupt):
                return


class CommandCompleter(Completer):
    """Completes a command's name, its options and choices; and what the collective has of the rest."""

    def __init__(self, commands: Mapping[str, Command], suggests: Suggests | None = None) -> None:
        """Know all commands, and whom to ask for references, kinds, people and rules."""
        self._commands, self._suggests = commands, suggests

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """What may stand at the cursor, what the collective has first."""
        line = document.text_before_cursor
        asked = asked_for(line, self._commands)
        if asked is not None and self._suggests is not None:
            mark = asked.typed[:1] if asked.typed[:1] == "#" else ""
            is_person = self._commands[asked.command].by_name[asked.option].type in _PEOPLE
            for each in await self._suggests(line, asked):
                # A name with blanks would be two words, of which the first may be somebody else.
                text = mention(each.word) if is_person else mark + each.word.removeprefix(mark)
                about = render(each.label, reader(SOURCE, "UTC"))
                yield Completion(text, start_position=-len(asked.typed), display_meta=about)
        for each_static in self.get_completions(document, complete_event):
            yield each_static

    def get_completions(
        self,
        document: Document,
        complete_event: CompleteEvent,  # noqa: ARG002 - the signature is theirs
    ) -> Iterable[Completion]:
        """What may stand at the cursor."""
        for text, about, length in completions(document.text_before_cursor, self._commands):
            yield Completion(text, start_position=-length, display_meta=about)


_PEOPLE = frozenset({OptionType.PERSON, OptionType.PEOPLE})


def asked_for(line: str, commands: Mapping[str, Command]) -> Asked | None:
    """Which option of which command somebody is typing at a line's end, where a collective knows it."""
    typed_so_far = line[line.find("/") + 1 :] if "/" in line else ""
    words = typed_so_far.split()
    command = commands.get(" ".join(words[:2])) or commands.get(" ".join(words[:1]))
    if command is None or command.name == typed_so_far:
        return None
    behind = words[len(command.name.split()) :]
    word = "" if line[-1:].isspace() or not behind else behind.pop()
    option = _option_at(command, behind, word)
    if option is None or option.type not in SUGGESTED or option.choices:
        return None
    return Asked(command.name, option.name, word)


def _option_at(command: Command, behind: Sequence[str], word: str) -> Option | None:
    """The option that a word is for: by its mark, by the name before it, by its place."""
    if word.startswith("#"):
        return command.by_type.get(OptionType.KIND)
    if word.startswith("@"):
        return command.by_type.get(OptionType.PEOPLE) or command.by_type.get(OptionType.PERSON)
    if behind and behind[-1].startswith("--"):
        return command.by_name.get(behind[-1].removeprefix("--"))
    in_order = [option for option in command.options if option.positional]
    return in_order[len(behind)] if len(behind) < len(in_order) else None


def completions(line: str, commands: Mapping[str, Command]) -> list[tuple[str, str, int]]:
    """What may stand at a line's end: the text, what it is, and how many signs it replaces."""
    start = line.find("/")
    if start < 0 or (line[:start].strip() and read_said(line[: start + 1]) is None):
        return []
    typed_so_far = line[start + 1 :]
    names = [
        (name, command.about.text, len(typed_so_far))
        for name, command in commands.items()
        if name.startswith(typed_so_far.casefold())
    ]
    if names:
        return names
    words = typed_so_far.split()
    command = commands.get(" ".join(words[:2])) or commands.get(" ".join(words[:1]))
    if command is None:
        return []
    word = "" if line.endswith(" ") else line.rsplit(maxsplit=1)[-1]
    offers = [(c, o.about.text) for o in command.options for c in o.choices]
    offers += [
        (f"--{o.name}", o.about.text)
        for o in command.options
        if not o.positional and o.type not in {OptionType.LONG, OptionType.KIND, OptionType.PEOPLE}
    ]
    return [
        (text, about, len(word)) for text, about in offers if text.startswith(word) and text != word
    ]
