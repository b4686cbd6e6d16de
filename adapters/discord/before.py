"""What was told already, before a crash: the same message of ours is looked for, and not told twice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from adapters.discord.containers import words_of
from adapters.discord.outgoing import Message
from adapters.discord.rest import Refusal, Rest
from bot.chat import Outgoing

NONCE_SECONDS = 60
"""How long Discord surely knows a nonce («the past few minutes»); an older row is looked for first."""

PUT_AWAY_SECONDS = 3_000.0
"""Discord puts no post away sooner: an hour without a word is the least."""

EPOCH_MS = 1_420_070_400_000
"""Discord's ids count the milliseconds from here (Reference, Snowflakes)."""

SLACK_MS = 10_000
"""How far our clock and Discord's may be apart."""

Payload = dict[str, Any]


class Before:
    """Looks on Discord for what may have been told before; `bot` is who we are there."""

    def __init__(self, rest: Rest, wall: Callable[[], float]) -> None:
        """`wall` gives the time of day in seconds since 1970."""
        self.bot = ""
        self._rest, self._wall = rest, wall

    async def begun(
        self, forum: str, row: Outgoing, title: str, same: Callable[[Payload], bool]
    ) -> Payload | None:
        """The first message of the same post of ours, begun since a row was made.

        A post has no nonce, so it is looked for also where nobody knows of a first try.
        """
        old = self._wall() - row.at / 1000 > PUT_AWAY_SECONDS
        for post in await self._rest.posts(forum, put_away=old):
            ours = (str(post.get("owner_id")), post.get("name")) == (self.bot, title)
            if not ours or int(post["id"]) <= _since(row):
                continue
            with suppress(Refusal):
                first = await self._rest.message(str(post["id"]), str(post["id"]))
                if same(first):
                    return first
        return None

    async def told(
        self, channel: str, row: Outgoing, same: Callable[[Payload], bool]
    ) -> Payload | None:
        """The same message of ours, for a row so old that it may have been told before a crash."""
        if self._wall() - row.at / 1000 <= NONCE_SECONDS:
            return None
        return await self.since(channel, row, same)

    async def since(
        self, channel: str, row: Outgoing, same: Callable[[Payload], bool]
    ) -> Payload | None:
        """The same message of ours, told since a row was made."""
        later = await self._rest.since(channel, _since(row))
        ours = (found for found in later if str(found.get("author", {}).get("id")) == self.bot)
        return next(filter(same, ours), None)


def _since(row: Outgoing) -> int:
    """The id that Discord would have given just before a row was made."""
    return max(0, row.at - SLACK_MS - EPOCH_MS) << 22


def same_as(message: Message) -> Callable[[Payload], bool]:
    """Whether a message of Discord's says the same."""
    return lambda found: words_of(found) == words_of(message.body)
