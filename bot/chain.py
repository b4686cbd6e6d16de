"""The hash chain: what makes one journal one journal.

An entry's hash covers its envelope, its payload's hash and the hash before it, so nothing inside a
journal can be changed, moved or left out unseen. It cannot show a cut tail: only a head that was
posted elsewhere does that (`talkoot verify --head`).

The bytes are fixed for ever (format `talkoot-1`): SHA-256 over a zero byte (RFC 6962's leaf prefix)
and the JSON array of format, collective, seq, at, actor, cause, payload hash and previous hash.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

import msgspec

FORMAT = "talkoot-1"
GENESIS = bytes(32)
"""The hash before a journal's first entry."""

_envelope = msgspec.json.Encoder().encode
_canonical = msgspec.json.Encoder(order="sorted").encode
_sha256 = hashlib.sha256


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One line of a journal: an event as it is kept.

    `at` is milliseconds since 1970 UTC and never decreases within a journal; `actor` is the number
    of the member who did it, 0 for the operator and the clock; `cause` names the message.
    """

    collective: str
    seq: int
    at: int
    actor: int
    cause: str
    payload: str
    payload_hash: bytes
    previous: bytes
    hash: bytes


Near = Mapping[str, int] | None
"""Near which entries texts are looked for first, by their commitments; None where that is not known."""

AS_OF_DIGITS = 6
"""How many digits of a hash stand in a button: of 16 million other books one would be taken for it."""


class Head(msgspec.Struct, frozen=True):
    """The last entry of a journal: enough to append to it, and to tell two journals apart."""

    seq: int = 0
    hash: bytes = GENESIS
    at: int = 0

    @property
    def text(self) -> str:
        """As posted in rooms, and as `talkoot verify --head` takes it."""
        return f"{self.seq}:{self.hash.hex()}"

    @property
    def as_of(self) -> str:
        """The same in short, for a button: where it was made, all references mean what they mean."""
        return f"{self.seq:x}.{self.hash.hex()[:AS_OF_DIGITS]}"


def canonical(value: object) -> str:
    """Canonical JSON: UTF-8, sorted keys, no blanks; texts must be NFC and numbers whole already."""
    return _canonical(value).decode()


def normal(text: str) -> str:
    """A text in the one form that is ever kept: Unicode NFC, newlines as LF, no NUL, no surrogates."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
        text = unicodedata.normalize("NFC", text)
    return text


def entry_hash(
    collective: str, seq: int, at: int, actor: int, cause: str, payload_hash: bytes, previous: bytes
) -> bytes:
    """The hash of one entry, over exactly the bytes that the module's docstring fixes."""
    envelope = _envelope(
        [FORMAT, collective, seq, at, actor, cause, payload_hash.hex(), previous.hex()]
    )
    return _sha256(b"\x00" + envelope).digest()


def link(head: Head, collective: str, at: int, actor: int, cause: str, payload: str) -> Entry:
    """The next entry behind `head`; its time is never before the head's."""
    payload_hash = _sha256(payload.encode()).digest()
    seq, at = head.seq + 1, max(at, head.at)
    own = entry_hash(collective, seq, at, actor, cause, payload_hash, head.hash)
    return Entry(collective, seq, at, actor, cause, payload, payload_hash, head.hash, own)


def is_as_of(text: str, entry: Entry | None) -> bool:
    """Whether a point of the books, in short, is this entry."""
    return entry is not None and Head(entry.seq, entry.hash, entry.at).as_of == text


def seq_of(as_of: str) -> int:
    """The number of the entry that a point of the books names; 0 for what is no such point."""
    digits = as_of.partition(".")[0]
    known = 0 < len(digits) <= _SEQ_DIGITS_MAX and set(digits) <= set("0123456789abcdef")
    return int(digits, 16) if known else 0


_SEQ_DIGITS_MAX = 12


def flaws(entries: Iterable[Entry], head: Head | None = None) -> Iterator[str]:
    """What is wrong with a chain, first bad entry first; yields nothing when all holds."""
    last: Head | Entry = head or Head()
    for entry in entries:
        wrong = flaw(entry, last)
        if wrong:
            yield f"{entry.collective}, entry {entry.seq}: {wrong}"
        last = entry


def flaw(entry: Entry, head: Head | Entry) -> str:
    """What is wrong with an entry that stands behind `head`; nothing when it holds."""
    if entry.seq != head.seq + 1:
        return f"follows entry {head.seq}"
    if entry.previous != head.hash:
        return "does not link to the entry before it"
    if entry.at < head.at:
        return "is earlier than the entry before it"
    if _sha256(entry.payload.encode()).digest() != entry.payload_hash:
        return "its content was changed"
    hashed = entry_hash(
        entry.collective,
        entry.seq,
        entry.at,
        entry.actor,
        entry.cause,
        entry.payload_hash,
        entry.previous,
    )
    # A column of a database may hold bytes or a fraction, and a forged hash may fit them.
    kinds = (entry.at.__class__, entry.actor.__class__, entry.cause.__class__)
    return "" if hashed == entry.hash and kinds == _KINDS else "its envelope was changed"


_KINDS = (int, int, str)
"""What an envelope holds beside hashes: when, who, and the message that it came of."""


class KeptSnapshot(msgspec.Struct, frozen=True):
    """A state of a collective up to entry `seq`, as bytes that only the `code` reads that wrote them.

    The `proof` shows to whoever has the key of it that the bytes are as they were written.
    """

    collective: str
    code: str
    seq: int
    proof: bytes
    body: bytes


class Sealed(msgspec.Struct, frozen=True):
    """A text that a person may want erased, and the commitment that stands for it in the journal."""

    seal: str
    salt: bytes
    text: str


def seal_of(text: str, salt: bytes) -> str:
    """The commitment to a text: SHA-256 over its salt and its bytes, in hex.

    The salt keeps short texts from being guessed; when text and salt are erased, the commitment
    stays and says nothing.
    """
    return _sha256(salt + text.encode()).hexdigest()


def sealed(text: str, salt: bytes) -> Sealed:
    """A text with its commitment."""
    return Sealed(seal_of(text, salt), salt, text)
