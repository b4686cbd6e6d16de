"""What happens on Discord, handed in to the engine: each event once, and answered in time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from adapters.discord.commands import completions
from adapters.discord.conversation import DEFER_AFTER_SECONDS, Conversation, Gone
from adapters.discord.incoming import (
    Answered,
    Asking,
    Callback,
    Surroundings,
    Typing,
    interaction_key,
    read_arrival,
    read_interaction,
    read_message,
    read_vote,
)
from adapters.discord.markdown import Markdown
from adapters.discord.outgoing import NOBODY, SUPPRESS_EMBEDS, Message
from adapters.discord.rest import Refusal, Rest
from adapters.discord.telling import Teller
from adapters.discord.voting import Votes
from bot.chat import Incoming, Outgoing
from bot.intake import Intake, NotRecorded
from bot.languages import reader
from bot.ports import Later
from bot.wording import Node, render, say

log = logging.getLogger("talkoot.discord")

VOTE_WAIT_SECONDS = (1.0, 5.0, 30.0, 120.0)
"""The waits between the attempts to count a vote in one of Discord's polls."""

NOT_RECORDED = say("Not recorded: the store does not answer. Please send it again.")
DONE = say("Done.")

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hall:
    """What listening and telling share.

    `begin` starts telling rows at once, `surroundings` gives what an event does not say itself,
    `guilds` are those that are served (all if there are none), `now` gives seconds that never go back.
    """

    rest: Rest
    teller: Teller
    conversations: MutableMapping[str, Conversation]
    begin: Callable[[Sequence[Outgoing]], None]
    surroundings: Callable[[Payload], Surroundings]
    guilds: frozenset[str]
    now: Callable[[], float]
    defer_after: float = DEFER_AFTER_SECONDS
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep


class Listener:
    """Takes events, hands them in, and sees to it that an interaction is answered in time."""

    def __init__(self, hall: Hall, intake: Intake) -> None:
        """Begin to listen."""
        self._hall, self._intake = hall, intake
        self._votes = Votes(hall.rest, lambda: hall.teller.bot)
        self._numbers = count(int(hall.now() * 1000))
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, event: str, payload: Payload) -> None:
        """Take an event; whatever becomes of it, the next one is taken as well."""
        match event:
            case "INTERACTION_CREATE":
                self._do(self._interaction(payload))
            case "MESSAGE_CREATE":
                self._do(self._message(payload))
            case "MESSAGE_UPDATE":
                # Discord also updates a message when it has found a preview for a link in it.
                if payload.get("edited_timestamp") and payload.get("author"):
                    self._do(self._message(payload))
            case "MESSAGE_POLL_VOTE_ADD":
                self._do(self._vote(payload, given=True))
            case "MESSAGE_POLL_VOTE_REMOVE":
                self._do(self._vote(payload, given=False))
            case "GUILD_CREATE":
                self._do(self._arrival(payload))
            case "GUILD_DELETE":
                if not payload.get("unavailable"):
                    log.info("the bot was removed from the server %s; its journal stays", payload["id"])

    def _do(self, doing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._noted(doing))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _noted(self, doing: Coroutine[Any, Any, None]) -> None:
        try:
            await doing
        except Gone:
            log.warning("an interaction came too late to be answered")
        except Later:
            log.warning("an event was not answered: Discord could not be reached")
        except NotRecorded:
            log.warning("an event was not recorded: the store does not answer")
        except Refusal as refused:
            log.warning("an event was not answered: Discord refused, code %d", refused.code)
        except Exception:
            log.exception("a bug while an event was handled")

    async def settled(self) -> None:
        """Wait until everything that was taken is handed in."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    def stop(self) -> None:
        """Leave what was not handed in."""
        for task in self._tasks:
            task.cancel()

    def _served(self, payload: Payload) -> bool:
        guild = payload.get("guild_id")
        return not guild or not self._hall.guilds or str(guild) in self._hall.guilds

    async def _interaction(self, payload: Payload) -> None:
        key = interaction_key(str(payload["id"]))
        if key in self._hall.conversations or payload["type"] == Asking.PING:
            return
        conversation = Conversation(self._hall.rest, payload, self._hall.now)
        self._hall.conversations[key] = conversation
        if not self._served(payload):
            await self._refuse_guild(conversation, payload)
            return
        match read_interaction(payload, self._hall.surroundings(payload)):
            case Answered(callback, data):
                await conversation.answer(callback, data)
            case Typing() as typing:
                await self._suggest(conversation, typing)
            case Incoming() as incoming:
                asyncio.get_running_loop().call_later(
                    self._hall.defer_after, lambda: self._do(conversation.put_off())
                )
                await self._submit(conversation, incoming, str(payload.get("locale", "en")))
            case None:
                await conversation.answer(Callback.CHOICES, {"choices": []})

    async def _refuse_guild(self, conversation: Conversation, payload: Payload) -> None:
        if payload["type"] == Asking.AUTOCOMPLETE:
            await conversation.answer(Callback.CHOICES, {"choices": []})
            return
        words = say(
            "I do not serve this server. Its number is {number}; whoever runs me can add it.",
            number=str(payload["guild_id"]),
        )
        await conversation.tell(_plain(words, str(payload.get("locale", "en"))), private=True)

    async def _suggest(self, conversation: Conversation, typing: Typing) -> None:
        found = await self._intake.suggest(typing.message, typing.asked)
        reads = reader(typing.language, "UTC")
        choices = completions(found, typing.option, typing.typed, reads)
        await conversation.answer(Callback.CHOICES, {"choices": choices})

    async def _submit(self, conversation: Conversation, incoming: Incoming, language: str) -> None:
        conversation.is_about(incoming)
        try:
            answer = await self._intake.submit(incoming)
        except NotRecorded:
            await conversation.tell(_plain(NOT_RECORDED, language), private=True)
            return
        rows = [row for row in answer.outgoing if conversation.takes(row)] if answer else []
        if rows:
            self._hall.begin(rows)
        else:
            await conversation.acknowledge(_plain(DONE, language))

    async def _message(self, payload: Payload) -> None:
        incoming = read_message(payload, self._hall.surroundings(payload))
        if incoming is None or not self._served(payload):
            return
        if incoming.private:
            self._hall.teller.opened(incoming.actor.id)
        try:
            await self._intake.submit(incoming)
        except NotRecorded:
            body = _plain(NOT_RECORDED, "en").body
            await self._hall.rest.send(incoming.thread or incoming.place.room, body)

    async def _vote(self, payload: Payload, *, given: bool) -> None:
        if str(payload["user_id"]) == self._hall.teller.bot or not self._served(payload):
            return
        number = next(self._numbers)
        for seconds in VOTE_WAIT_SECONDS:
            try:
                await self._counted(payload, number, given=given)
            except (Later, NotRecorded):
                # Discord tells a vote once: it is ours to try again.
                log.warning("a vote is counted later: Discord or the store does not answer")
                await self._hall.pause(seconds)
            else:
                return
        await self._counted(payload, number, given=given)

    async def _counted(self, payload: Payload, number: int, *, given: bool) -> None:
        line = await self._votes.line(payload, given=given)
        voter = await self._votes.voter(payload) if line is not None else None
        if line is not None and voter is not None:
            surroundings = self._hall.surroundings(payload)
            await self._intake.submit(read_vote(payload, voter, surroundings, line, number))

    async def _arrival(self, payload: Payload) -> None:
        if payload.get("unavailable"):
            return
        if not self._served({"guild_id": payload["id"]}):
            log.warning("the server %s is not in [discord] guilds and is not served", payload["id"])
            return
        incoming = read_arrival(payload)
        if incoming is not None:
            await self._intake.submit(incoming)


def _plain(words: Node, language: str) -> Message:
    content = render(words, reader(language, "UTC"), Markdown())
    return Message({"content": content, "allowed_mentions": NOBODY, "flags": SUPPRESS_EMBEDS})
