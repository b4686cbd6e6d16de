"""What a witness says to a checkpoint of another journal, and how the two write to one another.

The form is C2SP's (c2sp.org/tlog-witness, tlog-cosignature). A witness signs a checkpoint only where it
follows from the one that it signed before: never two roots of one size, never a smaller tree. Nothing
here keeps anything: whoever asks keeps what was seen before it is answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from bot.checkpoints import (
    COSIGNATURE,
    BadNote,
    Checkpoint,
    Note,
    PublicKey,
    bare_lines,
    base64_of,
    bytes_of,
    check_signature,
    read_checkpoint,
    read_key,
    read_note,
)
from bot.merkle import EMPTY_ROOT, BadProof, check_consistency

PROOF_LINES_MAX = 63
BODY_BYTES_MAX = 160_000
"""A proof of the greatest length and a note of the greatest length are shorter."""

SIZE_MEDIA = "text/x.tlog.size"

_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


class BadSubmission(ValueError):  # noqa: N818 - the sender's fault, not the program's
    """What was sent is no checkpoint with its proof; says why in plain words."""


class Submission(msgspec.Struct, frozen=True):
    """A checkpoint, and the proof that it follows from the one of `old` entries."""

    old: int
    proof: tuple[bytes, ...]
    note: Note
    point: Checkpoint


class Seen(msgspec.Struct, frozen=True):
    """The newest checkpoint of a journal that a witness signed."""

    size: int
    root: bytes


class Verdict(msgspec.Struct, frozen=True):
    """The answer: its status, and why; `seen` is the checkpoint that is to be signed, if it is."""

    status: int
    why: str = ""
    seen: Seen | None = None
    size: int | None = None


class Witness(msgspec.Struct, frozen=True):
    """A witness that the operator knows: its key, and where it answers."""

    key: PublicKey
    url: str


def read_witness(text: str) -> Witness:
    """A witness as it is configured: `NAME+NUMBER+KEY https://address`. Raises ValueError."""
    key, _, url = text.strip().partition(" ")
    url = url.strip()
    if not url.startswith(("https://", "http://")) or any(c.isspace() for c in url):
        raise ValueError(f"“{text}” is no witness: NAME+NUMBER+KEY https://address")
    return Witness(read_key(key, COSIGNATURE), url.rstrip("/"))


class Trouble(StrEnum):
    """Why a witness did not sign: it saw another past (the first four), or something is in the way."""

    NONE = ""
    CUT = "cut"
    FORGOT = "forgot"
    TWO = "two"
    PAST = "past"
    STRANGER = "stranger"
    UNKNOWN = "unknown"
    CLOCK = "clock"
    SILENT = "silent"
    ODD = "odd"


class Witnessed(msgspec.Struct, frozen=True):
    """What a witness, by its public key, said last of a journal.

    It signed the checkpoint of `size` entries, whose signed note is `note` and its own line `line`, at
    an instant (ms). `trouble` is why it did not since, where it told of a size that is the `other`.
    """

    witness: str
    size: int = 0
    note: str = ""
    line: str = ""
    at: int = 0
    trouble: Trouble = Trouble.NONE
    other: int = 0

    @property
    def name(self) -> str:
        """What the witness is called."""
        return self.witness.partition("+")[0]

    @property
    def number(self) -> str:
        """The number of its key: another key may have the same name."""
        return self.witness.partition("+")[2].partition("+")[0]

    @property
    def refuses(self) -> bool:
        """Whether it saw another past than ours."""
        return self.trouble in {Trouble.CUT, Trouble.FORGOT, Trouble.TWO, Trouble.PAST}


def vouched(said: Iterable[Witnessed], size: int, root: bytes, own: str = "") -> str:
    """The note of a checkpoint with all that witnesses signed of it; empty where none did.

    `own` is the same checkpoint as the bot signs it today. The key may have been replaced since
    witnesses signed: whoever knows that of then, or that of now, finds it there.
    """
    text, lines = "", own.partition("\n\n")[2].splitlines(keepends=True)
    for it in said:
        known = read_note(it.note) if it.size == size else None
        if known is not None and read_checkpoint(known).root == root:
            text = known.text
            lines += [*it.note.partition("\n\n")[2].splitlines(keepends=True), it.line]
    return "\n".join([text, "".join(dict.fromkeys(lines))]) if text else ""


def write_submission(old: int, proof: Iterable[bytes], note: str) -> str:
    """What is sent to a witness."""
    rows = [f"old {old}", *map(base64_of, proof)]
    return "\n".join([*rows, "", note])


def read_proof(text: str) -> Submission:
    """Read the same where it was kept, or copied out of a page. Raises BadSubmission."""
    rows = bare_lines(text)
    begin = next((at for at, row in enumerate(rows) if _OLD.fullmatch(row)), None)
    signed = next((at for at, row in enumerate(rows) if row.startswith("— ")), 0)
    if begin is None or signed - begin < len(("old", "origin", "size", "root")):
        raise BadSubmission("not a proof: `old` and a number, hashes, and a signed checkpoint")
    head, note = rows[begin : signed - 3], rows[signed - 3 :]
    body = "\n".join([*head, "", *note[:3], "", *note[3:], ""])
    return read_submission(body.encode("utf-8", "replace"))


def read_submission(body: bytes) -> Submission:
    """Read what was sent. Raises BadSubmission."""
    if len(body) > BODY_BYTES_MAX:
        raise BadSubmission("too long")
    try:
        head, _, rest = body.decode().partition("\n\n")
        first, *rows = head.split("\n")
        proof = tuple(map(bytes_of, rows))
        note = read_note(rest)
        point = read_checkpoint(note)
    except ValueError as why:  # UTF-8, Base64 or a note that is none
        raise BadSubmission(str(why)) from why
    old = _OLD.fullmatch(first)
    if old is None:
        raise BadSubmission("the first line is not `old` and a number")
    if len(proof) > PROOF_LINES_MAX:
        raise BadSubmission(f"a proof has at most {PROOF_LINES_MAX} lines")
    return Submission(int(old[1]), proof, note, point)


def judge(sent: Submission, keys: Sequence[PublicKey], seen: Seen | None) -> Verdict:
    """Whether a checkpoint is to be signed, by the keys that are known and what was signed before.

    `keys` are those of its origin; where there are none, nothing is known of that journal.
    """
    point, last = sent.point, seen or Seen(0, EMPTY_ROOT)
    if not keys:
        return Verdict(404, "no journal of this origin is witnessed here")
    try:
        check_signature(sent.note, *keys)
    except BadNote as why:
        return Verdict(403, str(why))
    if sent.old > point.size:
        return Verdict(400, "the old size is more than that of the checkpoint")
    if sent.old != last.size:
        return Verdict(409, size=last.size)
    if sent.old == point.size and point.root != last.root:
        return Verdict(409, size=last.size)
    try:
        check_consistency(sent.old, point.size, last.root, point.root, sent.proof)
    except BadProof as why:
        return Verdict(422, str(why))
    return Verdict(200, seen=Seen(point.size, point.root))
