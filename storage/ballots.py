"""The ballots of secret polls that are open, each in its box, and leaving nothing of them behind.

A row says whose box it is and nothing else: no time, no order, every box of one length.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, insert, select

from bot.ports import Emptied, SealedBallot
from storage.schema import ballots

_OF_POLL = (
    ballots.c.collective == bindparam("of_collective"),
    ballots.c.poll == bindparam("of_poll"),
)
_boxes = select(ballots.c.voter, ballots.c.box).where(*_OF_POLL)
_gone = delete(ballots).where(*_OF_POLL, ballots.c.voter == bindparam("of_voter"))
_emptied = delete(ballots).where(*_OF_POLL)


def boxes(connection: Connection, collective: str, poll: int) -> dict[int, bytes]:
    """The boxes of a poll, by voter."""
    rows = connection.execute(_boxes, {"of_collective": collective, "of_poll": poll})
    return {voter: bytes(box) for voter, box in rows}


def keep(connection: Connection, sealed: Iterable[SealedBallot]) -> None:
    """Keep the boxes, each in place of the voter's earlier one."""
    last = {(each.collective, each.poll, each.voter): each.box for each in sealed}
    for (collective, poll, voter), box in last.items():
        of = {"of_collective": collective, "of_poll": poll, "of_voter": voter}
        connection.execute(_gone, of)
        if box:
            row = {"collective": collective, "poll": poll, "voter": voter, "box": box}
            connection.execute(insert(ballots), row)


def empty(connection: Connection, polls: Iterable[Emptied]) -> None:
    """Drop every box of these polls."""
    for each in polls:
        connection.execute(_emptied, {"of_collective": each.collective, "of_poll": each.poll})
