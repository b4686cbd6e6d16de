"""Sending: each row of the outbox becomes its events, and every event is sent once.

A row is one message, perhaps in pieces, with files, and with a poll beside it. All have transaction ids
made from the row. What waited longer than homeservers remember those is looked for in its room first.
No reaction is put under a card: clients would count it as a vote of ours. Only a message that was
answered in private gets a sign.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from adapters.matrix import polls
from adapters.matrix.direct import Direct
from adapters.matrix.events import ANNOTATION, REACTION
from adapters.matrix.faults import Denied, Limited, Unreachable
from adapters.matrix.incoming import MATRIX
from adapters.matrix.link import Link
from adapters.matrix.memory import remember
from adapters.matrix.outgoing import ROW, Part, parts, plain_text, transaction
from adapters.matrix.presses import poll_of
from bot.chat import ELSEWHERE, Kind, Outgoing, Place
from bot.ports import Clock, Outbox
from bot.text.wording import say

log = logging.getLogger("talkoot.matrix")

REMEMBERED_SECONDS = 600
"""How long every homeserver remembers a transaction id (Synapse: a day; others may be shorter)."""

SIGN_TRIES_MAX = 4
SIGN_PAUSE_SECONDS = 1.0
"""How often a sign is tried at all, and after what: other answers to the same person wait for it."""

LOOKED_BACK_MS = 60_000
"""How far before a message was decided it is looked for: two clocks may differ."""

Pause = Callable[[float], Awaitable[None]]


class Speaker:
    """Everything that we send."""

    def __init__(self, link: Link, outbox: Outbox, direct: Direct, clock: Clock, pause: Pause) -> None:
        """`clock` tells how old a row is, `pause` waits."""
        self._link, self._outbox, self._direct = link, outbox, direct
        self._clock, self._pause = clock, pause
        self._sent: dict[str, str] = {}
        self._told: dict[str, tuple[int, dict[str, str]]] = {}
        self._turn = asyncio.Lock()
        self._quiet_until = 0.0
        self.polls: dict[str, str] = {}

    async def deliver(self, outgoing: Outgoing, replaces: str | None) -> str:
        """Send a row, or edit the event `replaces`; the id of its first event."""
        room = await self._room_of(outgoing)
        receipt = ""
        # Reactions are never encrypted, so where all else is they press nothing.
        signs = not outgoing.reply.ref or not await self._link.encrypted(room)
        for part in parts(outgoing, room, replaces, signs=signs):
            event = await self._put(room, outgoing, part)
            receipt = receipt or event
        if replaces is None and outgoing.reply.kind is Kind.CARD:
            await self._open_poll(room, outgoing, receipt)
        elif replaces is not None and (outgoing.reply.hides or not outgoing.reply.menus):
            await self._close_poll(room, outgoing, replaces)
        if outgoing.elsewhere and room != outgoing.place.room:
            await self._sign(outgoing)
        return receipt

    async def _sign(self, outgoing: Outgoing) -> None:
        """Show at the message that asked that it was answered.

        It is only a courtesy: where it is denied, or the homeserver has enough of us, there is none.
        """
        room, asked = outgoing.place.room, outgoing.key.message
        content = {"m.relates_to": {"rel_type": ANNOTATION, "event_id": asked, "key": ELSEWHERE}}
        for _ in range(SIGN_TRIES_MAX):
            try:
                event = await self._link.event(room, asked)
                if event is not None and event.content:  # it was not taken back meanwhile
                    await self._link.send(room, REACTION, content, transaction(outgoing, "sign"))
            except Unreachable:
                await self._pause(SIGN_PAUSE_SECONDS)
            except (Denied, Limited):
                return
            else:
                return
        log.warning("no sign could be put at the message that %s answers", outgoing.id)

    async def _room_of(self, outgoing: Outgoing) -> str:
        """Where a message goes: what is for one person, to the room with them alone."""
        room, person = outgoing.place.room, outgoing.person
        if not person or await self._direct.is_with(room, person):
            return room
        return await self._direct.room_with(person)

    async def _put(self, room: str, outgoing: Outgoing, part: Part) -> str:
        """Send one event of a row, if that was not done before."""
        txn = transaction(outgoing, part.name)
        found = self._sent.get(txn) or await self._told_long_ago(room, outgoing, txn)
        if found is None:
            content = {**part.content, ROW: txn}
            if part.file is not None:
                file, encrypt = part.file, await self._link.encrypted(room)
                content |= await self._paced(
                    lambda: self._link.upload(file.data, file.media, file.name, encrypt=encrypt)
                )
            found = await self._paced(lambda: self._link.send(room, part.type, content, txn))
        remember(self._sent, txn, found)
        return found

    async def _paced(self, request: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401 - any answer
        """While the homeserver limits us, one request at a time tries; else all do at once."""
        loop = asyncio.get_running_loop()
        try:
            if loop.time() >= self._quiet_until:
                return await request()
            async with self._turn:
                await self._pause(max(self._quiet_until - loop.time(), 0.0))
                return await request()
        except Limited as limited:
            self._quiet_until = loop.time() + limited.seconds
            raise

    async def _told_long_ago(self, room: str, outgoing: Outgoing, txn: str) -> str | None:
        """The event of a row that waited so long that the homeserver may have forgotten it."""
        now = int(self._clock.now().timestamp() * 1000)
        if now - outgoing.at < REMEMBERED_SECONDS * 1000:
            return None
        since = outgoing.at - LOOKED_BACK_MS
        read_since, told = self._told.get(room, (now, {}))
        if read_since > since:
            told = await self._own_events(room, since)
            self._told[room] = (since, told)
        return told.get(txn)

    async def _own_events(self, room: str, since: int) -> dict[str, str]:
        """What we said in a room since an instant (ms), by transaction id."""
        found: dict[str, str] = {}
        start: str | None = None
        while start != "":
            events, start = await self._link.before(room, start, "")
            for event in events:
                txn = event.content.get(ROW)
                if event.sender == self._link.account.user and isinstance(txn, str):
                    found[txn] = event.event_id
            if not events or events[-1].origin_server_ts < since:
                break
        return found

    # --- What people can press -----------------------------------------------------------------

    async def _open_poll(self, room: str, outgoing: Outgoing, card: str) -> None:
        menu = polls.as_poll(outgoing.reply)
        if menu is None:
            return
        question = plain_text(menu.prompt, outgoing)
        labels = [plain_text(choice.label, outgoing) for choice in menu.choices]
        content = polls.start(question, labels, menu, card, outgoing.thread)
        poll = await self._put(room, outgoing, Part("poll", polls.START, content))
        remember(self.polls, poll, card)

    async def _close_poll(self, room: str, outgoing: Outgoing, card: str) -> None:
        """Close the poll of a card that has no menu any more, or hides its votes: a poll shows them."""
        poll = next((poll for poll, of in self.polls.items() if of == card), "")
        shown = self._outbox.shown(Place(MATRIX, outgoing.place.room), card)
        if not poll and shown is not None and polls.as_poll(shown.reply) is not None:
            poll = await poll_of(self._link, room, card, outgoing.thread or shown.thread)
        if poll:
            words = plain_text(say("The poll is closed."), outgoing)
            await self._put(room, outgoing, Part("poll end", polls.END, polls.end(poll, words)))
            self.polls.pop(poll, None)
