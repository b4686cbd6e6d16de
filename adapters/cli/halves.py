"""A long journal is verified by two processes, over one picture of the database.

Here is what the entries come to. What each of them is by itself, and what is kept beside
them, is looked at by `adapters.cli.otherhalf` meanwhile. Where either doubts that all holds, nothing
that they found is told: whoever asked looks at all of it in one process, and says what is wrong.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from select import PIPE_BUF
from selectors import EVENT_READ, DefaultSelector
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from types import TracebackType
from typing import IO, Self, TypeVar

import msgspec

from adapters.cli.kept import UNREADABLE, all_entries, length, rising, take_texts
from adapters.cli.noted import Noted
from adapters.cli.noted import flaws as noted_flaws
from adapters.cli.progress import Progress
from bot.books.audit import Audited, Outcome, Posted
from bot.chain import Entry, Head
from bot.collective.folding import read_event
from storage.looking import place_of
from storage.reading import Snapshot, SqlArchive

PROGRAM = (sys.executable, "-P", "-m", "adapters.cli.otherhalf")

ENTRIES_MIN = 100_000
"""Below so many entries a second process takes longer to start than it saves (measured)."""

TRIES = 50
"""How often both begin their pictures where somebody always writes in between."""

PATIENCE_S = 600
"""How long the other process may say nothing: less than a hundred rows a second would be silence."""

BURIED_S = 10
"""How long a killed process is waited for; what the system holds fast dies when it is let go of."""

T = TypeVar("T")


class Doubtful(Exception):  # noqa: N818 - not a fault of the program
    """Something does not hold, or cannot be read."""


class Ended(Exception):  # noqa: N818 - the world's fault, or a bug in that process
    """The other process ended before it had said what it found, hangs, or could not be started."""


class Said(msgspec.Struct, frozen=True):
    """What the other process found: up to where each journal holds, or what it doubts."""

    heads: dict[str, str] = {}
    doubt: str = ""


class Halves(msgspec.Struct, frozen=True):
    """What both found: either all of it holds, or there is a `doubt`."""

    found: tuple[Audited, ...] = ()
    doubt: str = ""


def worth_halving(archive: SqlArchive) -> bool:
    """Whether there is a second core, and so much to do that a second process is worth its start."""
    if cores() < 2 or not place_of(archive.engine):
        return False
    try:
        with archive.snapshot() as snapshot:
            every = (length(snapshot, each) for each in rising(snapshot.collectives()))
            return sum(every) >= ENTRIES_MIN
    except UNREADABLE:
        return False


def cores() -> int:
    """How many cores this program may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def in_halves(
    archive: SqlArchive,
    posted: Sequence[Posted],
    noted: Sequence[Noted],
    now: Callable[[], float] = time.monotonic,
) -> Halves | None:
    """Verify a database in two processes; None where they cannot see the same. Raises Ended.

    The other one may take as long as it likes while it gets on. On a slow machine it may be silent for
    as long as the half took that was done here (by `now`, in seconds).
    """
    with _Other(place_of(archive.engine)) as other:
        began = now()
        try:
            found = _own_half(archive, other, posted, noted)
        except Ended:
            raise
        except Exception as why:  # noqa: BLE001 - whatever it was, one process alone says what
            return Halves(doubt=in_words(why))
        return None if found is None else _together(found, other.said(now() - began))


def _own_half(
    archive: SqlArchive, other: _Other, posted: Sequence[Posted], noted: Sequence[Noted]
) -> list[Audited] | None:
    """What the journals come to, once both see the same; None where they cannot."""
    for _ in range(TRIES):
        other.is_ready()
        with archive.snapshot() as snapshot:
            picture = snapshot.begun()
            if picture is None:
                return None
            if other.joins(picture):
                return _outcomes(snapshot, posted, noted)
    return None


def _together(found: Sequence[Audited], said: Said) -> Halves:
    """Both halves as one; they must have come to the same end."""
    doubt = said.doubt
    if not doubt and said.heads != {it.collective: it.head.text for it in found}:
        doubt = "they come to other heads"
    return Halves(doubt=doubt) if doubt else Halves(tuple(found))


def _outcomes(snapshot: Snapshot, posted: Sequence[Posted], noted: Sequence[Noted]) -> list[Audited]:
    """What all journals come to. Raises Doubtful, or what reading them raises."""
    found = []
    for collective in rising(snapshot.collectives()):
        outcome = Outcome(collective, posted, boxes=snapshot.kept_boxes(collective))
        doubtless(take_texts(outcome, snapshot, collective))
        with Progress(f"Verifying {collective}", length(snapshot, collective)) as it:
            head = _taken(outcome, it.over(snapshot.entries(collective)))
            audited = outcome.audited(head)
        doubtless(audited.flaws)
        found.append(audited)
    for each in noted:
        doubtless(noted_flaws(each, all_entries(snapshot)))
    doubtless(f"{name} has {table}" for name, table in snapshot.strays())
    return found


def _taken(outcome: Outcome, entries: Iterable[Entry]) -> Head:
    """The head, once all entries are taken. Raises Doubtful."""
    last: Entry | None = None
    for entry in entries:
        if wrong := outcome.take(entry, read_event(entry.payload)):
            raise Doubtful(wrong)
        last = entry
    return Head(last.seq, last.hash, last.at) if last else Head()


def doubtless(flaws: Iterable[str]) -> None:
    """Raise Doubtful at the first flaw."""
    for flaw in flaws:
        raise Doubtful(flaw)


def in_words(why: Exception) -> str:
    """What is doubted, and why."""
    return str(why) if isinstance(why, Doubtful) else f"{type(why).__name__}: {why}"


class _Other:
    """The other process, while it is entered; it is told where the database is, and nobody else is."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._patience: float = PATIENCE_S
        self._heard_of, self._done = b"", 0

    def __enter__(self) -> Self:
        try:
            # What it might say of what went wrong would have people's words in it.
            self._process = Popen(PROGRAM, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)  # noqa: S603 - ours
        except OSError as why:
            raise Ended(f"it cannot be started: {why.strerror}") from why
        self._tell(self._place)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        with suppress(TimeoutExpired):
            self._process.wait(BURIED_S)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with suppress(OSError):  # what a dead one was not told any more
                pipe.close()

    def is_ready(self) -> None:
        """Wait until it is about to begin its picture. Raises Ended."""
        self._heard(bool)

    def joins(self, picture: str) -> bool:
        """Whether it sees the same as this picture shows. Raises Ended."""
        self._tell(picture)
        return self._heard(bool)

    def said(self, took: float) -> Said:
        """Wait for what it found, after a half that took so many seconds. Raises Ended."""
        self._patience = max(PATIENCE_S, took)
        return self._heard(Said)

    def _tell(self, words: str) -> None:
        asked = self._process.stdin
        assert asked is not None
        try:
            tell(asked, words)
        except OSError as why:
            raise self._ended() from why

    def _heard(self, kind: type[T]) -> T:
        """What it says at last; before that it may say how many rows it has gone through, ever more."""
        try:
            while True:
                line = self._line()
                if not line.isdigit():
                    return msgspec.json.decode(line, type=kind)
                before, self._done = self._done, msgspec.json.decode(line, type=int)
                if self._done <= before:
                    raise Ended("it came no further")
        except msgspec.MsgspecError as why:
            raise self._ended() from why

    def _line(self) -> bytes:
        """The next line, or what there is of it where it ends. Raises Ended where it says nothing."""
        told = self._process.stdout
        assert told is not None
        while b"\n" not in self._heard_of:
            if not readable(told, self._patience):
                raise Ended(f"nothing was heard of it for {self._patience:.0f} s")
            more = os.read(told.fileno(), PIPE_BUF)
            if not more:
                break
            self._heard_of += more
        line, _, self._heard_of = self._heard_of.partition(b"\n")
        return line

    def _ended(self) -> Ended:
        self._process.kill()  # if it is not dead, it says what nobody understands
        code = self._process.wait()
        return Ended(f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}")


def readable(pipe: IO[bytes], seconds: float) -> bool:
    """Whether something can be read within so many seconds, or its end is reached."""
    with DefaultSelector() as it:
        it.register(pipe, EVENT_READ)
        return bool(it.select(seconds))


def tell(pipe: IO[bytes], words: object) -> None:
    """Say something to the process at the other end of a pipe. Raises OSError where none is."""
    pipe.write(msgspec.json.encode(words) + b"\n")
    pipe.flush()


def hear(pipe: IO[bytes], kind: type[T]) -> T:
    """What the process at the other end says. Raises MsgspecError where it says nothing more."""
    return msgspec.json.decode(pipe.readline(), type=kind)
