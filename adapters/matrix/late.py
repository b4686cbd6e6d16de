"""Messages that we cannot read yet: kept until their key comes, which may be later than they.

Who wrote one is told once for each of their sessions when its key does not come. What is kept survives
a restart, and is given up after a day. A message whose meaning could not be looked up is set aside here
too, so that nobody else waits for it: it is tried again a few times, and then passed over. What the
same person says after it in that room waits behind it for a while, for it may be a newer vote of
theirs.
"""

from __future__ import annotations

import logging
from collections import Counter

import msgspec

from adapters.matrix.events import ENCRYPTED, Event, text
from adapters.matrix.faults import Limited, Unreachable
from adapters.matrix.link import Link
from adapters.matrix.telling import Teller
from bot.ports import Clock
from bot.text.wording import say

log = logging.getLogger("talkoot.matrix")

TRIES_MAX = 8
"""How often what was set aside is tried again: about four minutes, each wait twice as long."""

HELD_TRIES_MAX = 4
"""How often of these what the same person said later waits behind it: about half a minute."""

UNREAD_MAX = 200
"""The most messages that are kept; a room whose keys never come must not fill the memory."""

PATIENCE_MS = 60_000
"""How long a key may take before its sender is told."""

GIVEN_UP_MS = 24 * 3_600_000

CANNOT_READ = say("I cannot read this message: its key has not reached me. Please send it again.")
UNTRUSTED = say("I do not act on this message: I do not trust the device that it was written with.")


class Unread(msgspec.Struct, array_like=True):
    """A message without its key: where and which it is, since when (ms), and whether that was told.

    `missed` says that it was said while we were away, `said` when that was, `by` who wrote it; `tries`
    how often it was set aside, 0 where only its key is missing; `held` that it only waits behind
    another one of theirs; `plain` that its room was not encrypted when it was said.
    """

    room: str
    event: str
    at: int
    told: bool = False
    missed: bool = False
    said: int = 0
    by: str = ""
    tries: int = 0
    held: bool = False
    plain: bool = False

    @property
    def again(self) -> int:
        """When (ms) to try again what was set aside."""
        return 0 if self.held else self.at + (1_000 << self.tries)

    @property
    def voice(self) -> tuple[str, str]:
        """Whose words these are in which room."""
        return self.room, self.by

    @property
    def holds(self) -> bool:
        """Whether what they say later waits behind it."""
        return self.held or 0 < self.tries <= HELD_TRIES_MAX

    def waits_for_key(self) -> None:
        """Only its key is missing, which may never come: nothing waits behind it."""
        self.tries, self.held = 0, False


class Late:
    """The messages that wait for their keys."""

    def __init__(self, link: Link, clock: Clock, teller: Teller) -> None:
        """Nothing waits yet."""
        self._link, self._clock, self._teller = link, clock, teller
        self._waiting: dict[str, tuple[Unread, Event]] = {}
        self._taken: dict[str, Unread] = {}
        self._just_kept = False

    def _now(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    def unread(self) -> list[Unread]:
        """What still waits, to be kept across a restart."""
        return [unread for unread, _ in self._waiting.values()]

    async def take_up(self, unread: list[Unread]) -> None:
        """Wait again for what an earlier run waited for."""
        for each in unread:
            try:
                event = await self._link.event(each.room, each.event)
            except (Unreachable, Limited):
                # It is looked up when it is its turn, before what comes after it.
                event = Event(ENCRYPTED, each.by, each.event)
                each.tries = each.tries or 1
            else:
                if event is not None and event.type == ENCRYPTED:
                    # Also where it was open before: its device may have gone.
                    each.waits_for_key()
            if event is not None:
                self._waiting[each.event] = (each, event)
        self._just_kept = True

    @property
    def is_busy(self) -> bool:
        """Whether something is to be tried again soon, also if nothing happens."""
        return self._just_kept or any(it.tries or it.held for it, _ in self._waiting.values())

    def is_behind(self, room: str, event: Event) -> bool:
        """Whether something that its author said before it is still to be read."""
        for unread, _ in self._waiting.values():
            if unread.event == event.event_id:
                return False
            taken = self._taken.get(unread.event) is unread
            if unread.holds and unread.voice == (room, event.sender) and not taken:
                return True
        return False

    def hold(self, unread: Unread, event: Event) -> None:
        """Read an event when what its author said before it is read."""
        unread.held = True
        self._keep(unread, event)

    def set_aside(self, unread: Unread, event: Event) -> None:
        """Try again later what could not be looked up; or give it up."""
        if unread.tries >= TRIES_MAX:
            log.error("gave up event %s in %s: it could not be looked up", unread.event, unread.room)
            return
        log.warning("event %s in %s cannot be looked up; it is set aside", unread.event, unread.room)
        unread.tries += 1
        self._keep(unread, event)

    def aside(
        self, room: str, event: Event, tries: int, *, missed: bool, said: int, plain: bool
    ) -> Unread:
        """What is kept of an event that cannot be read now, though it is no question of keys."""
        now = self._now()
        at = said or now
        return Unread(room, event.event_id, now, True, missed, at, event.sender, tries, False, plain)

    def keep(self, room: str, event: Event, *, missed: bool, said: int) -> None:
        """Wait for the key of a message; `said` is when it was said, 0 for now."""
        if not self._link.keys.there:
            log.warning("a message in %s is encrypted, and encryption is switched off", room)
            return
        now = self._now()
        unread = Unread(room, event.event_id, now, missed=missed, said=said or now, by=event.sender)
        if event.event_id not in self._waiting:
            self._keep(unread, event)
        self._just_kept = True

    def _keep(self, unread: Unread, event: Event) -> None:
        self._waiting[unread.event] = (unread, event)
        while len(self._waiting) > UNREAD_MAX:
            log.error(
                "too many messages wait for their keys; the oldest of whoever has most is given up"
            )
            counts = Counter(unread.by for unread, _ in self._waiting.values())
            most = max(counts.values())
            del self._waiting[
                next(it.event for it, _ in self._waiting.values() if counts[it.by] == most)
            ]

    async def opened(self, room: str = "", *, new_keys: bool) -> list[tuple[Unread, Event]]:
        """The messages that can be read now and were not yet given, in the order they came.

        For one room these are only those whose keys came. They wait on until they are `handed_in`.
        """
        keys = new_keys or self._just_kept
        found, now, held = [], self._now(), set[tuple[str, str]]()
        for unread, event in list(self._waiting.values()):
            aside = unread.held or unread.tries > 0
            if unread.event in self._taken or (room and (aside or unread.room != room)):
                continue
            if aside and (unread.voice in held or now < unread.again):
                if unread.holds:
                    held.add(unread.voice)
                continue
            if not aside and not keys:
                continue
            opened = await self._try(unread, event)
            if opened is not None and opened.type != ENCRYPTED:
                found.append((unread, opened))
                self._taken[unread.event] = unread
            elif now - unread.at > GIVEN_UP_MS:
                self._waiting.pop(unread.event, None)
            elif unread.holds:
                held.add(unread.voice)
        return found

    def handed_in(self) -> None:
        """What was opened is durable; but what was set aside anew goes on waiting."""
        for event, unread in self._taken.items():
            if event in self._waiting and self._waiting[event][0] is unread:
                del self._waiting[event]
        self._just_kept = False
        self.not_handed_in()

    def not_handed_in(self) -> None:
        """What was opened may be lost: it is given again."""
        self._taken.clear()

    async def _try(self, unread: Unread, event: Event) -> Event | None:
        """A message as it can be read now; it stays encrypted, or is None, where that still fails."""
        if event.type != ENCRYPTED:
            return event
        if not unread.tries:
            return self._link.keys.unlock(event, unread.room)
        try:
            found = await self._link.event(unread.room, unread.event)
        except (Unreachable, Limited) as why:
            log.warning("event %s cannot be looked up: %s", unread.event, why)
            unread.tries = min(unread.tries + 1, TRIES_MAX)
            return None
        if found is None:
            del self._waiting[unread.event]
        elif found.type == ENCRYPTED:
            # It was found; now it waits for its key, as others do.
            unread.waits_for_key()
            self._waiting[unread.event] = (unread, found)
        return found

    async def tell(self) -> None:
        """Tell those whose keys do not come, once for each of their sessions."""
        for unread, event in list(self._waiting.values()):
            if unread.told or self._now() - unread.at < PATIENCE_MS:
                continue
            unread.told = True
            told = UNTRUSTED if self._link.keys.opens(event, unread.room) else CANNOT_READ
            log.warning("no key came for a message of %s in %s", event.sender, unread.room)
            session = text(event.content, "session_id")
            once = f"unread|{unread.room}|{event.sender}|{session}"
            await self._teller.tell(unread.room, unread.event, told, once)
