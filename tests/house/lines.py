"""Lines of commands, typed from their declarations: what is good in each option, or somebody's own."""

from __future__ import annotations

from collections.abc import Mapping

from bot.arguments import Option, OptionType
from bot.command import Command

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
