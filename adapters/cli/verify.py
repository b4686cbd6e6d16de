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

from adapters.cli.halves import Ended, Halves, in_halves, worth_halving
from adapters.cli.kept import (
    UNREADABLE,
    all_entries,
    beside_of,
    kept_entries,
    length,
    rising,
    take_texts,
)
from adapters.cli.noted import Demands, Noted, bundled, read_files
from adapters.cli.noted import flaws as noted_flaws
from adapters.cli.progress import Progress
from bot.books.audit import Audit, Audited, Posted, unreached
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
from bot.text.rendering import visible
from storage.reading import SqlArchive

ROW_CHARACTERS_MAX = 600
"""How long a line of a report can be."""

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
    """Verify what a database keeps; the bot may go on writing meanwhile.

    A long journal is verified by two processes, where there are cores for them. Whatever they doubt is
    looked at by one, all of it: so there is one way to say what does not hold, and what comes first.
    """
    halves: Halves | None = None
    if worth_halving(archive):
        try:
            halves = in_halves(archive, posted, noted)
        except Ended as why:
            return Report((), (f"{_HALF} ({why}); {_AGAIN}",))
        if halves is not None and not halves.doubt:
            return _report(halves.found, (), posted)
    report = _whole(archive, posted, noted)
    if halves is not None and report.sound:
        return report.with_flaws([f"{_DISAGREE} ({halves.doubt})"])
    return report


_HALF = "half of it was not checked: the second process ended before it was done"
_AGAIN = "try again, or on one core, where none is needed: taskset -c 0 talkoot verify"
_DISAGREE = "two processes found something that one alone does not find"


def _whole(archive: SqlArchive, posted: Sequence[Posted], noted: Sequence[Noted]) -> Report:
    """All of it, in one process."""
    found: list[Audited] = []
    flaws: list[str] = []
    try:
        with archive.snapshot() as snapshot:
            for collective in rising(snapshot.collectives()):
                audit = Audit(
                    collective,
                    posted,
                    beside=beside_of(snapshot, collective),
                    boxes=snapshot.kept_boxes(collective),
                )
                flaws.extend(take_texts(audit, snapshot, collective))
                with Progress(f"Verifying {collective}", length(snapshot, collective)) as it:
                    audit.take(it.over(kept_entries(archive, snapshot, collective)))
                found.append(audit.audited())
            flaws += [flaw for each in noted for flaw in noted_flaws(each, all_entries(snapshot))]
            flaws += [
                f"{name} has {table}, and no journal: it is gone" for name, table in snapshot.strays()
            ]
    except UNREADABLE as why:
        flaws.append(f"the database cannot be read ({why})")
    return _report(found, flaws, posted)


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


def _lines_in(path: Path) -> int:
    """How many lines a file has; 0 where it cannot be read, which is told by who reads it."""
    try:
        with path.open("rb") as file:
            return sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 20), b""))
    except OSError:
        return 0


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
