"""Asking a database, a page at a time: faults are said in the engine's words, and remembered."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from itertools import starmap
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Row, Select
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import DBAPIError

from storage.faults import raise_fault, said_by_sqlite

PAGE = 2_000
"""The most rows that one question asks for, and the most values that it is given."""

# Rows are such as Python searches for cyclic garbage once there are some hundreds of them; entries
# are not. So only a few rows live at a time.
_ROWS_AT_ONCE = 100

T = TypeVar("T")
Value = str | int | Sequence[str] | Sequence[int]
Values = tuple[Any, ...]


class Asking:
    """Whoever asks over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Read over `connection`; whoever opened it closes it."""
        self._connection = connection
        self._driver = _driver_of(connection)
        self._listeners = tuple(connection.dispatch.before_cursor_execute)
        self._spoiled = False

    def _made(self, make: Callable[..., T], query: Select[Any], **values: Value) -> list[T]:
        """What is made of each row, where there may be many; a row has what the driver gives."""
        if self._driver is not None:
            return self._taken(*self._written(query, values), partial(_each_made, make))
        made: list[T] = []
        with self._faults():
            for rows in self._connection.execute(query, values).partitions(_ROWS_AT_ONCE):
                made.extend(starmap(make, rows))
        return made

    def _rows(self, query: Select[Any], **values: Value) -> Sequence[Row[Any]]:
        with self._faults():
            return self._connection.execute(query, values).all()

    def _tuples(self, query: Select[Any], **values: Value) -> Sequence[Values]:
        """The same without SQLAlchemy around it: for many rows, and where values are lists.

        Such a question is written out once for each length of its lists, and SQLAlchemy would do it
        anew each time, which takes longer than the question itself; to make rows of its own takes it
        several times as long as to read them. So the values have to be what the driver takes, and are
        what it gives.
        """
        return self._driven(*self._written(query, values))

    def _written(self, query: Select[Any], values: Mapping[str, Value]) -> tuple[str, Values]:
        asked = {
            name: _filled_up(value) if isinstance(value, list | tuple) else value
            for name, value in values.items()
        }
        lists = tuple((name, len(value)) for name, value in asked.items() if isinstance(value, list))
        others = tuple(name for name, value in asked.items() if not isinstance(value, list))
        written = _written_out(query, self._connection.dialect, lists, others)
        return written.text, written.values(asked)

    def _driven(self, statement: str, values: Values = ()) -> Sequence[Values]:
        """The rows of a question that is text, with the values that the driver takes."""
        return self._taken(statement, values, list)

    def _taken(
        self, statement: str, values: Values, take: Callable[[Iterable[Values]], list[T]]
    ) -> list[T]:
        """What is made of the rows of such a question, while they are read.

        On SQLite the driver is asked itself: what SQLAlchemy makes around such a question takes longer
        than the question (measured). PostgreSQL's connection may be lost, which SQLAlchemy notices.
        """
        if self._driver is None:
            with self._faults():
                return take(self._connection.exec_driver_sql(statement, values).all())
        self._tell(statement, values, many=False)
        try:
            return take(self._driver.execute(statement, values))
        except sqlite3.Error as error:
            with self._faults():
                raise said_by_sqlite(statement, error) from error
        except BaseException:
            self._spoiled = True
            raise

    def _driven_each(self, statement: str, rows: Sequence[Values]) -> None:
        """Do what a statement says with each of these values, in the same way."""
        if self._driver is None:
            self._connection.exec_driver_sql(statement, rows)
            return
        self._tell(statement, rows, many=True)
        try:
            self._driver.executemany(statement, rows)
        except sqlite3.Error as error:
            raise said_by_sqlite(statement, error) from error

    def _tell(self, statement: str, values: Sequence[Any], *, many: bool) -> None:
        """Whoever listens to what the database is asked hears this too."""
        for heard in self._listeners:
            heard(self._connection, None, statement, values, None, many)

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


def _each_made(make: Callable[..., T], rows: Iterable[Values]) -> list[T]:
    return list(starmap(make, rows))


def _driver_of(connection: Connection) -> sqlite3.Connection | None:
    """SQLite's own connection; None on PostgreSQL."""
    driver = connection.connection.driver_connection
    return driver if isinstance(driver, sqlite3.Connection) else None


class _WrittenOut(NamedTuple):
    """A question as text, the names of its values in their order, and which of them it has itself.

    A list stands there once, in the place of all its values.
    """

    text: str
    names: tuple[str, ...]
    fixed: Mapping[str, Any]

    def values(self, given: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values in their order."""
        every, found = {**self.fixed, **given}, list[Any]()
        for name in self.names:
            value = every[name]
            found += value if isinstance(value, list) else (value,)
        return tuple(found)


@lru_cache(maxsize=256)
def _written_out(
    query: Select[Any], dialect: Dialect, lists: tuple[tuple[str, int], ...], others: tuple[str, ...]
) -> _WrittenOut:
    values = {**dict.fromkeys(others), **{name: [None] * length for name, length in lists}}
    state = query.compile(dialect=dialect).construct_expanded_state(values)
    of_lists = {
        f"{name}_{number + 1}": (name, number) for name, size in lists for number in range(size)
    }
    places = [of_lists.get(each, (each, 0)) for each in state.positiontup or ()]
    names = tuple(name for name, number in places if not number)
    sizes = dict(lists)
    every = [(name, number) for name in names for number in range(sizes.get(name, 1))]
    assert places == every, f"a list is torn apart in {state.statement}"
    return _WrittenOut(state.statement, names, state.parameters)


def _filled_up(values: Sequence[Any]) -> list[Any]:
    """The values, with the last one again up to a power of two: so few texts serve all lengths."""
    some = list(values)
    return some + some[-1:] * ((1 << (len(some) - 1).bit_length()) - len(some)) if some else some


def in_pages(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """At most a page at a time: a statement takes only so many values."""
    return (items[start : start + PAGE] for start in range(0, len(items), PAGE))
