"""Files on the console: whoever types a line there names a file of the same machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from bot.arguments import OptionType
from bot.chat import Attached, Incoming
from bot.command import Command
from bot.grammar.lines import bytes_max, command_named
from bot.language.tokens import tokenize


def with_file(message: Incoming, commands: Mapping[str, Command], most: int) -> Incoming:
    """A message with the file that it names, where its command takes one: `--file hours.csv`.

    A receipt may have so many bytes at `most`.
    """
    line = message.words.removeprefix("/")
    command = command_named(line, commands)
    option = command.by_type.get(OptionType.FILE) if command is not None else None
    if option is None:
        return message
    words = [token.text for token in tokenize(line.partition("\n")[0])]
    named = [*words, ""][words.index(f"--{option.name}") + 1] if f"--{option.name}" in words else ""
    return replace(message, file=_read(named, bytes_max(option, most))) if named else message


def _read(named: str, most: int) -> Attached:
    """A file of this machine; of one that cannot be read, or has no end, why."""
    try:
        with Path(named).expanduser().open("rb") as it:
            data = it.read(most + 1)
    except (OSError, ValueError, RuntimeError):
        return Attached(named, fault="file-gone")
    return Attached(named, data) if len(data) <= most else Attached(named, fault="file-large")
