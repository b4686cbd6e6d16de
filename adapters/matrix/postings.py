"""Keeping what a room's state tells of us as its rules want it, where our power in it allows that.

Looked at now and then, for rules change from anywhere: another room, another platform, a proposal.
What the state says already is known from the room, so that a restart writes nothing twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping

from adapters.matrix.events import Event
from adapters.matrix.faults import Denied, Limited, Unreachable
from adapters.matrix.hints import State, wanted
from adapters.matrix.incoming import MATRIX
from adapters.matrix.link import Link
from adapters.matrix.rooms import RoomState, space_of
from bot.chat import Actor, Incoming, Place
from bot.command import Command
from bot.ports import TurnedAway
from bot.writer.intake import Intake, NotRecorded

log = logging.getLogger("talkoot.matrix")

LOOK_SECONDS = 10.0
"""How long after a change a room may show what was before."""

ROOMS_AT_ONCE = 50
"""Of how many rooms the rules are asked for together: whoever speaks meanwhile comes behind so many."""


class Postings:
    """What all rooms show of us."""

    def __init__(
        self, link: Link, known: Mapping[str, RoomState], commands: Mapping[str, Command]
    ) -> None:
        """`known` are the rooms that we are in."""
        self._link, self._known, self._commands = link, known, commands
        self._me = link.account.user

    async def keep(self, intake: Intake) -> None:
        """Look now and then, until cancelled."""
        while True:
            with contextlib.suppress(Limited, Unreachable, NotRecorded, TurnedAway):
                await self.look(intake)
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self, intake: Intake) -> None:
        """Write what is not there as it should be.

        Raises Limited, Unreachable, TurnedAway or NotRecorded.
        """
        rooms = list(self._known.values())
        for begin in range(0, len(rooms), ROOMS_AT_ONCE):
            some = rooms[begin : begin + ROOMS_AT_ONCE]
            rules = await intake.rules([self._asking(room) for room in some])
            for room, its in zip(some, rules, strict=True):
                await self._write(room, wanted(its, self._commands.values(), self._me))

    def _asking(self, room: RoomState) -> Incoming:
        me = Actor(MATRIX, self._me, "")
        return Incoming("", Place(MATRIX, room.id), me, "", space=space_of(room, self._known))

    async def _write(self, room: RoomState, told: State) -> None:
        # What others describe is theirs.
        ours = {name for name, event in room.hints.items() if event.sender == self._me}
        for kind, key in sorted(ours | set(told)):
            content, there = told.get((kind, key), {}), room.hints.get((kind, key))
            same = there is not None and (there.sender, there.content) == (self._me, content)
            if same or room.power(self._me) < room.needed(kind):
                continue
            try:
                await self._link.ask("PUT", ["rooms", room.id, "state", kind, key], content)
            except Denied as why:
                log.warning("could not show %s in %s: %s", kind, room.id, why)
            room.hints[kind, key] = Event(kind, self._me, content=content, state_key=key)
