"""How much work something is, counted and not timed: the same on every machine, however busy."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any, TypeVar

T = TypeVar("T")

GROWTH_MAX = 3
"""Twice as much may be twice the work and something; four times is a square."""

FEW = 1_000
"""Steps that say nothing: what is looked up once, or caught by chance."""


def steps(act: Callable[[], object]) -> int:
    """How many functions are called, ours and Python's, the second time that it is done."""
    act()
    count = 0

    def called(_frame: FrameType, event: str, _arg: Any) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        act()
    finally:
        sys.setprofile(before)
    return count


def grows_with(act: Callable[[T], object], half: T, whole: T) -> bool:
    """Whether twice as much is about twice the work, and not its square."""
    return steps(lambda: act(whole)) <= GROWTH_MAX * steps(lambda: act(half)) + FEW


def halved(words: Sequence[str]) -> list[str]:
    """Half as much of the same: half of the words, or of a single one."""
    return list(words[: len(words) // 2]) if len(words) > 2 else [it[: len(it) // 2] for it in words]
