"""The open book: pages a second on one core, and what readers cost those who type.

The pages are served in the bot's own process, as in a real run; the readers are another process. What a
page costs is counted in seconds of this process's processor, so the readers' own work is not in it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import resource
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from itertools import count, islice
from pathlib import Path

from adapters.cli.serving import SWITCH_SECONDS
from adapters.web.book import Book
from adapters.web.server import Site
from bot.collective.collectives import HOME
from bot.page import ROWS
from commands import FEATURES
from tests.bench import book as large
from tests.bench.bot import BEGIN, Bot, FastClock, messages, running
from tests.bench.figures import Figure, Sizes, mebibytes, percentile, rate
from tests.bench.figures import time as shown
from tests.bench.processes import ROOT, said_as_json

PAGES_MIN = 1_000
READERS = 200
"""So many pages a second are read while others type."""

SLOWER_MAX = 1.1
PAUSE = 0.05
"""Between two commands of one collective (seconds): people type, they do not flood."""


@contextmanager
def yielding() -> Iterator[None]:
    """Threads take turns as they do in a real run."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@asynccontextmanager
async def serving(url: str, rows: int) -> AsyncIterator[tuple[Bot, Site]]:
    """A bot with some entries, and its pages."""
    async with running(url, delivering=False) as bot:
        await bot.take(messages(), rows)
        clock = FastClock(BEGIN, dt.timedelta())
        site = Site(Book(bot.store.archive, FEATURES, clock, {}, own=HOME), "127.0.0.1", 0)
        site.start()
        with yielding():
            try:
                yield bot, site
            finally:
                site.stop()


def port_of(site: Site) -> str:
    return site.address.rstrip("/").rpartition(":")[2]


def read(site: Site, path: str, number: int, known: str = "") -> tuple[float, dict[str, float]]:
    """So many pages: what each costs this process (seconds of its processor), and the answers."""
    given = [port_of(site), path, str(number), "0", *([known] if known else [])]
    begun = time.process_time()
    seen = said_as_json("tests.bench.readers", *given)
    spent = time.process_time() - begun
    answered = sum(value for name, value in seen.items() if name != "seconds")
    return spent / max(1, answered), seen


async def _costs(url: str, sizes: Sizes) -> dict[str, float]:
    """What a page of fifty rows costs: of rows never told, new, kept, and not sent again."""
    rows = 4 * sizes.pages
    async with serving(url, rows) as (_, site):
        page = f"{site.address}{HOME}/contributions"
        tag = await asyncio.to_thread(_tag, page)
        costs = {}
        for name, path, known, number in (
            ("cold", f"/{HOME}/contributions?before={{50n}}", "", rows // ROWS // 4 * 4),
            ("new", f"/{HOME}/contributions?before={{n}}", "", sizes.pages),
            ("kept", f"/{HOME}/contributions", "", 10 * sizes.pages),
            ("known", f"/{HOME}/contributions", tag, 10 * sizes.pages),
        ):
            wanted = "304" if known else "200"
            spent, seen = await asyncio.to_thread(
                read, site, path.replace("{n}", "1{n}"), max(4, number), known
            )
            assert set(seen) == {"seconds", wanted}, seen
            costs[name] = spent
        return costs


async def _typed(bot: Bot, number: int, name: str) -> list[float]:
    """How long each of so many commands takes, one after another."""
    seconds = []
    for message in islice(messages(name=name), number):
        await asyncio.sleep(PAUSE)  # tidy: people take their time
        begun = time.perf_counter()
        await bot.submit(message)
        seconds.append(time.perf_counter() - begun)
    return seconds


async def _beside(url: str, sizes: Sizes) -> tuple[list[float], list[float]]:
    """How long commands take with nobody reading, and with readers, in turns."""
    alone: list[float] = []
    read: list[float] = []
    names = count()
    async with serving(url, 4 * sizes.pages) as (bot, site):
        for _ in range(2 * sizes.runs):
            some = max(2, sizes.alone // 10)
            alone += await _typed(bot, some, f"a{next(names)}-")
            lasts = some * (PAUSE + 0.05)
            readers = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.bench.readers", port_of(site), f"/{HOME}/contributions",
                str(int(READERS * lasts) + 4), str(READERS), cwd=ROOT, stdout=subprocess.DEVNULL,
            )  # fmt: skip
            await asyncio.sleep(0.4)  # tidy: until they read
            read += await _typed(bot, some, f"r{next(names)}-")
            with suppress(ProcessLookupError):
                readers.kill()
            await readers.wait()
    return alone, read


async def _beside_slow(url: str, sizes: Sizes) -> tuple[list[float], list[float]]:
    """How long commands take with nobody reading, and with very many who read very slowly, in turns."""
    alone: list[float] = []
    beside: list[float] = []
    names = count()
    async with serving(url, sizes.pages // 5) as (bot, site):
        for _ in range(min(3, sizes.runs)):
            some = max(2, sizes.alone // 4)
            alone += await _typed(bot, some, f"a{next(names)}-")
            readers = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.bench.slow", port_of(site), str(sizes.slow),
                cwd=ROOT, stdout=subprocess.PIPE,
            )  # fmt: skip
            assert readers.stdout is not None
            assert await readers.stdout.readline() == b"came\n"
            beside += await _typed(bot, some, f"r{next(names)}-")
            readers.kill()
            await readers.wait()
    return alone, beside


async def _long(url: str, sizes: Sizes) -> tuple[list[float], list[float], float, float]:
    """Commands while somebody reads a large book whole; what it took, and how much more memory.

    Among that is the book once more: what is read at length has a state of its own.
    """
    async with running(url, delivering=False, begin=large.BEGIN + dt.timedelta(days=510)) as bot:
        clock = FastClock(BEGIN, dt.timedelta())
        site = Site(Book(bot.store.archive, FEATURES, clock, {}, own=HOME), "127.0.0.1", 0)
        site.start()
        try:
            with yielding():
                # A page first: what is counted is the reading, beside the book itself.
                await asyncio.to_thread(_tag, f"{site.address}{HOME}/money")
                alone = await _typed(bot, 20, "a")
                before = _memory()
                begun = time.perf_counter()
                reading = asyncio.ensure_future(
                    asyncio.to_thread(_all, f"{site.address}{HOME}/ledger.csv")
                )
                beside: list[float] = []
                while not reading.done():
                    beside += await _typed(bot, 1, f"r{len(beside)}-")
                await reading
                return alone, beside, time.perf_counter() - begun, _memory() - before
        finally:
            site.stop()


def _tag(url: str) -> str:
    with urllib.request.urlopen(url) as got:
        return str(got.headers["ETag"])


def _all(url: str) -> int:
    """Read it to its end, keeping nothing."""
    length = 0
    with urllib.request.urlopen(url, timeout=900) as got:
        while some := got.read(65_536):
            length += len(some)
    return length


def _memory() -> float:
    """The most memory that this process had (bytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _compared(while_: str, alone: list[float], read: list[float]) -> Iterator[Figure]:
    for percent, goal in ((50, SLOWER_MAX), (95, None)):
        value, floor = percentile(read, percent), percentile(alone, percent)
        yield Figure(
            f"/log while {while_}, p{percent}",
            shown(value),
            f"{shown(floor)} (nobody reads)",
            value / floor,
            f"ratio ≤ {goal}" if goal else "–",
            value <= goal * floor if goal else None,
        )


def measure(sizes: Sizes, folder: Path) -> Iterator[Figure]:
    """What pages cost, and what readers cost those who type."""
    costs = asyncio.run(_costs(f"sqlite:///{folder}/costs.db", sizes))
    told = {
        "cold": "a page of 50 rows that were never told, made, a second of one core",
        "new": "a page of 50 rows, made, a second of one core",
        "kept": "the same page, kept, a second of one core",
        "known": "the same page, known to the reader (304), a second of one core",
    }
    for name, spent in costs.items():
        wanted = name in {"new", "kept"}
        yield Figure(
            told[name],
            rate(1 / spent),
            goal=f"≥ {PAGES_MIN:,}/s" if wanted else "–",
            met=1 / spent >= PAGES_MIN if wanted else None,
        )
    read = asyncio.run(_beside(f"sqlite:///{folder}/beside.db", sizes))
    yield from _compared(f"{READERS} pages a second are read", *read)
    slow = asyncio.run(_beside_slow(f"sqlite:///{folder}/slow.db", sizes))
    yield from _compared(f"{sizes.slow:,} slow readers come and come again", *slow)
    url = f"sqlite:///{folder}/large.db"
    large.make(url, sizes.entries, sizes.members)
    alone, beside, seconds, more = asyncio.run(_long(url, sizes))
    yield Figure(
        f"/log while a ledger of {sizes.entries:,} entries is read whole, p50",
        shown(percentile(beside, 50)),
        f"{shown(percentile(alone, 50))} (nobody reads)",
        percentile(beside, 50) / percentile(alone, 50),
    )
    yield Figure(f"that reading, and the memory that it took ({mebibytes(more)})", shown(seconds))
