"""Remembering the newest so many things, for what a homeserver could be asked again."""

from __future__ import annotations

from typing import TypeVar

REMEMBERED_MAX = 5_000

K = TypeVar("K")
V = TypeVar("V")


def remember(memory: dict[K, V], key: K, value: V) -> None:
    """Keep a thing, and forget the oldest beyond the limit."""
    memory[key] = value
    while len(memory) > REMEMBERED_MAX:
        del memory[next(iter(memory))]
