"""The map of an import: the answers to what it asked, as a table of TOML or as plain lines of chat."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.books.importing.bankcsv import COLUMNS, SETTINGS
from bot.books.importing.journals import ACCOUNTS, ROLES, UNIT
from bot.books.importing.reasons import Misfit, theirs
from bot.books.importing.tables import (
    COMMA,
    CP1252,
    DAY_FIRST,
    EACH_LINE,
    MONTH_FIRST,
    POINT,
    UTF8,
)
from bot.text.wording import Code, Node, joined, say

SKIP, NEW, ENTER = "skip", "new", "enter"

_FITTING: Mapping[str, tuple[str, Node]] = {
    "dates": (f"{DAY_FIRST}|{MONTH_FIRST}", joined((DAY_FIRST, MONTH_FIRST))),
    "decimal": (f"{POINT}|{COMMA}", joined((POINT, COMMA))),
    "encoding": (f"{UTF8}|{CP1252}|{EACH_LINE}", joined((UTF8, CP1252, EACH_LINE))),
    "twins": (f"{ENTER}|{SKIP}", joined((ENTER, SKIP))),
    "bank.skip": ("[0-9]{1,3}", say("a number of lines")),
}
"""What an answer of the map may be where not every text is one, as a pattern and in words."""

_SECTIONS = ("people", "kinds", "units", "accounts", "bank")


@dataclass(frozen=True, slots=True)
class Map:
    """The answers to what can be meant in two ways, and who and what their words stand for."""

    answers: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


def map_of_toml(text: str) -> Map:
    """The map in a table of TOML. Raises Misfit, or ValueError for what is no TOML."""
    return _checked(tomllib.loads(text))


def map_of_lines(text: str) -> Map:
    """The map in plain lines, as people type them in a chat: `Nils = new`. Raises Misfit.

    A semicolon parts them too, where a platform takes one line only. A name above which no `[section]`
    stands is a person's; quotes may be left out.
    """
    given: dict[str, Any] = {}
    section = given_people = given.setdefault("people", {})
    for row in filter(None, map(str.strip, re.split(r"[\n;]", text))):
        if head := re.fullmatch(r"\[\s*(\w+)\s*\]", row):
            section = given.setdefault(head[1].casefold(), {})
            continue
        name, sign, value = (_unquoted(part) for part in row.rpartition("="))
        if not sign or not name or not value:
            raise Misfit(
                say(
                    "the line “{line}” is no answer; one looks like: {example}",
                    line=theirs(row),
                    example=Code("Nils = new"),
                )
            )
        into = given if section is given_people and name in _FITTING else section
        if name in into:
            raise Misfit(say("“{name}” is answered twice", name=theirs(name)))
        into[name] = value
    return _checked(given)


def _unquoted(text: str) -> str:
    return text.strip().strip("\"'“”„«»").strip()


def _checked(given: dict[str, Any]) -> Map:
    told = joined([f"[{name}]" for name in _SECTIONS])
    tables = {name: given.pop(name, {}) for name in _SECTIONS}
    if not all(isinstance(each, dict) for each in tables.values()):
        raise Misfit(say("{sections} are sections", sections=told))
    every = [*given.values(), *(value for table in tables.values() for value in table.values())]
    given |= {f"bank.{name}": value for name, value in tables["bank"].items()}
    known = {*_FITTING, *(f"bank.{name}" for name in (*COLUMNS, *SETTINGS))}
    if set(given) - known or not all(isinstance(each, str) for each in every):
        raise Misfit(
            say("the answers are dates, decimal, encoding, twins, {sections}, as texts", sections=told)
        )
    for name, role in tables["accounts"].items():
        if role not in ROLES:
            raise Misfit(
                say(
                    "“{role}” is no answer for the account “{account}”; it takes: {roles}",
                    account=theirs(name),
                    roles=joined(ROLES),
                    role=theirs(str(role)),
                )
            )
    for name, (fits, words) in _FITTING.items():
        if name in given and not re.fullmatch(fits, given[name]):
            raise Misfit(
                say(
                    "“{given}” is no answer for {setting}; it takes: {values}",
                    setting=Code(name),
                    values=words,
                    given=theirs(given[name]),
                )
            )
    given |= {ACCOUNTS + name: role for name, role in tables["accounts"].items()}
    given |= {UNIT + name: code for name, code in tables["units"].items()}
    return Map(given, tables["people"], tables["kinds"], tables["units"])
