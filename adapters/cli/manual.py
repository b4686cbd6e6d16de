"""The pages of the manual that are made from the code: `docs/rules.md`, and the example's rules.

`make docs` writes them; a test holds what is written to what the code says.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from bot.collective.catalogue import CATALOGUE, GROUPS, PRESETS
from bot.collective.rules import Layer, Rule
from bot.languages import reader
from bot.wording import Node, render

RULES_PAGE = Path("docs/rules.md")
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


def _text(node: Node) -> str:
    return render(node, _ENGLISH)


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


def main() -> None:
    """Write the pages."""
    RULES_PAGE.write_text(rules_page(), encoding="utf-8")
    EXAMPLE.write_text(example(EXAMPLE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
