"""The outbox: take, send, mark, back off, give up loudly.

Each address (a room, or a person) has its own line, in order, so that one that is slow or gone holds
up nobody else. A row is sent at least once; its id makes the second time harmless.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from bot.chat import Key, Kind, Outgoing, Place
from bot.ports import Chat, Later, Mark, Outbox, Queued, StorageFault, Undeliverable
from bot.writer.crashes import wordless

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

LOOKED_AHEAD_MAX = 200
"""How far ahead a line is looked through for a later edit of the same card."""

ROWS_MAX = 5_000
"""How many rows of the outbox are read at once, and how many were known lately."""

LINE_MAX = 500
"""The most rows of one line that are in memory: those behind them are read when it gets to them."""

UNREADABLE = "what was to be told cannot be read any more"
"""Why a row of the outbox was set aside that is damaged."""

UNASKED = frozenset({Kind.DIGEST, Kind.REMINDER})
"""What comes to a person without their having said something just now."""

Address = tuple[Place, str]


class Delivery:
    """Sends what the engine answered, over the platforms that are connected."""

    def __init__(
        self,
        chats: Mapping[str, Chat],
        outbox: Outbox,
        mark: Callable[[Mark], None],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        unreached: Callable[[Outgoing], None] = lambda _: None,
    ) -> None:
        """`mark` notes what became of a row; it is written with the engine's next batch.

        `unreached` hears of what could not be brought to a person in private.
        """
        self._chats, self._outbox, self._mark, self._pause = chats, outbox, mark, pause
        self._unreached = unreached
        self._lines: dict[Address, deque[Outgoing]] = {}
        self._more: dict[Address, int] = {}
        self._workers: dict[Address, asyncio.Task[None]] = {}
        self._receipts: dict[tuple[str, str | None, Place], str] = {}
        self._known: dict[tuple[Key, int], None] = {}

    def take_up(self) -> None:
        """Begin with what an earlier run left undelivered, however much it is."""
        after = 0
        while queued := self._outbox.queued(ROWS_MAX, after):
            self._enter(queued)
            after = queued[-1].position

    def offer(self, rows: Sequence[Outgoing]) -> None:
        """Put rows in their lines; platforms that are not connected keep theirs in the outbox."""
        for row in rows:
            self._put(row)

    def _enter(self, queued: Sequence[Queued]) -> None:
        """Put what waits in its lines; what cannot be read is set aside, loudly."""
        for each in queued:
            if each.outgoing is not None:
                self._put(each.outgoing, each.position)
            else:
                log.critical("set aside: %s, %s", each.key, UNREADABLE)
                self._mark(Mark(each.key, each.number, failure=UNREADABLE))

    def _put(self, row: Outgoing, position: int | None = None) -> None:
        """Put a row at the end of its line, if all before it are there.

        Where not, it is left in the outbox, from where the line goes on.
        """
        address = (row.place, row.person)
        name = (row.key, row.number)
        if row.place.platform not in self._chats or name in self._known or address in self._more:
            return
        line = self._lines.setdefault(address, deque())
        if len(line) >= LINE_MAX:
            # A row of which nobody says where it stands: the line is read again from its beginning.
            self._more[address] = 0 if position is None else position - 1
            return
        _remember(self._known, name, None)
        line.append(row)
        if address not in self._workers:
            self._workers[address] = asyncio.create_task(self._work(address))

    async def _go_on(self, address: Address) -> None:
        """Take more of a line whose end is still in the outbox."""
        after, line = self._more.pop(address, None), self._lines[address]
        while after is not None and not line:
            try:
                queued = self._outbox.queued(LINE_MAX + 1, after, address)
            except StorageFault as fault:
                log.warning("what waits is read later: %s", fault)
                await self._pause(WAIT_SECONDS_FIRST)
                continue
            self._enter(queued)
            after = queued[-1].position if len(queued) > LINE_MAX else None
        if after is not None:
            self._more.setdefault(address, after)

    async def drained(self) -> None:
        """Wait until every line is empty."""
        while self._workers:
            await asyncio.gather(*self._workers.values())

    async def stop(self) -> None:
        """Stop sending; what is left stays in the outbox for the next start."""
        workers = list(self._workers.values())
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    async def _work(self, address: Address) -> None:
        rows = self._lines[address]
        try:
            while rows:
                await self._deliver(rows[0])
                rows.popleft()
                if not rows:
                    await self._go_on(address)
        finally:
            del self._workers[address]
            del self._lines[address]
            self._more.pop(address, None)

    async def _deliver(self, row: Outgoing) -> None:
        wait = WAIT_SECONDS_FIRST
        for _ in range(ATTEMPTS_MAX):
            if self._is_superseded(row):
                self._mark(Mark(row.key, row.number, receipt=OVERTAKEN))
                return
            try:
                replaces = self._replaces(row)
                if replaces is None and row.reply.kind is Kind.EDIT and row.reply.place is not None:
                    # Nobody there asked for it; what `/show` shows there changes from then on.
                    self._mark(Mark(row.key, row.number, receipt=NO_CARD))
                    return
                receipt = await self._chats[row.place.platform].send(row, replaces)
            except Later as later:
                seconds = wait if later.seconds is None else later.seconds
                await self._pause(min(max(seconds, 0.0), WAIT_SECONDS_MAX))
                wait = min(wait * 2, WAIT_SECONDS_MAX)
            except Undeliverable as why:
                self._give_up(row, str(why))
                if row.person and row.reply.kind in UNASKED:
                    self._unreached(row)
                return
            except Exception as bug:
                told = wordless(bug) if row.person else bug
                log.exception("a bug while sending %s", row.id, exc_info=told)
                self._give_up(row, "a bug; the log has it")
                return
            else:
                self._sent(row, receipt)
                return
        self._give_up(row, f"tried {ATTEMPTS_MAX} times")

    def _is_superseded(self, row: Outgoing) -> bool:
        """Whether a newer picture of the same card waits behind this one: then that is enough."""
        if row.reply.kind is not Kind.EDIT:
            return False
        behind = islice(self._lines[row.place, row.person], 1, LOOKED_AHEAD_MAX)
        return any(
            later.reply.kind is Kind.EDIT
            and (later.collective, later.reply.ref) == (row.collective, row.reply.ref)
            for later in behind
        )

    def _replaces(self, row: Outgoing) -> str | None:
        """The receipt of the card that an edit replaces."""
        if row.reply.kind is not Kind.EDIT or row.reply.ref is None:
            return None
        known = self._receipts.get((row.collective, row.reply.ref, row.place))
        if known is not None:
            return known
        return self._outbox.receipts(row.collective, row.reply.ref).get(row.place)

    def _sent(self, row: Outgoing, receipt: str) -> None:
        if row.reply.kind is Kind.CARD:
            _remember(self._receipts, (row.collective, row.reply.ref, row.place), receipt)
        self._mark(Mark(row.key, row.number, receipt=receipt, fleeting=row.reply.fleeting))

    def _give_up(self, row: Outgoing, why: str) -> None:
        log.error("could not deliver %s: %s", row.id, why)
        self._mark(Mark(row.key, row.number, failure=why, fleeting=row.reply.fleeting))


K = TypeVar("K")
V = TypeVar("V")


def _remember(memory: dict[K, V], key: K, value: V) -> None:
    """Keep the newest so many things."""
    memory[key] = value
    while len(memory) > ROWS_MAX:
        del memory[next(iter(memory))]
