"""How Discord writes: Markdown in which nothing that somebody typed is markup, a mention or a link.

Discord shows any sign that is neither letter, digit nor blank as itself behind a backslash. Signs
that mean something only at a line's beginning are escaped at every leaf's beginning: a leaf does not
know where it will stand.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping

from bot.text.rendering import visible

CODE_CHARACTERS_MAX = 200
"""A longer text is shown as plain words: a span of code must not be torn when a message is split."""

URL_CHARACTERS_MAX = 512
"""A longer address is no link, only words."""

_BEGINNING = r"^(\s*)(?:([-+#/])|(\d+)\.)"
"""At a line's beginning: a list, a heading, a small line, half an address, a numbered list."""

_SIGNS = re.compile(
    r"[\\`*_~|<>\[\]@]"  # anywhere
    rf"|{_BEGINNING}"
    r"|:(?=/|$)"  # an address
    r"|(?i:(?<=discord)|(?<=discordapp))\."  # an invite, which needs no address around it
)
_LINE_BEGINNING = re.compile(_BEGINNING)
_PLAIN_URL = re.compile(r"https?://[^\s<>`\\|*]+")


class Markdown:
    """Discord's Markdown, as `bot.text.rendering.render` wants it."""

    def __init__(
        self, as_spoken: Callable[[str], str] = str, ids: Mapping[str, str] | None = None
    ) -> None:
        """`as_spoken` turns a typed command into the one that Discord has for it.

        `ids` are those that Discord knows the commands by, by their whole names (`log`, `me zone`):
        by them a command can be tapped.
        """
        self._as_spoken, self._ids = as_spoken, {} if ids is None else ids

    def escape(self, text: str) -> str:
        """Make somebody's text harmless: it is shown as it was typed."""
        return _SIGNS.sub(_escaped, visible(text))

    def strong(self, text: str) -> str:
        """Bold."""
        return f"**{text}**"

    def code(self, text: str) -> str:
        """A command that can be tapped, with what follows it; else a span of code, or words."""
        shown = self._as_spoken(visible(text))
        tapped, rest = self._tapped(shown)
        return " ".join(filter(None, (tapped, self._span(rest) if rest else "")))

    def _tapped(self, shown: str) -> tuple[str, str]:
        """The mention of the command that a line begins with, and the rest of the line."""
        words = shown.split(" ") if shown.startswith("/") else []
        for count in (2, 1):
            name = " ".join(words[:count]).removeprefix("/")
            if name in self._ids and len(words) >= count:
                return f"</{name}:{self._ids[name]}>", " ".join(words[count:])
        return "", shown

    def _span(self, shown: str) -> str:
        """A span of code; what cannot stand in one is shown as words."""
        if not shown.strip() or "``" in shown or len(shown) > CODE_CHARACTERS_MAX:
            return self.escape(shown)
        if "`" not in shown:
            return f"`{shown}`"
        # A fence of two signs holds single ones, but neither end may touch it.
        return f"`` {shown} ``"

    def link(self, url: str) -> str:
        """A link whose whole address is visible and that opens no preview."""
        plain = len(url) <= URL_CHARACTERS_MAX and _PLAIN_URL.fullmatch(url)
        return f"<{url}>" if plain else self.escape(url)

    def way(self, to: str, text: str) -> str:  # noqa: ARG002 - only pages lead there
        """The words."""
        return text

    def time(self, at: dt.datetime, text: str) -> str:  # noqa: ARG002 - Discord has its own words for it
        """An instant that Discord shows in each reader's own zone and language."""
        return f"<t:{int(at.timestamp())}:f>"

    def lines(self, items: list[str]) -> str:
        """One a line."""
        return "\n".join(items)

    def items(self, items: list[str]) -> str:
        """A list; what has several lines stays one point."""
        return "\n".join("- " + item.replace("\n", "\n  ") for item in items)

    def table(self, heading: list[str], rows: list[list[str]]) -> str:
        """One row a line: a grid of code would be torn on a phone, and read badly aloud."""
        return "\n".join([f"**{' · '.join(heading)}**", *(" · ".join(row) for row in rows)])


def _escaped(found: re.Match[str]) -> str:
    blank, sign, number = found.groups()
    if sign is not None:
        return f"{blank}\\{sign}"
    if number is not None:
        return f"{blank}{number}\\."
    return f"\\{found[0]}"


_ATOMS = re.compile(r"\\.|(`+)(?!`).+?(?<!`)\1(?!`)|</[^<>\n]+>|<[^\s<>]+>|[^\\`<\s]+|\s|.", re.DOTALL)
"""What may not be torn: an escaped sign, a span of code, a command, a link or an instant, a word."""


def split(text: str, characters_max: int) -> list[str]:
    """The text in parts that fit: torn between lines, else words, else where it is safe."""
    parts: list[str] = []
    while len(text) > characters_max:
        cut = _cut(text, characters_max)
        parts.append(text[:cut].rstrip())
        if "\n" in text[cut - 1 : cut + 1]:
            text = text[cut:].lstrip("\n")
        else:
            # What stood within a line stands at the beginning of one now.
            text = _LINE_BEGINNING.sub(_escaped, text[cut:].lstrip())
    parts.append(text)
    return [part for part in parts if part.strip()]


def cut_off(text: str, characters_max: int) -> str:
    """The text, or as many whole lines or words of it as fit, and an ellipsis."""
    if len(text) <= characters_max:
        return text
    return text[: _cut(text, characters_max - 2)].rstrip() + " …"


def _cut(text: str, characters_max: int) -> int:
    """Where to tear the text so that the first part has at most so many signs; at least 1."""
    at = line = word = 0
    for atom in _ATOMS.finditer(text):
        fits = atom.end() <= characters_max
        # A blank may stand just behind the end: it is left out there.
        before = atom.end() if fits else at
        if atom[0] == "\n":
            line = before
        elif atom[0].isspace():
            word = before
        if not fits:
            break
        at = atom.end()
    return line or word or at or characters_max
