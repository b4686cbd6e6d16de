"""Votes in Discord's own polls: each becomes the line that the card's menu would type.

An event tells one answer given or taken back, so what a person has taken altogether is remembered,
and asked of Discord where it is not known. What a poll's votes type is read from its card, so a vote
counts after a restart; what was voted while nobody listened is found out when its guild comes back.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from functools import partial
from itertools import chain, count, repeat
from typing import Any, TypeVar

from msgspec.structs import replace

from adapters.discord.incoming import read_vote
from adapters.discord.means import Means
from adapters.discord.polls import Linked, linked, vote_line
from adapters.discord.recent import Recent
from adapters.discord.rest import UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_USER, Refusal
from bot.ports import Later, StorageFault
from bot.writer.intake import Intake, NotRecorded

log = logging.getLogger("talkoot.discord")

POLLS_MAX = 500
VOTERS_MAX = 20_000
"""How much is remembered; the rest is asked again."""

VOTERS_PAGE = 100
"""How many voters Discord tells at once (Get Answer Voters)."""

WAIT_SECONDS = (1.0, 5.0, 30.0)
WAIT_SECONDS_MAX = 120.0
"""The waits between the attempts to count a vote, which never end: Discord tells it once."""

UNKNOWN_MEMBER = 10007

Payload = dict[str, Any]

T = TypeVar("T")


class Voting:
    """Counts what Discord's polls tell."""

    def __init__(self, means: Means, intake: Intake) -> None:
        """Begin with nothing in memory."""
        self._means, self._intake = means, intake
        self._linked: Recent[str, Linked | None] = Recent(POLLS_MAX)
        self._taken: Recent[tuple[str, str], set[int]] = Recent(VOTERS_MAX)
        self._turns: Recent[tuple[str, str], asyncio.Lock] = Recent(VOTERS_MAX)
        self._numbers = count(int(means.now() * 1000))

    async def hear(self, payload: Payload, *, given: bool) -> None:
        """An answer was given, or taken back."""
        if str(payload["user_id"]) == self._means.teller.before.bot or not self._means.serves(payload):
            return
        number = next(self._numbers)

        async def counted() -> None:
            link = await self._link(str(payload["channel_id"]), str(payload["message_id"]))
            if link is not None:
                taken = await self._now_taken(payload, link, given=given)
                await self._submit(payload, link, taken, number)

        # Also what waits keeps its turn: an older vote must not come after a newer one.
        async with self._turn(payload):
            await self._patiently(counted)

    async def catch_up(self, guild: Payload) -> None:
        """Count what was voted in a guild's polls while nobody listened."""
        await self._patiently(partial(self._all_missed, guild))

    async def _all_missed(self, guild: Payload) -> None:
        channels = {str(each["id"]) for name in ("channels", "threads") for each in guild.get(name, ())}
        for poll, channel in list(self._means.book.open.items()):
            if channel in channels:
                place = {"guild_id": str(guild["id"]), "channel_id": channel, "message_id": poll}
                await self._patiently(partial(self._missed, place))

    async def _patiently(self, attempt: Callable[[], Awaitable[T]]) -> T:
        for seconds in chain(WAIT_SECONDS, repeat(WAIT_SECONDS_MAX)):
            try:
                return await attempt()
            except (Later, NotRecorded, StorageFault):
                log.warning("a vote is counted later: Discord or the store does not answer")
                await self._means.pause(seconds)
        raise AssertionError("it never ends")

    async def _missed(self, place: Payload) -> None:
        """Count the votes of one poll that differ from what was counted last."""
        channel, poll = place["channel_id"], place["message_id"]
        try:
            message = await self._means.rest.message(channel, poll)
            link = await self._link(channel, poll)
        except Refusal as refused:
            if refused.code not in {UNKNOWN_MESSAGE, UNKNOWN_CHANNEL}:
                raise
            link = None
        if link is None:
            self._means.book.ended(poll)
            return
        before = dict(self._means.book.votes(poll))
        taken = await self._all_taken(place, link)
        for person in sorted({*taken, *before}):
            now, then = taken.get(person, set()), before.get(person, [])
            vote = {**place, "user_id": person}
            async with self._turn(vote):
                # Who voted anew meanwhile was heard.
                if sorted(now) != then == self._means.book.votes(poll).get(person, []):
                    await self._patiently(partial(self._submit, vote, link, now, next(self._numbers)))
        if message["poll"].get("results", {}).get("is_finalized"):
            self._means.book.ended(poll)

    async def _submit(self, payload: Payload, link: Linked, taken: Iterable[int], number: int) -> None:
        """Hand in everything that a person has taken, and note that it was."""
        poll, person = str(payload["message_id"]), str(payload["user_id"])
        kept = set(taken)
        voter = await self._voter(payload)
        if voter is not None:
            surroundings = self._means.surroundings(payload)
            vote = read_vote(payload, voter, surroundings, vote_line(link, kept), number)
            await self._intake.submit(replace(vote, as_of=link.as_of))
        self._taken[poll, person] = kept
        self._means.book.counted(poll, person, kept)

    def _turn(self, payload: Payload) -> asyncio.Lock:
        """Votes of one person in one poll are read in the order in which they came."""
        key = (str(payload["message_id"]), str(payload["user_id"]))
        turn = self._turns.get(key)
        if turn is None:
            turn = self._turns[key] = asyncio.Lock()
        return turn

    async def _link(self, channel: str, poll: str) -> Linked | None:
        """What the poll's votes type; None for a poll that is not ours, or is closed."""
        if poll not in self._linked:
            self._linked[poll] = await self._read_link(channel, poll)
        return self._linked[poll]

    async def _read_link(self, channel: str, poll: str) -> Linked | None:
        message = await self._means.rest.message(channel, poll)
        above = (message.get("message_reference") or {}).get("message_id")
        ours = str(message["author"]["id"]) == self._means.teller.before.bot
        if not ours or not message.get("poll") or above is None:
            return None
        try:
            return linked(message, await self._means.rest.message(channel, str(above)))
        except Refusal as refused:
            if refused.code == UNKNOWN_MESSAGE:
                return None
            raise

    async def _now_taken(self, payload: Payload, link: Linked, *, given: bool) -> set[int]:
        answer = int(payload["answer_id"])
        if not link.several:
            return {answer} if given else set()
        poll, person = str(payload["message_id"]), str(payload["user_id"])
        taken = self._taken.get((poll, person))
        if taken is None:
            all_taken = await self._all_taken(payload, link, only=person)
            taken = all_taken.get(person, set())
        return taken | {answer} if given else taken - {answer}

    async def _all_taken(self, place: Payload, link: Linked, only: str = "") -> dict[str, set[int]]:
        """What everybody (or one person) has taken in a poll, as Discord knows it now."""
        taken: dict[str, set[int]] = {}
        for answer in link.words:
            async for person in self._voters(place, answer, only):
                taken.setdefault(person, set()).add(answer)
        return taken

    async def _voters(self, place: Payload, answer: int, only: str) -> AsyncIterator[str]:
        """Who has taken an answer, page by page; a page begins behind an id."""
        after, limit = (str(int(only) - 1), 1) if only else ("0", VOTERS_PAGE)
        while True:
            page = partial(
                self._means.rest.ask,
                "GET",
                "/channels/{channel_id}/polls/{message_id}/answers/{answer_id}",
                query={"after": after, "limit": limit},
                channel_id=str(place["channel_id"]),
                message_id=str(place["message_id"]),
                answer_id=str(answer),
            )
            found: Payload = await self._patiently(page)
            people = [str(user["id"]) for user in found["users"]]
            for person in people:
                if only in {"", person}:
                    yield person
            if only or len(people) < limit:
                return
            after = max(people, key=int)

    async def _voter(self, payload: Payload) -> Payload | None:
        """Who voted, as the guild knows them; None when they have left."""
        person, guild = str(payload["user_id"]), payload.get("guild_id")
        try:
            if guild:
                path = "/guilds/{guild_id}/members/{user_id}"
                place: Payload = {"guild_id": str(guild), "user_id": person}
                member: Payload = await self._means.rest.ask("GET", path, **place)
                return member
            user: Payload = await self._means.rest.ask("GET", "/users/{user_id}", user_id=person)
        except Refusal as refused:
            if refused.code in {UNKNOWN_MEMBER, UNKNOWN_USER}:
                return None
            raise
        return user
