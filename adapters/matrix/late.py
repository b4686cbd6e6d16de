"""Messages that we cannot read yet: kept until their key comes, which may be later than they.

Who wrote one is told once for each of their sessions when its key does not come. What is kept survives
a restart, and is given up after a day.
"""

from __future__ import annotations

import hashlib
import logging

import msgspec

from adapters.matrix.events import ENCRYPTED, MESSAGE, Event, text
from adapters.matrix.faults import Denied, Limited, Unreachable
from adapters.matrix.link import Link
from bot.languages import reader
from bot.ports import Clock
from bot.wording import render, say

log = logging.getLogger("talkoot.matrix")

UNREAD_MAX = 200
"""The most messages that are kept; a room whose keys never come must not fill the memory."""

PATIENCE_MS = 60_000
"""How long a key may take before its sender is told."""

GIVEN_UP_MS = 24 * 3_600_000

CANNOT_READ = say("I cannot read this message: its key has not reached me. Please send it again.")
UNTRUSTED = say("I do not act on this message: I do not trust the device that it was written with.")


class Unread(msgspec.Struct, array_like=True):
    """A message without its key: where and which it is, since when (ms), and whether that was told.

    `missed` says that it was said while we were away, `said` when that was, `by` who wrote it.
    """

    room: str
    event: str
    at: int
    told: bool = False
    missed: bool = False
    said: int = 0
    by: str = ""


class Late:
    """The messages that wait for their keys."""

    def __init__(self, link: Link, clock: Clock, language: str) -> None:
        """Nothing waits yet."""
        self._link, self._clock = link, clock
        self._reader = reader(language, "UTC")
        self._waiting: dict[str, tuple[Unread, Event]] = {}
        self._told: dict[str, None] = {}
        self._just_kept = False

    def _now(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    def unread(self) -> list[Unread]:
        """What still waits, to be kept across a restart."""
        return [unread for unread, _ in self._waiting.values()]

    async def take_up(self, unread: list[Unread]) -> None:
        """Wait again for what an earlier run waited for."""
        for each in unread:
            event = await self._link.event(each.room, each.event)
            if event is not None:
                self._waiting[each.event] = (each, event)
        self._just_kept = True

    def keep(self, room: str, event: Event, *, missed: bool, said: int) -> None:
        """Wait for the key of a message; `said` is when it was said, 0 for now."""
        if not self._link.keys.there:
            log.warning("a message in %s is encrypted, and encryption is switched off", room)
            return
        now = self._now()
        unread = Unread(room, event.event_id, now, missed=missed, said=said or now, by=event.sender)
        self._waiting.setdefault(event.event_id, (unread, event))
        self._just_kept = True
        while len(self._waiting) > UNREAD_MAX:
            log.error("too many messages wait for their keys; the oldest is given up")
            del self._waiting[next(iter(self._waiting))]

    async def opened(self, *, new_keys: bool) -> list[tuple[Unread, Event]]:
        """The messages that can be read now, in the order they came."""
        if not new_keys and not self._just_kept:
            return []
        self._just_kept = False
        found = []
        for unread, event in list(self._waiting.values()):
            opened = await self._try(unread, event)
            if opened is not None and opened.type != ENCRYPTED:
                found.append((unread, opened))
                del self._waiting[unread.event]
            elif self._now() - unread.at > GIVEN_UP_MS:
                del self._waiting[unread.event]
        return found

    async def _try(self, unread: Unread, event: Event) -> Event | None:
        if event.type != ENCRYPTED:
            return event
        if event.content:
            return self._link.keys.unlock(event, unread.room)
        return await self._link.event(unread.room, unread.event)

    async def tell(self) -> None:
        """Tell those whose keys do not come, once for each of their sessions."""
        for unread, event in self._waiting.values():
            if unread.told or self._now() - unread.at < PATIENCE_MS:
                continue
            session = f"{event.sender} {text(event.content, 'session_id')}"
            if session not in self._told:
                await self._say(unread, event)
            self._told[session] = None
            unread.told = True

    async def _say(self, unread: Unread, event: Event) -> None:
        # What could be decrypted, but by no device of its sender's that counts, has no content here.
        told = CANNOT_READ if event.content else UNTRUSTED
        content = {
            "msgtype": "m.notice",
            "body": render(told, self._reader),
            "m.mentions": {},
            "m.relates_to": {"m.in_reply_to": {"event_id": unread.event}},
        }
        txn = hashlib.sha256(f"unread|{unread.event}".encode()).hexdigest()[:40]
        log.warning("no key came for a message of %s in %s", event.sender, unread.room)
        try:
            await self._link.send(unread.room, MESSAGE, content, txn)
        except (Denied, Limited, Unreachable) as why:
            log.warning("that could not be told: %s", why)
