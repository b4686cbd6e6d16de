"""Discord's application commands, made from the one declaration of every command.

A command of two words becomes a subcommand, and so does one that is grouped under another. Where the
first word is a command of its own as well (`/me` beside `/me zone`), that becomes the subcommand
`show`, because Discord runs no command that has subcommands. The limits are those of Discord's
documentation of application commands.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from adapters.discord.locales import LOCALES, locales_of
from bot.arguments import Option, OptionType
from bot.command import Command, Setting, Suggestion
from bot.grammar.lines import given
from bot.text.languages import SOURCE, catalogue, offered, reader
from bot.text.rendering import Reader, render, shortened
from bot.text.wording import Node

CHARACTERS_MAX = 100
"""Of a description, a choice's name and its value."""

CHOICES_MAX = 25
"""Choices of an option, and suggestions while somebody types."""

OPTIONS_MAX = 25
"""Options of a command, and subcommands of a group."""

COMMANDS_MAX = 100

TEXT_CHARACTERS_MAX = 1_000
LONG_CHARACTERS_MAX = 2_500
LENGTHS = {
    OptionType.TEXT: TEXT_CHARACTERS_MAX,
    OptionType.LONG: LONG_CHARACTERS_MAX,
    OptionType.PEOPLE: 600,
    OptionType.LINK: 500,
}
"""The longest values, `CHARACTERS_MAX` elsewhere: a text and a long one stay below the longest line."""

CHAT_INPUT, SUBCOMMAND, STRING, BOOLEAN, ATTACHMENT = 1, 1, 3, 5, 11
IN_GUILDS, WITH_BOT = 0, 1
GUILD_INSTALL = 0

WINDOW = "…"
"""What an option of several lines is given for which a window shall ask; it is suggested."""

BARE = "show"
"""The subcommand that stands for the first word alone."""

_NAME = re.compile(r"[-_\w]{1,32}")
Payload = dict[str, Any]


def spoken(commands: Mapping[str, Command]) -> dict[tuple[str, str], str]:
    """Every command's name by its names on Discord: the command, and the subcommand or nothing."""
    shown = {name: command.grouped or name for name, command in commands.items()}
    groups = {two.split()[0] for two in shown.values() if " " in two}
    table: dict[tuple[str, str], str] = {}
    for name, two in shown.items():
        first, _, second = two.partition(" ")
        if not second and first in groups:
            second = BARE
        assert (first, second) not in table, f"{name} is there twice on Discord"
        table[first, second] = name
    return table


def as_spoken(text: str, names: Mapping[tuple[str, str], str], commands: Mapping[str, Command]) -> str:
    """A typed command as Discord takes it: `/log 2h bread` is `/log amount:2h what:bread`.

    What is no command, or cannot be read, stays as it is but for the subcommand that it has there:
    `/me` is `/me show`.
    """
    if not text.startswith("/") or "\n" in text:
        return text
    line = text.removeprefix("/")
    command, values = _read(line, commands)
    if command is None:
        return _with_subcommand(text, names)
    first, second = next(spoken for spoken, name in names.items() if name == command.name)
    options = [(o, values[o.name]) for o in command.options if o.name in values]
    return " ".join(filter(None, [f"/{first}", second, *(_filled(o, it) for o, it in options)]))


def _read(line: str, commands: Mapping[str, Command]) -> tuple[Command | None, dict[str, str]]:
    """The command of a line, and what it gives to its options; of a form, the options' names."""
    form = next((it for it in commands.values() if it.usage == line and it.options), None)
    if form is not None:
        shown = (o for o in form.options if o.required or o.type is not OptionType.FLAG)
        return form, {option.name: "…" for option in shown}
    return given(line, commands, SETTING) or (None, {})


def _filled(option: Option, words: str) -> str:
    if option.type is OptionType.FLAG:
        return f"{option.name}:{words != 'off'}"
    return f"{option.name}:{words.lstrip('#') if option.type is OptionType.KIND else words}"


SETTING = Setting("en", "UTC", dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
"""Hints are read as anybody's: it only matters where their words end."""


def _with_subcommand(text: str, names: Mapping[tuple[str, str], str]) -> str:
    first, *more = text.split(" ")
    command = first.removeprefix("/")
    if (command, BARE) not in names or (more and (command, more[0]) in names):
        return text
    return " ".join([first, BARE, *more])


def application_commands(commands: Mapping[str, Command]) -> list[Payload]:
    """The body of the request that registers all commands, in the order of their names."""
    groups: dict[str, list[tuple[str, Command]]] = {}
    for (first, second), name in sorted(spoken(commands).items()):
        groups.setdefault(first, []).append((second, commands[name]))
    assert len(groups) <= COMMANDS_MAX
    return [_application_command(first, members) for first, members in groups.items()]


def _application_command(name: str, members: list[tuple[str, Command]]) -> Payload:
    alone = members[0][1] if members[0][0] == "" else None
    options = _options(alone) if alone else [_subcommand(sub, command) for sub, command in members]
    assert len(options) <= OPTIONS_MAX
    # Hidden from nobody: who is an admin here decides, not what they are permitted on Discord.
    return {
        "type": CHAT_INPUT,
        **_named("command", name, members[0][1].about),
        "options": options,
        "contexts": [IN_GUILDS, WITH_BOT],
        "integration_types": [GUILD_INSTALL],
    }


def _subcommand(name: str, command: Command) -> Payload:
    return {
        "type": SUBCOMMAND,
        **_named("command", name, command.about),
        "options": _options(command),
    }


def _options(command: Command) -> list[Payload]:
    # Discord wants what is required first.
    ordered = sorted(command.options, key=lambda option: not _required(option))
    assert len(ordered) <= OPTIONS_MAX
    return [_option(option) for option in ordered]


def _required(option: Option) -> bool:
    """An option of several lines does not fit Discord's one: it is asked for where it is left out."""
    return option.required and option.type is not OptionType.LONG


def _option(option: Option) -> Payload:
    payload = {**_named("option", option.name, option.about), "required": _required(option)}
    if option.type is OptionType.FLAG:
        return {"type": BOOLEAN, **payload}
    if option.type is OptionType.FILE:
        return {"type": ATTACHMENT, **payload}
    payload |= {
        "type": STRING,
        "min_length": 1,
        "max_length": LENGTHS.get(option.type, CHARACTERS_MAX),
    }
    if option.choices and len(option.choices) <= CHOICES_MAX:
        payload["choices"] = [{"name": choice, "value": choice} for choice in option.choices]
    elif option.type is OptionType.LONG or option.is_suggested:
        payload["autocomplete"] = True
    return payload


def _named(what: str, name: str, about: Node) -> Payload:
    """Name and description, with the languages that have words of their own for them."""

    def described(reads: Reader) -> str:
        return shortened(render(about, reads), CHARACTERS_MAX)

    description = described(reader(SOURCE, "UTC"))
    return {
        "name": name,
        "name_localizations": _localised(lambda language: _own_name(what, name, language), name),
        "description": description,
        "description_localizations": _localised(
            lambda language: described(reader(language, "UTC")), description
        ),
    }


def _own_name(what: str, name: str, language: str) -> str:
    """A catalogue's name for a command or an option, if it has one that Discord takes."""
    own = catalogue(language).pgettext(what, name)
    return own if _NAME.fullmatch(own) and own == own.lower() else name


def _localised(words: Callable[[str], str], default: str) -> dict[str, str]:
    found = {
        locale: words(language)
        for language in offered()
        if language != SOURCE
        for locale in locales_of(language)
    }
    assert set(found) <= set(LOCALES)
    return {locale: text for locale, text in found.items() if text != default}


def ids_of(registered: Iterable[Payload]) -> dict[str, str]:
    """Discord's numbers of our commands by their whole names: a subcommand has that of its group."""
    found = dict[str, str]()
    for each in registered:
        name, number = str(each.get("name", "")), str(each.get("id", ""))
        members = [it["name"] for it in each.get("options") or () if it.get("type") == SUBCOMMAND]
        names = [f"{name} {member}" for member in members] or [name]
        found |= dict.fromkeys(names, number) if number.isdecimal() else {}
    return found


def fingerprint(payloads: Iterable[Payload]) -> str:
    """A hash of registered commands: the same for what we would register and what Discord has.

    Discord adds fields of its own and may leave out what is empty or false; neither counts.
    """
    essence = sorted((_essence(each) for each in payloads), key=lambda each: str(each.get("name")))
    text = json.dumps(essence, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


_ESSENTIAL = (
    "type",
    "name",
    "description",
    "required",
    "autocomplete",
    "min_length",
    "max_length",
    "name_localizations",
    "description_localizations",
    "contexts",
    "integration_types",
)


def _essence(payload: Payload) -> Payload:
    kept = {name: payload[name] for name in _ESSENTIAL if payload.get(name)}
    # Discord answers with a text where it was given a number.
    permissions = payload.get("default_member_permissions")
    if permissions is not None:
        kept["default_member_permissions"] = str(permissions)
    if payload.get("choices"):
        kept["choices"] = [[each["name"], each["value"]] for each in payload["choices"]]
    if payload.get("options"):
        kept["options"] = [_essence(each) for each in payload["options"]]
    return kept


def completions(
    found: Iterable[Suggestion], option: Option, typed: str, reads: Reader
) -> list[Payload]:
    """What Discord shows to whoever is typing; of several people, what was typed before stays."""
    before = typed[: _last_word(typed)] if option.type is OptionType.PEOPLE else ""
    choices = []
    for each in found:
        word = before + _word(each, option)
        label = before + render(each.label, reads)
        if len(word) <= CHARACTERS_MAX:
            choices.append({"name": shortened(label, CHARACTERS_MAX), "value": word})
    return choices[:CHOICES_MAX]


def _word(suggestion: Suggestion, option: Option) -> str:
    if option.type not in {OptionType.PERSON, OptionType.PEOPLE}:
        return suggestion.word
    return f"<@{suggestion.account}>" if suggestion.account else f"@{''.join(suggestion.word.split())}"


def completed(option: Option, typed: str) -> str:
    """The part of what somebody is typing that is to be completed."""
    return typed[_last_word(typed) :] if option.type is OptionType.PEOPLE else typed


def _last_word(typed: str) -> int:
    """Where the last word begins."""
    return len(typed) - len(re.split(r"[\s,;]", typed)[-1])
