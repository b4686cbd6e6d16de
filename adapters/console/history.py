"""The console's memory of what was typed: nothing private, nothing secret, for its owner alone.

Only lines of commands that are known and not discreet are kept. A vote, a code, a whisper, or a word
that was typed in the wrong place is gone with the program.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from prompt_toolkit.history import FileHistory

from adapters.console.transcript import read_said
from bot.command import Command, addressed
from bot.grammar.lines import command_named

OWNER_ONLY = 0o600


def kept(row: str, commands: Mapping[str, Command]) -> bool:
    """Whether a typed line may be found again by whoever opens the file."""
    said = None if row.startswith("/") else read_said(row)
    if said is not None and said.private:
        return False
    line = addressed(row if said is None else said.text, "/")
    command = command_named(line, commands) if line else None
    return command is not None and not command.discreet


class DiscreetHistory(FileHistory):
    """A history in a file of mode 0600 that keeps only what may be kept, also of what was there."""

    def __init__(self, path: Path, commands: Mapping[str, Command]) -> None:
        """Begin with what is in the file, and take out of it what should not be there."""
        super().__init__(str(path))
        self._commands = commands
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, OWNER_ONLY))
        path.chmod(OWNER_ONLY)
        rows = list(self.load_history_strings())
        if not all(kept(row, commands) for row in rows):
            self._rewrite(path, reversed(rows))

    def store_string(self, string: str) -> None:
        """Keep a line for the next time, where it may be kept."""
        if kept(string, self._commands):
            super().store_string(string)

    def _rewrite(self, path: Path, rows: Iterable[str]) -> None:
        path.write_bytes(b"")
        for row in rows:
            self.store_string(row)
