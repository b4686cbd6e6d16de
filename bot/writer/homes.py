"""Which collective a message belongs to: its room's, its space's, its author's, or its code's."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from bot.chat import TIME, Incoming, Place
from bot.collective.codes import read_named_code
from bot.collective.rooms import space_of
from bot.ports import Position, Room, Transaction
from bot.writer.batch import Batch

LINE_CHARACTERS = 300
WORDS = 6
"""How much of a line is looked at for a code."""

PLACES_MAX = 10_000
"""How many places' collectives are remembered; the others are looked up."""


class Homes:
    """Finds collectives by place, and remembers them."""

    def __init__(self, platforms: Mapping[str, str]) -> None:
        """`platforms` says for whole platforms which collective their rooms belong to."""
        self._platforms = platforms
        self._places: dict[Place, str] = {}
        self._last: dict[tuple[str, str], str] = {}

    def of_place(self, tx: Transaction, message: Incoming) -> str:
        """The collective that a message's room belongs to, by itself, its space or its platform.

        A room that replaced another one belongs where that did.
        """
        if message.place.platform == TIME:
            return message.place.room
        home = self.room(tx, message.place) or self._former(tx, message) or self._space(tx, message)
        return home or self._platforms.get(message.place.platform, "")

    def of_account(self, tx: Transaction, message: Incoming) -> list[str]:
        """The collectives that may know the author of a private message."""
        return tx.homes_of(message.actor.id) if message.private else []

    def last(self, tx: Transaction, platform: str, account: str) -> str:
        """The collective that somebody used last in private, of several; empty for none."""
        known = self._last.get((platform, account))
        return tx.position(platform, _last_of(account)) if known is None else known

    def use(self, batch: Batch, platform: str, account: str, collective: str) -> None:
        """Somebody who is in several collectives used this one in private."""
        if self.last(batch.tx, platform, account) == collective:
            return
        self._last[platform, account] = collective
        if len(self._last) > PLACES_MAX:
            del self._last[next(iter(self._last))]
        batch.written.positions.append(Position(platform, _last_of(account), collective))

    def candidates(self, tx: Transaction, message: Incoming) -> list[str]:
        """All the collectives that a message may turn out to be for."""
        home = self.of_place(tx, message)
        found = [*([home] if home else []), *self.of_account(tx, message)]
        return [*found, code] if (code := coded(message.words)) else found

    def free_space(self, tx: Transaction, message: Incoming) -> str:
        """The space of a message's room, if no collective has it yet; else empty."""
        return "" if self._space(tx, message) else message.space

    def by_room(self, tx: Transaction, place: Place) -> bool:
        """Whether the room itself, or its platform, says whose it is."""
        return place.platform in self._platforms or bool(self.room(tx, place))

    def room(self, tx: Transaction, place: Place) -> str:
        """The collective that a place itself belongs to, empty when it has none."""
        known = self._places.get(place) or tx.collective_of(place)
        if known is None:
            return ""
        self._places[place] = known
        if len(self._places) > PLACES_MAX:
            del self._places[next(iter(self._places))]
        return known

    def changed(self, room: Room) -> None:
        """A place changed its collective in this batch."""
        if room.collective:
            self._places[room.place] = room.collective
        else:
            self._places.pop(room.place, None)

    def forget(self) -> None:
        """Look everything up again."""
        self._places.clear()
        self._last.clear()

    def _former(self, tx: Transaction, message: Incoming) -> str:
        if not message.former:
            return ""
        return self.room(tx, Place(message.place.platform, message.former))

    def _space(self, tx: Transaction, message: Incoming) -> str:
        return self.room(tx, space_of(message.place.platform, message.space)) if message.space else ""


def _last_of(account: str) -> str:
    """What the last collective of an account is kept under: the account itself is not kept there."""
    return f"last {hashlib.sha256(account.encode()).hexdigest()[:32]}"


def coded(line: str) -> str:
    """The collective that a code in a line names, empty for none."""
    words = line[:LINE_CHARACTERS].split()[:WORDS]
    if "join" not in map(str.casefold, words):
        return ""
    return next((named[0] for word in words if (named := read_named_code(word))), "")
