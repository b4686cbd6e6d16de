"""The witness's desk: what was signed for whom, kept before it is answered, and never taken back.

What was seen lies in one place and how often it signed in another, with the key. A desk whose seen is
older than its key remembers was restored from a backup: it signs nothing, for it could sign twice.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from bot.checkpoints import COSIGNATURE, SEED_BYTES, PublicKey, cosigned, public_of
from bot.ports import Chance, Clock, Keys, StorageFault
from bot.witnessing import SIZE_MEDIA, BadSubmission, Seen, Verdict, judge, read_submission

KEY = "witness"
SEEN = "seen"


class RolledBackError(Exception):
    """What was seen is older than what was signed, or is gone; nothing is signed."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "What this witness has seen is older than what it has signed, or is gone: an old copy was "
            "put back. It signs nothing. Put the newest copy back; or delete the key of the witness, "
            "start anew, and tell everybody that there is a new one."
        )


class _Key(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The key, and how often it signed at least."""

    seed: bytes
    signed: int = 0


class _Log(msgspec.Struct, frozen=True, array_like=True):
    size: int
    root: bytes
    at: int


class _Book(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    signed: int
    logs: dict[str, _Log]


class Answer(msgspec.Struct, frozen=True):
    """What is sent back."""

    status: int
    text: str = ""
    media: str = "text/plain"


_encode = msgspec.json.Encoder().encode


class Desk:
    """Signs checkpoints of the journals that it knows; used by one thread."""

    def __init__(self, name: str, logs: Sequence[PublicKey], keys: Keys, kept: Keys) -> None:
        """Sign as `name` for the journals of these keys, each in the name of its origin.

        `keys` is where the key lies, `kept` where that is written down which was seen: two places, of
        which a backup that is put back has one at most. Made by `opened`.
        """
        self.name, self._keys, self._kept = name, keys, kept
        self._logs: dict[str, list[PublicKey]] = {}
        for each in logs:
            self._logs.setdefault(each.name, []).append(each)
        self._key, self._book = _Key(b""), _Book(0, {})

    def open(self, chance: Chance) -> None:
        """Read the key, which is made where nothing was signed yet, and what was seen.

        Raises RolledBackError, or StorageFault, also where what is kept cannot be read.
        """
        found, seen = self._keys.read(KEY), self._kept.read(SEEN)
        try:
            key = msgspec.json.decode(found, type=_Key) if found else None
            book = msgspec.json.decode(seen, type=_Book) if seen else None
        except (msgspec.MsgspecError, ValueError) as why:
            raise StorageFault("what the witness keeps cannot be read") from why
        if key is None:
            if book is not None:  # the key is gone, and with it how often it signed
                raise RolledBackError
            key = _Key(chance.salt() + chance.salt())
            self._keys.make(KEY, _encode(key))
        if len(key.seed) != SEED_BYTES:
            raise StorageFault("the key of the witness is none")
        if (book.signed if book else 0) < key.signed:
            raise RolledBackError
        self._key, self._book = key, book or _Book(0, {})

    @property
    def public(self) -> PublicKey:
        """Its key, as others may know it."""
        return public_of(self._key.seed, self.name, COSIGNATURE)

    def answer(self, body: bytes, clock: Clock) -> Answer:
        """What is answered to what was sent; a signature is kept before. Raises StorageFault."""
        try:
            sent = read_submission(body)
        except BadSubmission as why:
            return Answer(400, f"{why}\n")
        point = sent.point
        last = self._book.logs.get(point.origin)
        seen = Seen(last.size, last.root) if last else None
        verdict = judge(sent, self._logs.get(point.origin, ()), seen)
        if verdict.seen is None:
            return _refused(verdict)
        # A clock that was set back signs nothing earlier than before.
        at = max(int(clock.now().timestamp()), last.at if last else 0)
        self._keep(point.origin, _Log(point.size, point.root, at))
        return Answer(200, cosigned(point, self._key.seed, self.name, at))

    def _keep(self, origin: str, log: _Log) -> None:
        """Keep what will be signed; killed between the two, the book is ahead, which is well."""
        count = self._book.signed + 1
        book = _Book(count, {**self._book.logs, origin: log})
        self._kept.make(SEEN, _encode(book))
        self._book = book
        self._key = _Key(self._key.seed, count)
        self._keys.make(KEY, _encode(self._key))


def _refused(verdict: Verdict) -> Answer:
    if verdict.size is not None:
        return Answer(verdict.status, f"{verdict.size}\n", SIZE_MEDIA)
    return Answer(verdict.status, f"{verdict.why}\n")
