"""Reading the configuration: defaults, then `config.toml`, then `.env`, then the environment.

All that is wrong is told at once, in plain words: which setting, where it stands, what it takes, and a
line that works as it stands.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypedDict, cast, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from adapters.cli.config import Config, secrets, sections
from adapters.cli.given import (
    PREFIX,
    RULES,
    Given,
    given_in_file,
    given_in_variables,
    read_env,
    variable_of,
)
from adapters.cli.home import CONFIG, home_of
from bot.chat import Refusal
from bot.collective.catalogue import CATALOGUE, read_value
from bot.collective.ruletypes import Value
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import lines

OWN = frozenset({"TALKOOT_HOME"})
"""Variables that are no settings."""

Tree = dict[str, dict[str, Any]]


class ConfigError(Exception):
    """The configuration cannot be used; the text says where and why."""


class Wrong(TypedDict):
    """What pydantic tells of one mistake, as far as it is told on."""

    type: str
    loc: tuple[str | int, ...]
    msg: str
    input: object
    ctx: Mapping[str, object]


def read_config(path: Path | None) -> Config:
    """Read the configuration; `path` is the TOML file, by default the home's, which may be missing.

    Paths in it begin at the home (`adapters.cli.home`). Raises ConfigError.
    """
    if path is not None and not path.is_file():
        raise ConfigError(f"There is no file {path}.")
    home = home_of(path)
    file = path or home / CONFIG
    config, wrong = _checked(all_given(file, home))
    if config is None or wrong:
        raise ConfigError("\n".join([f"The configuration cannot be used ({file}):", *wrong]))
    return config.at(home)


def all_given(file: Path, home: Path) -> list[Given]:
    """What is configured, what goes before last. Raises ConfigError where the file is no TOML."""
    return [
        *given_in_file(_text(file), file.name),
        *given_in_variables(read_env(home / ".env"), ".env"),
        *given_in_variables(os.environ, "the environment"),
    ]


def mistakes(given: list[Given]) -> list[str]:
    """Every mistake in what is configured, as a line."""
    return _checked(given)[1]


def wrong_with(section: str, name: str, value: str) -> str:
    """What is wrong with a value that somebody answers, in one sentence; nothing where it fits."""
    told = mistakes([Given(section, name, value, "your answer")])
    return told[0].partition("(your answer): ")[2].partition(" For example: ")[0] if told else ""


def _text(file: Path) -> str:
    """The words of a file that may be missing. Raises ConfigError where they are no TOML."""
    if not file.is_file():
        return ""
    try:
        text = file.read_text("utf-8-sig")
        tomllib.loads(text)
    except (OSError, ValueError) as wrong:
        raise ConfigError(f"{file} cannot be read: {wrong}") from wrong
    return text


def _checked(given: list[Given]) -> tuple[Config | None, list[str]]:
    """The configuration, unless its shape is wrong, and every mistake as a line."""
    known = [each for each in given if _is_known(each)]
    mistakes = [told for each in given if each not in known and (told := _unknown(each))]
    mistakes += [told for each in known if (told := _secret(each))]
    rules, wrong_rules = _rules(known)
    tree: Tree = {}
    for each in known:
        if each.section != RULES:
            tree.setdefault(each.section, {})[each.name] = each.value
    try:
        config = Config.model_validate({**tree, RULES: rules})
    except ValidationError as wrong:
        where = {(each.section, each.name): each for each in known}
        return None, [
            *mistakes,
            *(_mistaken(cast("Wrong", it), where) for it in wrong.errors()),
            *wrong_rules,
        ]
    return config, [*mistakes, *wrong_rules]


def _is_known(it: Given) -> bool:
    return it.section == RULES if it.section not in sections() else it.name in sections()[it.section]


def _unknown(it: Given) -> str:
    """What is told of a setting that there is not; nothing of a variable that may be another's."""
    if it.variable:
        everything = [variable_of(section, name) for section, names in _names() for name in names]
        near = _nearest(it.variable.upper(), everything)
        if it.variable.upper() in OWN or not (near or "__" in it.variable[len(PREFIX) :]):
            return ""
        return f"- {it.variable} ({it.where}): there is no such setting.{_meant(near)}"
    if it.section not in sections():
        near = _nearest(it.section, [*sections(), RULES])
        meant = _meant(f"[{near}]" if near else "")
        return f"- {it.section} ({it.where}): there is no such section.{meant}"
    if not it.name:
        fields = sections()[it.section]
        name = next(iter(fields))
        return (
            f"- {it.section} ({it.where}): it is a section. For example:\n"
            f"    [{it.section}]\n    {it.written(name, example(fields[name]))}"
        )
    fields = sections()[it.section]
    near = _nearest(it.name, fields)
    line = _for_example(it, near, example(fields[near])) if near else ""
    return f"- {it.called} ({it.where}): there is no such setting.{_meant(near)}{line}"


def _names() -> Iterator[tuple[str, list[str]]]:
    yield from ((section, list(fields)) for section, fields in sections().items())
    yield RULES, list(CATALOGUE)


def _nearest(word: str, words: Iterable[str]) -> str:
    return next(iter(get_close_matches(word, tuple(words), n=1, cutoff=0.75)), "")


def _meant(near: str) -> str:
    return f" Did you mean {near}?" if near else ""


def _secret(it: Given) -> str:
    """A secret in a file that people show each other is none any more."""
    if it.variable or (it.section, it.name) not in secrets():
        return ""
    variable = variable_of(it.section, it.name)
    return f"- {it.called} ({it.where}): it is a secret; put it into .env as {variable}"


def _rules(given: list[Given]) -> tuple[dict[str, Value], list[str]]:
    values: dict[str, Value] = {}
    mistakes = []
    for each in given:
        if each.section != RULES:
            continue
        if not each.variable and not each.name:
            mistakes.append(f"- {RULES} ({each.where}): it is a section of rules, [rules]")
            continue
        try:
            values[each.name] = read_value(each.name, _typed(each.value))
        except Refusal as wrong:
            told = render(lines(wrong.reason, wrong.instead), reader("en", "UTC")).replace("\n", " ")
            mistakes.append(f"- {each.called} ({each.where}): {told}{_usual(each)}")
    return values, mistakes


def _usual(it: Given) -> str:
    """The line that gives a rule, or the one that is meant, its usual value."""
    name = it.name if it.name in CATALOGUE else _nearest(it.name, CATALOGUE)
    if not name:
        return ""
    usual = CATALOGUE[name].default
    return _for_example(it, name, _typed(usual) if it.variable else usual)


def _typed(value: object) -> str:
    """A rule's value as somebody would type it in a room."""
    if isinstance(value, (list, tuple)) and all(isinstance(each, str) for each in value):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _mistaken(wrong: Wrong, given: Mapping[tuple[str, str], Given]) -> str:
    """One thing that pydantic found, as a line."""
    section, name = str(wrong["loc"][0]), str(wrong["loc"][1]) if len(wrong["loc"]) > 1 else ""
    it = given.get((section, name))
    if it is None:
        return f"- {section}: {wrong['msg'].removeprefix('Value error, ')}"
    field = sections()[section][name]
    shown = "" if (section, name) in secrets() or section == "database" else f"“{it.value}” "
    line = _for_example(it, name, example(field))
    why = _why(wrong, field)
    if wrong["type"] == "value_error" and section == "database":  # its address is told in full
        why = wrong["msg"].removeprefix("Value error, ").removesuffix(".")
    return f"- {it.called} ({it.where}): {shown}{why}.{line}"


def _why(wrong: Wrong, field: FieldInfo) -> str:
    bounds = wrong.get("ctx", {})
    match wrong["type"]:
        case "literal_error":
            return f"is none of {', '.join(get_args(field.annotation))}"
        case "int_parsing" | "int_type" | "int_from_float":
            return "is no whole number"
        case "greater_than_equal":
            return f"is less than {bounds['ge']}"
        case "less_than_equal":
            return f"is more than {bounds['le']}"
        case "bool_parsing" | "bool_type":
            return "is neither true nor false"
        case "string_type":
            return "is no text in quotation marks"
        case "string_too_short":
            return "is empty"
        case "string_too_long":
            return f"is longer than {bounds['max_length']} characters"
        case "tuple_type":
            return "is no list"
        case _:
            return "has not the form that is wanted"


def _for_example(it: Given, name: str, value: object) -> str:
    return f" For example: {it.written(name, value)}"


def example(field: FieldInfo) -> object:
    """A value that works: the default, or what the setting gives as an example where that is empty."""
    return field.examples[0] if field.examples else field.default
