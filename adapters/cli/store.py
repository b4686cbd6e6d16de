"""Opening the store: the database, brought up to date, and its three faces."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.ports import Keys
from bot.writer.vault import FleetingKeys
from bot.writer.witnesses import Witnesses
from storage.crew import SqlCrew
from storage.engines import UnfitDatabase, address_of, open_engine, open_memory
from storage.journal import SqlJournal
from storage.keys import KeyFolder
from storage.looking import looking
from storage.outbox import SqlOutbox
from storage.reading import SqlArchive
from storage.upgrading import bring_up_to_date
from storage.wakes import SqlWakes

log = logging.getLogger("talkoot")

MEMORY = "sqlite://"
"""A database that is thrown away with the program."""


@dataclass(frozen=True, slots=True)
class Store:
    """The journal (written by one), the outbox (read at start), the archive, the alarm clock.

    Beside them the keys of secret polls, which lie elsewhere, and who else runs on the database.
    """

    journal: SqlJournal
    outbox: SqlOutbox
    archive: SqlArchive
    wakes: SqlWakes
    keys: Keys
    crew: SqlCrew


@dataclass(frozen=True, slots=True)
class Look:
    """What is kept and where keys lie, for whoever only looks."""

    archive: SqlArchive
    keys: Keys


def usual_keys() -> Path:
    """Where keys lie unless the configuration says so: with what programs remember for this user.

    Raises UnfitDatabase where the system does not say whose home this is.
    """
    try:
        state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    except RuntimeError as homeless:
        message = "There is no home to keep keys in; name a folder for them as [ballots] keys."
        raise UnfitDatabase(message) from homeless
    return Path(state) / "talkoot" / "keys"


def tried_keys(url: str) -> Path:
    """Where keys lie when a script is played: the same script may be played on many databases."""
    database = address_of(url).database if url != MEMORY else ""
    digest = hashlib.sha256(str(Path(database or url).resolve()).encode()).hexdigest()
    return usual_keys() / f"try-{digest[:16]}"


@contextmanager
def open_store(url: str, keys: Path | None = None) -> Iterator[Store]:
    """The store at a database URL, up to date; `sqlite://` is one in memory, with its keys.

    `keys` is the folder of the keys of secret polls. Raises UnfitDatabase, also where that lies in the
    folder of the database, and whoever copies one would have both.
    """
    kept: Keys = FleetingKeys()
    if url == MEMORY:
        engine = open_memory()
    else:
        folder = keys or usual_keys()
        check_apart(url, folder, usual=keys is None)
        kept = lying = KeyFolder(folder)
        lying.shut()
        bring_up_to_date(url)
        engine = open_engine(url)
    crew = SqlCrew(engine)
    journal = SqlJournal(engine, crew)
    try:
        outbox = SqlOutbox(engine, crew)
        yield Store(journal, outbox, SqlArchive(engine), SqlWakes(engine), kept, crew)
    finally:
        journal.close()
        engine.dispose()


def check_apart(url: str, folder: Path, *, usual: bool = False) -> None:
    """Keys lie neither beside the database nor below its folder. Raises UnfitDatabase.

    Where nobody chose and the database lies in the home itself, the `usual` folder is told of in the
    log: a copy of the home has both.
    """
    address = address_of(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        return
    beside, keys = Path(address.database).resolve().parent, folder.resolve()
    if keys != beside and beside not in keys.parents:
        return
    if usual and keys != beside:
        log.warning("the keys of secret polls lie in %s, which a copy of %s has too", keys, beside)
        return
    raise UnfitDatabase(
        f"The keys of secret polls would lie in {folder}, with the database; whoever copies {beside} "
        "could open the ballots. Name another folder as [ballots] keys."
    )


@contextmanager
def open_look(url: str, keys: Path | None = None) -> Iterator[Look]:
    """A database that is there already, to be looked at: nothing in it or beside it is changed.

    Raises UnfitDatabase where none is.
    """
    with looking(url) as engine:
        yield Look(SqlArchive(engine), KeyFolder(keys or usual_keys()))


@contextmanager
def open_archive(url: str) -> Iterator[SqlArchive]:
    """Only what is kept of a database that is there already, to be looked at. Raises UnfitDatabase."""
    with looking(url) as engine:
        yield SqlArchive(engine)


def witnesses_of(home: Path) -> Witnesses:
    """What witnesses said of our journals, in the home."""
    return Witnesses(KeyFolder(home / "witnessed"))
