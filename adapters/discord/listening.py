"""What happens on Discord, handed in to the engine: each event once, and answered in time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from adapters.discord.attachments import Files
from adapters.discord.commands import completions
from adapters.discord.conversation import Conversation, Gone
from adapters.discord.incoming import (
    Answered,
    Callback,
    InteractionType,
    Typing,
    hands_in,
    interaction_key,
    press_of,
    read_arrival,
    read_interaction,
    read_message,
)
from adapters.discord.means import Means
from adapters.discord.rest import Garbled, Refusal
from adapters.discord.voting import Voting
from bot.chat import Incoming
from bot.ports import Later
from bot.text.languages import reader
from bot.text.wording import Node, say
from bot.writer.answers import Answer, told
from bot.writer.crashes import wordless
from bot.writer.intake import Intake, NotKnown, NotRecorded

log = logging.getLogger("talkoot.discord")

NOT_KNOWN = say(
    "I do not know yet whether this was recorded: the store went away in the middle. The answer "
    "follows as soon as I know; please do not send it again before."
)
NOT_RECORDED = say("Not recorded: the store does not answer. Please send it again.")
DONE = say("Done.")
NOTHING = say("Nothing was done.")
BROKEN = say("Something broke on my side; nothing was done.")

Payload = dict[str, Any]


class Listener:
    """Takes events, hands them in, and sees to it that an interaction is answered in time."""

    def __init__(self, means: Means, intake: Intake) -> None:
        """Begin to listen."""
        self._means, self._intake = means, intake
        self._voting = Voting(means, intake)
        self._files = Files(means.rest, intake, means.now)
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
                self._do(self._voting.hear(payload, given=True))
            case "MESSAGE_POLL_VOTE_REMOVE":
                self._do(self._voting.hear(payload, given=False))
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
        except (Later, Garbled):
            log.warning("an event was not answered: Discord could not be reached")
        except NotRecorded:
            log.warning("an event was not recorded: the store does not answer")
        except Refusal as refused:
            log.warning("an event was not answered: Discord refused, code %d", refused.code)
        except Exception as bug:
            log.exception("a bug while an event was handled", exc_info=wordless(bug))

    async def settled(self) -> None:
        """Wait until everything that was taken is handed in."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    def stop(self) -> None:
        """Leave what was not handed in."""
        for task in self._tasks:
            task.cancel()

    async def _interaction(self, payload: Payload) -> None:
        key = interaction_key(str(payload["id"]))
        conversations = self._means.teller.conversations
        if key in conversations or payload["type"] == InteractionType.PING:
            return
        conversation = Conversation(self._means.rest, payload, self._means.now, self._means.pause)
        conversations[key] = conversation
        try:
            await self._in(conversation, payload)
        except (Garbled, Gone, Later, NotRecorded, Refusal):
            raise
        except Exception:
            # Whoever waits is told; what it was stands in the log.
            log.exception("a bug while an interaction was read")
            await self._give_up(conversation, payload)

    async def _give_up(self, conversation: Conversation, payload: Payload) -> None:
        if payload["type"] == InteractionType.AUTOCOMPLETE:
            await conversation.answer(Callback.CHOICES, {"choices": []})
            return
        await self._means.teller.reply(conversation, BROKEN, _language(payload))

    async def _in(self, conversation: Conversation, payload: Payload) -> None:
        """Read an interaction, and see to its answer."""
        if not self._means.serves(payload):
            await self._refuse_guild(conversation, payload)
            return
        press = press_of(payload)
        match read_interaction(payload, press, self._means.surroundings(payload)):
            case Answered(callback, data):
                await conversation.answer(callback, data)
            case Typing() as typing:
                await self._suggest(conversation, typing)
            case Incoming() as incoming:
                asyncio.get_running_loop().call_later(
                    self._means.defer_after, lambda: self._do(conversation.put_off())
                )
                conversation.is_about(incoming, replaces=hands_in(press))
                incoming = await self._with_file(incoming, payload)
                await self._submit(conversation, incoming, _language(payload))
            case None:
                await conversation.answer(Callback.CHOICES, {"choices": []})

    async def _with_file(self, incoming: Incoming, payload: Payload) -> Incoming:
        commands = self._means.surroundings(payload).commands
        return await self._files.with_file(incoming, payload, commands)

    async def _refuse_guild(self, conversation: Conversation, payload: Payload) -> None:
        if payload["type"] == InteractionType.AUTOCOMPLETE:
            await conversation.answer(Callback.CHOICES, {"choices": []})
            return
        words = say(
            "I do not serve this server. Its number is {number}; whoever runs me can add it.",
            number=str(payload["guild_id"]),
        )
        await self._means.teller.reply(conversation, words, _language(payload))

    async def _suggest(self, conversation: Conversation, typing: Typing) -> None:
        found = await self._intake.suggest(typing.message, typing.asked)
        reads = reader(typing.language, "UTC")
        choices = completions(found, typing.option, typing.typed, reads)
        await conversation.answer(Callback.CHOICES, {"choices": choices})

    async def _submit(self, conversation: Conversation, incoming: Incoming, language: str) -> None:
        try:
            answer = await self._intake.submit(incoming)
        except NotRecorded as why:
            not_kept = NOT_KNOWN if isinstance(why, NotKnown) else NOT_RECORDED
            await self._means.teller.whisper(conversation, incoming, not_kept, language)
            return
        if answer is not None and self._begins(conversation, answer):
            return
        language = (answer.language if answer else "") or language
        await self._means.teller.whisper(conversation, incoming, _outcome(answer), language)

    def _begins(self, conversation: Conversation, answer: Answer) -> bool:
        """Begin with an answer at once, if any of it goes here; returns whether.

        What may be another program's, or may become it, comes with all that is delivered.
        """
        if answer.repeated or not self._means.may_begin():
            return any(map(conversation.takes, answer.outgoing))
        return self._means.teller.answer(conversation, answer.outgoing)

    async def _message(self, payload: Payload) -> None:
        incoming = read_message(payload, self._means.surroundings(payload))
        if incoming is None or not self._means.serves(payload):
            return
        incoming = await self._with_file(incoming, payload)
        if incoming.private:
            self._means.teller.opened(incoming.actor.id)
        try:
            await self._intake.submit(incoming)
        except NotRecorded as why:
            words = NOT_KNOWN if isinstance(why, NotKnown) else NOT_RECORDED
            await self._means.teller.post(incoming.thread or incoming.place.room, words)

    async def _arrival(self, payload: Payload) -> None:
        if payload.get("unavailable"):
            return
        if not self._means.serves({"guild_id": payload["id"]}):
            log.warning("the server %s is not in [discord] guilds and is not served", payload["id"])
            return
        incoming = read_arrival(payload, self._means.teller.before.bot)
        try:
            if incoming is not None:
                await self._intake.submit(incoming)
        finally:
            await self._voting.catch_up(payload)


def _outcome(answer: Answer | None) -> Node:
    """What is said where the answer has no words for whoever asked."""
    if answer is None:
        return NOTHING
    if answer.unheard is not None:
        return told(answer.unheard).body
    return DONE if answer.recorded or answer.repeated or answer.outgoing else NOTHING


def _language(payload: Payload) -> str:
    """The language in which somebody uses Discord."""
    return str(payload.get("locale", "en"))
