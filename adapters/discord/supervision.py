"""Keeps a connection alive: after every failure a fresh one, with longer and longer waits.

discord.py lives through what it knows (resumes, invalid sessions, 5xx); what it does not know ends
its client: no network at the very first connect, a reset connection on Linux. An identify budget of
1,000 a day stands behind the waits: who spends it loses the token.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from adapters.discord.checking import final
from adapters.discord.sharding import Grown

log = logging.getLogger("talkoot.discord")

WAIT_SECONDS_FIRST = 2.0
WAIT_SECONDS_MAX = 300.0
"""At this pace a day has 288 attempts."""

CANCEL_SECONDS = 1.0

STEADY_SECONDS = 600.0
"""A connection that lasted so long was a good one: the waits begin anew."""


async def ended(task: asyncio.Task[str]) -> None:
    """Cancel until it has ended.

    Once is not enough: `wait_for` of Python 3.11 loses a cancellation that comes in the moment in
    which it is done, and discord.py connects by it (python/cpython#86296).
    """
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=CANCEL_SECONDS)


async def keep_connected(
    connect: Callable[[], Awaitable[None]],
    now: Callable[[], float],
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> str:
    """Connect again and again; returns, in plain words, why that has become useless.

    `connect` returns or raises when its connection has ended; `now` gives seconds that never go back.
    Raises Grown where the bot takes more connections than it has.
    """
    wait = WAIT_SECONDS_FIRST
    while True:
        began = now()
        try:
            await connect()
        except Grown:
            raise
        except Exception as failure:  # noqa: BLE001 - whatever it was, a fresh connection may work
            why = final(failure)
            if why is not None:
                return why
            # The name says enough, and its words might hold an address with a token in it.
            log.warning("the connection to Discord ended: %s", type(failure).__name__)
        if now() - began > STEADY_SECONDS:
            wait = WAIT_SECONDS_FIRST
        log.warning("connecting to Discord again in %d s", wait)
        await pause(wait)
        wait = min(wait * 2, WAIT_SECONDS_MAX)
