"""`talkoot export`: a journal as files for others.

It reads one picture of the database, whatever is written meanwhile, and never holds all of it in
memory. The same journal gives the same bytes. Nothing here judges what it writes: verifying does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from adapters.cli.progress import Progress
from adapters.web.filed import NotPublicError, site
from adapters.web.look import Signs
from bot.books.bundle import (
    CHECKPOINTS,
    JOURNAL,
    READ_ME,
    README,
    ROTATIONS,
    TEXTS,
    VERIFIER,
    WITNESSED,
    kept_at_home,
    write_entry,
    write_text,
)
from bot.books.exporting.forms import Books, Form
from bot.chain import Entry, Sealed
from bot.checkpoints import Checkpoint, origin_of
from bot.collective.folding import counting, fold
from bot.collective.ruletypes import Value
from bot.collective.state import State
from bot.merkle import Growing
from bot.ports import Keys
from bot.witnessing import vouched
from bot.writer.signing import SigningKey, signing_key
from bot.writer.witnesses import Witnesses
from commands import FEATURES
from storage.reading import Snapshot, SqlArchive

_OWN_VERIFIER = Path(__file__).with_name("standalone_verify.py")


class ExportError(Exception):
    """It cannot be written there; says why, for whoever asked for it."""


def export_bundle(
    archive: SqlArchive, folder: Path, keys: Keys | None = None, witnesses: Witnesses | None = None
) -> None:
    """Write the bundle into a folder that is not there yet, or empty: whole or not at all.

    Where `keys` has one that signs checkpoints, one of each journal is in it, and the newest one that
    `witnesses` signed. Raises ExportError.
    """
    key = signing_key(keys) if keys is not None else None
    # A bundle that was cut off half-way would verify: it gets its name when it is whole.
    with _whole(folder) as written, archive.snapshot() as snapshot:
        _write(snapshot, written, key, witnesses)


def export_form(archive: SqlArchive, form: Form, target: Path, collective: str = "") -> None:
    """Write a collective's ledger into a file that is not there yet: whole or not at all.

    `collective` is its name or its id; it may be left out where there is only one. Raises ExportError.
    """
    try:
        if target.exists():
            raise ExportError(f"{target} is there already; name a new file.")
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as unfinished:
            written = Path(unfinished) / target.name
            with (
                archive.snapshot() as snapshot,
                written.open("x", encoding="utf-8", newline="") as file,
            ):
                written.chmod(0o600)  # it holds names
                books = books_of(snapshot, collective)
                with Progress(f"Writing {target.name}") as it:
                    file.writelines(it.over(form.write(books)))
            written.rename(target)
    except OSError as why:
        raise ExportError(f"{target} cannot be written: {why.strerror or why}.") from why


def export_site(
    archive: SqlArchive,
    folder: Path,
    configured: Mapping[str, Value],
    collective: str = "",
    signs: Signs | None = None,
) -> None:
    """Write the open book of a collective as files into a folder that is not there yet, or empty.

    With `signs` its end is signed. Raises ExportError, also where not everybody may see it.
    """
    try:
        with _whole(folder) as written, archive.snapshot() as snapshot:
            meant = books_of(snapshot, collective).state.collective
            with Progress("Writing pages") as it:
                for path, pieces in it.over(site(snapshot, meant, FEATURES, configured, signs)):
                    target = written / path
                    target.parent.mkdir(exist_ok=True)
                    with target.open("x", encoding="utf-8", newline="") as file:
                        file.writelines(pieces)
            written.chmod(0o755)  # it is for everybody
    except NotPublicError as closed:
        raise ExportError(
            f"These pages are not for everybody: the rule web is {closed}. "
            "An admin opens them in chat: /rules set web public"
        ) from closed


@contextmanager
def _whole(folder: Path) -> Iterator[Path]:
    """A folder to write into, which gets its place when all is written. Raises ExportError."""
    try:
        if folder.exists() and any(folder.iterdir()):
            raise ExportError(f"{folder} is not empty; name a new folder.")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as unfinished:
            written = Path(unfinished) / "written"
            # For its owner alone: it may hold names. Who asked for it may pass it on.
            written.mkdir(mode=0o700)
            yield written
            if folder.exists():
                folder.rmdir()
            written.rename(folder)
    except OSError as why:
        raise ExportError(f"{folder} cannot be written: {why.strerror or why}.") from why


def books_of(snapshot: Snapshot, wanted: str = "") -> Books:
    """The books of the collective of this name or id. Raises ExportError where several can be meant."""
    known = [_folded(snapshot, each) for each in snapshot.collectives()]
    meant = [it for it in known if wanted.casefold() in {"", it.collective, it.name.casefold()}]
    if len(meant) != 1:
        names = ", ".join(f"{it.name} ({it.collective})" for it in known)
        raise ExportError(f"Name one collective with --collective. There are: {names or 'none'}.")
    (state,) = meant

    def texts(seals: Iterable[str], near: Mapping[str, int]) -> Mapping[str, str]:
        return snapshot.texts(state.collective, list(seals), near)

    def about(subject: str) -> Iterable[Entry]:
        return snapshot.about(state.collective, subject)

    return Books(state, lambda: counting(state, snapshot.entries(state.collective)), texts, about=about)


def _length(snapshot: Snapshot, collective: str) -> int:
    return next((it.seq for it in snapshot.latest(collective, before=None, limit=1)), 0)


def _folded(snapshot: Snapshot, collective: str) -> State:
    with Progress(f"Reading {collective}", _length(snapshot, collective)) as it:
        entries = it.over(snapshot.entries(collective))
        return fold(State(collective), entries, snapshot.names(collective))


def _write_note(folder: Path, names: str, collective: str, note: str) -> None:
    name = names.replace("*", quote(collective, safe=""))
    (folder / name).write_text(note, encoding="utf-8", newline="\n")


def _note(key: SigningKey | None, collective: str, first: bytes, tree: Growing) -> str:
    """The checkpoint of a tree as the bot signs it today; empty where it has no key."""
    return key.note(Checkpoint(origin_of(collective, first), tree.size, tree.root)) if key else ""


def _write(
    snapshot: Snapshot, folder: Path, key: SigningKey | None, witnesses: Witnesses | None
) -> None:
    with (folder / JOURNAL).open("wb") as journal, (folder / TEXTS).open("wb") as texts:
        for collective in snapshot.collectives():
            tree, first, seen, home = Growing(), b"", "", set[str]()
            said = witnesses.of(collective) if witnesses is not None else ()
            sizes = {it.size for it in said}
            with Progress(f"Writing {collective}", _length(snapshot, collective)) as it:
                for seq, entry in enumerate(it.over(snapshot.entries(collective)), 1):
                    if entry.seq != seq:  # a damaged index may lead round in a ring, for ever
                        raise ExportError(f"{collective} has no entry {seq}; run talkoot verify.")
                    journal.write(write_entry(entry))
                    home.update(kept_at_home(entry))
                    first = first or entry.hash
                    tree.add(entry.hash)
                    if seq in sizes:
                        seen = (
                            vouched(said, seq, tree.root, _note(key, collective, first, tree)) or seen
                        )
            if key is not None:
                _write_note(folder, CHECKPOINTS, collective, _note(key, collective, first, tree))
            if seen:
                _write_note(folder, WITNESSED, collective, seen)
            for kept in snapshot.kept_texts(collective):
                if kept.salt is not None and kept.text is not None and kept.seal not in home:
                    texts.write(write_text(collective, Sealed(kept.seal, kept.salt, kept.text)))
    if key is not None and key.rotations:
        notes = "\n".join(key.rotations)
        (folder / ROTATIONS).write_text(notes, encoding="utf-8", newline="\n")
    (folder / README).write_text(READ_ME, encoding="utf-8", newline="\n")
    (folder / VERIFIER).write_bytes(_OWN_VERIFIER.read_bytes())
