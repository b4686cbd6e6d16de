"""The edits of one card: they wait beside the line of their room, and hold up nothing said there.

A platform may let edits wait (`Later`), or take its time with them; an answer behind them does not wait
for that. They keep their order among themselves: one is on its way at a time, and of those behind it
only the newest is kept, for it is the whole picture. After each the card rests a little.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.chat import Outgoing
from bot.writer.lease import Address

REST_SECONDS = 1.0
"""How long a card on a platform rests after an edit, before the next one.

The room that reads along sees no difference, and both platforms let through about one edit a second: on
Discord bots meet five in five seconds a channel, and Matrix keeps every edit for ever.
"""

Card = tuple[Address, str, str | None]
"""Where a card stands, whose it is, and of what."""

Begun = tuple[Outgoing, int]
"""An edit, and how often everything had been lost to others when it had its turn."""


def card_of(row: Outgoing) -> Card:
    """The card that a row shows, or edits."""
    return (row.place, row.person), row.collective, row.reply.ref


class Resting:
    """The edits of one card: the one that is on its way, and the newest behind it."""

    def __init__(self) -> None:
        """Nothing rests yet."""
        self._newest: Begun | None = None
        self._sending: Outgoing | None = None
        self._empty = asyncio.Event()
        self._rest: asyncio.Future[None] | None = None
        self._hurried = False

    @property
    def has_newer(self) -> bool:
        """Whether a newer picture waits behind the one that is on its way."""
        return self._newest is not None

    def put(self, row: Outgoing, losses: int) -> Outgoing | None:
        """Put the newest edit; returns the one that it takes the place of."""
        older = self._newest
        self._newest = (row, losses)
        self._empty.clear()
        return None if older is None else older[0]

    def take(self) -> Begun | None:
        """Begin with the newest edit; None where there is none."""
        found, self._newest = self._newest, None
        self._sending = None if found is None else found[0]
        return found

    def over(self) -> None:
        """The one that was on its way is told, given up, or left."""
        self._sending = None
        if self._newest is None:
            self._empty.set()

    def left(self) -> list[Outgoing]:
        """What was not told when it was stopped."""
        waiting = None if self._newest is None else self._newest[0]
        return [row for row in (self._sending, waiting) if row is not None]

    async def emptied(self) -> bool:
        """Have what waits sent without a rest, and wait until nothing does; False where nothing did."""
        if self._empty.is_set():
            return False
        self._hurried = True
        if self._rest is not None:
            self._rest.cancel()
        await self._empty.wait()
        self._hurried = False
        return True

    async def rest(self, pause: Callable[[float], Awaitable[None]], seconds: float) -> None:
        """Let the card be for a while, unless somebody waits for what is left."""
        if not seconds or self._hurried:
            return
        self._rest = asyncio.ensure_future(pause(seconds))
        try:
            await asyncio.wait({self._rest})
        finally:
            self._rest.cancel()
            self._rest = None
