"""How much of many cases is played: some of them each time, all of them by `make test-all`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TypeVar

import pytest

T = TypeVar("T")


def first(count: int, cases: Iterable[T]) -> list[T | object]:
    """All cases; those behind the first so many are marked `exhaustive`."""
    left = iter(cases)
    kept = list(islice(left, count))
    return [*kept, *(pytest.param(each, marks=pytest.mark.exhaustive) for each in left)]


def dealt(cases: Sequence[T], parts: int, part: int) -> Sequence[T]:
    """One part of the cases, dealt like cards, so that each part has some of every sort."""
    return cases[part % parts :: parts]
