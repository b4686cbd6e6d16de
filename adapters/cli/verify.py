"""`talkoot verify`: a database, also while the bot runs, or an exported bundle.

Everything is recomputed, nothing is believed and nothing is mended. What must hold is said in
`bot.books.audit`; here is where the entries come from, and how what was found is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from adapters.cli.noted import Demands, Noted, bundled, read_files
from adapters.cli.noted import flaws as noted_flaws
from adapters.cli.progress import Progress
from bot.books.audit import Audit, Audited, Posted, unreached
from bot.books.beside import Beside
from bot.books.bundle import (
    CHECKPOINTS,
    JOURNAL,
    LINE_BYTES_MAX,
    TEXTS,
    Misshapen,
    read_entry,
    read_text,
)
from bot.books.form import Unreadable
from bot.chain import Entry, Sealed
from bot.ports import StorageBroken, StorageFault
from bot.text.rendering import visible
from storage.asking import PAGE
from storage.reading import Snapshot, SqlArchive
from storage.schema import sheet_of

ROW_CHARACTERS_MAX = 600
"""How long a line of a report can be."""

_FAILURES = (StorageFault, StorageBroken, SQLAlchemyError, UnicodeError)
_UNREADABLE = (Unreadable, *_FAILURES)
Line = TypeVar("Line")


class Report(msgspec.Struct, frozen=True):
    """What was verified, and what does not hold: the first bad entry of each journal comes first."""

    journals: tuple[Audited, ...]
    flaws: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether all of it holds."""
        return not self.flaws

    def with_flaws(self, flaws: Iterable[str]) -> Report:
        """The same, where something else does not hold too."""
        return Report(self.journals, (*self.flaws, *flaws))


def verify_archive(
    archive: SqlArchive, posted: Sequence[Posted] = (), noted: Sequence[Noted] = ()
) -> Report:
    """Verify what a database keeps; the bot may go on writing meanwhile."""
    found: list[Audited] = []
    flaws: list[str] = []
    try:
        with archive.snapshot() as snapshot:
            for collective in _rising(snapshot.collectives()):
                audit = Audit(
                    collective,
                    posted,
                    beside=_beside(snapshot, collective),
                    boxes=snapshot.kept_boxes(collective),
                )
                flaws.extend(_take_texts(audit, snapshot, collective))
                with Progress(f"Verifying {collective}", _length(snapshot, collective)) as it:
                    audit.take(it.over(_kept_entries(archive, snapshot, collective)))
                found.append(audit.audited())
            flaws += [flaw for each in noted for flaw in noted_flaws(each, _all_entries(snapshot))]
            flaws += [
                f"{name} has {table}, and no journal: it is gone" for name, table in snapshot.strays()
            ]
    except _UNREADABLE as why:
        flaws.append(f"the database cannot be read ({why})")
    return _report(found, flaws, posted)


def _all_entries(snapshot: Snapshot) -> Iterator[Entry]:
    for collective in _rising(snapshot.collectives()):
        yield from snapshot.entries(collective)


def _beside(snapshot: Snapshot, collective: str) -> Beside:
    return Beside(
        lambda: snapshot.index(collective),
        lambda: snapshot.entries(collective),
        snapshot.kept_rooms(collective),
        snapshot.handled,
        lambda: snapshot.kept_nodes(collective),
    )


def verify_bundle(
    path: Path,
    posted: Sequence[Posted] = (),
    noted: Sequence[Noted] | None = None,
    *,
    partial: bool = False,
) -> Report:
    """Verify an exported bundle: its folder, or the journal in it.

    With `partial` texts may have been left out of it. `noted` are the checkpoints that it is held to;
    where that is not said, those in it.
    """
    folder = path if path.is_dir() else path.parent
    audits = _Audits(posted, partial=partial)
    found: list[Audited] = []
    flaws: list[str] = []
    points: Sequence[Noted] = ()
    try:
        points = read_files(bundled(folder, CHECKPOINTS), Demands()) if noted is None else noted
    except (ValueError, OSError) as why:
        flaws.append(str(why))
    try:
        for collective, sealed in bundle_texts(folder):
            audits[collective].take_text(sealed.seal, sealed.salt, sealed.text)
    except Unreadable as why:
        flaws.append(str(why))
    try:
        with Progress("Verifying", _lines_in(folder / JOURNAL)) as it:
            entries = it.over(bundle_entries(folder))
            for collective, own in groupby(entries, attrgetter("collective")):
                audits[collective].take(own)
                found.append(audits.pop(collective).audited())
        flaws += [flaw for each in points for flaw in noted_flaws(each, bundle_entries(folder))]
    except Unreadable as why:
        flaws.append(str(why))
    if not flaws and all(each.sound for each in found):
        flaws.extend(f"{TEXTS}: {left} has texts that no entry commits to" for left in audits)
    return _report(found, flaws, posted)


class _Audits(dict[str, Audit]):
    """The audits by collective, each begun when it is asked for the first time."""

    def __init__(self, posted: Sequence[Posted], *, partial: bool) -> None:
        super().__init__()
        self._posted, self._partial = posted, partial

    def __missing__(self, collective: str) -> Audit:
        self[collective] = audit = Audit(collective, self._posted, partial=self._partial)
        return audit


def report_text(report: Report) -> str:
    """A report as it is told on the command line."""
    rows = [_sound(each) for each in report.journals if each.sound]
    rows += [f"NOT SOUND: {flaw}" for flaw in report.flaws]
    if report.sound:
        rows.append("All holds." if report.journals else "There is no journal yet.")
    return "\n".join(_short(visible(row)) for row in rows)


def _short(row: str) -> str:
    """What a stranger's file says may be long; what we say about it stands at the end."""
    return row if len(row) <= ROW_CHARACTERS_MAX else f"{row[:100]}…{row[101 - ROW_CHARACTERS_MAX :]}"


def _sound(it: Audited) -> str:
    return (
        f"{it.collective}: {it.head.seq} entries, head {it.head.text}, sums zero, "
        f"{it.matched} texts match, {it.absent} erased or left out"
    )


def _report(found: Sequence[Audited], flaws: Iterable[str], posted: Sequence[Posted]) -> Report:
    broken = (each.broken for each in found if each.broken)
    others = (flaw for each in found for flaw in each.flaws)
    return Report(tuple(found), (*broken, *flaws, *others, *unreached(posted, found)))


def _rising(names: Iterable[str]) -> Iterator[str]:
    """The names as long as they rise; a damaged index may lead round in a ring."""
    last = ""
    for name in names:
        if name <= last:
            raise Unreadable(f"{name} stands behind {last}")
        yield (last := name)


def _length(snapshot: Snapshot, collective: str) -> int:
    """How many entries there should be; 0 where a damaged database does not tell."""
    try:
        return next((it.seq for it in snapshot.latest(collective, before=None, limit=1)), 0)
    except _FAILURES:
        return 0


def _lines_in(path: Path) -> int:
    """How many lines a file has; 0 where it cannot be read, which is told by who reads it."""
    try:
        with path.open("rb") as file:
            return sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 20), b""))
    except OSError:
        return 0


def _take_texts(audit: Audit, snapshot: Snapshot, collective: str) -> Iterator[str]:
    """The texts; one that lies where nobody looks for it is as good as gone."""
    sheets = range(sheet_of(_length(snapshot, collective)) + 1)
    try:
        for text in snapshot.kept_texts(collective):
            if text.sheet not in sheets:
                yield f"{collective}: the text of {text.seal} is kept behind the journal's end"
            audit.take_text(text.seal, text.salt, text.text, identity=bool(text.identity))
    except _UNREADABLE as why:
        yield f"{collective}: the texts cannot be read ({why})"


def _kept_entries(archive: SqlArchive, snapshot: Snapshot, collective: str) -> Iterator[Entry]:
    """The journal in a database, up to the very entry that cannot be read."""
    seq = 0
    try:
        for entry in snapshot.entries(collective):
            yield entry
            seq = entry.seq
    except _FAILURES as why:
        # They come by pages: one unreadable entry hides the sound ones before it.
        yield from _one_by_one(archive, collective, seq)
        raise Unreadable(str(why)) from why


def _one_by_one(archive: SqlArchive, collective: str, seq: int) -> Iterator[Entry]:
    for number in range(seq + 1, seq + 1 + PAGE):
        try:
            # A picture of its own: a database in which a question failed may answer no other.
            with archive.snapshot() as snapshot:
                found = snapshot.latest(collective, before=number + 1, limit=1)
        except _FAILURES:
            return
        yield from (entry for entry in found if entry.seq == number)


def bundle_entries(folder: Path) -> Iterator[Entry]:
    """The entries of a bundle, in order. Raises Unreadable."""
    last = ""
    for number, entry in enumerate(_lines(folder / JOURNAL, read_entry), 1):
        if entry.collective < last:
            raise Unreadable(f"{_place(JOURNAL, number)}: out of order")
        last = entry.collective
        yield entry


def bundle_texts(folder: Path) -> Iterator[tuple[str, Sealed]]:
    """The texts of a bundle, with whose they are. Raises Unreadable."""
    return _lines(folder / TEXTS, read_text)


def _lines(path: Path, read: Callable[[bytes], Line]) -> Iterator[Line]:
    """The lines of a file; raises Unreadable at the first that is none, saying where it stands."""
    number = 0
    try:
        with path.open("rb") as file:
            while line := file.readline(LINE_BYTES_MAX):
                number += 1
                yield read(line if line.endswith(b"\n") else _torn(line))
    except (OSError, Misshapen) as why:
        raise Unreadable(f"{_place(path.name, number)}: {why}") from why


def _torn(line: bytes) -> bytes:
    raise Misshapen("too long" if len(line) == LINE_BYTES_MAX else "cut off")


def _place(name: str, number: int) -> str:
    return f"{name}, line {number}" if number else name
