"""Votes in Discord's own polls: each event becomes the line that the card's menu would type.

An event tells one answer given or taken back, so what a person has taken altogether is remembered,
and asked of Discord where it is not known. What a poll's votes type is read from its card, so that
a vote counts after a restart.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from adapters.discord.polls import Linked, linked, vote_line
from adapters.discord.recent import Recent
from adapters.discord.rest import UNKNOWN_MESSAGE, UNKNOWN_USER, Refusal, Rest

POLLS_MAX = 500
VOTERS_MAX = 20_000
VOTERS_PAGE = 100
"""How many voters Discord tells at once (Get Answer Voters)."""

UNKNOWN_MEMBER = 10007

Payload = dict[str, Any]


class Votes:
    """What is known of polls and their voters, and how to find out the rest."""

    def __init__(self, rest: Rest, bot: Callable[[], str]) -> None:
        """`bot` gives the bot's own id: only its own polls count."""
        self._rest, self._bot = rest, bot
        self._linked: Recent[str, Linked | None] = Recent(POLLS_MAX)
        self._taken: Recent[tuple[str, str], set[int]] = Recent(VOTERS_MAX)
        self._turns: Recent[str, asyncio.Lock] = Recent(POLLS_MAX)

    async def line(self, payload: Payload, *, given: bool) -> str | None:
        """The line that a vote types, or None for a poll that is not ours or is closed.

        Votes of one poll are read in the order in which they came. Raises Later or Refusal.
        """
        poll, person = str(payload["message_id"]), str(payload["user_id"])
        turn = self._turns.get(poll)
        if turn is None:
            turn = self._turns[poll] = asyncio.Lock()
        async with turn:
            link = await self._link(str(payload["channel_id"]), poll)
            if link is None:
                return None
            taken = await self._now_taken(payload, link, poll, person, given=given)
            return vote_line(link, taken)

    async def _link(self, channel: str, poll: str) -> Linked | None:
        if poll in self._linked:
            return self._linked[poll]
        link = await self._read_link(channel, poll)
        self._linked[poll] = link
        return link

    async def _read_link(self, channel: str, poll: str) -> Linked | None:
        message = await self._rest.message(channel, poll)
        above = (message.get("message_reference") or {}).get("message_id")
        if str(message["author"]["id"]) != self._bot() or not message.get("poll") or above is None:
            return None
        try:
            return linked(message, await self._rest.message(channel, str(above)))
        except Refusal as refused:
            if refused.code == UNKNOWN_MESSAGE:
                return None
            raise

    async def _now_taken(
        self, payload: Payload, link: Linked, poll: str, person: str, *, given: bool
    ) -> set[int]:
        answer = int(payload["answer_id"])
        if not link.several:
            return {answer} if given else set()
        taken = self._taken.get((poll, person))
        if taken is None:
            taken = await self._read_taken(payload, link, person)
        taken = taken | {answer} if given else taken - {answer}
        self._taken[poll, person] = taken
        return taken

    async def _read_taken(self, payload: Payload, link: Linked, person: str) -> set[int]:
        """Everything that a person has taken in a poll, as Discord knows it now."""
        places: Payload = {
            "channel_id": str(payload["channel_id"]),
            "message_id": str(payload["message_id"]),
        }
        return {answer for answer in link.words if await self._has_taken(places, answer, person)}

    async def _has_taken(self, places: Payload, answer: int, person: str) -> bool:
        # The page begins behind the id before theirs, so that they are its first if they are there.
        found = await self._rest.ask(
            "GET",
            "/channels/{channel_id}/polls/{message_id}/answers/{answer_id}",
            query={"after": str(int(person) - 1), "limit": 1},
            answer_id=str(answer),
            **places,
        )
        return any(str(user["id"]) == person for user in found["users"])

    async def voter(self, payload: Payload) -> Payload | None:
        """Who voted, as the guild knows them; None when they have left."""
        person, guild = str(payload["user_id"]), payload.get("guild_id")
        try:
            if guild:
                path = "/guilds/{guild_id}/members/{user_id}"
                member: Payload = await self._rest.ask("GET", path, guild_id=str(guild), user_id=person)
                return member
            user: Payload = await self._rest.ask("GET", "/users/{user_id}", user_id=person)
        except Refusal as refused:
            if refused.code in {UNKNOWN_MEMBER, UNKNOWN_USER}:
                return None
            raise
        return user
