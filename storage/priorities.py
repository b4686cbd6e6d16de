"""Who wants to speak first among equals at meetings: a row says it of whom, and nothing else.

Where somebody does not, there is no row; neither a time nor an order is kept.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, insert, select

from bot.ports import KeptPriority
from storage.schema import priorities

_OF_COLLECTIVE = priorities.c.collective == bindparam("of_collective")
_first = select(priorities.c.member).where(_OF_COLLECTIVE)
_gone = delete(priorities).where(_OF_COLLECTIVE, priorities.c.member == bindparam("of_member"))


def first(connection: Connection, collective: str) -> frozenset[int]:
    """The numbers of those who do."""
    return frozenset(connection.execute(_first, {"of_collective": collective}).scalars())


def keep(connection: Connection, changes: Iterable[KeptPriority]) -> None:
    """Keep who does from now on, and nothing of who does not."""
    last = {(each.collective, each.member): each.on for each in changes}
    for (collective, member), on in last.items():
        connection.execute(_gone, {"of_collective": collective, "of_member": member})
        if on:
            connection.execute(insert(priorities), {"collective": collective, "member": member})
