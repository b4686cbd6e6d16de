"""Asking a database, a page at a time: faults are said in the engine's words, and remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import starmap
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select
from sqlalchemy.exc import DBAPIError

from storage.faults import raise_fault

PAGE = 2_000
"""The most rows that one question asks for, and the most values that it is given."""

# Rows are such as Python searches for cyclic garbage once there are some hundreds of them; entries
# are not. So only a few rows live at a time.
_ROWS_AT_ONCE = 100

T = TypeVar("T")
Value = str | int | Sequence[str] | Sequence[int]


class Asking:
    """Whoever asks over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Read over `connection`; whoever opened it closes it."""
        self._connection = connection
        self._spoiled = False

    def _made(self, make: Callable[..., T], query: Select[Any], **values: Value) -> list[T]:
        """What is made of each row, where there may be many."""
        made: list[T] = []
        with self._faults():
            for rows in self._connection.execute(query, values).partitions(_ROWS_AT_ONCE):
                made.extend(starmap(make, rows))
        return made

    def _rows(self, query: Select[Any], **values: Value) -> Sequence[Row[Any]]:
        with self._faults():
            return self._connection.execute(query, values).all()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Say faults in the engine's words, and remember that there was one."""
        try:
            yield
        except DBAPIError as error:
            self._spoiled = True
            raise_fault(error)
            raise
        except BaseException:
            self._spoiled = True
            raise


def in_pages(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """At most a page at a time: a statement takes only so many values."""
    return (items[start : start + PAGE] for start in range(0, len(items), PAGE))
