"""The floor under the commands: four rows each, by hand, without anything around them.

An entry with its SHA-256 chain, two postings, one row against repetition; four indexes. SQLite
through `sqlite3` (write-ahead log, synchronous FULL), PostgreSQL through psycopg.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg

TABLES = """
CREATE TABLE entry (id BIGINT PRIMARY KEY, collective TEXT NOT NULL, seq BIGINT NOT NULL,
    at BIGINT NOT NULL, actor BIGINT NOT NULL, payload TEXT NOT NULL, previous {bytes} NOT NULL,
    hash {bytes} NOT NULL);
CREATE TABLE posting (entry BIGINT NOT NULL, account TEXT NOT NULL, unit TEXT NOT NULL,
    count BIGINT NOT NULL);
CREATE TABLE received (source TEXT NOT NULL, entry BIGINT NOT NULL, answer TEXT NOT NULL);
CREATE UNIQUE INDEX entry_seq ON entry (collective, seq);
CREATE INDEX posting_entry ON posting (entry);
CREATE INDEX posting_account ON posting (account, unit);
CREATE UNIQUE INDEX received_source ON received (source);
"""
INSERTS = (
    "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO posting VALUES (?, ?, ?, ?)",
    "INSERT INTO received VALUES (?, ?, ?)",
)
PAYLOAD = (
    '{"event":"contribution.logged","number":%d,"postings":[["member:%d","h",45],["commons","h",-45]],'
    '"room":1,"share":{"count":45,"day":"2026-03-04","kind":"work","member":%d,"unit":"h"},'
    '"what":"5f0c7d52e1f2c5a3a6e7d1f09b8c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c"}'
)

Rows = tuple[list[tuple[Any, ...]], ...]


class Chain:
    """Makes the rows of one command after another."""

    def __init__(self) -> None:
        self.seq, self.hash = 0, bytes(32)

    def rows(self, count: int) -> Rows:
        """The rows of so many commands, by table."""
        entries: list[tuple[Any, ...]] = []
        postings: list[tuple[Any, ...]] = []
        received: list[tuple[Any, ...]] = []
        for _ in range(count):
            self.seq += 1
            seq, member = self.seq, self.seq % 50 + 1
            payload, previous = PAYLOAD % (seq, member, member), self.hash
            self.hash = hashlib.sha256(previous + payload.encode()).digest()
            at = 1_767_225_600_000 + seq
            entries.append((seq, "home", seq, at, member, payload, previous, self.hash))
            postings.append((seq, f"member:{member}", "h", 45))
            postings.append((seq, "commons", "h", -45))
            received.append((f"bench:{seq}", seq, f"C{seq}: recorded"))
        return entries, postings, received


class RawSqlite:
    """A file with the four tables' rows, written durably."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.executescript(TABLES.format(bytes="BLOB"))
        self._chain = Chain()

    def commit(self, count: int) -> None:
        """So many commands in one durable transaction."""
        execute, execute_many = self._connection.execute, self._connection.executemany
        execute("BEGIN IMMEDIATE")
        for statement, rows in zip(INSERTS, self._chain.rows(count), strict=True):
            execute_many(statement, rows)
        execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


class RawPostgres:
    """The same in PostgreSQL."""

    def __init__(self, url: str) -> None:
        plain = url.replace("postgresql+psycopg://", "postgresql://")
        self._connection = psycopg.connect(plain)
        self._connection.execute(TABLES.format(bytes="BYTEA").encode())
        self._connection.commit()
        self._chain = Chain()

    def commit(self, count: int) -> None:
        """So many commands in one durable transaction."""
        with self._connection.cursor() as cursor:
            for statement, rows in zip(INSERTS, self._chain.rows(count), strict=True):
                cursor.executemany(statement.replace("?", "%s").encode(), rows)
        self._connection.commit()

    def close(self) -> None:
        self._connection.close()


def commands_per_second(store: RawSqlite | RawPostgres, commands: int, batch: int) -> float:
    """Write so many commands in batches, and close."""
    begun = time.perf_counter()
    for done in range(0, commands, batch):
        store.commit(min(batch, commands - done))
    spent = time.perf_counter() - begun
    store.close()
    return commands / spent


def seconds_each(store: RawSqlite, commands: int) -> Sequence[float]:
    """How long each of so many transactions of one command takes."""
    seconds = []
    for _ in range(commands):
        begun = time.perf_counter()
        store.commit(1)
        seconds.append(time.perf_counter() - begun)
    store.close()
    return seconds
