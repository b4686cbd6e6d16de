"""What a room's state tells clients of us: the commands that they can complete, and the rules.

Pure. Commands are described as MSC4391 has it, in the form that clients which know it read
(<https://github.com/matrix-org/matrix-spec-proposals/pull/4391>); what such a client sends is spelled
as the line that somebody would type. The rules are our own word.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from adapters.matrix.events import mentioned, read
from bot.arguments import Option, OptionType
from bot.collective.catalogue import CATALOGUE
from bot.collective.rules import Rules
from bot.command import Command
from bot.spelling import spelled_value
from bot.text.languages import reader
from bot.text.rendering import Reader, render
from bot.text.wording import Node

DESCRIPTION = "org.matrix.msc4391.command_description"
COMMAND = "org.matrix.msc4391.command"
RULES = "org.talkoot.rules"

State = dict[tuple[str, str], dict[str, Any]]
"""State events by type and key: their contents, empty where there is none."""


def wanted(rules: Rules | None, commands: Iterable[Command], me: str) -> State:
    """What the state of a room under these rules tells; nothing in a room of no collective."""
    told: State = {}
    if rules is not None and rules.on("show-rules"):
        # Nobody but we can write a state event whose key is our id.
        told[RULES, me] = {"rules": _written(rules)}
    if rules is not None and rules.on("show-commands"):
        language = reader(rules.text("language"), rules.text("zone"))
        for command in commands:
            told[DESCRIPTION, state_key(command.name, me)] = described(command, language)
    return told


def _written(rules: Rules) -> dict[str, str]:
    """The rules that a room or its collective can set, as they are typed."""
    shown = (rule for rule in CATALOGUE.values() if rule.layers)
    return {rule.name: rule.type.write(rules.value(rule.name)) for rule in shown}


def state_key(command: str, me: str) -> str:
    """The key of a description: clients drop those with another one, so nobody takes our names."""
    return base64.b64encode(hashlib.sha256(f"{command}{me}".encode()).digest()).decode()


def described(command: Command, read_by: Reader) -> dict[str, Any]:
    """A command as clients know it."""
    content: dict[str, Any] = {
        "command": command.name,
        "description": _text(command.about, read_by),
        "parameters": [_parameter(it, read_by) for it in command.options if _is_asked(it)],
    }
    tail = next((it.name for it in command.options if _is_tail(it)), "")
    return {**content, "fi.mau.tail_parameter": tail} if tail else content


def _is_asked(option: Option) -> bool:
    """A file is sent along; no client asks for it."""
    return option.type is not OptionType.FILE


def _is_tail(option: Option) -> bool:
    return option.type is OptionType.TEXT and option.positional and not option.choices


def _text(words: Node, read_by: Reader) -> dict[str, Any]:
    return {"m.text": [{"body": render(words, read_by)}]}


def _parameter(option: Option, read_by: Reader) -> dict[str, Any]:
    return {
        "key": option.name,
        "schema": _schema(option),
        "optional": not option.required,
        "description": _text(option.about, read_by),
    }


def _schema(option: Option) -> dict[str, Any]:
    person = {"schema_type": "primitive", "type": "user_id"}
    if option.type is OptionType.FLAG:
        return {"schema_type": "primitive", "type": "boolean"}
    if option.type is OptionType.PERSON:
        return person
    if option.type is OptionType.PEOPLE:
        return {"schema_type": "array", "items": person}
    if option.choices:
        variants = [{"schema_type": "literal", "value": choice} for choice in option.choices]
        return {"schema_type": "union", "variants": variants}
    return {"schema_type": "primitive", "type": "string"}


class _Filled(msgspec.Struct, frozen=True):
    """A command as a client sends it."""

    command: str
    arguments: dict[str, Any] = {}


def filled(content: Mapping[str, Any], me: str, commands: Mapping[str, Command]) -> str | None:
    """The line that types a command which a client filled in for us; None where there is none."""
    sent = read(content.get(COMMAND), _Filled)
    command = commands.get(sent.command) if sent is not None and me in mentioned(content) else None
    if sent is None or command is None:
        return None
    people, named, long = list[str](), list[str](), ""
    for option in command.options:
        value = sent.arguments.get(option.name)
        if value is None or value in ("", [], False):
            continue
        if option.type is OptionType.LONG:
            long = str(value)
        elif option.type is OptionType.PEOPLE:
            people += [str(each) for each in (value if isinstance(value, list) else [value])]
        else:
            named += [f"--{option.name}", *_spelled(option, value)]
    line = " ".join([command.name, *map(_person, people), *named])
    return f"{line}\n{long}" if long else line


def _spelled(option: Option, value: object) -> list[str]:
    if option.type is OptionType.FLAG:
        return []
    if option.type is OptionType.PERSON:
        return [_person(str(value))]
    return [spelled_value(option, str(value))]


def _person(user: str) -> str:
    """Somebody in a line, behind the sign for people."""
    return "@" + "".join(user.split()).removeprefix("@")
