"""The way of a message: through which of our files it goes, and how often it changes the file.

`python -m tests.bench.way` follows a `/log` on the console, and a press on a button on Discord, from
where the platform hands them in until the answer is delivered and marked: in every thread, with
`sys.setprofile`. Counted are the calls of functions written in `bot`, `commands`, `storage` and
`adapters`; a coroutine or generator that goes on is no call. Of these the files are counted that are
different, and the changes of file: the calls whose file is another one than that of the call before it
in the same thread. Everything was done once before, so that no import and no cache is counted.

What a message is about has files of its own, whatever its way is: what the collective knows and how it
decides, the feature, amounts and days and words. So the figures stand beside those of the way itself:
the adapter, the writer and the store.

`--changes` lists from which file to which it goes how often, `--calls` every call.
"""

from __future__ import annotations

import argparse
import asyncio
import inspect
import sys
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any

from adapters.cli.store import MEMORY, open_store
from adapters.console.client import Console
from bot.chat import CONSOLE, Outgoing
from bot.writer.delivery import Delivery
from bot.writer.intake import Intake
from tests.adapters.discord.stage import staged
from tests.bench.bot import engine_of
from tests.bench.figures import Figure, Sizes
from tests.doubles.discord import openapi

ROOT = Path(__file__).parents[2]
OURS = ("bot", "commands", "storage", "adapters")
ITSELF = ("adapters/", "bot/writer/", "storage/")
NO_FUNCTIONS = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}
"""What is a function of its own only before Python 3.12, and no call in anybody's eyes."""

GOES_ON = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


@dataclass(slots=True)
class Way:
    """The calls of a message, in order: the thread, the file and the function."""

    calls: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def files(self) -> list[str]:
        """The files, each once."""
        return sorted({file for _, file, _ in self.calls})

    @property
    def changes(self) -> Counter[tuple[str, str]]:
        """How often one file follows another one."""
        found: Counter[tuple[str, str]] = Counter()
        for thread in {it for it, _, _ in self.calls}:
            files = [file for it, file, _ in self.calls if it == thread]
            found.update(pair for pair in pairwise(files) if pair[0] != pair[1])
        return found

    @property
    def itself(self) -> Way:
        """The way itself, without what a message is about."""
        return Way([call for call in self.calls if call[1].startswith(ITSELF)])

    @property
    def told(self) -> str:
        """The figures."""
        return f"{len(self.files)} files, {self.changes.total()} changes of file"


@contextmanager
def followed() -> Iterator[Way]:
    """Follow what this thread and those that start in here do in our files."""
    way = Way()
    known: dict[str, str | None] = {}
    begun = set[FrameType]()

    def file_of(path: str) -> str | None:
        if path not in known:
            inside = Path(path).is_relative_to(ROOT)
            relative = str(Path(path).relative_to(ROOT)) if inside else ""
            known[path] = relative if relative.split("/", maxsplit=1)[0] in OURS else None
        return known[path]

    def called(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event != "call" or code.co_name in NO_FUNCTIONS or frame in begun:
            return
        file = file_of(code.co_filename)
        if file is not None:
            if code.co_flags & GOES_ON:
                begun.add(frame)
            way.calls.append((threading.get_ident(), file, code.co_qualname))

    threading.setprofile(called)
    sys.setprofile(called)
    try:
        yield way
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


async def log_on_console() -> Way:
    """`/log`, typed on the console, until its answer is printed and marked."""

    def tell(rows: Sequence[Outgoing]) -> None:
        delivery.offer(rows)

    with open_store(MEMORY) as store, followed() as way, redirect_stdout(StringIO()):
        # The writer's thread starts in here, and is followed with it.
        console = Console("anna", "session")
        intake = Intake(engine_of(store), tell, _broke)
        delivery = Delivery({CONSOLE: console}, store.outbox, intake.note)

        async def once(line: str) -> None:
            async def typed() -> AsyncIterator[str]:
                yield line

            await console.listen(typed(), intake, delivery.drained)
            await intake.finished()

        await once("/log 3h mended the roof")
        way.calls.clear()
        await once("/log 2h cleaned the kitchen")
        found = Way(list(way.calls))
        await intake.stop()
    return found


def _broke(why: Exception) -> None:
    raise why


async def press_on_discord() -> Way:
    """A vote by a button below a proposal's card, until it is answered and the card is edited."""
    openapi.PATH = ""
    with followed() as way:
        async with staged() as stage:
            for user in (stage.anna, stage.bo, stage.cem):
                await stage.people.slash(user, stage.room, "me show")
            for title in ("Paint the fence", "Buy a tractor"):
                asked = await stage.people.slash(stage.anna, stage.room, "propose", title=title)
                await stage.settled()
                way.calls.clear()
                pressed = await stage.people.press(stage.bo, asked.shown[0], "consent")
                await stage.settled()
                assert "consent" in pressed.text
            return Way(list(way.calls))


async def log_on_discord() -> Way:
    """`/log` as a slash-command on Discord, until it is answered and marked."""
    openapi.PATH = ""
    with followed() as way:
        async with staged() as stage:
            await stage.people.slash(stage.anna, stage.room, "log", amount="3h", what="mended it")
            await stage.settled()
            way.calls.clear()
            await stage.people.slash(stage.anna, stage.room, "log", amount="2h", what="cleaned it")
            await stage.settled()
            return Way(list(way.calls))


WAYS: Mapping[str, Callable[[], Coroutine[Any, Any, Way]]] = {
    "/log on the console": log_on_console,
    "/log on Discord": log_on_discord,
    "a button on Discord": press_on_discord,
}


def measure(_: Sizes, __: Path) -> Iterator[Figure]:
    """Each way, beside its part that is the way itself."""
    for name, follow in WAYS.items():
        way = asyncio.run(follow())
        yield Figure(f"the way of {name}", way.told, f"{way.itself.told} (without what it is about)")


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.way")
    parser.add_argument("--changes", action="store_true", help="from which file to which, how often")
    parser.add_argument("--calls", action="store_true", help="every call, in order")
    given = parser.parse_args()
    for name, follow in WAYS.items():
        way = asyncio.run(follow())
        print(f"{name}: {way.told}; the way itself: {way.itself.told}")
        if given.changes:
            for (before, after), count in way.changes.most_common():
                print(f"  {count:4}  {before} -> {after}")
        if given.calls:
            for thread, file, function in way.calls:
                print(f"  {thread % 1000:3}  {file}: {function}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
