"""A house for attack tests: two collectives on one engine and one database in memory.

The engine and the store are the real ones. `say` speaks as somebody and gives the answer as it
would be read; `tables` shows everything that is kept but what came in and went out, so that a test
can say "nothing was written" and mean the bytes.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import inspect

from adapters.cli.outside import SeededChance
from adapters.console.stage import StageClock
from bot.chat import Actor, Incoming, Kind, Outgoing, Place, reader_of
from bot.collective.rules import Value
from bot.command import Command, Option, OptionType
from bot.decision import Clockwork
from bot.text.wording import render
from bot.writer.answers import Answer
from bot.writer.engine import Engine
from bot.writer.hearing import Instance
from commands import all_commands
from storage.engines import open_memory
from storage.journal import SqlJournal

BEGIN = dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.UTC)
"""A Monday morning."""

COMMANDS = all_commands()
HOMES = {"a": "alpha", "b": "beta"}
CHANGING = ("inbox", "outbox")
"""The tables that a refusal may change: what came in, and what was answered."""

Rows = dict[str, list[str]]


@dataclass(frozen=True)
class Told:
    """What a message was answered."""

    answer: Answer | None
    rows: tuple[Outgoing, ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Everything that was said, as one text."""
        return "\n".join(self.texts)

    @property
    def error(self) -> str:
        """The code of the refusal, empty where it was none."""
        errors = [row.reply.facts.get("error", "") for row in self.rows]
        return "".join(errors[:1])

    @property
    def refused(self) -> bool:
        """Whether it was a refusal."""
        return any(row.reply.kind is Kind.REFUSAL for row in self.rows)


@dataclass
class House:
    """Two collectives, `alpha` on platform `a` and `beta` on platform `b`."""

    rules: Mapping[str, Value] = field(default_factory=dict)
    commands: Mapping[str, Command] = field(default_factory=lambda: COMMANDS)
    homes: Mapping[str, str] = field(default_factory=lambda: HOMES)
    states_max: int = 500
    clockworks: tuple[Clockwork, ...] = ()

    def __post_init__(self) -> None:
        """Open an empty database and an engine over it."""
        self.clock = StageClock(BEGIN)
        self.chance = SeededChance(0)
        self.store = open_memory()
        self.journal = SqlJournal(self.store)
        self.found: tuple[str, ...] = ()
        self.count = 0
        self.restart()

    def restart(self) -> None:
        """A new engine over the same database: what was only in memory is gone."""
        instance = Instance(
            self.commands,
            self.clock,
            self.chance,
            {"flood": 1_000_000, **self.rules},
            homes=self.homes,
            states_max=self.states_max,
            clockworks=self.clockworks,
        )
        self.engine = Engine(self.journal, instance)

    def close(self) -> None:
        """Give the database back."""
        self.store.dispose()

    def message(
        self,
        who: str,
        words: str,
        platform: str = "a",
        *,
        name: str | None = None,
        room: str = "hall",
        key: str | None = None,
        operator: bool = False,
        edited: bool = False,
        addressed: bool = False,
        mentions: Mapping[str, str] | None = None,
    ) -> Incoming:
        """A message as an adapter would hand it in, with an id of its own unless one is given."""
        self.count += 1
        return Incoming(
            f"m{self.count}" if key is None else key,
            Place(platform, room),
            Actor(platform, who, who if name is None else name, operator),
            words,
            edited=edited,
            addressed=addressed,
            mentions=dict(mentions or {}),
        )

    def hand_in(self, messages: Sequence[Incoming]) -> list[Told]:
        """Hand in one batch."""
        return [told(answer) for answer in self.engine.handle(messages)]

    def say(
        self,
        who: str,
        words: str,
        platform: str = "a",
        *,
        name: str | None = None,
        room: str = "hall",
        operator: bool = False,
        mentions: Mapping[str, str] | None = None,
    ) -> Told:
        """Say one thing."""
        message = self.message(
            who, words, platform, name=name, room=room, operator=operator, mentions=mentions
        )
        return self.hand_in([message])[0]

    def tables(self, *, but: Sequence[str] = CHANGING) -> Rows:
        """All rows of all tables but those, as text."""
        with self.store.connect() as connection:
            if not self.found:
                self.found = tuple(inspect(connection).get_table_names())
            return {
                table: sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {table}").all()))
                for table in self.found
                if table not in but
            }

    def entries(self, collective: str = "alpha") -> int:
        """How long a journal is."""
        with self.journal.transaction() as tx:
            return sum(1 for _ in tx.entries(collective))


def told(answer: Answer | None) -> Told:
    """What an answer says to who reads it."""
    rows = answer.outgoing if answer else ()
    return Told(answer, rows, tuple(plain(row) for row in rows))


def plain(row: Outgoing) -> str:
    """A message and its buttons as plain text."""
    reads = reader_of(row)
    labels = [render(button.label, reads) for button in row.reply.buttons]
    return "\n".join([render(row.reply.body, reads), *labels])


BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
ZERO_WIDTH = frozenset("\u00ad\u180e\u200b\u2060\ufeff")


def hidden(text: str) -> list[str]:
    """The signs in a text that break its line, steer a terminal, or make it read as another one."""
    return [
        f"U+{ord(sign):04X}"
        for sign in dict.fromkeys(text)
        if (sign != "\n" and unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"})
        or sign in BIDI | ZERO_WIDTH
    ]


SAMPLES: Mapping[OptionType, str] = {
    OptionType.AMOUNT: "1h",
    OptionType.TEXT: "a text",
    OptionType.LONG: "a text",
    OptionType.KIND: "#care",
    OptionType.PERSON: "@bo",
    OptionType.PEOPLE: "@bo",
    OptionType.DAY: "yesterday",
    OptionType.PERIOD: "2026-01",
    OptionType.REFERENCE: "C1",
    OptionType.LINK: "https://example.org/a",
    OptionType.CIRCLE: "garden",
    OptionType.FUND: "tools",
    OptionType.EQUATION: "hours",
    OptionType.UNIT: "leaf",
    OptionType.PARTNER: "bakery",
    OptionType.NAME: "barn",
    OptionType.WHEN: "in 5 days",
    OptionType.TIMES: "every monday 09:00",
}
"""A good value of every type that takes no plain word."""


def sample(option: Option) -> str:
    """A good value of an option."""
    return option.choices[0] if option.choices else SAMPLES.get(option.type, "de")


def typed(option: Option, value: str) -> str:
    """An option as it is typed in a line."""
    if option.type is OptionType.LONG:
        return f"\n{value}"
    if option.positional or option.type in {OptionType.KIND, OptionType.PEOPLE}:
        return value
    return f"--{option.name} {value}"


def line(command: Command, values: Mapping[str, str] | None = None, *, full: bool = False) -> str:
    """A line of a command: what it requires (or everything), with these values in their places."""
    wanted = [
        option for option in command.options if option.required or full or option.name in (values or {})
    ]
    parts = [
        (option.type is OptionType.LONG, typed(option, (values or {}).get(option.name, sample(option))))
        for option in wanted
    ]
    head = " ".join(part for long, part in parts if not long)
    tail = "".join(part for long, part in parts if long)
    return f"/{command.name} {head}{tail}"


def without(command: Command, name: str) -> str:
    """A line of a command that lacks one option."""
    parts = [typed(o, sample(o)) for o in command.options if o.required and o.name != name]
    return " ".join([f"/{command.name}", *parts])


def settled(rules: Mapping[str, Value] | None = None) -> House:
    """A house with life in it: anna (admin), bo and cem in alpha, an entry, a dispute, a timer."""
    house = House(rules or {})
    for who in ("anna", "bo", "cem"):
        house.say(who, "/me")
    house.say("anna", "/log 2h baked bread #care\nwith a note")
    house.say("bo", "/log 12.50 EUR flour --proof https://example.org/bill")
    house.say("bo", "/dispute C1 it was one hour")
    house.say("cem", "/timer start repairing the oven")
    return house
