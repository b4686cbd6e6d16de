"""Commands: one declaration gives the text grammar, the help page and the permission.

A command is data (`Command`, and the class of its arguments), and Discord's form is made from the
same. `bot.grammar.lines` reads the lines.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Generic

import msgspec

from bot.arguments import NoArgs, Option, OptionType, options_of, taken
from bot.chat import Misread
from bot.collective.grades import Grade
from bot.collective.roles import Role
from bot.collective.state import State
from bot.decision import A, Accepted, Ask, Query
from bot.language.amounts import read_amount
from bot.language.clock import local_day
from bot.language.units import OwnUnits, Unit
from bot.text.languages import offered, reader
from bot.text.rendering import render
from bot.text.wording import Node, Say, Typed, items, lines, say


class Suggestion(msgspec.Struct, frozen=True):
    """One thing that an option may hold: the word that types it, and how it is shown.

    `account` is a person's account on the platform that asked, if they have one.
    """

    word: str
    label: Node
    account: str = ""


class Asked(msgspec.Struct, frozen=True):
    """What somebody is typing: `typed` begins the option's value, `given` are the other options."""

    command: str
    option: str
    typed: str
    given: dict[str, str] = {}


class Home(StrEnum):
    """The collective that a command is decided in."""

    ROOM = "room"
    """That of the room it is typed in."""

    ANY = "any"
    """The same; where the room has none, none is needed."""

    NEW = "new"
    """A new one, which the room then belongs to."""

    CODE = "code"
    """The one that the code in the line names."""


@dataclass(frozen=True, kw_only=True)
class Command(Generic[A]):
    """One command: its name (one or two words), who may use it, what it takes, and what it does.

    `effect` says that a passed proposal may carry it out, and how much that weighs; `former` that
    whoever was a member may still do it, without becoming one again. `undo` is a line that takes back
    what it does. What is typed with one that is `discreet` may be a secret or a vote: no history keeps
    it. `also` are the other words that people use for it, with commas between them: they lead to it, in
    each language that has its own.
    `once` has the lines that did something before, with what they are now.
    `usual` are the options that its help begins with, where it has many. Of what is `several` one
    message may have many, a line each. Where commands are counted, as on Discord, it is `grouped`
    under another one by these two words, which may be typed as well.
    """

    name: str
    about: Say
    decide: Callable[[State, Ask[A]], Accepted]
    args: type[A] = NoArgs  # type: ignore[assignment]
    role: Role = Role.MEMBER
    wants: Callable[[State, Ask[A]], tuple[Query, ...]] | None = None
    examples: tuple[str, ...] = ()
    details: Node | None = None
    home: Home = Home.ROOM
    effect: Grade | None = None
    former: bool = False
    undo: str = ""
    discreet: bool = False
    also: Say | None = None
    usual: tuple[str, ...] = ()
    several: bool = False
    grouped: str = ""
    once: Mapping[str, str] = field(default_factory=dict)

    @property
    def usage(self) -> str:
        """The command's form in one line, as in the manual."""
        return " ".join([self.name, *(_usage(option) for option in self.options)]).strip()

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """What it takes, in the order of its arguments' class."""
        return options_of(self.args)

    def taken(self, parsed: Parsed) -> A:
        """The arguments that somebody gave."""
        return taken(self.args, parsed.arguments)

    @cached_property
    def other_words(self) -> tuple[str, ...]:
        """What people call it beside its name, in every language."""
        if self.also is None:
            return ()
        texts = [render(self.also, reader(language, "UTC")) for language in offered()]
        return tuple(dict.fromkeys(each.strip() for text in texts for each in text.split(",")))

    @cached_property
    def by_name(self) -> Mapping[str, Option]:
        """Its options by name."""
        return {option.name: option for option in self.options}

    @cached_property
    def takes_amount_first(self) -> bool:
        """Whether a line of it begins with the amount, and a text follows; not with people."""
        kinds = [option.type for option in self.options]
        in_order = [option.type for option in self.options if option.positional]
        return (
            in_order[:2] == [OptionType.AMOUNT, OptionType.TEXT] and kinds[0] is not OptionType.PEOPLE
        )

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The units of the amounts in its examples: those that its refusals offer."""
        found: dict[Unit, None] = {}
        for example in self.examples:
            words = example.split()
            for at, word in enumerate(words):
                if word[:1].isdecimal():
                    try:
                        found.setdefault(read_amount(words[at:], "en")[0].unit)
                    except Misread:
                        continue  # a number that is no amount
        return tuple(found)

    @cached_property
    def by_type(self) -> Mapping[OptionType, Option]:
        """Its options by type; of several, the one that stands in its place is meant."""
        return {o.type: o for o in sorted(self.options, key=lambda o: o.positional)}


def _usage(option: Option) -> str:
    upper = option.name.upper()
    shown = {
        OptionType.KIND: f"#{option.name}",
        OptionType.PEOPLE: f"@{option.name}…",
        OptionType.PERSON: f"@{option.name}",
        OptionType.LONG: "",
    }.get(option.type, upper)
    if option.choices:
        shown = "|".join(option.choices)
    if option.type is OptionType.FLAG:
        shown = f"--{option.name}"
    elif not option.positional and option.type not in _MARKED:
        shown = f"--{option.name} {upper}"
    return shown if option.required or not shown else f"[{shown}]"


_MARKED = {OptionType.KIND, OptionType.PEOPLE, OptionType.LONG}
"""The types that are known by their mark or place, wherever they stand."""


class Parsed(msgspec.Struct, frozen=True):
    """A line that was understood: which command, with which arguments."""

    command: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """What reading depends on: the language, the zone and the time of whoever typed.

    `own` are the units that only their collective has.
    """

    language: str
    zone: str
    now: dt.datetime
    own: OwnUnits = field(default_factory=dict)

    @property
    def today(self) -> dt.date:
        """The day it is there."""
        return local_day(self.now, self.zone)


def command_table(features: Iterable[Sequence[Command]]) -> dict[str, Command]:
    """All commands by name; asserts that none is declared twice."""
    table: dict[str, Command] = {}
    for feature in features:
        for command in feature:
            assert command.name not in table, f"{command.name} is declared twice"
            table[command.name] = command
    return table


def addressed(words: str, *marks: str) -> str | None:
    """The line behind one of the marks, or None when it is no command."""
    text = words.lstrip()
    for mark in dict.fromkeys(marks):
        if text.startswith(mark):
            rest = text[len(mark) :]
            # "/ home" and "//" are talk, and so is a path such as /etc/hosts, or 24/7; /@bo and /+1
            # begin a sentence.
            first, *more = rest.split(maxsplit=1) or [""]
            told = rest[:1].isdecimal() or (rest[:1] in "@+-" and rest[1:2].isalnum())
            begun = rest[:1].isalpha() or (told and bool(more))
            return rest if begun and "/" not in first else None
    return None


EXAMPLES_SHOWN, OPTIONS_SHOWN = 3, 6
"""How many of each a command's help begins with: one screen of a phone."""


def help_page(command: Command, *, whole: bool = False) -> Node:
    """A command's help: what it does, examples, options; in short what most people need of that."""
    options = [option for option in command.options if option.type is not OptionType.LONG]
    usual = [each for each in options if each.name in command.usual] if command.usual else options
    shown = options if whole else usual[:OPTIONS_SHOWN]
    examples = command.examples if whole else command.examples[:EXAMPLES_SHOWN]
    more = len(shown) < len(options) or (command.details is not None and not whole)
    return lines(
        say(
            "{command}: {about}",
            command=Typed(command.usage if whole else command.name),
            about=command.about,
        ),
        items(map(Typed, examples)) if examples else None,
        items(say("{name}: {about}", name=_typed_name(each), about=each.about) for each in shown)
        if shown
        else None,
        command.details if whole else None,
        say("{help} tells the rest.", help=Typed(f"help {command.name} all")) if more else None,
    )


def _typed_name(option: Option) -> str:
    """An option as it is typed: those that stand in their place have no dashes."""
    return option.name if option.positional or option.type in _MARKED else f"--{option.name}"
