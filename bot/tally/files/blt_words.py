r"""The words of a BLT file: comments, quoted texts, and words that run over lines.

A quotation mark inside a quoted text is doubled (`""`) or escaped (`\"`); one with neither a blank nor
the line's end behind it is taken as meant inside. Nothing here knows what the words mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.tally.files.common import Named, Wrong, refused, shown
from bot.text.wording import say

BLANKS: Final = " \t,"
"""What may stand around a line: spreadsheets leave commas at its end."""

_MARKS: Final = re.compile(r'""|\\"|\\\\')
"""A quotation mark inside a quoted text, or a backslash."""


def without_comments(text: str) -> list[str]:
    """The lines, their comments cut out; where nothing is a comment, nothing is looked at."""
    lines = text.split("\n")
    if "/*" not in text and "#" not in text:
        return lines
    found: list[str] = []
    inside = False
    for line in lines:
        if inside or "#" in line or "/*" in line:
            cut, inside = _cut(line, inside=inside)
            found.append(cut)
        else:
            found.append(line)
    return found


def _cut(line: str, *, inside: bool) -> tuple[str, bool]:
    """A line without its comments, and whether one goes on; `#` within a word or a name is none."""
    kept: list[str] = []
    at, letters = 0, False
    while at < len(line):
        close = at + 1
        if inside:
            close = line.find("*/", at) + 2
            if close < 2:
                return "".join(kept), True
            inside = False
            kept.append(" ")
        elif line.startswith("/*", at):
            inside, close = True, at + 2
        elif line[at] == "#" and (not letters or line[at - 1] in ' \t,"'):
            break
        else:
            close = _closing(line, at) if line[at] == '"' else close
            letters = letters or line[at].isalpha()
            kept.append(line[at:close])
        at = close
    return "".join(kept), inside


def _closing(line: str, at: int) -> int:
    """Where the quoted text that begins at a quotation mark is over: behind its closing one."""
    i = at + 1
    while i < len(line):
        if line[i] == "\\" and line[i + 1 : i + 2] in {'"', "\\"}:
            i += 2
        elif line[i] != '"':
            i += 1
        elif line[i + 1 : i + 2] == '"':
            i += 2
        elif line[i + 1 : i + 2] in {"", " ", "\t", ",", "#"}:
            return i + 1
        else:
            i += 1
    return len(line)


def words_of(line: str) -> Iterator[str]:
    """The words of a line, quoted ones with their quotation marks."""
    at = 0
    while at < len(line):
        if line[at] == "," or line[at].isspace():
            at += 1
            continue
        end = _closing(line, at) if line[at] == '"' else _word_end(line, at)
        yield line[at:end]
        at = end


def _word_end(line: str, at: int) -> int:
    while at < len(line) and line[at] != "," and not line[at].isspace():
        at += 1
    return at


class Running:
    """The words of many lines, one after the other, with the line that the last one stands on."""

    def __init__(self, lines: Sequence[str]) -> None:
        """Begin before the first word."""
        self.line = 1
        self._words = self._all(lines)
        self._ahead: str | None = None

    def _all(self, lines: Sequence[str]) -> Iterator[str]:
        for number, line in enumerate(lines, 1):
            self.line = number
            yield from words_of(line) if '"' in line else line.replace(",", " ").split()

    def next(self) -> str:
        """The next word; refuses where there is none."""
        word = self.maybe()
        if word is None:
            raise refused(say("The file ends too early."), self.line)
        return word

    def maybe(self) -> str | None:
        """The next word, if there is one."""
        word, self._ahead = self._ahead, None
        return word if word is not None else next(self._words, None)

    def back(self, word: str) -> None:
        """Put a word back."""
        self._ahead = word


def name_on(it: Named) -> Named:
    """A name as it stands on its line: bare, quoted, or several quoted texts (name and party)."""
    line = it.name.strip().rstrip(BLANKS)
    if not line.startswith('"'):
        return Named(line, it.line)
    words = list(words_of(line))
    try:
        if any('"' in word and not word.startswith('"') for word in words):
            # Marks inside the marks, neither doubled nor escaped: the outermost are meant.
            words = [line]
        parts = [part for part in map(_unquoted, words) if part]
        if len(parts) == 1 and parts[0].startswith('"'):
            # A spreadsheet has quoted the line, which had marks, once more.
            parts = [part for part in map(_unquoted, words_of(parts[0])) if part]
    except Wrong as why:
        raise why.on(it.line) from why
    first, *more = parts or [""]
    return Named(f"{first} ({', '.join(more)})" if more else first, it.line)


def _unquoted(word: str) -> str:
    """A quoted text without its marks; one that is never closed is refused."""
    if not word.startswith('"'):
        return word
    if len(word) < 2 or not word.endswith('"'):
        reason = say("The name {word} does not end with a quotation mark.", word=shown(word))
        raise Wrong(reason, word)
    return _MARKS.sub(lambda found: found[0][1], word[1:-1]).strip()
