"""Opening the store: the database, brought up to date, and its three faces."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from storage.engines import UnfitDatabase, bring_up_to_date, open_engine, open_memory
from storage.journal import SqlJournal
from storage.outbox import SqlOutbox
from storage.reading import SqlArchive
from storage.wakes import SqlWakes

MEMORY = "sqlite://"
"""A database that is thrown away with the program."""


@dataclass(frozen=True, slots=True)
class Store:
    """The journal (written by one), the outbox (read at start), the archive, the alarm clock."""

    journal: SqlJournal
    outbox: SqlOutbox
    archive: SqlArchive
    wakes: SqlWakes


@contextmanager
def open_store(url: str) -> Iterator[Store]:
    """The store at a database URL, up to date; `sqlite://` is one in memory."""
    if url == MEMORY:
        engine = open_memory()
    else:
        bring_up_to_date(url)
        engine = open_engine(url)
    journal = SqlJournal(engine)
    try:
        yield Store(journal, SqlOutbox(engine), SqlArchive(engine), SqlWakes(engine))
    finally:
        journal.close()
        engine.dispose()


@contextmanager
def open_archive(url: str) -> Iterator[SqlArchive]:
    """Only the archive of a database that is there already. Raises UnfitDatabase where none is."""
    address = make_url(url)
    file = Path(address.database or "")
    if address.get_backend_name() == "sqlite" and not file.is_file():
        raise UnfitDatabase(f"There is no database {file}.")
    with open_store(url) as store:
        yield store.archive
