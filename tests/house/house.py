"""A house: the real engine over a real store, a clock that stands until it is moved, and no chance."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Self
from zlib import crc32

from msgspec.structs import replace
from sqlalchemy import Engine as Database
from sqlalchemy import inspect

from adapters.cli.outside import SeededChance
from adapters.cli.store import MEMORY, open_store
from adapters.console.stage import StageClock
from adapters.ticker import tick
from bot.books.snapshots import Wrapping
from bot.chain import Entry
from bot.chat import Actor, Incoming, Outgoing, Place, Unread
from bot.collective.events import Event
from bot.collective.folding import fold, read_event
from bot.collective.ruletypes import Value
from bot.collective.state import State
from bot.command import Command
from bot.ports import Journal, Keys, Mark
from bot.writer.shelf import Shelf
from bot.writer.spreading import Spread
from bot.writer.vault import FleetingKeys
from bot.writer.witnesses import Witnesses
from tests.house.engines import BEGIN, COMMANDS, engine_over
from tests.house.told import Told, told

HOMES = {"a": "alpha", "b": "beta"}
CHANGING = ("inbox", "outbox")
"""The tables that a refusal may change: what came in, and what was answered."""

Rows = dict[str, list[str]]


@dataclass
class House:
    """Two collectives, `alpha` on platform `a` and `beta` on `b`, unless `homes` says otherwise.

    `url` is a database, and `program` tells two programs on it apart. What `between` makes of the
    journal stands between it and the engine: weather, faults, a killer. With `delivering` all that is
    said is delivered at once, and `said` keeps it.
    """

    rules: Mapping[str, Value] = field(default_factory=dict)
    commands: Mapping[str, Command] = field(default_factory=lambda: COMMANDS)
    homes: Mapping[str, str] = field(default_factory=lambda: HOMES)
    states_max: int = 500
    url: str = MEMORY
    program: str = "m"
    between: Callable[[Journal], Journal] = lambda journal: journal
    keys: Keys | None = None
    shelf: Shelf = field(default_factory=Shelf)
    delivering: bool = False
    site: str = ""
    wrapping: Wrapping | None = None
    spread: Spread = field(default_factory=Spread)

    def __post_init__(self) -> None:
        """Open the store and an engine over it."""
        self.clock = StageClock(BEGIN)
        self.witnesses = Witnesses(FleetingKeys())
        self.chance = SeededChance(crc32(self.program.encode()))
        self.said: list[Outgoing] = []
        self.found: tuple[str, ...] = ()
        self.grown: list[str] = []
        self.count = 0
        self.platform, self.home = next(iter(self.homes.items()), ("a", ""))
        self.opened = ExitStack()
        self.store = self.opened.enter_context(open_store(self.url))
        self.begin()

    def restart(self) -> None:
        """Begin anew over what is kept: what was only in memory is gone."""
        if self.url != MEMORY:
            self.close()
            self.store = self.opened.enter_context(open_store(self.url))
        self.begin()

    def begin(self) -> None:
        """Make the engine."""
        self.engine = engine_over(
            self.between(self.store.journal),
            {"flood": 1_000_000, **self.rules},
            clock=self.clock,
            chance=self.chance,
            homes=self.homes,
            commands=self.commands,
            keys=self.keys or self.store.keys,
            states_max=self.states_max,
            site=self.site,
            witnesses=self.witnesses,
            wrapping=self.wrapping,
            grown=self.grown.append,
            shelf=self.shelf,
            spread=self.spread,
        )

    def close(self) -> None:
        """Give the store back."""
        self.opened.close()

    def copy(self) -> House:
        """Another house in memory that is as this one, to the byte, and goes its own way from here."""
        assert self.url == MEMORY
        other = dataclasses.replace(self)
        other.clock.move_to(self.clock.now())
        other.chance, other.count = deepcopy(self.chance), self.count
        with self.database.connect() as mine, other.database.connect() as its:
            kept: Any = mine.connection.driver_connection
            kept.backup(its.connection.driver_connection)
        other.restart()
        return other

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- What people say --------------------------------------------------------------------------

    def message(
        self,
        who: str,
        words: str,
        platform: str = "",
        *,
        name: str | None = None,
        room: str | None = None,
        key: str | None = None,
        operator: bool = False,
        standing: Sequence[str] = (),
        private: bool = False,
        **more: Any,
    ) -> Incoming:
        """A message as an adapter would hand it in, with an id of its own unless one is given.

        `more` is what else an `Incoming` knows: `edited`, `answering`, `mentions` and so on.
        """
        self.count += 1
        platform = platform or self.platform
        return Incoming(
            f"{self.program}{self.count}" if key is None else key,
            Place(platform, room or (f"with {who}" if private else "hall")),
            Actor(platform, who, who if name is None else name, operator, tuple(standing)),
            words,
            private=private,
            **{"addressed": private, **more},
        )

    def hand_in(self, messages: Sequence[Incoming]) -> list[Told]:
        """Hand in one batch."""
        came = [told(answer) for answer in self.engine.handle(messages)]
        if self.delivering:
            new = [each for each in came if each.answer is None or not each.answer.repeated]
            rows = [row for each in new for row in each.rows]
            self.said += rows
            marks = [Mark(row.key, row.number, "$x", fleeting=row.reply.fleeting) for row in rows]
            self.engine.handle([], marks)
        return came

    def say(self, who: str, words: str, platform: str = "", **more: Any) -> Told:
        """Say one thing; what else is known of it as in `message`."""
        return self.hand_in([self.message(who, words, platform, **more)])[0]

    def enter(self, *people: str) -> Self:
        """Let them join, in this order; the first is the admin."""
        for who in people:
            self.say(who, "/me")
        return self

    # --- Time -------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        """What the clock shows, in milliseconds."""
        return int(self.clock.now().timestamp() * 1000)

    def later(
        self, step: dt.timedelta = dt.timedelta(0), *, unread: Sequence[Unread] = (), **more: float
    ) -> Told:
        """So much later (`days=3`), noticed only now: what is due in any collective happens."""
        self.clock.move_by(step + dt.timedelta(**more))
        due = [*self.store.wakes.unknown(), *self.store.wakes.due(self.now)]
        came = [self.tick(each, unread) for each in due]
        rows, texts = (it.rows for it in came), (it.texts for it in came)
        return Told(None, tuple(chain.from_iterable(rows)), tuple(chain.from_iterable(texts)))

    def tick(self, collective: str = "", unread: Sequence[Unread] = ()) -> Told:
        """Tell a collective the time, whether or not anything is due."""
        self.count += 1
        message = tick(collective or self.home, self.now, tuple(unread))
        return self.hand_in([replace(message, message=f"{self.program}-t{self.count}")])[0]

    # --- What is remembered, and what is kept -------------------------------------------------------

    @property
    def database(self) -> Database:
        """The database under the store, for whoever goes past it."""
        return self.store.journal._engine

    @property
    def remembered(self) -> dict[str, State]:
        """What the engine has in memory, by collective."""
        return self.engine._homes.states._states

    def state(self, collective: str = "") -> State:
        """What the engine remembers, or folds where it does not."""
        with self.store.journal.transaction() as tx:
            return self.engine._homes.states.of(tx, collective or self.home)

    def folded(self, collective: str = "") -> State:
        """What the journal says, folded anew."""
        collective = collective or self.home
        with self.store.journal.transaction() as tx:
            return fold(State(collective), tx.entries(collective), tx.names(collective))

    def entries(self, collective: str = "") -> list[Entry]:
        """The journal."""
        with self.store.journal.transaction() as tx:
            return list(tx.entries(collective or self.home))

    def events(self, collective: str = "") -> list[Event]:
        """What the journal says, event by event."""
        return [read_event(entry.payload) for entry in self.entries(collective)]

    def tables(self, *, but: Sequence[str] = CHANGING) -> Rows:
        """All rows of all tables but those, as text: who says "nothing was written" means the bytes."""
        with self.database.connect() as connection:
            if not self.found:
                self.found = tuple(inspect(connection).get_table_names())
            # The driver's own rows: those of SQLAlchemy shorten long values where they are shown.
            driver: Any = connection.connection.driver_connection
            return {
                table: sorted(map(repr, driver.execute(f"SELECT * FROM {table}").fetchall()))
                for table in self.found
                if table not in but
            }
