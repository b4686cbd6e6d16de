"""Snapshots of states, as bytes that nothing here understands: one a collective, the newest.

Whoever makes one claims the collective before it reads the journal, and what it made is kept only if
the claim still stands. An erasure takes the row, with the claim, in its own transaction: so nothing
that was read before one is kept behind it.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update

from bot.chain import KeptSnapshot
from storage.engines import reading
from storage.reading import Queries
from storage.schema import snapshots

_of_collective = snapshots.c.collective == bindparam("of_collective")
_kept = select(*snapshots.c["code", "seq", "proof", "body"]).where(_of_collective)
_claim = update(snapshots).where(_of_collective).values(claim=bindparam("token"))
_keep = (
    update(snapshots)
    .where(_of_collective, snapshots.c.claim == bindparam("token"))
    .values({name: bindparam(f"new_{name}") for name in ("code", "seq", "proof", "body")})
    .values(claim="")
)
_that_one = (_of_collective, snapshots.c.proof == bindparam("of_proof"))
_compared = update(snapshots).where(*_that_one).values(compared_at=bindparam("at"))
_void = (
    update(snapshots)
    .where(*_that_one)
    .values(proof=None, body=None, seq=0, flaw=bindparam("what"), flaw_at=bindparam("at"))
)
_gone = delete(snapshots).where(_of_collective)
_oldest = (
    select(snapshots.c.collective)
    .where(
        snapshots.c.body.is_not(None),
        snapshots.c.code == bindparam("of_code"),
        snapshots.c.compared_at < bindparam("before"),
    )
    .order_by(snapshots.c.compared_at)
    .limit(1)
)
_flaws = (
    select(snapshots.c.collective, snapshots.c.flaw)
    .where(snapshots.c.flaw != "", snapshots.c.flaw_at >= bindparam("since"))
    .order_by(snapshots.c.collective)
)
_EMPTY = {"code": "", "seq": 0, "compared_at": 0, "flaw": "", "flaw_at": 0}


class Shortcuts(Queries):
    """What can be asked of the journal, with the shorter ways to its states."""

    def snapshot(self, collective: str) -> KeptSnapshot | None:
        """The snapshot of a collective's state, as it is kept."""
        with self._faults():
            return kept(self._connection, collective)

    def claim(self, collective: str, token: str) -> None:
        """Say who makes the next one; whoever said so before makes it in vain.

        The collective must be held, so that no erasure is under way.
        """
        with self._faults():
            claimed = self._connection.execute(_claim, {"of_collective": collective, "token": token})
            if not claimed.rowcount:
                row = {"collective": collective, "claim": token, **_EMPTY}
                self._connection.execute(insert(snapshots), row)

    def keep(self, made: KeptSnapshot, token: str) -> bool:
        """Keep one in place of the one before, if the claim still stands; returns whether it did."""
        new = {"code": made.code, "seq": made.seq, "proof": made.proof, "body": made.body}
        values = {f"new_{name}": value for name, value in new.items()}
        with self._faults():
            found = self._connection.execute(
                _keep, {"of_collective": made.collective, "token": token, **values}
            )
            return bool(found.rowcount)

    def compared(self, it: KeptSnapshot, at: int) -> None:
        """A snapshot, if it is still there, was what the journal comes to, at an instant (ms)."""
        with self._faults():
            self._connection.execute(
                _compared, {"of_collective": it.collective, "of_proof": it.proof, "at": at}
            )

    def void(self, it: KeptSnapshot, at: int, what: str) -> None:
        """Throw a snapshot away, if it is still there; remember what was wrong with it, and when."""
        values = {"of_collective": it.collective, "of_proof": it.proof, "at": at, "what": what}
        with self._faults():
            self._connection.execute(_void, values)


def kept(connection: Connection, collective: str) -> KeptSnapshot | None:
    """The snapshot of a collective's state, as it is kept."""
    row = connection.execute(_kept, {"of_collective": collective}).one_or_none()
    if row is None or row.body is None or row.proof is None:
        return None
    return KeptSnapshot(collective, row.code, row.seq, bytes(row.proof), bytes(row.body))


def drop(connection: Connection, collective: str) -> None:
    """Leave nothing of a collective, neither a snapshot nor a claim."""
    connection.execute(_gone, {"of_collective": collective})


def oldest(engine: Engine, code: str, before: int) -> str:
    """Whose snapshot by a code was compared the longest ago, before an instant (ms); empty for none."""
    with reading(engine) as connection:
        asked = {"of_code": code, "before": before}
        return str(connection.execute(_oldest, asked).scalar() or "")


def flaws(engine: Engine, since: int) -> list[tuple[str, str]]:
    """The collectives whose snapshot had to be thrown away since an instant (ms), and why."""
    with reading(engine) as connection:
        rows = connection.execute(_flaws, {"since": since})
        return [(row.collective, row.flaw) for row in rows]
