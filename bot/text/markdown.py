"""Markdown for files (CommonMark): nothing that somebody typed is markup in it."""

from __future__ import annotations

import datetime as dt
import re

from bot.text.rendering import visible

_SIGNS = re.compile(r"[\\`*_~|<>\[\]#&!]|^(\s*)(?:([-+=])|(\d+)([.)]))", re.MULTILINE)
"""What may be markup wherever it stands; and what begins a line: a list, a heading below a line."""


class Markdown:
    """CommonMark with tables, as `bot.text.rendering.render` wants it."""

    def escape(self, text: str) -> str:
        """Make somebody's text harmless: it is shown as it was typed."""
        return _SIGNS.sub(_escaped, visible(text))

    def strong(self, text: str) -> str:
        """Bold."""
        return f"**{text}**"

    def code(self, text: str) -> str:
        """A span of code, behind signs that it does not hold itself."""
        shown = visible(text).replace("\n", " ")
        longest = max((len(found) for found in re.findall("`+", shown)), default=0)
        fence, room = "`" * (longest + 1), " " if "`" in shown else ""
        return f"{fence}{room}{shown}{room}{fence}"

    def link(self, url: str) -> str:
        """A link whose whole address is visible."""
        return f"<{url}>" if re.fullmatch(r"https?://[^\s<>\\]+", url) else self.escape(url)

    def way(self, to: str, text: str) -> str:  # noqa: ARG002 - only pages lead there
        """The words."""
        return text

    def time(self, at: dt.datetime, text: str) -> str:  # noqa: ARG002 - a file has no reader's clock
        """The words."""
        return text

    def lines(self, items: list[str]) -> str:
        """A paragraph each."""
        return "\n\n".join(items)

    def items(self, items: list[str]) -> str:
        """A list; what has several lines stays one point."""
        return "\n".join("- " + item.replace("\n", "\n  ") for item in items)

    def table(self, heading: list[str], rows: list[list[str]]) -> str:
        """A table."""
        every = [heading, ["---"] * len(heading), *rows]
        return "\n".join(f"| {' | '.join(row)} |" for row in every)


def _escaped(found: re.Match[str]) -> str:
    blank, sign, number, end = found.groups()
    if sign is not None:
        return f"{blank}\\{sign}"
    if number is not None:
        return f"{blank}{number}\\{end}"
    return f"\\{found[0]}"
