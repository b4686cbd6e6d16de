"""The one way out to Discord: rows of the outbox, and what the adapter says by itself.

A row is told as an interaction's answer, a message, an edit, a poll. An interaction is answered in
itself as long as it lives; then in its channel, or, where it is private, by direct message, if that is
open. A receipt is the channel and the message, with the poll's message behind: `12/34`, `12/34/56`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from adapters.discord.before import Before, same_as
from adapters.discord.components import cut
from adapters.discord.conversation import Conversation, Gone
from adapters.discord.incoming import is_vote
from adapters.discord.markdown import Markdown, cut_off
from adapters.discord.outgoing import (
    CONTENT_CHARACTERS_MAX,
    Message,
    in_channel,
    messages_of,
    plain,
    reader_of,
    without_files,
)
from adapters.discord.pollbook import PollBook
from adapters.discord.polls import is_poll_of, native_poll, poll_body, shown_already
from adapters.discord.recent import Recent
from adapters.discord.rest import (
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    NO_REPLYING,
    NO_TEXT_CHANNEL,
    OTHER_CHANNEL,
    PERSON_CLOSED,
    POLL_EXPIRED,
    THREAD_ARCHIVED,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    Garbled,
    Refusal,
    Rest,
    final_of,
)
from adapters.discord.signs import sign
from bot.chat import Incoming, Key, Kind, Outgoing, Place
from bot.ports import Later, Paint, StorageFault, Undeliverable
from bot.text.languages import reader
from bot.text.rendering import render, visible
from bot.text.wording import Node, Typed, say
from bot.writer.pictures import painted

log = logging.getLogger("talkoot.discord")

CLOSED_SECONDS = 6 * 3600.0
"""How long somebody whose direct messages are closed is left in peace: every try counts against us."""

KNOWN_MAX = 5_000
"""How many people and half-told rows are remembered."""

CONVERSATIONS_MAX = 10_000
"""How many interactions are remembered: more than come in the quarter of an hour that one lasts."""

SENT_MAX = 10_000
"""How many rows are remembered that were told."""

WHISPER_SECONDS = (1.0, 5.0, 30.0, 120.0)
"""The waits between the attempts to say what no row says."""

STALE_PART = 98
"""The part of an edit's row by which a room hears that its card stays as it is."""

TITLE_CHARACTERS_MAX = 100
"""Of a forum's post (Resources, Channel, Start Thread in Forum or Media Channel)."""

UNREAD = "unread"
"""The receipt of what was told for certain, and nobody knows under which number."""

UNSAID = "unsaid"
"""The receipt of what need not be said: Discord shows a vote in its own poll itself."""

UNSHOWN = say(
    "I took this in, but Discord refuses my answer to it. Whoever runs me finds why in the log."
)

Payload = dict[str, Any]
Name = tuple[Key, int]
"""By what a row is known: the message that it answers, and its number."""


class Teller:
    """Tells rows. It keeps only what makes telling quicker or gentler, never what must be known."""

    def __init__(
        self,
        rest: Rest,
        book: PollBook,
        now: Callable[[], float],
        wall: Callable[[], float],
        *,
        markup: Markdown | None = None,
        cards: Callable[[str, str], dict[Place, str]] = lambda _collective, _ref: {},
        paint: Paint | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`now` gives seconds that never go back, `wall` the time of day in seconds since 1970.

        `markup` is how commands are written there; `cards` gives the receipts of a collective's
        thing, by room. Without `paint`, pictures are told in words.
        """
        self.conversations: Recent[str, Conversation] = Recent(CONVERSATIONS_MAX)
        """What is being asked, by the key of the interaction: who listens puts it here."""
        self._rest, self._book, self._cards, self._paint = rest, book, cards, paint
        self.before = Before(rest, wall)
        self._now, self._pause = now, pause
        self._markup = markup or Markdown()
        self._sending: dict[Name, asyncio.Task[str]] = {}
        self._sent: Recent[Name, str] = Recent(SENT_MAX)
        self._parts: Recent[Name, list[str]] = Recent(KNOWN_MAX)
        self._direct: Recent[str, str] = Recent(KNOWN_MAX)
        self._closed: Recent[str, float] = Recent(KNOWN_MAX)

    async def tell(self, row: Outgoing, replaces: str | None) -> str:
        """Deliver a row, or join its delivery where that began already; returns the receipt.

        Raises Later or Undeliverable.
        """
        name = _name(row)
        sent = self._sent.get(name)
        if sent is not None:
            return sent
        return await asyncio.shield(self._begun(name, row, replaces))

    def answer(self, conversation: Conversation, rows: Sequence[Outgoing]) -> bool:
        """Begin with an interaction's answers at once: they wait for no other row of their room.

        Returns whether any of the rows answers it.
        """
        answers = [row for row in rows if conversation.takes(row)]
        for row in answers:
            name = _name(row)
            if name not in self._sent:
                self._begun(name, row, None)
        return bool(answers)

    async def whisper(
        self, conversation: Conversation, asked: Incoming, words: Node, language: str
    ) -> None:
        """Tell whoever asked, alone: in the interaction, or by direct message where that is over."""
        message = _plain(words, language)
        for seconds in WHISPER_SECONDS:
            try:
                await self._whisper(conversation, asked, message)
            except Later:
                await self._pause(seconds)
            else:
                return
        await self._whisper(conversation, asked, message)

    async def reply(self, conversation: Conversation, words: Node, language: str) -> None:
        """Tell whoever asked, alone, in the interaction; once."""
        await conversation.tell(_plain(words, language), private=True)

    async def post(self, channel: str, words: Node) -> None:
        """Say something in a channel that no row says; once."""
        await self._rest.send(channel, _plain(words, "en").body)

    async def close(self) -> None:
        """Stop telling; what is not told stays in the outbox."""
        sending = list(self._sending.values())
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)

    async def _whisper(self, conversation: Conversation, asked: Incoming, message: Message) -> None:
        try:
            await conversation.tell(message, private=True)
        except Gone:
            # Discord says that it failed, which need not be so.
            direct = await self._channel_of(asked.actor.id)
            once = {"nonce": asked.message, "enforce_nonce": True}
            await self._rest.send(direct, {**message.body, **once})

    def _begun(self, name: Name, row: Outgoing, replaces: str | None) -> asyncio.Task[str]:
        task = self._sending.get(name)
        if task is None:
            task = self._sending[name] = asyncio.create_task(self._told(row, replaces))
            task.add_done_callback(lambda done: self._ended(name, done))
        return task

    def _ended(self, row: Name, done: asyncio.Task[str]) -> None:
        del self._sending[row]
        # Whoever waits hears of a failure; who began it early leaves it to them.
        if not done.cancelled() and done.exception() is None:
            self._sent[row] = done.result()

    async def _told(self, row: Outgoing, replaces: str | None) -> str:
        """Tell a row; returns its receipt. Raises Later or Undeliverable."""
        if row.reply.chart is not None:
            row = await painted(row, self._paint)
        try:
            if row.reply.kind is Kind.EDIT:
                return await self._edit(row, replaces)
            if shown_already(row):
                return UNSAID
            return await self._tell(row)
        except StorageFault as fault:
            raise Later from fault
        except Undeliverable:
            self._parts.pop(_name(row), None)
            raise
        except Refusal as refused:
            final = final_of(refused)
            if isinstance(final, Undeliverable):
                await self._own_up(row)
                self._parts.pop(_name(row), None)
            raise final from refused

    async def _own_up(self, row: Outgoing) -> None:
        """Say in its interaction that an answer cannot be shown: else whoever asked waits for ever."""
        conversation = self.conversations.get(row.key.message)
        if conversation is None or not conversation.takes(row) or self._parts.get(_name(row)):
            return
        with suppress(Garbled, Gone, Later, Refusal):
            await conversation.tell(self._words(UNSHOWN, row), private=True)

    async def _tell(self, row: Outgoing) -> str:
        """In its interaction, if it has one that takes it; else as a message."""
        conversation = self.conversations.get(row.key.message)
        if conversation is None or not conversation.takes(row):
            return await self._tell_parts(row, None)
        async with conversation.turn:
            return await self._tell_parts(row, conversation)

    async def _tell_parts(self, row: Outgoing, conversation: Conversation | None) -> str:
        """Its parts in order; what was told before a failure is not told again."""
        told = self._parts.setdefault(_name(row), [])
        for part, message in enumerate(messages_of(row, self._markup)):
            if part >= len(told):
                told.append(await self._tell_part(row, part, message, conversation, told[:1]))
        receipt = await self._with_poll(row, told[-1])
        self._parts.pop(_name(row), None)
        await sign(self._rest, row, receipt)
        await self._warn(row, conversation)
        return receipt

    def _channel_for(self, row: Outgoing, begun: Sequence[str]) -> str:
        """Where a row is told: where it was `begun`, was asked for, or where its thing has its card."""
        if begun and "/" in begun[0]:
            return begun[0].split("/")[0]
        if row.thread or row.person or row.reply.kind is Kind.CARD or not row.reply.ref:
            return row.thread or row.place.room
        card = self._cards(row.collective, row.reply.ref).get(row.place, "")
        return card.split("/")[0] or row.place.room

    async def _warn(self, row: Outgoing, conversation: Conversation | None) -> None:
        """Say, below a card, that it cannot follow what happens, where the bot may not do that."""
        if conversation is None or row.reply.kind is not Kind.CARD or not conversation.lacking:
            return
        words = say(
            "I lack rights in this channel ({rights}), so this card stays as it is. Give them to my "
            "role here (Edit Channel, Permissions); until then {show} tells how it stands.",
            rights=", ".join(conversation.lacking),
            show=Typed(f"show {row.reply.ref}"),
        )
        with suppress(Garbled, Gone, Later, Refusal):
            await conversation.tell(self._words(words, row), private=True)

    def _words(self, words: Node, row: Outgoing) -> Message:
        return plain(render(words, reader_of(row), self._markup))

    async def _tell_part(
        self,
        row: Outgoing,
        part: int,
        message: Message,
        conversation: Conversation | None,
        begun: Sequence[str],
    ) -> str:
        try:
            if conversation is not None and not conversation.over:
                try:
                    return _receipt(await conversation.tell(message, private=bool(row.person)))
                except Gone:
                    log.info("too late for the interaction of %s", row.id)
                except Garbled:
                    return await self._told_unread(self._channel_for(row, begun), row, message)
            if row.person:
                return await self._tell_person(row, part, message)
            return await self._post(self._channel_for(row, begun), row, part, message)
        except Refusal as refused:
            if refused.code != MISSING_PERMISSIONS or not message.files:
                raise
            bare = self._without_files(message, row)
            return await self._tell_part(row, part, bare, conversation, begun)

    async def _told_unread(self, channel: str, row: Outgoing, message: Message) -> str:
        """The receipt of what was told, as nobody could read: looked for, where all see it."""
        found = None if row.person else await self.before.since(channel, row, same_as(message))
        return UNREAD if found is None else _receipt(found)

    def _without_files(self, message: Message, row: Outgoing) -> Message:
        """The same in words alone, for a channel in which nothing may be attached."""
        names = ", ".join(file.name for file in message.files)
        lost = self._words(say("I may not attach files here, so {names} is missing.", names=names), row)
        return without_files(message, lost.body["content"])

    async def _tell_person(self, row: Outgoing, part: int, message: Message) -> str:
        """By direct message; a refusal may go to the room where everybody read what it is about."""
        if self._now() >= self._closed.get(row.person, 0.0):
            try:
                return await self._post(await self._channel_of(row.person), row, part, message)
            except Refusal as refused:
                if refused.code not in PERSON_CLOSED:
                    raise
                self._closed[row.person] = self._now() + CLOSED_SECONDS
        if row.reply.kind is Kind.REFUSAL and row.key.message.isdecimal():
            return await self._post(row.thread or row.place.room, row, part, message)
        if row.reply.kind is Kind.REFUSAL and is_vote(row.key.message):
            # Who voted stands in the poll for all to see; that it does not count must not be lost.
            content = cut_off(f"<@{row.person}>: {message.body['content']}", CONTENT_CHARACTERS_MAX)
            named = Message({**message.body, "content": content}, message.files)
            return await self._post(row.thread or row.place.room, row, part, named)
        raise Undeliverable("their direct messages are closed to the bot")

    async def _channel_of(self, person: str) -> str:
        known = self._direct.get(person)
        if known is None:
            known = self._direct[person] = await self._rest.direct(person)
        return known

    def opened(self, person: str) -> None:
        """Somebody wrote to the bot directly: they can be written to again."""
        self._closed.pop(person, None)

    async def _post(self, channel: str, row: Outgoing, part: int, message: Message) -> str:
        answers = row.key.message if row.key.message.isdecimal() and not row.person else ""
        body = in_channel(message, row, part, answers)
        try:
            told = await self.before.told(channel, row, same_as(message))
            return _receipt(told or await self._rest.send(channel, body, message.files))
        except Refusal as refused:
            if refused.code in {NO_TEXT_CHANNEL, OTHER_CHANNEL}:
                return await self._begin_post(channel, row, message)
            if refused.code != NO_REPLYING:
                raise
            body = in_channel(message, row, part)
            return _receipt(await self._rest.send(channel, body, message.files))

    async def _begin_post(self, forum: str, row: Outgoing, message: Message) -> str:
        """In a forum nothing is said but in a post of its own."""
        name = render(row.reply.body, reader_of(row)).strip().partition("\n")[0]
        title = cut(visible(name) or "…", TITLE_CHARACTERS_MAX)
        begun = await self.before.begun(forum, row, title, same_as(message))
        if begun is None:
            begun = await self._rest.begin_post(forum, title, message.body, message.files)
        return _receipt(begun)

    async def _with_poll(self, row: Outgoing, receipt: str) -> str:
        """Open the poll of a card that may have one, below it."""
        if not row.reply.native or row.person or "/" not in receipt:
            return receipt
        poll = native_poll(row, partial(render, reader=reader_of(row)))
        if poll is None:
            return receipt
        channel, card = receipt.split("/")[:2]
        try:
            sent = await self.before.told(channel, row, lambda found: is_poll_of(found, card))
            sent = sent or await self._rest.send(channel, poll_body(poll, card, row))
        except Refusal as refused:
            log.warning("no poll below the card of %s, which has its menu: %s", row.reply.ref, refused)
            return receipt
        self._book.opened(channel, str(sent["id"]))
        return f"{receipt}/{sent['id']}"

    async def _edit(self, row: Outgoing, replaces: str | None) -> str:
        if replaces is None or "/" not in replaces:
            raise Undeliverable(f"the card of {row.reply.ref} was never shown")
        channel, card, *poll = replaces.split("/")
        (message,) = messages_of(row, self._markup)
        try:
            await self._edit_anywhere(channel, card, message)
        except Refusal as refused:
            if refused.code in _PLAINLY_HERE:
                await self._say_stale(row, f"{channel}/{card}", _PLAINLY_HERE[refused.code])
            raise
        if poll and (row.reply.hides or not row.reply.menus):
            await self._end_poll(channel, poll[0])
        return replaces

    async def _edit_anywhere(self, channel: str, card: str, message: Message) -> None:
        """Edit a card, also in a thread that Discord has put away."""
        try:
            await self._rest.edit(channel, card, message.body, message.files)
        except Refusal as refused:
            if refused.code != THREAD_ARCHIVED:
                raise
            await self._rest.unarchive(channel)
            await self._rest.edit(channel, card, message.body, message.files)

    async def _say_stale(self, row: Outgoing, card: str, why: Node) -> None:
        """Say in the room, once, that a card cannot follow any more what happens."""
        if self._book.is_stale(card):
            return
        words = say(
            "The card of {ref} cannot be kept up to date any more: {why} {show} tells how it stands.",
            ref=row.reply.ref or "",
            why=why,
            show=Typed(f"show {row.reply.ref}"),
        )
        with suppress(Refusal):
            await self._post(row.place.room, row, STALE_PART, self._words(words, row))
            self._book.stale(card)

    async def _end_poll(self, channel: str, poll: str) -> None:
        path = "/channels/{channel_id}/polls/{message_id}/expire"
        try:
            await self._rest.ask("POST", path, channel_id=channel, message_id=poll)
        except Refusal as refused:
            if refused.code not in {POLL_EXPIRED, UNKNOWN_MESSAGE}:
                raise
        self._book.ended(poll)


_PLAINLY_HERE = {
    UNKNOWN_CHANNEL: say("its channel is gone."),
    UNKNOWN_MESSAGE: say("it was deleted."),
    MISSING_ACCESS: say("I may not see its channel."),
    MISSING_PERMISSIONS: say("I lack the rights for that in its channel."),
    THREAD_ARCHIVED: say("its thread is closed."),
}
"""Why a card cannot be edited, for those who read it."""


def _name(row: Outgoing) -> Name:
    return row.key, row.number


def _plain(words: Node, language: str) -> Message:
    """Words that no row says."""
    return plain(render(words, reader(language, "UTC"), Markdown()))


def _receipt(message: Payload) -> str:
    return f"{message['channel_id']}/{message['id']}"
