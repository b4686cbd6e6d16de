"""`talkoot verify --checkpoint FILE`: whether a journal begins with the one that a checkpoint is of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import msgspec

from bot.books.bundle import CHECKPOINTS
from bot.chain import Entry
from bot.checkpoints import (
    BadNote,
    Checkpoint,
    Note,
    PublicKey,
    check_signature,
    origin_of,
    read_checkpoint,
    read_key,
    read_note,
)
from bot.merkle import Growing


class Noted(msgspec.Struct, frozen=True):
    """A checkpoint that somebody kept, and what is wrong with its signature, where that was asked."""

    point: Checkpoint
    flaw: str = ""


def read_copied(text: str) -> tuple[Note, Checkpoint]:
    """A checkpoint, also one copied out of a chat or off the console. Raises BadNote.

    Those lose empty lines and put marks of quotation or of code around what they show.
    """
    lines = [bare for line in text.splitlines() if (bare := line.strip().lstrip(">").strip(" `\t"))]
    first = next((at for at, line in enumerate(lines) if line.startswith("— ")), len(lines))
    note = read_note("\n".join([*lines[:first], "", *lines[first:], ""]))
    return note, read_checkpoint(note)


def signer_flaw(note: Note, point: Checkpoint, raw: bytes) -> str:
    """What is wrong with the signature by a public key, in the name of the journal; or nothing."""
    try:
        check_signature(note, PublicKey(point.origin, raw))
    except BadNote as why:
        return f"checkpoint of {point.size} entries: {why}"
    return ""


def bundled(path: Path) -> list[Path]:
    """The checkpoints that lie in a bundle (its folder, or the journal in it)."""
    return sorted((path if path.is_dir() else path.parent).glob(CHECKPOINTS))


def read_files(paths: Iterable[Path], key: str) -> list[Noted]:
    """Checkpoints that people kept; with a public key each must be signed by it.

    Raises ValueError or OSError; without checkpoints a key is refused, for it would check nothing.
    """
    noted: list[Noted] = []
    for path in paths:
        try:
            note, point = read_copied(path.read_text("utf-8"))
            raw = read_key(key).raw if key else b""
        except ValueError as why:
            raise ValueError(f"{path}: {why}") from why
        noted.append(Noted(point, signer_flaw(note, point, raw) if raw else ""))
    if key and not noted:
        raise ValueError("--key says who signed a checkpoint: name one with --checkpoint FILE.")
    return noted


def flaws(noted: Noted, entries: Iterable[Entry]) -> Iterator[str]:
    """Why no journal among these entries (by collective, in order) begins as a checkpoint says."""
    if noted.flaw:
        yield noted.flaw
        return
    point, origins = noted.point, []
    for collective, own in groupby(entries, attrgetter("collective")):
        tree, origin, root = Growing(), "", b""
        for entry in own:
            if not tree.size:
                origin = origin_of(collective, entry.hash)
                origins.append(origin)
            tree.add(entry.hash)
            if tree.size == point.size:
                root = tree.root
        if origin != point.origin:
            continue
        if tree.size < point.size:
            yield (
                f"{collective} has {tree.size} entries, and its checkpoint {point.size}: "
                "the end was cut off"
            )
        elif root != point.root:
            yield (
                f"{collective} does not begin with the {point.size} entries of its checkpoint: "
                "something in them was changed since, or there are two journals"
            )
        return
    read = ", ".join(origins)
    yield f"the checkpoint is of {point.origin}, and of no journal here (read: {read or 'nothing'})"
