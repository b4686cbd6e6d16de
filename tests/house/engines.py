"""The one place where tests make an engine, and the asynchronous way into it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from adapters.cli.outside import SeededChance
from adapters.console.stage import StageClock
from bot.books.snapshots import Wrapping
from bot.chat import CONSOLE, Incoming, Outgoing
from bot.collective.collectives import HOME
from bot.collective.ruletypes import Value
from bot.command import Command
from bot.ports import Chance, Clock, Journal, Keys, StorageBroken
from bot.writer.answers import Answer
from bot.writer.engine import Engine
from bot.writer.hearing import Instance
from bot.writer.intake import Fetch, Intake
from bot.writer.shelf import Shelf
from bot.writer.spreading import Spread
from bot.writer.vault import FleetingKeys
from bot.writer.witnesses import Witnesses
from commands import FEATURES

BEGIN = dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.UTC)
"""A Monday morning."""

COMMANDS = FEATURES.commands


def engine_over(
    journal: Journal,
    rules: Mapping[str, Value] | None = None,
    *,
    clock: Clock | None = None,
    chance: Chance | None = None,
    homes: Mapping[str, str] | None = None,
    commands: Mapping[str, Command] = COMMANDS,
    keys: Keys | None = None,
    states_max: int = 500,
    site: str = "",
    witnesses: Witnesses | None = None,
    wrapping: Wrapping | None = None,
    grown: Callable[[str], None] = lambda _: None,
    shelf: Shelf | None = None,
    spread: Spread | None = None,
) -> Engine:
    """An engine as the program makes it, on a Monday morning, with a chance that is the same each time.
    Nobody is welcomed unless the rules say so: who speaks in tests has been there for long.

    The clock stands until it is moved. Without `homes` the console's rooms are one collective.
    """
    instance = Instance(
        replace(FEATURES, commands=commands),
        clock or StageClock(BEGIN),
        chance or SeededChance(0),
        rules or {},
        homes={CONSOLE: HOME} if homes is None else homes,
        states_max=states_max,
        keys=keys or FleetingKeys(),
        site=site,
        witnesses=witnesses or Witnesses(FleetingKeys()),
        shelf=shelf or Shelf(),
        welcomes=bool(rules and rules.get("welcome")),
        wrapping=wrapping,
        spread=spread or Spread(),
    )
    return Engine(journal, instance, grown=grown)


class Desk(Intake):
    """The way in of a running program, which remembers what was handed in, told, and broken."""

    def __init__(
        self,
        engine: Engine,
        tell: Callable[[Sequence[Outgoing]], None] | None = None,
        fetch: Fetch | None = None,
    ) -> None:
        """Open; what is to be told goes to `tell` as well."""
        self.heard: list[Incoming] = []
        self.told: list[Outgoing] = []
        self.broken: list[StorageBroken] = []
        self._passed_on = tell
        super().__init__(engine, self._noted, self.broken.append, fetch=fetch)

    async def submit(self, message: Incoming) -> Answer | None:
        self.heard.append(message)
        return await super().submit(message)

    def _noted(self, rows: Sequence[Outgoing]) -> None:
        self.told.extend(rows)
        if self._passed_on is not None:
            self._passed_on(rows)
