"""A memory of bounded size: it forgets what was put in first."""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(OrderedDict[K, V]):
    """The newest so many things."""

    def __init__(self, most: int) -> None:
        """Hold at most so many."""
        super().__init__()
        self._most = most

    def __setitem__(self, key: K, value: V) -> None:
        """Put in a thing, and forget the oldest if there is no room."""
        super().__setitem__(key, value)
        while len(self) > self._most:
            self.popitem(last=False)
