"""A few words that are no answer of the engine: why the bot does not act on what somebody wrote.

Each is told once; what could not be told is tried again with what is heard next.
"""

from __future__ import annotations

import hashlib
import logging

from adapters.matrix.events import MESSAGE
from adapters.matrix.faults import Denied, Limited, Unreachable
from adapters.matrix.link import Link
from adapters.matrix.memory import remember
from bot.collective.prefixes import BANG
from bot.ports import TurnedAway
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import Node

log = logging.getLogger("talkoot.matrix")


class Teller:
    """Tells each thing once."""

    def __init__(self, link: Link, language: str) -> None:
        """Nothing was told yet."""
        self._link = link
        self._reader = reader(language, "UTC", BANG)
        self._told: dict[str, None] = {}
        self._waiting: dict[str, tuple[str, str, Node]] = {}

    async def tell(self, room: str, event: str, words: Node, once: str) -> None:
        """Answer an event, unless what is told `once` was told before, also before a restart."""
        if once in self._told:
            return
        remember(self._told, once, None)
        remember(self._waiting, once, (room, event, words))
        await self.again()

    async def again(self) -> None:
        """Try to tell what could not be told yet."""
        for once, (room, event, words) in list(self._waiting.items()):
            content = {
                "msgtype": "m.notice",
                "body": render(words, self._reader),
                "m.mentions": {},
                "m.relates_to": {"m.in_reply_to": {"event_id": event}},
            }
            txn = hashlib.sha256(once.encode()).hexdigest()[:40]
            try:
                await self._link.send(room, MESSAGE, content, txn)
            except (Denied, Limited, Unreachable, TurnedAway) as why:
                log.warning("could not tell why nothing was done in %s: %s", room, why)
                if isinstance(why, Limited | Unreachable):
                    return
            del self._waiting[once]
