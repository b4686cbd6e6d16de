"""Shards: a bot in many servers hears them over several connections, each of which has its part.

Discord reckons by a server's number which shard it belongs to (Events, Gateway, Sharding), wants more
than one from 2,500 servers on, and rations how often a bot begins a session (identifies): so many of
its shards at once, so many a day; whoever begins more loses the token.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from bot.ports import StorageFault

log = logging.getLogger("talkoot.discord")

TURN_SECONDS = 5.5
"""How long a bucket rests after a shard of it began: Discord's five (Events, Gateway, Rate Limiting),
and some for a way that is not always as long.
"""

SHARED_TURN_SECONDS = 7.0
"""The same between programs: what one took, it begins with a little later."""

LOOK_SECONDS = 0.5
"""How often it is looked whether another program took a turn."""

TOO_MANY_SERVERS = 4011
"""Discord's close code for a shard that would have too many servers (Gateway, Close Event Codes)."""

IDENTIFIES = "identifies"
"""Under what is kept how often shards of a bucket began, so that programs see each other's."""


class Shards(msgspec.Struct, frozen=True):
    """Of how many shards this program has which; of all of them where it names none."""

    count: int = 1
    some: tuple[int, ...] = ()

    @property
    def ids(self) -> tuple[int, ...]:
        """The numbers of those that are this program's, the first of all is 0."""
        return self.some or tuple(range(self.count))

    @property
    def is_one(self) -> bool:
        """Whether nothing is divided."""
        return self.count == 1

    @property
    def is_shared(self) -> bool:
        """Whether other programs have some of them."""
        return len(self.ids) < self.count

    def __str__(self) -> str:
        """As it is told to whoever runs it."""
        return f"shards {', '.join(map(str, self.ids))} of {self.count}"


class Grown(Exception):  # noqa: N818 - the bot has more servers, which is no error
    """The bot is in too many servers for its shards; says how many it takes."""

    def __init__(self, count: int) -> None:
        """It takes `count` of them."""
        super().__init__(f"it takes {count} shards")
        self.count = count


Kept = Callable[[str], str]
Swap = Callable[[str, str, str], bool]


class Turns:
    """Lets shards begin when their bucket is free: one of each at once, and so many seconds apart."""

    def __init__(
        self,
        shards: Shards,
        now: Callable[[], float],
        pause: Callable[[float], Awaitable[None]],
        kept: Kept,
        swap: Swap,
    ) -> None:
        """`now` gives seconds that never go back.

        `kept` and `swap` read and change, in one step, what all programs of the bot see; both raise
        StorageFault.
        """
        self._shards, self._now, self._pause = shards, now, pause
        self._kept, self._swap = kept, swap
        self._concurrency, self._left, self._reset = 1, 0.0, 0.0
        self._is_told = False
        self._locks: dict[int, asyncio.Lock] = {}
        self._begun: dict[int, float] = {}
        self._seen: dict[int, tuple[str, float]] = {}
        self._holders: dict[int, int] = {}

    def limited(self, limits: Any) -> None:  # noqa: ANN401 - it is what Discord answers
        """Hear what Discord allows now (Get Gateway Bot): how many at once, and how many today."""
        self._concurrency = max(1, int(limits["max_concurrency"]))
        self._left, self._reset = limits["remaining"], limits["reset_after"] / 1000
        self._is_told = True

    async def take(self, shard: int) -> None:
        """Wait until a shard may begin; nobody else of its bucket does until `used` or `give_back`.

        Where Discord allows fewer today than there are shards, it is waited until it allows them anew.
        """
        bucket = shard % self._concurrency
        await self._locks.setdefault(bucket, asyncio.Lock()).acquire()
        self._holders[shard] = bucket
        try:
            if self._is_told and self._left <= self._shards.count:
                log.error("Discord allows no more sessions today; waiting for %d s", self._reset)
                await self._pause(self._reset)
            self._left -= 1
            await self._rest(bucket)
            if self._shards.is_shared:
                await self._from_others(bucket)
        except BaseException:
            self.give_back(shard)
            raise

    def used(self, shard: int) -> None:
        """A shard begins now."""
        if shard in self._holders:
            self._begun[self._holders[shard]] = self._now()
            self.give_back(shard)

    def give_back(self, shard: int) -> None:
        """A shard that had its turn does not begin."""
        bucket = self._holders.pop(shard, None)
        if bucket is not None:
            self._locks[bucket].release()

    async def _rest(self, bucket: int) -> None:
        while bucket in self._begun:
            rests = self._begun[bucket] + TURN_SECONDS - self._now()
            if rests <= 0:
                return
            await self._pause(rests)

    async def _from_others(self, bucket: int) -> None:
        """Take the turn before other programs: the count of turns has stood still, and we move it.

        How long it stood still is measured here; no program compares its clock with another's.
        """
        name = f"{IDENTIFIES} {self._concurrency}/{bucket}"
        while True:
            try:
                count = await asyncio.to_thread(self._kept, name)
                seen, since = self._seen.get(bucket, ("?", 0.0))
                if count != seen:
                    self._seen[bucket] = count, self._now()
                elif self._now() - since >= SHARED_TURN_SECONDS:
                    taken = str(int(count or 0) + 1)
                    if await asyncio.to_thread(self._swap, name, count, taken):
                        self._seen[bucket] = taken, self._now()
                        return
                    continue
            except StorageFault as fault:
                log.warning("a shard begins later: %s", fault)
            await self._pause(LOOK_SECONDS)
