"""What verifying a bundle costs, against hashing its lines and nothing else, by processor time."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from time import process_time

from adapters.cli.verify import verify_bundle
from bot.books.bundle import JOURNAL, write_entry
from bot.chain import Head, link
from tests.adapters.cli.test_verify import bundle
from tests.bench.figures import Figure, Sizes, alternating, time
from tests.house.journals import book

RATIO_MAX = 2.0
ENVELOPE_BYTES = 300
"""An entry is hashed twice: what it says, and its envelope, which is about as long."""


def _long(folder: Path, count: int) -> Path:
    """A bundle with so many entries behind those of a short life."""
    it = book(40)
    path = bundle(folder / "bundle", it)
    last = it.written.entries[-1]
    payload = next(e.payload for e in it.written.entries if "language.chosen" in e.payload)
    head = Head(last.seq, last.hash, last.at)
    with (path / JOURNAL).open("ab") as journal:
        for number in range(count):
            entry = link(head, last.collective, last.at + number, 3, f"m:x{number}", payload)
            head = Head(entry.seq, entry.hash, entry.at)
            journal.write(write_entry(entry))
    return path


def measure(sizes: Sizes, folder: Path) -> Iterator[Figure]:
    """Entries by the million, all of the same short sort."""
    path = _long(folder, sizes.entries)

    def verified() -> float:
        begin = process_time()
        assert verify_bundle(path).sound
        return process_time() - begin

    def hashed() -> float:
        begin = process_time()
        with (path / JOURNAL).open("rb") as journal:
            for line in journal:
                sha256(line).digest()
                sha256(line[:ENVELOPE_BYTES]).digest()
        return process_time() - begin

    ours, floor = alternating(sizes.runs, verified, hashed)
    ratio = ours / floor
    what = f"verifying a bundle of {sizes.entries:,} entries, against hashing its lines"
    goal, met = f"ratio ≤ {RATIO_MAX}", ratio <= RATIO_MAX
    yield Figure(what, time(ours), time(floor), ratio, goal, met)
