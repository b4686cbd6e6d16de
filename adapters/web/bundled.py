"""The bundle as it is downloaded: one collective's journal and the check in a ZIP file.

It is made a piece at a time, and never held whole; the same journal gives the same bytes. The texts
stay here: they are everybody's words and names, with those that no page tells.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.books.bundle import JOURNAL, READ_ME, README, TEXTS, VERIFIER, WITHOUT_TEXTS, write_entry
from bot.chain import Entry

PIECE_BYTES: Final = 64 * 1024
"""How much is packed before it is passed on."""

_OWN_VERIFIER = files("adapters") / "cli" / "standalone_verify.py"


class _Sink(io.RawIOBase):
    """What was packed and is not passed on yet; nothing in it is ever gone back to."""

    def __init__(self) -> None:
        super().__init__()
        self._packed = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes | bytearray | memoryview, /) -> int:  # type: ignore[override]
        self._packed += data
        return len(data)

    def __len__(self) -> int:
        return len(self._packed)

    def taken(self) -> bytes:
        """What is there, which is then gone."""
        packed = bytes(self._packed)
        self._packed.clear()
        return packed


def bundle(entries: Iterable[Entry]) -> Iterator[bytes]:
    """A bundle of one journal, a piece at a time. Raises ValueError where an entry is missing."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED) as packed:
        with packed.open(_file(JOURNAL), "w", force_zip64=True) as journal:
            for seq, entry in enumerate(entries, 1):
                if entry.seq != seq:
                    raise ValueError("an entry is missing")
                journal.write(write_entry(entry))
                if len(sink) >= PIECE_BYTES:
                    yield sink.taken()
        packed.writestr(_file(TEXTS), b"")
        packed.writestr(_file(README), WITHOUT_TEXTS + READ_ME)
        packed.writestr(_file(VERIFIER), _OWN_VERIFIER.read_bytes())
    yield sink.taken()


def _file(name: str) -> ZipInfo:
    """A file without a day of its own, so that the same bundle has the same bytes."""
    info = ZipInfo(name)
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info
