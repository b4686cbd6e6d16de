"""What the parts that listen on one connection lean on: how to ask, whom to tell, where they are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from adapters.discord.conversation import DEFER_AFTER_SECONDS
from adapters.discord.pollbook import PollBook
from adapters.discord.rest import Rest
from adapters.discord.standing import Surroundings
from adapters.discord.telling import Teller

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Means:
    """What listening leans on.

    `surroundings` gives what an event does not say itself, `guilds` are those that are served (all if
    there are none), `now` gives seconds that never go back, `may_begin` whether this program may send
    what is its own now.
    """

    rest: Rest
    teller: Teller
    book: PollBook
    surroundings: Callable[[Payload], Surroundings]
    guilds: frozenset[str]
    now: Callable[[], float]
    defer_after: float = DEFER_AFTER_SECONDS
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    may_begin: Callable[[], bool] = lambda: True

    def serves(self, payload: Payload) -> bool:
        """Whether an event is from a guild that is served, or from a direct message."""
        guild = payload.get("guild_id")
        return not guild or not self.guilds or str(guild) in self.guilds
