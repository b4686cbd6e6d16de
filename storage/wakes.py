"""When something is due by the clock: what a program that sleeps has to know.

Reads on a connection of its own, beside the writer, who keeps it in the same transaction as what
made it due.
"""

from __future__ import annotations

from sqlalchemy import Engine, bindparam, func, select

from storage.engines import reading
from storage.schema import rooms, wakes

_next = select(func.min(wakes.c.at))
_due = select(wakes.c.collective).where(wakes.c.at <= bindparam("at")).order_by(wakes.c.at)
_unknown = (
    select(rooms.c.collective)
    .where(rooms.c.collective.not_in(select(wakes.c.collective)))
    .distinct()
    .order_by(rooms.c.collective)
)
_some = select(func.count()).select_from(select(wakes.c.collective).limit(bindparam("most")).subquery())


class SqlWakes:
    """The next due instants (`bot.ports.Wakes`)."""

    def __init__(self, engine: Engine) -> None:
        """Read from `engine`, on a connection of its own each time."""
        self._engine = engine

    def next(self) -> int | None:
        """The earliest instant (ms) at which something is due, or None."""
        with reading(self._engine) as connection:
            earliest: int | None = connection.execute(_next).scalar_one()
            return earliest

    def due(self, at: int) -> list[str]:
        """The collectives in which something is due at an instant (ms)."""
        with reading(self._engine) as connection:
            return list(connection.execute(_due, {"at": at}).scalars())

    def unknown(self) -> list[str]:
        """The collectives of which nobody has said yet when something is due."""
        with reading(self._engine) as connection:
            return list(connection.execute(_unknown).scalars())

    def are_more_than(self, few: int) -> bool:
        """Whether there are more collectives than so many, of which it was ever said."""
        with reading(self._engine) as connection:
            return bool(connection.execute(_some, {"most": few + 1}).scalar_one() > few)
