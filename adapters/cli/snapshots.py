"""Has snapshots made and compared, one after the other, while the bot goes on."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import platform
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import msgspec
from sqlalchemy import Engine

import bot
from adapters.cli.snapshotting import Done, Job, What
from bot.books.snapshots import Wrapping
from bot.ports import Keys, StorageFault
from bot.writer.signing import SpoiledKeyError, signing_key
from storage.snapshots import oldest

log = logging.getLogger("talkoot.snapshots")

PROGRAM = (sys.executable, "-P", "-m", "adapters.cli.snapshotting")

SECONDS_MAX = 900
"""After so long a process is taken to hang."""

COMPARE_SECONDS = 3600
"""How often one snapshot is compared, that which was not for the longest time."""

COMPARED_MS = 7 * 86_400_000
"""How often each is compared at most."""

_APART = frozenset({"writer", "phrasing", "grammar"})
"""What no state depends on; a test looks."""


class Failed(Exception):  # noqa: N818 - the world's fault, or a bug elsewhere
    """Such a process did not do what it was asked for; says which kind of failure that was."""


def code() -> str:
    """The hash of all code that a state depends on: another one's snapshots mean nothing to it."""
    root = Path(bot.__file__).parent
    digest = hashlib.sha256()
    used = (platform.python_version(), version("msgspec"), version("tzdata"))
    digest.update(" ".join(used).encode())
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root)
        if name.parts[0] not in _APART:
            source = path.read_bytes()
            digest.update(f"\n{name.as_posix()} {len(source)}\n".encode() + source)
    return digest.hexdigest()


def wrapping(keys: Keys) -> Wrapping:
    """How this program wraps snapshots up: its key follows from the one that signs checkpoints."""
    try:
        key = signing_key(keys)
    except (SpoiledKeyError, StorageFault):
        key = None  # told elsewhere; checksums do without
    seed = key.seed if key else b""
    return Wrapping(code(), hashlib.sha256(b"talkoot snapshots " + seed).digest())


class Snapshots:
    """Starts a process for each; what is waited for does not wait for what is not."""

    def __init__(self, url: str, wrapped: Wrapping, program: Sequence[str] = PROGRAM) -> None:
        """For the database at `url`, by the `program` of `adapters.cli.snapshotting`."""
        self._url, self.wrapping, self._program = url, wrapped, program
        self._spoiled: Callable[[str], None] = lambda _: None
        self._loop = asyncio.get_running_loop()
        self._waited_for, self._by_the_way = asyncio.Lock(), asyncio.Lock()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._comparing: asyncio.Task[None] | None = None

    def start(self, engine: Engine, spoiled: Callable[[str], None]) -> None:
        """Have them compared from now on; `spoiled` hears, in the loop, whose was thrown away."""
        self._spoiled = spoiled
        self._comparing = self._loop.create_task(self.keep_on(engine), name="comparing")

    def grown(self, collective: str) -> None:
        """Have one made soon; from any thread."""
        self._loop.call_soon_threadsafe(self._begin, collective)

    async def fetch(self, collective: str) -> None:
        """Have one made now. Raises Failed."""
        await self._told(What.MAKE, collective, waited_for=True)

    async def keep_on(self, engine: Engine) -> None:
        """Have them compared, one now and then, until cancelled."""
        while True:
            await asyncio.sleep(COMPARE_SECONDS)
            try:
                await self.compare_oldest(engine)
            except (Failed, StorageFault) as why:
                log.warning("no snapshot was compared: %s", why)

    async def compare_oldest(self, engine: Engine) -> None:
        """Have the one compared that was not for the longest time. Raises Failed or StorageFault."""
        before = int(time.time() * 1000) - COMPARED_MS
        collective = await asyncio.to_thread(oldest, engine, self.wrapping.code, before)
        if collective:
            await self._told(What.COMPARE, collective)

    async def close(self) -> None:
        """End what is under way: a snapshot that is not whole is none."""
        tasks = [*self._tasks.values(), *filter(None, [self._comparing])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, collective: str) -> None:
        if collective not in self._tasks:
            task = self._loop.create_task(self._make(collective), name=f"snapshot of {collective}")
            self._tasks[collective] = task
            task.add_done_callback(lambda _: self._tasks.pop(collective, None))

    async def _make(self, collective: str) -> None:
        try:
            await self._told(What.MAKE, collective)
        except Failed as why:
            log.warning("no snapshot of %s: %s", collective, why)

    async def _told(self, what: What, collective: str, *, waited_for: bool = False) -> None:
        async with self._waited_for if waited_for else self._by_the_way:
            done = await self._done(Job(what, self._url, collective, self.wrapping, waited_for))
        if done.failed:
            raise Failed(done.failed)
        if done.flaw:
            log.error("the snapshot of %s was thrown away: %s", collective, done.flaw)
            self._spoiled(collective)

    async def _done(self, job: Job) -> Done:
        # A session of its own: what ends us from the keyboard is ours. What it might say of what went
        # wrong would have people's words in it.
        process = await asyncio.create_subprocess_exec(
            *self._program, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, start_new_session=True
        )
        try:
            async with asyncio.timeout(SECONDS_MAX):
                said, _ = await process.communicate(msgspec.json.encode(job))
            return msgspec.json.decode(said, type=Done)
        except (TimeoutError, msgspec.MsgspecError) as why:
            raise Failed("the process died or hung") from why
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
