"""What an operator wants to know of the store: what was not told, what is overdue.

Reads on a connection of its own; nothing here writes.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, bindparam, func, select

from storage.copying import HELD_BACK
from storage.engines import reading
from storage.schema import entries, outbox, wakes

SHOWN_MAX = 5

_given_up = (
    select(outbox.c.to_platform, outbox.c.failure, func.count(), func.max(outbox.c.at))
    .where(
        outbox.c.failure.not_in(["", HELD_BACK]),
        outbox.c.at >= bindparam("since"),
    )
    .group_by(outbox.c.to_platform, outbox.c.failure)
    .order_by(func.count().desc())
    .limit(SHOWN_MAX)
)
_waiting = select(func.count(), func.min(outbox.c.at)).where(
    outbox.c.state == "waiting", outbox.c.at < bindparam("before")
)
_overdue = select(func.count(), func.min(wakes.c.at)).where(wakes.c.at < bindparam("before"))
_newest = select(func.max(entries.c.at))
_oldest = select(func.min(entries.c.at)).where(entries.c.seq == 1)


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Messages that were not told on a platform, why, how many, and when the last one was (ms)."""

    platform: str
    why: str
    count: int
    last: int


@dataclass(frozen=True, slots=True)
class Health:
    """Messages given up, messages that wait (how many, since when in ms), and what is overdue.

    `newest` and `oldest` are when the newest and the first entry were written (ms, 0 for none).
    """

    given_up: tuple[GivenUp, ...]
    waiting: tuple[int, int]
    overdue: tuple[int, int]
    newest: int
    oldest: int


def health(engine: Engine, *, since: int, before: int) -> Health:
    """How the store is: failures `since` an instant (ms), what was to happen `before` another."""
    with reading(engine) as connection:
        given_up = connection.execute(_given_up, {"since": since}).all()
        waiting = connection.execute(_waiting, {"before": before}).one()
        overdue = connection.execute(_overdue, {"before": before}).one()
        return Health(
            tuple(GivenUp(platform, why, count, last) for platform, why, count, last in given_up),
            (waiting[0], waiting[1] or 0),
            (overdue[0], overdue[1] or 0),
            connection.execute(_newest).scalar() or 0,
            connection.execute(_oldest).scalar() or 0,
        )


def pending(engine: Engine, at: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """What waits to be told, and collectives in which something is due, at an instant (ms).

    How many, and since when (ms, 0 for none); quick in a database of any size.
    """
    with reading(engine) as connection:
        waiting = connection.execute(_waiting, {"before": at + 1}).one()
        due = connection.execute(_overdue, {"before": at + 1}).one()
        return (waiting[0], waiting[1] or 0), (due[0], due[1] or 0)


def damage(engine: Engine) -> list[str]:
    """What SQLite finds wrong with the structure of its file; PostgreSQL looks after its own."""
    if engine.dialect.name != "sqlite":
        return []
    with reading(engine) as connection:
        found = connection.exec_driver_sql("PRAGMA quick_check").fetchmany(SHOWN_MAX)
        return [str(each) for (each,) in found if each != "ok"]
