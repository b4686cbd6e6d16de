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
from bot.ports import StorageBroken
from commands import all_clockworks, all_commands

log = logging.getLogger("talkoot")

BROKEN_EXIT_CODE = 75
"""The code of sysexits.h for «try again later»: a supervisor should start us anew."""

HISTORY = Path(".talkoot_history")


def instance(config: Config) -> Instance:
    """The engine's surroundings in a real run."""
    return Instance(
        commands=all_commands(),
        clock=SystemClock(),
        chance=SystemChance(),
        rules=config.rules,
        name=config.collective.name,
        clockworks=all_clockworks(),
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


async def run(config: Config, store: Store) -> int:
    """Run until the console's input ends, or a signal comes; returns the exit code."""
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
    surroundings = instance(config)
    engine = Engine(store.journal, surroundings, woken)
    intake = Intake(engine, tell, broke)
    ticker = Ticker(intake, store.wakes, surroundings.clock)
    delivery = Delivery({console.platform: console}, store.outbox, intake.note)
    delivery.take_up()
    ticker.start()
    listening = asyncio.create_task(_listen(console, intake, delivery))
    stopping = asyncio.create_task(ended.wait())
    await asyncio.wait({listening, stopping}, return_when=asyncio.FIRST_COMPLETED)
    await _end(stopping)
    await _end(listening)
    ticker.stop()
    await intake.finished()
    await delivery.drained()
    await intake.stop()
    if broken:
        print(f"Stopped: {broken[0]}. Nothing that was answered is lost.", file=sys.stderr)
        return BROKEN_EXIT_CODE
    return 0


async def _end(task: asyncio.Task[object]) -> None:
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
