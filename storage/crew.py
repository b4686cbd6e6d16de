"""The programs that run on one database: which of them live, and which of them sends what waits.

A message that waits belongs to the worker that wrote it, or to nobody where that is not connected to
its platform. What a worker had that is not in the table any more belongs to whoever takes it first.
Who is dead is not said here (`bot.writer.lease`); but a worker that was buried never comes back under
its name, so what it wrote under it is never sent by two.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import (
    BindParameter,
    Boolean,
    Connection,
    Engine,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    union_all,
    update,
)

from bot.chat import Kind, Outgoing, Place
from bot.writer.lease import Address, Look
from storage.engines import reading, writing
from storage.processes import is_gone, own_mark
from storage.schema import outbox, waiting, workers

_names: BindParameter[list[str]] = bindparam("owners", expanding=True)
_platforms: BindParameter[list[str]] = bindparam("platforms", expanding=True)
_joined = insert(workers).values(worker=bindparam("worker"), beats=0)
_left = delete(workers).where(workers.c.worker == bindparam("of_worker"))
_buried = _left.where(workers.c.beats == bindparam("of_beats"))
_beat = (
    update(workers).where(workers.c.worker == bindparam("of_worker")).values(beats=workers.c.beats + 1)
)
_all = select(workers.c.worker, workers.c.beats)
_there = select(literal(1)).where(workers.c.worker != bindparam("worker"))
# The index is jumped through from owner to owner, not read.
_first_owner = select(func.min(outbox.c.owner)).where(
    waiting, outbox.c.to_platform == bindparam("platform")
)
_next_owner = _first_owner.where(outbox.c.owner > bindparam("after"))
# In two halves, each of which the index finds at once, however much waits.
_theirs = select(literal(1)).where(waiting, outbox.c.to_platform.in_(_platforms))
_others = union_all(
    _there,
    _theirs.where(outbox.c.owner < bindparam("worker")),
    _theirs.where(outbox.c.owner > bindparam("worker")),
).limit(1)
_address = outbox.c["to_platform", "to_room", "to_person"]
_claim = (
    update(outbox)
    .where(
        outbox.c.position.in_(
            select(outbox.c.position)
            .where(waiting, outbox.c.to_platform.in_(_platforms), outbox.c.owner.in_(_names))
            .order_by(outbox.c.position)
            .limit(bindparam("limit"))
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
    )
    .values(owner=bindparam("worker"))
    .returning(*_address)
)
_of_row = outbox.alias()
_ahead = (
    select(literal(1))
    .where(
        waiting,
        *(column == bindparam(column.name) for column in _address),
        outbox.c.owner != bindparam("worker"),
        # An edit rests: nothing waits for it but what shows the same card.
        or_(
            outbox.c.kind != "edit",
            and_(
                bindparam("shows", type_=Boolean),
                outbox.c.collective == bindparam("collective"),
                outbox.c.ref == bindparam("ref"),
            ),
        ),
        outbox.c.position
        < select(_of_row.c.position)
        .where(
            _of_row.c.platform == bindparam("platform"),
            _of_row.c.message == bindparam("message"),
            _of_row.c.step == bindparam("step"),
            _of_row.c.number == bindparam("number"),
        )
        .scalar_subquery(),
    )
    .limit(1)
)
_BRIEF = text("SET LOCAL idle_in_transaction_session_timeout = '2s'")
"""Who is paused in the middle holds what it locked no longer, so that others can take it for dead."""

_UNSYNCED = text("SET LOCAL synchronous_commit = off")
"""A beat need not outlive the server: neither do those that it is for."""


class SqlCrew:
    """The workers on a database, as one of them sees them (`bot.writer.lease.Crew`)."""

    def __init__(self, engine: Engine) -> None:
        """Not one of them yet: what is written before `join` belongs to nobody."""
        self._engine = engine
        self._on_sqlite = engine.dialect.name == "sqlite"
        self._others = ""
        self._platforms: frozenset[str] = frozenset()
        self.me = ""
        self.met = 0

    def owner_of(self, platform: str) -> str:
        """Who sends what is written now for a platform."""
        return self.me if platform in self._platforms else ""

    def join(self, platforms: Collection[str]) -> None:
        """Become one of them, under a name that nobody ever had, and send to these platforms."""
        name = f"{own_mark()}/{secrets.token_hex(8)}"
        with self._writing() as connection:
            connection.execute(_joined, {"worker": name})
        # Only now: what is written under a name that is not there would be anybody's.
        self.me, self._platforms = name, frozenset(platforms)
        # Asked in every transaction that tells something, so it is made once.
        asked = _others.params(worker=name, platforms=sorted(platforms))
        self._others = str(
            asked.compile(dialect=self._engine.dialect, compile_kwargs={"literal_binds": True})
        )

    def leave(self) -> None:
        """Be none of them any more; what is still to be sent is anybody's."""
        with self._writing() as connection:
            connection.execute(_left, {"of_worker": self.me})

    def beat(self) -> bool:
        """Say to the others that this one lives; False where they have struck it out."""
        with self._writing() as connection:
            if not self._on_sqlite:
                connection.execute(_UNSYNCED)
            return connection.execute(_beat, {"of_worker": self.me}).rowcount == 1

    def look(self) -> Look:
        """Who there is, and who has something that this one could send."""
        with reading(self._engine) as connection:
            # In this order where the picture moves: who has something was there before.
            owners = set().union(*(self._owners(connection, each) for each in self._platforms))
            beats = {row.worker: row.beats for row in connection.execute(_all)}
        return Look(beats, frozenset(owners))

    def bury(self, dead: Mapping[str, int]) -> None:
        """Strike out workers that have not beaten since they had beaten so often."""
        with self._writing() as connection:
            # In one order everywhere: else two that do it at once wait for each other.
            for name, beats in sorted(dead.items()):
                connection.execute(_buried, {"of_worker": name, "of_beats": beats})

    def is_gone(self, name: str) -> bool:
        """Whether the program behind a name ended for certain, as far as this machine knows."""
        return is_gone(name.partition("/")[0])

    def claim(self, owners: Iterable[str], limit: int) -> list[Address]:
        """Take the oldest of what these left, for the platforms of this one: where it goes, by row.

        They must have been struck out, or have left.
        """
        values = {
            "owners": list(owners),
            "platforms": list(self._platforms),
            "limit": limit,
            "worker": self.me,
        }
        with self._writing() as connection:
            rows = connection.execute(_claim, values).all()
        return [(Place(platform, room), person) for platform, room, person in rows]

    def ahead(self, row: Outgoing) -> bool:
        """Whether another one has something for the same address that comes before this row.

        Of edits only those of the card that this row shows or edits.
        """
        place, key = row.place, row.key
        values = {
            "to_platform": place.platform,
            "to_room": place.room,
            "to_person": row.person,
            "worker": self.me,
            "platform": key.platform,
            "message": key.message,
            "step": key.step,
            "number": row.number,
            "shows": row.reply.kind in {Kind.CARD, Kind.EDIT},
            "collective": row.collective,
            "ref": row.reply.ref or "",
        }
        with reading(self._engine) as connection:
            return connection.execute(_ahead, values).first() is not None

    def meet(self, connection: Connection) -> None:
        """Remember, inside a transaction that writes what is to be sent, whether others may be first.

        They are there, or left something: a command of the shell, or who is struck out while it writes.
        """
        if self._others and connection.exec_driver_sql(self._others).first() is not None:
            self.met += 1

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with writing(self._engine) as connection:
            if not self._on_sqlite:
                connection.execute(_BRIEF)
            yield connection

    @staticmethod
    def _owners(connection: Connection, platform: str) -> set[str]:
        """Everybody who has something that waits for a platform; "" stands for nobody."""
        owners: set[str] = set()
        found: str | None = connection.execute(_first_owner, {"platform": platform}).scalar()
        while found is not None:
            owners.add(found)
            asked = {"platform": platform, "after": found}
            found = connection.execute(_next_owner, asked).scalar()
        return owners
