"""What is still to be told, where cards stand, how far was read, and forgetting old words.

Reads on a connection of its own, beside the writer. Marking a message as told is the journal's.
"""

from __future__ import annotations

from sqlalchemy import Engine, bindparam, func, select, text, update

from bot.chat import Key, Outgoing, Place
from bot.ports import Queued
from storage.crew import SqlCrew
from storage.engines import reading, writing
from storage.fleeting import MEMORY
from storage.schema import cards, cursors, edits, outbox, waiting

GONE = "-"
"""What stands where the reader of a private message was forgotten: nobody's account."""

PRUNED_AT_ONCE = 500
"""How many messages are blanked in one transaction: the engine writes in between."""

_waiting = select(outbox.c.body).where(waiting).order_by(outbox.c.position).limit(bindparam("limit"))
_queued = (
    select(*outbox.c["position", "platform", "message", "step", "number", "body"])
    .where(waiting, outbox.c.owner == bindparam("owner"), outbox.c.position > bindparam("after"))
    .order_by(outbox.c.position)
    .limit(bindparam("limit"))
)
_queued_to = _queued.where(
    outbox.c.to_platform == bindparam("platform"),
    outbox.c.to_room == bindparam("room"),
    outbox.c.to_person == bindparam("person"),
)
_addresses = (
    select(*outbox.c["to_platform", "to_room", "to_person"])
    .where(waiting, outbox.c.owner == bindparam("owner"))
    .group_by(*outbox.c["to_platform", "to_room", "to_person"])
    .order_by(func.min(outbox.c.position))
)
_cards = (
    select(*outbox.c["to_platform", "to_room", "receipt"])
    .where(
        cards,
        outbox.c.collective == bindparam("collective"),
        outbox.c.ref == bindparam("ref"),
        outbox.c.state == "sent",
        outbox.c.to_person == "",
    )
    .order_by(outbox.c.position)
)
_shown = (
    select(*outbox.c["collective", "ref", "to_room", "to_person", "body"])
    .where(
        cards,
        outbox.c.to_platform == bindparam("platform"),
        outbox.c.receipt == bindparam("receipt"),
        outbox.c.state == "sent",
    )
    .limit(1)
)
_newest_edit = (
    select(outbox.c.body)
    .where(
        edits,
        outbox.c.collective == bindparam("collective"),
        outbox.c.ref == bindparam("ref"),
        outbox.c.to_platform == bindparam("platform"),
        outbox.c.to_room == bindparam("room"),
        outbox.c.to_person == bindparam("person"),
        outbox.c.state == "sent",
        # Without a receipt it was passed over for a newer one.
        outbox.c.receipt != "",
        outbox.c.body.is_not(None),
    )
    .order_by(outbox.c.position.desc())
    .limit(1)
)
_answers = (
    select(outbox.c.body)
    .where(
        outbox.c.platform == bindparam("platform"),
        outbox.c.message == bindparam("message"),
        outbox.c.step == bindparam("step"),
        outbox.c.body.is_not(None),
    )
    .order_by(outbox.c.number)
)
_position = select(cursors.c.position).where(
    cursors.c.platform == bindparam("platform"), cursors.c.account == bindparam("account")
)
_positions = select(cursors.c.account, cursors.c.position).where(
    cursors.c.platform == bindparam("platform"),
    cursors.c.account >= bindparam("prefix"),
    cursors.c.account < bindparam("behind"),
    cursors.c.position != "",
)
# An empty position is as good as none. Both databases say it in the same words.
_FIRST = text(
    "INSERT INTO cursors (platform, account, position) VALUES (:platform, :account, :after)"
    " ON CONFLICT (platform, account) DO UPDATE SET position = excluded.position"
    " WHERE cursors.position = ''"
)
_swap = (
    update(cursors)
    .where(
        cursors.c.platform == bindparam("of_platform"),
        cursors.c.account == bindparam("of_account"),
        cursors.c.position == bindparam("before"),
    )
    .values(position=bindparam("after"))
)
_told = (
    select(outbox.c.position)
    .where(
        outbox.c.position > bindparam("after"),
        outbox.c.at < bindparam("before"),
        outbox.c.state != "waiting",
        outbox.c.body.is_not(None),
    )
    .order_by(outbox.c.position)
    .limit(PRUNED_AT_ONCE)
)
_blanking = (
    update(outbox)
    .where(outbox.c.position.in_(bindparam("positions", expanding=True)))
    .values(body=None)
)


class SqlOutbox:
    """The outgoing messages (`bot.ports.Outbox`)."""

    def __init__(self, engine: Engine, crew: SqlCrew | None = None) -> None:
        """Read from `engine`, on a connection of its own each time, what this one of a crew has."""
        self._engine, self._crew = engine, crew or SqlCrew(engine)

    def waiting(self, limit: int) -> list[Outgoing]:
        """Messages that were neither delivered nor given up, oldest first, as far as they are read."""
        with reading(self._engine) as connection:
            rows = connection.execute(_waiting, {"limit": limit})
            return [it for (body,) in rows if (it := MEMORY.read(body)) is not None]

    def queued(self, limit: int, after: int = 0, to: tuple[Place, str] | None = None) -> list[Queued]:
        """What waits here behind a position, oldest first; only what goes to one address.

        Of what is another program's, nothing.
        """
        asked: dict[str, str | int] = {"limit": limit, "after": after, "owner": self._crew.me}
        if to is not None:
            place, person = to
            asked |= {"platform": place.platform, "room": place.room, "person": person}
        with reading(self._engine) as connection:
            rows = connection.execute(_queued if to is None else _queued_to, asked).all()
        return [
            Queued(
                row.position,
                Key(row.platform, row.message, row.step),
                row.number,
                MEMORY.read(row.body),
            )
            for row in rows
        ]

    def addresses(self) -> list[tuple[Place, str]]:
        """To whom something waits here that is no other program's: rooms, with a person or without.

        Whose is oldest comes first.
        """
        with reading(self._engine) as connection:
            rows = connection.execute(_addresses, {"owner": self._crew.me})
            return [(Place(platform, room), person) for platform, room, person in rows]

    def receipts(self, collective: str, ref: str) -> dict[Place, str]:
        """Where the card of a thing stands: the receipt of its message, by room.

        Where it was shown twice in a room, the later one counts.
        """
        with reading(self._engine) as connection:
            rows = connection.execute(_cards, {"collective": collective, "ref": ref})
            return {Place(platform, room): receipt for platform, room, receipt in rows}

    def shown(self, place: Place, receipt: str) -> Outgoing | None:
        """What the card with this receipt shows now: itself, or its newest edit that was sent.

        A card for one person is found from any room, for a platform may have shown it elsewhere.
        """
        with reading(self._engine) as connection:
            asked = {"platform": place.platform, "receipt": receipt}
            card = connection.execute(_shown, asked).first()
            if card is None or (not card.to_person and card.to_room != place.room):
                return None
            same = {
                "platform": place.platform,
                "collective": card.collective,
                "ref": card.ref,
                "room": card.to_room,
                "person": card.to_person,
            }
            return MEMORY.read(connection.execute(_newest_edit, same).scalar() or card.body)

    def answers(self, key: Key) -> list[Outgoing]:
        """What a message was answered, as far as it is not forgotten."""
        with reading(self._engine) as connection:
            asked = {"platform": key.platform, "message": key.message, "step": key.step}
            bodies = connection.execute(_answers, asked).scalars()
            return [it for body in bodies if (it := MEMORY.read(body)) is not None]

    def position(self, platform: str, account: str) -> str:
        """How far an account has read; empty when it never did."""
        with reading(self._engine) as connection:
            asked = {"platform": platform, "account": account}
            return connection.execute(_position, asked).scalar() or ""

    def positions(self, platform: str, prefix: str) -> dict[str, str]:
        """The positions of all accounts whose names begin so, but empty ones; by what is behind it."""
        # No name goes on with the last of all characters.
        asked = {"platform": platform, "prefix": prefix, "behind": prefix + chr(0x10FFFF)}
        with reading(self._engine) as connection:
            rows = connection.execute(_positions, asked).all()
        return {row.account.removeprefix(prefix): row.position for row in rows}

    def swap(self, platform: str, account: str, before: str, after: str) -> bool:
        """Move a position at once and alone, if it still is as it was `before`; returns whether."""
        with writing(self._engine) as connection:
            if not before:
                asked = {"platform": platform, "account": account, "after": after}
                return connection.execute(_FIRST, asked).rowcount == 1
            moved = {"of_platform": platform, "of_account": account, "before": before, "after": after}
            return connection.execute(_swap, moved).rowcount == 1

    def prune(self, before_ms: int) -> int:
        """Forget the words of messages from before an instant that were told or given up.

        Their keys and receipts stay: a repeated message still does nothing, a card can still be
        edited. Returns how many were blanked.
        """
        pruned, after = 0, 0
        while positions := self._told(after, before_ms):
            with writing(self._engine) as connection:
                connection.execute(_blanking, {"positions": positions})
            pruned, after = pruned + len(positions), positions[-1]
        return pruned

    def _told(self, after: int, before_ms: int) -> list[int]:
        with reading(self._engine) as connection:
            values = {"after": after, "before": before_ms}
            return list(connection.execute(_told, values).scalars())
