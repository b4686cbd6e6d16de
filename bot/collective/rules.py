"""The catalogue of rules: every guard and default that can be set, typed and bounded.

A rule's value is looked up in layers, the later over the earlier: built-in default, `config.toml`.
No number that people may want otherwise is hidden in code: it is a row of `CATALOGUE`.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from babel.core import Locale, UnknownLocaleError

from bot.chat import Refused
from bot.wording import Say, Words, joined, say, visible

Value = int | str | dt.date | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its kebab-case name, what it means, its default, and how its value is read.

    `read` turns what was typed into the value, or raises ValueError; `allowed` says the range.
    """

    name: str
    about: Say
    default: Value
    read: Callable[[str], Value]
    allowed: Say


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        value = int(text)
        if not least <= value <= most:
            raise ValueError(text)
        return value

    return read


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(text)
        return text

    return read


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (KeyError, OSError, ValueError) as unknown:
        raise ValueError(text) from unknown


def _language(text: str) -> str:
    try:
        return str(Locale.parse(text, sep="-")).replace("_", "-")
    except (UnknownLocaleError, ValueError) as unknown:
        raise ValueError(text) from unknown


def _day_or_none(text: str) -> dt.date | None:
    return None if text in {"", "none"} else dt.date.fromisoformat(text)


def _prefix(text: str) -> str:
    plain = text.isprintable() and visible(text) == text
    if not 1 <= len(text) <= 8 or not plain or any(c.isalnum() or c in " #@-" for c in text):
        raise ValueError(text)
    return text


def _number(least: int, most: int) -> Say:
    return say("a whole number from {least} to {most}", least=least, most=most)


def _choices(*choices: str) -> Say:
    return say("one of {choices}", choices=joined(choices))


_WHO = ("anyone", "coordinators", "nobody")

CATALOGUE: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule(
            "confirmations",
            say("How many other members must confirm a contribution before it counts."),
            0,
            _whole(0, 20),
            _number(0, 20),
        ),
        Rule(
            "daily-cap",
            say("The most hours that one person may log for one day."),
            24,
            _whole(1, 24),
            _number(1, 24),
        ),
        Rule(
            "days-back",
            say("How many days back a contribution may be logged."),
            31,
            _whole(0, 366),
            _number(0, 366),
        ),
        Rule(
            "duplicates",
            say("What happens to a second entry of the same person, kind, amount and day."),
            "warn",
            _one_of("warn", "refuse", "allow"),
            _choices("warn", "refuse", "allow"),
        ),
        Rule(
            "log-for-others",
            say("Who may log a contribution for somebody else."),
            "anyone",
            _one_of(*_WHO),
            _choices(*_WHO),
        ),
        Rule(
            "new-kinds",
            say("Who may begin a new kind of contribution by using it."),
            "anyone",
            _one_of(*_WHO),
            _choices(*_WHO),
        ),
        Rule(
            "kinds-max",
            say("How many kinds of contribution there may be."),
            100,
            _whole(8, 500),
            _number(8, 500),
        ),
        Rule(
            "new-members",
            say("Who becomes a member: everyone who types a command in a room, or nobody by that."),
            "everyone",
            _one_of("everyone", "nobody"),
            _choices("everyone", "nobody"),
        ),
        Rule(
            "grace",
            say("For how many minutes one may change an own entry without a new confirmation."),
            10,
            _whole(0, 1440),
            _number(0, 1440),
        ),
        Rule(
            "closed-until",
            say("The last day of the closed periods: no entry is made or changed up to this day."),
            None,
            _day_or_none,
            say("a day such as 2026-12-31, or none"),
        ),
        Rule(
            "prefix",
            say("What a command begins with in this room, beside /."),
            "/",
            _prefix,
            say("up to 8 signs that are neither letters, digits, #, @ nor -"),
        ),
        Rule(
            "zone",
            say("The time zone of a room."),
            "UTC",
            _zone,
            say("a name such as Europe/Berlin"),
        ),
        Rule(
            "language",
            say("The language of a room."),
            "en",
            _language,
            say("a language code such as en or de"),
        ),
    )
}


class Rules:
    """The values in force, typed by the caller's question."""

    __slots__ = ("_values",)

    def __init__(self, *layers: Mapping[str, Value]) -> None:
        """Lay the layers over the built-in defaults; every name must be in the catalogue."""
        self._values: dict[str, Value] = {name: rule.default for name, rule in CATALOGUE.items()}
        for layer in layers:
            self._values.update(layer)

    def number(self, name: str) -> int:
        """The value of a rule that is a whole number."""
        value = self._values[name]
        assert isinstance(value, int)
        return value

    def text(self, name: str) -> str:
        """The value of a rule that is a word."""
        value = self._values[name]
        assert isinstance(value, str)
        return value

    def day(self, name: str) -> dt.date | None:
        """The value of a rule that is a day, or none."""
        value = self._values[name]
        assert value is None or isinstance(value, dt.date)
        return value


def read_value(name: str, text: str) -> Value | Refused:
    """The value of a rule as somebody typed it, or why not: unknown name, or outside the range."""
    rule = CATALOGUE.get(name)
    if rule is None:
        near = difflib.get_close_matches(name, CATALOGUE, 1)
        return Refused(
            say("There is no rule “{name}”.", name=name),
            error="rule-unknown",
            word=name,
            instead=say("Did you mean {name}?", name=near[0]) if near else None,
        )
    try:
        return rule.read(text.strip())
    except ValueError:
        return Refused(
            say("“{text}” is no value for {rule}.", text=text, rule=name),
            error="rule-value",
            word=text,
            instead=say("It takes {allowed}.", allowed=rule.allowed),
        )


def refused_by(rule: str, reason: Say, *, instead: Say | None = None) -> Refused:
    """A refusal that names its rule and who may change it."""
    return Refused(
        reason,
        error=rule,
        rule=rule,
        instead=instead or say("The rule {rule} says so; an admin may change it.", rule=Words(rule)),
    )
