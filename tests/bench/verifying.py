"""What verifying a bundle costs, against plain reading, parsing and hashing, by processor time.

The plain way is how anybody would begin: `json` and `hashlib`, line by line. It compares nothing, folds
nothing, sums nothing, and builds no tree. Beside it stands the same with the fastest parser that there
is for Python, which Talkoot uses too; that is told for information.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from time import process_time
from typing import Any

import msgspec

from adapters.cli.verify import verify_bundle
from bot.books.bundle import JOURNAL, TEXTS, write_entry, write_text
from bot.chain import FORMAT
from tests.bench import book
from tests.bench.figures import Figure, Sizes, alternating, time

RATIO_MAX = 2.0
_BEFORE = ("collective", "seq", "at", "actor", "cause")
"""What stands in an envelope before the hashes."""


def _bundle(folder: Path, entries: int, members: int) -> Path:
    """A bundle of a large collective: what happens in one, with its texts."""
    folder.mkdir()
    with (folder / JOURNAL).open("wb") as journal, (folder / TEXTS).open("wb") as texts:
        for written in book.batches(entries, members):
            journal.writelines(map(write_entry, written.entries))
            for it in written.texts:
                texts.write(write_text(it.collective, it.sealed))
    return folder


def _plain(folder: Path, parse: Callable[[bytes | str], Any], encode: Callable[[Any], bytes]) -> float:
    """The seconds of reading, parsing and hashing it, and nothing else."""
    begin = process_time()
    with (folder / JOURNAL).open("rb") as journal:
        for line in journal:
            it = parse(line)
            parse(it["payload"])
            content = sha256(it["payload"].encode()).hexdigest()
            envelope = [FORMAT, *(it[name] for name in _BEFORE), content, it["previous"]]
            assert sha256(b"\0" + encode(envelope)).hexdigest() == it["hash"]
    with (folder / TEXTS).open("rb") as texts:
        for line in texts:
            it = parse(line)
            sha256(bytes.fromhex(it["salt"]) + it["text"].encode()).hexdigest()
    return process_time() - begin


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def measure(sizes: Sizes, folder: Path) -> Iterator[Figure]:
    """Entries by the million, of all the sorts that a large collective has."""
    path = _bundle(folder / "bundle", sizes.entries, sizes.members)

    def verified() -> float:
        begin = process_time()
        assert verify_bundle(path).sound
        return process_time() - begin

    ours, floor, fastest = alternating(
        sizes.runs,
        verified,
        lambda: _plain(path, json.loads, _dumped),
        lambda: _plain(path, msgspec.json.decode, msgspec.json.encode),
    )
    what = f"verifying a bundle of {sizes.entries:,} entries, processor time"
    ratio, goal = ours / floor, f"ratio ≤ {RATIO_MAX}"
    plain = f"{time(floor)} (plain reading, parsing and hashing)"
    yield Figure(what, time(ours), plain, ratio, goal, ratio <= RATIO_MAX)
    yield Figure("the same", time(ours), f"{time(fastest)} (with the fastest parser)", ours / fastest)
