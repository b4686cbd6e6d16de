"""When a kept snapshot is believed: never by itself, always against the journal.

It is wrapped up with the code that wrote it and with a proof by a key that does not lie in the
database. Whoever opens it looks at all of that, and whether the journal has the very entry that it
goes up to. Anything else is as if there were none.
"""

from __future__ import annotations

import hmac
import zlib
from collections.abc import Callable
from typing import Protocol

import msgspec

from bot.chain import Entry, KeptSnapshot
from bot.collective.snapshots import SpoiledSnapshotError, read_snapshot, write_snapshot
from bot.collective.state import State

ENTRIES_MIN = 5_000
"""A journal that is shorter is folded in no time."""

ENTRIES_EACH = 10_000
"""How many entries there are from one snapshot to the next."""

ENTRIES_FAR = 20_000
"""So many entries are folded in the writer, and no more: others would notice that they wait."""

BYTES_MAX = 1 << 30
"""What a state may need; what claims to be larger is none."""

_LEVEL = 1
"""The quickest compression makes a fifth of it."""


class Journal(Protocol):
    """Whoever reads a journal."""

    def latest(self, collective: str, *, before: int | None, limit: int) -> list[Entry]:
        """The last `limit` entries (before entry `before`), newest first."""
        ...


class Wrapping(msgspec.Struct, frozen=True):
    """How snapshots are wrapped up here: by which `code` (its hash), and with which secret `key`.

    Those of any other code or key are not opened.
    """

    code: str
    key: bytes = msgspec.field(default=b"", name="key")

    def __repr__(self) -> str:
        """Without the key."""
        return f"Wrapping(code={self.code!r})"

    def wrapped(self, state: State) -> KeptSnapshot:
        """A state, to be kept."""
        body = zlib.compress(write_snapshot(state), _LEVEL)
        return KeptSnapshot(
            state.collective,
            self.code,
            state.head.seq,
            self._proof(state.collective, state.head.seq, body),
            body,
        )

    def opened(
        self, kept: KeptSnapshot | None, journal: Journal, tell: Callable[[str], None]
    ) -> State | None:
        """The state in it, where all is right; None where there is none, or one of other code.

        Where it is not what was kept, or not of this journal, that is told, without anybody's words.
        """
        if kept is None or kept.code != self.code:
            return None
        flaw, state = self._looked_at(kept, journal)
        if flaw:
            tell(flaw)
        return state

    def _looked_at(self, kept: KeptSnapshot, journal: Journal) -> tuple[str, State | None]:
        if not hmac.compare_digest(kept.proof, self._proof(kept.collective, kept.seq, kept.body)):
            return "it is not what was kept, or another program's", None
        try:
            state = read_snapshot(_inflated(kept.body))
        except (SpoiledSnapshotError, zlib.error) as why:
            return f"it cannot be read ({why})", None
        found = journal.latest(kept.collective, before=kept.seq + 1, limit=1)
        head = (found[0].seq, found[0].hash) if found else (0, b"")
        if state.collective != kept.collective or (state.head.seq, state.head.hash) != head:
            return "the journal does not have the entry that it goes up to", None
        return "", state

    def _proof(self, collective: str, seq: int, body: bytes) -> bytes:
        named = f"{self.code} {seq} {collective}\n".encode()
        return hmac.digest(self.key, named + body, "sha256")


def _inflated(body: bytes) -> bytes:
    packed = zlib.decompressobj()
    whole = packed.decompress(body, BYTES_MAX)
    if not packed.eof or packed.unused_data:
        raise zlib.error("not one whole stream")
    return whole
