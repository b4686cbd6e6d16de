"""Transcripts: what was typed and what came back, as a text file that is a test and a manual.

One line a message: `name: text` in the room `main`, `name@room: text` in another, `name!: text` in
private; two blanks and text continue the message. A line that begins with `@ ` is a direction (what
continues `@ file name` is in the file that the next message brings), one that begins with `#` is a
comment, one that begins with `>` is an answer. Reading them is pure.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TypeGuard

MAIN_ROOM = "main"


class TranscriptError(ValueError):
    """A line that is none of the forms; says which line, and what would work."""


@dataclass(slots=True)
class Said:
    """A message: who said what, where; `line` is its number in the file."""

    name: str
    text: str
    room: str = MAIN_ROOM
    private: bool = False
    line: int = 0


@dataclass(slots=True)
class Direction:
    """A stage direction: its words behind the `@`."""

    words: str
    line: int


@dataclass(slots=True)
class Part:
    """A piece of a transcript: its own lines, what it says, and the answers that stand under it."""

    source: list[str]
    what: Said | Direction | None = None
    answers: list[str] = field(default_factory=list)


_SAID = re.compile(
    r"(?P<name>[^\s@!:#>][^@!:\n]{0,59})(?:@(?P<room>[^!:\s]{1,60}))?(?P<private>!)?: ?(?P<text>.*)"
)


def read_said(row: str, line: int = 0) -> Said | None:
    """A message line, or None when the line is none."""
    found = _SAID.fullmatch(row)
    if found is None:
        return None
    room, private = found["room"] or MAIN_ROOM, found["private"] is not None
    return Said(found["name"].strip(), found["text"], room, private, line)


def read_transcript(text: str) -> list[Part]:
    """The parts of a transcript, in order. Raises TranscriptError."""
    parts: list[Part] = []
    for line, row in enumerate(text.splitlines(), 1):
        if row.startswith(">"):
            if parts:
                parts[-1].answers.append(row)
        elif row.startswith("  ") and parts and isinstance(parts[-1].what, Said):
            said = parts[-1].what
            said.text = f"{said.text}\n{row[2:]}"
            parts[-1].source.append(row)
        elif row.startswith("  ") and parts and _is_of_file(parts[-1].what):
            parts[-1].what.words += f"\n{row[2:]}"
            parts[-1].source.append(row)
        else:
            parts.append(Part([row], _read_row(row, line)))
    return parts


def _is_of_file(what: Said | Direction | None) -> TypeGuard[Direction]:
    return isinstance(what, Direction) and what.words.startswith("file ")


def _read_row(row: str, line: int) -> Said | Direction | None:
    if not row.strip() or row.startswith("#"):
        return None
    if row.startswith("@"):
        return Direction(row[1:].strip(), line)
    said = read_said(row, line)
    if said is None:
        message = f"line {line}: a message looks like “name: text”, a direction like “@ +3d”: {row!r}"
        raise TranscriptError(message)
    return said


def write_transcript(parts: list[Part]) -> str:
    """The parts as text again, each with its answers under it."""
    return "".join(f"{row}\n" for part in parts for row in (*part.source, *part.answers))


_STEP = re.compile(r"\+(\d{1,6})\s*(s|m|h|d|w)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def read_step(words: str) -> dt.timedelta | None:
    """How far a direction such as `+3d` or `+1w` moves the clock, or None."""
    found = _STEP.fullmatch(words)
    return dt.timedelta(seconds=int(found[1]) * _SECONDS[found[2]]) if found else None


def read_time(words: str) -> dt.datetime | None:
    """The instant of a direction such as `2026-12-01 09:00` (UTC if it names no offset), or None."""
    try:
        at = dt.datetime.fromisoformat(words)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)
