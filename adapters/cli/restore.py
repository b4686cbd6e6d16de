"""`talkoot restore`: a backup becomes the database again, in an empty place, whole or not at all.

Everything is checked before it gets its name: the archive's checksums, the journal as `talkoot verify`
does it, the head that somebody last saw in a room, and whether keys that lie here fit. What waited to
be said is held back, and the journal and the rooms are told.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.cli.archive import (
    DATABASE,
    MATRIX,
    ArchiveError,
    Manifest,
    free_bytes,
    put,
    read_manifest,
    unpack,
)
from adapters.cli.backup import states, unfinished
from adapters.cli.outside import SystemChance, SystemClock
from adapters.cli.slips import is_slip, put_back
from adapters.cli.store import Store, check_apart, open_store, usual_keys
from adapters.cli.verify import Report, report_text, verify_archive
from bot.books.audit import Posted
from bot.chat import TIME, Actor, Incoming, Place, Restored
from bot.decision import Ballots, Unopened
from bot.writer.engine import Engine
from bot.writer.hearing import Instance
from bot.writer.vault import SPOILED, Vault
from bot.writer.witnesses import Witnesses
from commands import FEATURES
from storage.copying import copy_in, hold_back, refuse_full
from storage.engines import address_of, clean_up
from storage.keys import KeyFolder
from storage.looking import looking
from storage.reading import SqlArchive
from storage.upgrading import bring_up_to_date

Missing = Mapping[str, int]
"""How many entries are known to be missing, by collective."""


class RestoreError(Exception):
    """Nothing was restored; says why, for whoever asked for it."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to restore to: the database; the folders of keys, the Matrix key store and receipts."""

    url: str
    keys: Path | None = None
    matrix: Path | None = None
    slips: Path | None = None


def restore(
    path: Path,
    target: Target,
    posted: Sequence[Posted] = (),
    agreed: Callable[[str], bool] = lambda _: False,
) -> list[str]:
    """Restore a backup; returns what is to be told. Raises RestoreError, and then nothing was.

    `posted` are the heads last seen in rooms. Where those say that entries are missing, `agreed` is
    asked whether to go on, with what is missing in words.
    """
    try:
        manifest = read_manifest(path)
        refuse_full(target.url)
        check_apart(target.url, target.keys or usual_keys(), usual=target.keys is None)
        matrix, slips = _matrix_files(manifest, target), _slips(manifest, target)
        parent = _parent(target.url)
        _check_room(manifest, parent)
        with unfinished(parent) as folder:
            database = folder / DATABASE
            unpack(path, manifest, DATABASE, database)
            for name in (*matrix, *slips):
                copy = folder / name
                copy.parent.mkdir(parents=True, exist_ok=True)
                unpack(path, manifest, name, copy)
            missing = _checked(database, manifest, posted)
            if missing and not agreed(_missing_told(missing)):
                raise RestoreError(
                    f"{_missing_told(missing)} Look for a newer backup; --accept-loss takes this one."
                )
            rows = _made_ready(database, manifest, target, missing)
            for name in slips:
                put_back(name, folder / name, target.slips or Path())
            if matrix:
                _put_matrix(folder / MATRIX.rstrip("/"), target)
            if address_of(target.url).get_backend_name() == "sqlite":
                put(database, Path(address_of(target.url).database or ""))
            else:
                copy_in(database, target.url)
    except (ArchiveError, FileExistsError) as why:
        raise RestoreError(str(why)) from why
    except OSError as why:
        raise RestoreError(f"{path} cannot be restored: {why.strerror or why}.") from why
    return [
        *(f"Restored {name} up to entry {head}." for name, head in manifest.heads.items()),
        *(_compared(posted, missing)),
        *rows,
        *_elsewhere(manifest, target, matrix),
        "Check it with talkoot doctor, then start talkoot run.",
    ]


def _parent(url: str) -> Path:
    """Where what is not whole yet lies: where the file will be, so that only its name changes."""
    address = address_of(url)
    if address.get_backend_name() == "sqlite":
        return Path(address.database or "").resolve().parent
    return Path.cwd()


def _check_room(manifest: Manifest, parent: Path) -> None:
    wanted = 2 * sum(each.bytes for each in manifest.files.values())
    if free_bytes(parent) < wanted:
        raise RestoreError(
            f"There is too little room in {parent}: {wanted // 10**6 + 1} MB are needed."
        )


def _checked(database: Path, manifest: Manifest, posted: Sequence[Posted]) -> Missing:
    """How many entries are missing behind a copy that holds. Raises RestoreError."""
    with looking(f"sqlite:///{database}") as engine:
        report = verify_archive(SqlArchive(engine), _within(posted, manifest))
    if not report.sound:
        raise RestoreError(f"This backup does not hold: {report_text(report)} Use an older one.")
    if {it.collective: it.head.text for it in report.journals} != manifest.heads:
        raise RestoreError("This backup holds other entries than its manifest says. Use an older one.")
    return _missing(report, posted)


def _within(posted: Sequence[Posted], manifest: Manifest) -> list[Posted]:
    """The posted heads that the backup must reach: those that are not behind its end."""
    last = {name: int(head.partition(":")[0]) for name, head in manifest.heads.items()}
    return [
        each for each in posted if each.seq <= last.get(each.collective, max(last.values(), default=0))
    ]


def _missing(report: Report, posted: Sequence[Posted]) -> Missing:
    found: dict[str, int] = {}
    several = len(report.journals) > 1
    for each in posted:
        for it in report.journals:
            behind = each.seq - it.head.seq
            meant = each.collective == it.collective or not (each.collective or several)
            if meant and behind > 0:
                found[it.collective] = max(behind, found.get(it.collective, 0))
        if several and not each.collective:
            names = ", ".join(it.collective for it in report.journals)
            raise RestoreError(f"Say whose head that is: --head NAME={each.text}, one of {names}.")
    return found


def _missing_told(missing: Missing) -> str:
    return " ".join(
        f"{count} {'entry' if count == 1 else 'entries'} of {name} that a room has seen "
        f"{'is' if count == 1 else 'are'} missing in this backup."
        for name, count in missing.items()
    )


def _compared(posted: Sequence[Posted], missing: Missing) -> Iterator[str]:
    if missing:
        yield f"{_missing_told(missing)} The rooms are told."
    elif posted:
        yield "Nothing is missing up to the head that a room has seen."
    else:
        yield (
            "It was not held against a head from a room (/ledger shows it there): whether the newest "
            "entries are missing is not known."
        )


# --- What a restored database needs before it is used ---------------------------------------------


def _made_ready(database: Path, manifest: Manifest, target: Target, missing: Missing) -> list[str]:
    """Hold messages back, and have the journal say what it is; returns what is to be told."""
    url = f"sqlite:///{database}"
    bring_up_to_date(url)
    # The keys are only looked at; a folder beside the copy would be refused.
    with open_store(url, target.keys or usual_keys()) as store:
        rows = list(_keys(store, target))
        held = hold_back(store.archive.engine)
        _tell(store, manifest, missing)
        clean_up(store.archive.engine)
    log = database.with_name(f"{database.name}-wal")
    if log.exists() and log.stat().st_size:
        raise RestoreError("The copy is in use by another program.")
    if held:
        rows.append(
            f"{held} messages that waited when the backup was made are held back; they may have been "
            "sent since. talkoot held send sends them, talkoot held drop drops them."
        )
    return rows


def _tell(store: Store, manifest: Manifest, missing: Missing) -> None:
    engine = Engine(
        store.journal, Instance(FEATURES, SystemClock(), SystemChance(), {}, keys=store.keys)
    )
    nobody = Actor(TIME, "", TIME, operator=True)
    now = int(SystemClock().now().timestamp() * 1000)
    for name in manifest.heads:
        what = Restored(manifest.at, missing.get(name, 0))
        engine.handle(
            [Incoming(f"restored|{name}@{now}", Place(TIME, name), nobody, "", restored=what)]
        )


def _keys(store: Store, target: Target) -> Iterator[str]:
    """Which open secret polls can be counted here. Raises RestoreError where a key is another one's."""
    folder = target.keys or usual_keys()
    keys = KeyFolder(folder)
    vault = Vault(keys, SystemChance(), Witnesses(keys))
    with store.archive.snapshot() as snapshot:
        known = list(states(snapshot))
    for state in known:
        for poll in state.polls.known.values():
            if not (poll.secret and poll.open):
                continue
            urn = poll.urn(state.collective)
            with store.journal.transaction() as tx:
                opened = vault.opened(tx, Ballots(urn, poll.last_turns()))
            if opened is SPOILED:
                raise RestoreError(
                    f"The key of {poll.ref} of {state.collective} in {folder} is not the one of this "
                    "backup: it is of another instance. Name another folder as [ballots] keys."
                )
            if isinstance(opened, Unopened):
                yield (
                    f"{poll.ref} of {state.collective} is secret, and its key is not in {folder}: "
                    "keys are in no backup. If you still have the file, put it there before the bot "
                    "starts; without it the poll is void, and is to be asked anew."
                )


# --- The Matrix key store -------------------------------------------------------------------------


def _matrix_files(manifest: Manifest, target: Target) -> list[str]:
    """The files of the Matrix key store that are to be restored. Raises RestoreError."""
    names = [name for name in manifest.files if name != DATABASE and not is_slip(name)]
    for name in names:
        parts = Path(name).parts
        if not name.startswith(MATRIX) or ".." in parts or "\\" in name or "\0" in name:
            raise RestoreError(f"The archive holds “{name}”, which no backup does.")
    if names and target.matrix is not None and target.matrix.exists():
        raise RestoreError(f"{target.matrix} is there already; move it elsewhere and keep it.")
    return names if target.matrix is not None else []


def _slips(manifest: Manifest, target: Target) -> list[str]:
    """The receipts that are to be restored."""
    return [name for name in manifest.files if is_slip(name)] if target.slips is not None else []


def _put_matrix(folder: Path, target: Target) -> None:
    assert target.matrix is not None
    target.matrix.parent.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    shutil.move(folder, target.matrix)


def _elsewhere(manifest: Manifest, target: Target, matrix: Sequence[str]) -> Iterator[str]:
    at = dt.datetime.fromtimestamp(manifest.at / 1000, dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
    yield f"The backup is from {at}, made by Talkoot {manifest.program}."
    if not matrix and target.matrix is not None:
        yield (
            "The Matrix key store is not in it: where that is gone too, log in anew with talkoot init; "
            "old encrypted messages stay unreadable to the bot."
        )
