"""The writer's connection, which is kept between its transactions."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from storage.engines import committing
from storage.faults import faults


class Writer:
    """Writing transactions over a connection that is kept between them.

    To take one from the pool for each costs a command that is alone some twentieth (measured). After a
    fault it is given back, and the next transaction has another one.
    """

    def __init__(self, engine: Engine) -> None:
        """Nothing is connected yet."""
        self._engine = engine
        self._kept: deque[Connection] = deque()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A writing transaction; committed when left normally, otherwise undone."""
        with faults():
            connection = self._taken()
            try:
                with committing(connection):
                    yield connection
            except BaseException:
                connection.close()
                raise
            self._give_back(connection)

    def _taken(self) -> Connection:
        try:
            return self._kept.pop()
        except IndexError:
            return self._engine.connect()

    def _give_back(self, connection: Connection) -> None:
        # Of a database in memory there is one connection, for everybody.
        if self._engine.url.database and not self._kept:
            self._kept.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Give back what is kept; safe to call twice."""
        while self._kept:
            self._kept.pop().close()
