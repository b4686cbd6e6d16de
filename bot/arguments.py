"""Arguments: what a command takes, declared once as a small frozen class.

A field is one thing that the command takes: its annotation says what a decision gets, `takes` how it
is read, completed and explained. From the class come the text grammar, the help page, the
slash-command and `ask.args`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from enum import StrEnum
from keyword import iskeyword
from typing import Any, Final, Protocol, TypeVar, cast, dataclass_transform

from bot.language.amounts import Amount
from bot.text.wording import Say

T = TypeVar("T")
_OPTION: Final = "option"


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
    BUDGET = "budget"
    EQUATION = "equation"
    UNIT = "unit"
    PARTNER = "partner"
    NAME = "name"
    REFERENCE = "reference"
    RULE = "rule"
    CHOICE = "choice"
    WORD = "word"
    LINK = "link"
    WHEN = "when"
    TIMES = "times"
    FLAG = "flag"
    FILE = "file"


SUGGESTED = frozenset(
    {
        OptionType.KIND,
        OptionType.PERSON,
        OptionType.PEOPLE,
        OptionType.CIRCLE,
        OptionType.FUND,
        OptionType.BUDGET,
        OptionType.EQUATION,
        OptionType.UNIT,
        OptionType.PARTNER,
        OptionType.REFERENCE,
        OptionType.RULE,
        OptionType.CHOICE,
    }
)
"""The types of which features suggest what may stand there."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that a command takes.

    `positional` options are typed in their order; a kind as `#kind`, people as `@name`, all others
    as `--name value`. A flag is on by its name alone; `--name off` says the contrary. `LONG` takes
    the lines after the first, `FILE` the file that was sent along: only on the console it is named.
    One that is `kept` is a receipt, and not read but kept as it is.
    A weekday is the last one, or with `ahead` the coming one. People who bear `parts` may have a number
    behind them: `@ana 2 @bo 1`; whoever has so many is there so many times.
    """

    name: str
    type: OptionType
    about: Say
    required: bool = False
    positional: bool = False
    choices: tuple[str, ...] = ()
    ahead: bool = False
    parts: bool = False
    kept: bool = False

    @property
    def is_suggested(self) -> bool:
        """Whether there is ever anything to suggest."""
        return self.type in SUGGESTED or bool(self.choices)


FLAG: Mapping[str, bool] = {"on": True, "off": False}


@dataclass(frozen=True, slots=True)
class _Taken:
    """A field as it is declared; without a default it has to be given."""

    option: Option
    default: object


def takes(
    kind: OptionType,
    about: Say,
    *,
    positional: bool = False,
    choices: tuple[str, ...] = (),
    default: object = MISSING,
    ahead: bool = False,
    parts: bool = False,
    kept: bool = False,
) -> Any:  # noqa: ANN401 - a field has the type of its annotation
    """How a field of an arguments' class is read; the field gives its name.

    What has no `default` must be given. One declaration may serve the fields of several classes.
    """
    more = {"positional": positional, "ahead": ahead, "parts": parts, "kept": kept}
    return _Taken(Option("", kind, about, choices=choices, **more), default)


def flag(about: Say, *, default: bool | None = False) -> Any:  # noqa: ANN401 - as `takes`
    """A field that is on where it is named."""
    return takes(OptionType.FLAG, about, choices=tuple(FLAG), default=default)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(takes, flag))
def arguments(declared: type[T]) -> type[T]:
    """The class of what a command takes: its own fields, then those of its bases."""
    held = {name: it for name, it in vars(declared).items() if name not in _OF_EVERY_CLASS}
    taking = {name: _field(name, held[name]) for name in declared.__annotations__}
    made = type(declared.__name__, declared.__bases__, {**held, **taking})
    return cast("type[T]", dataclass(frozen=True, slots=True, kw_only=True)(made))


_OF_EVERY_CLASS = frozenset({"__dict__", "__weakref__"})


def _field(name: str, it: object) -> Any:  # noqa: ANN401 - a dataclass's own field
    assert isinstance(it, _Taken), f"{name} does not say how it is read"
    option = replace(it.option, name=_option_name(name), required=it.default is MISSING)
    return field(default=it.default, metadata={_OPTION: option})


@arguments
class NoArgs:
    """What a command takes that takes nothing."""


def options_of(declared: type) -> tuple[Option, ...]:
    """The options of an arguments' class, in their order: its own, then those of its bases."""
    by_name = {each.name: each.metadata[_OPTION] for each in fields(declared)}
    names = (name for each in declared.__mro__ for name in vars(each).get("__annotations__", ()))
    return tuple(by_name[name] for name in names)


def taken(declared: type[T], given: Mapping[str, Any]) -> T:
    """The arguments that were given, by the names of their options."""
    return declared(**{_field_name(name): value for name, value in given.items()})


def given(args: object) -> dict[str, Any]:
    """What was given, by the names of the options: everything that is not as if left out."""
    without = {each.name: each.default for each in fields(args)}  # type: ignore[arg-type]
    values = {name: getattr(args, name) for name in without}
    return {_option_name(name): value for name, value in values.items() if value != without[name]}


def _option_name(name: str) -> str:
    """`in_` is the option `in`, `until_paid` is `until-paid`."""
    return name.rstrip("_").replace("_", "-")


def _field_name(option: str) -> str:
    name = option.replace("-", "_")
    return f"{name}_" if iskeyword(name) else name


class WithRef(Protocol):
    """Arguments that name one thing."""

    @property
    def ref(self) -> str:
        """Its reference, such as P3."""


class WithName(Protocol):
    """Arguments that name something by its name."""

    @property
    def name(self) -> str:
        """Its name."""


class WithWho(Protocol):
    """Arguments that name one person."""

    @property
    def who(self) -> str:
        """The person, as typed; empty where it was left out."""


class WithCircle(Protocol):
    """Arguments with a circle."""

    @property
    def circle(self) -> str:
        """The circle, as typed; empty where it was left out."""


class WithAmount(Protocol):
    """Arguments with an amount."""

    @property
    def amount(self) -> Amount:
        """How much."""
