"""One row: handed to its platform until that has it, or given up; what became of it is noted."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from enum import Enum, auto
from typing import TypeVar

from bot.chat import Kind, Outgoing, Place
from bot.ports import Chat, Later, Mark, StorageBroken, StorageFault, Undeliverable
from bot.writer.crashes import wordless
from bot.writer.resting import Resting

log = logging.getLogger("talkoot.delivery")

ATTEMPTS_MAX = 12
"""With the waits below: about an hour of trying before a message is given up."""

WAIT_SECONDS_FIRST = 1.0
WAIT_SECONDS_MAX = 900.0
"""The longest wait that a platform may ask for or that back-off reaches."""

OVERTAKEN = "overtaken"
"""The receipt of an edit that was left out, because a later one of the same card waited behind it."""

NO_CARD = ""
"""The receipt of an edit that was left out, because its room came to us after the card was shown."""

KNOWN_MAX = 5_000
"""How many rows are remembered that were sent lately."""

UNASKED = frozenset({Kind.DIGEST, Kind.REMINDER})
"""What comes to a person without their having said something just now."""

Ours = Callable[[], Awaitable[bool]]


class Became(Enum):
    """What became of a row: told or given up, left out for a newer one, or left to others."""

    TOLD = auto()
    OVERTAKEN = auto()
    LEFT = auto()


K = TypeVar("K")
V = TypeVar("V")


class Sender:
    """Sends single rows, and knows the cards that it has sent."""

    def __init__(
        self,
        chats: Mapping[str, Chat],
        mark: Callable[[Mark], None],
        pause: Callable[[float], Awaitable[None]],
        unreached: Callable[[Outgoing], None],
        shown: Callable[[Outgoing, str | None], Awaitable[str | None]],
    ) -> None:
        """`shown` asks for the receipt of the card that an edit is of, and gets what is known of it.

        It raises StorageFault.
        """
        self._chats, self._mark, self._pause = chats, mark, pause
        self._unreached, self._shown = unreached, shown
        self._receipts: dict[tuple[str, str | None, Place], str] = {}

    async def deliver(self, row: Outgoing, ours: Ours, resting: Resting | None = None) -> Became:
        """Send a row, or give it up, or leave it to others.

        `ours` waits until it may be tried again, and says whether it is ours still. An edit that waits
        to be tried again is left out once a newer one rests behind it. Raises StorageBroken.
        """
        wait = WAIT_SECONDS_FIRST
        for attempt in range(ATTEMPTS_MAX):
            if attempt and not await ours():
                return Became.LEFT
            if resting is not None and resting.has_newer:
                self._mark(Mark(row.key, row.number, receipt=OVERTAKEN))
                return Became.OVERTAKEN
            try:
                replaces = await self._replaces(row)
                if replaces is None and row.reply.kind is Kind.EDIT and row.reply.place is not None:
                    # Nobody there asked for it; what `/show` shows there changes from then on.
                    self._mark(Mark(row.key, row.number, receipt=NO_CARD))
                    return Became.TOLD
                receipt = await self._chats[row.place.platform].send(row, replaces)
            except Later as later:
                seconds = wait if later.seconds is None else later.seconds
                await self._pause(min(max(seconds, 0.0), WAIT_SECONDS_MAX))
                wait = min(wait * 2, WAIT_SECONDS_MAX)
            except Undeliverable as why:
                self._cannot_reach(row, str(why))
                return Became.TOLD
            except StorageBroken:
                raise
            except Exception as bug:
                told = wordless(bug) if row.person else bug
                log.exception("a bug while sending %s", row.id, exc_info=told)
                self._give_up(row, "a bug; the log has it")
                return Became.TOLD
            else:
                self._sent(row, receipt)
                return Became.TOLD
        self._give_up(row, f"tried {ATTEMPTS_MAX} times")
        return Became.TOLD

    async def _replaces(self, row: Outgoing) -> str | None:
        """The receipt of the card that an edit replaces. Raises Later where the store is away."""
        if row.reply.kind is not Kind.EDIT or row.reply.ref is None:
            return None
        known = self._receipts.get((row.collective, row.reply.ref, row.place))
        try:
            return await self._shown(row, known)
        except StorageFault as fault:
            log.warning("an edit waits: %s", fault)
            raise Later from fault

    def _sent(self, row: Outgoing, receipt: str) -> None:
        if row.reply.kind is Kind.CARD:
            remember(self._receipts, (row.collective, row.reply.ref, row.place), receipt)
        self._mark(Mark(row.key, row.number, receipt=receipt, fleeting=row.reply.fleeting))

    def _cannot_reach(self, row: Outgoing, why: str) -> None:
        self._give_up(row, why)
        if row.person and row.reply.kind in UNASKED:
            self._unreached(row)

    def _give_up(self, row: Outgoing, why: str) -> None:
        log.error("could not deliver %s: %s", row.id, why)
        self._mark(Mark(row.key, row.number, failure=why, fleeting=row.reply.fleeting))


def remember(memory: dict[K, V], key: K, value: V) -> None:
    """Keep the newest so many things."""
    memory[key] = value
    while len(memory) > KNOWN_MAX:
        del memory[next(iter(memory))]
