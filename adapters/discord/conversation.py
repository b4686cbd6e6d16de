"""The life of one interaction: answered within 3 seconds or put off, followed up for 15 minutes.

Discord shows the first answer where the interaction was made. Whether only its author sees it is
decided with the first word and never changes; so whoever is put off is put off alone, and an answer
for everybody follows in a message of its own. Its token is a secret and is in memory only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import Any

from adapters.discord.checking import lacking_for_cards
from adapters.discord.incoming import THREADS, Callback, InteractionType
from adapters.discord.outgoing import EPHEMERAL, NOBODY, Message, answering
from adapters.discord.rest import (
    ACKNOWLEDGED,
    INTERACTION_GONE,
    UNKNOWN_MESSAGE,
    Garbled,
    Refusal,
    Rest,
)
from bot.chat import Incoming, Kind, Outgoing
from bot.ports import Later
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import say

FIRST_SECONDS = 3.0
"""How long Discord waits for the first answer."""

AGAIN_SECONDS = 0.25
"""The wait before a first answer that did not get through is tried again."""

TOKEN_SECONDS = 14 * 60.0
"""How long follow-ups are tried: Discord takes them for 15 minutes."""

DEFER_AFTER_SECONDS = 1.5
"""When an answer is put off: half of Discord's 3 seconds is for the way there and back."""

Payload = dict[str, Any]


class Gone(Exception):  # noqa: N818 - no error: the time is up
    """The interaction can be answered no more."""


class Progress(Enum):
    """How far an answer is."""

    FRESH = auto()
    PUT_OFF = auto()
    TOLD = auto()
    GONE = auto()


class Conversation:
    """One interaction and its answers, in order."""

    def __init__(
        self,
        rest: Rest,
        interaction: Payload,
        now: Callable[[], float],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`now` gives seconds that never go back."""
        self._rest, self._now, self._began, self._pause = rest, now, now(), pause
        self._id, self._token = str(interaction["id"]), str(interaction["token"])
        self._on_message = (
            bool(interaction.get("message")) and interaction["type"] != InteractionType.COMMAND
        )
        self._replaces = False
        self._permitted = interaction.get("app_permissions") if interaction.get("guild_id") else None
        self._in_thread = (interaction.get("channel") or {}).get("type") in THREADS
        self._language = str(interaction.get("locale", "en"))
        self._lock = asyncio.Lock()
        self.turn = asyncio.Lock()
        """Held while a row is told, so that the parts of several rows do not mix."""
        self._incoming: Incoming | None = None
        self._progress, self._putting_off = Progress.FRESH, False
        # What was first tried as the first answer, and what Discord has as that, where its own word of
        # it was lost: two rows may both try.
        self._tried: Message | None = None
        self._standing: Message | None = None

    def is_about(self, incoming: Incoming, *, replaces: bool = False) -> None:
        """What was handed in for it: only answers to that, for the same eyes, are told in it.

        With `replaces`, what only who asked sees takes the place of the message that was pressed.
        """
        self._incoming, self._replaces = incoming, replaces

    def takes(self, row: Outgoing) -> bool:
        """Whether a row belongs into it: no edit, nothing for another room or another person."""
        asked = self._incoming
        if asked is None or row.reply.kind is Kind.EDIT:
            return False
        if row.person:
            return row.person == asked.actor.id
        return (row.place, row.thread) == (asked.place, asked.thread)

    @property
    def lacking(self) -> list[str]:
        """The rights that a card needs and the bot lacks where it was asked, by Discord's names."""
        if self._permitted is None:
            return []
        return lacking_for_cards(int(self._permitted), thread=self._in_thread)

    @property
    def over(self) -> bool:
        """Whether nothing can be told in it any more."""
        return self._progress is Progress.GONE or self._now() - self._began > TOKEN_SECONDS

    async def answer(self, callback: Callback, data: Payload | None) -> None:
        """Answer at once with something that is no message of the engine: choices, a modal, a step."""
        async with self._lock:
            await self._first(callback, data, Message({}))

    async def put_off(self) -> None:
        """Say that the answer takes a while, if nothing was said yet."""
        async with self._lock:
            if self._progress is not Progress.FRESH:
                return
            self._putting_off = True
            if self._on_message:
                await self._first(Callback.LATER_UPDATE, None, Message({}))
            else:
                await self._first(Callback.LATER, {"flags": EPHEMERAL}, Message({}))
            self._progress = Progress.PUT_OFF

    async def tell(self, message: Message, *, private: bool) -> Payload:
        """Tell a message; returns it as Discord has it. Raises Gone, Later or Refusal."""
        async with self._lock:
            if self.over:
                raise Gone
            body = answering(message, private=private)
            try:
                if self._progress is Progress.FRESH:
                    return await self._told_first(message, body, private=private)
                if self._progress is Progress.PUT_OFF:
                    return await self._told_late(message, body, private=private)
                return await self._rest.follow_up(self._token, body, message.files)
            except Refusal as refused:
                self._end(refused)
                raise

    async def _told_first(self, message: Message, body: Payload, *, private: bool) -> Payload:
        callback = Callback.MESSAGE
        if private and self._replaces:
            callback, body = Callback.UPDATE, {"components": [], **message.body}
        answered = await self._first(callback, body, message) if self._standing is None else None
        if answered is not None:
            self._progress = Progress.TOLD
            told: Payload = answered["resource"]["message"]
            return told
        if self._putting_off:
            return await self._told_late(message, body, private=private)
        if message != self._standing:
            # The first answer is another message, whose own turn comes again: nothing takes its place.
            return await self._rest.follow_up(self._token, body, message.files)
        # It was told, and how Discord has it was lost: to put the same in its place changes nothing.
        told = await self._rest.original(self._token, {**body, **message.body}, message.files)
        self._progress = Progress.TOLD
        return told

    async def _first(
        self, callback: Callback, data: Payload | None, message: Message
    ) -> Payload | None:
        """The callback; None when Discord has one already, whose answer was lost on its way to us.

        In bad weather it is tried again as long as Discord waits for it: a second one does nothing.
        Which message Discord has is known then: this one, or the one that was tried first.
        """
        self._tried = self._tried or message
        while True:
            try:
                return await self._rest.callback(self._id, self._token, callback, data, message.files)
            except Garbled:
                self._standing = message
                return None
            except Refusal as refused:
                if refused.code == ACKNOWLEDGED:
                    self._standing = self._standing or self._tried
                    return None
                self._end(refused)
                raise
            except Later as later:
                wait = AGAIN_SECONDS if later.seconds is None else later.seconds
                if self._now() - self._began + wait > FIRST_SECONDS:
                    raise
                await self._pause(wait)

    async def _told_late(self, message: Message, body: Payload, *, private: bool) -> Payload:
        """Fill what was put off, where it may be seen by the same people; else follow it up."""
        if self._on_message:
            told = await self._rest.follow_up(self._token, body, message.files)
        elif private or not self._putting_off:
            told = await self._original(message, body)
        else:
            words = render(
                say("The answer follows, for everybody to see."), reader(self._language, "UTC")
            )
            await self._rest.original(self._token, {"content": words, "allowed_mentions": NOBODY})
            told = await self._rest.follow_up(self._token, body, message.files)
        self._progress = Progress.TOLD
        return told

    async def _original(self, message: Message, body: Payload) -> Payload:
        try:
            return await self._rest.original(self._token, message.body, message.files)
        except Refusal as refused:
            # Whoever asked has waved the waiting line away.
            if refused.code != UNKNOWN_MESSAGE:
                raise
            return await self._rest.follow_up(self._token, body, message.files)

    def _end(self, refused: Refusal) -> None:
        if refused.code in INTERACTION_GONE:
            self._progress = Progress.GONE
            raise Gone from refused
