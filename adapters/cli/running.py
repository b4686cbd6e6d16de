"""`talkoot run`: everything that is configured, until the input ends or somebody stops it."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import logging
import secrets
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from adapters.cli.config import Config
from adapters.cli.outside import SystemChance, SystemClock
from adapters.cli.store import Store
from adapters.console.client import Console, piped, typed
from adapters.ticker import Ticker
from bot.chat import Outgoing
from bot.delivery import Delivery
from bot.engine import Engine
from bot.hearing import Instance
from bot.intake import Intake
from bot.ports import Chat, StorageBroken
from commands import all_clockworks, all_commands

log = logging.getLogger("talkoot")

BROKEN_EXIT_CODE = 75
"""The code of sysexits.h for «try again later»: a supervisor should start us anew."""

OFF_EXIT_CODE = 78
"""The code of sysexits.h for a configuration that cannot work: starting us anew is of no use."""

DRAIN_SECONDS = 5.0
"""How long a stop waits for what is still to be told; the rest is told at the next start."""

HISTORY = Path(".talkoot_history")


class Platform(Chat, Protocol):
    """A chat network that stays connected while the program runs."""

    async def run(self, intake: Intake) -> None:
        """Hand in what is said until cancelled; returns when it can never work as configured."""
        ...


def platforms(config: Config) -> list[Platform]:
    """The chat networks that are configured; one that is not costs nothing at the start."""
    found: list[Platform] = []
    if config.discord.token:
        from adapters.discord.client import Discord, Settings  # noqa: PLC0415

        section = config.discord
        settings = Settings(section.token, section.guilds, message_text=section.message_text)
        found.append(Discord(settings, all_commands()))
    return found


def instance(config: Config, store: Store) -> Instance:
    """The engine's surroundings in a real run."""
    return Instance(
        commands=all_commands(),
        clock=SystemClock(),
        chance=SystemChance(),
        rules=config.rules,
        name=config.collective.name,
        clockworks=all_clockworks(),
        keys=store.keys,
    )


def console_name(config: Config) -> str:
    """Who sits at the console: as configured, or the system's user."""
    if config.console.name:
        return config.console.name
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        return "me"
    return "".join(c for c in name if not c.isspace() and c not in "@!:#>") or "me"


async def run(config: Config, store: Store, connected: Sequence[Platform] = ()) -> int:
    """Run until a signal comes, or the console's input ends; returns the exit code.

    Where platforms are connected, only somebody at a terminal ends it by ending the input.
    """
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    broken: list[StorageBroken] = []

    def broke(why: StorageBroken) -> None:
        broken.append(why)
        ended.set()

    def tell(rows: Sequence[Outgoing]) -> None:
        delivery.offer(rows)

    def woken() -> None:
        loop.call_soon_threadsafe(ticker.woken)

    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, ended.set)
    console = Console(console_name(config), secrets.token_hex(6))
    surroundings = instance(config, store)
    engine = Engine(store.journal, surroundings, woken)
    intake = Intake(engine, tell, broke)
    ticker = Ticker(intake, store.wakes, surroundings.clock)
    chats: dict[str, Chat] = {chat.platform: chat for chat in (console, *connected)}
    delivery = Delivery(chats, store.outbox, intake.note)
    delivery.take_up()
    ticker.start()
    stopping = asyncio.create_task(ended.wait())
    listening = asyncio.create_task(_listen(console, intake, delivery))
    online = asyncio.ensure_future(asyncio.gather(*(each.run(intake) for each in connected)))
    ends: set[asyncio.Future[Any]] = {stopping, online} if connected else {stopping, listening}
    if sys.stdin.isatty():
        ends.add(listening)
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    off = bool(connected) and online.done()
    await _end(stopping)
    await _end(listening)
    ticker.stop()
    await intake.finished()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(delivery.drained(), DRAIN_SECONDS)
    await delivery.stop()
    await _end(online)
    await intake.stop()
    if broken:
        print(f"Stopped: {broken[0]}. Nothing that was answered is lost.", file=sys.stderr)
        return BROKEN_EXIT_CODE
    return OFF_EXIT_CODE if off else 0


async def _end(task: asyncio.Future[Any]) -> None:
    """Cancel what still runs; let what failed by itself be seen."""
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _listen(console: Console, intake: Intake, delivery: Delivery) -> None:
    if sys.stdin.isatty():
        print(WELCOME)
        rows = typed(all_commands(), HISTORY, f"{console.name}: ")
    else:
        rows = piped(sys.stdin)
    await console.listen(rows, intake, delivery.drained)


WELCOME = """Talkoot. Type /help for what there is, for example: /log 2h baked bread
Speak for somebody else with their name in front: bo: /confirm C1. Ctrl-D ends."""
