"""Commands: one declaration gives the text grammar, the help page and the permission.

A command is data (`Command`, `Option`), and Discord's form is made from the same. Reading a line is
pure and knows no state: people, kinds, references come out as words, which the decision looks up.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

import msgspec

from bot import words
from bot.amounts import read_amount
from bot.calendar import local_day, read_day, read_period, read_when
from bot.chain import normal
from bot.chat import Misread, Refused, misread
from bot.collective.roles import Role
from bot.decision import Decide, Reads
from bot.recurrence import read_times
from bot.tokens import Token, tokenize
from bot.units import OwnUnits
from bot.wording import Node, Say, Typed, Words, items, joined, lines, say, visible

LINE_CHARACTERS_MAX = 4_000
"""The longest text that a command may have: what Discord allows, and a good page."""

WORDS_MAX = 800
"""The most words of a first line, so that reading it stays quick whatever is typed."""

AMOUNT_WORDS_MAX = 8
"""The most words that an amount can have, and then some: `1 hour and 30 minutes`."""

PEOPLE_MAX = 20
"""The most people in one line: a whole circle, not a whole server."""


class OptionType(StrEnum):
    """What an option holds, and so how it is read and completed; a `NAME` is that of something new."""

    AMOUNT = "amount"
    TEXT = "text"
    LONG = "long"
    KIND = "kind"
    PERSON = "person"
    PEOPLE = "people"
    DAY = "day"
    PERIOD = "period"
    CIRCLE = "circle"
    FUND = "fund"
    EQUATION = "equation"
    UNIT = "unit"
    PARTNER = "partner"
    NAME = "name"
    REFERENCE = "reference"
    WORD = "word"
    LINK = "link"
    WHEN = "when"
    TIMES = "times"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that a command takes.

    `positional` options are typed in their order; a kind as `#kind`, people as `@name`, all others
    as `--name value`. A flag is on by its name alone; `--name off` says the contrary. `LONG` takes
    the lines after the first.
    """

    name: str
    type: OptionType
    about: Say
    required: bool = False
    positional: bool = False
    choices: tuple[str, ...] = ()


_FLAG: Mapping[str, bool] = {"on": True, "off": False}


def flag(name: str, about: Say) -> Option:
    """An option that is on where it is named."""
    return Option(name, OptionType.FLAG, about, choices=tuple(_FLAG))


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
class Command:
    """One command: its name (one or two words), who may use it, what it takes, and what it does.

    `by_proposal` says that a passed proposal may carry it out.
    """

    name: str
    about: Say
    decide: Decide
    role: Role = Role.MEMBER
    options: tuple[Option, ...] = ()
    reads: Reads | None = None
    examples: tuple[str, ...] = ()
    details: Node | None = None
    home: Home = Home.ROOM
    by_proposal: bool = False

    @property
    def usage(self) -> str:
        """The command's form in one line, as in the manual."""
        return " ".join([self.name, *(_usage(option) for option in self.options)]).strip()

    @cached_property
    def by_name(self) -> Mapping[str, Option]:
        """Its options by name."""
        return {option.name: option for option in self.options}

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


def addressed(words: str, prefix: str) -> str | None:
    """The line behind the prefix (or behind `/`), or None when it is no command."""
    text = words.lstrip()
    for mark in dict.fromkeys((prefix, "/")):
        if text.startswith(mark):
            rest = text[len(mark) :]
            # "/ home" and "//" are talk, and so is a path such as /etc/hosts.
            return rest if rest[:1].isalpha() and "/" not in rest.split(maxsplit=1)[0] else None
    return None


def parse(line: str, table: Mapping[str, Command], setting: Setting) -> Parsed:
    """Read a line (without its prefix) as a command. Raises Misread with what was wrong, and where."""
    if len(line) > LINE_CHARACTERS_MAX:
        raise misread(
            "too-long",
            say(
                "That is {count} characters; {most} is the most that I take.",
                count=len(line),
                most=LINE_CHARACTERS_MAX,
            ),
            instead=say("Put the long text behind a link."),
        )
    first, _, rest = normal(line).strip().partition("\n")
    tokens = list(tokenize(first))
    if len(tokens) > WORDS_MAX:
        raise misread("too-long", say("That is more words than I take in one line."))
    command, used = _command(tokens, table)
    return Parsed(command.name, _Reading(command, tokens[used:], rest.strip(), setting).read())


def command_named(line: str, table: Mapping[str, Command]) -> Command | None:
    """The command that a line begins with, whatever else stands in it."""
    first = line[:LINE_CHARACTERS_MAX].strip().partition("\n")[0]
    try:
        return _command(list(tokenize(first[:WORDS_MAX])), table)[0]
    except Misread:
        return None


def _command(tokens: list[Token], table: Mapping[str, Command]) -> tuple[Command, int]:
    words = [token.text.casefold() for token in tokens[:2]]
    for used in (2, 1):
        command = table.get(" ".join(words[:used])) if len(words) >= used else None
        if command is not None:
            return command, used
    raise Misread(_unknown_command(words, table))


def _unknown_command(words: list[str], table: Mapping[str, Command]) -> Refused:
    first = words[0] if words else ""
    inside = [name for name in table if name.startswith(f"{first} ")]
    if inside:
        return Refused(
            say("{command} needs one more word.", command=Typed(first)),
            error="command-unknown",
            word=" ".join(words),
            instead=say("Try {choices}.", choices=joined((Typed(n) for n in inside), " / ")),
        )
    near = difflib.get_close_matches(first, {name.split()[0] for name in table}, 1)
    return Refused(
        say("There is no command {command}.", command=Typed(first)),
        error="command-unknown",
        word=first,
        instead=say("Did you mean {command}?", command=Typed(near[0]))
        if near
        else say("{help} lists them all.", help=Typed("help")),
    )


class _Reading:
    """One reading of one line against one command: takes marked words first, then the rest in order."""

    def __init__(self, command: Command, tokens: list[Token], rest: str, setting: Setting) -> None:
        self.command, self.tokens, self.rest, self.setting = command, tokens, rest, setting
        self.arguments: dict[str, Any] = {}
        self.by_type, self.by_name = command.by_type, command.by_name

    def read(self) -> dict[str, Any]:
        self._take_named()
        self._take_kind()
        for option in self.command.options:
            if option.positional:
                self._take_positional(option)
        self._take_people()
        self._take_text()
        self._take_long()
        if self.tokens:
            raise self._left_over(self.tokens[0].text)
        for option in self.command.options:
            if option.required and not _something(self.arguments.get(option.name)):
                raise self._missing(option)
        return self.arguments

    def _take_named(self) -> None:
        """`--name value`; phones turn the two dashes into one long one."""
        at = 0
        while at < len(self.tokens):
            token = self.tokens[at]
            name = "" if token.quoted else _option_name(token.text)
            if not name:
                at += 1
                continue
            name, _, value = name.partition("=")
            has_value = bool(value)
            option = self.by_name.get(name.casefold())
            if option is None or option.type is OptionType.LONG:
                raise self._no_such_option(token.text, name)
            if option.type is OptionType.FLAG:
                used = self._flag(option, [Token(value)] if has_value else self.tokens[at + 1 :], token)
                del self.tokens[at : at + 1 + (0 if has_value else used)]
                continue
            values = [Token(value), *self.tokens[at + 1 :]] if has_value else self.tokens[at + 1 :]
            used = self._value(option, values, token.text)
            del self.tokens[at : at + used + (0 if has_value else 1)]

    def _flag(self, option: Option, behind: list[Token], flag: Token) -> int:
        """On, unless `off` is said; a word behind it is its own only at an end or before an option."""
        word = behind[0].text.casefold() if behind and not behind[0].quoted else ""
        own = word in _FLAG and (len(behind) == 1 or bool(_option_name(behind[1].text)))
        if "=" in flag.text and not own:
            raise misread(
                "flag-value",
                say("{option} is on or off.", option=f"--{option.name}"),
                word=flag.text,
                instead=_how(self.command),
            )
        self.arguments[option.name] = _FLAG[word] if own else True
        return int(own)

    def _value(self, option: Option, tokens: list[Token], shown: str) -> int:
        until = next(
            (i for i, t in enumerate(tokens) if not t.quoted and _option_name(t.text)), len(tokens)
        )
        if not until:
            raise misread(
                "option-empty",
                say("{option} needs a value behind it.", option=shown),
                word=shown,
                instead=_how(self.command),
            )
        return self._put(option, tokens[:until])

    def _take_kind(self) -> None:
        option = self.by_type.get(OptionType.KIND)
        if option is None:
            return
        named = [t for t in self.tokens if _is_kind(t)]
        if len(named) > 1:
            raise misread(
                "kind-twice",
                say("One entry has one kind; I see {kinds}.", kinds=joined(t.text for t in named)),
                word=named[1].text,
                instead=_how(self.command),
            )
        if named:
            self.tokens.remove(named[0])
            self.arguments[option.name] = words.kind(named[0].text)

    def _take_positional(self, option: Option) -> None:
        if option.name in self.arguments or option.type is OptionType.TEXT:
            return
        if not option.required and not self._fits(option):
            return
        if not self.tokens:
            if option.required:
                raise self._missing(option)
            return
        used = self._put(option, self.tokens)
        del self.tokens[:used]

    def _fits(self, option: Option) -> bool:
        """Whether the next word may be meant for an option that can be left out.

        A person stands behind an @; an amount has a digit in its first two words, else it is text.
        """
        first, second = [*self.tokens[:2], Token(""), Token("")][:2]
        if option.type is OptionType.PERSON:
            return _is_person(first)
        if option.type is OptionType.AMOUNT and OptionType.TEXT in self.by_type:
            digits = any(c.isdecimal() or c.isnumeric() for c in first.text)
            return not _is_person(first) and (digits or second.text[:1].isdecimal())
        return True

    def _take_people(self) -> None:
        """People stand before the text or behind it; within it, an `@name` is part of the text."""
        option = self.by_type.get(OptionType.PEOPLE)
        if option is None:
            return
        people = list(self.arguments.get(option.name, ()))
        while self.tokens and _is_person(self.tokens[0]):
            people.append(self.tokens.pop(0).text[1:])
        behind = []
        while self.tokens and _is_person(self.tokens[-1]):
            behind.append(self.tokens.pop().text[1:])
        people += reversed(behind)
        if len(people) > PEOPLE_MAX:
            raise misread(
                "too-many-people",
                say(
                    "That is {count} people; {most} is the most.",
                    count=len(people),
                    most=PEOPLE_MAX,
                ),
            )
        if people:
            self.arguments[option.name] = tuple(dict.fromkeys(people))

    def _take_text(self) -> None:
        option = self.by_type.get(OptionType.TEXT)
        if option is None or not option.positional or not self.tokens:
            return
        self.arguments[option.name] = " ".join(token.text for token in self.tokens)
        self.tokens.clear()

    def _take_long(self) -> None:
        option = self.by_type.get(OptionType.LONG)
        if not self.rest:
            return
        text = self.by_type.get(OptionType.TEXT)
        if option is not None:
            self.arguments[option.name] = self.rest
        elif text is not None:
            before = self.arguments.get(text.name, "")
            self.arguments[text.name] = f"{before}\n{self.rest}".strip()
        else:
            raise self._left_over(self.rest.split("\n", 1)[0])

    def _put(self, option: Option, tokens: list[Token]) -> int:
        value, used = self._read(option, tokens)
        self.arguments[option.name] = value
        return used

    def _read(self, option: Option, tokens: list[Token]) -> tuple[Any, int]:
        words = [token.text for token in tokens]
        match option.type:
            case (
                OptionType.AMOUNT
                | OptionType.DAY
                | OptionType.PERIOD
                | OptionType.WHEN
                | OptionType.TIMES
            ):
                if not tokens[0].quoted:
                    return self._several(option, words)
                inner = words[0].split() or [""]
                value, used = self._several(option, inner)
                if used < len(inner):
                    raise self._left_over(inner[used])
                return value, 1
            case OptionType.TEXT:
                return (words[0], 1) if tokens[0].quoted else (" ".join(words), len(words))
            case OptionType.WORD:
                return self._word(option, words[0]), 1
            case _:
                return _ONE_WORD.get(option.type, str)(words[0]), 1

    def _several(self, option: Option, words: list[str]) -> tuple[Any, int]:
        """A value that may take several words, and how many it took."""
        setting = self.setting
        match option.type:
            case OptionType.AMOUNT:
                return read_amount(words[:AMOUNT_WORDS_MAX], setting.language, setting.own)
            case OptionType.DAY:
                return read_day(words, setting.language, setting.today)
            case OptionType.PERIOD:
                return read_period(words, setting.language, setting.today)
            case OptionType.TIMES:
                return read_times(words, setting.language, setting.now, setting.zone)
            case _:
                return read_when(words, setting.language, setting.now, setting.zone)

    def _word(self, option: Option, word: str) -> str:
        folded = word.casefold()
        if not option.choices or folded in option.choices:
            return folded if option.choices else word
        raise misread(
            "choice-unknown",
            say("“{word}” is none of the choices for {option}.", word=word, option=option.name),
            word=word,
            instead=say("Choose one of {choices}.", choices=joined(option.choices)),
        )

    def _missing(self, option: Option) -> Misread:
        return misread(
            f"{option.name}-missing",
            say("{command} needs: {about}", command=Typed(self.command.name), about=option.about),
            instead=_how(self.command),
        )

    def _no_such_option(self, word: str, name: str) -> Misread:
        names = [each.name for each in self.command.options if each.type is not OptionType.LONG]
        near = difflib.get_close_matches(name, names, 1)
        if not near and "do" in self.by_name:
            instead: Node = say(
                "A command with options goes in quotes: {example}",
                example=Words('--do "rules set confirmations 1 --in room"'),
            )
        else:
            instead = say("Did you mean --{name}?", name=near[0]) if near else _how(self.command)
        return misread(
            "option-unknown",
            say("{command} knows no {option}.", command=Typed(self.command.name), option=word),
            word=word,
            instead=instead,
        )

    def _left_over(self, word: str) -> Misread:
        return misread(
            "word-unexpected",
            say(
                "I don't know what to do with “{word}” in {command}.",
                word=word,
                command=Typed(self.command.name),
            ),
            word=word,
            instead=_how(self.command),
        )


def _something(value: object) -> bool:
    """Whether there is a value; a text that nobody can see is none."""
    return bool(visible(value).strip()) if isinstance(value, str) else value is not None


def _how(command: Command) -> Node:
    example = command.examples[0] if command.examples else command.usage
    return say("It works like this: {example}", example=Typed(example))


_DASHES = ("--", "—", "–")


def _option_name(text: str) -> str:
    if not text.startswith(_DASHES):
        return ""
    name = text.removeprefix("--") if text[0] == "-" else text[1:]
    return name if name[:1].isalpha() else ""


def _is_kind(token: Token) -> bool:
    return not token.quoted and token.text.startswith(("#", "＃")) and token.text[1:2].isalpha()


def _is_person(token: Token) -> bool:
    return not token.quoted and token.text.startswith("@") and len(token.text) > 1


_ONE_WORD: Mapping[OptionType, Callable[[str], Any]] = {
    OptionType.PERSON: lambda word: word.removeprefix("@"),
    OptionType.PEOPLE: lambda word: (word.removeprefix("@"),),
    OptionType.KIND: words.kind,
    **dict.fromkeys(
        (
            OptionType.CIRCLE,
            OptionType.FUND,
            OptionType.EQUATION,
            OptionType.UNIT,
            OptionType.PARTNER,
            OptionType.NAME,
        ),
        lambda word: words.named(word, word),
    ),
    OptionType.REFERENCE: words.reference,
    OptionType.LINK: words.link,
}
"""How the types that take exactly one word are read."""


def help_page(command: Command) -> Node:
    """A command's help: what it does, its form, its options, examples."""
    options = [option for option in command.options if option.type is not OptionType.LONG]
    return lines(
        say("{command}: {about}", command=Typed(command.usage), about=command.about),
        items(say("{name}: {about}", name=each.name, about=each.about) for each in options)
        if options
        else None,
        command.details,
        say("For example:") if command.examples else None,
        items(Typed(example) for example in command.examples) if command.examples else None,
    )
