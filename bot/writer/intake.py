"""The way in: many callers wait, one thread writes.

Callers are asyncio; from the queue to the commit everything runs in one thread, which takes what
waits as one batch (group commit). A caller's answer comes only after its batch is durable.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TypeVar

from bot.chat import Incoming, Outgoing
from bot.collective.rules import Rules
from bot.command import Asked, Suggestion
from bot.ports import CommitUnknown, Note, StorageBroken, StorageFault
from bot.suggestions import suggestions
from bot.writer.answers import Answer
from bot.writer.crashes import wordless
from bot.writer.engine import Engine
from bot.writer.notes import Notes
from bot.writer.states import Far
from bot.writer.watch import Watch

log = logging.getLogger("talkoot.intake")

T = TypeVar("T")

Fetch = Callable[[str], Awaitable[object]]
"""Has a snapshot made of a collective's state, so that it is near; raises what hinders it."""

BATCH_MAX = 256
"""The most messages in one transaction: beyond it, waiting grows and speed does not."""

WAITING_MAX = 10_000
"""The most messages that may wait: a flood is refused at the door, not kept in memory."""

RETRY_SECONDS = (0.05, 0.2, 1.0, 3.0)
"""How long the writer waits between attempts while the store is locked or away."""

SETTLE_SECONDS = 3.0
"""How long until it is asked again whether what nobody knows of was recorded."""


class NotRecorded(Exception):  # noqa: N818 - a fault of the world, not of the program
    """The message was not recorded; sending the same one again is safe."""


class NotKnown(NotRecorded):
    """Whether the message was recorded is not known yet: it is handled, once, as soon as it is known.

    Handing the same one in again is safe; another one with the same words may act a second time.
    """


@dataclass(slots=True)
class _Waiting:
    message: Incoming
    future: asyncio.Future[Answer | None]


@dataclass(slots=True)
class _Barrier:
    """Something that waits until everything before it is written."""

    future: asyncio.Future[None]
    last: bool = False


@dataclass(slots=True)
class _Typing:
    """Somebody who is typing and asks what could stand there; nothing is written for them."""

    message: Incoming
    asked: Asked
    future: asyncio.Future[list[Suggestion]]


@dataclass(slots=True)
class _Noted:
    """Notes have waited long enough for a message to come."""


@dataclass(slots=True)
class _Reading:
    """Somebody who asks which rules are in force in some places; nothing is written for them."""

    messages: Sequence[Incoming]
    future: asyncio.Future[list[Rules | None]]


@dataclass(slots=True)
class _Fetched:
    """What could be done for a collective that was far is done."""

    collective: str


@dataclass(slots=True)
class _Distrusted:
    """The state of a collective is not to be believed."""

    collective: str


_Work = _Waiting | _Noted | _Typing | _Reading | _Fetched | _Distrusted | _Barrier


@dataclass(slots=True)
class _Taken:
    """What one round took from the queue."""

    waiting: list[_Waiting] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    typing: list[_Typing] = field(default_factory=list)
    reading: list[_Reading] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    barrier: _Barrier | None = None
    tried: bool = False
    unknown: bool = False

    @property
    def count(self) -> int:
        """How much it is."""
        return len(self.waiting) + len(self.typing) + len(self.reading)


class Intake:
    """The engine's queue and its one writer thread."""

    def __init__(
        self,
        engine: Engine,
        tell: Callable[[Sequence[Outgoing]], None],
        broke: Callable[[StorageBroken], None],
        watch: Watch | None = None,
        fetch: Fetch | None = None,
        retell: Callable[[Sequence[Outgoing]], None] | None = None,
    ) -> None:
        """`tell` gets what was newly answered, `broke` that the disk failed; both in the loop.

        `retell` gets there what is written already, perhaps by another program: what of that is still
        to be told here, the outbox says. Without it `tell` gets that too.
        `watch` hears how it goes. What is for a collective whose state is far away waits while `fetch`
        does what it can, in the loop, and the others go on; without it everybody waits.
        """
        self._engine, self._tell, self._broke, self._fetch = engine, tell, broke, fetch
        self._retell = retell or tell
        self._aside: list[_Waiting | _Reading] = []
        self._again: deque[_Waiting | _Reading] = deque()
        self._held: list[_Barrier] = []
        self._asked: frozenset[str] = frozenset()
        self._fetching: set[asyncio.Task[None]] = set()
        self._watch = watch or Watch()
        self.slip_bytes = engine.instance.shelf.most
        self._queue: SimpleQueue[_Work] = SimpleQueue()
        self._unknown: list[Incoming] = []
        self._loop = asyncio.get_running_loop()
        self._notes = Notes(self._loop, lambda: self._queue.put(_Noted()))
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    async def submit(self, message: Incoming) -> Answer | None:
        """Hand in a message and wait for its durable answer; None when it is no command.

        Raises NotRecorded when the store could not take it, NotKnown when nobody knows whether it did.
        The same message (by its key) may be handed in again any number of times: it acts once.
        """
        waiting = self._queue.qsize() + len(self._aside)
        if self._stopping.is_set() or waiting >= WAITING_MAX:
            raise NotRecorded
        future: asyncio.Future[Answer | None] = self._loop.create_future()
        since = self._loop.time()
        self._queue.put(_Waiting(message, future))
        answer = await future
        if answer is not None and not answer.repeated:
            self._watch.answered(message, answer, self._loop.time() - since)
        return answer

    async def suggest(self, message: Incoming, asked: Asked) -> list[Suggestion]:
        """What may stand in an option that somebody is typing; nothing where the store is away.

        `message` says who types, and where; it has no words yet.
        """
        if self._stopping.is_set() or self._queue.qsize() >= WAITING_MAX:
            return []
        future: asyncio.Future[list[Suggestion]] = self._loop.create_future()
        self._queue.put(_Typing(message, asked, future))
        return await future

    async def rules(self, messages: Sequence[Incoming]) -> list[Rules | None]:
        """The rules in force where each message comes from; None where that is no collective's place.

        Raises NotRecorded while the store is away.
        """
        if self._stopping.is_set() or self._queue.qsize() >= WAITING_MAX:
            raise NotRecorded
        future: asyncio.Future[list[Rules | None]] = self._loop.create_future()
        self._queue.put(_Reading(messages, future))
        return await future

    def distrust(self, collective: str) -> None:
        """Forget a state: what it was read from was not what the journal comes to."""
        self._queue.put(_Distrusted(collective))

    def note(self, note: Note, *, at_once: bool = False) -> None:
        """Keep what became of an outgoing message, or how far was read, with the next batch.

        Soon, where no batch comes; `at_once` what others wait for, and what is to be forgotten. From
        the loop's thread only.
        """
        self._notes.add(note, at_once=at_once)

    async def noted(self) -> None:
        """Wait until everything that was noted so far is written, for as long as the store is away."""
        await self._notes.written()

    async def finished(self) -> None:
        """Wait until everything that was handed in so far is written (or refused)."""
        await self._barrier(last=False)

    async def stop(self) -> None:
        """Finish what waits and end the thread; safe when the thread has ended by itself."""
        self._stopping.set()
        await self._barrier(last=True)
        await asyncio.to_thread(self._thread.join)

    async def _barrier(self, *, last: bool) -> None:
        barrier = _Barrier(self._loop.create_future(), last)
        self._queue.put(barrier)
        while self._thread.is_alive() and not barrier.future.done():
            await asyncio.wait({barrier.future}, timeout=1.0)

    def _work(self) -> None:
        while True:
            taken = self._take()
            for each in taken.typing:
                self._loop.call_soon_threadsafe(_tell, each.future, self._suggested(each))
            for asking in taken.reading:
                self._read(asking)
            try:
                self._settle()
                answers = self._handle(taken)
            except StorageFault as fault:
                self._failed(taken, fault)
            except StorageBroken as broken:
                log.critical("the store is broken: %s", broken)
                self._watch.failed()
                self._stopping.set()
                # What a disk that failed has kept of a commit shows only when it is opened again.
                aside = [it for it in (*self._aside, *self._again) if isinstance(it, _Waiting)]
                self._loop.call_soon_threadsafe(_fail, [*taken.waiting, *aside], NotKnown)
                self._loop.call_soon_threadsafe(self._broke, broken)
                return
            else:
                self._loop.call_soon_threadsafe(self._resolve, taken, answers)
            self._come_back(taken)
            if taken.barrier is not None:
                self._held.append(taken.barrier)
            if not self._aside and not self._again and self._passed():
                return

    def _passed(self) -> bool:
        """Nothing waits that was before the barriers that are held; whether one was the last."""
        held, self._held = self._held, []
        for barrier in held:
            self._loop.call_soon_threadsafe(barrier.future.set_result, None)
        return any(barrier.last for barrier in held)

    def _come_back(self, taken: _Taken) -> None:
        """What waited for what was fetched is taken up, in its order; at the end everything is."""
        for collective in taken.fetched:
            self._engine.fetched(collective)
            self._asked -= {collective}
        if taken.fetched or self._stopping.is_set():
            self._again.extend(self._aside)
            self._aside = []

    def _set_aside(self, works: Sequence[_Waiting | _Reading], far: Far) -> None:
        """Let them wait, and have fetched what they wait for."""
        self._aside.extend(works)
        self._loop.call_soon_threadsafe(self._begin_to_fetch, far.collectives - self._asked)
        self._asked |= far.collectives

    def _begin_to_fetch(self, collectives: Collection[str]) -> None:
        for collective in collectives:
            task = self._loop.create_task(self._fetch_one(collective), name=f"fetch {collective}")
            self._fetching.add(task)
            task.add_done_callback(self._fetching.discard)

    async def _fetch_one(self, collective: str) -> None:
        assert self._fetch is not None
        try:
            await self._fetch(collective)
        except Exception as bug:
            log.exception("not fetched: %s; everybody waits", collective, exc_info=wordless(bug))
        finally:
            self._queue.put(_Fetched(collective))

    def _failed(self, taken: _Taken, fault: StorageFault) -> None:
        """Nothing more can be done for a batch now; what may have been recorded is asked for later."""
        self._watch.failed()
        self._notes.put_back(taken.notes)
        if taken.unknown:
            log.error("perhaps not recorded: %s", fault)
            self._unknown += [each.message for each in taken.waiting]
        else:
            log.error("not recorded: %s", fault)
        why = NotKnown if taken.unknown else NotRecorded
        self._loop.call_soon_threadsafe(_fail, taken.waiting, why)

    def _settle(self) -> None:
        """Handle what nobody knows of, before anything newer: the inbox says what acted already.

        Raises StorageFault where the store is still away, StorageBroken.
        """
        if self._unknown:
            answers = self._engine.handle(self._unknown)
            self._unknown = []
            self._loop.call_soon_threadsafe(self._tell_all, answers)

    def _take(self) -> _Taken:
        taken = _Taken()
        while self._again and taken.count < BATCH_MAX:
            self._sort(self._again.popleft(), taken)
        try:
            if not taken.count:
                # What nobody knows of is asked for even when nothing comes.
                self._sort(self._queue.get(timeout=SETTLE_SECONDS if self._unknown else None), taken)
            while taken.count < BATCH_MAX and taken.barrier is None:
                self._sort(self._queue.get_nowait(), taken)
        except Empty:
            pass
        taken.notes = self._notes.take()
        return taken

    def _sort(self, work: _Work, taken: _Taken) -> None:
        if isinstance(work, _Waiting):
            taken.waiting.append(work)
        elif isinstance(work, _Typing):
            taken.typing.append(work)
        elif isinstance(work, _Reading):
            taken.reading.append(work)
        elif isinstance(work, _Fetched):
            taken.fetched.append(work.collective)
        elif isinstance(work, _Distrusted):
            self._engine.distrust(work.collective)
        elif isinstance(work, _Barrier):
            taken.barrier = work

    @property
    def _near(self) -> bool:
        """Whether everybody waits while something is read that takes long."""
        return self._fetch is None or self._stopping.is_set()

    def _tried(self, taken: _Taken) -> list[Answer | None]:
        """Answer what was taken, but for what is for a collective that is far away."""
        while taken.waiting or taken.notes:
            messages = [each.message for each in taken.waiting]
            try:
                return self._engine.handle(messages, taken.notes, near=self._near)
            except Far as far:
                self._set_aside([taken.waiting[number] for number in sorted(far.messages)], far)
                taken.waiting = [it for n, it in enumerate(taken.waiting) if n not in far.messages]
        return []

    def _handle(self, taken: _Taken) -> list[Answer | None]:
        for seconds in RETRY_SECONDS:
            try:
                return self._tried(taken)
            except StorageFault as fault:
                log.warning("trying again in %s s: %s", seconds, fault)
                self._watch.failed()
                taken.tried = True
                taken.unknown = taken.unknown or isinstance(fault, CommitUnknown)
                self._stopping.wait(seconds)
        try:
            return self._tried(taken)
        except CommitUnknown:
            taken.unknown = True
            raise

    def _suggested(self, typing: _Typing) -> list[Suggestion]:
        """Read from the state; who only types is never worth a failure."""
        try:
            state = self._engine.looking.state(typing.message, near=self._near)
            features = self._engine.instance.features
            return suggestions(state, typing.message.actor, features, typing.asked) if state else []
        except Far as far:
            self._set_aside([], far)
        except (StorageFault, StorageBroken) as fault:
            log.warning("nothing suggested: %s", fault)
        except Exception as bug:
            log.exception("a bug while suggesting", exc_info=wordless(bug))
        return []

    def _read(self, asking: _Reading) -> None:
        found = None
        try:
            found = self._engine.looking.rules(asking.messages, near=self._near)
        except Far as far:
            self._set_aside([asking], far)
            return
        except (StorageFault, StorageBroken) as fault:
            log.warning("rules not read: %s", fault)
        self._loop.call_soon_threadsafe(_tell, asking.future, found)

    def _resolve(self, taken: _Taken, answers: Sequence[Answer | None]) -> None:
        """Answer who waits, and tell what is new: also what a first try may have committed."""
        self._notes.keep(len(taken.notes))
        for each, answer in zip(taken.waiting, answers, strict=True):
            if not each.future.done():
                each.future.set_result(answer)
        self._tell_all(answer for answer in answers if answer and (taken.tried or not answer.repeated))

    def _tell_all(self, answers: Iterable[Answer | None]) -> None:
        """Tell what was written now; what was before is its owner's to tell, which may be us."""
        rows: dict[bool, list[Outgoing]] = {False: [], True: []}
        for answer in answers:
            if answer is not None:
                rows[answer.repeated].extend(answer.outgoing)
        for repeated, tell in ((False, self._tell), (True, self._retell)):
            if rows[repeated]:
                tell(rows[repeated])


def _tell(future: asyncio.Future[T], found: T | None) -> None:
    """Give what was read to who asked; None is that it could not be."""
    if future.done():
        return
    if found is None:
        future.set_exception(NotRecorded())
    else:
        future.set_result(found)


def _fail(waiting: Sequence[_Waiting], why: type[NotRecorded]) -> None:
    for each in waiting:
        if not each.future.done():
            each.future.set_exception(why())
