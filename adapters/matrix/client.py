"""Matrix as a chat: reads what happened since the last durable answer, sends what is to be told.

Nothing is lost and nothing acts twice. The position is kept only after everything before it is
durable, so after a crash the same events come again, and the engine knows them; every event that we
send has a transaction id made from its row, so the homeserver knows it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

import msgspec

from adapters.matrix.bookmark import Bookmark, read_bookmark
from adapters.matrix.courtesy import Courtesy
from adapters.matrix.direct import Direct
from adapters.matrix.doors import Doors
from adapters.matrix.faults import Denied, Limited, Unreachable
from adapters.matrix.incoming import MATRIX
from adapters.matrix.late import Late
from adapters.matrix.link import Account, Link
from adapters.matrix.listening import Listener, Manners, Means
from adapters.matrix.postings import Postings
from adapters.matrix.rooms import RoomState
from adapters.matrix.speaking import Pause, Speaker
from adapters.matrix.telling import Teller
from bot import chat
from bot.chat import SLIP_BYTES, Outgoing
from bot.command import Command
from bot.ports import Clock, Later, Outbox, Paint, Position, StorageFault, TurnedAway, Undeliverable
from bot.writer.intake import Intake, NotRecorded
from bot.writer.pictures import painted

log = logging.getLogger("talkoot.matrix")

WAIT_SECONDS_FIRST = 1.0
WAIT_SECONDS_MAX = 60.0
"""How long we wait between attempts while the homeserver is away."""

KEEP_SECONDS = 1.0
"""How far was read is kept once in so long, at most so much is read again after a crash."""

T = TypeVar("T")


class _Keeper:
    """Keeps the bookmark, but not for every event: what is read again after a crash is known."""

    def __init__(self, keep: Callable[[Bookmark], None]) -> None:
        self._keep = keep
        self._latest: Bookmark | None = None
        self._timer: asyncio.TimerHandle | None = None

    def reached(self, at: Bookmark) -> None:
        self._latest = at
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(KEEP_SECONDS, self.keep)

    def keep(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._latest is not None:
            self._keep(self._latest)
            self._latest = None


class Matrix:
    """One account on a homeserver: it can be spoken to (`send`) and it speaks (`listen`)."""

    platform = MATRIX

    def __init__(  # noqa: PLR0913, PLR0917 - all that it leans on
        self,
        account: Account,
        outbox: Outbox,
        clock: Clock,
        commands: Mapping[str, Command],
        inviters: Sequence[str] = (),
        language: str = "en",
        pause: Pause = asyncio.sleep,
        paint: Paint | None = None,
        slip_bytes: int = SLIP_BYTES,
    ) -> None:
        """`inviters` are patterns of whose invitations we accept.

        Without patterns these are the people of our own homeserver. `language` is that of the few
        words that are no answer of the engine. Without `paint`, pictures are told in words. A receipt
        may have at most `slip_bytes`. Raises TurnedAway where the encryption store is not safe.
        """
        self._link = Link(account)
        self._outbox, self._pause, self._paint, self._clock = outbox, pause, paint, clock
        self.connected: Callable[[str], None] = lambda _: None
        """Hears, once, that all is well."""
        self._known = known = dict[str, RoomState]()
        own = tuple(inviters) or (f"@*:{account.user.partition(':')[2]}",)
        self._direct = Direct(self._link, known)
        self._postings = Postings(self._link, known, commands)
        teller = Teller(self._link, language)
        self._late = Late(self._link, clock, teller)
        self._courtesy = Courtesy(self._link)
        self._doors = Doors(self._link, self._direct, own, pause)
        means = Means(
            self._link,
            outbox,
            self._direct,
            self._doors,
            self._late,
            teller,
            self._courtesy,
            pause,
            clock,
        )
        self._listener = Listener(means, known, Manners(commands, slip_bytes))
        self._speaker = Speaker(self._link, outbox, self._direct, clock, pause)
        self._me = account.user
        self._contact = asyncio.Event()
        self._behind: int | None = self._now()
        self._interrupted = False

    def _now(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    def unread(self) -> tuple[chat.Unread, ...]:
        """What may have been said and could not be read: all since we are away, and what has no key."""
        behind = () if self._behind is None else (chat.Unread(MATRIX, "", 0, self._behind),)
        return (
            *behind,
            *(chat.Unread(MATRIX, it.by, it.said, it.at) for it in self._late.unread()),
        )

    @property
    def is_connected(self) -> bool:
        """Whether the homeserver answered the last time."""
        return self._contact.is_set()

    async def close(self) -> None:
        """Close the connections; what is not sent stays in the outbox."""
        await self._doors.stop()
        await self._courtesy.stop()
        await self._link.close()

    async def listen(self, intake: Intake) -> None:
        """Hand in what happens, until cancelled.

        Raises TurnedAway when the homeserver will not have us any more.
        """
        kept = self._outbox.position(MATRIX, self._me)
        at = read_bookmark(kept)
        whole = True
        await self._until_done(self._link.check)
        await self._until_done(self._direct.load)
        await self._until_done(partial(self._late.take_up, at.unread))
        self._doors.take_up(at.doors)
        keeper = _Keeper(partial(self._keep, intake))
        posting: asyncio.Task[None] | None = None
        try:
            while True:
                asking = partial(self._link.sync, at.since, whole=whole, soon=self._is_behind)
                heard = await self._until_done(asking)
                if not whole:
                    self._contact.set()
                now, self._interrupted = self._now(), False
                missed = None if self._behind is None else at.at
                taking = partial(self._listener.take, heard, at.since, intake)
                await self._until_done(partial(taking, whole=whole, missed=missed))
                # Before the first sync is read we do not know our rooms, and would make them anew.
                self._contact.set()
                if not self._interrupted:
                    self._behind = None
                first = not at.since
                unread, doors = self._late.unread(), self._doors.waiting()
                at, whole = Bookmark(heard.position, unread, now, doors), False
                keeper.reached(at)
                if first:
                    # What is said from here on is for us, also if we are killed before we read it.
                    keeper.keep()
                    await intake.finished()
                if posting is None:
                    self.connected(f"Connected to Matrix as {self._me}, in {len(self._known)} rooms.")
                    posting = asyncio.create_task(self._postings.keep(intake))
        finally:
            keeper.keep()
            if posting is not None:
                posting.cancel()

    @property
    def _is_behind(self) -> bool:
        """Whether something is to be tried again soon, also if nothing happens."""
        return self._late.is_busy or self._link.keys.is_behind

    def _keep(self, intake: Intake, at: Bookmark) -> None:
        intake.note(Position(MATRIX, self._me, msgspec.json.encode(at).decode()))

    async def _until_done(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Try until it is done; wait longer each time, or as long as the homeserver wants."""
        wait = WAIT_SECONDS_FIRST
        while True:
            try:
                return await attempt()
            except Limited as limited:
                await self._pause(limited.seconds)
            except (Unreachable, Denied, NotRecorded, StorageFault) as why:
                self._behind, self._interrupted = self._behind or self._now(), True
                self._contact.clear()
                log.warning("trying again in %s s: %s", wait, why)
                await self._pause(wait)
                wait = min(wait * 2, WAIT_SECONDS_MAX)
            except TurnedAway:
                self._contact.clear()
                raise

    async def send(self, outgoing: Outgoing, replaces: str | None) -> str:
        """Deliver a message, or edit the event `replaces`; returns the event's id.

        Raises Later or Undeliverable. Waits while there is no contact with the homeserver.
        """
        await self._contact.wait()
        try:
            return await self._speaker.deliver(await painted(outgoing, self._paint), replaces)
        except Limited as limited:
            raise Later(limited.seconds) from limited
        except (Unreachable, TurnedAway) as why:
            log.warning("not sent yet: %s", why)
            raise Later from why
        except Denied as why:
            raise Undeliverable(str(why)) from why
