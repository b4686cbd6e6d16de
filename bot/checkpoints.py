"""Checkpoints: which journal there was, how long, and with which root, as a signed note.

The forms are C2SP's (c2sp.org/signed-note, c2sp.org/tlog-checkpoint), so that other programs read them:
three lines, an empty one, and a line for each signature. Whoever keeps a checkpoint can have it shown
that the journal of later begins with the one of then; two of one origin and size with different roots
show for ever that somebody told two stories. Nothing here opens a file or knows where keys lie.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from urllib.parse import quote

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
"""What stands before an Ed25519 key in its text, and goes into its number."""

COSIGNATURE = b"\x04"
"""The same for a key that cosigns checkpoints of others, with the time (c2sp.org/tlog-cosignature)."""

SEED_BYTES = 32
NOTE_BYTES_MAX = 131_072
"""No note of ours is nearly as long; but witnesses sign as well, some with keys of the next kind."""

_SIGNATURE = re.compile(r"— (\S+) ([A-Za-z0-9+/=]+)")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_HASH_BYTES = 32
_NUMBER_BYTES = 4
_TIME_BYTES = 8
_ROTATION = "talkoot key rotation v1"
ROTATION_NAME = "talkoot/key"
"""In whose name an old key signs the new one: a key signs in the name of each journal as well."""


class BadNote(ValueError):  # noqa: N818 - the note's fault, not the program's
    """A note that cannot be read, or that was not signed as it says; says why in plain words."""


class Signature(msgspec.Struct, frozen=True):
    """A signature on a note: in which name, the number of the key, and the rest."""

    name: str
    key: bytes
    signed: bytes


class Note(msgspec.Struct, frozen=True):
    """A text with its signatures, none of which was checked."""

    text: str
    signatures: tuple[Signature, ...]


class PublicKey(msgspec.Struct, frozen=True):
    """An Ed25519 key as others may know it, in the name in which it signs, and for what."""

    name: str
    raw: bytes
    kind: bytes = ED25519

    @property
    def number(self) -> bytes:
        """The four bytes that stand before its signatures."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.kind + self.raw).digest()[:4]

    @property
    def text(self) -> str:
        """As it is given out, and as other programs take it (a «vkey»)."""
        return f"{self.name}+{self.number.hex()}+{base64_of(self.kind + self.raw)}"


class Checkpoint(msgspec.Struct, frozen=True):
    """Which journal, of how many entries, with which root of its Merkle tree."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64_of(self.root)}\n"


def origin_of(collective: str, first: bytes) -> str:
    """What a journal is called in its checkpoints: the collective's id and its first entry's hash.

    So no two journals have one origin, and whoever has the journal can check it.
    """
    return f"talkoot/{quote(collective, safe='')}/{first.hex()[:16]}"


def public_of(seed: bytes, name: str, kind: bytes = ED25519) -> PublicKey:
    """The public key of a seed."""
    raw = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return PublicKey(name, raw, kind)


def signed(text: str, seed: bytes, name: str) -> str:
    """A text as a note, signed in a name."""
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(text.encode())
    return f"{text}\n— {name} {base64_of(public_of(seed, name).number + signature)}\n"


def read_note(text: str) -> Note:
    """Read a note; its signatures are not checked. Raises BadNote."""
    if len(text.encode("utf-8", "surrogatepass")) > NOTE_BYTES_MAX:
        raise BadNote("too long for a note")
    if any(each < " " and each != "\n" for each in text):
        raise BadNote("a note holds no control characters")
    body, separator, rest = text.rpartition("\n\n")
    lines = rest.split("\n")
    if not separator or not body or lines.pop() != "" or not lines:
        raise BadNote("not a signed note: text, an empty line, and a line for each signature")
    return Note(f"{body}\n", tuple(map(_read_signature, lines)))


def read_checkpoint(note: Note) -> Checkpoint:
    """The checkpoint that a note is about. Raises BadNote."""
    lines = note.text.split("\n")
    if len(lines) != 4 or not lines[0] or not _SIZE.fullmatch(lines[1]):
        raise BadNote("not a checkpoint: origin, size and root, a line each")
    root = bytes_of(lines[2])
    if len(root) != _HASH_BYTES:
        raise BadNote("the root of a checkpoint has 32 bytes")
    return Checkpoint(lines[0], int(lines[1]), root)


def check_signature(note: Note, *keys: PublicKey) -> None:
    """Check that one of these keys signed a note, and none falsely. Raises BadNote."""
    signed_by = False
    for key in keys:
        for each in note.signatures:
            if (each.name, each.key) == (key.name, key.number):
                signed_by = True
                check_bytes(key, each.signed, note.text.encode())
    if not signed_by:
        raise BadNote(f"not signed by {' or '.join(key.text for key in keys)}")


def check_bytes(key: PublicKey, signature: bytes, message: bytes) -> None:
    """Check that a key signed some bytes. Raises BadNote."""
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, message)
    except (InvalidSignature, ValueError) as why:
        raise BadNote(f"the signature is not one of {key.text}") from why


def cosigned(point: Checkpoint, seed: bytes, name: str, at: int) -> str:
    """The line with which a witness signs a checkpoint at a time (seconds since 1970)."""
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(_cosigned_message(point.text, at))
    number = public_of(seed, name, COSIGNATURE).number
    return f"— {name} {base64_of(number + at.to_bytes(_TIME_BYTES, 'big') + signature)}\n"


def cosignature(note: Note, key: PublicKey) -> int | None:
    """When a witness signed a checkpoint (seconds); None where it did not. Raises BadNote."""
    times = []
    for each in note.signatures:
        if (each.name, each.key) == (key.name, key.number):
            at = int.from_bytes(each.signed[:_TIME_BYTES], "big")
            check_bytes(key, each.signed[_TIME_BYTES:], _cosigned_message(note.text, at))
            times.append(at)
    return max(times, default=None)


def _cosigned_message(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def read_signatures(text: str) -> tuple[Signature, ...]:
    """The lines of signatures without their note, as a witness answers. Raises BadNote."""
    if len(text.encode("utf-8", "surrogatepass")) > NOTE_BYTES_MAX or not text.endswith("\n"):
        raise BadNote("too long, or cut off")
    return tuple(map(_read_signature, text[:-1].split("\n")))


def read_key(text: str, kind: bytes = ED25519) -> PublicKey:
    """Read a public key as `PublicKey.text` has it. Raises BadNote."""
    name, _, rest = text.strip().partition("+")
    number, _, encoded = rest.partition("+")
    raw = bytes_of(encoded)
    key = PublicKey(name, raw[1:], kind)
    if not name or raw[:1] != kind or len(raw) != SEED_BYTES + 1 or key.number.hex() != number:
        sort = "of a witness" if kind == COSIGNATURE else "as talkoot key show has it"
        raise BadNote(f"“{text.strip()}” is no public key: NAME+NUMBER+KEY, {sort}")
    return key


def rotation(old: bytes, new: bytes) -> str:
    """The note in which a key (its seed) says which one signs in its place from now on."""
    was, now = public_of(old, ROTATION_NAME), public_of(new, ROTATION_NAME)
    return signed(f"{_ROTATION}\n{was.text}\n{now.text}\n", old, ROTATION_NAME)


def bare_lines(text: str) -> list[str]:
    """The lines of what somebody copied, without the marks that a chat puts around them."""
    return [bare for line in text.splitlines() if (bare := line.strip().lstrip(">").strip(" `\t"))]


def read_bare(rows: Sequence[str]) -> Note:
    """The signed note in copied lines, whose one empty line a chat has lost. Raises BadNote."""
    first = next((at for at, row in enumerate(rows) if row.startswith("— ")), len(rows))
    return read_note("\n".join([*rows[:first], "", *rows[first:], ""]))


def read_rotations(text: str) -> tuple[str, ...]:
    """The notes about new keys in what `talkoot key show` told."""
    rows = bare_lines(text)
    return tuple(
        "\n".join([*rows[at : at + 3], "", *rows[at + 3 : at + 4], ""])
        for at, row in enumerate(rows)
        if row == _ROTATION
    )


def follow(key: PublicKey, rotations: Sequence[str]) -> tuple[PublicKey, ...]:
    """The keys that signed in place of this one, it first, each named by the one before.

    Raises BadNote where a note on the way was not signed by the key that it replaces.
    """
    keys = [key]
    for each in rotations:
        note = read_note(each)
        lines = note.text.split("\n")
        if len(lines) != 4 or lines[0] != _ROTATION:
            raise BadNote("not a note about a new key")
        was, now = read_key(lines[1]), read_key(lines[2])
        if was.raw != keys[-1].raw:
            continue
        check_signature(note, was)
        keys.append(PublicKey(key.name, now.raw))
    return tuple(keys)


def _read_signature(line: str) -> Signature:
    found = _SIGNATURE.fullmatch(line)
    if found is None or "+" in found[1]:
        raise BadNote("a signature is —, a name, and Base64")
    raw = bytes_of(found[2])
    if len(raw) <= _NUMBER_BYTES:
        raise BadNote("a signature is too short")
    return Signature(found[1], raw[:_NUMBER_BYTES], raw[_NUMBER_BYTES:])


def base64_of(raw: bytes) -> str:
    """Bytes in Base64, as they stand in notes and proofs."""
    return base64.b64encode(raw).decode()


def bytes_of(text: str) -> bytes:
    """What Base64 stands for, which has to be in its one form. Raises BadNote."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as why:
        raise BadNote("not Base64") from why
    if base64_of(raw) != text:
        raise BadNote("not Base64 as it is written")
    return raw
