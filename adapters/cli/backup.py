"""`talkoot backup`: everything that is kept, at one moment, in one file, while the bot goes on.

It gets its name only when it was read back and verified; until then nothing is there, whenever the
program is killed. Keys of secret polls and `.env` are never in it.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp
from typing import IO

import msgspec
from sqlalchemy import create_engine, make_url

from adapters.cli.archive import (
    DATABASE,
    MATRIX,
    ArchiveError,
    Manifest,
    check_archive,
    free_bytes,
    inside,
    put,
    read_manifest,
    stored,
    sync,
    write_archive,
)
from adapters.cli.config import Config
from adapters.cli.keeping import NAMED, Keep, made_at, to_drop
from adapters.cli.keystore import InUse, alone_with
from adapters.cli.progress import Progress
from adapters.cli.slips import copied
from adapters.cli.store import usual_keys
from adapters.cli.verify import report_text, verify_archive
from bot.collective.folding import fold
from bot.collective.state import State
from storage.copying import copy_out
from storage.engines import address_of, reading
from storage.health import damage
from storage.looking import looking
from storage.reading import Snapshot, SqlArchive
from storage.upgrading import version_of

LEFT_OUT = (
    "the keys of open secret polls",
    "who wants to speak first at meetings",
    "snapshots of states",
    ".env",
    "config.toml",
)
_PART = ".talkoot-part-"
"""What the folders of unfinished backups and restores begin with."""


class BackupError(Exception):
    """There is no new backup; says why, for whoever asked for it."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made, and which older ones were deleted."""

    path: Path
    manifest: Manifest
    dropped: tuple[Path, ...] = ()
    strange: tuple[Path, ...] = ()
    """What is named like a backup there, and is none of this database: it stays."""

    @property
    def told(self) -> str:
        """As it is told on the command line."""
        rows = [f"Backup: {self.path} ({self.path.stat().st_size:,} bytes, read back and verified)"]
        rows += [f"  {name}: up to entry {head}" for name, head in self.manifest.heads.items()]
        rows.append(f"Not in it: {', '.join(self.manifest.left_out)}.")
        rows += [
            f"If this is restored on another machine, {poll} cannot be counted: its key stays here."
            for poll in self.manifest.polls
        ]
        rows += [f"Deleted: {path}" for path in self.dropped]
        rows += [f"No backup of this database, left alone: {path}" for path in self.strange]
        return "\n".join(rows)


class Noted(msgspec.Struct, frozen=True):
    """What is remembered of the last backup of a database, for `talkoot doctor`."""

    at: int
    path: str
    heads: dict[str, str]


def backup(
    url: str,
    target: Path,
    *,
    keep: Keep | None = None,
    matrix: Path | None = None,
    slips: Path | None = None,
) -> Made:
    """Make a backup: in the file `target`, or under a name of its own in the folder `target`.

    In a folder, `keep` says which older ones of this database stay. `matrix` is the folder of the
    Matrix key store, to be taken along, and `slips` that of the receipts. Raises BackupError; then
    nothing is there that was not before.
    """
    at = int(time.time() * 1000)
    in_folder = target.is_dir()
    if keep and not in_folder:
        raise BackupError(f"--keep needs a folder that is there already; {target} is none.")
    path = _free_name(target, at) if in_folder else target
    if path.exists():
        raise BackupError(f"{path} is there already; name a new file, or a folder.")
    if not path.parent.is_dir():
        raise BackupError(f"The folder {path.parent} does not exist.")
    try:
        with alone_with(matrix), unfinished(path.parent) as folder:
            manifest = _made(url, at, folder, matrix, slips)
            put(folder / "archive", path)
    except InUse as why:
        raise BackupError(str(why)) from why
    except OSError as why:
        # What cannot be used may be the database as well.
        reason = f"{why.filename}: {why.strerror}" if why.filename else why
        raise BackupError(f"{path} cannot be written: {reason}.") from why
    _note(url, Noted(at, str(path.resolve()), manifest.heads))
    if not keep:
        return Made(path, manifest)
    named = sorted(each for each in path.parent.iterdir() if made_at(each))
    strange = [each for each in named if not _is_of_same(each, manifest)]
    dropped = to_drop((each for each in named if each not in strange), keep)
    for each in dropped:
        each.unlink(missing_ok=True)
    return Made(path, manifest, tuple(dropped), tuple(strange))


def _free_name(folder: Path, at: int) -> Path:
    """The name of a backup begun at `at`; of two in one second, the later takes the next second's."""
    seconds = at // 1000
    while (path := folder / time.strftime(NAMED, time.gmtime(seconds))).exists():
        seconds += 1
    return path


def _is_of_same(path: Path, manifest: Manifest) -> bool:
    """Whether a file is a backup of the same database: they have a journal in common."""
    try:
        return not set(manifest.begins).isdisjoint(read_manifest(path).begins)
    except ArchiveError:
        return False


def matrix_store(config: Config) -> Path:
    """The folder of the Matrix key store. Raises BackupError where there is none."""
    folder = Path(config.matrix.store)
    if not config.matrix.user or not folder.is_dir():
        raise BackupError("There is no Matrix key store: no account is configured, or it never ran.")
    return folder


def _made(url: str, at: int, folder: Path, matrix: Path | None, slips: Path | None) -> Manifest:
    _check_room(url, folder)
    copy = folder / DATABASE
    with Progress("Copying"):
        copy_out(url, copy)
    copy.chmod(0o600)
    files = {DATABASE: copy}
    if slips is not None:
        with looking(f"sqlite:///{copy}") as engine:
            files |= copied(slips, engine, folder)
    left_out: tuple[str, ...] = LEFT_OUT
    if matrix is not None:
        files |= {f"{MATRIX}{each.relative_to(matrix)}": each for each in inside(matrix)}
    else:
        left_out = (*LEFT_OUT, "the Matrix key store")
    heads, polls, begins, found = _looked_at(copy)
    manifest = Manifest(
        program=version("talkoot"),
        schema=found,
        at=at,
        heads=heads,
        files={name: stored(each) for name, each in files.items()},
        polls=polls,
        left_out=left_out,
        begins=begins,
    )
    with Progress("Packing"):
        write_archive(folder / "archive", manifest, files)
    try:
        with Progress("Reading back"):
            check_archive(folder / "archive", manifest, folder)
    except ArchiveError as why:
        raise BackupError(f"What was written cannot be read back ({why}). Look at the disk.") from why
    return manifest


def _looked_at(copy: Path) -> tuple[dict[str, str], tuple[str, ...], tuple[str, ...], str]:
    """The heads, open secret polls, beginnings and version of a copy that holds. Raises BackupError."""
    with looking(f"sqlite:///{copy}") as engine:
        archive = SqlArchive(engine)
        report = verify_archive(archive)
        wrong = damage(engine)
        if wrong or not report.sound:
            told = "; ".join(wrong) or report_text(report)
            raise BackupError(
                f"what would be in it does not hold: {told} Keep the database to find "
                "out what happened, and restore an older backup."
            )
        with archive.snapshot() as snapshot:
            polls = tuple(_open_secret_polls(snapshot))
            begins = tuple(next(snapshot.entries(it)).hash.hex() for it in snapshot.collectives())
    heads = {it.collective: it.head.text for it in report.journals}
    return heads, polls, begins, _version(copy)


def _version(copy: Path) -> str:
    """The version of the copy itself: what is looked at may be a newer copy of that."""
    engine = create_engine(f"sqlite:///{copy}")
    try:
        with reading(engine) as connection:
            return version_of(connection)
    finally:
        engine.dispose()


def states(snapshot: Snapshot) -> Iterator[State]:
    """What each journal adds up to."""
    for collective in snapshot.collectives():
        yield fold(State(collective), snapshot.entries(collective), snapshot.names(collective))


def _open_secret_polls(snapshot: Snapshot) -> Iterator[str]:
    for state in states(snapshot):
        yield from (
            f"{it.ref} of {state.collective}"
            for it in state.polls.known.values()
            if it.secret and it.open
        )


def _check_room(url: str, folder: Path) -> None:
    address = address_of(url)
    path = Path(address.database or "")
    if address.get_backend_name() != "sqlite" or not path.is_file():
        return
    wanted = 2 * path.stat().st_size
    if free_bytes(folder) < wanted:
        raise BackupError(
            f"There is too little room in {folder.parent}: {wanted // 1_000_000 + 1} MB are needed."
        )


@contextmanager
def unfinished(parent: Path) -> Iterator[Path]:
    """A folder for what is not whole yet, for its owner alone; gone afterwards.

    What a killed program left of its own is cleared away: nobody holds its lock any more.
    """
    for left in parent.glob(f"{_PART}*"):
        with suppress(OSError), _held(left):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(mkdtemp(dir=parent, prefix=_PART))
    try:
        with _held(folder):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        sync(parent)


@contextmanager
def _held(folder: Path) -> Iterator[IO[bytes]]:
    """The lock of such a folder. Raises OSError where another program holds it."""
    with (folder / ".lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield lock


# --- What is remembered of the last one -----------------------------------------------------------


def _notes(url: str) -> Path:
    address = make_url(url).set(password=None)
    name = str(address)
    if address.get_backend_name() == "sqlite":
        name = str(Path(address.database or "").resolve())
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    return usual_keys().parent / "backups" / f"{digest}.json"


def _note(url: str, noted: Noted) -> None:
    """Remember it; that it cannot be remembered makes the backup no worse."""
    path = _notes(url)
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        new.write_bytes(msgspec.json.encode(noted))
        new.replace(path)


def last_backup(url: str) -> Noted | None:
    """What is remembered of the last backup of a database, by whoever runs this."""
    try:
        return msgspec.json.decode(_notes(url).read_bytes(), type=Noted)
    except (OSError, ValueError):
        return None
