"""`talkoot verify --checkpoint`: checkpoints that somebody kept, held against keys and journals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import msgspec

from bot.chain import Entry
from bot.checkpoints import (
    COSIGNATURE,
    BadNote,
    Checkpoint,
    Note,
    PublicKey,
    bare_lines,
    check_signature,
    cosignature,
    follow,
    origin_of,
    read_bare,
    read_checkpoint,
    read_key,
    read_rotations,
)
from bot.merkle import Growing


class Noted(msgspec.Struct, frozen=True):
    """A checkpoint that somebody kept, and what is wrong with its signatures, where that was asked.

    `witnessed` says that witnesses were demanded of it.
    """

    point: Checkpoint
    flaw: str = ""
    witnessed: bool = False


class Demands(msgspec.Struct, frozen=True):
    """Whose signatures a checkpoint needs: one of these keys, and so many of these witnesses."""

    keys: tuple[PublicKey, ...] = ()
    witnesses: tuple[PublicKey, ...] = ()
    quorum: int = 0

    @property
    def of_the_bot(self) -> Demands:
        """The same of a checkpoint that no witness was shown yet, as each bundle has one."""
        return Demands(self.keys)

    def noted(self, note: Note, point: Checkpoint) -> Noted:
        """A checkpoint, with what it lacks."""
        return Noted(point, self.flaw(note, point), witnessed=bool(self.quorum))

    def flaw(self, note: Note, point: Checkpoint) -> str:
        """What is missing of that, or nothing."""
        try:
            if self.keys:
                check_signature(note, *(PublicKey(point.origin, each.raw) for each in self.keys))
            have = [key.name for key in self.witnesses if cosignature(note, key) is not None]
        except BadNote as why:
            return f"checkpoint of {point.size} entries: {why}"
        if len(have) >= self.quorum:
            return ""
        missing = ", ".join(key.name for key in self.witnesses if key.name not in have)
        return (
            f"checkpoint of {point.size} entries: {len(have)} of {self.quorum} witnesses signed it; "
            f"missing: {missing}"
        )


def demands(
    key: str, rotations: Iterable[Path], witnesses: Sequence[str], quorum: int | None
) -> Demands:
    """What is asked of every checkpoint. Raises ValueError or OSError.

    The keys that took the place of the one named, by the notes in `rotations`, are as good as it. A
    witness that is named twice counts once.
    """
    notes = [note for path in rotations for note in read_rotations(path.read_text("utf-8"))]
    if notes and not key:
        raise ValueError("--rotations tells which keys followed one that you know: name it with --key.")
    known = tuple(
        {one.raw: one for one in (read_key(each, COSIGNATURE) for each in witnesses)}.values()
    )
    count = len(known) if quorum is None else quorum
    if quorum is not None and not 0 < quorum <= len(known):
        raise ValueError(f"--quorum {quorum}: {len(known)} different witnesses are named.")
    return Demands(follow(read_key(key), notes) if key else (), known, count)


def read_copied(text: str) -> tuple[Note, Checkpoint]:
    """A checkpoint, also one copied out of a chat or off the console. Raises BadNote.

    Those lose empty lines and put marks of quotation or of code around what they show.
    """
    note = read_bare(bare_lines(text))
    return note, read_checkpoint(note)


def bundled(path: Path | None, names: str) -> list[Path]:
    """The files of such names that lie in a bundle (its folder, or the journal in it), if it is one."""
    if path is None:
        return []
    return sorted((path if path.is_dir() else path.parent).glob(names))


def read_files(paths: Iterable[Path], wanted: Demands) -> list[Noted]:
    """Checkpoints that people kept, each with what it lacks. Raises ValueError or OSError."""
    noted: list[Noted] = []
    for path in paths:
        try:
            note, point = read_copied(path.read_text("utf-8"))
        except ValueError as why:
            raise ValueError(f"{path}: {why}") from why
        noted.append(wanted.noted(note, point))
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
