"""Receipts as files: where they lie, what a backup has of them, what `talkoot doctor` says of them."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import re
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, unquote

from sqlalchemy import Engine

from adapters.cli.config import Config
from adapters.cli.store import Store
from bot.collective.folding import read_event
from bot.collective.slips import SLIPS, SlipIs, SlipKept
from bot.ports import StorageFault
from bot.writer.shelf import Shelf
from storage.reading import SqlArchive
from storage.slips import KEPT, SlipFolder, kept_in, tidy

log = logging.getLogger("talkoot.slips")

TIDY_SECONDS = 6 * 3_600
"""How long until it is looked again for what a killed program left."""

IN_ARCHIVE = "slips/"
"""What the names of receipts in a backup begin with."""

_NAME = re.compile(r"slips/([A-Za-z0-9%_~-][A-Za-z0-9%._~-]{0,499})/([0-9a-f]{64})\.slip")


def shelf_of(config: Config) -> Shelf:
    """Where receipts are kept, and how much is."""
    section = config.slips
    return Shelf(SlipFolder(Path(section.store)), section.bytes, section.room * 1_000_000)


async def keep_tidy(config: Config, store: Store) -> None:
    """Put in order what a killed program left, now and every few hours."""
    while True:
        await asyncio.to_thread(put_in_order, config, store)
        await asyncio.sleep(TIDY_SECONDS)


def put_in_order(config: Config, store: Store) -> None:
    """Put in order what a killed program left, as far as the disk and the database let it."""
    slips, kept = SlipFolder(Path(config.slips.store)), kept_in(store.archive.engine)
    try:
        tidy(slips, kept, time.time())
    except StorageFault as fault:
        log.warning("receipts are looked through later: %s", fault)


# --- Backups ----------------------------------------------------------------------------------------


def copied(folder: Path, engine: Engine, target: Path) -> dict[str, Path]:
    """The receipts that a copy of the database knows, copied to `target`; by their names in an archive.

    What is erased while they are copied is left out. Raises OSError or StorageFault.
    """
    slips, kept = SlipFolder(folder), kept_in(engine)
    found: dict[str, Path] = {}
    for collective, seal, path in slips.files():
        name = f"{IN_ARCHIVE}{quote(collective, safe='')}/{seal}{KEPT}"
        if name in found or not kept(collective, seal):
            continue
        copy = target / name
        copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for each in (path, path.with_suffix(KEPT)):  # it may have got its name meanwhile
            with suppress(FileNotFoundError):
                _copy(each, copy)
                found[name] = copy
                break
    return found


def _copy(path: Path, copy: Path) -> None:
    try:
        os.link(path, copy)
    except FileNotFoundError:
        raise
    except OSError:  # another disk, or a file system without second names
        shutil.copyfile(path, copy)


def is_slip(name: str) -> bool:
    """Whether a file of an archive is a receipt."""
    return _NAME.fullmatch(name) is not None


def put_back(name: str, copy: Path, folder: Path) -> None:
    """Put a receipt of an archive where receipts lie. Raises StorageFault or OSError."""
    match = _NAME.fullmatch(name)
    assert match is not None, f"{name} is no receipt"
    slips, collective = SlipFolder(folder), unquote(match[1])
    slips.stage(collective, match[2], copy.read_bytes())
    slips.keep(collective, match[2])


# --- What the doctor says -----------------------------------------------------------------------------


def wrongs(archive: SqlArchive, folder: Path) -> Iterator[tuple[str, str]]:
    """What was looked at of the receipts, and what is wrong with it and how to mend it, if anything."""
    slips, known, count = SlipFolder(folder), kept_in(archive.engine), 0
    missing, spoiled = list[str](), list[str]()
    for collective, ref, seal, is_ in _kept_slips(archive):
        count += 1
        data = slips.read(collective, seal)
        if data is None:
            missing.append(ref)
        elif hashlib.sha256(data).hexdigest() != is_.digest:
            spoiled.append(ref)
    strays = [path for collective, seal, path in slips.files() if not known(collective, seal)]
    if missing:
        told = (
            f"{_some(missing)}: the file is not in {folder}. Put it back from a backup (slips/ in it)."
        )
        yield "receipts missing", told
    if spoiled:
        told = f"{_some(spoiled)}: the file was changed. Put it back from a backup (slips/ in it)."
        yield "receipts changed", told
    if strays:
        names = _some([f"{path.parent.name}/{path.name}" for path in strays])
        told = (
            f"{names} in {folder}. What was erased or left by a crash is cleared away by talkoot run; "
            "others are of another copy of the database: delete them if you know them to be old."
        )
        yield "receipts of no journal here", told
    if folder.is_dir() and (stat.S_IMODE(folder.stat().st_mode) & 0o077):
        yield "folder of receipts", f"others can enter {folder}. Mend it with: chmod 700 {folder}"
    yield f"receipts ({count})", ""


def _kept_slips(archive: SqlArchive) -> Iterator[tuple[str, str, str, SlipIs]]:
    """The receipts that are not erased: whose, of which transfer, the commitment, and what it is."""
    with archive.snapshot() as snapshot:
        for collective in snapshot.collectives():
            found = [read_event(each.payload) for each in snapshot.about(collective, SLIPS)]
            kept = {each.content: each.subjects[0] for each in found if isinstance(each, SlipKept)}
            texts = snapshot.texts(collective, sorted(kept))
            for seal, text in texts.items():
                yield collective, f"{kept[seal]} of {collective}", seal, SlipIs.of(text)


def _some(names: list[str]) -> str:
    return f"{', '.join(names[:3])}{' and more' if len(names) > 3 else ''}"
