"""The pages of the manual that are made from the code: commands, rules, codes, the example's rules.

`make docs` writes them; a test holds what is written to what the code says.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from bot.arguments import Option, OptionType
from bot.collective.catalogue import CATALOGUE, GROUPS, PRESETS
from bot.collective.roles import Role
from bot.collective.rules import Layer, Rule
from bot.command import Command
from bot.refusals import CODES, READING_OF
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import Node
from commands import FEATURES

COMMANDS_PAGE = Path("docs/commands.md")
RULES_PAGE = Path("docs/rules.md")
REFUSALS_PAGE = Path("docs/refusals.md")
EXAMPLE = Path("config.example.toml")

_ENGLISH = reader("en", "UTC")
_HEAD = """# The rules

Every rule has a type, bounds, a default and one meaning. Its value is looked up in layers, the later
over the earlier: as it comes, `config.toml` (section `[rules]`), the collective, the circle that the
room belongs to, the room. In chat, `/rules` shows what is set, `/rules explain NAME` each layer's value
with who set it and when, `/rules set NAME VALUE [--in room|circle|collective]` sets one, `/rules unset`
takes it back, `/rules lock` leaves it to proposals alone. `/rules export` and `/rules import` take them
out and in as TOML.

This page is made from the code by `make docs`.
"""

_COMMANDS_HEAD = """# The commands

Everything that can be typed. On Matrix and the console a command is a line that begins with the room's
prefix; on Discord it is a slash-command with the same options. What stands in brackets can be left out;
`#kind` and `@who` are known by their sign, `--name value` may stand anywhere behind the command. In
chat, `/help all` lists those that you may use and `/help NAME` tells about one.

This page is made from the code by `make docs`.
"""

_WHO = {
    Role.GUEST: "anybody",
    Role.MEMBER: "members",
    Role.COORDINATOR: "coordinators",
    Role.TREASURER: "treasurers",
    Role.FACILITATOR: "facilitators",
    Role.ADMIN: "admins",
}


def _text(node: Node) -> str:
    return render(node, _ENGLISH)


def commands_page() -> str:
    """`docs/commands.md`: every command, by chapter, as `/help` lists them."""
    parts = [_COMMANDS_HEAD]
    for chapter in FEATURES.chapters:
        parts.append(f"\n## {_text(chapter.title)}\n")
        parts.extend(_command_told(command) for command in chapter.commands)
    return "\n".join(parts) + "\n"


def _command_told(command: Command) -> str:
    rows = [
        f"\n### {command.name}\n\n{_sentence(_text(command.about))}\n",
        f"- typed: `/{command.usage}`",
        f"- for: {_WHO[command.role]}{', or by a proposal' if command.effect else ''}",
    ]
    rows += [f"- {_option_told(option)}" for option in command.options]
    if command.details is not None:
        rows.append(f"\n{_text(command.details)}")
    if command.examples:
        rows.append("\n```text")
        rows += [f"/{example}" for example in command.examples]
        rows.append("```")
    return "\n".join(rows)


def _option_told(option: Option) -> str:
    name = "the lines after the first" if option.type is OptionType.LONG else f"`{option.name}`"
    choices = f" ({', '.join(f'`{word}`' for word in option.choices)})" if option.choices else ""
    needed = "" if option.required or option.type is OptionType.FLAG else "; can be left out"
    return f"{name}: {_text(option.about)}{choices}{needed}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def rules_page() -> str:
    """`docs/rules.md`: every rule, by group."""
    parts = [_HEAD]
    for title, rules in GROUPS:
        parts.append(f"\n## {_text(title)}\n")
        parts.extend(_rule_told(rule) for rule in rules)
    parts.append("\n## Presets\n\n`/rules preset NAME` sets values that go together.\n")
    for name, values in PRESETS.items():
        told = ", ".join(f"`{rule}` {value}" for rule, value in values.items())
        parts.append(f"\n- **{name}**: {told}")
    return "\n".join(parts) + "\n"


def _rule_told(rule: Rule) -> str:
    where = ", ".join(layer.value for layer in Layer if layer in rule.layers) or "`config.toml` only"
    return (
        f"\n### {rule.name}\n\n{_text(rule.about)}\n\n"
        f"- takes {_text(rule.type.allowed)}\n"
        f"- as it comes: `{rule.type.write(rule.default)}`\n"
        f"- set for: {where}"
    )


def example(text: str) -> str:
    """`config.example.toml` with the section of rules made anew."""
    head = text[: re.search(r"^\[rules\]\n", text, re.MULTILINE).end()]  # type: ignore[union-attr]
    rows = []
    for rule in CATALOGUE.values():
        written = rule.type.write(rule.default)
        plain = isinstance(rule.default, int) and str(rule.default) == written
        rows.append(f"# {_text(rule.about)}\n# Takes {_text(rule.type.allowed)}.")
        rows.append(f"{rule.name} = {written if plain else json.dumps(written)}")
    return head + "\n".join(rows) + "\n"


_REFUSALS_HEAD = """# The codes of refusals

A refusal says in words what was wrong and what would work. For machines (`talkoot try --json`, logs) it
has a short code that stays the same in every language and release. Where a rule refuses, the code is
the rule's name, and stands on the page of the rules.

This page is made from the code by `make docs`.
"""


def refusals_page() -> str:
    """Every code, and when it is told."""
    tables = [*CODES.items(), ("Made of a name and what is wrong", READING_OF)]
    parts = [
        f"## {title}\n\n| code | told when |\n|---|---|\n"
        + "".join(
            f"| `{'…' if code.startswith('-') else ''}{code}` | {when} |\n"
            for code, when in codes.items()
        )
        for title, codes in tables
    ]
    return "\n".join([_REFUSALS_HEAD, *parts])


def main() -> None:
    """Write the pages."""
    REFUSALS_PAGE.write_text(refusals_page(), encoding="utf-8")
    COMMANDS_PAGE.write_text(commands_page(), encoding="utf-8")
    RULES_PAGE.write_text(rules_page(), encoding="utf-8")
    EXAMPLE.write_text(example(EXAMPLE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
