"""`talkoot verify --receipt`, `--proof`: what shows something without the journal.

A receipt leads from an entry up to a checkpoint, a proof from a checkpoint to that of a longer journal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from adapters.cli.noted import Demands, Noted
from bot.books.receipts import BYTES_MAX, Receipt, check_receipt, read_receipt
from bot.checkpoints import Checkpoint
from bot.merkle import BadProof, check_consistency
from bot.text.rendering import visible
from bot.witnessing import BODY_BYTES_MAX, Submission, read_proof

_TWO_STORIES = "keep both, they show that somebody told two stories"
T = TypeVar("T")


class Alone(msgspec.Struct, frozen=True):
    """Receipts, each of which shows what it says, and proofs, with the files that they are in."""

    receipts: tuple[tuple[Path, Receipt], ...] = ()
    proofs: tuple[tuple[Path, Submission], ...] = ()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.receipts) + len(self.proofs)

    def points(self, wanted: Demands) -> list[Noted]:
        """The checkpoints that they lead to: of receipts as `wanted`, of proofs as the bot signed them.

        No witness was shown yet what a proof leads to, for a page makes one at any moment.
        """
        return [
            *(wanted.noted(it.note, it.point) for _, it in self.receipts),
            *(wanted.of_the_bot.noted(it.note, it.point) for _, it in self.proofs),
        ]

    def text(self, wanted: Demands) -> str:
        """What they say, as it is told on the command line."""
        told = [_receipt_text(path, it) for path, it in self.receipts]
        told += [_proof_text(path, it) for path, it in self.proofs]
        if not wanted.keys:
            told.append("Nobody was asked who signed it: name the key with --key.")
        return "\n".join(told)

    def flaws(self, noted: Sequence[Noted], *, alone: bool) -> Iterator[str]:
        """What of it does not agree with the checkpoints that people kept, or with one another.

        Where they are not `alone` the journal shows what becomes of receipts.
        """
        proofs, kept = [it for _, it in self.proofs], [it.point for it in noted]
        for _, receipt in self.receipts if alone else ():
            yield from _receipt_flaws(receipt.point, kept, proofs)
        held = [*(it.point for _, it in self.receipts), *kept]
        # A proof from a size to itself ends with its own begin: somebody else must have kept that.
        begins = [*(it.point for it in proofs if it.old < it.point.size), *held]
        for proof in proofs:
            for each in (*(it.point for it in proofs), *held):
                if _tells_another(each, proof.point):
                    yield f"two journals of {each.size} entries: {_TWO_STORIES}"
            yield from _proof_flaws(proof, begins)


def read_alone(receipts: Iterable[Path], proofs: Iterable[Path]) -> Alone:
    """Read what people kept. Raises ValueError, also for a receipt that does not hold; or OSError."""
    return Alone(
        tuple((path, _read(path, BYTES_MAX, _receipt)) for path in receipts),
        tuple((path, _read(path, BODY_BYTES_MAX, read_proof)) for path in proofs),
    )


def _read(path: Path, most: int, read: Callable[[str], T]) -> T:
    try:
        # One letter more shows what is too long, however long it is.
        with path.open(encoding="utf-8") as file:
            return read(file.read(most + 1))
    except ValueError as why:
        raise ValueError(f"NOT SOUND: {path}: {why}") from why


def _receipt(text: str) -> Receipt:
    receipt = read_receipt(text)
    check_receipt(receipt)
    return receipt


def _receipt_text(path: Path, receipt: Receipt) -> str:
    entry, point = receipt.entry, receipt.point
    who = f"member {entry.actor}" if entry.actor else "the operator or the clock"
    return (
        f"{path}: entry {entry.seq} of {entry.collective}, by {who}, is in the journal of {point.size} "
        f"entries that the checkpoint of {point.origin} is of.\n"
        f"It says: {visible(entry.payload)}"
    )


def _proof_text(path: Path, proof: Submission) -> str:
    return f"{path}: from {proof.old} to {proof.point.size} entries of {proof.point.origin}"


def _receipt_flaws(
    point: Checkpoint, points: Iterable[Checkpoint], proofs: Iterable[Submission]
) -> Iterator[str]:
    """Why the checkpoint of a receipt does not agree with another one.

    No journal is there that could link those of two sizes; a proof may.
    """
    linked = [{it.old, it.point.size} for it in proofs]
    for each in points:
        if _tells_another(each, point):
            yield (
                f"two journals of {point.size} entries: the receipt and the checkpoint have different "
                f"roots; {_TWO_STORIES}"
            )
        elif each.origin != point.origin:
            yield f"the receipt is of {point.origin}, and the checkpoint of {each.origin}"
        elif each.size != point.size and {each.size, point.size} not in linked:
            yield (
                f"the checkpoint is of {each.size} entries and the receipt of {point.size}: they can "
                "be compared with a proof between them (--proof) or the journal; name a bundle, too"
            )


def _proof_flaws(proof: Submission, points: Iterable[Checkpoint]) -> Iterator[str]:
    """Why a proof does not lead from the checkpoint that somebody kept to its own."""
    point, begun = proof.point, False
    for each in points:
        if each.origin == point.origin and each.size == proof.old and not _tells_another(each, point):
            begun = True
            try:
                check_consistency(each.size, point.size, each.root, point.root, proof.proof)
            except BadProof as why:
                yield f"the proof from {each.size} to {point.size} entries does not hold: {why}"
    if not begun:
        yield (
            f"the proof begins with the {proof.old} entries of {point.origin}: name the checkpoint of "
            "those with --checkpoint FILE"
        )


def _tells_another(one: Checkpoint, other: Checkpoint) -> bool:
    """Whether two checkpoints cannot both be true."""
    return (one.origin, one.size) == (other.origin, other.size) and one.root != other.root
