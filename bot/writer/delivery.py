"""The outbox: take, send, mark, back off, give up loudly.

Each address (a room, or a person) has its own line, in order, so that one that is slow or gone holds
up nobody else. An edit of a card is begun in its turn and then rests beside the line, so that what is
said there does not wait for it (`bot.writer.resting`). A row is sent at least once; its id makes the
second time harmless. Where several programs run on one database, each sends what is its own
(`bot.writer.lease`), and waits for what another one has that goes to the same address before it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Protocol, TypeVar

from bot.chat import Key, Kind, Outgoing
from bot.ports import (
    Chat,
    Mark,
    Outbox,
    Queued,
    StorageBroken,
    StorageFault,
)
from bot.writer.crashes import wordless
from bot.writer.lease import Address, Lease
from bot.writer.resting import Card, Resting, card_of
from bot.writer.sending import OVERTAKEN, WAIT_SECONDS_FIRST, Became, Sender, remember

log = logging.getLogger("talkoot.delivery")

LOOKED_AHEAD_MAX = 200
"""How far ahead a line is looked through for a later edit of the same card."""

LINE_MAX = 500
"""The most rows of one line that are in memory: those behind them are read when it gets to them."""

UNREADABLE = "what was to be told cannot be read any more"
"""Why a row of the outbox was set aside that is damaged."""

CLAIM_MAX = 500
"""How many rows are taken at once of what nobody living has."""

LINES_MAX = 1_000
"""With how many lines no more is taken: it is left to others, or to later."""

SAFE_SECONDS = 60.0
"""How often it is looked whether something of ours stands in no line."""

BEHIND_SECONDS = (0.01, 1.0)
"""How soon it is asked again whether another program has sent what comes before a row: ever later."""

NO_REST: Mapping[str, float] = {}
"""No card rests between its edits."""

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")

Name = tuple[Key, int]
"""By what a row is known: the message that it answers, and its number."""


class Writing(Protocol):
    """Who writes what is said and marked (`bot.writer.intake`)."""

    async def finished(self) -> None:
        """Wait until what is being written is, and offered."""
        ...

    async def noted(self) -> None:
        """Wait until all that was marked so far is written."""
        ...


class _AtOnce:
    """Nothing is ever being written."""

    async def finished(self) -> None:
        """At once."""

    async def noted(self) -> None:
        """At once."""


@dataclass(slots=True, eq=False)
class Line:
    """What goes to one address, in order, as far as it is in memory.

    What stands in the outbox behind position `after` is still to be read; None where nothing is. While
    that is so, `missed` says that something came which was left there. The first row may be `begun`
    with; where it is `behind`, it waits for what another program has. `turn` counts how often the line
    was begun anew.
    """

    rows: deque[Outgoing] = field(default_factory=deque)
    after: int | None = None
    missed: bool = False
    begun: bool = False
    behind: bool = False
    turn: int = 0


class Delivery:
    """Sends what the engine answered, over the platforms that are connected."""

    def __init__(
        self,
        chats: Mapping[str, Chat],
        outbox: Outbox,
        mark: Callable[[Mark], None],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        unreached: Callable[[Outgoing], None] = lambda _: None,
        lease: Lease | None = None,
        writing: Writing | None = None,
        rests: Mapping[str, float] = NO_REST,
    ) -> None:
        """`mark` notes what became of a row; it is written with the engine's next batch.

        `unreached` hears of what could not be brought to a person in private. Without a `lease` all
        that is nobody's is ours, always. Without `writing` all is written at once.
        `rests` says by platform for how many seconds a card rests after an edit, before the next one.
        """
        self._chats, self._outbox, self._mark, self._pause = chats, outbox, mark, pause
        self._rests = rests
        self._lease, self._writing = lease, writing or _AtOnce()
        self._sender = Sender(chats, mark, pause, unreached, self._shown)
        self._lines: dict[Address, Line] = {}
        self._resting: dict[Card, Resting] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._failure: BaseException | None = None
        self._held: set[Name] = set()
        self._known: dict[Name, None] = {}
        self._claims = self._losses = 0

    def take_up(self) -> None:
        """Begin with all of ours that waits and stands in no line, however much it is."""
        self._open(self._outbox.addresses())

    def offer(self, rows: Sequence[Outgoing]) -> None:
        """Put rows in their lines; platforms that are not connected keep theirs in the outbox."""
        for row in rows:
            if row.place.platform in self._chats:
                self._put(row)

    def look_for(self, rows: Sequence[Outgoing]) -> None:
        """Send of these, which were written before, what is still to be sent and is ours."""
        self._read_all_again((row.place, row.person) for row in rows)

    async def keep_on(self) -> None:
        """Send what is ours and take what nobody living has, until cancelled.

        Raises StorageBroken.
        """
        assert self._lease is not None
        lease, rounds = self._lease, 0
        while True:
            try:
                await self.round()
                if rounds * lease.look_seconds % SAFE_SECONDS < lease.look_seconds:
                    self._open(await self._aside(self._outbox.addresses))
            except StorageFault as fault:
                log.warning("nobody knows whose what waits is: %s", fault)
            except StorageBroken:
                raise
            except Exception as bug:
                log.exception("a bug while messages were shared out", exc_info=wordless(bug))
            rounds += 1
            await self._pause(lease.look_seconds)

    async def round(self) -> None:
        """Look once who there is, and take some of what nobody living has. Raises StorageFault."""
        assert self._lease is not None
        if not await self._aside(self._lease.round):
            await self._let_go()
            return
        if self._claims % 2:
            # Nobody heard what the last one took.
            self._read_all_again(await self._aside(self._outbox.addresses))
            self._claims += 1
        # A line that waits may wait for the very rows that are to be taken.
        while sum(not line.behind for line in self._lines.values()) < LINES_MAX:
            # Whoever asks meanwhile what comes before a row asks again: it may have become ours.
            self._claims += 1
            addresses = await self._aside(self._lease.claim, CLAIM_MAX)
            self._read_all_again(addresses)
            self._claims += 1
            if len(addresses) < CLAIM_MAX:
                return

    async def _let_go(self) -> None:
        """Have nothing any more: what was ours is others' now, but for what is on its way already."""
        self._losses += 1
        # What is being written now may still bear the old name, and is not ours to send.
        await self._writing.finished()
        self._read_all_again(self._lines)

    async def _aside(self, ask: Callable[..., T], *given: object) -> T:
        """Ask the store where nobody else has to wait for it; whoever is alone in a test, at once."""
        if self._lease is None:
            return ask(*given)
        return await asyncio.to_thread(ask, *given)

    def _open(self, addresses: Iterable[Address]) -> None:
        """Read the lines of these addresses, where there are none yet."""
        for address in addresses:
            if address not in self._lines and address[0].platform in self._chats:
                self._begin(address, Line(after=0))

    def _read_all_again(self, addresses: Iterable[Address]) -> None:
        for address in dict.fromkeys(addresses):
            self._read_again(address)

    def _read_again(self, address: Address) -> None:
        """Something came to be ours that may stand anywhere in a line."""
        line = self._lines.get(address)
        if line is None:
            self._open([address])
            return
        while len(line.rows) > line.begun:
            self._held.discard(_name(line.rows.pop()))
        line.after, line.turn = 0, line.turn + 1

    def _begin(self, address: Address, line: Line) -> None:
        self._lines[address] = line
        self._do(self._work(address, line))

    def _do(self, doing: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            self._failure = task.exception() or self._failure

    def _put(self, row: Outgoing) -> None:
        """Put a row at the end of its line, if all before it are there.

        Where not, it is left in the outbox, from where the line goes on.
        """
        address, name = (row.place, row.person), _name(row)
        if name in self._held or name in self._known:
            return
        line = self._lines.get(address)
        if line is None:
            self._held.add(name)
            self._begin(address, Line(deque([row])))
        elif line.after is not None:
            line.missed = True
        elif len(line.rows) >= LINE_MAX:
            # A row of which nobody says where it stands: the line is read again from its beginning.
            line.after = 0
        else:
            self._held.add(name)
            line.rows.append(row)

    async def _read_on(self, address: Address, line: Line) -> None:
        """Read more of a line whose end is still in the outbox."""
        after, turn = line.after or 0, line.turn
        line.missed = False
        try:
            queued = await self._aside(self._outbox.queued, LINE_MAX + 1, after, address)
        except StorageFault as fault:
            log.warning("what waits is read later: %s", fault)
            await self._pause(WAIT_SECONDS_FIRST)
            return
        if line.turn != turn:
            return
        for each in queued:
            self._enter(line, each)
        more = line.missed or len(queued) > LINE_MAX
        line.after = (queued[-1].position if queued else after) if more else None

    def _enter(self, line: Line, each: Queued) -> None:
        """Put what waits in its line; what cannot be read is set aside, loudly."""
        name = (each.key, each.number)
        if name in self._held or name in self._known:
            return
        if each.outgoing is None:
            log.critical("set aside: %s, %s", each.key, UNREADABLE)
            remember(self._known, name, None)
            self._mark(Mark(each.key, each.number, failure=UNREADABLE))
            return
        self._held.add(name)
        line.rows.append(each.outgoing)

    async def drained(self) -> None:
        """Wait until every line is empty. Raises StorageBroken where one ended so."""
        while self._tasks:
            await asyncio.gather(*self._tasks)
        if self._failure is not None:
            raise self._failure

    async def stop(self) -> None:
        """Stop sending; what is left stays in the outbox for the next start."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, address: Address, line: Line) -> None:
        try:
            while line.rows or line.after is not None:
                if not line.rows:
                    await self._read_on(address, line)
                    continue
                row = line.rows[0]
                if await self._waited_for_edits(row) or not await self._is_its_turn(line, row):
                    continue
                line.begun = True
                if row.reply.kind is Kind.EDIT:
                    self._rest(line, row)
                else:
                    ours = partial(self._may_try_again, self._losses)
                    self._done(row, await self._sender.deliver(row, ours))
                    await self._until_marked()
                line.begun = False
                line.rows.popleft()
        finally:
            self._held.difference_update(map(_name, line.rows))
            del self._lines[address]

    def _done(self, row: Outgoing, became: Became) -> None:
        """It is over with a row, or it was left to others."""
        if became is not Became.LEFT:
            remember(self._known, _name(row), None)
        self._held.discard(_name(row))

    async def _until_marked(self) -> None:
        """Among others no line goes on before its last row is known as told.

        Whoever takes over what was left then says at most one thing again in a room. What is edited
        again with the same words shows nothing.
        """
        if self._lease is not None and not self._lease.is_apart():
            await self._writing.noted()

    # --- Edits, which rest ------------------------------------------------------------------------

    def _rest(self, line: Line, row: Outgoing) -> None:
        """Send an edit beside its line; of several that wait there only the newest."""
        if self._is_superseded(line, row):
            self._overtaken(row)
            return
        card = card_of(row)
        resting = self._resting.get(card)
        if resting is None:
            resting = self._resting[card] = Resting()
            self._do(self._edit(card, resting))
        older = resting.put(row, self._losses)
        if older is not None:
            self._overtaken(older)

    def _overtaken(self, row: Outgoing) -> None:
        self._mark(Mark(row.key, row.number, receipt=OVERTAKEN))
        self._done(row, Became.OVERTAKEN)

    async def _edit(self, card: Card, resting: Resting) -> None:
        """Send the edits of one card, one after the other, with a rest behind each."""
        try:
            while (begun := resting.take()) is not None:
                row, losses = begun
                ours = partial(self._may_try_again, losses)
                became = Became.LEFT
                if await ours():
                    became = await self._sender.deliver(row, ours, resting)
                self._done(row, became)
                if became is Became.LEFT:
                    # Whether it is ours again meanwhile, the outbox says.
                    self._read_again((row.place, row.person))
                resting.over()
                if became is Became.TOLD:
                    await resting.rest(self._pause, self._rests.get(row.place.platform, 0.0))
        finally:
            self._held.difference_update(map(_name, resting.left()))
            del self._resting[card]

    async def _waited_for_edits(self, row: Outgoing) -> bool:
        """Let edits go before a card that is shown anew: they are of the old one. Whether any did."""
        resting = self._resting.get(card_of(row)) if row.reply.kind is Kind.CARD else None
        return resting is not None and await resting.emptied()

    async def _is_its_turn(self, line: Line, row: Outgoing) -> bool:
        """Wait until a row may be begun with; False where it is not the first of the line any more."""
        turn, (wait, longest) = line.turn, BEHIND_SECONDS
        while self._lease is not None:
            claims = self._claims
            first = self._lease.held() and (
                self._lease.is_apart() or (claims % 2 == 0 and not await self._is_behind(row))
            )
            if line.turn != turn:
                # What came to be ours may stand before this row: whoever is behind it waits for us.
                return False
            if first:
                if self._claims == claims and self._lease.held():
                    line.behind = False
                    return True
                continue
            line.behind = True
            await self._pause(wait)
            wait = min(wait * 2, longest)
        return True

    async def _is_behind(self, row: Outgoing) -> bool:
        """Whether another program has to send something before this row; also while nobody can say."""
        assert self._lease is not None
        try:
            return await self._aside(self._lease.crew.ahead, row)
        except StorageFault as fault:
            log.warning("a row waits: %s", fault)
            return True

    async def _may_try_again(self, losses: int) -> bool:
        """Wait until a row that was begun with may be tried again; False where it is ours no more."""
        while self._losses == losses and self._lease is not None and not self._lease.held():
            await self._pause(self._lease.look_seconds)
        return self._losses == losses

    async def _shown(self, row: Outgoing, known: str | None) -> str | None:
        """The receipt of the card that an edit is of. Raises StorageFault."""
        if known is not None:
            if self._lease is None or self._lease.is_apart():
                return known
            # Others may have shown it since; where we did ourselves is to be written before we ask.
            await self._writing.noted()
        found = await self._aside(self._outbox.receipts, row.collective, row.reply.ref)
        return found.get(row.place, known)

    def _is_superseded(self, line: Line, row: Outgoing) -> bool:
        """Whether a newer picture of the same card waits behind this one: then that is enough."""
        card = card_of(row)
        behind = islice(line.rows, 1, LOOKED_AHEAD_MAX)
        return any(later.reply.kind is Kind.EDIT and card_of(later) == card for later in behind)


def _name(row: Outgoing) -> Name:
    return row.key, row.number
