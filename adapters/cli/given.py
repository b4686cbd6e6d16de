"""What somebody configured, and where: in the file, in the environment, in `.env`."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PREFIX = "TALKOOT_"
RULES = "rules"

_HEAD = re.compile(r"^\s*\[+\s*([^\]]+?)\s*\]+")
_KEY = re.compile(r"""^\s*["']?([^"'=\s]+)["']?\s*=""")


@dataclass(frozen=True, slots=True)
class Given:
    """One value: its section and name, where it stands, and how one would write it there.

    A value that stands outside of all sections has no name.
    """

    section: str
    name: str
    value: object
    where: str
    variable: str = ""

    @property
    def called(self) -> str:
        """What people call it by."""
        return self.variable or ".".join(filter(None, (self.section, self.name)))

    def written(self, name: str, value: object) -> str:
        """How another value would be written in the same place."""
        if self.variable:
            plain = ", ".join(value) if isinstance(value, (list, tuple)) else value
            return f"{variable_of(self.section, name)}={_lower(plain)}"
        return f"{name} = {_toml(value)}"


def variable_of(section: str, name: str) -> str:
    """The variable of the environment that gives a setting; every shell can export it."""
    return f"{PREFIX}{section}__{name.replace('-', '_')}".upper()


def given_in_file(text: str, file: str) -> list[Given]:
    """What a TOML file gives. Raises ValueError (TOMLDecodeError) with the line that is none."""
    lines = dict(_lines(text))
    return [
        Given(section, name, value, f"{file}{_line(lines, section, name)}")
        for section, values in tomllib.loads(text).items()
        for name, value in (values.items() if isinstance(values, dict) else [("", values)])
    ]


def given_in_variables(variables: Mapping[str, str | None], where: str) -> list[Given]:
    """What variables give whose names begin as ours do; all others are somebody else's."""
    return [
        Given(*_parted(name), value, where, name)
        for name, value in variables.items()
        if name.upper().startswith(PREFIX) and value is not None
    ]


def read_env(file: Path) -> dict[str, str | None]:
    """What stands in `.env`, which may not be there."""
    # Loading it takes longer than most commands need for all else.
    from dotenv import dotenv_values  # noqa: PLC0415

    return dotenv_values(file) if file.is_file() else {}


def _parted(variable: str) -> tuple[str, str]:
    section, _, name = variable[len(PREFIX) :].lower().partition("__")
    return section, name.replace("_", "-") if section == RULES else name


def _lines(text: str) -> Iterator[tuple[tuple[str, str], int]]:
    section = ""
    for number, row in enumerate(text.splitlines(), 1):
        if head := _HEAD.match(row):
            section = head[1].strip("\"'")
            yield (section, ""), number
        elif key := _KEY.match(row):
            yield ((section, key[1]) if section else (key[1], "")), number


def _line(lines: Mapping[tuple[str, str], int], section: str, name: str) -> str:
    number = lines.get((section, name)) or lines.get((section, ""))
    return f", line {number}" if number else ""


def _lower(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def _toml(value: object) -> str:
    # A text, a number, a list of texts and a truth are written in TOML as in JSON.
    return json.dumps(value, ensure_ascii=False)
