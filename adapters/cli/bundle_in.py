"""`talkoot import FOLDER --as bundle`: an exported bundle becomes a new instance, with the same heads.

All that stands beside the journal follows from it and is made anew: the index, whose rooms are whose,
which messages were handled. Nothing is believed: the bundle is verified before, and the database after.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, insert

from adapters.cli.archive import DATABASE, put
from adapters.cli.backup import unfinished
from adapters.cli.progress import Progress
from adapters.cli.verify import (
    Report,
    bundle_entries,
    bundle_texts,
    report_text,
    verify_archive,
    verify_bundle,
)
from bot.books.audit import Posted
from bot.chain import Entry
from bot.chat import Place
from bot.collective.folding import read_event, take
from bot.collective.state import State
from bot.merkle import Growing
from storage import schema
from storage.copying import copy_in, new_file, refuse_full
from storage.engines import address_of
from storage.looking import looking
from storage.reading import SqlArchive

ROWS_AT_ONCE = 2_000


class BundleError(Exception):
    """Nothing was taken in; says why, for whoever asked for it."""


@dataclass(slots=True)
class _Rows:
    """Rows of one table, written some at a time."""

    connection: Connection
    name: str
    waiting: list[dict[str, object]] = field(default_factory=list)

    def add(self, **row: object) -> None:
        self.waiting.append(row)
        if len(self.waiting) >= ROWS_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        if self.waiting:
            self.connection.execute(insert(schema.metadata.tables[self.name]), self.waiting)
            self.waiting.clear()


def take_in(folder: Path, url: str, posted: list[Posted]) -> list[str]:
    """Make a bundle the database of a new instance, in an empty place: all of it or nothing.

    Returns what is to be told. Raises BundleError, UnfitDatabase or a fault of the store.
    """
    report = verify_bundle(folder, posted)
    if not report.sound or not report.journals:
        raise BundleError(f"this bundle does not hold: {report_text(report)}")
    refuse_full(url)
    address = address_of(url)
    sqlite = address.get_backend_name() == "sqlite"
    parent = Path(address.database or "").resolve().parent if sqlite else Path.cwd()
    try:
        with unfinished(parent) as part:
            database = part / DATABASE
            with Progress("Taking in", sum(it.head.seq for it in report.journals)) as it:
                _fill(folder if folder.is_dir() else folder.parent, database, it)
            _check(database, report)
            if sqlite:
                put(database, Path(address.database or ""))
            else:
                copy_in(database, url)
    except OSError as why:
        raise BundleError(f"it cannot be written: {why.strerror or why}") from why
    return [f"{it.collective}: {it.head.seq} entries, head {it.head.text}" for it in report.journals]


def _fill(folder: Path, database: Path, it: Progress) -> None:
    engine = new_file(database)
    database.chmod(0o600)
    try:
        with engine.begin() as connection:
            sealed: dict[str, dict[str, _Seal]] = {}
            for name, entries in groupby(it.over(bundle_entries(folder)), attrgetter("collective")):
                sealed[name] = _fill_journal(connection, name, entries)
            _fill_texts(connection, folder, sealed)
    finally:
        engine.dispose()


class _Seal(NamedTuple):
    """A commitment: the first entry that makes it, and whether it is to a name or an account."""

    seq: int
    identity: bool


def _fill_journal(connection: Connection, name: str, entries: Iterator[Entry]) -> dict[str, _Seal]:
    """Write a journal and what follows from it; returns its commitments."""
    rows = {it: _Rows(connection, it) for it in ("entries", "subjects", "inbox", "nodes")}
    state, rooms, handled, tree = State(name), set[Place](), set[str](), Growing()
    seals: dict[str, _Seal] = {}
    for entry in entries:
        event = read_event(entry.payload)
        take(state, entry, event, {})
        rows["entries"].add(
            collective=name,
            seq=entry.seq,
            at=entry.at,
            actor=entry.actor,
            cause=entry.cause,
            payload=entry.payload,
            payload_hash=entry.payload_hash,
            previous=entry.previous,
            hash=entry.hash,
        )
        for level, number, own in tree.add(entry.hash):
            rows["nodes"].add(collective=name, level=level, number=number, hash=own)
        for subject in event.subjects:
            rows["subjects"].add(collective=name, subject=subject, seq=entry.seq)
        if entry.cause not in handled:
            handled.add(entry.cause)
            platform, _, message = entry.cause.partition(":")
            rows["inbox"].add(platform=platform, message=message, step="", collective=name, at=entry.at)
        for seal in event.seals:
            known = seals.get(seal, _Seal(entry.seq, identity=False))
            seals[seal] = known._replace(identity=known.identity or seal in event.identities)
        rooms.difference_update(event.given_up)
        rooms.update(event.taken)
    for each in rows.values():
        each.flush()
    _refuse_ballots(state)
    for place in rooms:
        row = {"platform": place.platform, "room": place.room, "collective": name}
        connection.execute(insert(schema.rooms), row)
    return seals


def _refuse_ballots(state: State) -> None:
    for poll in state.polls.known.values():
        if poll.secret and poll.open and poll.cast:
            raise BundleError(
                f"{poll.ref} of {state.collective} is an open secret poll: its ballots are in no "
                "bundle. Close it there and export anew, or move with talkoot backup"
            )


def _fill_texts(connection: Connection, folder: Path, sealed: dict[str, dict[str, _Seal]]) -> None:
    rows = _Rows(connection, "texts")

    def add(name: str, seal: str, it: _Seal, salt: bytes | None, text: str | None) -> None:
        sheet = schema.sheet_of(it.seq)
        rows.add(collective=name, identity=it.identity, sheet=sheet, seal=seal, salt=salt, text=text)

    for name, text in bundle_texts(folder):
        add(name, text.seal, sealed[name].pop(text.seal), text.salt, text.text)
    for name, left in sealed.items():
        for seal, it in left.items():  # what was erased stays known as that
            add(name, seal, it, None, None)
    rows.flush()


def _check(database: Path, bundle: Report) -> None:
    with looking(f"sqlite:///{database}") as engine:
        report = verify_archive(SqlArchive(engine))
    heads = [(it.collective, it.head) for it in report.journals]
    if not report.sound or heads != [(it.collective, it.head) for it in bundle.journals]:
        raise BundleError(f"what came of it does not hold: {report_text(report)}")
