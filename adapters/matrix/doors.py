"""Going into rooms and declining to: invitations answered, rooms followed that were replaced.

Another server may take minutes to let us in, or fail for ever, and nobody else is to wait for that:
each door is knocked at beside the reading, again for a while, and then given up. What is still to be
answered is kept with the bookmark.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from fnmatch import fnmatchcase

import msgspec

from adapters.matrix.direct import Direct
from adapters.matrix.events import Event
from adapters.matrix.faults import Denied, Limited, Unreachable
from adapters.matrix.link import Link
from adapters.matrix.rooms import RoomState, is_membership_of
from bot.ports import TurnedAway

log = logging.getLogger("talkoot.matrix")

TRIES_MAX = 9
"""How often a door is knocked at: about four minutes, with what is waited between."""

WAIT_SECONDS_FIRST = 1.0

AT_ONCE_MAX = 4
"""How many doors are knocked at at once."""

Pause = Callable[[float], Awaitable[None]]


class Door(msgspec.Struct, array_like=True, frozen=True):
    """A room to go into (by way of the server `via`, where that is named), or to decline.

    `direct` says with whom it is a room of two.
    """

    room: str
    by: str
    enter: bool
    direct: bool = False
    via: str = ""


class Doors:
    """The rooms that we are to go into, or not."""

    def __init__(self, link: Link, direct: Direct, inviters: tuple[str, ...], pause: Pause) -> None:
        """`inviters` are patterns of whose invitations we accept; `pause` waits."""
        self._link, self._direct, self._inviters, self._pause = link, direct, inviters, pause
        self._me = link.account.user
        self._open: dict[str, Door] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._some = asyncio.Semaphore(AT_ONCE_MAX)

    def waiting(self) -> list[Door]:
        """What is still to be answered, to be kept across a restart."""
        return list(self._open.values())

    def take_up(self, doors: Iterable[Door]) -> None:
        """Go on with what an earlier run had not done."""
        for door in doors:
            self._knock(door)

    async def stop(self) -> None:
        """Knock no more."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def invited(self, room: str, invite: Iterable[Event]) -> None:
        """Accept an invitation where the rule allows it; decline it without a word elsewhere."""
        invited = next((it for it in invite if is_membership_of(it, self._me)), None)
        by = invited.sender if invited is not None else ""
        welcome = any(fnmatchcase(by, pattern) for pattern in self._inviters)
        direct = invited is not None and invited.content.get("is_direct") is True
        self._knock(Door(room, by, welcome, welcome and direct))

    def follow(self, event: Event, room: RoomState) -> None:
        """A room was replaced by another: go there, as far as we are let in."""
        if room.replacement:
            via = event.sender.partition(":")[2]
            self._knock(Door(room.replacement, event.sender, enter=True, via=via))

    def _knock(self, door: Door) -> None:
        before = self._tasks.pop(door.room, None)
        if before is not None:
            before.cancel()
        self._open[door.room] = door
        if door.direct:
            # What is said there first is for us alone, also before the homeserver knows that.
            self._direct.expect(door.by, door.room)
        self._tasks[door.room] = asyncio.create_task(self._answer(door))

    async def _answer(self, door: Door) -> None:
        try:
            async with self._some:
                await self._try(door)
        except TurnedAway as why:
            # Whoever reads is told the same, and ends.
            log.warning("could not go into %s: %s", door.room, why)
            return
        self._open.pop(door.room, None)
        self._tasks.pop(door.room, None)

    async def _try(self, door: Door) -> None:
        wait = WAIT_SECONDS_FIRST
        for _ in range(TRIES_MAX):
            try:
                await self._go(door)
            except Denied as why:
                log.warning("could not go into %s for %s: %s", door.room, door.by, why)
                return
            except Limited as limited:
                await self._pause(limited.seconds)
            except Unreachable as why:
                log.warning("could not go into %s yet: %s", door.room, why)
                await self._pause(wait)
                wait *= 2
            else:
                return
        log.error("gave up going into %s, where %s wants us; invite the bot again", door.room, door.by)

    async def _go(self, door: Door) -> None:
        if not door.enter:
            await self._link.ask("POST", ["rooms", door.room, "leave"], {})
            return
        # `via` is the newer name of `server_name`.
        where = {"server_name": door.via, "via": door.via} if door.via else None
        await self._link.ask("POST", ["join", door.room], {}, query=where)
        if door.direct:
            await self._direct.save()
