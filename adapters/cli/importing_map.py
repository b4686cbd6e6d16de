"""The map of an import: the answers to what it asked, in a file that the next one reads too."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.books.importing.bankcsv import COLUMNS, SETTINGS
from bot.books.importing.journals import ACCOUNTS, ROLES, UNIT
from bot.books.importing.planned import Plan
from bot.books.importing.tables import COMMA, DAY_FIRST, MONTH_FIRST, POINT

_FITTING = {
    "dates": (f"{DAY_FIRST}|{MONTH_FIRST}", f"{DAY_FIRST} or {MONTH_FIRST}"),
    "decimal": (f"{POINT}|{COMMA}", f"{POINT} or {COMMA}"),
    "bank.skip": ("[0-9]{1,3}", "a number of lines"),
}
"""What an answer of the map may be where not every text is one, as a pattern and in words."""


_SECTIONS = ("people", "kinds", "units", "accounts", "bank")
SKIP, NEW = "skip", "new"


class ImportFault(Exception):  # noqa: N818 - told as it is
    """Nothing was brought in; says why, for whoever asked for it."""


@dataclass(frozen=True, slots=True)
class Map:
    """The answers to what can be meant in two ways, and who and what their words stand for."""

    answers: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


def read_map(path: Path) -> Map:
    """The map in a file; an empty one where there is none yet. Raises ImportFault."""
    told = ", ".join(f"[{name}]" for name in _SECTIONS)
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Map()
    except (OSError, ValueError) as why:
        raise ImportFault(f"{path} cannot be read: {why}") from why
    tables = {name: given.pop(name, {}) for name in _SECTIONS}
    if not all(isinstance(each, dict) for each in tables.values()):
        raise ImportFault(f"{path}: {told} are sections.")
    every = [*given.values(), *(value for table in tables.values() for value in table.values())]
    given |= {f"bank.{name}": value for name, value in tables["bank"].items()}
    known = {"dates", "decimal", *(f"bank.{name}" for name in (*COLUMNS, *SETTINGS))}
    if set(given) - known or not all(isinstance(each, str) for each in every):
        raise ImportFault(f"{path} may say dates, decimal, {told}, as texts.")
    for name, role in tables["accounts"].items():
        if role not in ROLES:
            raise ImportFault(f"{path}: the account “{name}” is {', '.join(ROLES)}, not “{role}”.")
    for name, (fits, words) in _FITTING.items():
        if name in given and not re.fullmatch(fits, given[name]):
            raise ImportFault(f"{path}: {name} is {words}, not “{given[name]}”.")
    given |= {ACCOUNTS + name: role for name, role in tables["accounts"].items()}
    given |= {UNIT + name: code for name, code in tables["units"].items()}
    return Map(given, tables["people"], tables["kinds"], tables["units"])


def write_map(path: Path, plan: Plan) -> None:
    """Write a map to be filled in, where there is none yet: what each name was taken for.

    Raises ImportFault.
    """
    rows = ["# What the import asked, and what it took each name for. Change what is wrong."]
    for section, known in _parts_of(plan):
        rows += ["", f"[{section}]"]
        rows += [
            f"{json.dumps(name, ensure_ascii=False)} = {json.dumps(it)}" for name, it in known.items()
        ]
    try:
        path.write_text("\n".join(rows) + "\n", "utf-8")
    except OSError as why:
        raise ImportFault(f"the map {path} cannot be written: {why.strerror}.") from why


def _parts_of(plan: Plan) -> tuple[tuple[str, Mapping[str, str]], ...]:
    return (("people", plan.people), ("kinds", plan.kinds), ("units", plan.units))
