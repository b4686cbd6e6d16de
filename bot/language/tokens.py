"""The words of a line: what blanks part and quotes keep together."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec


class Token(msgspec.Struct, frozen=True, gc=False):
    """A word of a line; `quoted` words are text and nothing else."""

    text: str
    quoted: bool = False


def mention(name: str) -> str:
    """How somebody is named in a line: `@bo`, or `@"Grandma Liisa"`."""
    return f'@"{name}"' if any(c.isspace() for c in name) else f"@{name}"


MARKED = ("-", "–", "—", "#", "＃", "@")
"""What a word begins with that means more than itself."""

OPENING = ('"', "“", "„", "«")
_PAIRS = (('"', '"'), ("“", "”"), ("«", "»"))


def quoted(text: str) -> str:
    """The text as one word of a line."""
    plain = text.split() == [text] and not text.startswith((*MARKED, *OPENING))
    if plain:
        return text
    for opening, closing in _PAIRS:
        if closing not in text:
            return f"{opening}{text}{closing}"
    return '"' + text.replace('"', "”") + '"'


def spelled(token: Token) -> str:
    """A word as it is typed."""
    return quoted(token.text) if token.quoted else token.text


_OPTION_BEFORE_QUOTE = re.compile(r"(?:--|—|–)[\w-]+=(?=[\"“„«])")
_QUOTES = {'"': '"', "“": "”", "„": "“”", "«": "»"}
_QUOTE = re.compile(f"[{''.join(_QUOTES)}]")


def tokenize(text: str) -> Iterator[Token]:
    """The words of a line; a pair of quotes at a word's beginning keeps several together.

    Behind an `@` too: `@"Grandma Liisa"` is one person. Behind an option's `=` as well, where the
    value is a word of its own: `--closes="in 3 days"` is `--closes=` and `in 3 days`.
    """
    if not _QUOTE.search(text):
        yield from map(Token, text.split())
        return
    at, end = 0, len(text)
    while at < end:
        if text[at].isspace():
            at += 1
            continue
        if named := _OPTION_BEFORE_QUOTE.match(text, at):
            yield Token(named[0])
            at = named.end()
        person = text[at] == "@" and at + 1 < end
        first = at + int(person)
        closing = _QUOTES.get(text[first], "")
        close = min((i for c in closing if (i := text.find(c, first + 1)) > 0), default=-1)
        if close > 0 and (close + 1 == end or text[close + 1].isspace()):
            word = text[first + 1 : close]
            yield Token(f"@{word}") if person else Token(word, quoted=True)
            at = close + 1
            continue
        stop = at
        while stop < end and not text[stop].isspace():
            stop += 1
        yield Token(text[at:stop])
        at = stop
