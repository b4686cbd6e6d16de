"""A journal read without Talkoot: `sqlite3`, `hashlib` and `json`, as anybody would begin.

`python -m tests.bench.plain PATH` reads every entry, parses it, and hashes its content and its
envelope; prints the seconds of each of the three as JSON. The floor under start and `verify`.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import time

PAGE = 10_000
JOURNAL = "SELECT seq, at, actor, cause, payload, previous FROM entries ORDER BY collective, seq"


def read(path: str) -> dict[str, float]:
    """The seconds that reading, parsing and hashing take."""
    reading = parsing = hashing = 0.0
    connection = sqlite3.connect(path)
    cursor = connection.execute(JOURNAL)
    while True:
        begun = time.perf_counter()
        rows = cursor.fetchmany(PAGE)
        read_at = time.perf_counter()
        for row in rows:
            json.loads(row[4])
        parsed_at = time.perf_counter()
        for row in rows:
            _hash(*row)
        hashed_at = time.perf_counter()
        reading += read_at - begun
        parsing += parsed_at - read_at
        hashing += hashed_at - parsed_at
        if not rows:
            connection.close()
            return {"reading": reading, "parsing": parsing, "hashing": hashing}


def _hash(seq: int, at: int, actor: int, cause: str, payload: str, previous: bytes) -> bytes:
    content = hashlib.sha256(payload.encode()).hexdigest()
    envelope = ["talkoot-1", "home", seq, at, actor, cause, content, previous.hex()]
    bare = json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()
    return hashlib.sha256(b"\0" + bare).digest()


if __name__ == "__main__":
    print(json.dumps(read(sys.argv[1])))
