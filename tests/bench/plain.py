"""A journal read without Talkoot: `sqlite3`, `hashlib` and `json`, as anybody would begin.

`python -m tests.bench.plain PATH` reads every entry and every text, parses the entries, and hashes
what there is to hash: contents, envelopes, texts. Prints the seconds of each part as JSON. The floor
under start (reading and parsing the entries) and `verify` (hashing and parsing).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

PAGE = 10_000
JOURNAL = "SELECT seq, at, actor, cause, payload, previous FROM entries ORDER BY collective, seq"
TEXTS = "SELECT salt, text FROM texts ORDER BY collective, identity, sheet, seal"


def read(path: str) -> dict[str, float]:
    """The seconds of each part."""
    spent = dict.fromkeys(("reading", "parsing", "hashing", "reading texts", "hashing texts"), 0.0)
    with closing(sqlite3.connect(path)) as connection:
        for rows in _pages(connection, JOURNAL, spent, "reading"):
            begun = time.perf_counter()
            for row in rows:
                json.loads(row[4])
            parsed = time.perf_counter()
            for row in rows:
                _hash(*row)
            spent["parsing"] += parsed - begun
            spent["hashing"] += time.perf_counter() - parsed
        for rows in _pages(connection, TEXTS, spent, "reading texts"):
            begun = time.perf_counter()
            for salt, text in rows:
                hashlib.sha256(salt + text.encode()).hexdigest()
            spent["hashing texts"] += time.perf_counter() - begun
    return spent


def _pages(
    connection: sqlite3.Connection, query: str, spent: dict[str, float], part: str
) -> Iterator[list[Any]]:
    cursor = connection.execute(query)
    rows: list[Any] = [()]
    while rows:
        begun = time.perf_counter()
        rows = cursor.fetchmany(PAGE)
        spent[part] += time.perf_counter() - begun
        yield rows


def _hash(seq: int, at: int, actor: int, cause: str, payload: str, previous: bytes) -> bytes:
    content = hashlib.sha256(payload.encode()).hexdigest()
    envelope = ["talkoot-1", "home", seq, at, actor, cause, content, previous.hex()]
    bare = json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()
    return hashlib.sha256(b"\0" + bare).digest()


if __name__ == "__main__":
    print(json.dumps(read(sys.argv[1])))
