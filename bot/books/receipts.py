"""Receipts: that one entry is in a journal, shown without any other entry of it.

The form is C2SP's (c2sp.org/tlog-proof), so that other programs read it: the number of the leaf, the
proof of inclusion, and the checkpoint that it leads to, with whoever signed that. The entry itself
stands there as its line in a bundle. It holds no words: what people wrote stands behind commitments,
and whoever is forgotten comes back by no receipt. Nothing here opens a file.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

import msgspec

from bot.books.bundle import Misshapen, read_entry, write_entry
from bot.chain import Entry, Head, flaws
from bot.checkpoints import (
    BadNote,
    Checkpoint,
    Note,
    bare_lines,
    base64_of,
    bytes_of,
    origin_of,
    read_bare,
    read_checkpoint,
)
from bot.merkle import PROOF_HASHES_MAX, BadProof, root_by_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
ENDING = "tlog-proof"
"""How the files are called."""

BYTES_MAX = 32 * 2**20
"""No receipt is longer: an entry's line has at most half of that, and Base64 a third more."""

_DASH = "— "


class BadReceipt(ValueError):  # noqa: N818 - the receipt's fault, not the program's
    """A receipt that cannot be read, or that shows nothing; says why in plain words."""


class Receipt(msgspec.Struct, frozen=True):
    """An entry, the hashes from it up to the root, and the note that tells the root."""

    entry: Entry
    proof: tuple[bytes, ...]
    note: Note
    point: Checkpoint


def write_receipt(entry: Entry, proof: Iterable[bytes], note: str) -> str:
    """A receipt as it is given out; `note` is the signed checkpoint of a tree that has the entry."""
    lines = [HEADER, f"extra {base64_of(write_entry(entry))}", f"index {entry.seq - 1}"]
    return "\n".join([*lines, *map(base64_of, proof), "", note])


def read_receipt(text: str) -> Receipt:
    """Read a receipt, also one copied out of a chat. Raises BadReceipt.

    A chat loses empty lines and puts marks of quotation or of code around what it shows.
    """
    if len(text) > BYTES_MAX:
        raise BadReceipt("too long for a receipt")
    rows = bare_lines(text)
    if HEADER not in rows:
        raise BadReceipt(f"not a receipt: no line says {HEADER}")
    rows = rows[rows.index(HEADER) :]  # what the chat told before it may have been copied too
    signed = next((at for at, row in enumerate(rows) if row.startswith(_DASH)), 0)
    if signed < len(("header", "extra", "index", "origin", "size", "root")):
        raise BadReceipt("not a receipt: entry, index, proof and a signed checkpoint")
    if signed - 6 > PROOF_HASHES_MAX:
        raise BadReceipt(f"a proof has at most {PROOF_HASHES_MAX} hashes, and this one {signed - 6}")
    try:
        entry = read_entry(bytes_of(_behind("extra ", rows[1])))
        proof = tuple(map(bytes_of, rows[3 : signed - 3]))
        note = read_bare(rows[signed - 3 :])
        point = read_checkpoint(note)
    except (Misshapen, BadNote) as why:
        raise BadReceipt(str(why)) from why
    index = _behind("index ", rows[2])
    if index != str(entry.seq - 1):
        raise BadReceipt(f"its entry has the number {entry.seq}, and its index is {index[:20]}")
    return Receipt(entry, proof, note, point)


def check_receipt(receipt: Receipt) -> None:
    """Check that the entry is in the tree of the checkpoint. Raises BadReceipt.

    Who signed the checkpoint is not asked here.
    """
    entry, point = receipt.entry, receipt.point
    # What it links to is not here; that it is itself unchanged follows from its own hash.
    before = Head(entry.seq - 1, entry.previous, entry.at)
    wrong = next(flaws([entry], before), "")
    if wrong:
        raise BadReceipt(wrong)
    theirs = origin_of(entry.collective, entry.hash)
    if point.origin != theirs if entry.seq == 1 else not _is_of(point.origin, entry.collective):
        raise BadReceipt(
            f"the entry is one of {entry.collective}, and the checkpoint is of {point.origin}"
        )
    try:
        root = root_by_inclusion(entry.seq - 1, point.size, entry.hash, receipt.proof)
    except BadProof as why:
        raise BadReceipt(f"entry {entry.seq} of {entry.collective}: {why}") from why
    if root != point.root:
        raise BadReceipt(
            f"entry {entry.seq} is not in the journal of {point.size} entries of the checkpoint: "
            "the entry or the proof was changed, or it is another journal"
        )


def _is_of(origin: str, collective: str) -> bool:
    return origin.rpartition("/")[0] == f"talkoot/{quote(collective, safe='')}"


def _behind(begin: str, row: str) -> str:
    if not row.startswith(begin):
        raise BadReceipt(f"not a receipt: “{begin.strip()}” is missing")
    return row[len(begin) :]
