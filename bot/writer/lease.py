"""The lease: whether this program may send now, and who is dead, whose messages are to be taken.

Several programs run on one database, each with what it has to send. One that dies sends nothing, so
the others strike it out and take what it had; one that was only paused must not go on sending then.
Each measures by its own clock alone, and only how long something is ago: whose beats have stood still
for `DEAD_SECONDS` is struck out, or at once where its process is seen to have ended on this machine. It
sends nothing itself from `HELD_SECONDS` after its last beat on. Between that and the platform is only
what was on its way already when the program was paused: there the id of the row helps, by which a
platform shows it once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Protocol

import msgspec

from bot.chat import Outgoing, Place

log = logging.getLogger("talkoot.lease")

LOOK_SECONDS = 1.0
"""How often it is looked who there is."""

BEAT_SECONDS = 2.0
"""How often one of several says that it lives. Who is alone need not say it."""

HELD_SECONDS = 5.0
"""How long a message may be begun with after a beat."""

DEAD_SECONDS = 7.0
"""How long beats stand still until their worker is dead. With two looks it stays below ten seconds."""

Address = tuple[Place, str]
"""Where a message goes: a room, and a person there or nobody."""


class Look(msgspec.Struct, frozen=True):
    """The workers with their beats, and the owners of what waits; "" where it is nobody's."""

    beats: Mapping[str, int]
    owners: frozenset[str]


class Crew(Protocol):
    """The workers on a database, as one of them sees them. Everything raises `StorageFault`."""

    me: str
    """Its name among them, empty before it joined."""

    met: int
    """How often this one wrote something to be sent while others were there."""

    def join(self, platforms: Collection[str]) -> None:
        """Become one of them, under a name that nobody ever had, and send to these platforms."""
        ...

    def leave(self) -> None:
        """Be none of them any more; what is still to be sent is anybody's."""
        ...

    def beat(self) -> bool:
        """Say to the others that this one lives; False where they have struck it out."""
        ...

    def look(self) -> Look:
        """Who there is, and who has something that this one could send."""
        ...

    def bury(self, dead: Mapping[str, int]) -> None:
        """Strike out workers that have not beaten since they had beaten so often."""
        ...

    def is_gone(self, name: str) -> bool:
        """Whether the program behind a name ended for certain, as far as this machine knows."""
        ...

    def claim(self, owners: Iterable[str], limit: int) -> list[Address]:
        """Take the oldest of what these left: where each goes. They are not there any more."""
        ...

    def ahead(self, row: Outgoing) -> bool:
        """Whether another one has something for the same address that comes before this row.

        Of edits only those of the card that this row shows or edits.
        """
        ...


class Lease:
    """What one program knows of its own right to send. Its rounds run in a thread, one at a time."""

    def __init__(
        self,
        crew: Crew,
        now: Callable[[], float],
        wall: Callable[[], float],
        pace: float = 1.0,
    ) -> None:
        """`now` never goes back, but stands still while the machine sleeps; `wall` does not.

        `pace` makes all times longer or shorter.
        """
        self.crew, self._now, self._wall, self._pace = crew, now, wall, pace
        self._platforms: Collection[str] = ()
        self._renewed: tuple[float, float] | None = None
        self._beaten = -BEAT_SECONDS * pace
        self._seen: dict[str, tuple[int, float]] = {}
        self._orphans: frozenset[str] = frozenset()
        self._apart_at = -1

    @property
    def look_seconds(self) -> float:
        """How long until the next round."""
        return LOOK_SECONDS * self._pace

    def join(self, platforms: Collection[str]) -> None:
        """Become one of the workers, for these platforms; it may send from the first round on."""
        self._platforms = platforms
        self.crew.join(platforms)

    def held(self) -> bool:
        """Whether a message may be begun with now."""
        if self._renewed is None:
            return False
        now, wall = self._renewed
        return max(self._now() - now, self._wall() - wall) < HELD_SECONDS * self._pace

    def is_apart(self) -> bool:
        """Whether nobody else can have something that comes before what this one sends."""
        return self.crew.met == self._apart_at

    def round(self) -> bool:
        """Look who there is, and strike out who is dead; False where that was done to this one.

        Then it has another name from now on, and holds nothing until the next round: before that,
        whatever it had must be let go of.
        """
        met, began = self.crew.met, (self._now(), self._wall())
        look = self.crew.look()
        if not self._renew(look, began):
            return False
        dead = self._dead(look)
        if dead:
            log.info("workers that are dead: %s; what they left is taken", ", ".join(sorted(dead)))
            self.crew.bury(dead)
            look = self.crew.look()
        others = look.beats.keys() - {self.crew.me}
        self._orphans = look.owners - look.beats.keys()
        self._apart_at = -1 if others or look.owners - {self.crew.me} else met
        return True

    def claim(self, limit: int) -> list[Address]:
        """Take some of what nobody living has, as the last round saw it: where each row goes."""
        return self.crew.claim(self._orphans, limit) if self._orphans else []

    def _renew(self, look: Look, began: tuple[float, float]) -> bool:
        alone = look.beats.keys() == {self.crew.me}
        if alone:
            self._renewed = began
            return True
        due = began[0] - self._beaten >= BEAT_SECONDS * self._pace
        if self.crew.me in look.beats and not due:
            return True
        began = (self._now(), self._wall())
        if self.crew.me in look.beats and self.crew.beat():
            self._renewed, self._beaten = began, began[0]
            return True
        log.warning("others took this worker for dead; it begins anew")
        self._renewed, self._apart_at, self._orphans = None, -1, frozenset()
        self.crew.join(self._platforms)
        return False

    def _dead(self, look: Look) -> dict[str, int]:
        """Who is gone, or whose beats have stood still for too long, with their number."""
        now, seen = self._now(), self._seen
        self._seen = {
            name: seen[name] if seen.get(name, (-1,))[0] == beats else (beats, now)
            for name, beats in look.beats.items()
            if name != self.crew.me
        }
        dead = DEAD_SECONDS * self._pace
        return {
            name: beats
            for name, (beats, since) in self._seen.items()
            if now - since >= dead or self.crew.is_gone(name)
        }
