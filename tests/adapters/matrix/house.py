"""The bot as it runs, in this process: Matrix, intake, engine, delivery, over a real SQLite file."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from adapters.cli.outside import SystemChance, SystemClock
from adapters.cli.store import Store, open_store
from adapters.matrix.client import Matrix
from adapters.matrix.link import Account
from bot.chat import Outgoing
from bot.collective.collectives import HOME
from bot.command import Command
from bot.writer.delivery import Delivery
from commands import FEATURES
from tests.adapters.matrix.people import Person
from tests.house import Desk, engine_over
from tests.painting import paint_here


class House:
    """One running bot."""

    def __init__(self, store: Store, account: Account, **options: Any) -> None:
        self.store = store
        more: Sequence[Command] = options.pop("commands", ())
        commands = {**FEATURES.commands, **{command.name: command for command in more}}
        engine = engine_over(
            store.journal,
            {"flood": 1_000_000, **options.pop("rules", {"prefix": "!"})},
            clock=SystemClock(),
            chance=SystemChance(),
            homes={"matrix": HOME} if options.pop("home", True) else {},
            commands=commands,
        )
        self.intake = Desk(engine, self._tell)
        clock, rest = options.pop("clock", SystemClock()), options.pop("rest", 0.0)
        self.matrix = Matrix(account, store.outbox, clock, commands, paint=paint_here, **options)
        self.delivery = Delivery(
            {"matrix": self.matrix}, store.outbox, self.intake.note, rests={"matrix": rest}
        )
        self.listening: asyncio.Task[None] | None = None

    def _tell(self, rows: Sequence[Outgoing]) -> None:
        self.delivery.offer(rows)

    def start(self) -> None:
        self.delivery.take_up()
        self.listening = asyncio.create_task(self.matrix.listen(self.intake))

    async def settled(self) -> None:
        """All that was decided is told, and it is written down that it was."""
        await self.intake.finished()
        await self.delivery.drained()
        await self.intake.finished()

    async def stop(self) -> None:
        if self.listening is not None:
            self.listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.listening
        await self.intake.finished()
        await self.delivery.stop()
        await self.intake.stop()
        await self.matrix.close()


def account_of(bot: Person, folder: Path, key: str = "") -> Account:
    return Account(bot.line, bot.user, bot.device, bot.token, folder / "keys", key)


@asynccontextmanager
async def house(bot: Person, folder: Path, **options: Any) -> AsyncIterator[House]:
    """The bot, running on the account of `bot` over a database in the folder."""
    with open_store(f"sqlite:///{folder / 'talkoot.db'}") as store:
        account = account_of(bot, folder, options.pop("key", ""))
        url, trusted = options.pop("url", account.homeserver), options.pop("trusted", account.trusted)
        account = replace(account, homeserver=url, trusted=trusted)
        running = House(store, account, **options)
        running.start()
        try:
            yield running
        finally:
            await running.stop()
